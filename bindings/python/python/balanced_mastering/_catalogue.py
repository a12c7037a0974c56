"""Catalogues: analysis of many files, resumable, with results and failures as rows and Arrow batches."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from balanced_mastering import _native
from balanced_mastering._analyze import analyze_json
from balanced_mastering._config import AnalysisConfig
from balanced_mastering._errors import BalancedError, CancelledError, settings_error
from balanced_mastering._limits import Limits
from balanced_mastering._model import Analysis
from balanced_mastering._paths import spelled, unspelled

if TYPE_CHECKING:
    from concurrent.futures import Future
    from typing import Self

    from balanced_mastering._native import ArrowBatch, ArrowSchema

#: Number of finished results per worker that wait for the caller.
_AHEAD = 2


class Row:
    """A row of a catalogue: the analysis of one file, or its error.

    Attributes
    ----------
    path : str
        The file as the caller named it; a file URI where its name is not UTF-8, which every function that takes a file takes too.
    sha256 : str or None
        SHA-256 of the file's bytes in lower-case hex; `None` if it could not be read.
    config_hash : str
        Hash of the configuration; together with `sha256` and the version it identifies the result.
    error_kind, error, error_remedy : str or None
        The error: its stable kind (`not_audio`, `damaged` …), its message, and the remedy.
    """

    __slots__ = ("_json", "config_hash", "error", "error_kind", "error_remedy", "path", "sha256")

    def __init__(
        self,
        path: str,
        sha256: str | None,
        config_hash: str,
        analysis_json: str | None,
        error_kind: str | None = None,
        error: str | None = None,
        error_remedy: str | None = None,
    ) -> None:
        self.path = path
        self.sha256 = sha256
        self.config_hash = config_hash
        self._json = analysis_json
        self.error_kind = error_kind
        self.error = error
        self.error_remedy = error_remedy

    @property
    def ok(self) -> bool:
        """Whether the file was analysed."""
        return self._json is not None

    @property
    def analysis(self) -> Analysis | None:
        """The analysis; `None` if there was an error."""
        return None if self._json is None else Analysis(json.loads(self._json))

    def to_dict(self) -> dict[str, Any]:
        """Returns the row as a dict with the column names of `schema().names`; columns without a value are absent.

        Wall time is left out, so that the same file and settings give the same row.
        """
        columns: dict[str, Any] = {
            "path": self.path,
            "sha256": self.sha256,
            "config_hash": self.config_hash,
            "balanced_version": _native.__version__,
            "error_kind": self.error_kind,
            "error": self.error,
            "error_remedy": self.error_remedy,
        }
        if self._json is not None:
            tree = json.loads(self._json)
            tree["provenance"].pop("elapsed_s", None)
            columns |= tree
        return columns

    def to_json(self) -> str:
        """Returns the row as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __repr__(self) -> str:
        return f"Row({self.path!r}, {'ok' if self.ok else self.error_kind})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (
            Row,
            (
                self.path,
                self.sha256,
                self.config_hash,
                self._json,
                self.error_kind,
                self.error,
                self.error_remedy,
            ),
        )


def schema(*, merged: bool = False) -> ArrowSchema:
    """Returns the fixed Arrow schema of all batches of rows.

    It has the Arrow PyCapsule interface, so that `pyarrow.schema(arrow_schema())` works, and polars, duckdb and nanoarrow read
    it too.

    Parameters
    ----------
    merged : bool
        Whether the `cyanite_*` columns of `merged_batch` follow.
    """
    return _native.ArrowSchema(merged)


def to_batch(rows: Iterable[Row]) -> ArrowBatch:
    """Converts rows to one Arrow record batch.

    It has the Arrow PyCapsule interface, so that `pyarrow.record_batch(batch)` and `polars.DataFrame(batch)` work. pyarrow is
    not needed to create it.

    Parameters
    ----------
    rows : iterable of Row
        The rows, in order.
    """
    return _native.ArrowBatch([row.to_json() for row in rows])


def analyze_row(
    source: str | os.PathLike[str] | bytes,
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
    source : path or bytes
        The file, or its bytes.
    config : AnalysisConfig, optional
        What to measure; by default everything.
    path : str, optional
        Name of the file in the row; by default `source`.
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
    name = path if path is not None else "" if isinstance(source, bytes) else spelled(source)
    try:
        text = analyze_json(source, None, chosen, 0, None, threads, limits, None, accept_damaged, None, cancel)
    except BalancedError as error:
        # The message names the file even if the engine passed its bytes.
        message = f"{name}: {error.problem}; {error.remedy}" if name and isinstance(source, bytes) else str(error)
        return Row(name, sha256, chosen.hash, None, error.kind, message, error.remedy)
    tree = json.loads(text)
    tree["source"]["path"] = name
    return Row(name, tree["source"]["sha256"], chosen.hash, json.dumps(tree, ensure_ascii=False))


class Ledger:
    """A file of finished rows, one JSON object per line, from which an interrupted run resumes.

    Results are found by the hash of the file's bytes, the configuration and the version: a file that was moved or renamed is
    not analysed again, but one that changed is. Failures are not stored, so that they are retried.

    Parameters
    ----------
    path : path
        The file; created if it does not exist. A line that a crash cut short is ignored.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        from pathlib import Path

        self._path = Path(path)
        self._known: dict[tuple[str, str, str], tuple[int, int]] = {}
        if self._path.exists():
            self._index()
        self._file = self._path.open("ab")
        if self._file.tell() and not self._ends_with_newline():
            self._file.write(b"\n")

    def _ends_with_newline(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def _index(self) -> None:
        with self._path.open("rb") as file:
            at = 0
            for line in file:
                try:
                    entry = json.loads(line)
                    self._known[(entry["sha256"], entry["config_hash"], entry["version"])] = (at, len(line))
                except (ValueError, KeyError, TypeError):
                    pass
                at += len(line)

    def __len__(self) -> int:
        return len(self._known)

    def find(self, sha256: str, config_hash: str, path: str) -> Row | None:
        """Returns the stored row of a file with these bytes under the name `path`, or `None`."""
        place = self._known.get((sha256, config_hash, _native.__version__))
        if place is None:
            return None
        self._file.flush()
        with self._path.open("rb") as file:
            file.seek(place[0])
            tree = json.loads(file.read(place[1]))["analysis"]
        tree["source"]["path"] = path
        return Row(path, sha256, config_hash, json.dumps(tree, ensure_ascii=False))

    def keep(self, row: Row) -> None:
        """Appends a finished row; failures are not stored."""
        if row._json is None or row.sha256 is None:
            return
        head = {"sha256": row.sha256, "config_hash": row.config_hash, "version": _native.__version__}
        line = json.dumps(head)[:-1] + f', "analysis": {row._json}}}\n'
        data = line.encode()
        at = self._file.seek(0, os.SEEK_END)
        self._file.write(data)
        self._file.flush()
        self._known[(row.sha256, row.config_hash, _native.__version__)] = (at, len(data))

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Task(NamedTuple):
    path: str
    config: AnalysisConfig
    ledger: Ledger | None
    limits: Limits | None
    accept_damaged: bool
    cancel: _native.CancelToken


def _work(task: _Task) -> tuple[Row, bool]:
    """Returns the row of a task, and whether it was measured now rather than found in the ledger."""
    if task.ledger is not None:
        try:
            digest = _hash(unspelled(task.path))
        except OSError:
            digest = None
        found = None if digest is None else task.ledger.find(digest, task.config.hash, task.path)
        if found is not None:
            return found, False
    return analyze_row(task.path, task.config, limits=task.limits, accept_damaged=task.accept_damaged, cancel=task.cancel), True


def _hash(path: str) -> str:
    import hashlib
    from pathlib import Path

    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Plan(NamedTuple):
    """What `analyze_many` was asked for."""

    paths: list[str]
    config: AnalysisConfig
    workers: int
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


def _run(plan: _Plan) -> Generator[Row]:
    from concurrent.futures import ThreadPoolExecutor

    cancel = _native.CancelToken()
    ledger = None if plan.ledger is None else Ledger(plan.ledger)
    pool = ThreadPoolExecutor(plan.workers, thread_name_prefix="balanced")
    waiting: deque[Future[tuple[Row, bool]]] = deque()
    paths = iter(plan.paths)
    try:
        for done in range(len(plan.paths)):
            while len(waiting) < plan.workers * _AHEAD + 1 and (path := next(paths, None)) is not None:
                task = _Task(path, plan.config, ledger, plan.limits, plan.accept_damaged, cancel)
                waiting.append(pool.submit(_work, task))
            row, is_new = _next_of(waiting, plan).result()
            if ledger is not None and is_new:
                ledger.keep(row)
            if plan.progress is not None:
                plan.progress(done + 1, len(plan.paths))
            yield row
    finally:
        cancel.cancel()
        pool.shutdown(wait=True, cancel_futures=True)
        if ledger is not None:
            ledger.close()


def _next_of(waiting: deque[Future[tuple[Row, bool]]], plan: _Plan) -> Future[tuple[Row, bool]]:
    """Removes and returns the next future: the first in order, or the first that is finished."""
    from concurrent.futures import FIRST_COMPLETED, wait

    wanted = [waiting[0]] if plan.ordered else waiting
    finished: set[Future[tuple[Row, bool]]] = set()
    while not finished:
        if plan.cancel is not None and plan.cancel.cancelled:
            problem, remedy = "the call was cancelled", "call again to go on; a ledger keeps what is finished"
            raise CancelledError(f"{problem}; {remedy}", problem=problem, remedy=remedy)
        finished = wait(wanted, None if plan.cancel is None else _LOOK_S, FIRST_COMPLETED).done
    first = next(future for future in waiting if future in finished)
    waiting.remove(first)
    return first


def _cores() -> int:
    """Returns the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def analyze_many(
    paths: Iterable[str | os.PathLike[str]],
    *,
    config: AnalysisConfig | None = None,
    workers: int = 0,
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
    ledger : path, optional
        A file of finished rows, which are not analysed again (see `Ledger`).
    ordered : bool
        Whether the rows come in the order of `paths`, where one long file delays those after it, or as soon as each is finished.
    limits : Limits, optional
        What each file may be, and what its analysis may use; `max_wall_s` is the most time that one file may take.
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
    count = workers or _cores()
    chosen = AnalysisConfig() if config is None else config
    files = [_name(path) for path in paths]
    if ledger is not None:
        _native.check_outputs([unspelled(file) for file in files], [os.fsdecode(ledger)])
    return AnalyzeMany(_Plan(files, chosen, count, ledger, ordered, limits, accept_damaged, cancel, progress))


def _name(path: object) -> str:
    if isinstance(path, str | os.PathLike):
        return spelled(path)
    problem = f"{type(path).__name__} is not a path"
    remedy = "give paths; `analyze_row` takes the bytes of a file, and os.fsdecode makes a path of a name in bytes"
    raise settings_error(problem, remedy)
