"""Command `python -m balanced_mastering.bench`."""

from __future__ import annotations

import argparse
import multiprocessing
import platform
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import balanced_mastering as bm
from balanced_mastering.bench import dataset, output, score, tools


def measure(tracks: list[dataset.Track], names: list[str], tasks: frozenset[str]) -> dict[str, Any]:
    """Runs every tool in its own process and scores its results."""
    scores: dict[str, Any] = {task: {} for task in sorted(tasks)}
    cost: dict[str, Any] = {}
    paths = [track.path for track in tracks]
    for tool in (tool for tool in tools.installed() if tool.name in names and tool.tasks & tasks):
        # Each tool gets a fresh interpreter, so that memory and imports are its own.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            try:
                answers, peak_mib = pool.submit(tools.run, tool.name, paths, tasks).result()
            except Exception as error:  # Its process ended, or it cannot be imported: every answer is wrong.
                answers = [tools.Answer(path, error=f"{type(error).__name__}: {error}") for path in paths]
                peak_mib = 0.0
        for task in sorted(tasks & tool.tasks):
            metrics = score.score(task, tracks, answers)
            intervals = {metric: score.interval(values) for metric, values in metrics.items()}
            scores[task][tool.name] = {
                metric: made._asdict() if made.tracks else {"mean": 0.0, "low": 0.0, "high": 0.0, "tracks": 0}
                for metric, made in intervals.items()
            }
        audio_s = sum(answer.audio_s for answer in answers)
        cost[tool.name] = {
            "cpu_s_per_minute": 60 * sum(answer.cpu_s for answer in answers) / max(audio_s, 1e-9),
            "times_real_time": audio_s / max(sum(answer.wall_s for answer in answers), 1e-9),
            "peak_mib": peak_mib,
            "errors": sum(answer.error is not None for answer in answers),
            "answers": [answer._asdict() for answer in answers],
        }
    return {
        "balanced_version": bm.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "tracks": [track._asdict() for track in tracks],
        "scores": scores,
        "cost": cost,
    }


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m balanced_mastering.bench",
        description="Compare this package and the installed peers on annotated audio.",
        epilog=dataset.load.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known = [tool.name for tool in tools.TOOLS]
    parser.add_argument("dataset", help="folder, mirdata:NAME or mirdata:NAME=FOLDER")
    parser.add_argument("--tools", default=",".join(known), help=f"comma-separated, out of {', '.join(known)}")
    parser.add_argument("--tasks", default=",".join(score.METRICS), help=f"comma-separated, out of {', '.join(score.METRICS)}")
    parser.add_argument("--limit", type=int, help="use only the first LIMIT tracks")
    parser.add_argument("-o", "--output", type=Path, default=Path("bench-out"), help="folder for JSON and plots")
    options = parser.parse_args(arguments)
    names, tasks = options.tools.split(","), options.tasks.split(",")
    for word, words in [*((name, known) for name in names), *((task, list(score.METRICS)) for task in tasks)]:
        if word not in words:
            parser.error(f"unknown name {word}; known names are {', '.join(words)}")
    try:
        tracks = dataset.load(options.dataset)[: options.limit]
    except (bm.BalancedError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    result = measure(tracks, names, score.tasks_of(tracks) & frozenset(tasks))
    print(output.tables(result))
    for path in output.save(result, options.output):
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
