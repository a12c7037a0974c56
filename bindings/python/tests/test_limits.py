"""Limits, and every kind of source under them."""

from __future__ import annotations

import io
import os
import pickle
import time
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pytest

RATE = 44_100


class Pipe(io.RawIOBase):
    """A binary stream without random access."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._data.readinto(buffer)


@pytest.fixture(scope="module")
def mix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    noise = np.random.default_rng(1).normal(0.0, 0.1, (2, 6 * RATE))
    path = tmp_path_factory.mktemp("limits") / "mix.wav"
    bm.write(path, noise, RATE, bits="64f")
    return path


def sources(path: Path) -> list[tuple[Any, float | None]]:
    data = path.read_bytes()
    return [(path, None), (data, None), (io.BytesIO(data), None), (Pipe(data), None), (bm.read(path)[0], RATE)]


def test_the_same_mix_gives_the_same_master_advice_and_verdict_from_any_source(mix: Path, tmp_path: Path) -> None:
    masters, chains, verdicts = [], [], []
    for index, (source, rate) in enumerate(sources(mix)):
        output = tmp_path / f"{index}.wav"
        result = bm.master(source, output, rate, target="loud", temp=tmp_path)
        assert result.input == (str(mix) if index == 0 else "audio in memory")
        masters.append(bm.read(output)[0])
    for source, rate in sources(mix):
        chains.append(bm.recommend(source, rate).chain)
    for source, rate in sources(mix):
        rules = bm.check(source, rate).to_dict()["results"]
        # An array has no bit depth.
        verdicts.append([rule for rule in rules if rule["id"] != "bit-depth"])
    assert all(np.array_equal(each, masters[0]) for each in masters)
    assert all(each == chains[0] for each in chains) and all(each == verdicts[0] for each in verdicts)


def test_every_call_keeps_to_its_limits(mix: Path, tmp_path: Path) -> None:
    limits = bm.Limits(max_duration_s=5.0)
    for source, rate in sources(mix):
        with pytest.raises(bm.LimitError, match="5 s") as caught:
            bm.analyze(source, rate, limits=limits)
        assert caught.value.kind == "limit" and "max_duration_s" in caught.value.remedy
    with pytest.raises(bm.LimitError):
        bm.master(mix, tmp_path / "out.wav", limits=limits)
    with pytest.raises(bm.LimitError, match="max_temp_bytes"):
        bm.master(mix, tmp_path / "out.wav", limits=bm.Limits(max_temp_bytes=1000))
    with pytest.raises(bm.LimitError):
        bm.recommend(mix, limits=limits)
    with pytest.raises(bm.LimitError):
        bm.check(mix, limits=limits)
    with pytest.raises(bm.LimitError):
        bm.read(mix, limits=limits)
    with pytest.raises(bm.LimitError, match="max_memory_bytes"):
        bm.read(mix, limits=bm.Limits(max_memory_bytes=1_000_000))
    assert not (tmp_path / "out.wav").exists()
    assert bm.analyze_row(mix, limits=limits).error_kind == "limit"
    assert [row.error_kind for row in bm.analyze_many([mix], limits=limits)] == ["limit"]
    assert bm.read(mix, limits=bm.Limits(max_duration_s=None))[1] == RATE


def test_a_file_that_changes_is_an_error(mix: Path, tmp_path: Path) -> None:
    path = tmp_path / "mix.wav"
    path.write_bytes(mix.read_bytes())
    changed = False

    def change(stage: str, fraction: float | None) -> None:
        nonlocal changed
        if stage == "rendering" and not changed:
            changed = True
            time.sleep(0.02)
            os.truncate(path, 100_000)

    with pytest.raises(bm.ChangedFileError, match="shorter") as caught:
        bm.master(path, tmp_path / "out.wav", progress=change)
    assert caught.value.kind == "changed" and isinstance(caught.value, bm.InputError | OSError)
    assert not (tmp_path / "out.wav").exists()


def test_limits_are_plain_values() -> None:
    limits = bm.Limits(max_wall_s=30.0)
    assert limits == pickle.loads(pickle.dumps(limits)) != bm.Limits()
    assert bm.Limits().max_channels == 64
    with pytest.raises(bm.SettingsError, match="limits"):
        bm.analyze(bm.demo(), limits=bm.Limits(max_channels=-1))
