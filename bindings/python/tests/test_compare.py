"""Comparison of recordings and fingerprints."""

from __future__ import annotations

from pathlib import Path

import balanced_mastering as bm
import numpy as np
import pytest


def _chords(seconds: float, seed: int) -> np.ndarray:
    """Returns stereo chords of random notes at 22.05 kHz, another every third of a second."""
    random = np.random.default_rng(seed)
    rate, step = 22_050, 7_350
    audio = np.zeros((2, int(seconds * rate)))
    time = np.arange(step) / rate
    for start in range(0, audio.shape[1] - step, step):
        for hz in 110 * 2 ** (random.integers(0, 36, 4) / 12):
            tone = sum(np.sin(2 * np.pi * hz * k * time) / k for k in range(1, 5)) * np.exp(-5 * time)
            audio[:, start : start + step] += 0.05 * random.uniform(0.2, 1, (2, 1)) * tone
    return audio + 0.001 * random.standard_normal(audio.shape)


def test_a_louder_trimmed_copy_is_made_from_its_original(tmp_path: Path) -> None:
    audio = _chords(20, 1)
    bm.write(tmp_path / "a.wav", audio, 22_050)
    bm.write(tmp_path / "b.wav", 1.5 * audio[:, 44_100:], 22_050)
    bm.write(tmp_path / "c.wav", _chords(20, 2), 22_050)
    found = bm.compare(tmp_path / "a.wav", (tmp_path / "b.wav").read_bytes())
    assert found.verdict == "edited" and found.made_from
    assert found.alignment is not None and found.alignment.offset_frames == 44_100
    assert [edit.kind for edit in found.edits] == ["cut"]
    assert "is cut" in found.to_text()
    other = bm.compare(tmp_path / "a.wav", tmp_path / "c.wav")
    assert (other.verdict, other.made_from, other.alignment) == ("different", False, None)


def test_fingerprints_find_duplicates(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 2), ("c", 1)):
        bm.write(tmp_path / f"{name}.wav", _chords(20, seed) * (0.3 if name == "c" else 1), 22_050)
    prints = [bm.fingerprint(tmp_path / f"{name}.wav") for name in "abc"]
    assert [(pair.first, pair.second) for pair in bm.find_duplicates(prints)] == [(0, 2)]
    same, other = bm.fingerprint_similarity(prints[0], prints[2]), bm.fingerprint_similarity(prints[0], prints[1])
    assert same is not None and other is not None
    assert same.score > 0.9 and same.offset_s == 0 and other.score < 0.4


def test_what_cannot_be_compared_is_told() -> None:
    with pytest.raises(bm.SettingsError, match="write it to a file"):
        bm.compare(np.zeros(100), bm.demo())  # type: ignore[arg-type]
    with pytest.raises(bm.InputError):
        bm.fingerprint(b"no audio")
    with pytest.raises(bm.SettingsError, match="0 to 1"):
        bm.find_duplicates([], 2.0)
