"""Write the weights for Rust: `export.py MODEL.pt TONAL_NETWORK_FOLDER`, and outputs for its golden test."""

import argparse
import hashlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from features import CHANNELS
from network import Network, Turn

GOLDEN_STEPS = (1, 3, 20, 160)


def tensors(n: Network) -> list[Tensor]:
    """Matrices (inputs by outputs; taps, classes, channels) and biases, in the order in which Rust takes them."""
    layers: tuple[Turn, ...] = (n.chord, n.phrase, n.summary, n.hidden, n.mode)
    return [t for layer in layers for t in (layer.weight.permute(3, 2, 1, 0), layer.bias)]


def golden(count: int) -> Tensor:
    """Steps that the Rust test computes too."""
    step, channel, place = np.meshgrid(np.arange(count), np.arange(CHANNELS), np.arange(12), indexing="ij")
    value = (step * 5 + place * 7 + channel * 3 + step * place) % 23 / (40.0 + 20.0 * channel)
    return torch.from_numpy(value.astype(np.float32))[None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    network = Network()
    network.load_state_dict(torch.load(args.model))
    network.eval()
    with torch.no_grad():
        data = b"".join(t.contiguous().numpy().astype("<f4").tobytes() for t in tensors(network))
        lines = [" ".join(f"{v:.5f}" for v in network(golden(count))[0].tolist()) for count in GOLDEN_STEPS]
    (args.folder / "weights.bin").write_bytes(data)
    (args.folder / "weights.sha256").write_text(hashlib.sha256(data).hexdigest() + "\n")
    (args.folder / "golden.txt").write_text("\n".join(lines) + "\n")
    print(len(data), "bytes")


if __name__ == "__main__":
    main()
