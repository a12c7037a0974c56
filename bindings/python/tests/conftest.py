"""Signals and files that the tests share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pytest
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[3]
RATE = 44_100


@pytest.fixture(scope="session")
def demo_path() -> Path:
    """36 s of music, FLAC."""
    return ROOT / "fixtures/demo.flac"


@pytest.fixture(scope="session")
def demo(demo_path: Path) -> tuple[NDArray[np.float64], float]:
    """The demo track, decoded."""
    return bm.read(demo_path)


@pytest.fixture(scope="session")
def music() -> NDArray[np.float64]:
    """Four seconds of stereo with beats, chords and noise, `(channels, frames)`."""
    rng = np.random.default_rng(7)
    time = np.arange(4 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * hz * time) for hz in (220.0, 277.18, 329.63))
    beat = np.exp(-((time % 0.5) * 30)) * rng.standard_normal(time.size)
    return np.stack([0.1 * chord + 0.3 * beat, 0.1 * chord - 0.1 * beat + 0.01 * rng.standard_normal(time.size)])


@pytest.fixture
def only_loudness() -> bm.AnalysisConfig:
    """The fastest configuration."""
    return bm.AnalysisConfig(families=["loudness"])


def measurements(analysis: bm.Analysis) -> dict[str, Any]:
    """Returns the result without its source and wall time."""
    tree = analysis.to_dict()
    tree.pop("source")
    tree["provenance"].pop("elapsed_s")
    return tree
