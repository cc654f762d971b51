"""The seven predictors of paper 000 trained on embeddings of 64 numbers in 10 classes: what src/workers/probes.ts does.

A step trains all seven for EPOCHS epochs (batch 512, a fifth of the rows validates), picks the best and tests it.
Usage: probes.py ROWS EPOCHS
"""

import copy
import sys

import torch
from torch import nn
from torch.nn import functional as F

from serve import serve

ROWS, EPOCHS = int(sys.argv[1]), int(sys.argv[2])
SIZE, CLASSES, BATCH, TEST_ROWS = 64, 10, 512, 1000
PREDICTORS = ([], [32], [64], [32, 32], [64, 32], [64, 64], [128, 128])

embeddings = torch.randn(ROWS, SIZE)
targets = F.one_hot(torch.randint(CLASSES, (ROWS,)), CLASSES).float()
test_embeddings, test_labels = torch.randn(TEST_ROWS, SIZE), torch.randint(CLASSES, (TEST_ROWS,))
TRAIN = ROWS - int(ROWS * 0.2)


def predictor(hidden):
    sizes = [SIZE, *hidden, CLASSES]
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.LeakyReLU(0.01)]
    return nn.Sequential(*layers[:-1])


def fit(hidden):
    """The lowest validation loss, and the predictor of that epoch."""
    model = predictor(hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    best, best_loss = copy.deepcopy(model.state_dict()), float("inf")
    for _ in range(EPOCHS):
        for rows in torch.randperm(TRAIN).split(BATCH):
            optimizer.zero_grad(set_to_none=True)
            F.mse_loss(model(embeddings[rows]), targets[rows]).backward()
            optimizer.step()
        with torch.no_grad():
            loss = F.mse_loss(model(embeddings[TRAIN:]), targets[TRAIN:]).item()
        if loss < best_loss:
            best, best_loss = copy.deepcopy(model.state_dict()), loss
    model.load_state_dict(best)
    return best_loss, model


def step():
    _, model = min((fit(hidden) for hidden in PREDICTORS), key=lambda fitted: fitted[0])
    with torch.no_grad():
        return (model(test_embeddings).argmax(1) == test_labels).float().mean().item()


serve(step)
