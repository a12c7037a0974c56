"""A network that hears all twelve keys alike: every layer is a circular convolution over the pitch classes.

Its input are four chromas (`features.py`) of steps of a second and a half; its output the log odds of 24 keys. Turning the input
by a semitone turns the output by one, so that nothing has to be learned twelve times.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from features import CHANNELS

CHORD, PHRASE, SUMMARY, HIDDEN = 14, 14, 24, 24
TAPS = 3
EDGE_STEPS = 4
"""Steps at either end that are looked at by themselves."""
POOLED = 3 * SUMMARY + CHANNELS
FLOOR = 0.02


class Turn(nn.Module):
    """Circular convolution over twelve pitch classes, with `taps` steps of time: (batch, channels, 12, steps)."""

    def __init__(self, inputs: int, outputs: int, taps: int = 1) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 12, taps) / (inputs * 12 * taps) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        taps = self.weight.shape[3]
        x = F.pad(torch.cat([x, x[:, :, :11]], 2), (taps // 2, taps // 2))
        return F.conv2d(x, self.weight, self.bias)


def levels(classes: Tensor) -> Tensor:
    """(batch, steps, channels, 12) to (batch, channels, 12, steps): roots of the share of the channel's mean over the piece."""
    mean = classes.mean((1, 3), keepdim=True)
    return torch.sqrt(classes / (mean + FLOOR)).permute(0, 2, 3, 1)


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.chord = Turn(CHANNELS, CHORD)
        self.phrase = Turn(CHORD, PHRASE, TAPS)
        self.summary = Turn(PHRASE, SUMMARY)
        self.hidden = Turn(POOLED, HIDDEN)
        self.mode = Turn(HIDDEN, 2)
        self.drop = nn.Dropout(0.3)

    def forward(self, classes: Tensor) -> Tensor:
        """Log odds of 24 keys, twelve major from C, then twelve minor."""
        x = levels(classes)
        h = F.relu(self.chord(x))
        h = F.relu(self.phrase(h))
        h = F.relu(self.summary(h))
        edge = min(EDGE_STEPS, h.shape[3])
        pooled = torch.cat([h.mean(3), h[..., :edge].mean(3), h[..., -edge:].mean(3), x.mean(3)], 1)
        y = F.relu(self.hidden(self.drop(pooled[..., None])))
        return self.mode(y)[..., 0].flatten(1)


def parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())
