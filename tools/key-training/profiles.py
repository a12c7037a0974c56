"""The profiles of `crates/balanced-analysis/src/tonal/profiles.rs` in numpy, to compare with."""

import re
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SOURCE = Path(__file__).parents[2] / "crates/balanced-analysis/src/tonal/profiles.rs"
MAJORS = 2
SCALE_SHARPNESS, MINOR_PRIOR = 8.0, 0.07


@cache
def tables() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Published profiles (sets, modes, 12) and scales (majors first, 12), as written in Rust."""
    rows = [[float(v) for v in row.split(",")] for row in re.findall(r"\[((?:\d+\.\d+, ){11}\d+\.\d+)\]", SOURCE.read_text())]
    return np.array(rows[:10]).reshape(5, 2, 12), np.array(rows[10:16])


def standardised(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return (x - x.mean(-1, keepdims=True)) / (x.std(-1, keepdims=True) + 1e-30)


def scores(classes: NDArray[np.float64]) -> NDArray[np.float64]:
    """24 scores of twelve classes, as the Rust function gives them."""
    published, scales = (standardised(t) for t in tables())
    turned = np.stack([np.roll(standardised(classes), -tonic) for tonic in range(12)])
    mean = np.einsum("tp,smp->mt", turned, published) / 12 / len(published)
    each = np.exp(SCALE_SHARPNESS * (turned @ scales.T) / 12)
    soft = np.stack([np.log(each[:, :MAJORS].mean(1)), np.log(each[:, MAJORS:].mean(1))]) / SCALE_SHARPNESS
    out = 0.5 * (mean + soft)
    out[1] += MINOR_PRIOR
    return out.reshape(24)


def weighted(found: int, true: int) -> float:
    """MIREX: 1 right, 0.5 a fifth up, 0.3 relative, 0.2 parallel."""
    if found == true:
        return 1.0
    same_mode = found // 12 == true // 12
    up = (found - true) % 12
    if same_mode and up == 7:
        return 0.5
    if not same_mode and (found % 12 - true % 12) % 12 == (9 if true < 12 else 3):
        return 0.3
    return 0.2 if not same_mode and found % 12 == true % 12 else 0.0
