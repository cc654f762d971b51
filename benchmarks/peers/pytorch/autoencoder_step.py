"""Training steps of one of the autoencoders: 64x64 images, latent size 64, Adam.

Usage: autoencoder_step.py METHOD BATCH_SIZE computed|cached
"""

import sys

import torch
from torch import nn
from torch.nn import functional as F

from serve import serve

METHOD, BATCH, TARGETS = sys.argv[1], int(sys.argv[2]), sys.argv[3]
LATENT = 64
FEATURES = 9408


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


def targets():
    with torch.no_grad():
        return loss_network(images)


cached = targets()


def step():
    optimizer.zero_grad(set_to_none=True)
    output = model(images)
    if METHOD == "I-I-PW":
        loss = F.mse_loss(output, images)
    else:
        features = cached if TARGETS == "cached" else targets()
        loss = F.mse_loss(loss_network(output) if METHOD == "I-I-PS" else output, features)
    loss.backward()
    optimizer.step()
    return loss.item()


serve(step)
