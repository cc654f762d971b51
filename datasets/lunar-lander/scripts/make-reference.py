"""Makes test/fixtures: episodes as the field's own LunarLander plays and draws them, and pictures reduced by others.

    python -m venv .venv
    .venv/bin/pip install 'gymnasium[box2d]==1.4.0' pillow==13.0.0 numpy==2.4.6 opencv-python-headless==5.0.0.93
    .venv/bin/python scripts/make-reference.py

Every step is drawn, since exhaust particles age by being drawn; some of the pictures are kept.
"""

import json
import pathlib

import cv2
import gymnasium
import numpy as np
from PIL import Image

FIXTURES = pathlib.Path(__file__).parent.parent / "test" / "fixtures"
STEPS = 120
KEPT_PICTURES = (0, 1, 20, 60, 100)
SEEDS = (2026, 2027)


class Recorder:
    """Stands in for the environment's random generator and keeps what it draws."""

    def __init__(self, generator):
        self.generator = generator
        self.drawn = []

    def uniform(self, low=0.0, high=1.0, size=None):
        values = self.generator.uniform(low, high, size)
        self.drawn.append(values.tolist() if size is not None else float(values))
        return values


def play(seed):
    environment = gymnasium.make("LunarLander-v3", render_mode="rgb_array").unwrapped
    recorder = Recorder(np.random.default_rng(seed))
    policy = np.random.default_rng([seed, 1])
    environment._np_random = recorder
    actions, states, pictures = [], [], []
    for step in range(STEPS):
        if step == 0:
            actions.append(0)
            state, _ = environment.reset()
        else:
            actions.append(int(policy.integers(4)))
            state, *_ = environment.step(actions[-1])
        states.append([float(value) for value in state])
        pictures.append(environment.render())
    heights, *rest = recorder.drawn
    force, dispersion = rest[:2], rest[2:]
    return pictures, {
        "environment": f"gymnasium {gymnasium.__version__} LunarLander-v3, discrete, no wind",
        "seed": seed,
        "heights": heights,
        "initialForce": force,
        "actions": actions,
        "dispersionBeforeScale": [dispersion[i : i + 2] for i in range(0, len(dispersion), 2)],
        "states": states,
    }


def to_bytes(picture):
    return np.clip(np.floor(picture + 0.5), 0, 255).astype(np.uint8)


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS, start=1):
        pictures, episode = play(seed)
        name = f"episode{number:02d}"
        (FIXTURES / f"{name}.json").write_text(json.dumps(episode) + "\n")
        for step in KEPT_PICTURES:
            Image.fromarray(pictures[step]).save(FIXTURES / f"{name}_step{step:03d}.png", optimize=True)
    # Floating-point channels: neither library rounds or clips between its two passes then.
    picture = pictures[60].astype(np.float32)
    channels = [Image.fromarray(picture[..., c]).resize((64, 64), Image.Resampling.BICUBIC) for c in range(3)]
    antialiased = to_bytes(np.stack([np.asarray(channel) for channel in channels], axis=-1))
    interpolated = to_bytes(cv2.resize(picture, (64, 64), interpolation=cv2.INTER_CUBIC))
    Image.fromarray(antialiased).save(FIXTURES / f"{name}_step060_antialiased.png", optimize=True)
    Image.fromarray(interpolated).save(FIXTURES / f"{name}_step060_interpolated.png", optimize=True)


if __name__ == "__main__":
    main()
