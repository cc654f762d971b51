"""Scores layouts of made-up embeddings with scikit-learn, one of them its own t-SNE's; writes test/fixtures/t-sne-scikit-learn.json.

    pip install scikit-learn && python scripts/make-t-sne-fixture.py

The fixture holds what the embeddings are made from (see integer_embeddings.py) and the scores.
"""

import json
import pathlib

import numpy
import sklearn
from sklearn.manifold import TSNE, trustworthiness
from sklearn.neighbors import KNeighborsClassifier

from integer_embeddings import embeddings

ROWS = 400
MADE_FROM = {"size": 20, "classes": 5, "factors": 8, "spread": 5, "noise": 8}
x, labels = embeddings(ROWS, **MADE_FROM)


def scores(layout, trusted=5, voting=10):
    others = [numpy.arange(ROWS) != i for i in range(ROWS)]
    right = [
        KNeighborsClassifier(voting).fit(layout[keep], labels[keep]).predict(layout[i : i + 1])[0] == labels[i]
        for i, keep in enumerate(others)
    ]
    return {
        "trustworthiness": float(trustworthiness(x, layout, n_neighbors=trusted)),
        "neighbourAccuracy": float(numpy.mean(right)),
    }


fixture = {
    "made by": f"scripts/make-t-sne-fixture.py, scikit-learn {sklearn.__version__}",
    "rows": ROWS,
    "madeFrom": MADE_FROM,
    # Of a layout that is there without t-SNE: the first two columns.
    "ofColumns": scores(x[:, :2]),
    "ofTsne": [
        scores(TSNE(perplexity=30, init="random", max_iter=1000, random_state=seed).fit_transform(x.astype("float32")))
        for seed in range(3)
    ],
}
path = pathlib.Path(__file__).parent.parent / "test/fixtures/t-sne-scikit-learn.json"
path.write_text(json.dumps(fixture) + "\n")
print(path, path.stat().st_size, "bytes", fixture)
