"""Tests of reading parts of files, and of sample-rate conversion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import balanced_mastering as bm
import numpy as np
import pytest

if TYPE_CHECKING:
    from pathlib import Path

RATE = 44_100


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three seconds of two tones in a WAV of 32-bit floats."""
    time = np.arange(3 * RATE) / RATE
    tones = np.stack([0.4 * np.sin(2 * np.pi * hz * time) for hz in (440.0, 1000.0)])
    bm.write(tmp_path / "tones.wav", tones, RATE, bits="32f")
    return tmp_path / "tones.wav"


def test_a_part_is_a_slice_of_the_whole(file: Path) -> None:
    whole, rate = bm.read(file)
    part, part_rate = bm.read(file, part=(0.5, 1.25))
    assert (rate, part_rate) == (RATE, RATE)
    np.testing.assert_array_equal(part, whole[:, RATE // 2 : 5 * RATE // 4])
    np.testing.assert_array_equal(bm.read(file, part=(2.5, None))[0], whole[:, 5 * RATE // 2 :])
    np.testing.assert_array_equal(bm.read(file, part=(2.5, 9.0))[0], whole[:, 5 * RATE // 2 :])


def test_mono_is_the_mean_and_single_precision_is_exact_here(file: Path) -> None:
    whole, _ = bm.read(file)
    mono, _ = bm.read(file, mono=True, dtype=np.float32)
    assert mono.shape == (1, 3 * RATE)
    assert mono.dtype == np.float32
    np.testing.assert_allclose(mono[0], whole.mean(axis=0), atol=1e-7)
    single, _ = bm.read(file, dtype="float32")
    np.testing.assert_array_equal(single, whole)


def test_a_tone_is_a_tone_at_another_rate(file: Path) -> None:
    audio, rate = bm.read(file, sample_rate=48_000)
    assert (rate, audio.shape) == (48_000, (2, 3 * 48_000))
    time = np.arange(3 * 48_000) / 48_000
    wanted = 0.4 * np.sin(2 * np.pi * 1000.0 * time)
    inner = slice(4800, -4800)
    assert np.abs(audio[1] - wanted)[inner].max() < 1e-6
    again = bm.resample(bm.read(file)[0], RATE, 48_000)
    np.testing.assert_array_equal(again, audio)


def test_the_channel_axis_stays_where_it_is() -> None:
    noise = np.random.default_rng(3).standard_normal((2, 1000)) * 0.1
    planes = bm.resample(noise, 8000, 16_000)
    assert planes.shape == (2, 2000)
    np.testing.assert_array_equal(bm.resample(noise.T, 8000, 16_000, channel_axis=1).T, planes)
    np.testing.assert_array_equal(bm.resample(noise[0], 8000, 16_000), planes[0])
    np.testing.assert_array_equal(bm.resample(noise, 8000, 8000), noise)


def test_parts_and_rates_that_cannot_be_are_told(file: Path) -> None:
    for part, said in [((5.0, None), "3.00 s long"), ((1.0, 1.0), "no part"), ((-1.0, None), "0 s or more")]:
        with pytest.raises(bm.SettingsError, match=said):
            bm.read(file, part=part)
    with pytest.raises(bm.SettingsError, match="1 kHz"):
        bm.read(file, sample_rate=10)
    with pytest.raises(bm.SettingsError, match="float64"):
        bm.read(file, dtype=np.int16)
