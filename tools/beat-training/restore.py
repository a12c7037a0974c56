"""Read the weights that Rust runs back into a network: `restore.py RHYTHM_NETWORK_FOLDER MODEL.pt`.

The batch norms were folded away on export; they come back as identities, so training goes on with them frozen
(`train.py --frozen`). Their gains and offsets can still be learned.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from network import Network


def restored(data: np.ndarray) -> Network:
    """The network whose `export.tensors` are `data`."""
    network, at = Network(), 0

    def take(*shape: int) -> Tensor:
        nonlocal at
        count = int(np.prod(shape))
        at += count
        return torch.from_numpy(data[at - count : at].reshape(shape).copy())

    def unfolded(norm: nn.BatchNorm1d | nn.BatchNorm2d) -> None:
        assert norm.running_mean is not None and norm.running_var is not None
        norm.running_mean.zero_()
        norm.running_var.fill_(1.0 - norm.eps)
        norm.weight.fill_(1.0)
        norm.bias.copy_(take(norm.num_features))

    with torch.no_grad():
        out, planes, taps, bands = network.front.weight.shape
        network.front.weight.copy_(take(taps, planes, bands, out).permute(3, 1, 0, 2))
        unfolded(network.front_norm)
        out, channels, taps, bands = network.middle.weight.shape
        network.middle.weight.copy_(take(taps, bands, channels, out).permute(3, 2, 0, 1))
        unfolded(network.middle_norm)
        width, joined, _ = network.join.weight.shape
        network.join.weight.copy_(
            take(joined // channels_of(network), channels_of(network), width).permute(2, 1, 0).reshape(width, joined, 1)
        )
        unfolded(network.join_norm)
        for layer in network.layers:
            width, _, taps = layer.wide.weight.shape  # type: ignore[union-attr, misc]
            layer.wide.weight.copy_(take(taps, width, width).permute(2, 1, 0))  # type: ignore[union-attr, operator]
            unfolded(layer.norm)  # type: ignore[arg-type]
            layer.mix.weight.copy_(take(width, width).T[:, :, None])  # type: ignore[union-attr, operator]
            layer.mix.bias.copy_(take(width))  # type: ignore[union-attr, operator]
        for conv in (network.heads, network.tempo_mix):
            assert conv.bias is not None
            outputs, inputs, _ = conv.weight.shape
            conv.weight.copy_(take(inputs, outputs).T[:, :, None])
            conv.bias.copy_(take(outputs))
        network.tempo.weight.copy_(take(network.tempo.in_features, network.tempo.out_features).T)
        network.tempo.bias.copy_(take(network.tempo.out_features))
    assert at == data.size, (at, data.size)
    return network


def channels_of(network: Network) -> int:
    """Channels that come out of the second layer."""
    return network.middle.out_channels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    torch.save(restored(np.fromfile(args.folder / "weights.bin", "<f4")).state_dict(), args.out)


if __name__ == "__main__":
    main()
