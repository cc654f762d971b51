"""Makes the PyTorch reference for the parity tests of method-autoencoder and method-supervised.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 numpy==2.4.6 safetensors==0.8.0
    venv/bin/python packages/method-autoencoder/scripts/make-parity-fixture.py

(or only the cases named as arguments; --search looks for variants of them instead) writes packages/method-autoencoder/test/fixtures/*.safetensors and packages/method-supervised/test/fixtures/*.safetensors.
A few minutes on two cores and some 6 GB of memory.

The networks of papers 000-001 are built from torch.nn modules, in float64, and trained by three steps of torch.optim.Adam. Weights, images and noise are not stored: both
sides compute them from one counter-based hash (`uniform` here, `formulaUniform` in @paretrain/testing), whose values are
exact in float32. Each tensor of the result (gradients of the first step, weights and
moving statistics after the third, embeddings and reconstructions in evaluation mode) is stored as a digest: its norm, 16
projections on random directions of +1 and -1, and 128 of its values. `digest` in @paretrain/testing explains what that proves.

Everything is in tfjs's layout: images NHWC, kernels [height, width, in, out] ([height, width, out, in] if transposed), dense
kernels [in, out], flattening in the order height, width, channel. PyTorch's tensors are permuted on their way in and out.
"""

import pathlib
import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

PACKAGES = pathlib.Path(__file__).resolve().parents[2]
DIRECTIONS, SAMPLES, STEPS, LATENT = 16, 128, 3, 64
# Different images for each. Where a value in front of a ReLU happens to be as small as rounding errors, float32 gets another
# gradient than float64, in PyTorch as anywhere; such images are passed over: see CASES and `search`.
variant = 0
# Name of a random change of all weights by up to 1e-7 of themselves, as rounding makes; None for the weights themselves.
jitter = None


def to_torch(array):
    return torch.tensor(np.ascontiguousarray(array), dtype=torch.get_default_dtype())


# --- the formula -----------------------------------------------------------------------------------------------------


def mix(x):
    """Murmur3's 32-bit finaliser of an array of uint32."""
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return x ^ (x >> np.uint32(16))


def seed_of(name):
    """32-bit FNV-1a of a text."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def hashes(name, count):
    with np.errstate(over="ignore"):
        index = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B1)
        return mix(index ^ np.uint32(seed_of(name)))


def uniform(name, shape, low=-1.0, high=1.0):
    """Uniform in [low, high), rounded to float32."""
    unit = (hashes(name, int(np.prod(shape))) >> np.uint32(8)).astype(np.float64) / 2**24
    return (low + (high - low) * unit).astype(np.float32).astype(np.float64).reshape(shape)


def digest(values):
    """Norm, projections on DIRECTIONS directions of +-1, and SAMPLES evenly spread values."""
    flat = np.ascontiguousarray(values, dtype=np.float64).ravel()
    bits = hashes("direction", flat.size)
    projections = []
    for k in range(DIRECTIONS):
        sign = 1.0 - 2.0 * ((bits >> np.uint32(k)) & np.uint32(1)).astype(np.float64)
        projections.append(float(np.dot(sign, flat)))
    count = min(SAMPLES, flat.size)
    samples = flat[[j * flat.size // count for j in range(count)]]
    return np.concatenate([[np.linalg.norm(flat)], projections, samples]).astype(np.float32)


# --- layers that know their name and their tfjs layout ----------------------------------------------------------------


class Slot:
    """One weight: its PyTorch tensor and how to get to tfjs's layout and back."""

    def __init__(self, name, tensor, to_tfjs, from_tfjs, initial):
        self.name, self.tensor, self.to_tfjs = name, tensor, to_tfjs
        if jitter is not None:
            initial = initial * (1 + 1e-7 * uniform(f"{jitter}/{name}", initial.shape))
        with torch.no_grad():
            tensor.copy_(to_torch(from_tfjs(initial)))

    def digest_of(self, tensor):
        return digest(self.to_tfjs(tensor.detach().numpy()))


same = lambda a: a


def vector(name, tensor, low, high):
    return Slot(name, tensor, same, same, uniform(name, tuple(tensor.shape), low, high))


def conv_slots(name, layer, transposed=False):
    # Conv2d: [out, in, h, w] <-> [h, w, in, out]; ConvTranspose2d: [in, out, h, w] <-> [h, w, out, in].
    forward = lambda a: a.transpose(2, 3, 1, 0)
    backward = lambda a: a.transpose(3, 2, 0, 1)
    shape = forward(layer.weight.detach().numpy()).shape
    bound = 1 / np.sqrt(shape[0] * shape[1] * shape[2])
    return [
        Slot(f"{name}/kernel", layer.weight, forward, backward, uniform(f"{name}/kernel", shape, -bound, bound)),
        vector(f"{name}/bias", layer.bias, -bound, bound),
    ]


def norm_slots(name, layer):
    return [
        vector(f"{name}/gamma", layer.weight, 0.8, 1.2),
        vector(f"{name}/beta", layer.bias, -0.2, 0.2),
    ]


def moving_slots(name, layer):
    shape = (layer.num_features,)
    return [
        Slot(f"{name}/moving_mean", layer.running_mean, same, same, np.zeros(shape)),
        Slot(f"{name}/moving_variance", layer.running_var, same, same, np.ones(shape)),
    ]


def dense_slots(name, layer, grid_in=None, grid_out=None):
    """grid_in, grid_out: (h, w, c) where the inputs or outputs are a flattened image."""

    def forward(a):  # [out, in] -> [in, out], flattened images from c, h, w to h, w, c
        if grid_in:
            h, w, c = grid_in
            a = a.reshape(-1, c, h, w).transpose(0, 2, 3, 1).reshape(a.shape)
        if grid_out:
            h, w, c = grid_out
            a = a.reshape(c, h, w, -1).transpose(1, 2, 0, 3).reshape(a.shape)
        return a.T

    def backward(a):
        a = a.T
        if grid_in:
            h, w, c = grid_in
            a = a.reshape(-1, h, w, c).transpose(0, 3, 1, 2).reshape(a.shape)
        if grid_out:
            h, w, c = grid_out
            a = a.reshape(h, w, c, -1).transpose(2, 0, 1, 3).reshape(a.shape)
        return a

    forward_bias, backward_bias = same, same
    if grid_out:
        h, w, c = grid_out
        forward_bias = lambda a: a.reshape(c, h, w).transpose(1, 2, 0).ravel()
        backward_bias = lambda a: a.reshape(h, w, c).transpose(2, 0, 1).ravel()
    out_size, in_size = layer.weight.shape
    bound = 1 / np.sqrt(in_size)
    kernel = uniform(f"{name}/kernel", (in_size, out_size), -bound, bound)
    bias = uniform(f"{name}/bias", (out_size,), -bound, bound)
    return [
        Slot(f"{name}/kernel", layer.weight, forward, backward, kernel),
        Slot(f"{name}/bias", layer.bias, forward_bias, backward_bias, bias),
    ]


# --- networks ---------------------------------------------------------------------------------------------------------


class Network(nn.Module):
    """`slots` have gradients worth comparing; `moving` are statistics."""

    def __init__(self):
        super().__init__()
        self.slots, self.moving = [], []

    def normed(self, prefix, i, convolution, transposed=False):
        norm = nn.BatchNorm2d(convolution.out_channels)
        name = "deconvolution" if transposed else "convolution"
        # The bias in front of batch normalisation is set, but has no true gradient: not compared.
        self.slots += conv_slots(f"{prefix}/{name}{i}", convolution)[:1]
        self.slots += norm_slots(f"{prefix}/norm{i}", norm)
        self.moving += moving_slots(f"{prefix}/norm{i}", norm)
        return nn.Sequential(convolution, norm, nn.ReLU())


class ImageEncoder(Network):
    def __init__(self, size):
        super().__init__()
        channels = [3, 32, 64, 128, 256]
        self.trunk = nn.Sequential(
            *[self.normed("encoder", i + 1, nn.Conv2d(channels[i], channels[i + 1], 4, 2)) for i in range(4)]
        )
        side = (size - 64) // 16 + 2
        self.mean = nn.Linear(256 * side * side, LATENT)
        self.log_variance = nn.Linear(256 * side * side, LATENT)
        grid = (side, side, 256)
        self.slots += dense_slots("encoder/mean", self.mean, grid_in=grid)
        self.slots += dense_slots("encoder/logVariance", self.log_variance, grid_in=grid)

    def forward(self, images):
        x = self.trunk(images).flatten(1)
        return self.mean(x), self.log_variance(x)


class FeatureEncoder(Network):
    def __init__(self, features):
        super().__init__()
        hidden = min(features // 2, 2048)
        self.hidden = nn.Linear(features, hidden)
        self.mean = nn.Linear(hidden, LATENT)
        self.log_variance = nn.Linear(hidden, LATENT)
        self.slots += dense_slots("encoder/hidden", self.hidden)
        self.slots += dense_slots("encoder/mean", self.mean)
        self.slots += dense_slots("encoder/logVariance", self.log_variance)

    def forward(self, features):
        x = torch.relu(self.hidden(features))
        return self.mean(x), self.log_variance(x)


class ImageDecoder(Network):
    def __init__(self, size):
        super().__init__()
        self.grid = (size - 64) // 16 + 1
        self.dense = nn.Linear(LATENT, 1024 * self.grid**2)
        self.slots += dense_slots("decoder/dense", self.dense, grid_out=(self.grid, self.grid, 1024))
        channels, kernels = [1024, 128, 64, 32], [5, 5, 6]
        self.trunk = nn.Sequential(
            *[
                self.normed(
                    "decoder", i + 1, nn.ConvTranspose2d(channels[i], channels[i + 1], kernels[i], 2), transposed=True
                )
                for i in range(3)
            ]
        )
        self.last = nn.ConvTranspose2d(32, 3, 6, 2)
        self.slots += conv_slots("decoder/deconvolution4", self.last)

    def forward(self, z):
        x = torch.relu(self.dense(z)).reshape(-1, 1024, self.grid, self.grid)
        return torch.sigmoid(self.last(self.trunk(x)))


class FeatureDecoder(Network):
    def __init__(self, features):
        super().__init__()
        hidden = min(features // 2, 2048)
        self.hidden = nn.Linear(LATENT, hidden)
        self.features = nn.Linear(hidden, features)
        self.slots += dense_slots("decoder/hidden", self.hidden) + dense_slots("decoder/features", self.features)

    def forward(self, z):
        return self.features(torch.relu(self.hidden(z)))


class Predictor(Network):
    def __init__(self, hidden, outputs):
        super().__init__()
        sizes = [LATENT, *hidden]
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])
        self.output = nn.Linear(sizes[-1], outputs)
        for i, layer in enumerate(self.layers):
            self.slots += dense_slots(f"predictor/hidden{i + 1}", layer)
        self.slots += dense_slots("predictor/output", self.output)

    def forward(self, x):
        for layer in self.layers:
            x = nn.functional.leaky_relu(layer(x), 0.01)
        return self.output(x)


class LossNetwork(Network):
    """AlexNet's first five modules, then a sigmoid; features flattened height, width, channel. Frozen."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 64, 11, 4, 2), nn.Conv2d(64, 192, 5, 1, 2)
        conv_slots("loss/convolution1", self.first)
        conv_slots("loss/convolution2", self.second)
        with torch.no_grad():
            # Kaiming's gain, so that the features are not all alike; as a float32 product, like on the other side.
            for layer in (self.first, self.second):
                layer.weight.copy_(to_torch(layer.weight.numpy().astype(np.float32) * np.float32(2.5)))
        for parameter in self.parameters():
            parameter.requires_grad = False

    def forward(self, images):
        x = nn.functional.max_pool2d(torch.relu(self.first(images)), 3, 2)
        return torch.sigmoid(torch.relu(self.second(x))).permute(0, 2, 3, 1).flatten(1)


# --- procedures -------------------------------------------------------------------------------------------------------


def images_of(step, batch, size):
    """Blocks of 16x16 pixels in random colours under a little noise: pure noise would give embeddings that are all alike,
    whose normalisation amplifies rounding errors without limit."""
    blocks = uniform(f"blocks/{variant}/{step}", (batch, size // 16, size // 16, 3), 0, 0.75)
    noise = uniform(f"noise of images/{variant}/{step}", (batch, size, size, 3), 0, 0.25)
    nhwc = (blocks.repeat(16, axis=1).repeat(16, axis=2) + noise).astype(np.float32)
    return to_torch(nhwc.transpose(0, 3, 1, 2))


def nhwc(images):
    return images.detach().numpy().transpose(0, 2, 3, 1)


def train(networks, loss_of):
    """Three Adam steps; digests of the first gradients and the last weights. Weights without a gradient are left out."""
    digests = {}
    optimizer = torch.optim.Adam([p for network in networks for p in network.parameters()])
    losses = []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(step)
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            for network in networks:
                for slot in network.slots:
                    if slot.tensor.grad is not None:
                        digests[f"gradient/{slot.name}"] = slot.digest_of(slot.tensor.grad)
        optimizer.step()
    for network in networks:
        for slot in [*network.slots, *network.moving]:
            if slot in network.moving or slot.tensor.grad is not None:
                digests[f"weight/{slot.name}"] = slot.digest_of(slot.tensor)
        network.eval()
    digests["losses"] = np.array(losses, dtype=np.float32)
    return digests


def autoencoder(encoder, decoder, objective, gamma=None, size=64, batch=4):
    loss_network = LossNetwork()
    features = loss_network(images_of(0, 1, size)).shape[1]
    enc = ImageEncoder(size) if encoder == "image" else FeatureEncoder(features)
    dec = ImageDecoder(size) if decoder == "image" else FeatureDecoder(features)
    seen = lambda x: x if encoder == "image" else loss_network(x)

    def loss_of(step):
        x = images_of(step, batch, size)
        mean, log_variance = enc(seen(x))
        z = mean
        if gamma is not None:
            noise = to_torch(uniform(f"noise/{step}", (batch, LATENT), -1.7, 1.7))
            z = mean + torch.exp(log_variance / 2) * noise
        y = dec(z)
        if objective == "PW":
            loss = nn.functional.mse_loss(y, x)
        elif objective == "PS":
            loss = nn.functional.mse_loss(loss_network(y), loss_network(x))
        else:
            loss = nn.functional.mse_loss(y, loss_network(x))
        if gamma is not None:
            loss = loss - gamma * torch.mean(1 + log_variance - mean**2 - torch.exp(log_variance))
        return loss

    digests = train([enc, dec], loss_of)
    with torch.no_grad():
        x = images_of(STEPS, batch, size)
        z = enc(seen(x))[0]
        digests["encode"] = digest(z.numpy())
        if decoder == "image":
            digests["reconstruct"] = digest(nhwc(dec(z)))
    return digests


def simple_cnn(size=64, batch=4):
    encoder, predictor = ImageEncoder(size), Predictor([64, 64], 2)
    digests = train(
        [encoder, predictor],
        lambda step: nn.functional.mse_loss(
            predictor(encoder(images_of(step, batch, size))[0]), to_torch(uniform(f"targets/{step}", (batch, 2)))
        ),
    )
    with torch.no_grad():
        z = encoder(images_of(STEPS, batch, size))[0]
        digests["encode"] = digest(z.numpy())
        digests["predict"] = digest(predictor(z).numpy())
    return digests


def largest_difference(single, reference):
    errors = {
        key: np.sqrt(np.mean((single[key][1 : 1 + DIRECTIONS] - value[1 : 1 + DIRECTIONS]) ** 2)) / value[0]
        for key, value in reference.items()
        if key.startswith(("gradient/", "weight/")) and not key.endswith("moving_mean")
    }
    worst = max(errors, key=errors.get)
    return errors[worst], worst


def search(run, changes):
    """The number of the first variant that rounding does not change: PyTorch's own float32 agrees with float64 to 2e-5, with
    the weights as they are and after each of `changes` random changes of 1e-7.

    Not compared: moving means, since in float32 the biases in front of batch normalisation drift along rounding errors.
    """
    global variant, jitter
    for variant in range(40):
        torch.set_default_dtype(torch.float64)
        reference = run()
        torch.set_default_dtype(torch.float32)
        for jitter in [None, *range(changes)]:
            error, worst = largest_difference(run(), reference)
            print(f"  variant {variant}, jitter {jitter}: float32 differs by {error:.1e} in {worst}", flush=True)
            if error > 2e-5:
                break
        jitter = None
        if error <= 2e-5:
            return variant
    raise SystemExit("no variant is stable")


def store(package, name, number, run):
    global variant
    variant = number
    torch.set_default_dtype(torch.float64)
    digests = run()
    folder = PACKAGES / package / "test" / "fixtures"
    folder.mkdir(parents=True, exist_ok=True)
    metadata = {"torch": torch.__version__.split("+")[0], "numpy": np.__version__, "variant": str(variant)}
    save_file(digests, folder / f"{name}.safetensors", metadata=metadata)
    print(name, len(digests), digests["losses"], flush=True)


IMAGE, FEATURES = "image", "features"
# Package, variant, and how to make it.
CASES = {
    "I-I-PW": ("method-autoencoder", 1, lambda: autoencoder(IMAGE, IMAGE, "PW")),
    "I-I-PS": ("method-autoencoder", 1, lambda: autoencoder(IMAGE, IMAGE, "PS")),
    "F-I-PW": ("method-autoencoder", 2, lambda: autoencoder(FEATURES, IMAGE, "PW")),
    "F-I-PS": ("method-autoencoder", 21, lambda: autoencoder(FEATURES, IMAGE, "PS")),
    "I-F-FP": ("method-autoencoder", 0, lambda: autoencoder(IMAGE, FEATURES, "FP")),
    "F-F-FP": ("method-autoencoder", 0, lambda: autoencoder(FEATURES, FEATURES, "FP")),
    "VAE": ("method-autoencoder", 0, lambda: autoencoder(IMAGE, IMAGE, "PW", 0.01)),
    "P.VAE": ("method-autoencoder", 1, lambda: autoencoder(IMAGE, IMAGE, "PS", 0.01)),
    # 96x96: the decoder's grid is 3x3, the encoder's 4x4.
    "I-I-PW-96": ("method-autoencoder", 11, lambda: autoencoder(IMAGE, IMAGE, "PW", size=96, batch=1)),
    "simple-cnn": ("method-supervised", 0, simple_cnn),
    # Batches of 2, for the parity suite of all backends, each of which rounds in its own way: stand 8 changes, the ones above
    # 3. I-I-PW differs by 2.2e-5 in float32 already, but stands 12 changes of 3e-7 in float64, more than the variants that do not.
    "I-I-PW-batch-2": ("testing", 1, lambda: autoencoder(IMAGE, IMAGE, "PW", batch=2)),
    "I-I-PS-batch-2": ("testing", 7, lambda: autoencoder(IMAGE, IMAGE, "PS", batch=2)),
    # Variant 0 stands the 8 changes too, but not TensorFlow's rounding on two threads.
    "F-I-PW-batch-2": ("testing", 1, lambda: autoencoder(FEATURES, IMAGE, "PW", batch=2)),
    "F-I-PS-batch-2": ("testing", 3, lambda: autoencoder(FEATURES, IMAGE, "PS", batch=2)),
    "I-F-FP-batch-2": ("testing", 0, lambda: autoencoder(IMAGE, FEATURES, "FP", batch=2)),
    "F-F-FP-batch-2": ("testing", 0, lambda: autoencoder(FEATURES, FEATURES, "FP", batch=2)),
    "VAE-batch-2": ("testing", 1, lambda: autoencoder(IMAGE, IMAGE, "PW", 0.01, batch=2)),
    "P.VAE-batch-2": ("testing", 3, lambda: autoencoder(IMAGE, IMAGE, "PS", 0.01, batch=2)),
    "simple-cnn-batch-2": ("testing", 12, lambda: simple_cnn(batch=2)),
}

if __name__ == "__main__":
    searching = "--search" in sys.argv
    chosen = [argument for argument in sys.argv[1:] if argument != "--search"] or list(CASES)
    for name in chosen:
        package, number, run = CASES[name]
        if searching:
            print(name, "variant", search(run, 8 if package == "testing" else 3))
        else:
            store(package, name, number, run)
