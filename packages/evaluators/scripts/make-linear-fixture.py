"""Solves small problems with scikit-learn; writes test/fixtures/linear-scikit-learn.json.

    pip install scikit-learn && python scripts/make-linear-fixture.py
"""

import json
import pathlib

import numpy
import sklearn
from sklearn.linear_model import LinearRegression, LogisticRegression

random = numpy.random.default_rng(11)


def flat(array):
    return [round(float(v), 4) for v in numpy.asarray(array).reshape(-1)]


def exact(array):
    return [float(v) for v in numpy.asarray(array).reshape(-1)]


def classification(train, test, size, classes, c):
    centres = random.normal(size=(classes, size)) * 0.8
    labels = random.integers(classes, size=train + test)
    # Columns of very different scales and offsets, as embeddings have.
    scales, offsets = 10 ** random.uniform(-2, 1, size), random.normal(size=size) * 3
    x = ((centres[labels] + random.normal(size=(train + test, size))) * scales + offsets).round(4)
    x = x.astype("float32").astype("float64")
    # Plain L-BFGS stalls on such columns before it has converged; Newton's method does not.
    model = LogisticRegression(C=c, solver="newton-cg", tol=1e-10, max_iter=10000)
    model.fit(x[:train], labels[:train])
    squares = LinearRegression().fit(x[:train], numpy.eye(classes)[labels[:train]])
    outputs = squares.predict(x[train:])
    return {
        "size": size,
        "classes": classes,
        "c": c,
        "train": flat(x[:train]),
        "trainLabels": labels[:train].tolist(),
        "test": flat(x[train:]),
        "testLabels": labels[train:].tolist(),
        "accuracy": model.score(x[train:], labels[train:]),
        "probabilities": exact(model.predict_proba(x[train:])),
        "predicted": model.predict(x[train:]).tolist(),
        "leastSquares": {
            "outputs": exact(outputs),
            "accuracy": float((outputs.argmax(1) == labels[train:]).mean()),
        },
    }


def regression(train, test, size, rank, outputs):
    x = (random.normal(size=(train + test, rank)) @ random.normal(size=(rank, size))).astype("float32")
    if rank < size:
        # Exactly dependent columns: a copy, a multiple by a power of two, a constant.
        x = random.normal(size=(train + test, size)).round(4).astype("float32")
        x[:, -1], x[:, -2], x[:, -3] = x[:, 0], x[:, 1] * 2, 5
    x = x.round(4).astype("float32").astype("float64")
    y = x @ random.normal(size=(size, outputs)) * 0.3 + random.normal(size=(train + test, outputs)) + 2
    y = y.round(4)
    model = LinearRegression().fit(x[:train], y[:train])
    return {
        "size": size,
        "outputs": outputs,
        "train": flat(x[:train]),
        "trainTargets": flat(y[:train]),
        "test": flat(x[train:]),
        "testTargets": flat(y[train:]),
        "predicted": exact(model.predict(x[train:])),
    }


fixture = {
    "made by": f"scripts/make-linear-fixture.py, scikit-learn {sklearn.__version__}",
    "classification": [
        classification(200, 500, 6, 4, 1.0),
        classification(150, 60, 10, 3, 0.05),
        classification(40, 60, 8, 2, 1.0),
    ],
    "regression": [regression(120, 40, 9, 9, 2), regression(100, 30, 8, 5, 3), regression(6, 20, 10, 10, 2)],
}
path = pathlib.Path(__file__).parent.parent / "test/fixtures/linear-scikit-learn.json"
path.write_text(json.dumps(fixture) + "\n")
print(path, path.stat().st_size, "bytes", [c["accuracy"] for c in fixture["classification"]])
