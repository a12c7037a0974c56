"""Tables, JSON and plots of the results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from balanced_mastering.bench.score import METRICS, Score


def tables(result: dict[str, Any]) -> str:
    """Formats the result for a terminal: a table per task, then the cost."""
    parts = []
    for task, by_tool in result["scores"].items():
        rows = [[name, *(_cell(metrics[metric]) for metric in METRICS[task])] for name, metrics in by_tool.items()]
        tracks = max(metrics[metric]["tracks"] for metrics in by_tool.values() for metric in METRICS[task])
        parts.append(_table(f"{task} ({tracks} tracks; mean [95 % interval])", ["tool", *METRICS[task]], rows))
    cost = [
        [
            name,
            f"{one['cpu_s_per_minute']:.2f}",
            f"{one['times_real_time']:.0f}",
            f"{one['peak_mib']:.0f}",
            str(one["errors"]),
        ]
        for name, one in result["cost"].items()
    ]
    head = ["tool", "CPU s per min of audio", "times real time", "peak MiB", "errors"]
    parts.append(_table("cost (all tasks of a tool together)", head, cost))
    return "\n\n".join(parts)


def _cell(score: dict[str, Any]) -> str:
    made = Score(**score)
    return f"{made.mean:.3f} [{made.low:.3f} {made.high:.3f}]" if made.tracks else "-"


def _table(title: str, head: list[str], rows: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [head, *rows]]
    return "\n".join([title, lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def save(result: dict[str, Any], folder: Path) -> list[Path]:
    """Writes `bench.json` and a plot per task; plots need matplotlib."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "bench.json"]
    written[0].write_text(json.dumps(result, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    try:
        import matplotlib
    except ImportError:
        return written
    matplotlib.use("Agg")
    return [*written, *(_plot(task, by_tool, folder) for task, by_tool in result["scores"].items())]


def _plot(task: str, by_tool: dict[str, Any], folder: Path) -> Path:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(1.6 + 2.2 * len(METRICS[task]), 3.6), layout="constrained")
    width = 0.8 / len(by_tool)
    for index, (name, metrics) in enumerate(by_tool.items()):
        scores = [Score(**metrics[metric]) for metric in METRICS[task]]
        places = [at + (index + 0.5) * width - 0.4 for at in range(len(scores))]
        means = [score.mean for score in scores]
        below = [score.mean - score.low for score in scores]
        above = [score.high - score.mean for score in scores]
        axes.bar(places, means, width * 0.92, yerr=[below, above], capsize=3, label=name)
    axes.set_xticks(range(len(METRICS[task])), METRICS[task])
    axes.set_title(f"{task}: mean and 95 % interval")
    if task != "loudness":
        axes.set_ylim(0, 1)
    figure.legend(loc="outside lower center", ncols=len(by_tool), frameon=False)
    path = folder / f"{task}.png"
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
    return path
