"""Single measurements and the streaming meter."""

from __future__ import annotations

from pathlib import Path

import balanced_mastering as bm
import numpy as np
import pytest
from numpy.typing import NDArray

Demo = tuple[NDArray[np.float64], float]


def test_parts_are_the_parts_of_the_whole(demo: Demo, demo_path: Path) -> None:
    audio, rate = demo
    whole = bm.analyze(audio, rate)
    assert whole.loudness is not None and whole.tempo is not None and whole.key is not None
    for arguments in ((audio, rate), (demo_path,)):
        assert bm.loudness(*arguments) == whole.loudness.integrated_lufs
        assert bm.true_peak(*arguments) == whole.loudness.true_peak_dbtp
    assert bm.tempo(audio, rate) == whole.tempo.bpm
    assert bm.beats(audio, rate).tolist() == whole.tempo.beats_s
    assert bm.key(audio, rate) == whole.key
    turned = np.ascontiguousarray(audio.T.astype(np.float32))
    assert bm.loudness(turned, rate, channel_axis=1) == pytest.approx(whole.loudness.integrated_lufs, abs=1e-6)


def test_silence() -> None:
    silence = np.zeros((2, 48_000))
    assert bm.tempo(silence, 48_000) == 0.0 and bm.beats(silence, 48_000).size == 0
    assert bm.key(silence, 48_000).name is None or bm.key(silence, 48_000).confidence == 0


def test_the_meter_follows_and_agrees(demo: Demo) -> None:
    audio, rate = demo
    whole = bm.analyze(audio, rate, config=bm.AnalysisConfig(families=["loudness"])).loudness
    assert whole is not None and whole.integrated_lufs is not None
    meter = bm.StreamingMeter(rate, 2)
    assert meter.reading().integrated_lufs is None
    for at in range(0, audio.shape[1], 5000):
        meter.push(audio[:, at : at + 5000].astype(np.float32))
    reading = meter.final_reading()
    assert reading.integrated_lufs == pytest.approx(whole.integrated_lufs, abs=0.01)
    assert reading.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=1e-4)
    assert reading.max_short_term_lufs == pytest.approx(whole.max_short_term_lufs, abs=1e-4)
    assert reading.range_lu == pytest.approx(whole.range_lu, abs=0.05)
    assert reading.sample_peak_dbfs == pytest.approx(whole.sample_peak_dbfs, abs=1e-5)
    meter.reset()
    assert meter.final_reading() == bm.MeterReading(*[None] * 8)


def test_the_meter_refuses_another_format() -> None:
    meter = bm.StreamingMeter(48_000, 2)
    with pytest.raises(bm.SettingsError, match="2 channels"):
        meter.push(np.zeros(100))
    meter.push(np.full((2, 48_000), np.inf))
    assert meter.reading().max_momentary_lufs is None
