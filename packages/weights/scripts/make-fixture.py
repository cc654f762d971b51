"""Makes test/fixtures/pytorch.safetensors with the reference implementation.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 numpy==2.4.6 safetensors==0.8.0
    venv/bin/python packages/weights/scripts/make-fixture.py

The same numbers in three types, with the awkward ones: halfway cases, subnormals, the largest values, signed zeros,
infinities and NaN. `exact` is what PyTorch makes of the F16 and BF16 tensors when it converts them back.
"""

import pathlib

import torch
from safetensors.torch import save_file

numbers = [0.0, -0.0, 1.0, -1.0, 1 / 3, 3.14159265, 65504.0, 65519.0, 2**-14, 2**-24, 2**-25, 3 * 2**-25, 5 * 2**-26]
numbers += [1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-11 + 2**-20, 2**-14 - 2**-25, 6.1e-5, 5.96e-8, 1e-8, 1e5, 1e-30]
numbers += [float("inf"), float("-inf"), float("nan")]
numbers += (torch.randn(215, generator=torch.Generator().manual_seed(0)) * 10).tolist()
values = torch.tensor(numbers, dtype=torch.float32).reshape(12, 20)

save_file(
    {
        "f32": values,
        "f16": values.to(torch.float16),
        "bf16": values.to(torch.bfloat16),
        "f16.exact": values.to(torch.float16).to(torch.float32),
        "bf16.exact": values.to(torch.bfloat16).to(torch.float32),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
    },
    pathlib.Path(__file__).resolve().parents[1] / "test" / "fixtures" / "pytorch.safetensors",
    metadata={"made-by": "safetensors 0.8.0, PyTorch 2.15.0"},
)
