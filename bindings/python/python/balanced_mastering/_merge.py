"""Cyanite's results beside an analysis of this package."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from balanced_mastering import _native
from balanced_mastering._errors import settings_error
from balanced_mastering._model import Analysis, Merged, ProviderResult
from balanced_mastering._record import Record

if TYPE_CHECKING:
    from balanced_mastering._native import ArrowBatch

#: The local side of a merge.
LocalSide: TypeAlias = "Analysis | Merged | Mapping[str, Any] | str | os.PathLike[str]"
#: A result of Cyanite.
Result: TypeAlias = "ProviderResult | Mapping[str, Any] | bytes | str | os.PathLike[str]"


def merge(local: LocalSide, *results: Result) -> Merged:
    """Puts Cyanite's results beside a local analysis and measures how the two agree.

    The results are kept as they are. A value that a person gave (`human`) is never replaced, nor is a measured one: the document
    holds every value with its source, and `consensus` names one to use only where that is sound.

    Parameters
    ----------
    local : Analysis, Merged, mapping, or path
        An analysis of `analyze`, or a merged document, to which the results are added; as an object, as plain data, or as the
        path of a JSON file. It may hold `human`, a list of values that people gave: `{"field": "tempo", "number": 120.0}`.
    *results : mapping, bytes, or path
        Answers of Cyanite, in any order: GraphQL's to `libraryTrack`, REST's to `/models`, or either as a provider result, which
        says when it was fetched and of which file. Plain data, JSON text in bytes, or the path of a JSON file; text is kept as it
        is, byte for byte.

    Returns
    -------
    Merged
        The document. A result about another file, by its SHA-256, is in `set_aside` and in `notes`, and nowhere else.

    Raises
    ------
    SettingsError
        If `local` is neither an analysis nor a merged document, a result is none of Cyanite, or a file cannot be read.

    Examples
    --------
    >>> import balanced_mastering as bm
    >>> analysis = bm.analyze(bm.demo())
    >>> merged = bm.merge(analysis, {"items": [{"version": "KeyV2", "tag": "eFlatMinor"}]})
    >>> [(value.source, value.word) for value in merged.field("key").values][1]
    ('cyanite', 'Eb minor')
    """
    return Merged(json.loads(_native.merge_results(_text(local, "local"), [_text(result, "a result") for result in results])))


def merged_batch(documents: Iterable[Merged]) -> ArrowBatch:
    """Converts merged documents to one Arrow record batch: the columns of `to_batch`, then `cyanite_*` columns.

    Its schema is `arrow_schema(merged=True)`.

    Parameters
    ----------
    documents : iterable of Merged
        The documents, in order.
    """
    return _native.ArrowBatch.of_merged([document.to_json() for document in documents])


def _text(given: object, what: str) -> str:
    """Returns JSON text of plain data, of a record, or of a file."""
    if isinstance(given, Record):
        return json.dumps(given.to_dict(), ensure_ascii=False)
    if isinstance(given, Mapping):
        try:
            return json.dumps(given, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise settings_error(f"{what} is no JSON data ({error})", "give what json.loads returned") from error
    if isinstance(given, bytes):
        return _read(what, lambda: given.decode("utf-8-sig"))
    if isinstance(given, str | os.PathLike):
        path = Path(given)
        return _read(f"{path}: {what}", lambda: path.read_text(encoding="utf-8-sig"))
    raise settings_error(f"{what} is a {type(given).__name__}", "give a mapping, bytes, or the path of a JSON file")


def _read(what: str, text: Callable[[], str]) -> str:
    try:
        return text()
    except (OSError, ValueError) as error:
        raise settings_error(f"{what} cannot be read ({error})", "give JSON text, or the path of a JSON file") from error
