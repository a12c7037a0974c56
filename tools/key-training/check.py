"""Compare the front end and the network with Rust's: `check.py MODEL.pt KEY_OF_RAW --count N`, on excerpts of its own.

`KEY_OF_RAW` is the built example of `crates/balanced-analysis`. Prints the largest difference of a candidate's share.
"""

import argparse
import subprocess
from pathlib import Path

import numpy as np
import torch
from scipy.signal import resample_poly

import features
import profiles
from data import means
from evaluate import SHARPNESS, log_softmax
from generate import FONTS, STEPS_OF_ONE, excerpt
from network import Network
from songs.fluid import Fluid
from songs.render import RATE

MAJOR = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MINOR = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
NAMES = [f"{tonic} major" for tonic in MAJOR] + [f"{tonic} minor" for tonic in MINOR]
PROFILES, TEMPERATURE = 1.0, 1.6
"""As in `decide.rs`."""


def shares(network: Network, sound: np.ndarray) -> np.ndarray:
    """Of 24 keys, as Rust computes them."""
    fine, tuning, _ = features.steps(resample_poly(sound, 1, 2))
    kept = np.clip(np.round(fine * STEPS_OF_ONE), 0, 255).astype(np.uint8)
    kept = kept[kept.sum((1, 2)) > 0]
    with torch.no_grad():
        odds = network(torch.from_numpy(means(kept, tuning))[None]).numpy()
    scores = profiles.scores(features.pitch_classes(fine[:, 0].sum(0), tuning).astype(np.float64))
    prior = log_softmax(SHARPNESS * scores[None])
    return np.exp(log_softmax((odds + PROFILES * prior) / TEMPERATURE))[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("key_of_raw", type=Path)
    parser.add_argument("--count", type=int, default=8)
    args = parser.parse_args()
    network = Network()
    network.load_state_dict(torch.load(args.model))
    network.eval()
    fonts = [Fluid(font, RATE) for font in FONTS]
    for seed in range(950_000, 950_000 + args.count):
        sound, _, key, kind = excerpt(seed, 28.0, fonts)
        said = subprocess.run([args.key_of_raw], input=sound.astype("<f4").tobytes(), capture_output=True, check=True).stdout.decode()
        first, *candidates = said.strip().split(" | ")
        ours = shares(network, sound)
        worst = max((abs(float(c.rsplit(" ", 1)[1]) - ours[NAMES.index(c.rsplit(" ", 1)[0])]) for c in candidates), default=0.0)
        print(f"{kind:12s} {NAMES[key] if key >= 0 else 'none':9s} {first[:60]:60s} largest difference {worst:.4f}")


if __name__ == "__main__":
    main()
