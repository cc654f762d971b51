"""Training steps of a classifier of 32x32 images in 10 classes, with the optimiser of its paper.

The networks are those that the parity test of @paretrain/models compares with. Usage: classifier_step.py vgg|resnet18|dpn92 BATCH_SIZE
"""

import pathlib
import sys

import torch
from torch.nn import functional as F

from serve import serve

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "packages" / "models" / "scripts"))
from pytorch_classifiers import Dpn92, Resnet18, Vgg  # noqa: E402

NAME, BATCH = sys.argv[1], int(sys.argv[2])

model = {"vgg": Vgg, "resnet18": Resnet18, "dpn92": Dpn92}[NAME]()
if NAME == "vgg":
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
else:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
images = torch.rand(BATCH, 3, 32, 32)
labels = torch.randint(10, (BATCH,))


def step():
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


serve(step)
