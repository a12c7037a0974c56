"""The process behind `analyze_many(isolation="process")`: reads tasks as lines of JSON, and answers each with a row.

It is started by `_workers` and ends with its parent.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from queue import SimpleQueue
from typing import IO, Any


def main() -> None:
    """Answers tasks until the parent closes the pipe."""
    # What libraries print goes to the standard error, away from the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    tasks: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin, tasks), daemon=True).start()
    from balanced_mastering._config import AnalysisConfig
    from balanced_mastering._limits import Limits
    from balanced_mastering._row import Row

    configs: dict[str, AnalysisConfig] = {}
    while True:
        task: dict[str, Any] = json.loads(tasks.get())
        _limit_cpu(task["max_cpu_s"])
        _limit_memory(task["max_memory_bytes"])
        config = configs.setdefault(task["config"], AnalysisConfig.from_json(task["config"]))
        limits = Limits(**json.loads(task["limits"]))
        row: Row = _row(task, config, limits)
        answers.write(json.dumps(row.__reduce__()[1], ensure_ascii=False) + "\n")
        answers.flush()


def _row(task: dict[str, Any], config: Any, limits: Any) -> Any:
    from balanced_mastering._catalogue import analyze_row
    from balanced_mastering._row import Row

    path, damaged = task["path"], task["accept_damaged"]
    if task["storage_options"] is None:
        return analyze_row(path, config, limits=limits, accept_damaged=damaged)
    import fsspec

    try:
        with fsspec.open(path, "rb", **task["storage_options"]) as file:
            return analyze_row(file, config, path=path, limits=limits, accept_damaged=damaged)
    except FileNotFoundError:
        kind, problem, remedy = "not_found", "is not in the store", "list the catalogue again"
    except Exception as error:  # Each store has its own.
        kind, problem, remedy = "read", f"the store failed: {error or type(error).__name__}", "try again later"
    return Row(path, None, config.hash, None, kind, f"{path}: {problem}; {remedy}", remedy)


def _listen(pipe: IO[str], tasks: SimpleQueue[str]) -> None:
    """Passes lines on; the end of the pipe means that the parent is gone, and nobody waits for the work at hand."""
    for line in pipe:
        tasks.put(line)
    os._exit(0)


def _limit_cpu(seconds: float | None) -> None:
    """Lets the system end this process when it has used so many seconds of processor time more."""
    if seconds is None or sys.platform == "win32":
        return
    import math
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _limit_memory(limit: int | None) -> None:
    """Lets the system refuse this process more memory: on Linux all that it writes to, elsewhere where the system counts."""
    if limit is None or sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


if __name__ == "__main__":
    main()
