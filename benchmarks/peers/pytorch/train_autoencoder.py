"""Trains an autoencoder with a run's settings and embeds its images, with nothing of Paretrain but the bytes of images and weights.

Usage: train_autoencoder.py FOLDER

FOLDER holds settings.json (see ../src/quality/train-in-pytorch.ts) and for each split <split>.u8: images as bytes, row by row, three
channels. Written: train.f32 and test.f32, the embeddings (in evaluation mode), and outcome.json.
"""

import copy
import json
import pathlib
import sys

import numpy as np
import torch
from safetensors.torch import load_file
from torch.nn import functional as F

from networks import Encoder, image_decoder, loss_network

folder = pathlib.Path(sys.argv[1])
settings = json.loads((folder / "settings.json").read_text())
method, side, training = settings["method"], settings["side"], settings["training"]
perceptual, variational = method in ("I-I-PS", "P.VAE"), method in ("VAE", "P.VAE")
torch.manual_seed(settings["seed"])


def read(split):
    values = np.fromfile(folder / f"{split}.u8", dtype=np.uint8).reshape(-1, side, side, 3)
    return torch.from_numpy(values).permute(0, 3, 1, 2)


def pixels(some):
    return some.float() / 255


network = None
if perceptual:
    network = loss_network(settings["sigmoid"])
    weights = load_file(settings["weights"])
    # torchvision's names number the modules, and so does the Sequential.
    network.load_state_dict({key.removeprefix("features."): value for key, value in weights.items()})

encoder, decoder = Encoder(side, settings["latentSize"]), image_decoder(side, settings["latentSize"])
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)


def loss_of(images):
    mean, log_variance = encoder(images)
    embedding = mean + torch.exp(log_variance / 2) * torch.randn_like(mean) if variational else mean
    output = decoder(embedding)
    if perceptual:
        with torch.no_grad():
            target = network(images)
        loss = F.mse_loss(network(output), target)
    else:
        loss = F.mse_loss(output, images)
    if variational:
        loss = loss - settings["klWeight"] * torch.mean(1 + log_variance - mean**2 - log_variance.exp())
    return loss


images = read("pretrain")
held_out = int(len(images) * training["validationFraction"])
fitted, validated = images[: len(images) - held_out], images[len(images) - held_out :]
best, best_loss, best_epoch, epoch = None, float("inf"), 0, 0
while epoch < training["epochs"] and (training["patience"] is None or epoch - best_epoch < training["patience"]):
    epoch += 1
    encoder.train(), decoder.train()
    for rows in torch.randperm(len(fitted)).split(training["batchSize"]):
        optimizer.zero_grad(set_to_none=True)
        loss_of(pixels(fitted[rows])).backward()
        optimizer.step()
    if held_out == 0:
        best_epoch = epoch
        continue
    encoder.eval(), decoder.eval()
    with torch.no_grad():
        parts = validated.split(training["batchSize"])
        loss = sum(loss_of(pixels(part)).item() * len(part) for part in parts) / held_out
    if loss < best_loss:
        best, best_loss, best_epoch = copy.deepcopy(encoder.state_dict()), loss, epoch
if best is not None:
    encoder.load_state_dict(best)

encoder.eval()
with torch.no_grad():
    for split in ("train", "test"):
        parts = read(split).split(256)
        embeddings = torch.cat([encoder(pixels(part))[0] for part in parts])
        embeddings.numpy().astype("<f4").tofile(folder / f"{split}.f32")
(folder / "outcome.json").write_text(json.dumps({"torch": torch.__version__, "epochs": epoch, "bestEpoch": best_epoch}))
