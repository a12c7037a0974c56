"""Write the weights for Rust: `export.py MODEL.pt RHYTHM_FOLDER`, and outputs for its golden test.

Batch norms are folded into the convolutions before them.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from features import BANDS
from network import Network

GOLDEN_FRAMES, GOLDEN_EVERY = 2701, 9


def folded(weight: Tensor, norm: nn.BatchNorm1d | nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    assert norm.running_mean is not None and norm.running_var is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    shape = (-1, *[1] * (weight.dim() - 1))
    return weight * scale.reshape(shape), norm.bias - norm.running_mean * scale


def tensors(n: Network) -> list[Tensor]:
    """Matrices (inputs by outputs) and biases, in the order in which Rust takes them."""
    out: list[Tensor] = []
    front, bias = folded(n.front.weight, n.front_norm)
    out += [front.permute(2, 1, 3, 0), bias]
    middle, bias = folded(n.middle.weight, n.middle_norm)
    out += [middle.permute(2, 3, 1, 0), bias]
    join, bias = folded(n.join.weight[:, :, 0], n.join_norm)
    channels = n.middle.out_channels
    out += [join.reshape(join.shape[0], channels, -1).permute(2, 1, 0), bias]
    for layer in n.layers:
        wide, bias = folded(layer.wide.weight, layer.norm)  # type: ignore[arg-type, union-attr]
        out += [wide.permute(2, 1, 0), bias, layer.mix.weight[:, :, 0].T, layer.mix.bias]  # type: ignore[index, union-attr, list-item]
    assert n.heads.bias is not None and n.tempo_mix.bias is not None
    out += [n.heads.weight[:, :, 0].T, n.heads.bias, n.tempo_mix.weight[:, :, 0].T, n.tempo_mix.bias]
    return [*out, n.tempo.weight.T, n.tempo.bias]


def golden_levels() -> np.ndarray:
    """Pulses of many periods with a tail, a different one a band: what the Rust test computes too."""
    frame = np.arange(GOLDEN_FRAMES)[:, None]
    band = np.arange(BANDS)[None, :]
    return (5.0 / (1.0 + (frame * 7 + band * 13) % (50 + 25 * (band % 4)))).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    network = Network()
    network.load_state_dict(torch.load(args.model))
    network.eval()
    with torch.no_grad():
        data = b"".join(t.detach().contiguous().numpy().astype("<f4").tobytes() for t in tensors(network))
        beat, down, tempo = network(torch.from_numpy(golden_levels())[None])
    (args.folder / "weights.bin").write_bytes(data)
    (args.folder / "weights.sha256").write_text(hashlib.sha256(data).hexdigest() + "\n")
    rows = [beat[0, ::GOLDEN_EVERY], down[0, ::GOLDEN_EVERY], torch.softmax(tempo[0], 0)]
    text = "\n".join(" ".join(f"{v:.5f}" for v in row.tolist()) for row in rows)
    (args.folder / "golden.txt").write_text(text + "\n")
    print(len(data), "bytes")


if __name__ == "__main__":
    main()
