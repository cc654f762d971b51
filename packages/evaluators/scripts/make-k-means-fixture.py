"""Clusters made-up embeddings with scikit-learn and matches the clusters with SciPy; writes test/fixtures/k-means-scikit-learn.json.

    pip install scikit-learn scipy && python scripts/make-k-means-fixture.py

The fixture holds what the embeddings are made from (see integer_embeddings.py) and the results.
"""

import json
import pathlib

import numpy
import sklearn
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score
from sklearn.metrics.cluster import contingency_matrix

from integer_embeddings import embeddings


def problem(name, train, test, **made_from):
    x, labels = embeddings(train + test, **made_from)
    classes = made_from["classes"]
    # So many starts that it is the best grouping there is, not one of several that are nearly as good.
    model = KMeans(classes, init="k-means++", n_init=200, tol=0, random_state=0).fit(x[:train])
    counts = contingency_matrix(model.labels_, labels[:train])
    _, matched = linear_sum_assignment(counts, maximize=True)
    clusters = model.predict(x[train:])
    result = {
        "name": name,
        "train": train,
        "test": test,
        "madeFrom": made_from,
        "inertia": float(f"{model.inertia_:.9g}"),
        "accuracy": float((matched[clusters] == labels[train:]).mean()),
        "normalisedMutualInformation": float(normalized_mutual_info_score(labels[train:], clusters)),
    }
    print(result)
    return result


random = numpy.random.default_rng(3)


def matching(clusters, classes, rows):
    pairs = random.integers([clusters, classes], size=(rows, 2))
    counts = numpy.zeros((clusters, classes), dtype=int)
    numpy.add.at(counts, tuple(pairs.T), 1)
    matched = linear_sum_assignment(counts, maximize=True)
    return {
        "counts": counts.tolist(),
        "matchedRows": int(counts[matched].sum()),
        "normalisedMutualInformation": float(normalized_mutual_info_score(pairs[:, 0], pairs[:, 1])),
    }


fixture = {
    "made by": f"scripts/make-k-means-fixture.py, scikit-learn {sklearn.__version__}",
    "problems": [
        problem("well separated", 400, 500, size=20, classes=4, factors=8, spread=8, noise=8),
        problem("overlapping", 1000, 1000, size=30, classes=5, factors=10, spread=6, noise=8),
    ],
    "matchings": [matching(10, 10, 60), matching(4, 7, 50), matching(6, 3, 40), matching(1, 3, 5), matching(3, 1, 5)],
}
path = pathlib.Path(__file__).parent.parent / "test/fixtures/k-means-scikit-learn.json"
path.write_text(json.dumps(fixture) + "\n")
print(path, path.stat().st_size, "bytes")
