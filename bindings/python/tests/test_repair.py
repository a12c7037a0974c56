"""Tests of repairs for a delivery."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import balanced_mastering as bm
import numpy as np
import pytest

if TYPE_CHECKING:
    from pathlib import Path

RATE = 44_100


def side() -> np.ndarray:
    """Returns two tones of 6 s in stereo, with silence before, between and after them."""
    time = np.arange(6 * RATE) / RATE
    tones = [0.3 * np.sin(2 * np.pi * hz * time) for hz in (330.0, 440.0)]
    silence = np.zeros(3 * RATE)
    left = np.concatenate([silence, tones[0], silence, tones[1], silence])
    return np.stack([left, 0.5 * left])


def test_findings_name_the_option_and_nothing_is_written(tmp_path: Path) -> None:
    bm.write(tmp_path / "side.wav", side(), RATE)
    result = bm.repair(tmp_path / "side.wav")
    assert [finding.kind for finding in result.findings] == ["leading_silence", "trailing_silence", "silent_gap"]
    assert {finding.option for finding in result.findings} == {"trim_silence", "split_at_silence"}
    assert result.output is None
    assert not result.files
    assert "[--split-at-silence]" in result.to_text()
    assert [path.name for path in tmp_path.iterdir()] == ["side.wav"]


def test_pieces_together_are_the_recording(tmp_path: Path) -> None:
    bm.write(tmp_path / "side.wav", side(), RATE, bits=16)
    result = bm.repair(tmp_path / "side.wav", tmp_path / "parts", split_at_silence=True, name="tone")
    assert [file.path for file in result.files] == [str(tmp_path / f"parts/0{n} tone.wav") for n in (1, 2)]
    assert all(file.is_exact for file in result.files)
    joined = np.concatenate([bm.read(file.path)[0] for file in result.files], axis=1)
    np.testing.assert_array_equal(joined, bm.read(tmp_path / "side.wav")[0])


def test_arrays_bytes_and_open_files_are_repaired_alike(tmp_path: Path) -> None:
    audio = side()
    by_array = bm.repair(audio, tmp_path / "a.wav", RATE, trim_silence=True, bits="64f")
    assert by_array.files[0].is_exact
    assert by_array.files[0].frames == pytest.approx(15.6 * RATE, abs=0.02 * RATE)
    bm.write(tmp_path / "side.wav", audio, RATE, bits="64f")
    content = (tmp_path / "side.wav").read_bytes()
    sources: list[bytes | io.BytesIO] = [content, io.BytesIO(content)]
    for number, source in enumerate(sources):
        file = bm.repair(source, tmp_path / f"{number}.wav", trim_silence=True).files[0]
        assert (file.frames, file.sample_format) == (by_array.files[0].frames, "64-bit float")
        np.testing.assert_array_equal(bm.read(file.path)[0], bm.read(by_array.files[0].path)[0])


def test_one_channel_is_written_only_where_there_is_one(tmp_path: Path) -> None:
    mono = side()[:1]
    file = bm.repair(np.vstack([mono, -mono]), tmp_path / "m.flac", RATE, mono=True, bits=24).files[0]
    assert file.channels == 1
    with pytest.raises(bm.SettingsError, match="channels differ"):
        bm.repair(np.vstack([mono, mono[:, ::-1]]), tmp_path / "n.wav", RATE, mono=True)
    assert not (tmp_path / "n.wav").exists()


def test_wrong_arguments_are_told(tmp_path: Path) -> None:
    bm.write(tmp_path / "side.wav", side(), RATE)
    with pytest.raises(bm.SettingsError, match="no output"):
        bm.repair(tmp_path / "side.wav", trim_silence=True)
    with pytest.raises(bm.SettingsError, match="gap_s"):
        bm.repair(tmp_path / "side.wav", gap_s=0.0)
    with pytest.raises(bm.SettingsError, match="unknown format"):
        bm.repair(tmp_path / "side.wav", tmp_path / "x.wav", mono=True, format="ogg")
    with pytest.raises(bm.OutputError):
        bm.repair(tmp_path / "side.wav", tmp_path / "side.wav", bits=16)
