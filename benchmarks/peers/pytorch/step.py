"""The same training step in PyTorch, on one thread.

Each line of stdin is a number of steps; each answer is a JSON array with [wall, CPU] milliseconds of each step.
Usage: python step.py METHOD BATCH_SIZE
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

METHOD = sys.argv[1] if len(sys.argv) > 1 else "I-I-PW"
BATCH = int(sys.argv[2]) if len(sys.argv) > 2 else 32
LATENT = 64
FEATURES = 9408

torch.set_num_threads(1)
torch.manual_seed(1)


def encoder():
    layers, channels = [], 3
    for filters in (32, 64, 128, 256):
        layers += [nn.Conv2d(channels, filters, 4, stride=2), nn.BatchNorm2d(filters), nn.ReLU()]
        channels = filters
    return nn.Sequential(*layers, nn.Flatten())


class Autoencoder(nn.Module):
    def __init__(self, decodes_image):
        super().__init__()
        self.encoder = encoder()
        self.mean = nn.Linear(1024, LATENT)
        if decodes_image:
            layers = [nn.Linear(LATENT, 1024), nn.ReLU(), nn.Unflatten(1, (1024, 1, 1))]
            channels = 1024
            for filters, kernel in ((128, 5), (64, 5), (32, 6)):
                layers += [nn.ConvTranspose2d(channels, filters, kernel, stride=2), nn.BatchNorm2d(filters), nn.ReLU()]
                channels = filters
            layers += [nn.ConvTranspose2d(channels, 3, 6, stride=2), nn.Sigmoid()]
            self.decoder = nn.Sequential(*layers)
        else:
            self.decoder = nn.Sequential(nn.Linear(LATENT, 2048), nn.ReLU(), nn.Linear(2048, FEATURES))

    def forward(self, images):
        return self.decoder(self.mean(self.encoder(images)))


loss_network = nn.Sequential(
    nn.Conv2d(3, 64, 11, stride=4, padding=2),
    nn.ReLU(),
    nn.MaxPool2d(3, 2),
    nn.Conv2d(64, 192, 5, padding=2),
    nn.ReLU(),
    nn.Flatten(),
    nn.Sigmoid(),
).requires_grad_(False)

model = Autoencoder(decodes_image=METHOD != "I-F-FP")
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
images = torch.rand(BATCH, 3, 64, 64)
with torch.no_grad():
    features = loss_network(images)


def step():
    optimizer.zero_grad(set_to_none=True)
    output = model(images)
    if METHOD == "I-I-PW":
        loss = F.mse_loss(output, images)
    elif METHOD == "I-I-PS":
        loss = F.mse_loss(loss_network(output), features)
    else:
        loss = F.mse_loss(output, features)
    loss.backward()
    optimizer.step()
    return loss.item()


print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads()}), file=sys.stderr, flush=True)
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start, cpu_start = time.perf_counter(), time.process_time()
        step()
        times.append([(time.perf_counter() - start) * 1000, (time.process_time() - cpu_start) * 1000])
    print(json.dumps(times), flush=True)
