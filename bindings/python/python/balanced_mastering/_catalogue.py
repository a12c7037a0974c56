"""Catalogues: analysis of many files, resumable, with results and failures as rows and Arrow batches."""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from balanced_mastering import _native
from balanced_mastering._analyze import analyze_json
from balanced_mastering._config import AnalysisConfig
from balanced_mastering._errors import BalancedError, CancelledError, settings_error
from balanced_mastering._ledger import Ledger, Stamp
from balanced_mastering._limits import Limits
from balanced_mastering._paths import spelled, unspelled
from balanced_mastering._row import Row, to_batch
from balanced_mastering._workers import Task, Worker

if TYPE_CHECKING:
    from concurrent.futures import Future
    from typing import Self

    from balanced_mastering._audio import AudioFile
    from balanced_mastering._native import ArrowBatch

#: Number of finished results per worker that wait for the caller.
_AHEAD = 2


def analyze_row(
    source: AudioFile,
    config: AnalysisConfig | None = None,
    *,
    path: str | None = None,
    sha256: str | None = None,
    threads: int = 1,
    limits: Limits | None = None,
    accept_damaged: bool = False,
    cancel: _native.CancelToken | None = None,
) -> Row:
    """Analyses one file into a row, for use within other engines; errors are stored in the row and never raised.

    Parameters
    ----------
    source : path, bytes, or open binary file
        The file.
    config : AnalysisConfig, optional
        What to measure; by default everything.
    path : str, optional
        Name of the file in the row; by default `source` if that is a path.
    sha256 : str, optional
        SHA-256 of the file's bytes, if known.
    threads : int
        Number of threads; 1 is right where an engine runs several workers.
    limits : Limits, optional
        What the file may be, and what its analysis may use; a file that passes a limit has the error kind `limit`.
    accept_damaged : bool
        As in `analyze`.
    cancel : CancelToken, optional
        Stops the call; the row then has the error kind `cancelled`.
    """
    chosen = AnalysisConfig() if config is None else config
    own = spelled(source) if isinstance(source, str | os.PathLike) else None
    name = own or "" if path is None else path
    try:
        text = analyze_json(source, None, chosen, 0, None, threads, limits, None, accept_damaged, None, cancel)
    except BalancedError as error:
        # The message names the file even if the engine passed its bytes.
        message = f"{name}: {error.problem}; {error.remedy}" if name and own is None else str(error)
        return Row(name, sha256, chosen.hash, None, error.kind, message, error.remedy)
    tree = json.loads(text)
    tree["source"]["path"] = name
    return Row(name, tree["source"]["sha256"], chosen.hash, json.dumps(tree, ensure_ascii=False))


class _Plan(NamedTuple):
    """What `analyze_many` was asked for."""

    paths: list[str]
    config: AnalysisConfig
    workers: int
    isolation: Literal["thread", "process"]
    max_attempts: int
    max_cpu_s: float | None
    ledger: str | os.PathLike[str] | None
    ordered: bool
    limits: Limits | None
    accept_damaged: bool
    cancel: _native.CancelToken | None
    progress: Callable[[int, int], object] | None


class AnalyzeMany:
    """Iterator over the rows of many files, in order of completion or of the paths.

    It has a length, so that `tqdm(analyze_many(paths))` shows a progress bar. Leaving it early (`break`, an exception, Ctrl-C)
    stops the work; `close()` or a `with` block stops it at a known place.
    """

    def __init__(self, plan: _Plan) -> None:
        self._count = len(plan.paths)
        # The generator knows nothing of this object: it is closed as soon as nobody holds the iterator any more.
        self._rows = _run(plan)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        return next(self._rows)

    def close(self) -> None:
        """Stops the work and waits for its threads; there are no more rows."""
        self._rows.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def batches(self, rows: int = 256) -> Iterator[ArrowBatch]:
        """Yields the rows as Arrow record batches of up to `rows` rows."""
        waiting: list[Row] = []
        for row in self:
            waiting.append(row)
            if len(waiting) == rows:
                yield to_batch(waiting)
                waiting = []
        if waiting:
            yield to_batch(waiting)


#: Seconds between two looks at the caller's token.
_LOOK_S = 0.05


class _Crew:
    """Shared state of the threads of one call: plan, ledger, token, and a process for each thread that wants one."""

    def __init__(self, plan: _Plan, ledger: Ledger | None) -> None:
        self.cancel = _native.CancelToken()
        self._plan = plan
        self._ledger = ledger
        self._own = threading.local()
        self._workers: list[Worker] = []

    def work(self, path: str) -> Row:
        """Returns the row of a file: from the ledger, or measured now."""
        chosen, stamp, attempts = self._plan.config.hash, None, 0
        if self._ledger is not None:
            stamp = Stamp.of(path)
            found = self._ledger.known(path, chosen, stamp)
            if found is not None:
                if not self._ledger.is_done(path, chosen, stamp):
                    self._ledger.keep(found, stamp)
                return found
            attempts = self._ledger.attempts(path, chosen, stamp)
            if attempts >= self._plan.max_attempts:
                return self._given_up(path, attempts)
        while True:
            attempts += 1
            if self._ledger is not None:
                self._ledger.start(path, chosen, stamp)
            row = self._measured(path)
            if self._ledger is not None:
                self._ledger.keep(row, stamp)
            if row.error_kind != "crashed" or attempts >= self._plan.max_attempts:
                return row

    def _given_up(self, path: str, attempts: int) -> Row:
        problem = f"was started {attempts} times, and each time the process ended before the file did"
        remedy = "leave it out, raise max_attempts, or start a new ledger if the machine was at fault"
        return Row(path, None, self._plan.config.hash, None, "crashed", f"{path}: {problem}; {remedy}", remedy)

    def _measured(self, path: str) -> Row:
        plan = self._plan
        if plan.isolation == "process":
            task = Task(path, plan.config, plan.limits or Limits(), plan.accept_damaged, plan.max_cpu_s)
            return self._worker().run(task, self.cancel)
        return analyze_row(path, plan.config, limits=plan.limits, accept_damaged=plan.accept_damaged, cancel=self.cancel)

    def _worker(self) -> Worker:
        """Returns the process of this thread."""
        worker: Worker | None = getattr(self._own, "worker", None)
        if worker is None:
            worker = self._own.worker = Worker()
            self._workers.append(worker)
        return worker

    def close(self) -> None:
        """Ends the processes."""
        for worker in self._workers:
            worker.close()


def _run(plan: _Plan) -> Generator[Row]:
    from concurrent.futures import ThreadPoolExecutor

    ledger = None if plan.ledger is None else Ledger(plan.ledger)
    crew = _Crew(plan, ledger)
    pool = ThreadPoolExecutor(plan.workers, thread_name_prefix="balanced")
    waiting: deque[Future[Row]] = deque()
    paths = iter(plan.paths)
    try:
        for done in range(len(plan.paths)):
            while len(waiting) < plan.workers * _AHEAD + 1 and (path := next(paths, None)) is not None:
                waiting.append(pool.submit(crew.work, path))
            row = _next_of(waiting, plan).result()
            if plan.progress is not None:
                plan.progress(done + 1, len(plan.paths))
            yield row
    finally:
        crew.cancel.cancel()
        pool.shutdown(wait=True, cancel_futures=True)
        crew.close()
        if ledger is not None:
            ledger.close()


def _next_of(waiting: deque[Future[Row]], plan: _Plan) -> Future[Row]:
    """Removes and returns the next future: the first in order, or the first that is finished."""
    from concurrent.futures import FIRST_COMPLETED, wait

    wanted = [waiting[0]] if plan.ordered else waiting
    finished: set[Future[Row]] = set()
    while not finished:
        if plan.cancel is not None and plan.cancel.cancelled:
            problem, remedy = "the call was cancelled", "call again to go on; a ledger keeps what is finished"
            raise CancelledError(f"{problem}; {remedy}", problem=problem, remedy=remedy)
        finished = wait(wanted, None if plan.cancel is None else _LOOK_S, FIRST_COMPLETED).done
    first = next(future for future in waiting if future in finished)
    waiting.remove(first)
    return first


def cores() -> int:
    """Returns the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def analyze_many(
    paths: Iterable[str | os.PathLike[str]],
    *,
    config: AnalysisConfig | None = None,
    workers: int = 0,
    isolation: Literal["thread", "process"] = "thread",
    max_attempts: int = 2,
    max_cpu_s: float | None = None,
    ledger: str | os.PathLike[str] | None = None,
    ordered: bool = False,
    limits: Limits | None = None,
    accept_damaged: bool = False,
    cancel: _native.CancelToken | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> AnalyzeMany:
    """Analyses many files in parallel.

    Parameters
    ----------
    paths : iterable of path
        The files.
    config : AnalysisConfig, optional
        What to measure; by default everything.
    workers : int
        Number of files analysed at the same time, one thread each (the interpreter's lock is released); 0 means one for every
        core. The rows do not depend on it.
    isolation : str
        `"thread"`: all files in this process. `"process"`: each worker is a process of its own, so that a file that crashes,
        hangs or takes too much memory is a row with its reason, and the run goes on. Costs 60 MB and a second of start-up each.
    max_attempts : int
        How often a file may end its process (`crashed`) before it is given up; with a ledger also over several runs.
    max_cpu_s : float, optional
        Most processor time that one file may take, in seconds; only with `isolation="process"`, and not on Windows.
    ledger : path, optional
        A folder that keeps what is finished, which is not analysed again (see `Ledger`).
    ordered : bool
        Whether the rows come in the order of `paths`, where one long file delays those after it, or as soon as each is finished.
    limits : Limits, optional
        What each file may be, and what its analysis may use; `max_wall_s` is the most time that one file may take. Processes
        are held to `max_wall_s` and `max_memory_bytes` from outside, too: the error kind is `limit` in any case.
    accept_damaged : bool
        As in `analyze`.
    cancel : CancelToken, optional
        Ends the iteration with `CancelledError`, also from another thread.
    progress : callable, optional
        Called after every file with the number of finished files and of all; an exception it raises ends the iteration.

    Returns
    -------
    iterator of Row
        `row.path` is the file. An error is stored in the row of its file; the other files are still analysed.

    Examples
    --------
    >>> for row in analyze_many(["no-such-file.wav"]):
    ...     print(row.error_kind)
    not_found
    """
    if workers < 0:
        problem, remedy = f"workers={workers} is negative", "give the number of workers, or 0 for one per core"
        raise settings_error(problem, remedy)
    if isolation not in ("thread", "process"):
        raise settings_error(f"isolation={isolation!r} is unknown", 'give "thread" or "process"')
    if max_attempts < 1:
        raise settings_error(f"max_attempts={max_attempts} allows no attempt", "give 1 or more")
    if max_cpu_s is not None and isolation == "thread":
        raise settings_error("max_cpu_s limits processes, and the workers are threads", 'pass isolation="process"')
    if max_cpu_s is not None and not max_cpu_s > 0:
        raise settings_error(f"max_cpu_s={max_cpu_s} allows no time", "give seconds above 0")
    count = workers or cores()
    chosen = AnalysisConfig() if config is None else config
    files = [_name(path) for path in paths]
    if ledger is not None:
        _native.check_outputs([unspelled(file) for file in files], [os.fsdecode(ledger)])
    plan = _Plan(
        files,
        chosen,
        count,
        isolation,
        max_attempts,
        max_cpu_s,
        ledger,
        ordered,
        limits,
        accept_damaged,
        cancel,
        progress,
    )
    return AnalyzeMany(plan)


def _name(path: object) -> str:
    if isinstance(path, str | os.PathLike):
        return spelled(path)
    problem = f"{type(path).__name__} is not a path"
    remedy = "give paths; `analyze_row` takes the bytes of a file, and os.fsdecode makes a path of a name in bytes"
    raise settings_error(problem, remedy)
