"""Reads test/fixtures with PyTorch, ONNX Runtime, NumPy and PyArrow and writes what they make of it to test/fixtures/expected.json.

The PyTorch network is built by the code in the README of the exported encoder, as a reader would.
Needs: pip install torch safetensors onnx onnxruntime numpy pyarrow. Run: python scripts/read-fixtures.py
"""

import csv
import json
import os
import re
from pathlib import Path

import numpy
import onnx
import onnxruntime
import pyarrow.parquet
import torch

os.chdir(Path(__file__).parent.parent / "test" / "fixtures")

# As test/support/tiny-encoder.ts makes them: [batch, height, width, channels].
shape = (2, 12, 10, 3)
values = [(i * 37 % 101 - 50) / 100 + 0.5 for i in range(numpy.prod(shape))]
images = numpy.array(values, dtype=numpy.float32).reshape(shape).transpose(0, 3, 1, 2).copy()

scope = {"images": torch.from_numpy(images)}
[code] = [block for block in re.findall(r"```python\n(.*?)```", Path("README.md").read_text(), re.S) if "torch" in block]
with torch.no_grad():
    exec(code, scope)

onnx.checker.check_model("encoder.onnx", full_check=True)
(by_onnx,) = onnxruntime.InferenceSession("encoder.onnx").run(None, {"images": images})

table = pyarrow.parquet.read_table("table.parquet")
with open("table.csv", encoding="utf-8", newline="") as file:
    rows = list(csv.reader(file))
npy = numpy.load("table.npy")

expected = {
    "versions": {
        "torch": torch.__version__,
        "onnx": onnx.__version__,
        "onnxruntime": onnxruntime.__version__,
        "numpy": numpy.__version__,
        "pyarrow": pyarrow.__version__,
    },
    "torch": scope["embeddings"].tolist(),
    "onnxruntime": by_onnx.tolist(),
    "npy": {"dtype": str(npy.dtype), "values": npy.tolist()},
    "parquet": {"types": [str(field.type) for field in table.schema], "rows": table.to_pylist()},
    "csv": rows,
}
Path("expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
