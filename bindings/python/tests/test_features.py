"""Feature arrays against librosa, with its defaults and others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import balanced_mastering as bm
import librosa
import numpy as np
import pytest
from conftest import RATE
from numpy.typing import NDArray

Audio = NDArray[np.float64]

FRAMES: list[dict[str, Any]] = [{}, {"n_fft": 1024, "hop_length": 160}, {"n_fft": 2048, "hop_length": 500, "win_length": 1500}]


def close(ours: NDArray[Any], theirs: NDArray[Any], share: float) -> None:
    """Checks for equal shapes and a largest difference of `share` of the maximum."""
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= share * np.abs(theirs).max()


@pytest.mark.parametrize("frames", [*FRAMES, {"center": False}, {"window": "hamming"}])
def test_stft(music: Audio, frames: dict[str, Any]) -> None:
    y = music[0].astype(np.float32)
    ours = bm.stft(y, **frames)
    assert ours.dtype == np.complex64
    close(ours, librosa.stft(y, **frames), 2e-6)


@pytest.mark.parametrize("frames", FRAMES)
@pytest.mark.parametrize("bank", [{}, {"n_mels": 40, "fmin": 50.0, "fmax": 8000.0, "htk": True, "norm": None, "power": 1.0}])
def test_melspectrogram(music: Audio, frames: dict[str, Any], bank: dict[str, Any]) -> None:
    y = music[0].astype(np.float32)
    theirs = librosa.feature.melspectrogram(y=y, sr=RATE, **frames, **bank)
    close(bm.melspectrogram(y, RATE, **frames, **bank), theirs, 1e-5)


@pytest.mark.parametrize("frames", FRAMES)
def test_mfcc(music: Audio, frames: dict[str, Any]) -> None:
    y = music[0].astype(np.float32)
    close(bm.mfcc(y, RATE, **frames), librosa.feature.mfcc(y=y, sr=RATE, **frames), 1e-4)
    close(bm.mfcc(y, RATE, n_mfcc=13, **frames), librosa.feature.mfcc(y=y, sr=RATE, n_mfcc=13, **frames), 1e-4)


@pytest.mark.parametrize("frames", FRAMES)
@pytest.mark.parametrize("norm", [np.inf, None, 2, 1, 0.5, 0, -np.inf])
def test_chroma(music: Audio, frames: dict[str, Any], norm: float | None) -> None:
    y = music[0].astype(np.float32)
    theirs = librosa.feature.chroma_stft(y=y, sr=RATE, tuning=0.0, norm=norm, **frames)
    close(bm.chroma(y, RATE, tuning=0.0, norm=norm, **frames), theirs, 1e-4)


@pytest.mark.parametrize("cents", [-37, -20, 0, 12, 45])
@pytest.mark.parametrize("n_chroma", [12, 36])
def test_tuning_is_estimated_as_librosa_does(cents: int, n_chroma: int) -> None:
    time = np.arange(3 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * hz * 2 ** (cents / 1200) * time) for hz in (220.0, 277.18, 329.63, 880.0))
    y = (0.1 * chord + 0.01 * np.random.default_rng(3).standard_normal(time.size)).astype(np.float32)
    power = np.abs(librosa.stft(y, hop_length=512)) ** 2
    theirs = librosa.estimate_tuning(S=power, sr=RATE, bins_per_octave=n_chroma)
    assert bm.estimate_tuning(y, RATE, bins_per_octave=n_chroma) == pytest.approx(theirs, abs=1e-9)
    close(bm.chroma(y, RATE, n_chroma=n_chroma), librosa.feature.chroma_stft(y=y, sr=RATE, n_chroma=n_chroma), 1e-4)


def test_the_tuning_of_music_is_that_of_librosa(demo_path: Path) -> None:
    audio, rate = bm.read(demo_path)
    y = audio.mean(axis=0).astype(np.float32)
    close(bm.chroma(y, rate), librosa.feature.chroma_stft(y=y, sr=rate), 1e-4)


def test_shape_and_contrast(music: Audio) -> None:
    y = music[0].astype(np.float32)
    shape = bm.spectral_shape(y, RATE)
    close(shape["centroid_hz"], librosa.feature.spectral_centroid(y=y, sr=RATE)[0], 1e-4)
    close(shape["bandwidth_hz"], librosa.feature.spectral_bandwidth(y=y, sr=RATE)[0], 1e-4)
    close(shape["flatness"], librosa.feature.spectral_flatness(y=y)[0], 1e-3)
    close(bm.spectral_contrast(y, RATE), librosa.feature.spectral_contrast(y=y, sr=RATE), 1e-4)


def test_bins_with_next_to_nothing_hold_no_rounding_noise() -> None:
    y = np.sin(2 * np.pi * 1000.3 * np.arange(RATE) / RATE).astype(np.float32)
    ours, theirs = (20 * np.log10(np.abs(stft)[200:, 10:-10] + 1e-12) for stft in (bm.stft(y), librosa.stft(y)))
    assert theirs.min() < -110 and np.abs(ours - theirs).max() < 1.0


def test_several_channels_have_axes_in_front(music: Audio) -> None:
    ours = bm.mfcc(music, RATE)
    assert ours.shape[:2] == (2, 20) and np.array_equal(ours[1], bm.mfcc(music[1], RATE))


@pytest.mark.parametrize(
    ("options", "word"),
    [({"n_fft": 1}, "n_fft"), ({"window": "kaiser"}, "hann"), ({"n_mels": 0}, "n_m"), ({"n_mfcc": 0}, "n_mfcc")],
)
def test_parameters_are_checked(music: Audio, options: dict[str, Any], word: str) -> None:
    with pytest.raises(bm.SettingsError, match=word):
        bm.mfcc(music[0], RATE, **options)


def test_samples_are_checked(music: Audio) -> None:
    y = music[0].copy()
    y[7] = np.nan
    with pytest.raises(bm.SettingsError, match="sample 7"):
        bm.stft(y)


def test_values_that_mean_nothing_are_refused(music: Audio) -> None:
    y = music[0].astype(np.float32)
    for norm in ("x", -1, float("nan"), True):
        with pytest.raises(bm.SettingsError, match="is not a norm"):
            bm.chroma(y, RATE, norm=norm)  # type: ignore[arg-type]
    with pytest.raises(bm.SettingsError, match='give "slaney" or None'):
        bm.melspectrogram(y, RATE, norm="slany")  # type: ignore[arg-type]
    for measure in (bm.spectral_shape, bm.estimate_tuning):
        with pytest.raises(bm.SettingsError, match="is not one channel"):
            measure(music.astype(np.float32), RATE)


def test_leading_axes_are_batches_however_many() -> None:
    batch = np.random.default_rng(1).standard_normal((100, 4096)).astype(np.float32)
    close(bm.stft(batch), librosa.stft(batch), 2e-6)
    stack = batch.reshape(5, 10, 2, 4096)
    assert bm.stft(stack).shape == (5, 10, 2, 1025, 9)
    with pytest.raises(bm.SettingsError, match="has no samples"):
        bm.stft(np.zeros((0, 4096), np.float32))
