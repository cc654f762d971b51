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

    def named_convolutions(self):
        for i, stage in enumerate(self.stages):
            yield f"stage{i + 1}.conv1", stage[0]
            yield f"stage{i + 1}.conv2", stage[2]


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

    def named_convolutions(self):
        return named_convolutions_of(self)


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

    def named_convolutions(self):
        return named_convolutions_of(self)


def named_convolutions_of(network):
    """Every NormalizedConvolution by the TypeScript's name of it."""
    yield "stem", network.stem
    for name, block in network.blocks.items():
        for part, module in block.named_children():
            if isinstance(module, NormalizedConvolution):
                yield f"{name.replace('_', '.')}.{part}", module
