"""Makes the PyTorch reference for the parity test of the classifiers: test/fixtures/<network>.safetensors.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 numpy==2.4.6 safetensors==0.8.0
    venv/bin/python packages/models/scripts/make-classifier-fixture.py [vgg] [resnet18] [dpn92] [densenet121] [--search]

One training pass and one in evaluation mode, in float64. Weights, images and dropout come from the formula of method-autoencoder's
script, whose docstring says how tensors are stored. --search prints how far float32 is from float64 for some variants of the
images instead: where a value in front of a ReLU is as small as rounding errors, any float32 gets another gradient, and the
variant is passed over. The many such values of the networks with ReLU leave no variant that is safe from other roundings, so they
are kept away from 0: see set_far_betas.
"""

import copy
import importlib
import pathlib
import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F

from pytorch_classifiers import Densenet121, Dpn92, Resnet18, Vgg

PACKAGES = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PACKAGES / "method-autoencoder" / "scripts"))
formula = importlib.import_module("make-parity-fixture")

CLASSES = 10
# In the unit of normalised values.
FAR = 4.0


class FormulaDropout(nn.Module):
    """Dropout by the first 16 bits of the formula's numbers, one a value, in the order batch, height, width, channel."""

    count = 0

    def __init__(self, rate):
        super().__init__()
        self.threshold = round(rate * 2**16)
        FormulaDropout.count += 1
        self.name = f"dropout/{FormulaDropout.count}"

    def forward(self, x):
        if not self.training:
            return x
        batch, channels, height, width = x.shape
        bits = np.floor(formula.uniform(self.name, (batch, height, width, channels), 0, 1) * 2**16)
        nhwc = (bits >= self.threshold) / (1 - self.threshold / 2**16)
        return x * formula.to_torch(nhwc.transpose(0, 3, 1, 2))


def images_of(name, batch, size):
    """Blocks of 4x4 pixels in random colours under a little noise, so that the images of a batch differ."""
    blocks = formula.uniform(f"blocks/{name}", (batch, size // 4, size // 4, 3), 0, 0.75)
    noise = formula.uniform(f"noise of images/{name}", (batch, size, size, 3), 0, 0.25)
    nhwc = (blocks.repeat(4, axis=1).repeat(4, axis=2) + noise).astype(np.float32)
    return formula.to_torch(nhwc.transpose(0, 3, 1, 2))


def conv_slot(name, layer):
    """The kernel [height, width, in / groups, out], and the bias if there is one."""
    forward = lambda a: a.transpose(2, 3, 1, 0)
    backward = lambda a: a.transpose(3, 2, 0, 1)
    shape = forward(layer.weight.detach().numpy()).shape
    bound = 1 / np.sqrt(shape[0] * shape[1] * shape[2])
    initial = formula.uniform(f"{name}/kernel", shape, -bound, bound)
    if layer.bias is not None:
        # Set, but in front of batch normalisation without a true gradient: not compared.
        formula.vector(f"{name}/bias", layer.bias, -bound, bound)
    return formula.Slot(f"{name}/kernel", layer.weight, forward, backward, initial)


def residual_channels(name, network):
    """How many of the first channels of a normalisation go to a sum with those of other blocks."""
    if isinstance(network, Dpn92) and name.endswith((".conv3", ".shortcut")):
        return network.blocks[name.rsplit(".", 1)[0].replace(".", "_")].residual
    if isinstance(network, Resnet18) and name.endswith((".conv2", ".shortcut")):
        return None
    return 0


def set_far_betas(name, norm, network):
    """Sets the betas of one normalisation to -FAR or FAR, by the sign of the formula's number.

    Hardly any normalised value goes that far, so channels in front of a ReLU are on or off as a whole. On residual paths betas
    are added up from block to block: there they begin with FAR and go on with 1.
    """
    beta = formula.uniform(f"network/{name}.norm/beta", (norm.num_features,), -1, 1)
    beta = np.where(beta < 0, -FAR, FAR)
    beta[: residual_channels(name, network)] = FAR if ".block1." in name else 1
    with torch.no_grad():
        norm.bias.copy_(formula.to_torch(beta))


def has_beta_gradient(name, network):
    """Whether the loss depends on these betas once they are far: a 1x1 convolution makes one constant of the betas of channels that
    are on as a whole, which the next normalisation removes; a 3x3 one does so everywhere but at the image's border."""
    if isinstance(network, Dpn92):
        return name.endswith(".conv1") or (name.startswith("stage4") and not name.endswith(".conv2"))
    if isinstance(network, Densenet121):
        return name.endswith(".conv2") or name == "last"
    return True


def build(make, size):
    """The network with the formula's weights; the slots of what has gradients, and of moving statistics."""
    FormulaDropout.count = 0
    network = make(size)
    slots, moving = [], []
    for name, convolution, norm in network.named_parts():
        if convolution is not None:
            slots.append(conv_slot(f"network/{name}.convolution", convolution))
        if norm is not None:
            gamma, beta = formula.norm_slots(f"network/{name}.norm", norm)
            slots.append(gamma)
            moving += formula.moving_slots(f"network/{name}.norm", norm)
            if not isinstance(network, Vgg):
                set_far_betas(name, norm, network)
            if has_beta_gradient(name, network):
                slots.append(beta)
    slots += formula.dense_slots("network/logits", network.logits, grid_in=getattr(network, "grid", None))
    return network, slots, moving


def train(network, batch, size, variant):
    """One training pass; gradients are left in the network."""
    logits = network(images_of(f"{variant}/0", batch, size))
    loss = F.cross_entropy(logits, torch.arange(batch) % CLASSES)
    loss.backward()
    return logits.detach(), loss.item()


def run(make, batch, size, variant):
    network, slots, moving = build(make, size)
    logits, loss = train(network, batch, size, variant)
    result = {"losses": np.array([loss], dtype=np.float32), "logits/training": formula.digest(logits.numpy())}
    for slot in slots:
        result[f"gradient/{slot.name}"] = slot.digest_of(slot.tensor.grad)
    for slot in moving:
        result[f"weight/{slot.name}"] = slot.digest_of(slot.tensor)
    network.eval()
    with torch.no_grad():
        result["logits/evaluation"] = formula.digest(network(images_of(f"{variant}/1", batch, size)).numpy())
    return result


# How to make it, images of a batch, pixels of a side, and the variant of the images.
CASES = {
    "vgg": (lambda size: Vgg(size, dropout=FormulaDropout), 4, 16, 0),
    "resnet18": (lambda size: Resnet18(), 4, 16, 0),
    "dpn92": (lambda size: Dpn92(), 4, 16, 0),
    "densenet121": (lambda size: Densenet121(), 4, 16, 0),
}


def search(make, batch, size):
    torch.set_default_dtype(torch.float64)
    reference, slots, _ = build(make, size)
    # Parameters without a slot, the biases in front of batch normalisation, have no true gradient.
    compared = {id(slot.tensor) for slot in slots}
    kept = [id(parameter) in compared for parameter in reference.parameters()]
    single = copy.deepcopy(reference).float()
    for variant in range(4):
        gradients = []
        for network, dtype in ((reference, torch.float64), (single, torch.float32)):
            torch.set_default_dtype(dtype)
            network.zero_grad()
            train(network, batch, size, variant)
            gradients.append([p.grad.double() for p, keep in zip(network.parameters(), kept) if keep])
        error = max(((b - a).norm() / a.norm()).item() for a, b in zip(*gradients))
        print(f"  variant {variant}: the gradients of float32 differ by up to {error:.1e}", flush=True)


if __name__ == "__main__":
    chosen = [argument for argument in sys.argv[1:] if argument != "--search"] or list(CASES)
    for name in chosen:
        make, batch, size, variant = CASES[name]
        if "--search" in sys.argv:
            print(name)
            search(make, batch, size)
            continue
        torch.set_default_dtype(torch.float64)
        digests = run(make, batch, size, variant)
        folder = pathlib.Path(__file__).resolve().parents[1] / "test" / "fixtures"
        folder.mkdir(exist_ok=True)
        metadata = {
            "torch": torch.__version__.split("+")[0],
            "numpy": np.__version__,
            "batch": str(batch),
            "size": str(size),
            "variant": str(variant),
        }
        save_file(digests, folder / f"{name}.safetensors", metadata=metadata)
        print(name, len(digests), digests["losses"])
