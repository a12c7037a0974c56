"""Worker processes: what crashes, hangs or eats memory costs its own row and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pytest
from balanced_mastering import _workers
from conftest import RATE

CONFIG = bm.AnalysisConfig(families=["loudness", "defects"])

#: A worker that goes wrong on files of certain names; the rest is the real one.
POISONED = """
import os, time, balanced_mastering._catalogue as c
real = c.analyze_row
def analyze_row(path, *rest, **options):
    if 'abort' in path: os.abort()
    if 'sleep' in path: time.sleep(600)
    if 'spin' in path:
        while True: pass
    if 'eat' in path:
        held = [bytearray(1 << 26) for _ in range(64)]
    return real(path, *rest, **options)
c.analyze_row = analyze_row
from balanced_mastering._worker import main; main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four tones, and the files that the poisoned worker goes wrong on."""
    time = np.arange(RATE) / RATE
    for index, name in enumerate(("a", "b", "c", "d", "abort", "sleep", "spin", "eat")):
        bm.write(tmp_path / f"{name}.wav", 0.1 * np.sin(2 * np.pi * (400 + index) * time), RATE)
    (tmp_path / "notes.txt").write_text("no audio in here")
    return tmp_path


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_workers, "_MAIN", f"exec({POISONED!r})")


def run(paths: list[Path], **options: Any) -> dict[str, bm.Row]:
    many = bm.analyze_many(paths, config=CONFIG, isolation="process", **options)
    return {Path(row.path).stem: row for row in many}


def test_processes_give_the_rows_of_threads(folder: Path) -> None:
    paths = [folder / "a.wav", folder / "b.wav", folder / "notes.txt", folder / "missing.wav"]
    threads = [row.to_dict() for row in bm.analyze_many(paths, config=CONFIG, ordered=True)]
    processes = bm.analyze_many(paths, config=CONFIG, ordered=True, isolation="process", workers=2)
    assert [row.to_dict() for row in processes] == threads


@pytest.mark.usefixtures("poisoned")
def test_a_file_that_goes_wrong_costs_its_own_row(folder: Path) -> None:
    limits = bm.Limits(max_wall_s=12.0, max_memory_bytes=1 << 29)
    rows = run(sorted(folder.glob("*.wav")), workers=2, limits=limits, max_cpu_s=2.0)
    assert {name for name, row in rows.items() if row.ok} == {"a", "b", "c", "d"}
    said = {name: (row.error_kind, str(row.error)) for name, row in rows.items() if not row.ok}
    assert said["abort"][0] == "crashed" and "SIGABRT" in said["abort"][1]
    assert said["sleep"][0] == "limit" and "max_wall_s" in said["sleep"][1]
    assert said["spin"][0] == "limit" and "max_cpu_s" in said["spin"][1]
    assert said["eat"][0] == "limit" and "max_memory_bytes" in said["eat"][1]
    assert all(text.startswith(str(folder)) for _, text in said.values())


@pytest.mark.usefixtures("poisoned")
def test_poison_is_remembered(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    real = _workers.Worker.run

    def counted(self: _workers.Worker, task: _workers.Task, cancel: Any) -> bm.Row:
        started.append(Path(task.path).stem)
        return real(self, task, cancel)

    monkeypatch.setattr(_workers.Worker, "run", counted)
    paths, ledger = [folder / "a.wav", folder / "abort.wav", folder / "b.wav"], tmp_path / "ledger"
    first = run(paths, workers=1, ledger=ledger)
    assert first["abort"].error_kind == "crashed" and first["a"].ok and first["b"].ok
    assert started.count("abort") == 2 and len(started) == 4
    started.clear()
    second = run(paths, workers=1, ledger=ledger)
    assert second["abort"].error_kind == "crashed" and second["a"].ok and started == []


def test_a_process_that_is_killed_from_outside_is_replaced(folder: Path) -> None:
    long = folder / "long.wav"
    bm.write(long, 0.1 * np.random.default_rng(5).standard_normal((2, 600 * RATE)).clip(-1, 1), RATE)
    many = bm.analyze_many([long], isolation="process", workers=1)
    rows: list[bm.Row] = []
    thread = threading.Thread(target=lambda: rows.extend(many))
    thread.start()
    child = _child_at_work()
    os.kill(child, signal.SIGKILL)
    other = _child_at_work(child)
    os.kill(other, signal.SIGKILL)
    thread.join(60)
    assert [row.error_kind for row in rows] == ["crashed"] and "SIGKILL" in str(rows[0].error)


def _child_at_work(but: int = 0) -> int:
    """Returns the worker process, once it decodes."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == but:
                continue
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                files = [str(link.readlink()) for link in (entry / "fd").iterdir()]
            except OSError:
                continue
            if int(fields[1]) == os.getpid() and any(name.endswith("long.wav") for name in files):
                return int(entry.name)
        time.sleep(0.01)
    raise AssertionError("no worker opened the file")


def test_leaving_early_and_cancelling_end_the_processes(folder: Path) -> None:
    paths = [folder / f"{name}.wav" for name in "abcd"]
    for _ in bm.analyze_many(paths, config=CONFIG, isolation="process", workers=2):
        break
    assert _children() == []
    token = bm.CancelToken()
    many = bm.analyze_many(paths, config=CONFIG, isolation="process", workers=2, cancel=token)
    next(many)
    token.cancel()
    with pytest.raises(bm.CancelledError):
        for _ in many:
            pass
    assert _children() == []


def _children() -> list[str]:
    listed = subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True, check=False)
    return [line for line in listed.stdout.splitlines() if "balanced_mastering" in line]


def test_processes_end_with_their_parent(folder: Path) -> None:
    long = folder / "long.wav"
    bm.write(long, 0.1 * np.random.default_rng(5).standard_normal((2, 600 * RATE)).clip(-1, 1), RATE)
    code = (
        "import balanced_mastering as bm, sys\n"
        "many = bm.analyze_many([sys.argv[1]], isolation='process', workers=1)\n"
        "print('started', flush=True)\n"
        "next(many)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(long)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None and parent.stdout.readline() == "started\n"
        deadline = time.monotonic() + 60
        child = ""
        while not child and time.monotonic() < deadline:
            listed = subprocess.run(["pgrep", "-P", str(parent.pid)], capture_output=True, text=True, check=False)
            child = listed.stdout.strip()
            time.sleep(0.05)
        assert child
        parent.kill()
    deadline = time.monotonic() + 30
    while _is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(child)


def _is_running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_settings_are_checked(folder: Path) -> None:
    paths = [folder / "a.wav"]
    for options, word in [
        ({"isolation": "cluster"}, "isolation"),
        ({"max_attempts": 0}, "max_attempts"),
        ({"max_cpu_s": 1.0}, "process"),
        ({"max_cpu_s": -1.0, "isolation": "process"}, "max_cpu_s"),
    ]:
        with pytest.raises(bm.SettingsError, match=word):
            bm.analyze_many(paths, **options)  # type: ignore[arg-type]
