"""Ledgers: what is finished is not measured again, what crashed is remembered, and results come back whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from balanced_mastering import _catalogue, _ledger
from conftest import RATE

CONFIG = bm.AnalysisConfig(families=["loudness", "defects"])


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Five tones, a text file and a missing file."""
    paths = []
    for index in range(5):
        time = np.arange(RATE + index) / RATE  # Each has a size of its own.
        paths.append(tmp_path / f"tone-{index}.wav")
        bm.write(paths[-1], 0.1 * (1 + index) * np.sin(2 * np.pi * (400 + index) * time), RATE)
    text = tmp_path / "notes.txt"
    text.write_text("no audio in here")
    return [*paths, text, tmp_path / "missing.wav"]


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths that were really analysed."""
    analysed: list[str] = []
    real = _catalogue.analyze_row

    def counted(source: Any, *args: Any, **options: Any) -> bm.Row:
        analysed.append(str(source))
        return real(source, *args, **options)

    monkeypatch.setattr(_catalogue, "analyze_row", counted)
    yield analysed


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were hashed for the ledger's sake."""
    hashed: list[str] = []
    real = _ledger._hash

    def counted(path: str) -> str:
        hashed.append(path)
        return real(path)

    monkeypatch.setattr(_ledger, "_hash", counted)
    return hashed


def rows(paths: list[Path], **options: Any) -> list[dict[str, Any]]:
    return [row.to_dict() for row in bm.analyze_many(paths, config=CONFIG, ordered=True, **options)]


def test_a_run_goes_on_where_it_stopped(paths: list[Path], tmp_path: Path, analysed: list[str], hashed: list[str]) -> None:
    ledger = tmp_path / "ledger"
    expected = rows(paths)
    analysed.clear()
    done = bm.analyze_many(paths, config=CONFIG, workers=1, ledger=ledger, ordered=True)
    assert [next(done).path, next(done).path] == [str(paths[0]), str(paths[1])]
    done.close()
    first = len(analysed)
    assert rows(paths, ledger=ledger, workers=1) == expected
    # What was interrupted, and the failures, are done again; nothing else is, and nothing is hashed.
    assert set(analysed[:first]) >= {str(paths[0]), str(paths[1])}
    assert not set(analysed[first:]) & {str(paths[0]), str(paths[1])} and len(analysed[first:]) >= 3
    analysed.clear()
    assert rows(paths, ledger=ledger) == expected
    assert sorted(analysed) == sorted(map(str, paths[5:]))
    assert not [path for path in hashed if path in map(str, paths[:5])]


def test_renamed_files_are_known_and_changed_ones_are_not(
    paths: list[Path], tmp_path: Path, analysed: list[str], hashed: list[str]
) -> None:
    ledger = tmp_path / "ledger"
    rows(paths[:2], ledger=ledger)
    analysed.clear()
    moved = tmp_path / "renamed.wav"
    shutil.copy(paths[0], moved)
    hashed.clear()
    (renamed,) = rows([moved], ledger=ledger)
    assert not analysed and hashed == [str(moved)] and renamed["path"] == renamed["source"]["path"] == str(moved)
    hashed.clear()
    assert rows([moved], ledger=ledger) == [renamed] and not hashed
    # Another file of another size is not hashed before it is measured.
    bm.write(tmp_path / "other.wav", np.zeros((1, 5000)), RATE)
    rows([tmp_path / "other.wav"], ledger=ledger)
    assert analysed == [str(tmp_path / "other.wav")] and not hashed
    analysed.clear()
    shutil.copy(paths[1], paths[0])
    os.utime(paths[0], ns=(1, 1))
    (changed,) = rows(paths[:1], ledger=ledger)
    assert not analysed and changed["sha256"] == rows([paths[1]], ledger=ledger)[0]["sha256"]
    # Another configuration gives another result.
    analysed.clear()
    other = bm.AnalysisConfig(families=["stereo"])
    assert len(list(bm.analyze_many(paths[:1], config=other, ledger=ledger))) == 1 and len(analysed) == 1
    with bm.Ledger(ledger) as kept:
        assert len(kept) == 4


def test_starts_and_failures_are_recorded(paths: list[Path], tmp_path: Path) -> None:
    rows(paths, ledger=tmp_path / "ledger")
    with bm.Ledger(tmp_path / "ledger") as ledger:
        good, text, missing = (ledger.entry(str(path), CONFIG.hash) for path in (paths[0], paths[5], paths[6]))
        assert good is not None and (good.status, good.attempts, good.error) == ("done", 0, None)
        assert text is not None and (text.status, text.error_kind) == ("failed", "not_audio")
        assert missing is not None and (missing.status, missing.error_kind) == ("failed", "not_found")
        assert ledger.entry("elsewhere.wav", CONFIG.hash) is None


def test_what_never_came_to_an_end_is_given_up_until_it_changes(paths: list[Path], tmp_path: Path, analysed: list[str]) -> None:
    path = str(paths[0])
    stamp = _ledger.Stamp.of(path)
    with bm.Ledger(tmp_path / "ledger") as ledger:
        for _ in range(2):  # As runs leave it that were killed.
            ledger.start(path, CONFIG.hash, stamp)
    [row] = bm.analyze_many([path], config=CONFIG, ledger=tmp_path / "ledger")
    assert row.error_kind == "crashed" and "2 times" in str(row.error) and not analysed
    [row] = bm.analyze_many([path], config=CONFIG, ledger=tmp_path / "ledger", max_attempts=4)
    assert row.ok and len(analysed) == 1
    with bm.Ledger(tmp_path / "ledger") as ledger:
        for _ in range(2):
            ledger.start(path, CONFIG.hash, stamp)
    bm.write(path, np.full((1, 3000), 0.1), RATE)
    [row] = bm.analyze_many([path], config=CONFIG, ledger=tmp_path / "ledger")
    assert row.ok


def test_results_move_to_parts_and_come_back_whole(
    paths: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, analysed: list[str]
) -> None:
    monkeypatch.setattr(_ledger, "_PART_ROWS", 2)
    expected = rows(paths)
    ledger = tmp_path / "ledger"
    assert rows(paths, ledger=ledger) == expected
    parts = sorted((ledger / "parts").iterdir())
    assert [part.name for part in parts] == ["000001.parquet", "000002.parquet"]
    table = pa.concat_tables([pq.read_table(part) for part in parts])
    assert table.schema == pa.schema(bm.arrow_schema()) and table.num_rows == 4
    analysed.clear()
    assert rows(paths, ledger=ledger) == expected and len(analysed) == 2
    # A crash between a part and its entry in the index leaves a part that nobody knows: it is replaced.
    with sqlite3.connect(ledger / "index.sqlite") as index:
        index.execute("delete from results where part = 2")
    index.close()
    analysed.clear()
    assert rows(paths, ledger=ledger) == expected and len(analysed) == 4
    assert len(list((ledger / "parts").iterdir())) == 2
    analysed.clear()
    assert rows(paths, ledger=ledger) == expected and len(analysed) == 2


def test_a_ledger_works_without_pyarrow(paths: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ledger, "_PART_ROWS", 2)
    monkeypatch.setattr(_ledger, "_has_pyarrow", lambda: False)
    ledger = tmp_path / "ledger"
    first = rows(paths, ledger=ledger)
    assert rows(paths, ledger=ledger) == first and not (ledger / "parts").exists()


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "ledger.jsonl"
    old.write_text("{}\n")
    with pytest.raises(bm.SettingsError, match="a ledger is a folder"):
        bm.Ledger(old)
    bm.Ledger(tmp_path / "new").close()
    with sqlite3.connect(tmp_path / "new/index.sqlite") as index:
        index.execute("pragma user_version = 99")
    index.close()
    with pytest.raises(bm.SettingsError, match="form 99"):
        bm.Ledger(tmp_path / "new")


def test_a_row_of_a_table_is_an_analysis_again(demo_path: Path, tmp_path: Path) -> None:
    rows = [bm.analyze_row(demo_path), bm.analyze_row(tmp_path / "missing.wav")]
    pq.write_table(pa.table(bm.to_batch(rows)), tmp_path / "rows.parquet")
    again = [bm.Row.from_dict(columns) for columns in pq.read_table(tmp_path / "rows.parquet").to_pylist()]
    assert [row.to_dict() for row in again] == [row.to_dict() for row in rows]
    ours, theirs = rows[0].analysis, again[0].analysis
    assert ours is not None and theirs is not None
    assert theirs.tempo == ours.tempo and theirs.defects == ours.defects and theirs.reasons == ours.reasons
    assert theirs.to_csv() == ours.to_csv() and "<svg" in theirs.to_html()
    assert [row.to_dict() for row in map(bm.Row.from_dict, (row.to_dict() for row in rows))] == [row.to_dict() for row in rows]
    with pytest.raises(bm.SettingsError, match="config_hash"):
        bm.Row.from_dict({"path": "x.wav"})
    with pytest.raises(bm.SettingsError, match="does not fit"):
        bm.Row.from_dict({"path": "x.wav", "config_hash": "", "source": {"path": "x.wav"}})
