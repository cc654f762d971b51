"""Makes test/fixtures/architectures-pytorch.json: activations of torchvision's networks, to test the forward passes against.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 torchvision==0.29.2 safetensors==0.8.0 numpy==2.4.6
    venv/bin/python packages/loss-networks/scripts/make-architecture-fixtures.py --data-dir DIRECTORY

DIRECTORY/weights holds the weights of all but AlexNet, whose weights are a formula here and in the tests. The image is a formula too:
0.5 + 0.5 sin(0.013 i), i counting rows, columns, channels. Of each layer: its shape as rows, columns, channels; its Euclidean
norm; and every so-manieth activation in the same order.
"""

import argparse
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from safetensors.torch import load_file

parser = argparse.ArgumentParser()
parser.add_argument("--data-dir", type=pathlib.Path, required=True)
weights = parser.parse_args().data_dir / "weights"
torch.manual_seed(0)


def image(height, width):
    values = 0.5 + 0.5 * np.sin(0.013 * np.arange(height * width * 3))
    return torch.tensor(values, dtype=torch.float32).reshape(1, height, width, 3).permute(0, 3, 1, 2)


def record(x):
    flat = x.detach()[0].permute(1, 2, 0) if x.dim() == 4 else x.detach()[0]
    values = flat.flatten()
    step = max(1, values.numel() // 97)
    return {
        "shape": list(flat.shape),
        "norm": float(values.double().norm()),
        "step": step,
        "values": [float(f"{v:.9g}") for v in values[::step]],
    }


def normalised(x):
    mean = torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1)
    return (x - mean) / torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)


def run(modules, x, names):
    """Activations behind the modules with these indices."""
    found = {}
    for index, module in enumerate(modules):
        x = module(x)
        if index in names:
            found[names[index]] = record(x)
    return found


def wave_weights(modules):
    """sin(0.9 i) / sqrt(fan-in / 2) and 0.1 sin(0.5 i)."""
    for module in modules:
        if isinstance(module, torch.nn.Conv2d):
            fan_in = module.weight[0].numel()
            kernel = np.sin(0.9 * np.arange(module.weight.numel())) / np.sqrt(fan_in / 2)
            bias = 0.1 * np.sin(0.5 * np.arange(module.bias.numel()))
            module.weight.data = torch.tensor(kernel, dtype=torch.float32).reshape(module.weight.shape)
            module.bias.data = torch.tensor(bias, dtype=torch.float32)
        if isinstance(module, torch.nn.ReLU):
            module.inplace = False
    return modules


def squeezenet():
    model = torchvision.models.squeezenet1_1(weights=None).eval()
    model.load_state_dict({name: tensor.float() for name, tensor in load_file(weights / "squeezenet1_1_fp16.safetensors").items()})
    names = {1: "relu1", 2: "pool1", 4: "fire3", 7: "fire5", 10: "fire7", 12: "fire9"}
    return run(model.features, normalised(image(70, 64)), names)


def vgg11_bn():
    features = torchvision.models.vgg11_bn(weights=None).eval().features[:14]
    # The normalisation is folded into the convolutions; what is left of it does nothing.
    for module in features:
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eps = 0
    features.load_state_dict(
        {name.removeprefix("features."): tensor for name, tensor in load_file(weights / "vgg11_bn_folded_conv1-4.safetensors").items()},
        strict=False,
    )
    return run(features, normalised(image(36, 33)), {2: "relu1", 6: "relu2", 13: "relu4"})


def vgg19():
    tensors = load_file(weights / "vgg19n_conv3_1.safetensors")
    x = F.conv2d(image(36, 33), tensors["conv0.weight"], tensors["conv0.bias"])
    found = {}
    for name in ["1_1", "1_2", "2_1", "2_2", "3_1"]:
        x = F.pad(x, (1, 1, 1, 1), mode="reflect")
        x = F.relu(F.conv2d(x, tensors[f"conv{name}.weight"], tensors[f"conv{name}.bias"]))
        found[f"relu{name}"] = record(x)
        if name in ("1_2", "2_2"):
            x = F.max_pool2d(x, 2)
    return found


def alexnet():
    features = wave_weights(torchvision.models.alexnet(weights=None).eval().features)
    names = {1: "relu1", 2: "pool1", 4: "relu2", 7: "relu3", 9: "relu4", 11: "relu5"}
    return run(features, normalised(image(90, 75)), names)


class SamePadding(torch.nn.Module):
    """TensorFlow's padding of a 3x3 convolution with stride 2 at even sides: only below and to the right."""

    def forward(self, x):
        height, width = x.shape[2:]
        return F.pad(x, (1 - (width + 1) % 2, 1, 1 - (height + 1) % 2, 1))


def mobilenet(height, width, same):
    model = torchvision.models.mobilenet_v2(weights=None).eval().features
    tensors = load_file(weights / "mobilenet_v2_features_fp16.safetensors")
    convolutions = [module for module in model.modules() if isinstance(module, torch.nn.Conv2d)]
    norms = [module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    assert len(convolutions) == len(norms) == 52
    for index, (convolution, norm) in enumerate(zip(convolutions, norms)):
        kernel = tensors[f"l{index:02d}.weight"].float()
        # [outputs, height, width, inputs], of depthwise ones [1, height, width, channels].
        kernel = kernel.permute(3, 0, 1, 2) if convolution.groups > 1 else kernel.permute(0, 3, 1, 2)
        assert kernel.shape == convolution.weight.shape, (index, kernel.shape, convolution.weight.shape)
        convolution.weight.data = kernel.contiguous()
        # The normalisation is folded into the convolutions; what is left of it adds the bias.
        norm.bias.data = tensors[f"l{index:02d}.bias"].float()
        norm.eps = 0
    if same:
        for module in list(model.modules()):
            for name, child in list(module.named_children()):
                if isinstance(child, torch.nn.Conv2d) and child.stride == (2, 2):
                    child.padding = (0, 0)
                    setattr(module, name, torch.nn.Sequential(SamePadding(), child))
    maps = model(2 * image(height, width) - 1)
    return {"features": record(maps.mean(dim=(2, 3)))}


networks = {
    "squeezenet1_1": {"image": [70, 64], "layers": squeezenet()},
    "vgg11_bn": {"image": [36, 33], "layers": vgg11_bn()},
    "vgg19": {"image": [36, 33], "layers": vgg19()},
    "alexnet": {"image": [90, 75], "layers": alexnet()},
    # Odd sides all the way down: torchvision's own padding is TensorFlow's.
    "mobilenet_v2": {"image": [65, 33], "layers": mobilenet(65, 33, same=False)},
    "mobilenet_v2-even": {"image": [64, 96], "layers": mobilenet(64, 96, same=True)},
}
path = pathlib.Path(__file__).resolve().parents[1] / "test" / "fixtures" / "architectures-pytorch.json"
path.write_text(json.dumps(networks) + "\n")
