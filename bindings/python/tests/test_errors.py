"""Errors: one class per kind, with file, problem and remedy."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pytest


def check(error: bm.BalancedError, file: str | None) -> None:
    assert error.problem and error.remedy, error
    assert error.problem in str(error) and error.remedy in str(error) and "\n" not in str(error)
    assert error.file == file
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error) and str(copy) == str(error) and copy.file == error.file
    assert copy.remedy == error.remedy


@pytest.mark.parametrize(
    ("content", "kind", "builtin"),
    [
        (None, bm.AudioFileNotFoundError, FileNotFoundError),
        (b"", bm.NotAudioError, ValueError),
        (b"Dear diary, " * 50, bm.NotAudioError, ValueError),
        (b"OggS" + bytes(24) + b"OpusHead" + bytes(100), bm.DamagedFileError, ValueError),
        (b"wvpk" + bytes(200), bm.UnsupportedFormatError, ValueError),
        (b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\0\0\x44\xac\0\0", bm.DamagedFileError, ValueError),
    ],
)
def test_inputs(tmp_path: Path, content: bytes | None, kind: type[bm.BalancedError], builtin: type[Exception]) -> None:
    path = tmp_path / "song.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(kind) as caught:
        bm.analyze(path)
    assert isinstance(caught.value, bm.InputError) and isinstance(caught.value, builtin)
    check(caught.value, str(path))
    if content is not None:
        with pytest.raises(kind):
            bm.analyze(content)


def test_outputs(demo_path: Path, tmp_path: Path) -> None:
    with pytest.raises(bm.OutputError) as caught:
        bm.master(demo_path, tmp_path / "missing/master.wav")
    assert isinstance(caught.value, OSError)
    check(caught.value, str(tmp_path / "missing/master.wav"))
    assert list(tmp_path.iterdir()) == []


class _Broken:
    def read(self, size: int = -1) -> bytes:
        raise RuntimeError("the cable was pulled")

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0


class _Text(_Broken):
    def read(self, size: int = -1) -> Any:
        return "text"


def test_file_objects_that_fail() -> None:
    with pytest.raises(bm.ReadError, match="cable"):
        bm.analyze(_Broken())  # type: ignore[arg-type]
    with pytest.raises(bm.ReadError, match="binary"):
        bm.analyze(_Text())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("audio", "options", "remedy"),
    [
        (np.zeros(100), {}, "sample_rate"),
        (np.zeros(100), {"sample_rate": 0}, "1000"),
        (np.zeros(100), {"sample_rate": float("nan")}, "1000"),
        (np.zeros((44_100, 2)), {"sample_rate": 44_100}, "channel_axis=1"),
        (np.zeros((2, 2, 2)), {"sample_rate": 44_100}, "channels, frames"),
        (np.zeros(100, dtype=np.int16), {"sample_rate": 44_100}, "divide"),
        (np.zeros(100, dtype=np.complex64), {"sample_rate": 44_100}, "divide"),
        (np.array(["a"]), {"sample_rate": 44_100}, "float32"),
        (np.zeros((0, 100)), {"sample_rate": 44_100}, "1 to 64"),
        (np.zeros(100), {"sample_rate": 44_100, "channel_axis": 2}, "0 for"),
        ("song.wav", {"sample_rate": 44_100}, "arrays only"),
        (7, {}, "path"),
    ],
)
def test_arguments(audio: Any, options: dict[str, Any], remedy: str) -> None:
    with pytest.raises(bm.SettingsError, match=remedy) as caught:
        bm.analyze(audio, **options)
    assert isinstance(caught.value, ValueError)
    check(caught.value, None)


def test_numbers_that_are_none_are_named(demo_path: Path, tmp_path: Path) -> None:
    nan = float("nan")
    calls: list[tuple[str, Any]] = [
        ("threads=-1", lambda: bm.analyze(demo_path, threads=-1)),
        ("threads=1.5", lambda: bm.analyze(demo_path, threads=1.5)),  # type: ignore[arg-type]
        ("gain_db is nan", lambda: bm.Gain(gain_db=nan)),
        (r"bands\[0\].gain_db is inf", lambda: bm.Eq(bands=[{"kind": "bell", "gain_db": float("inf")}])),
        ("start_s is nan", lambda: bm.master(demo_path, tmp_path / "m.wav", start_s=nan)),
        ("max_wall_s is nan", lambda: bm.analyze(demo_path, limits=bm.Limits(max_wall_s=nan))),
        ('unknown sample format "20"', lambda: bm.write(tmp_path / "a.wav", np.zeros(9), 48_000, bits=20)),  # type: ignore[arg-type]
    ]
    for words, call in calls:
        with pytest.raises(bm.SettingsError, match=words) as caught:
            call()
        check(caught.value, None)
    assert bm.write(tmp_path / "a.wav", np.zeros(9), 48_000, bits=16) == 0
    one, other = bm.AnalysisConfig(families=["tempo", "loudness"]), bm.AnalysisConfig(families=["loudness", "tempo"])
    assert one.hash == other.hash and one == other


def test_strange_samples_are_no_error() -> None:
    """NaN samples read as zero and are reported as a defect."""
    audio = np.full(48_000, np.nan)
    analysis = bm.analyze(audio, 48_000, config=bm.AnalysisConfig(families=["loudness", "defects"]))
    assert analysis.loudness is not None and analysis.loudness.integrated_lufs is None
    assert analysis.defects is not None and analysis.defects[0].kind == "not_finite"
    assert bm.loudness(audio, 48_000) == float("-inf") and bm.true_peak(audio, 48_000) == float("-inf")
    assert bm.loudness(np.zeros(0), 48_000) == float("-inf")
    huge = np.full(48_000, 1e300)
    assert bm.loudness(huge, 48_000) == float("-inf")


def test_every_kind_has_a_class_of_its_own() -> None:
    kinds = [each for each in vars(bm).values() if isinstance(each, type) and issubclass(each, bm.BalancedError)]
    assert len(kinds) == 15 == len({kind.kind for kind in kinds})


def test_under_half_of_what_is_promised(demo_path: Path, tmp_path: Path) -> None:
    audio, rate = bm.read(demo_path)
    path = tmp_path / "mix.wav"
    bm.write(path, audio[:, : 4 * int(rate)], rate)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 4])
    config = bm.AnalysisConfig(families=["loudness"])
    calls: list[Any] = [
        lambda **more: bm.analyze(path, config=config, **more),
        lambda **more: bm.analyze(path.read_bytes(), config=config, **more),
        lambda **more: bm.read(path, **more),
        lambda **more: bm.check(path, **more),
        lambda **more: bm.recommend(path, **more),
        lambda **more: bm.master(path, tmp_path / "master.wav", **more),
    ]
    for call in calls:
        with pytest.raises(bm.DamagedFileError) as caught:
            call()
        assert "promises" in caught.value.problem
        assert not (tmp_path / "master.wav").exists()
        call(accept_damaged=True)
    (row,) = bm.analyze_many([path], config=config)
    assert row.error_kind == "damaged"
    (row,) = bm.analyze_many([path], config=config, accept_damaged=True)
    assert row.ok and row.analysis is not None and row.analysis.source.notes
