"""The network of `crates/balanced-analysis/src/rhythm/network/`: a small temporal convolutional network in the manner of Davies & Böck (EUSIPCO
2019) and Böck & Davies (ISMIR 2020), for activations of beats and downbeats and a distribution of tempo.
"""

import torch
from torch import Tensor, nn

from features import BANDS

FRONT, MIDDLE, WIDTH = 12, 16, 32
KERNEL = 5
DILATIONS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
TEMPO_BINS, SLOWEST_BPM, BINS_PER_OCTAVE = 120, 30.0, 36.0
LEVEL_MEAN, LEVEL_SCALE, RISE_LAG = 1.5, 1.0, 2


def planes(levels: Tensor) -> Tensor:
    """Batch, frames, bands to two input planes: the centred level, and its rise over two frames."""
    before = torch.cat([levels[:, :1].expand(-1, RISE_LAG, -1), levels[:, :-RISE_LAG]], dim=1)
    return torch.stack([(levels - LEVEL_MEAN) * LEVEL_SCALE, (levels - before).clamp(min=0)], dim=1)


class Layer(nn.Module):
    """Dilated convolution, rectified, mixed and added to what came in."""

    def __init__(self, dilation: int, dropout: float) -> None:
        super().__init__()
        self.wide = nn.Conv1d(WIDTH, WIDTH, KERNEL, padding=dilation * (KERNEL // 2), dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(WIDTH)
        self.drop = nn.Dropout1d(dropout)
        self.mix = nn.Conv1d(WIDTH, WIDTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.mix(self.drop(torch.relu(self.norm(self.wide(x)))))


class Network(nn.Module):
    """Frames at 100 a second in; two outputs of each head a step of 50 a second, which is 100 a second again."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.front = nn.Conv2d(2, FRONT, (5, 6), stride=(2, 3), padding=(2, 0), bias=False)
        self.front_norm = nn.BatchNorm2d(FRONT)
        self.middle = nn.Conv2d(FRONT, MIDDLE, (3, 3), stride=(1, 2), padding=(1, 0), bias=False)
        self.middle_norm = nn.BatchNorm2d(MIDDLE)
        bands = ((BANDS - 6) // 3 + 1 - 3) // 2 + 1
        self.join = nn.Conv1d(MIDDLE * bands, WIDTH, 1, bias=False)
        self.join_norm = nn.BatchNorm1d(WIDTH)
        self.drop = nn.Dropout1d(dropout)
        self.layers = nn.ModuleList([Layer(d, dropout) for d in DILATIONS])
        self.heads = nn.Conv1d(WIDTH, 4, 1)
        self.tempo_mix = nn.Conv1d(WIDTH, WIDTH, 1)
        self.tempo = nn.Linear(WIDTH, TEMPO_BINS)
        self.heads.bias.data.fill_(-2.5)  # type: ignore[union-attr]

    def forward(self, levels: Tensor, sounding: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of beat and of downbeat (batch, frames), and of the tempo bins (batch, bins).

        The tempo is taken where `sounding` (batch, frames) is 1: outside digital silence.
        """
        x = planes(levels)
        x = torch.relu(self.front_norm(self.front(x)))
        x = torch.relu(self.middle_norm(self.middle(x)))
        x = x.permute(0, 1, 3, 2).flatten(1, 2)
        x = self.drop(torch.relu(self.join_norm(self.join(x))))
        for layer in self.layers:
            x = layer(x)
        x = torch.relu(x)
        heads = self.heads(x)
        beat = heads[:, 0:2].transpose(1, 2).flatten(1)
        down = heads[:, 2:4].transpose(1, 2).flatten(1)
        pooled = torch.relu(self.tempo_mix(x))
        weight = torch.ones_like(pooled[:, :1]) if sounding is None else sounding[:, None, ::2]
        tempo = self.tempo((pooled * weight).sum(dim=2) / weight.sum(dim=2).clamp(min=1))
        return beat, down, tempo
