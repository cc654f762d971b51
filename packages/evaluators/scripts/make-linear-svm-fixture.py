"""Solves two made-up problems with scikit-learn's LinearSVC and LogisticRegression; writes test/fixtures/linear-svm-scikit-learn.json.

    pip install scikit-learn && python scripts/make-linear-svm-fixture.py

The fixture holds what the embeddings are made from (see integer_embeddings.py) and the solutions.
"""

import json
import pathlib
import warnings

import numpy
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from integer_embeddings import embeddings

warnings.simplefilter("error", ConvergenceWarning)


def squared_hinge_gradient(model, x, labels):
    """Largest component of the gradient against the sum of the sizes of what it is the sum of."""
    rows = numpy.c_[x, numpy.ones(len(x))]
    worst = 0
    for label, w, b in zip(model.classes_, model.coef_, model.intercept_):
        weights = numpy.append(w, b)
        signs = numpy.where(labels == label, 1, -1)
        missing = numpy.maximum(0, 1 - signs * (rows @ weights))
        terms = -2 * model.C * (signs * missing)[:, None] * rows
        worst = max(worst, (abs(weights + terms.sum(0)) / (abs(weights) + abs(terms).sum(0))).max())
    return worst


def solved(model, scaler=None):
    """Weights of the inputs as they are, then the intercept, of every class."""
    weights, intercepts = model.coef_, model.intercept_
    if scaler is not None:
        weights = weights / scaler.scale_
        intercepts = intercepts - weights @ scaler.mean_
    return [[float(f"{v:.9g}") for v in (*w, b)] for w, b in zip(weights, intercepts)]


def svm(x, labels, train, c, loss, standardise):
    scaler = StandardScaler().fit(x[:train]) if standardise else None
    z = scaler.transform(x) if standardise else x
    # The primal solver has no hinge; the dual one is tested with other orders of the rows.
    options = {"dual": False} if loss == "squared_hinge" else {"dual": True, "random_state": 0}
    tolerance = 1e-10 if loss == "squared_hinge" else 1e-7
    model = LinearSVC(C=c, loss=loss, tol=tolerance, max_iter=1_000_000, **options).fit(z[:train], labels[:train])
    if loss == "squared_hinge":
        print("  gradient", squared_hinge_gradient(model, z[:train], labels[:train]))
    else:
        other = LinearSVC(C=c, loss=loss, tol=tolerance, max_iter=1_000_000, dual=True, random_state=1)
        other.fit(z[:train], labels[:train])
        print("  other order", abs(other.coef_ - model.coef_).max() / abs(model.coef_).max())
    accuracy = model.score(z[train:], labels[train:])
    print(" ", loss, "standardised" if standardise else "", c, accuracy)
    return {
        "options": {"loss": loss.replace("_", "-"), "C": c, "standardise": standardise},
        "weights": solved(model, scaler),
        "accuracy": accuracy,
    }


def problem(name, train, test, machines, **made_from):
    x, labels = embeddings(train + test, **made_from)
    regression = LogisticRegression(solver="newton-cholesky", tol=1e-10, max_iter=10000).fit(x[:train], labels[:train])
    probabilities = regression.predict_proba(x[train : train + 50])
    accuracy = regression.score(x[train:], labels[train:])
    one_hot = numpy.eye(made_from["classes"])[labels]
    squares = LinearRegression().fit(x[:train], one_hot[:train]).predict(x[train : train + 50])
    print(name, x.std(0).min(), x.std(0).max(), "logistic", accuracy)
    return {
        "name": name,
        "train": train,
        "test": test,
        "madeFrom": made_from,
        "sum": float(x.sum()),
        "machines": [svm(x, labels, train, *machine) for machine in machines],
        "logistic": {"accuracy": accuracy, "probabilities": [float(f"{v:.6g}") for v in probabilities.reshape(-1)]},
        "leastSquares": [float(f"{v:.8g}") for v in squares.reshape(-1)],
    }


fixture = {
    "made by": f"scripts/make-linear-svm-fixture.py, scikit-learn {sklearn.__version__}",
    "problems": [
        problem(
            "well separated",
            400,
            500,
            [(1.0, "squared_hinge", False), (1.0, "hinge", False), (0.01, "squared_hinge", True)],
            size=20,
            classes=4,
            factors=8,
            spread=8,
            noise=8,
        ),
        problem(
            "overlapping",
            1500,
            1000,
            [(1.0, "squared_hinge", False), (0.01, "squared_hinge", True), (0.01, "hinge", True)],
            size=300,
            classes=5,
            factors=30,
            spread=2,
            noise=8,
        ),
    ],
}
path = pathlib.Path(__file__).parent.parent / "test/fixtures/linear-svm-scikit-learn.json"
path.write_text(json.dumps(fixture) + "\n")
print(path, path.stat().st_size, "bytes")
