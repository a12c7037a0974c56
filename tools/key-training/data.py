"""Read shards, and vary what was read as training needs it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

import features
import profiles
from generate import STEPS_OF_ONE

WRONGLY_TUNED = 0.2
JITTER = (-0.07, 0.0, 0.07)
"""Errors of the tuning, in semitones."""
KEYLESS, SMOOTHING = 0.15, 0.05
"""Share of excerpts without a key, and of a goal that is dealt out to all keys."""


@dataclass
class Pieces:
    """`classes` (JITTER, pieces, steps, channels, 12) as means over the heard frames, zero where nothing sounds."""

    classes: NDArray[np.float32]
    key: NDArray[np.int64]
    kind: NDArray[np.str_]
    measures: NDArray[np.float64]
    scores: NDArray[np.float64]
    """Of the profiles."""

    def where(self, mask: NDArray[np.bool_]) -> "Pieces":
        return Pieces(self.classes[:, mask], self.key[mask], self.kind[mask], self.measures[mask], self.scores[mask])


def means(fine: NDArray[np.uint8], tuning: float) -> NDArray[np.float32]:
    """Classes of each step over its heard frames, each of which adds one to the registers together."""
    frames = np.maximum(fine[:, 1:].sum((1, 2), dtype=np.float64), 1.0)
    return features.pitch_classes(fine.astype(np.float32), tuning) / frames[:, None, None].astype(np.float32)


def read(folders: list[Path]) -> Pieces:
    rows = []
    for path in sorted(path for folder in folders for path in folder.glob("*.npz")):
        shard = np.load(path)
        for fine, tuning, measures, key, kind, detuned in zip(
            *(shard[name] for name in ("fine", "tuning", "measures", "key", "kind", "detuned")), strict=True
        ):
            off = (tuning - detuned + 0.5) % 1 - 0.5
            # A tuning heard on the other side of the border moves the names of all notes.
            if key >= 0 and (abs(off) > WRONGLY_TUNED or abs(tuning - detuned) > 0.5):
                continue
            score = profiles.scores(features.pitch_classes(fine[:, 0].astype(np.float32).sum(0) / STEPS_OF_ONE, tuning).astype(np.float64))
            rows.append((np.stack([means(fine, tuning + j) for j in JITTER]), key, kind, measures, score))
    classes = np.stack([row[0] for row in rows], 1)
    return Pieces(
        classes,
        np.array([r[1] for r in rows]),
        np.array([str(r[2]) for r in rows]),
        np.stack([r[3] for r in rows]),
        np.stack([r[4] for r in rows]),
    )


def batches(pieces: Pieces, size: int, rng: np.random.Generator) -> "list[tuple[torch.Tensor, torch.Tensor]]":
    """One epoch of varied excerpts: another tuning, another length, drums beneath, uneven classes.

    The goals are shares of 24 keys: all alike where there is none.
    """
    keyed = rng.permutation(np.flatnonzero(pieces.key >= 0))
    unkeyed = np.flatnonzero(pieces.key < 0)
    fresh = size - int(KEYLESS * size) if len(unkeyed) else size
    out = []
    for first in range(0, len(keyed) - fresh + 1, fresh):
        chosen = np.concatenate([keyed[first : first + fresh], rng.choice(unkeyed, size - fresh) if size > fresh else np.zeros(0, int)])
        steps = pieces.classes.shape[2]
        length = int(rng.integers(6, steps + 1))
        at = int(rng.choice([0, steps - length, int(rng.integers(0, steps - length + 1))]))
        x = pieces.classes[rng.integers(0, len(JITTER), size), chosen, at : at + length].astype(np.float64)
        if len(unkeyed):
            beneath = pieces.classes[1, rng.choice(drums(pieces), size), :length]
            share = (rng.random(size) < 0.35) * rng.uniform(0, 0.7, size)
            turned = np.stack([np.roll(b, int(rng.integers(12)), -1) for b in beneath])
            x = x + share[:, None, None, None] * (turned - x)
        x = x * np.exp(rng.normal(0, 0.3, (size, 1, x.shape[2], 12)) + rng.normal(0, 0.3, x.shape))
        goal = np.full((size, 24), 1 / 24)
        has = pieces.key[chosen] >= 0
        goal[has] = SMOOTHING / 24
        goal[np.flatnonzero(has), pieces.key[chosen][has]] += 1 - SMOOTHING
        out.append((torch.from_numpy(x.astype(np.float32)), torch.from_numpy(goal.astype(np.float32))))
    return out


def drums(pieces: Pieces) -> NDArray[np.int64]:
    return np.flatnonzero(np.isin(pieces.kind, ["drums", "noise"]))
