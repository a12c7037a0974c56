"""Parts of a catalogue: the unit of work of every engine, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from balanced_mastering import _native
from balanced_mastering._config import AnalysisConfig
from balanced_mastering._limits import Limits
from balanced_mastering._row import Row
from balanced_mastering._workers import Task, Worker
from balanced_mastering.catalogue._files import File, filesystem, is_local
from balanced_mastering.catalogue._table import table

#: Columns that tell what a part holds.
_SEEN = ["path", "file_bytes", "file_version", "config_hash", "balanced_version", "error_kind"]
#: Kinds of errors that may be gone at the next attempt.
_PASSING = frozenset({"read", "changed"})


@dataclass(frozen=True)
class Job:
    """Settings of a run, which hold for every part.

    Parameters
    ----------
    output : str
        Folder or URL of the parts.
    config : AnalysisConfig
        What to measure.
    limits : Limits
        What each file may be, and what its analysis may use; the process of a worker is held to time and memory from outside.
    max_cpu_s : float, optional
        Most processor time of one file, in seconds.
    max_attempts : int
        Attempts for a file that ends its process, or whose store fails.
    storage_options : mapping
        What the stores need to be opened. Workers get it by the engine's own ways: prefer the credentials of the environment.
    """

    output: str
    config: AnalysisConfig = field(default_factory=AnalysisConfig)
    limits: Limits = field(default_factory=Limits)
    max_cpu_s: float | None = None
    max_attempts: int = 2
    storage_options: Mapping[str, Any] = field(default_factory=dict)


class Part(NamedTuple):
    """Files that are analysed together.

    Attributes
    ----------
    name : str
        Name of the Parquet file.
    files : tuple of File
        The files to analyse.
    keeps : bool
        Whether the part exists, and the rows of its other files stay.
    """

    name: str
    files: tuple[File, ...]
    keeps: bool = False


class Result(NamedTuple):
    """Result of a part: rows by their error kind (`"ok"` for none), bytes read, seconds taken."""

    name: str
    kinds: dict[str, int]
    file_bytes: int
    wall_s: float


def planned(
    files: Iterable[File], job: Job, *, rows: int = 256, part_bytes: int = 16 << 30, retry_failed: bool = False
) -> list[Part]:
    """Returns the parts that are missing: files that no part holds, and parts with files that have changed.

    Parameters
    ----------
    files : iterable of File
        All files of the catalogue.
    job : Job
        The job; only the parts of its configuration and of this version count.
    rows : int
        Most rows of a part.
    part_bytes : int
        Most bytes of audio of a part, so that parts of long files do not take for ever.
    retry_failed : bool
        Whether files with an error are analysed again.
    """
    new: list[File] = []
    changed: dict[str, list[File]] = {}
    seen = dict(_seen(job))
    for file in files:
        known = seen.get(file.path)
        if known is None:
            new.append(file)
        elif known[1:3] != (file.size, file.version) or (retry_failed and known[3]):
            changed.setdefault(known[0], []).append(file)
    again = [Part(name, tuple(group), keeps=True) for name, group in sorted(changed.items())]
    return again + [Part(_name(group, job), group) for group in _grouped(new, rows, part_bytes)]


def _grouped(files: list[File], rows: int, part_bytes: int) -> Iterator[tuple[File, ...]]:
    group: list[File] = []
    size = 0
    for file in files:
        if group and (len(group) == rows or size + file.size > part_bytes):
            yield tuple(group)
            group, size = [], 0
        group.append(file)
        size += file.size
    if group:
        yield tuple(group)


def _name(files: tuple[File, ...], job: Job) -> str:
    """Returns the name of a part, which follows from what it holds: the same work has the same name."""
    digest = hashlib.sha256(json.dumps([job.config.hash, _native.__version__, files]).encode("utf-8", "surrogateescape"))
    return f"part-{digest.hexdigest()[:24]}.parquet"


def _seen(job: Job) -> Iterator[tuple[str, tuple[str, int, str, bool]]]:
    """Yields what the parts hold: path, and part, size, version, and whether it failed."""
    import pyarrow.parquet as pq

    system, root = filesystem(job.output, job.storage_options)
    for path in sorted(system.glob(f"{root}/part-*.parquet")):
        with system.open(path, "rb") as file:
            part = pq.read_table(file, columns=_SEEN)
        for row in part.to_pylist():
            if (row["config_hash"], row["balanced_version"]) == (job.config.hash, _native.__version__):
                name = path.rpartition("/")[2]
                yield row["path"], (name, row["file_bytes"], row["file_version"], row["error_kind"] is not None)


def analyze_part(part: Part, job: Job) -> Result:
    """Analyses the files of a part and writes it; a part that is there is left alone.

    This is what an engine calls on a worker. It may be called again after any failure, also twice at the same time.

    Parameters
    ----------
    part : Part
        The part.
    job : Job
        The job.
    """
    started = time.monotonic()
    system, root = filesystem(job.output, job.storage_options)
    target = f"{root}/{part.name}"
    if not part.keeps and system.exists(target):
        return Result(part.name, {}, 0, time.monotonic() - started)
    worker = Worker()
    try:
        pairs = [(file, _analyzed(worker, file, job)) for file in part.files]
    finally:
        worker.close()
    kinds: dict[str, int] = {}
    for _, row in pairs:
        kinds[row.error_kind or "ok"] = kinds.get(row.error_kind or "ok", 0) + 1
    _write(system, target, [*_kept(system, target, part), *pairs])
    return Result(part.name, kinds, sum(file.size for file in part.files), time.monotonic() - started)


def _analyzed(worker: Worker, file: File, job: Job) -> Row:
    options = dict(job.storage_options) if "://" in file.path else None
    task = Task(file.path, job.config, job.limits, False, job.max_cpu_s, options)
    for attempt in range(job.max_attempts):
        row = worker.run(task, _native.CancelToken())
        if row.error_kind != "crashed" and row.error_kind not in _PASSING:
            break
        time.sleep(min(2.0**attempt, 30.0) * 0.2)
    return row


def _kept(system: Any, target: str, part: Part) -> list[tuple[File, Row]]:
    """Returns the rows of a part whose files are not analysed again."""
    if not part.keeps:
        return []
    import pyarrow.parquet as pq

    with system.open(target, "rb") as file:
        rows = pq.read_table(file).to_pylist()
    anew = {file.path for file in part.files}
    return [
        (File(row["path"], row["file_bytes"], row["file_version"]), Row.from_dict(row)) for row in rows if row["path"] not in anew
    ]


def _write(system: Any, target: str, rows: list[tuple[File, Row]]) -> None:
    """Writes a part in one step: object stores take an object whole, a folder gets a renamed file."""
    import os
    import uuid

    import pyarrow as pa
    import pyarrow.parquet as pq

    data = pa.BufferOutputStream()
    pq.write_table(table(sorted(rows, key=lambda pair: pair[0].path)), data, compression="zstd")
    content = data.getvalue().to_pybytes()
    if not is_local(system):
        system.pipe_file(target, content)
        return
    system.makedirs(target.rpartition("/")[0], exist_ok=True)
    partial = f"{target}.{uuid.uuid4().hex}.partial"
    try:
        with open(partial, "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, target)  # noqa: PTH105
    except BaseException:
        system.rm_file(partial)
        raise
