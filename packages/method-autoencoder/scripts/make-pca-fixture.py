"""Makes test/fixtures/pca-numpy.json: principal components by NumPy's singular value decomposition in double precision.

    python scripts/make-pca-fixture.py
"""

import base64
import json
from pathlib import Path

import numpy as np

HEIGHT, WIDTH, CHANNELS = 8, 6, 3
PIXELS = HEIGHT * WIDTH * CHANNELS


def smooth(count: int, rng: np.random.Generator) -> np.ndarray:
    """Bytes of images that vary much along a few directions, less along others and have some noise."""
    scales = 300.0 / (1 + np.arange(40))
    mixed = rng.normal(size=(count, 40)) * scales @ rng.normal(size=(40, PIXELS)) / 12
    return np.clip(np.rint(128 + mixed + rng.normal(size=mixed.shape)), 0, 255).astype(np.uint8)


def problem(name: str, images: np.ndarray, components: int) -> dict:
    values = images.astype(np.float64) / 255
    centred = values - values.mean(0)
    _, singular, rows = np.linalg.svd(centred, full_matrices=False)
    rank = min(components, int((singular > 1e-9 * singular[0]).sum()))
    kept = rows[:rank]
    return {
        "name": name,
        "images": base64.b64encode(images.tobytes()).decode(),
        "count": len(images),
        "components": components,
        "rank": rank,
        "totalVariance": float((centred**2).sum() / len(images)),
        "variances": (singular[:rank] ** 2 / len(images)).tolist(),
        "lengths": np.linalg.norm(centred @ kept.T, axis=1).tolist(),
        "embeddings": np.abs(centred[:4] @ kept.T).round(7).tolist(),
        "reconstructionError": float(np.abs(np.clip(centred @ kept.T @ kept + values.mean(0), 0, 1) - values).mean()),
    }


rng = np.random.default_rng(0)
images = smooth(300, rng)
result = {
    "made by": f"scripts/make-pca-fixture.py, NumPy {np.__version__}",
    "image": {"height": HEIGHT, "width": WIDTH, "channels": CHANNELS},
    "problems": [
        problem("more images than one chunk", images, 10),
        problem("fewer images than components", images[:5], 8),
        problem("as many components as pixels", images[:200], PIXELS),
    ],
}
target = Path(__file__).parent.parent / "test/fixtures/pca-numpy.json"
target.write_text(json.dumps(result, indent=1) + "\n")
