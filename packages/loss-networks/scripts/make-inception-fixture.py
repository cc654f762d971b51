"""Makes test/fixtures/inception-pytorch.json: activations of FID's Inception-v3 by PyPI's pytorch-fid, to test the forward pass against.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 torchvision==0.29.2 pytorch-fid==0.3.0 numpy==2.4.6
    venv/bin/python packages/loss-networks/scripts/make-inception-fixture.py

Nothing is downloaded: the weights are a formula here and in the tests (`formulaConvolutionWeights` in test/formulas.ts), and so are the images,
0.5 + 0.5 sin(0.013 i), i counting rows, columns, channels. Of each block: its shape as rows, columns, channels; its Euclidean norm; and
every so-manieth activation in the same order.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from pytorch_fid import inception


def formula_uniform(name, count, low=-1, high=1):
    """`formulaUniform` of @paretrain/testing: float32 numbers without a pattern, a hash of their position and the name."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = (seed ^ byte) * 0x01000193 % 2**32
    x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B1) ^ np.uint32(seed)
    x = (x ^ (x >> 16)) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> 13)) * np.uint32(0xC2B2AE35)
    x ^= x >> 16
    return (low + (high - low) * ((x >> 8) / 2**24)).astype(np.float32)


def weight(name, shape):
    if name.endswith("conv.weight"):
        bound = np.sqrt(6 / np.prod(shape[1:]))
        low, high = -bound, bound
    elif name.endswith("bn.weight"):
        low, high = 0.8, 1.2
    elif name.endswith("bn.running_var"):
        low, high = 0.5, 1.5
    else:
        low, high = -0.1, 0.1
    return torch.from_numpy(formula_uniform(name, int(np.prod(shape)), low, high)).reshape(shape)


def formula_weights(*args, **kwargs):
    """What `fid_inception_v3` would download."""
    model = torchvision.models.inception_v3(num_classes=1008, aux_logits=False, weights=None, init_weights=False)
    # The classes that pytorch-fid replaces have the same weights.
    return {name: weight(name, tuple(tensor.shape)) for name, tensor in model.state_dict().items() if tensor.dim() > 0}


def image(height, width):
    values = 0.5 + 0.5 * np.sin(0.013 * np.arange(height * width * 3))
    return torch.tensor(values, dtype=torch.float32).reshape(1, height, width, 3).permute(0, 3, 1, 2)


def record(x):
    flat = x.detach()[0].permute(1, 2, 0) if x.dim() == 4 else x.detach()[0]
    values = flat.flatten()
    step = max(1, values.numel() // 47)
    return {
        "shape": list(flat.shape),
        "norm": float(values.double().norm()),
        "step": step,
        "values": [float(f"{v:.7g}") for v in values[::step]],
    }


inception.load_state_dict_from_url = formula_weights
blocks = [
    ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "pool1"],
    ["Conv2d_3b_1x1", "Conv2d_4a_3x3", "pool2"],
    ["Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_6a", "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"],
    ["Mixed_7a", "Mixed_7b", "Mixed_7c", "features"],
]
network = inception.InceptionV3([0, 1, 2, 3]).eval()
found = {}


def remember(name):
    def hook(module, inputs, output):
        found[name] = record(output if name != "features" else output.flatten(1))

    return hook


for names, modules in zip(blocks, network.blocks):
    assert len(names) == len(modules)
    for name, module in zip(names, modules):
        module.register_forward_hook(remember(name))
size = [70, 64]
with torch.no_grad():
    network(image(*size))
resized = {
    f"{height}x{width}": record(F.interpolate(image(height, width), size=(299, 299), mode="bilinear", align_corners=False))
    for height, width in [(70, 64), (96, 96), (301, 640)]
}
path = pathlib.Path(__file__).resolve().parents[1] / "test" / "fixtures" / "inception-pytorch.json"
path.write_text(json.dumps({"image": size, "blocks": found, "resized": resized}) + "\n")
print({name: (block["shape"], round(block["norm"], 3)) for name, block in found.items()})
