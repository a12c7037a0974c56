"""Threads that share objects get the same results without a deadlock, with the interpreter's lock and without it."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import balanced_mastering as bm
import numpy as np
import pytest
from conftest import RATE, measurements
from numpy.typing import NDArray

Audio = NDArray[np.float64]
WORKERS = 8
FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def busy() -> bm.Chain:
    return bm.Chain([bm.Eq(bands=[bm.EqBand(gain_db=3.0)]), bm.Compressor(threshold_db=-30.0), bm.Limiter()])


@pytest.mark.skipif(not FREE_THREADED, reason="this interpreter always has its lock")
def test_the_lock_stays_off() -> None:
    code = "import sys, balanced_mastering as bm; bm.loudness(*bm.read(bm.demo())); sys.exit(sys._is_gil_enabled())"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_calls_at_once_are_calls_in_turn(music: Audio) -> None:
    gains = [0.1 * (k + 1) for k in range(WORKERS)]
    chain = busy()

    def work(gain: float) -> tuple[Any, float | None, Audio]:
        audio = gain * music
        return measurements(bm.analyze(audio, RATE)), bm.loudness(audio, RATE), bm.Chain(list(chain))(audio, RATE)

    in_turn = [work(gain) for gain in gains]
    with ThreadPoolExecutor(WORKERS) as pool:
        at_once = list(pool.map(work, gains))
    for (a, b, c), (d, e, f) in zip(in_turn, at_once, strict=True):
        assert a == d and b == e and np.array_equal(c, f)


def test_one_result_is_read_by_many(music: Audio) -> None:
    result = bm.analyze(music, RATE)
    with ThreadPoolExecutor(WORKERS) as pool:
        read = list(pool.map(lambda _: (result.loudness, result.to_json(), result.tempo), range(200)))
    assert all(row == read[0] for row in read)


def test_one_meter_counts_every_block() -> None:
    tone = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(48_000) / 48_000)
    meter, alone = bm.StreamingMeter(48_000, 1), bm.StreamingMeter(48_000, 1)
    for _ in range(64):
        alone.push(tone)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda _: meter.push(tone), range(64)))
    # Every block is the same whole number of periods, so that their order does not matter.
    assert meter.final_reading() == alone.final_reading()


def test_one_chain_serves_many(music: Audio) -> None:
    chain = busy()
    inputs = [music, music[0]] * WORKERS
    expected = [chain(audio, RATE) for audio in inputs[:2]] * WORKERS
    with ThreadPoolExecutor(WORKERS) as pool:
        for out, wanted in zip(pool.map(lambda audio: chain(audio, RATE), inputs), expected, strict=True):
            assert np.array_equal(out, wanted)


def test_a_chain_at_work_can_be_asked() -> None:
    """A waiting thread must not keep the working thread from its regular check for signals."""
    code = (
        "import balanced_mastering as bm, numpy as np, threading\n"
        "chain = bm.Chain([bm.Saturator(), bm.Limiter()])\n"
        "audio = 0.1 * np.random.default_rng(0).standard_normal((2, 48_000 * 20))\n"
        "chain.process(audio[:, :1000], 48_000, reset=False)\n"
        "thread = threading.Thread(target=lambda: chain.process(audio, 48_000, reset=False))\n"
        "thread.start()\n"
        "while thread.is_alive():\n"
        "    assert len(chain.gain_reductions_db) == 2\n"
        "chain.reset()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
