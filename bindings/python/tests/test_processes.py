"""Processes: import, threads, fork and spawn, Ctrl-C, cancelling."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import balanced_mastering as bm
import numpy as np
import pytest

QUICK = bm.AnalysisConfig(families=["loudness", "tempo", "key", "tags"])


def run(code: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, **options)  # type: ignore[call-overload,no-any-return]


def test_import_starts_no_thread_and_loads_no_numpy() -> None:
    code = "import balanced_mastering, sys, os; print('numpy' in sys.modules, len(os.listdir('/proc/self/task')))"
    assert run(code).stdout.split() == ["False", "1"]


def test_calls_leave_no_thread_behind() -> None:
    code = (
        "import balanced_mastering as bm, os, time\n"
        "bm.analyze(bm.demo(), threads=4)\n"
        "list(bm.analyze_many(['none.wav'] * 4, workers=4))\n"
        "name = lambda task: open(f'/proc/self/task/{task}/comm').read()\n"
        # The library that runs the networks keeps its idle loader threads.
        "left = lambda: [task for task in os.listdir('/proc/self/task') if not name(task).startswith('rten')]\n"
        # A joined thread may be listed for a moment longer.
        "deadline = time.monotonic() + 10\n"
        "while len(left()) > 1 and time.monotonic() < deadline: time.sleep(0.01)\n"
        "print(len(left()))"
    )
    assert run(code).stdout.strip() == "1"


def measured(path: Path) -> tuple[float | None, list[str]]:
    analysis = bm.analyze(path, config=QUICK)
    assert analysis.tempo is not None and analysis.tags is not None
    return analysis.tempo.bpm, [genre.label for genre in analysis.tags.genre]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes_started_in_any_way(demo_path: Path, method: str) -> None:
    expected = measured(demo_path)  # Before the fork, so that anything it left would be inherited.
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(measured, [demo_path] * 2, timeout=120)) == [expected] * 2


def test_configurations_results_and_errors_cross_processes(demo_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        row = pool.submit(bm.analyze_row, demo_path, QUICK).result(timeout=120)
        assert row.to_dict() == bm.analyze_row(demo_path, QUICK).to_dict()
        with pytest.raises(bm.AudioFileNotFoundError) as caught:
            pool.submit(bm.analyze, "none.wav").result(timeout=120)
    assert caught.value.file == "none.wav" and caught.value.remedy


LONG = (
    "import balanced_mastering as bm, numpy as np, signal, sys\n"
    # Background test runs ignore SIGINT, and child processes inherit that.
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "audio = np.random.default_rng(0).standard_normal((2, 48_000 * 600)) * 0.1\n"
    "print('ready', flush=True)\n"
    "try:\n"
    "    {call}\n"
    "    print('finished')\n"
    "except KeyboardInterrupt:\n"
    "    print('interrupted')\n"
)


@pytest.mark.parametrize(
    "call",
    [
        "bm.analyze(audio, 48_000)",
        "bm.Chain.preset('loud')(audio, 48_000)",
        "bm.master(audio, sys.argv[1], 48_000)",
        "list(bm.analyze_many([sys.argv[2]] * 100))",
    ],
)
def test_ctrl_c_ends_long_calls(call: str, tmp_path: Path, demo_path: Path) -> None:
    arguments = [sys.executable, "-c", LONG.format(call=call), str(tmp_path / "master.wav"), str(demo_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert out == "interrupted\n"
    assert list(tmp_path.iterdir()) == []


def test_another_thread_can_cancel() -> None:
    audio = np.random.default_rng(0).standard_normal((2, 48_000 * 300)) * 0.1
    token = bm.CancelToken()
    timer = threading.Timer(0.2, token.cancel)
    timer.start()
    with pytest.raises(bm.CancelledError):
        bm.analyze(audio, 48_000, cancel=token)
    assert token.cancelled
    with pytest.raises(bm.CancelledError):
        bm.Gain()(audio, 48_000, cancel=token)


def test_progress_rises_and_may_raise(demo_path: Path) -> None:
    seen: list[tuple[str, float | None]] = []
    bm.analyze(demo_path, config=QUICK, progress=lambda stage, fraction: seen.append((stage, fraction)))
    fractions = [fraction for _, fraction in seen if fraction is not None]
    assert seen and fractions == sorted(fractions) and {stage for stage, _ in seen} == {"analysing"}

    def broken(stage: str, fraction: float | None) -> None:
        raise RuntimeError("the bar broke")

    with pytest.raises(RuntimeError, match="the bar broke"):
        bm.analyze(demo_path, config=QUICK, progress=broken)


def test_the_lock_is_released() -> None:
    """Another thread runs while a call measures."""
    audio = np.random.default_rng(0).standard_normal((2, 48_000 * 60)) * 0.1
    started, counts = threading.Event(), [0]
    stop = threading.Event()

    def count() -> None:
        started.set()
        while not stop.is_set():
            counts[0] += 1
            time.sleep(0)

    thread = threading.Thread(target=count)
    thread.start()
    started.wait()
    before = counts[0]
    bm.loudness(audio, 48_000)
    during = counts[0] - before
    stop.set()
    thread.join()
    assert during > 10


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    audio = np.random.default_rng(0).standard_normal((2, 44_100 * 120)).astype(np.float32) * 0.1
    bm.write(tmp_path / "long.wav", audio, 44_100, bits="32f")
    size = (tmp_path / "long.wav").stat().st_size
    code = (
        "import balanced_mastering as bm, resource, sys\n"
        "rss = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024\n"
        "config = bm.AnalysisConfig(families=['loudness', 'spectrum'])\n"
        "bm.analyze(bm.demo(), config=config); before = rss()\n"
        "bm.analyze(open(sys.argv[1], 'rb'), config=config); print(rss() - before)"
    )
    grown = subprocess.run([sys.executable, "-c", code, str(tmp_path / "long.wav")], capture_output=True, text=True, check=True)
    assert int(grown.stdout) < size / 4
