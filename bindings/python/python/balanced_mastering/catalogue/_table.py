"""The table of a catalogue: flat columns for queries, then the whole result tree of each file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from balanced_mastering._row import Row, to_batch
from balanced_mastering._row import schema as row_schema

if TYPE_CHECKING:
    import pyarrow as pa

    from balanced_mastering.catalogue._files import File

#: Length of the embedding of the tagging network.
EMBEDDING = 200


def _at(*path: str) -> Callable[[dict[str, Any]], Any]:
    """Returns what reads a value of the result tree; `None` where it is absent."""

    def read(tree: dict[str, Any]) -> Any:
        value: Any = tree
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    return read


def _first(family: str) -> Callable[[dict[str, Any]], Any]:
    """Returns what reads the first label of a list of tags."""

    def read(tree: dict[str, Any]) -> Any:
        labels = _at("tags", family)(tree)
        return labels[0]["label"] if labels else None

    return read


def _worst(tree: dict[str, Any]) -> list[str] | None:
    defects = tree.get("defects")
    return None if defects is None else sorted({defect["kind"] for defect in defects})


#: The flat columns: name, type, and where the value comes from.
_FLAT: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {
    "duration_s": ("float64", _at("source", "duration_s")),
    "sample_rate_hz": ("float64", _at("source", "sample_rate_hz")),
    "channels": ("int64", _at("source", "channels")),
    "integrated_lufs": ("float64", _at("loudness", "integrated_lufs")),
    "range_lu": ("float64", _at("loudness", "range_lu")),
    "true_peak_dbtp": ("float64", _at("loudness", "true_peak_dbtp")),
    "plr_db": ("float64", _at("loudness", "plr_db")),
    "tilt_db_per_octave": ("float64", _at("spectrum", "tilt_db_per_octave")),
    "correlation_mean": ("float64", _at("stereo", "correlation_mean")),
    "bpm": ("float64", _at("tempo", "bpm")),
    "bpm_confidence": ("float64", _at("tempo", "confidence")),
    "time_signature": ("string", _at("tempo", "time_signature")),
    "key_name": ("string", _at("key", "name")),
    "key_confidence": ("float64", _at("key", "confidence")),
    "first_genre": ("string", _first("genre")),
    "first_mood": ("string", _first("mood")),
    "defect_kinds": ("list", _worst),
}


def schema() -> pa.Schema:
    """Returns the schema of the parts: file, flat columns, embedding, then the columns of `balanced_mastering.arrow_schema()`."""
    import pyarrow as pa

    types = {"float64": pa.float64(), "int64": pa.int64(), "string": pa.string(), "list": pa.list_(pa.string())}
    fields = [pa.field("file_bytes", pa.int64()), pa.field("file_version", pa.string())]
    fields += [pa.field(name, types[kind]) for name, (kind, _) in _FLAT.items()]
    fields.append(pa.field("embedding", pa.list_(pa.float32(), EMBEDDING)))
    return pa.schema([*fields, *pa.schema(row_schema())])


def table(rows: Iterable[tuple[File, Row]]) -> pa.Table:
    """Returns the table of files and their rows."""
    import pyarrow as pa

    pairs = list(rows)
    trees = [row.to_dict() for _, row in pairs]
    columns: dict[str, Any] = {
        "file_bytes": [file.size for file, _ in pairs],
        "file_version": [file.version for file, _ in pairs],
    }
    columns |= {name: [read(tree) for tree in trees] for name, (_, read) in _FLAT.items()}
    embeddings = [_at("tags", "embedding")(tree) for tree in trees]
    columns["embedding"] = [each if each and len(each) == EMBEDDING else None for each in embeddings]
    wanted = schema()
    front = [pa.array(values, wanted.field(name).type) for name, values in columns.items()]
    batch = pa.record_batch(to_batch([row for _, row in pairs]))
    return pa.Table.from_arrays([*front, *batch.columns], schema=wanted)
