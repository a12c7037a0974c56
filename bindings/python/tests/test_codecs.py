"""Tests of lossy codecs: masters that none clips, and previews."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import balanced_mastering as bm
import numpy as np
import pytest

if TYPE_CHECKING:
    from pathlib import Path

RATE = 44_100


def hot(seconds: float = 4.0) -> np.ndarray:
    """Returns two channels of noise that falls with frequency, with hits every quarter of a second."""
    random = np.random.default_rng(5)
    frames = int(RATE * seconds)
    noise = np.cumsum(random.uniform(-1, 1, (2, frames)), axis=1)
    noise -= np.apply_along_axis(lambda row: np.convolve(row, np.full(400, 1 / 400), "same"), 1, noise)
    hits = np.exp(-(np.arange(frames) % (RATE // 4)) / 2000)
    sound: np.ndarray = noise / np.abs(noise).max() * (0.1 + 0.8 * hits)
    return sound


def test_a_hot_master_is_made_safe_and_the_steps_are_told(tmp_path: Path) -> None:
    wanted = bm.target(integrated_lufs=-9.0, ceiling_dbtp=-0.1)
    codecs = ["mp3-128", "opus96", "vorbis-q5"]
    result = bm.master(hot(), tmp_path / "m.wav", RATE, target=wanted, codecs=codecs)
    report = result.codecs
    assert report is not None
    assert [check.codec for check in report.checks] == codecs
    assert report.safe, report.note
    assert report.ceiling_dbtp is not None
    assert report.ceiling_dbtp < -0.1
    assert report.steps[0].clipping
    assert not report.steps[-1].clipping
    assert all(check.status == "safe" and check.clipped_samples == 0 for check in report.checks)
    assert "No codec clips (3 checked)" in result.to_text()
    assert "Lossy codecs" in result.to_html()


def test_without_codecs_nothing_is_said_and_one_name_is_enough(tmp_path: Path) -> None:
    assert bm.master(hot(1.0), tmp_path / "a.wav", RATE).codecs is None
    report = bm.master(hot(1.0), tmp_path / "b.wav", RATE, codecs="opus128").codecs
    assert report is not None
    assert [check.codec for check in report.checks] == ["opus128"]
    with pytest.raises(bm.SettingsError, match='unknown codec "wma"'):
        bm.master(hot(1.0), tmp_path / "c.wav", RATE, codecs=["wma"])
    assert not (tmp_path / "c.wav").exists()


@pytest.mark.parametrize("codec", ["mp3-320", "vorbis-q5"])
def test_a_preview_is_what_the_file_holds(tmp_path: Path, codec: str) -> None:
    audio = hot()
    result = bm.preview(audio, tmp_path / "p.wav", RATE, codec=codec, difference=tmp_path / "d.wav")
    heard, rate = bm.read(tmp_path / "p.wav")
    difference = bm.read(tmp_path / "d.wav")[0]
    assert (rate, heard.shape) == (RATE, audio.shape)
    assert np.abs(audio + difference - heard).max() < 1e-6
    level = 10 * np.log10((difference**2).sum() / (audio**2).sum())
    assert result.difference_db == pytest.approx(level, abs=0.01)
    assert result.clipped_samples == int((np.abs(heard) > 1).sum())
    assert result.true_peak_dbtp == pytest.approx(bm.true_peak(heard, RATE), abs=0.01)
    assert [region.from_hz for region in result.difference_by_region] == [20, 60, 200, 500, 2000, 5000, 10000]


def test_a_preview_of_a_file_has_the_rate_of_opus(tmp_path: Path) -> None:
    bm.write(tmp_path / "mix.wav", hot(1.0), RATE)
    result = bm.preview(tmp_path / "mix.wav", os.fsencode(tmp_path / "p.wav").decode(), codec="opus96")
    assert (result.sample_rate_hz, result.frames, result.difference) == (48_000.0, 48_000, None)
    with pytest.raises(bm.OutputError, match="would be overwritten"):
        bm.preview(tmp_path / "mix.wav", tmp_path / "mix.wav", codec="opus96")
    with pytest.raises(bm.SettingsError, match="6 channels"):
        bm.preview(np.zeros((6, RATE)), tmp_path / "six.wav", RATE, codec="opus96")
