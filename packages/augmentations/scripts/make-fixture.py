"""Writes test/fixtures/torchvision.json: one small picture, transformed by torchvision with given parameters. Bytes are in base64.

Usage: pip install numpy==2.* torch==2.* torchvision==0.* && python scripts/make-fixture.py
"""

import base64
import json
from pathlib import Path

import numpy as np
import torch
import torchvision
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F

HEIGHT, WIDTH = 16, 19
INTERPOLATIONS = {"nearest": InterpolationMode.NEAREST, "bilinear": InterpolationMode.BILINEAR}
# No angle or scale puts the middle of a pixel halfway between two others, where rounding in float32 would decide.
ROTATIONS = [0, 17, -31.5, 44, 133]
WARPS = [(0, 1.37), (12.5, 0.53), (-41, 1.49), (29, 0.81)]
AREAS = [(0, 0, 10, 10), (3, 7, 10, 12), (15, 18, 1, 1), (2, 1, 13, 17)]
FACTORS = [0, 0.2, 0.73, 1, 1.31, 1.8]
TURNS = [-0.5, -0.2, -0.07, 0, 0.11, 0.2]


def picture():
    """Saturated colours, greys, black, white and noise, so that every hue and every limit occurs."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    image = np.stack([(13 * x + 5 * y) % 256, (9 * y + 40) % 256, (255 - 11 * x + 3 * y) % 256], -1)
    image = np.clip(image + np.random.default_rng(5).integers(-40, 40, image.shape), 0, 255)
    image[2:5, 3:7] = 128
    image[6:8, 10:15] = 255
    image[9:11, 2:6] = 0
    image[12, :6] = [[255, 0, 0], [255, 255, 0], [0, 255, 0], [0, 255, 255], [0, 0, 255], [255, 0, 255]]
    return image.astype(np.uint8)


def encoded(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


image = picture()
tensor = torch.from_numpy(image).permute(2, 0, 1).contiguous()
cases = []


def case(operation, parameters, result):
    assert result.dtype == torch.uint8 and result.shape == tensor.shape
    cases.append({"operation": operation, "parameters": parameters, "bytes": encoded(result.permute(1, 2, 0).numpy())})


for name, interpolation in INTERPOLATIONS.items():
    for angle in ROTATIONS:
        # Angles of rotate are counter-clockwise, those of affine clockwise.
        warped = F.rotate(tensor, -angle, interpolation=interpolation)
        case("warp", {"rotation": angle, "scale": 1, "interpolation": name}, warped)
    for angle, scale in WARPS:
        warped = F.affine(tensor, angle, translate=[0, 0], scale=scale, shear=[0.0, 0.0], interpolation=interpolation)
        case("warp", {"rotation": angle, "scale": scale, "interpolation": name}, warped)
for top, left, height, width in AREAS:
    area = {"top": top, "left": left, "height": height, "width": width}
    bilinear = InterpolationMode.BILINEAR
    case("crop", area, F.resized_crop(tensor, top, left, height, width, [HEIGHT, WIDTH], bilinear, antialias=True))
    # erase takes areas that stick out of the image too; these are inside.
    erased = F.erase(tensor, top, left, height, width, torch.zeros(1, dtype=torch.uint8))
    case("erase", area, erased)
for factor in FACTORS:
    case("brightness", {"factor": factor}, F.adjust_brightness(tensor, factor))
    case("contrast", {"factor": factor}, F.adjust_contrast(tensor, factor))
    case("saturation", {"factor": factor}, F.adjust_saturation(tensor, factor))
for turn in TURNS:
    case("hue", {"turn": turn}, F.adjust_hue(tensor, turn))
case("grey", {}, F.rgb_to_grayscale(tensor, num_output_channels=3))
case("mirror-columns", {}, F.hflip(tensor))
case("mirror-rows", {}, F.vflip(tensor))

fixture = {
    "versions": {"torch": torch.__version__, "torchvision": torchvision.__version__, "NumPy": np.__version__},
    "image": {"height": HEIGHT, "width": WIDTH, "channels": 3, "bytes": encoded(image)},
    "cases": cases,
}
path = Path(__file__).parent.parent / "test/fixtures/torchvision.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
