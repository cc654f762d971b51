"""The autoencoders' networks of papers 000 to 002 as PyTorch users would write them: images [batch, 3, side, side], sides 64 + 16 n."""

from torch import nn


class Encoder(nn.Module):
    """An image to the mean and the log variance of its embedding."""

    def __init__(self, side, latent_size):
        super().__init__()
        layers, channels = [], 3
        for filters in (32, 64, 128, 256):
            layers += [nn.Conv2d(channels, filters, 4, stride=2), nn.BatchNorm2d(filters), nn.ReLU()]
            channels = filters
            side = (side - 4) // 2 + 1
        self.body = nn.Sequential(*layers, nn.Flatten())
        self.mean = nn.Linear(256 * side * side, latent_size)
        self.log_variance = nn.Linear(256 * side * side, latent_size)

    def forward(self, images):
        hidden = self.body(images)
        return self.mean(hidden), self.log_variance(hidden)


def image_decoder(side, latent_size):
    grid = (side - 64) // 16 + 1
    layers = [nn.Linear(latent_size, 1024 * grid * grid), nn.ReLU(), nn.Unflatten(1, (1024, grid, grid))]
    channels = 1024
    for filters, kernel in ((128, 5), (64, 5), (32, 6)):
        layers += [nn.ConvTranspose2d(channels, filters, kernel, stride=2), nn.BatchNorm2d(filters), nn.ReLU()]
        channels = filters
    return nn.Sequential(*layers, nn.ConvTranspose2d(channels, 3, 6, stride=2), nn.Sigmoid())


def feature_decoder(latent_size, features):
    return nn.Sequential(nn.Linear(latent_size, 2048), nn.ReLU(), nn.Linear(2048, features))


def loss_network(sigmoid=True):
    """AlexNet's first five modules, frozen; `features.0` and `features.3` are torchvision's names of its weights."""
    layers = [
        nn.Conv2d(3, 64, 11, stride=4, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 192, 5, padding=2),
        nn.ReLU(),
        nn.Flatten(),
    ]
    return nn.Sequential(*layers, *([nn.Sigmoid()] if sigmoid else [])).requires_grad_(False)
