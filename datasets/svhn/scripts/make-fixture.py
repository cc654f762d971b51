"""Writes small MAT files as SVHN's, and what SciPy reads from them, to test/fixtures.

Usage: pip install numpy==2.* scipy==1.* && python scripts/make-fixture.py
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import scipy
from scipy.io import loadmat, savemat

FOLDER = Path(__file__).parent.parent / "test/fixtures"
FOLDER.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(7)


def digits(count):
    # Mostly flat, so that compressed files stay small.
    images = np.zeros((32, 32, 3, count), np.uint8)
    images[...] = random.integers(0, 256, (1, 1, 3, count))
    images[4:9, 20:29] = random.integers(0, 256, (5, 9, 3, count))
    return images


def write(name, compressed, labels, count, **others):
    images = digits(count)
    label = (np.arange(count) % 10 + 1).astype(labels).reshape(-1, 1)
    savemat(FOLDER / name, {**others, "X": images, "y": label}, do_compression=compressed)
    read = loadmat(FOLDER / name)
    # As Paretrain gives them: image, row, column, channel; label 10 is digit 0.
    upright = np.ascontiguousarray(read["X"].transpose(3, 0, 1, 2))
    return {
        "count": count,
        "sha256": hashlib.sha256(upright.tobytes()).hexdigest(),
        "classes": (read["y"].ravel().astype(int) % 10).tolist(),
        "arrays": {
            key: {"dimensions": list(value.shape), "sum": float(value.astype(np.float64).sum())}
            for key, value in read.items()
            if not key.startswith("__") and value.dtype.kind in "iuf"
        },
    }


others = {
    "note": "text is passed over",
    "cells": np.array([1, "two"], dtype=object),
    "complex": np.array([1 + 2j]),
    "small": np.array([[1, 2, 3]], np.int8),
    "wide": np.array([[1.5, -2.5], [300.0, 4.0]]),
    "short": np.array([[-300], [301]], np.int16),
    "single": np.array([[0.5]], np.float32),
    "empty": np.zeros((0, 3)),
}
expected = {
    "versions": {"NumPy": np.__version__, "SciPy": scipy.__version__},
    "files": {
        "train_32x32.mat": write("train_32x32.mat", True, np.uint8, 21),
        "test_32x32.mat": write("test_32x32.mat", False, np.float64, 12, **others),
        "extra_32x32.mat": write("extra_32x32.mat", True, np.float64, 5, **others),
    },
}
(FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
