"""Rows of catalogues: the analysis of one file, or why there is none; to and from Arrow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from balanced_mastering import _native
from balanced_mastering._errors import settings_error
from balanced_mastering._model import Analysis

if TYPE_CHECKING:
    from typing import Self

    from balanced_mastering._native import ArrowBatch, ArrowSchema


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
        The error: its stable kind (`not_audio`, `damaged` …), its message, and the remedy. A process that ended by itself is
        `crashed`.
    """

    __slots__ = ("_json", "_version", "config_hash", "error", "error_kind", "error_remedy", "path", "sha256")

    def __init__(
        self,
        path: str,
        sha256: str | None,
        config_hash: str,
        analysis_json: str | None,
        error_kind: str | None = None,
        error: str | None = None,
        error_remedy: str | None = None,
        version: str = _native.__version__,
    ) -> None:
        self.path = path
        self.sha256 = sha256
        self.config_hash = config_hash
        self._json = analysis_json
        self.error_kind = error_kind
        self.error = error
        self.error_remedy = error_remedy
        self._version = version

    @classmethod
    def from_dict(cls, columns: Mapping[str, Any]) -> Self:
        """Creates the row that `to_dict` returned, or that a table holds: a dict of one row of Parquet, polars or DuckDB.

        Columns may be `None` where `to_dict` leaves them out, and maps may be lists of pairs, as pyarrow gives them. The
        analysis is whole again: `row.analysis.to_html()` works. Other columns are ignored.

        Parameters
        ----------
        columns : mapping
            The columns of `arrow_schema()`, all of them.

        Raises
        ------
        SettingsError
            If the columns are not such a row.
        """
        tree = _plain(columns)
        missing = [name for name in ("path", "config_hash") if not isinstance(tree.get(name), str)]
        if missing:
            problem = f"a row has no column {missing[0]!r}"
            raise settings_error(problem, "give whole rows, with the columns of arrow_schema()")
        return cls(
            tree["path"],
            tree.get("sha256"),
            tree["config_hash"],
            _native.row_analysis(json.dumps(tree, ensure_ascii=False)),
            tree.get("error_kind"),
            tree.get("error"),
            tree.get("error_remedy"),
            tree.get("balanced_version") or _native.__version__,
        )

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
            "balanced_version": self._version,
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

    def renamed(self, path: str) -> Row:
        """Returns the row for a file with the same content under another name."""
        text = self._json
        if text is not None:
            tree = json.loads(text)
            tree["source"]["path"] = path
            text = json.dumps(tree, ensure_ascii=False)
        return Row(path, self.sha256, self.config_hash, text, self.error_kind, self.error, self.error_remedy, self._version)

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
                self._version,
            ),
        )


def _plain(value: Any) -> Any:
    """Returns Arrow's Python values as plain data: maps, which are lists of pairs, become dicts."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple) or type(value).__name__ == "ndarray":
        items = list(value)
        if items and all(isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str) for item in items):
            return {name: _plain(item) for name, item in items}
        return [_plain(item) for item in items]
    return value.item() if hasattr(value, "dtype") else value


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
    not needed to create it. `Row.from_dict` goes the other way.

    Parameters
    ----------
    rows : iterable of Row
        The rows, in order.
    """
    return _native.ArrowBatch([row.to_json() for row in rows])
