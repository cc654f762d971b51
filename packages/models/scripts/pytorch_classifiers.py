"""The classifiers of @paretrain/models in PyTorch, for the parity fixture and for timing against PyTorch.

Written from the same specifications as the TypeScript: NCHW, logits, PyTorch's own initial weights. Modules carry the names
that the TypeScript gives its layers, with `_` for `.`.
"""

import torch
from torch import nn
from torch.nn import functional as F


class NormalizedConvolution(nn.Module):
    """A convolution, batch normalisation and, if wanted, ReLU."""

    def __init__(self, channels, filters, kernel, stride=1, groups=1, bias=False, relu=True):
        super().__init__()
        self.convolution = nn.Conv2d(
            channels, filters, kernel, stride, padding=(kernel - 1) // 2, groups=groups, bias=bias
        )
        self.norm = nn.BatchNorm2d(filters)
        self.relu = relu

    def forward(self, x):
        x = self.norm(self.convolution(x))
        return F.relu(x) if self.relu else x


class Vgg(nn.Module):
    """Paper 003's classifier with batch normalisation: see vgg.ts."""

    def __init__(self, size=32, channels=3, classes=10, dropout=nn.Dropout):
        super().__init__()
        stages = []
        for filters in (64, 128, 256):
            stages.append(
                nn.Sequential(
                    NormalizedConvolution(channels, filters, 3, bias=True, relu=False),
                    nn.LeakyReLU(0.3),
                    NormalizedConvolution(filters, filters, 3, bias=True, relu=False),
                    nn.LeakyReLU(0.3),
                    nn.MaxPool2d(2),
                    dropout(0.6),
                )
            )
            channels = filters
        self.stages = nn.Sequential(*stages)
        self.grid = (size // 8, size // 8, channels)
        self.logits = nn.Linear((size // 8) ** 2 * channels, classes)

    def forward(self, x):
        return self.logits(self.stages(x).flatten(1))

    def named_parts(self):
        for i, stage in enumerate(self.stages):
            yield f"stage{i + 1}.conv1", stage[0].convolution, stage[0].norm
            yield f"stage{i + 1}.conv2", stage[2].convolution, stage[2].norm


class BasicBlock(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = NormalizedConvolution(channels, filters, 3, stride)
        self.conv2 = NormalizedConvolution(filters, filters, 3, relu=False)
        self.shortcut = (
            nn.Identity()
            if stride == 1 and channels == filters
            else NormalizedConvolution(channels, filters, 1, stride, relu=False)
        )

    def forward(self, x):
        return F.relu(self.conv2(self.conv1(x)) + self.shortcut(x))


class Resnet18(nn.Module):
    """ResNet-18 for small images: see resnet18.ts."""

    def __init__(self, channels=3, classes=10):
        super().__init__()
        self.stem = NormalizedConvolution(channels, 64, 3)
        blocks, last = {}, 64
        for i, filters in enumerate((64, 128, 256, 512)):
            for block in (1, 2):
                stride = 2 if i > 0 and block == 1 else 1
                blocks[f"stage{i + 1}_block{block}"] = BasicBlock(last, filters, stride)
                last = filters
        self.blocks = nn.ModuleDict(blocks)
        self.logits = nn.Linear(last, classes)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks.values():
            x = block(x)
        return self.logits(x.mean((2, 3)))

    def named_parts(self):
        return named_parts_of(self)


class DualPathBlock(nn.Module):
    def __init__(self, channels, inner, residual, dense, stride, first):
        super().__init__()
        self.residual = residual
        self.conv1 = NormalizedConvolution(channels, inner, 1)
        self.conv2 = NormalizedConvolution(inner, inner, 3, stride, groups=32)
        self.conv3 = NormalizedConvolution(inner, residual + dense, 1, relu=False)
        self.shortcut = (
            NormalizedConvolution(channels, residual + dense, 1, stride, relu=False) if first else nn.Identity()
        )

    def forward(self, x):
        a, b, n = self.shortcut(x), self.conv3(self.conv2(self.conv1(x))), self.residual
        return F.relu(torch.cat([a[:, :n] + b[:, :n], a[:, n:], b[:, n:]], 1))


class Dpn92(nn.Module):
    """DPN-92 for small images: see dpn92.ts."""

    STAGES = ((96, 256, 16, 3, 1), (192, 512, 32, 4, 2), (384, 1024, 24, 20, 2), (768, 2048, 128, 3, 2))

    def __init__(self, channels=3, classes=10):
        super().__init__()
        self.stem = NormalizedConvolution(channels, 64, 3)
        blocks, last = {}, 64
        for i, (inner, residual, dense, count, stride) in enumerate(self.STAGES):
            for j in range(count):
                blocks[f"stage{i + 1}_block{j + 1}"] = DualPathBlock(
                    last, inner, residual, dense, stride if j == 0 else 1, j == 0
                )
                last = residual + (j + 2) * dense
        self.blocks = nn.ModuleDict(blocks)
        self.logits = nn.Linear(last, classes)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks.values():
            x = block(x)
        return self.logits(x.mean((2, 3)))

    def named_parts(self):
        return named_parts_of(self)


def named_parts_of(network):
    """Convolution and normalisation of every NormalizedConvolution, by the TypeScript's name of it."""
    yield "stem", network.stem.convolution, network.stem.norm
    for name, block in network.blocks.items():
        for part, module in block.named_children():
            if isinstance(module, NormalizedConvolution):
                yield f"{name.replace('_', '.')}.{part}", module.convolution, module.norm


class RectifiedConvolution(nn.Module):
    """Batch normalisation, ReLU, then a convolution."""

    def __init__(self, channels, filters, kernel):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.convolution = nn.Conv2d(channels, filters, kernel, padding=(kernel - 1) // 2, bias=False)

    def forward(self, x):
        return self.convolution(F.relu(self.norm(x)))


class DenseBlock(nn.Module):
    def __init__(self, channels, growth):
        super().__init__()
        self.conv1 = RectifiedConvolution(channels, 4 * growth, 1)
        self.conv2 = RectifiedConvolution(4 * growth, growth, 3)

    def forward(self, x):
        return torch.cat([x, self.conv2(self.conv1(x))], 1)


class Transition(RectifiedConvolution):
    def forward(self, x):
        return F.avg_pool2d(super().forward(x), 2)


class Densenet121(nn.Module):
    """DenseNet-121 for small images: see densenet121.ts."""

    def __init__(self, channels=3, classes=10, growth=32):
        super().__init__()
        self.stem = nn.Conv2d(channels, 2 * growth, 3, padding=1, bias=False)
        layers, last = {}, 2 * growth
        for i, count in enumerate((6, 12, 24, 16)):
            for j in range(count):
                layers[f"stage{i + 1}_block{j + 1}"] = DenseBlock(last, growth)
                last += growth
            if i < 3:
                layers[f"stage{i + 1}_transition"] = Transition(last, last // 2, 1)
                last //= 2
        self.layers = nn.ModuleDict(layers)
        self.last = nn.BatchNorm2d(last)
        self.logits = nn.Linear(last, classes)

    def forward(self, x):
        x = self.stem(x)
        for layer in self.layers.values():
            x = layer(x)
        return self.logits(F.relu(self.last(x)).mean((2, 3)))

    def named_parts(self):
        yield "stem", self.stem, None
        for name, layer in self.layers.items():
            dotted = name.replace("_", ".")
            if isinstance(layer, Transition):
                yield dotted, layer.convolution, layer.norm
            else:
                yield f"{dotted}.conv1", layer.conv1.convolution, layer.conv1.norm
                yield f"{dotted}.conv2", layer.conv2.convolution, layer.conv2.norm
        yield "last", None, self.last
