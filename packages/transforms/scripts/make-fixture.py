"""Writes test/fixtures/resized.json: one small picture, resized by Pillow and by OpenCV in float32 and rounded.

Usage: pip install numpy==2.* pillow==13.* opencv-python-headless==5.* && python scripts/make-fixture.py
"""

import json
from pathlib import Path

import cv2
import numpy as np
import PIL
from PIL import Image

HEIGHT, WIDTH = 23, 31
SIZES = [(64, 64), (8, 10), (23, 31), (5, 80), (1, 1)]
PILLOW = {"nearest": Image.Resampling.NEAREST, "bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
OPENCV = {"bilinear": cv2.INTER_LINEAR, "bicubic": cv2.INTER_CUBIC}


def picture():
    """A gradient with hard edges and some noise, so that every tap counts and results leave 0 to 255."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    image = (7 * x + 3 * y) % 256
    image[5:15, 8:20] = 255
    image[9:12, 11:17] = 0
    noise = np.random.default_rng(5).integers(0, 60, (HEIGHT, WIDTH))
    return np.clip(image + noise - 30, 0, 255).astype(np.uint8)


def rounded(values):
    return np.floor(np.clip(values, 0, 255) + 0.5).astype(np.uint8).flatten().tolist()


image = picture()
cases = []
for height, width in SIZES:
    for name, method in PILLOW.items():
        result = np.asarray(Image.fromarray(image.astype(np.float32)).resize((width, height), method))
        cases.append({"by": "Pillow", "interpolation": name, "antialias": True, "height": height, "width": width, "bytes": rounded(result)})
    for name, method in OPENCV.items():
        result = cv2.resize(image.astype(np.float32), (width, height), interpolation=method)
        cases.append({"by": "OpenCV", "interpolation": name, "antialias": False, "height": height, "width": width, "bytes": rounded(result)})

fixture = {
    "versions": {"Pillow": PIL.__version__, "OpenCV": cv2.__version__, "NumPy": np.__version__},
    "image": {"height": HEIGHT, "width": WIDTH, "bytes": image.flatten().tolist()},
    "cases": cases,
}
path = Path(__file__).parent.parent / "test/fixtures/resized.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
