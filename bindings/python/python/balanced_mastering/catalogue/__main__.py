"""Command `python -m balanced_mastering.catalogue`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from typing import Any

import balanced_mastering as bm
from balanced_mastering import catalogue
from balanced_mastering.catalogue import Job, Part, Result


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code: 0, or 3 if files could not be analysed or the catalogue not read."""
    options = _parser().parse_args(arguments)
    try:
        job = Job(
            output=options.output,
            config=bm.AnalysisConfig(families=options.families.split(","), tags=_tags(options.embedding)),
            limits=bm.Limits(max_wall_s=options.max_wall, max_memory_bytes=options.max_memory << 20),
            max_cpu_s=options.max_cpu,
            max_attempts=options.max_attempts,
            storage_options=dict(_option(text) for text in options.storage_option),
        )
        files = catalogue.listed(options.input, job.storage_options)
        parts = catalogue.planned(files, job, rows=options.rows, retry_failed=options.retry_failed)
    except (bm.BalancedError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    todo = sum(len(part.files) for part in parts)
    print(f"{len(files)} files, {len(files) - todo} of them done; {todo} in {len(parts)} parts", file=sys.stderr)
    if options.dry_run:
        return 0
    failed = _followed(_engine(options)(parts, job), todo)
    return 3 if failed else 0


def _followed(results: Iterator[Result], todo: int) -> int:
    """Prints the progress of a run, and returns how many files failed."""
    kinds: dict[str, int] = {}
    for result in results:
        for kind, count in result.kinds.items():
            kinds[kind] = kinds.get(kind, 0) + count
        done = sum(kinds.values())
        failed = done - kinds.get("ok", 0)
        print(f"{done} of {todo} files, {failed} failed; {result.name} took {result.wall_s:.0f} s", file=sys.stderr)
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    print(counted or "nothing to do")
    return sum(count for kind, count in kinds.items() if kind != "ok")


def _engine(options: argparse.Namespace) -> Callable[[list[Part], Job], Iterator[Result]]:
    engine: Any = getattr(catalogue, options.engine)
    more = {"address": options.address} if options.engine == "dask" else {}
    return lambda parts, job: engine(parts, job, options.workers, **more)


def _tags(embedding: bool) -> dict[str, Any]:
    tags: dict[str, Any] = dict(bm.AnalysisConfig().to_dict()["tags"])
    return {**tags, "embedding": embedding}


def _option(text: str) -> tuple[str, Any]:
    """Returns a storage option of the form NAME=VALUE; a value in JSON is what it says, other text is text."""
    import json

    name, equals, value = text.partition("=")
    if not equals or not name:
        problem, remedy = f"--storage-option {text} has no value", "write NAME=VALUE"
        raise bm.SettingsError(f"{problem}; {remedy}", problem=problem, remedy=remedy)
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m balanced_mastering.catalogue",
        description=catalogue.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("engine", choices=["local", "ray", "dask", "spark"], help="what runs the workers")
    parser.add_argument("input", help="folder or URL of the audio, or a .txt file with one path or URL on each line")
    parser.add_argument("output", help="folder or URL of the Parquet parts")
    parser.add_argument("--workers", type=int, default=0, help="workers on this machine; 0 is one for every core")
    parser.add_argument("--address", help="scheduler of a Dask cluster that runs")
    parser.add_argument("--families", default=",".join(bm.FAMILIES), help="comma-separated; all by default")
    parser.add_argument("--embedding", action="store_true", help="keep the tagging network's 200 numbers, for nearest neighbours")
    parser.add_argument("--rows", type=int, default=256, help="files of a part")
    parser.add_argument("--max-wall", type=float, default=600.0, help="seconds that one file may take")
    parser.add_argument("--max-cpu", type=float, help="seconds of processor time that one file may take")
    parser.add_argument("--max-memory", type=int, default=2048, help="MiB that one file may take")
    parser.add_argument("--max-attempts", type=int, default=2, help="attempts for a file that crashes, or whose store fails")
    parser.add_argument("--retry-failed", action="store_true", help="analyse files with an error again")
    parser.add_argument("--storage-option", action="append", default=[], metavar="NAME=VALUE", help="for fsspec")
    parser.add_argument("--dry-run", action="store_true", help="count what is to do, and do nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
