"""Training steps of one of the autoencoders: 64x64 images, latent size 64, Adam.

Usage: autoencoder_step.py METHOD BATCH_SIZE computed|cached
"""

import sys

import torch
from torch import nn
from torch.nn import functional as F

from networks import Encoder, feature_decoder, image_decoder, loss_network
from serve import serve

METHOD, BATCH, TARGETS = sys.argv[1], int(sys.argv[2]), sys.argv[3]
SIDE, LATENT, FEATURES = 64, 64, 9408

network = loss_network()
encoder = Encoder(SIDE, LATENT)
decoder = feature_decoder(LATENT, FEATURES) if METHOD == "I-F-FP" else image_decoder(SIDE, LATENT)
# The second head is neither used nor trained.
trained = nn.ModuleList([encoder.body, encoder.mean, decoder])
optimizer = torch.optim.Adam(trained.parameters(), lr=1e-3)
images = torch.rand(BATCH, 3, SIDE, SIDE)


def targets():
    with torch.no_grad():
        return network(images)


cached = targets()


def step():
    optimizer.zero_grad(set_to_none=True)
    output = decoder(encoder.mean(encoder.body(images)))
    if METHOD == "I-I-PW":
        loss = F.mse_loss(output, images)
    else:
        features = cached if TARGETS == "cached" else targets()
        loss = F.mse_loss(network(output) if METHOD == "I-I-PS" else output, features)
    loss.backward()
    optimizer.step()
    return loss.item()


serve(step)
