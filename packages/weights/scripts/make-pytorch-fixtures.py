"""Makes test/fixtures/pytorch-*.pth with PyTorch itself, and pytorch-expected.json with what it reads from them.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 numpy==2.4.6
    venv/bin/python packages/weights/scripts/make-pytorch-fixtures.py

`pytorch-code.pth` asks for `os.getcwd` to be called when it is read: a reader must refuse it.
"""

import json
import os
import pathlib

import torch

folder = pathlib.Path(__file__).resolve().parents[1] / "test" / "fixtures"
generator = torch.Generator().manual_seed(0)


class Small(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.features = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU())


module = Small()
with torch.no_grad():
    for parameter in module.parameters():
        parameter.copy_(torch.randn(parameter.shape, generator=generator))
base = torch.randn(5, 7, generator=generator)
weights = {
    # The state of a module is an OrderedDict with an attribute; num_batches_tracked is an int64.
    "state_dict": module.state_dict(),
    "parameters": [torch.nn.Parameter(torch.randn(2, 3, generator=generator)), base.half(), base.bfloat16()],
    "views": {"transposed": base.t(), "slice": base[1:4, 2:6], "column": base[:, 3], "same": base},
    "scalar": torch.tensor(2.5),
    "empty": torch.zeros(0, 3),
    "epoch": 12,
    "large": 2**70,
    "rate": 1e-3,
    "name": "größe",
    "none": None,
    "flags": (True, False, -1, 70000),
}


def flatten(value, path=""):
    if isinstance(value, torch.Tensor):
        yield path, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from flatten(child, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)):
        for index, child in enumerate(value):
            yield from flatten(child, f"{path}.{index}" if path else str(index))


torch.save(weights, folder / "pytorch-zip.pth")
torch.save(weights, folder / "pytorch-zip-protocol-4.pth", pickle_protocol=4)
torch.save(weights, folder / "pytorch-legacy.pth", _use_new_zipfile_serialization=False)
expected = {
    name: {"shape": list(tensor.shape), "values": tensor.detach().float().flatten().tolist()}
    for name, tensor in flatten(weights)
}
(folder / "pytorch-expected.json").write_text(json.dumps(expected, indent=1) + "\n")


class Code:
    def __reduce__(self):
        return os.getcwd, ()


torch.save({"weight": torch.ones(2), "code": Code()}, folder / "pytorch-code.pth")
torch.save({"weight": torch.ones(2), "code": Code()}, folder / "pytorch-code-legacy.pth", _use_new_zipfile_serialization=False)
torch.save(torch.ones(1).expand(1000), folder / "pytorch-expanded.pth")
