"""Makes test/fixtures/features-pytorch.json: AlexNet's first five modules in PyTorch on weights and images given by formulas.

Needs PyTorch 2 (CPU): python scripts/make-features-fixture.py
The test computes the same formulas; see `formulaWeights` and `formulaImages` in test/formulas.ts.
"""

import json
import pathlib

import numpy as np
import torch


def wave(count: int, frequency: float, amplitude: float) -> np.ndarray:
    return (amplitude * np.sin(frequency * np.arange(count, dtype=np.float64))).astype(np.float32)


def network() -> torch.nn.Sequential:
    model = torch.nn.Sequential(
        torch.nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(kernel_size=3, stride=2),
        torch.nn.Conv2d(64, 192, kernel_size=5, padding=2),
        torch.nn.ReLU(),
        torch.nn.Sigmoid(),
    )
    with torch.no_grad():
        for layer, frequencies in ((0, (0.7, 0.3)), (3, (0.9, 0.5))):
            weight, bias = model[layer].weight, model[layer].bias
            weight.copy_(torch.from_numpy(wave(weight.numel(), frequencies[0], 0.1)).reshape(weight.shape))
            bias.copy_(torch.from_numpy(wave(bias.numel(), frequencies[1], 0.1)))
    return model


def case(model: torch.nn.Sequential, batch: int, height: int, width: int) -> dict:
    # Channels last, as the test has them.
    pixels = 0.5 + wave(batch * height * width * 3, 0.013, 0.5)
    images = torch.from_numpy(pixels.reshape(batch, height, width, 3)).permute(0, 3, 1, 2)
    images = images.clone().requires_grad_(True)
    features = model(images)
    factors = torch.from_numpy(wave(features.numel(), 0.11, 1.0)).reshape(
        features.shape[0], features.shape[2], features.shape[3], features.shape[1]
    )
    channels_last = features.permute(0, 2, 3, 1)
    (channels_last * factors).sum().backward()
    flat = channels_last.detach().reshape(batch, -1)
    gradient = images.grad.permute(0, 2, 3, 1).reshape(-1)
    every, step = 97, 89
    return {
        "shape": [batch, height, width, 3],
        "featureCount": flat.shape[1],
        "featureSum": flat.double().sum().item(),
        "every": every,
        "features": flat.reshape(-1)[::every].tolist(),
        "gradientEvery": step,
        "gradient": gradient[::step].tolist(),
    }


model = network()
cases = [case(model, 2, 64, 64), case(model, 1, 96, 96), case(model, 1, 31, 47)]
path = pathlib.Path(__file__).parent.parent / "test/fixtures/features-pytorch.json"
rounded = json.loads(json.dumps({"torch": torch.__version__, "cases": cases}), parse_float=lambda x: float(f"{float(x):.7g}"))
path.write_text(json.dumps(rounded) + "\n")
print(path, path.stat().st_size, "bytes")
