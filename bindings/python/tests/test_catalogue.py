"""Catalogues: rows, resumption, Arrow batches."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pyarrow as pa
import pytest

RATE = 22_050


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six short clips, of which one is not audio and one is missing."""
    folder = tmp_path_factory.mktemp("clips")
    rng = np.random.default_rng(3)
    for index in range(5):
        bm.write(folder / f"{index}.wav", 0.1 * (index + 1) * rng.standard_normal((2, RATE)).clip(-1, 1), RATE)
    (folder / "5.wav").write_text("not audio")
    return folder


@pytest.fixture
def paths(folder: Path) -> list[Path]:
    return [*sorted(folder.glob("*.wav")), folder / "none.wav"]


CONFIG = bm.AnalysisConfig(families=["loudness", "spectrum", "defects"])


def rows(paths: list[Path], **options: Any) -> list[dict[str, Any]]:
    return [row.to_dict() for row in bm.analyze_many(paths, config=CONFIG, ordered=True, **options)]


def test_workers_do_not_change_the_rows_and_errors_are_rows(paths: list[Path]) -> None:
    one = rows(paths, workers=1)
    assert rows(paths, workers=3) == one
    assert [row["path"] for row in one] == [str(path) for path in paths]
    assert [row["error_kind"] for row in one] == [None] * 5 + ["not_audio", "not_found"]
    assert one[6]["sha256"] is None and one[5]["error_remedy"]
    by_file = bm.analyze(paths[2], config=CONFIG)
    assert one[2]["loudness"] == by_file.to_dict()["loudness"] and one[2]["sha256"] == by_file.source.sha256
    assert one[2]["config_hash"] == CONFIG.hash == one[6]["config_hash"]


def test_rows_come_as_they_are_finished(paths: list[Path]) -> None:
    many = bm.analyze_many(iter(paths), config=CONFIG, workers=2, ordered=True)
    assert len(many) == 7
    first = next(many)
    assert first.ok and first.analysis is not None and first.analysis.source.path == str(paths[0])
    assert pickle.loads(pickle.dumps(first)).to_dict() == first.to_dict()
    del many  # The rest is not awaited.


def test_a_long_file_holds_nobody_up(paths: list[Path], tmp_path: Path) -> None:
    long = tmp_path / "long.wav"
    bm.write(long, 0.1 * np.random.default_rng(5).standard_normal((2, 120 * RATE)).clip(-1, 1), RATE)
    mixed = [long, *paths]
    arrived = [row.path for row in bm.analyze_many(mixed, config=CONFIG, workers=2)]
    assert arrived[0] != str(long) and sorted(arrived) == sorted(map(str, mixed))
    ordered = [row.path for row in bm.analyze_many(mixed, config=CONFIG, workers=2, ordered=True)]
    assert ordered == [str(path) for path in mixed]


def test_bytes_are_rows_too(paths: list[Path]) -> None:
    data = paths[0].read_bytes()
    row = bm.analyze_row(data, CONFIG, path=str(paths[0]))
    assert row.to_dict() == bm.analyze_row(paths[0], CONFIG).to_dict()
    broken = bm.analyze_row(paths[5].read_bytes(), CONFIG, path=str(paths[5])).to_dict()
    assert broken == bm.analyze_row(paths[5], CONFIG).to_dict() and str(paths[5]) in broken["error"]


def test_the_schema_is_known_before_and_kept(paths: list[Path]) -> None:
    schema = pa.schema(bm.arrow_schema())
    assert schema.names == bm.arrow_schema().names
    batches = list(bm.analyze_many(paths, config=CONFIG, workers=2, ordered=True).batches(rows=3))
    assert [len(batch) for batch in batches] == [3, 3, 1]
    table = pa.Table.from_batches([pa.record_batch(batch) for batch in batches])
    assert table.schema == schema
    assert pa.table(batches[0]).equals(table.slice(0, 3))
    theirs = table.to_pylist()
    for ours, row in zip(rows(paths), theirs, strict=True):
        assert row["path"] == ours["path"] and row["error_kind"] == ours["error_kind"]
        if ours["error_kind"] is None:
            assert row["loudness"]["curve"] == ours["loudness"]["curve"]
            assert row["spectrum"]["ltas"] == ours["spectrum"]["ltas"]
            assert [each["kind"] for each in row["defects"]] == [each["kind"] for each in ours["defects"]]
            assert [dict(each["evidence"]) for each in row["defects"]] == [each["evidence"] for each in ours["defects"]]
            assert row["tempo"] is None and "elapsed_s" not in row["provenance"]


def test_no_field_of_a_whole_result_is_lost(demo_path: Path) -> None:
    """Checks that every leaf of the JSON is in the row."""
    row = bm.analyze_row(demo_path)
    (back,) = pa.record_batch(bm.to_batch([row])).to_pylist()

    def leaves(tree: Any) -> Iterator[str]:
        if isinstance(tree, dict):
            for name, value in tree.items():
                yield name
                yield from leaves(value)
        elif isinstance(tree, list):
            for item in tree:
                yield from leaves(item)
        elif isinstance(tree, float):
            yield f"{tree!r}"

    def flat(tree: Any) -> Any:
        """Converts Arrow maps, which are lists of pairs, to dicts."""
        if isinstance(tree, list) and tree and isinstance(tree[0], tuple):
            return {name: flat(value) for name, value in tree}
        if isinstance(tree, dict):
            return {name: flat(value) for name, value in tree.items()}
        return [flat(item) for item in tree] if isinstance(tree, list) else tree

    assert set(leaves(json.loads(row.to_json()))) <= set(leaves(flat(back)))


def test_rows_that_do_not_fit_are_refused() -> None:
    from balanced_mastering import _native

    with pytest.raises(bm.SettingsError, match="schema"):
        _native.ArrowBatch(["[]"])
    with pytest.raises(bm.SettingsError, match="workers"):
        bm.analyze_many([], workers=-1)
    assert len(bm.to_batch([])) == 0 and pa.record_batch(bm.to_batch([])).num_rows == 0


def test_a_ledger_is_not_one_of_the_files(tmp_path: Path) -> None:
    mix = tmp_path / "mix.wav"
    bm.write(mix, np.zeros((2, 1000)), 44_100)
    before = mix.read_bytes()
    with pytest.raises(bm.OutputError, match="would be overwritten"):
        bm.analyze_many([mix], ledger=tmp_path / "." / "mix.wav")
    assert mix.read_bytes() == before


def test_a_name_that_is_not_utf8_has_one_spelling_that_leads_back(tmp_path: Path, paths: list[Path]) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 %20.wav")
    shutil.copy(paths[0], odd)
    ledger = tmp_path / "done.jsonl"
    for _ in range(2):
        [row] = bm.analyze_many([odd], config=CONFIG, ledger=ledger)
        assert row.ok and row.path.startswith("file:///") and row.path.endswith("caf%E9%20%2520.wav")
        row.path.encode()
    assert pa.record_batch(bm.to_batch([row])).column("path")[0].as_py() == row.path
    again = bm.analyze_row(row.path, CONFIG)
    assert (again.path, again.sha256) == (row.path, row.sha256)
    assert bm.analyze(row.path, config=CONFIG).source.sha256 == row.sha256
    [batch] = bm.analyze_many([row.path, *paths[:2]], config=CONFIG).batches()
    assert batch.num_rows == 3


def _threads() -> int:
    return sum(thread.name.startswith("balanced") for thread in threading.enumerate())


def test_leaving_early_ends_the_threads(paths: list[Path]) -> None:
    for _ in bm.analyze_many(paths, config=CONFIG, workers=2):
        break
    assert _threads() == 0
    with bm.analyze_many(paths, config=CONFIG, workers=2) as many:
        next(many)
        assert _threads() > 0
    assert _threads() == 0 and list(many) == []


def test_progress_is_counted_and_a_token_ends_the_iteration(paths: list[Path]) -> None:
    seen: list[tuple[int, int]] = []
    assert len(list(bm.analyze_many(paths, config=CONFIG, progress=lambda done, all_: seen.append((done, all_))))) == 7
    assert seen == [(done, 7) for done in range(1, 8)]
    token = bm.CancelToken()
    many = bm.analyze_many(paths, config=CONFIG, workers=1, ordered=True, cancel=token)
    next(many)
    token.cancel()
    with pytest.raises(bm.CancelledError):
        next(many)
    assert _threads() == 0 and list(many) == []


def test_contents_are_not_names() -> None:
    with pytest.raises(bm.SettingsError, match="analyze_row"):
        bm.analyze_many([b"RIFF"])  # type: ignore[list-item]
