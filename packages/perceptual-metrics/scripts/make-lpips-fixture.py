"""Makes test/fixtures/lpips.json with the reference implementation, PyPI's lpips.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 torchvision==0.29.2 lpips==0.1.4 scipy==1.17.1 safetensors==0.8.0
    venv/bin/python packages/perceptual-metrics/scripts/make-lpips-fixture.py --data-dir DIRECTORY

`squeeze` has its real weights: the trunk from DIRECTORY/weights/squeezenet1_1_fp16.safetensors, the heads of the package. Of the
other trunks only the architecture is tested, on weights that are a formula here and in the test. The images are formulas too.
"""

import argparse
import json
import pathlib

import lpips
import numpy as np
import torch
from safetensors.torch import load_file

parser = argparse.ArgumentParser()
parser.add_argument("--data-dir", type=pathlib.Path, required=True)
weights = parser.parse_args().data_dir / "weights"


def images(size, frequency):
    values = 0.5 + 0.5 * np.sin(frequency * np.arange(2 * size * size * 3) + frequency)
    return torch.tensor(values, dtype=torch.float32).reshape(2, size, size, 3).permute(0, 3, 1, 2)


def convolutions(model):
    return [module for module in model.net.modules() if isinstance(module, torch.nn.Conv2d)]


def scatter(count, start):
    """Numbers from -1 to 1 without a pattern, by a formula: sines of large arguments, their digits behind the first ones."""
    numbers = np.sin(12.9898 * np.arange(count) + start) * 43758.5453
    return 2 * (numbers - np.floor(numbers)) - 1


def formula_weights(model):
    for k, module in enumerate(convolutions(model)):
        fan_in = module.weight[0].numel()
        kernel = np.sqrt(6 / fan_in) * scatter(module.weight.numel(), k)
        module.weight.data = torch.tensor(kernel, dtype=torch.float32).reshape(module.weight.shape)
        module.bias.data = torch.tensor(0.1 * scatter(module.bias.numel(), 0.5 + k), dtype=torch.float32)
    for k, head in enumerate(model.lins):
        weight = head.model[-1].weight
        weight.data = torch.tensor(1 + scatter(weight.numel(), 100 + k), dtype=torch.float32).reshape(weight.shape)


def real_squeezenet(model):
    tensors = load_file(weights / "squeezenet1_1_fp16.safetensors")
    state = model.net.state_dict()
    # lpips cuts the features into slices and keeps torchvision's numbers: slice2.3.squeeze.weight.
    for name in state:
        state[name] = tensors[f"features.{name.split('.', 1)[1]}"].float()
    model.net.load_state_dict(state)


def case(net, size):
    model = lpips.LPIPS(net=net, pnet_rand=True, verbose=False)
    if net == "squeeze":
        real_squeezenet(model)
    else:
        formula_weights(model)
    if net == "alex":
        # As torchvision's weights begin, by which they are recognised.
        convolutions(model)[0].weight.data.view(-1)[:3] = torch.tensor([1.1864e-1, 9.4069e-2, 9.5435e-2])
    a, b = images(size, 0.013), images(size, 0.017).requires_grad_(True)
    distance, layers = model(a, b, normalize=True, retPerLayer=True)
    distance.sum().backward()
    gradient = b.grad.permute(0, 2, 3, 1).flatten()
    step = gradient.numel() // 97
    print(net, distance.flatten().tolist(), [layer.flatten().tolist() for layer in layers], gradient.norm())
    return {
        "size": size,
        "distance": distance.flatten().tolist(),
        "gradient": {"norm": float(gradient.double().norm()), "step": step, "values": gradient[::step].tolist()},
    }


torch.manual_seed(0)
# Sizes at which no ReLU's input is zero within rounding: gradients would differ by the order of a sum.
fixture = {"squeeze": case("squeeze", 64), "alex": case("alex", 79), "vgg": case("vgg", 32)}
path = pathlib.Path(__file__).resolve().parents[1] / "test" / "fixtures" / "lpips.json"
path.write_text(json.dumps(fixture) + "\n")
