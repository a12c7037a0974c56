"""The ledger of a catalogue: an index of files in SQLite beside their results, from which an interrupted run resumes."""

from __future__ import annotations

import json
import os
import threading
import time
import zlib
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from balanced_mastering import _native
from balanced_mastering._errors import settings_error
from balanced_mastering._paths import unspelled
from balanced_mastering._row import Row, schema, to_batch

if TYPE_CHECKING:
    import sqlite3
    from typing import Self

#: Version of the index; another one is refused.
_FORMAT = 1
#: Rows of one part.
_PART_ROWS = 256
#: Parts that are held in memory for looking up results.
_PARTS_HELD = 2

_TABLES = """
create table if not exists files (
    path text not null, config_hash text not null, version text not null,
    size integer, mtime_ns integer, sha256 text,
    status text not null check (status in ('started', 'done', 'failed')),
    attempts integer not null, error_kind text, error text, error_remedy text, updated_s real not null,
    primary key (path, config_hash, version)
) without rowid;
create table if not exists results (
    sha256 text not null, config_hash text not null, version text not null,
    size integer, part integer, place integer, packed blob,
    primary key (sha256, config_hash, version)
) without rowid;
create index if not exists sizes on results (size);
create index if not exists loose on results (part) where part is null;
"""
#: Records the end of a file. What went wrong keeps its number of attempts, what is done has none any more.
_KEEP = """
insert into files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set
    size = excluded.size, mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256, status = excluded.status,
    attempts = case excluded.status when 'done' then 0 else max(attempts, 1) end,
    error_kind = excluded.error_kind, error = excluded.error, error_remedy = excluded.error_remedy,
    updated_s = excluded.updated_s
"""


class Stamp(NamedTuple):
    """Size and time of change of a file, by which a file that was seen is known again."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: str) -> Stamp | None:
        """Returns the stamp of a file; `None` if there is none to be had."""
        try:
            found = Path(unspelled(path)).stat()
        except (OSError, ValueError):
            return None
        return cls(found.st_size, found.st_mtime_ns)


class Entry(NamedTuple):
    """Entry of a ledger: the state of one file under one configuration.

    Attributes
    ----------
    path, config_hash, sha256 : str
        As in `Row`; `sha256` is `None` until the file was read.
    status : str
        `"started"`, `"done"` or `"failed"`. What is `"started"` after a run has ended was interrupted.
    attempts : int
        Number of starts since the last success.
    error_kind, error : str or None
        The error of the last attempt.
    """

    path: str
    config_hash: str
    sha256: str | None
    status: str
    attempts: int
    error_kind: str | None
    error: str | None


class Ledger:
    """A folder that remembers what was analysed, from which an interrupted run resumes.

    Results are found by the hash of the file's bytes, the configuration and the version: a file that was moved or renamed is
    not analysed again, but one that changed is. A file whose size and time of change are known is not read at all. Every start
    and every failure is recorded; failures are tried again, but a file that ended its process several times is not (see
    `analyze_many`).

    The folder holds `index.sqlite` (one row per file, and where its result is) and, if pyarrow is installed, `parts/` with the
    results in Parquet files of 256 rows and the schema `arrow_schema()`. The newest results, which do not fill a part yet, are in
    the index; without pyarrow all are.

    Parameters
    ----------
    path : path
        The folder; created if it does not exist. What a crash cut short is not seen.

    Raises
    ------
    SettingsError
        If the path is a file, or the index has the form of another version.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        if self.path.exists() and not self.path.is_dir():
            problem = f"{self.path}: a ledger is a folder, and this is a file"
            raise settings_error(problem, "name a folder that does not exist yet; ledgers of version 0.1 cannot be read")
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._held: OrderedDict[int, list[dict[str, Any]]] = OrderedDict()
        self._index = self._open()

    def _open(self) -> sqlite3.Connection:
        import sqlite3

        index = sqlite3.connect(self.path / "index.sqlite", check_same_thread=False, isolation_level=None, timeout=60)
        index.execute("pragma journal_mode = wal")
        index.execute("pragma synchronous = normal")
        (form,) = index.execute("pragma user_version").fetchone()
        if form not in (0, _FORMAT):
            index.close()
            problem = f"{self.path}: the ledger has the form {form}, and this version reads {_FORMAT}"
            raise settings_error(problem, "use the version that wrote it, or name another folder")
        index.executescript(_TABLES)
        index.execute(f"pragma user_version = {_FORMAT}")
        return index

    def __len__(self) -> int:
        """Returns the number of results."""
        with self._lock:
            (count,) = self._index.execute("select count(*) from results").fetchone()
        return int(count)

    def entry(self, path: str, config_hash: str) -> Entry | None:
        """Returns what is known of a file under a configuration, or `None`."""
        asked = (path, config_hash, _native.__version__)
        with self._lock:
            found = self._index.execute(
                "select path, config_hash, sha256, status, attempts, error_kind, error from files"
                " where path = ? and config_hash = ? and version = ?",
                asked,
            ).fetchone()
        return None if found is None else Entry(*found)

    def find(self, sha256: str, config_hash: str, path: str) -> Row | None:
        """Returns the stored row of a file with these bytes under the name `path`, or `None`."""
        with self._lock:
            found = self._index.execute(
                "select part, place, packed from results where sha256 = ? and config_hash = ? and version = ?",
                (sha256, config_hash, _native.__version__),
            ).fetchone()
            if found is None:
                return None
            part, place, packed = found
            columns = self._part(part)[place] if packed is None else json.loads(zlib.decompress(packed))
        row = Row.from_dict(columns)
        return row if row.path == path else row.renamed(path)

    def known(self, path: str, config_hash: str, stamp: Stamp | None) -> Row | None:
        """Returns the stored row of a file, or `None`.

        The file is hashed only if nothing is known of it, or it changed, and a file of the same size is known.
        """
        digest = None if stamp is None else self._digest(path, config_hash, stamp)
        return None if digest is None else self.find(digest, config_hash, path)

    def _digest(self, path: str, config_hash: str, stamp: Stamp) -> str | None:
        with self._lock:
            seen = self._index.execute(
                "select sha256 from files where path = ? and size = ? and mtime_ns = ? and sha256 is not null limit 1",
                (path, *stamp),
            ).fetchone()
            if seen is not None:
                return str(seen[0])
            alike = self._index.execute("select 1 from results where size = ? limit 1", (stamp.size,)).fetchone()
        if alike is None:
            return None
        try:
            return _hash(unspelled(path))
        except OSError:
            return None

    def is_done(self, path: str, config_hash: str, stamp: Stamp | None) -> bool:
        """Returns whether the index names this file, as it is now, as finished."""
        if stamp is None:
            return False
        asked = (path, config_hash, _native.__version__, *stamp)
        with self._lock:
            found = self._index.execute(
                "select 1 from files where path = ? and config_hash = ? and version = ? and size = ? and mtime_ns = ?"
                " and status = 'done'",
                asked,
            ).fetchone()
        return found is not None

    def attempts(self, path: str, config_hash: str, stamp: Stamp | None) -> int:
        """Returns how often a file that is still the same was started without coming to an end of any kind."""
        with self._lock:
            found = self._index.execute(
                "select attempts, size, mtime_ns, status, error_kind from files"
                " where path = ? and config_hash = ? and version = ?",
                (path, config_hash, _native.__version__),
            ).fetchone()
        if found is None or (stamp is not None and (found[1], found[2]) != stamp):
            return 0
        is_lost = found[3] == "started" or found[4] == "crashed"
        return int(found[0]) if is_lost else 0

    def start(self, path: str, config_hash: str, stamp: Stamp | None) -> None:
        """Records that a file is being analysed."""
        attempts = self.attempts(path, config_hash, stamp) + 1
        size, mtime_ns = stamp or (None, None)
        with self._lock:
            self._index.execute(
                "insert or replace into files values (?, ?, ?, ?, ?, null, 'started', ?, null, null, null, ?)",
                (path, config_hash, _native.__version__, size, mtime_ns, attempts, time.time()),
            )

    def keep(self, row: Row, stamp: Stamp | None = None) -> None:
        """Records the end of a file: its result, or its error."""
        size, mtime_ns = stamp or (None, None)
        status, counted = ("done", 0) if row.ok else ("failed", 1)
        key = (row.path, row.config_hash, _native.__version__)
        error = (row.error_kind, row.error, row.error_remedy)
        with self._lock:
            self._index.execute("begin immediate")
            try:
                self._index.execute(_KEEP, (*key, size, mtime_ns, row.sha256, status, counted, *error, time.time()))
                if row.ok and row.sha256 is not None:
                    packed = zlib.compress(row.to_json().encode(), 1)
                    self._index.execute(
                        "insert or ignore into results values (?, ?, ?, ?, null, null, ?)",
                        (row.sha256, row.config_hash, _native.__version__, size, packed),
                    )
            except BaseException:
                self._index.execute("rollback")
                raise
            self._index.execute("commit")
            self._fill_parts()

    def _fill_parts(self) -> None:
        """Moves loose results to a part when there are enough of them."""
        (loose,) = self._index.execute("select count(*) from results where part is null").fetchone()
        if loose < _PART_ROWS or not _has_pyarrow():
            return
        rows = self._index.execute(
            "select sha256, config_hash, version, packed from results where part is null limit ?", (_PART_ROWS,)
        ).fetchall()
        (last,) = self._index.execute("select coalesce(max(part), 0) from results").fetchone()
        self._write_part(last + 1, [Row.from_dict(json.loads(zlib.decompress(packed))) for *_, packed in rows])
        self._index.execute("begin immediate")
        self._index.executemany(
            "update results set part = ?, place = ?, packed = null where sha256 = ? and config_hash = ? and version = ?",
            [(last + 1, place, *row[:3]) for place, row in enumerate(rows)],
        )
        self._index.execute("commit")

    def _write_part(self, number: int, rows: list[Row]) -> None:
        """Writes a part; one of this number that the index does not know is what a crash left, and is replaced."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        target = self._part_path(number)
        target.parent.mkdir(exist_ok=True)
        partial = target.with_suffix(".partial")
        table = pa.Table.from_batches([pa.record_batch(to_batch(rows))], pa.schema(schema()))
        with partial.open("wb") as file:
            pq.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)

    def _part_path(self, number: int) -> Path:
        return self.path / "parts" / f"{number:06}.parquet"

    def _part(self, number: int) -> list[dict[str, Any]]:
        """Returns the rows of a part."""
        if number not in self._held:
            import pyarrow.parquet as pq

            self._held[number] = pq.ParquetFile(self._part_path(number)).read().to_pylist()
            while len(self._held) > _PARTS_HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(number)
        return self._held[number]

    def close(self) -> None:
        """Closes the index."""
        with self._lock:
            self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _has_pyarrow() -> bool:
    import importlib.util

    return importlib.util.find_spec("pyarrow") is not None


def _hash(path: str) -> str:
    import hashlib

    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
