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


def formula_set(name, count, dimensions, shift):
    """`formulaSet` of the test: features that share 16 causes, with scales of two magnitudes."""
    own = formula_uniform(name, count * dimensions).astype(np.float64).reshape(count, dimensions)
    common = formula_uniform(f"{name}, common", count * 16).astype(np.float64).reshape(count, 16)
    j = np.arange(dimensions)
    return (own + common[:, j % 16] + shift * (j % 3)) * 10.0 ** (-2 * j / dimensions)


def formula_case(counts, dimensions, degenerate=False):
    a = formula_set("first", counts[0], dimensions, 0)
    b = formula_set("second", counts[1], dimensions, 0.3)
    if degenerate:
        # Every fifth feature never changes in one set, every seventh in the other; every ninth is the one before it in both.
        a[:, ::5] = 0.5
        b[:, ::7] = 0.25
        a[:, 9::9], b[:, 9::9] = a[:, 8:-1:9], b[:, 8:-1:9]
    return {"counts": counts, "dimensions": dimensions, "frechet": (frechet_by_values if degenerate else frechet)(a, b)}


def frechet_by_values(a, b):
    """sqrtm is not accurate for singular matrices: the trace is also the sum of the singular values of the roots' product."""

    def root(x):
        values, vectors = scipy.linalg.eigh(np.cov(x, rowvar=False))
        return vectors * np.sqrt(np.where(values > values.max() * len(values) * 1e-16, values, 0)) @ vectors.T

    means = a.mean(axis=0) - b.mean(axis=0)
    traces = a.var(axis=0, ddof=1).sum() + b.var(axis=0, ddof=1).sum()
    return float(means @ means + traces - 2 * scipy.linalg.svdvals(root(a) @ root(b)).sum())


cases = {
    "one feature": case(9, 5, 1, 0.5, 2),
    "other means and covariances": case(30, 25, 6, 1, 1.5),
    "large means, scales of four magnitudes": case(40, 40, 12, 100, 1.0, 1e-4),
    "few images": case(4, 3, 10, 0.2, 1),
}
# Of these only the distance is kept; the test makes the features by the same formula.
formulas = {
    "2,048 features": formula_case([2100, 2200], 2048),
    "features that never change or repeat others": formula_case([90, 80], 50, degenerate=True),
}
path = pathlib.Path(__file__).resolve().parents[1] / "test" / "fixtures" / "distances.json"
path.write_text(json.dumps({"cases": cases, "formulas": formulas}) + "\n")
print({name: {key: case[key] for key in ("kernel", "frechet") if key in case} for name, case in (cases | formulas).items()})
