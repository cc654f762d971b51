"""Makes test/fixtures/photographs/: photographs as networks see them, and what torchvision's SqueezeNet says they show.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 torchvision==0.29.2 safetensors==0.8.0 scikit-image==0.26.0
    venv/bin/python packages/loss-networks/scripts/make-photographs-fixture.py --data-dir DIRECTORY

The photographs are those of scikit-image that their authors have given to the public: the cat Chelsea (CC0, Stefan van der Walt), a cup of coffee
(CC0, Rachel Michetti) and a rocket (public domain, SpaceX). Their shorter side is resized to 256 pixels, of which 224 in the middle are kept.
DIRECTORY/weights holds squeezenet1_1_fp16.safetensors.
"""

import argparse
import json
import pathlib

import torch
import torchvision
from PIL import Image
from safetensors.torch import load_file
from skimage import data
from torchvision.transforms import functional

parser = argparse.ArgumentParser()
parser.add_argument("--data-dir", type=pathlib.Path, required=True)
weights = parser.parse_args().data_dir / "weights" / "squeezenet1_1_fp16.safetensors"
folder = pathlib.Path(__file__).resolve().parents[1] / "test" / "fixtures" / "photographs"
model = torchvision.models.squeezenet1_1(weights=None).eval()
model.load_state_dict({name: tensor.float() for name, tensor in load_file(weights).items()})

found = {}
for name in ["chelsea", "coffee", "rocket"]:
    image = functional.center_crop(functional.resize(Image.fromarray(getattr(data, name)()), 256), 224)
    image.save(folder / f"{name}.png", optimize=True)
    x = functional.normalize(functional.to_tensor(image), [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    with torch.no_grad():
        top = model(x[None])[0].topk(5)
    found[name] = {"classes": top.indices.tolist(), "scores": top.values.tolist()}
(folder / "squeezenet1_1.json").write_text(json.dumps(found) + "\n")
print(found)
