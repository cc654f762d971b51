"""Trains predictors with PyTorch from fixed weights in a fixed order; writes test/fixtures/mlp-pytorch.json (leaky ReLU, linear
output) and test/fixtures/mlp-sigmoid-softmax-pytorch.json.

    pip install torch numpy && python scripts/make-mlp-fixture.py
"""

import json
import pathlib

import numpy
import torch

COUNT, VALIDATION, INPUTS, HIDDEN, OUTPUTS = 150, 30, 11, [32, 12], 3
BATCH, EPOCHS, RATE = 50, 12, 1e-3

torch.set_num_threads(1)


def positions(sums):
    return numpy.tanh(sums * 0.5).astype("float32").round(4)


def one_hot(sums):
    return numpy.eye(OUTPUTS, dtype="float32")[sums.argmax(1)]


def write(name, activation, output, targets_of):
    torch.manual_seed(7)
    random = numpy.random.default_rng(7)
    inputs = random.normal(size=(COUNT, INPUTS)).astype("float32").round(4)
    mixing = random.normal(size=(INPUTS, OUTPUTS)).astype("float32")
    targets = targets_of(inputs @ mixing)

    sizes = [INPUTS, *HIDDEN, OUTPUTS]
    layers = []
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        layers.append(torch.nn.Linear(a, b))
        if i < len(sizes) - 2:
            layers.append(activation())
    network = torch.nn.Sequential(*layers, *output)
    linears = [layer for layer in network if isinstance(layer, torch.nn.Linear)]


    def parameters(read):
        return [
            {"weights": read(l.weight).T.reshape(-1).tolist(), "biases": read(l.bias).tolist()} for l in linears
        ]


    initial = parameters(lambda p: p.detach().clone())
    x, y = torch.tensor(inputs), torch.tensor(targets)
    train = COUNT - VALIDATION

    loss = torch.nn.functional.mse_loss(network(x[:train]), y[:train])
    loss.backward()
    gradient_loss = loss.item()
    gradients = parameters(lambda p: p.grad.clone())

    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    orders, training, validation = [], [], []
    for _ in range(EPOCHS):
        order = random.permutation(train)
        orders.append(order.tolist())
        total = 0.0
        for start in range(0, train, BATCH):
            rows = order[start : start + BATCH]
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(network(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        training.append(total / train)
        with torch.no_grad():
            validation.append(torch.nn.functional.mse_loss(network(x[train:]), y[train:]).item())

    fixture = {
        "made by": f"scripts/make-mlp-fixture.py, torch {torch.__version__}",
        "inputSize": INPUTS,
        "hidden": HIDDEN,
        "outputSize": OUTPUTS,
        "count": COUNT,
        "validationCount": VALIDATION,
        "batchSize": BATCH,
        "learningRate": RATE,
        "inputs": [round(float(v), 4) for v in inputs.reshape(-1)],
        "targets": [round(float(v), 4) for v in targets.reshape(-1)],
        "initial": initial,
        "loss": gradient_loss,
        "gradients": gradients,
        "orders": orders,
        "trainingLosses": training,
        "validationLosses": validation,
        "final": parameters(lambda p: p.detach().clone()),
    }
    path = pathlib.Path(__file__).parent.parent / f"test/fixtures/{name}.json"
    path.write_text(json.dumps(fixture) + "\n")
    print(path, path.stat().st_size, "bytes")


write("mlp-pytorch", lambda: torch.nn.LeakyReLU(0.01), [], positions)
write("mlp-sigmoid-softmax-pytorch", torch.nn.Sigmoid, [torch.nn.Softmax(dim=1)], one_hot)
