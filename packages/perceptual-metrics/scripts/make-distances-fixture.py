"""Makes test/fixtures/distances.json: Frechet and kernel distances in float64 with SciPy.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1
    venv/bin/python packages/perceptual-metrics/scripts/make-distances-fixture.py
"""

import json
import pathlib

import numpy as np
import scipy.linalg

rng = np.random.default_rng(0)


def frechet(a, b):
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = scipy.linalg.sqrtm(np.atleast_2d(first) @ np.atleast_2d(second))
    means = a.mean(axis=0) - b.mean(axis=0)
    return float(means @ means + np.trace(np.atleast_2d(first + second)) - 2 * np.trace(root).real)


def kernel(a, b):
    gram = lambda x, y: (x @ y.T / x.shape[1] + 1) ** 3
    within = lambda x: (gram(x, x).sum() - np.trace(gram(x, x))) / (len(x) * (len(x) - 1))
    return float(within(a) + within(b) - 2 * gram(a, b).mean())


def case(m, n, dimensions, shift, scale, spread=1.0):
    mix = rng.normal(size=(dimensions, dimensions))
    # Features that depend on each other, with scales of several magnitudes; rounded as float32, as networks give them.
    scales = spread ** np.linspace(0, 1, dimensions)
    a = (rng.normal(size=(m, dimensions)) @ mix * scales + shift).astype(np.float32).astype(np.float64)
    b = (scale * rng.normal(size=(n, dimensions)) @ mix * scales).astype(np.float32).astype(np.float64)
    distances = {"kernel": kernel(a, b)}
    if min(m, n) > dimensions:
        distances["frechet"] = frechet(a, b)
    numbers = lambda x: [float(f"{v:.9g}") for v in x.flatten()]
    return {"dimensions": dimensions, "a": numbers(a), "b": numbers(b), **distances}


cases = {
    "one feature": case(9, 5, 1, 0.5, 2),
    "other means and covariances": case(30, 25, 6, 1, 1.5),
    "large means, scales of four magnitudes": case(40, 40, 12, 100, 1.0, 1e-4),
    "few images": case(4, 3, 10, 0.2, 1),
}
path = pathlib.Path(__file__).resolve().parents[1] / "test" / "fixtures" / "distances.json"
path.write_text(json.dumps(cases) + "\n")
print({name: {key: case[key] for key in ("kernel", "frechet") if key in case} for name, case in cases.items()})
