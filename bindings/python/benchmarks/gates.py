"""Measures the cost of the package (import, calls, threads) and prints a table; run it on an idle machine.

python gates.py [--clips 200]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import balanced_mastering as bm
import numpy as np

#: Limits: time of the import, and overhead of a call.
MAX_IMPORT_MS = 60.0
MAX_OVERHEAD_US = 50.0


def import_ms(clock: str, rounds: int = 31) -> list[float]:
    """Returns sorted times of `import balanced_mastering` in fresh interpreters, by a clock of `time`."""
    code = f"from time import {clock} as now; t = now(); import balanced_mastering; print((now() - t) * 1000)"
    command = [sys.executable, "-c", code]
    return sorted(float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(rounds))


def call_us(audio: np.ndarray, rounds: int, channel_axis: int = 0) -> list[float]:
    """Returns sorted times of `loudness` on `audio`."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        bm.loudness(audio, 48_000, channel_axis=channel_axis)
        times.append((time.perf_counter() - start) * 1e6)
    return sorted(times)


def spread(times: list[float], unit: str) -> str:
    """Formats the shortest time, which other load disturbs least, and the median."""
    return f"{times[0]:.1f} {unit} (median {statistics.median(times):.1f})"


def catalogue(clips: int) -> None:
    """Compares one worker with two on real music."""
    demo, rate = bm.read(bm.demo())
    seconds = 20
    with tempfile.TemporaryDirectory() as name:
        paths = []
        for index in range(clips):
            start = int((index * 7.3 % 16) * rate)
            clip = demo[:, start : start + int(seconds * rate)] * (0.4 + 0.6 * (index % 7) / 7)
            paths.append(Path(name) / f"{index:03}.flac")
            bm.write(paths[-1], clip, rate, bits="16")
        size = sum(path.stat().st_size for path in paths)
        walls = {}
        for workers in (1, 2):
            cpu, wall = _cpu_s(), time.perf_counter()
            rows = list(bm.analyze_many(paths, workers=workers))
            walls[workers] = time.perf_counter() - wall
            cpu = _cpu_s() - cpu
            assert all(row.ok for row in rows)
            print(
                f"{clips} clips of {seconds} s, {workers} worker(s): {walls[workers]:.1f} s wall, {cpu:.1f} s CPU,"
                f" {3600 * clips / walls[workers]:.0f} clips an hour"
            )
        print(f"speed-up from 1 to 2 workers: {walls[1] / walls[2]:.2f}")
        print(f"bytes read: {size / clips / seconds / 1000:.0f} kB a second of audio (FLAC, 16 bits)")


def cost_model(rounds: int = 5) -> None:
    """Fits the cost of a track: a constant part (the tagging networks process a bounded share) and a part per minute."""
    demo, rate = bm.read(bm.demo())
    minutes = (1.0, 4.0)
    costs = []
    with tempfile.TemporaryDirectory() as name:
        for length in minutes:
            path = Path(name) / f"{length:.0f}.flac"
            frames = int(60 * length * rate)
            bm.write(path, np.tile(demo, -(-frames // demo.shape[1]))[:, :frames], rate, bits="16")
            times = []
            for _ in range(rounds):
                cpu = _cpu_s()
                bm.analyze(path, threads=1)
                times.append(_cpu_s() - cpu)
            costs.append(min(times))
    per_minute = (costs[1] - costs[0]) / (minutes[1] - minutes[0])
    per_track = costs[0] - per_minute * minutes[0]
    print(f"a track costs {per_track:.2f} CPU s and {per_minute:.2f} CPU s a minute of audio")
    print(f"a million tracks of 4 minutes: {1e6 * costs[1] / 3600:.0f} core hours")


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=200)
    clips = parser.parse_args().clips
    print(f"import: {spread(import_ms('perf_counter'), 'ms')}, gate {MAX_IMPORT_MS:.0f} ms")
    print(f"import, processor time: {spread(import_ms('process_time'), 'ms')}")
    # Contiguous double precision is not copied, so that the overhead of a call does not depend on the length: a call on an
    # empty array bounds it from above (it still builds the filters).
    print(f"loudness, the call itself: at most {spread(call_us(np.zeros((2, 0)), 20_000), 'us')}, gate {MAX_OVERHEAD_US:.0f} us")
    noise = 0.1 * np.random.default_rng(0).standard_normal((2, 48_000))
    print(f"loudness of 1 s of stereo at 48 kHz: {spread(call_us(noise, 500), 'us')}")
    frames_first = np.ascontiguousarray(noise.T.astype(np.float32))
    print(f"the same, float32, frames first: {spread(call_us(frames_first, 500, channel_axis=1), 'us')}")
    cost_model()
    catalogue(clips)


if __name__ == "__main__":
    main()
