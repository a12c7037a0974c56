"""Comparison of two recordings, and fingerprints that find uploads of one recording."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from balanced_mastering import _native
from balanced_mastering._audio import as_file, is_array
from balanced_mastering._errors import settings_error
from balanced_mastering._limits import Limits, limits_json
from balanced_mastering._model import Fingerprint, TrackComparison

if TYPE_CHECKING:
    from balanced_mastering._audio import AudioFile, ProgressCallback


class Similarity(NamedTuple):
    """Similarity of two fingerprints at the offset where they agree best."""

    #: 1 for equal bits, 0 for bits that agree by chance or less.
    score: float
    #: Share of bits that differ where the two overlap.
    bit_error_rate: float
    #: Time in the first recording, in seconds, that the beginning of the second corresponds to.
    offset_s: float
    #: Length of the overlap in seconds.
    overlap_s: float


class Duplicate(NamedTuple):
    """Two recordings of a collection that are alike, by their indices."""

    first: int
    second: int
    similarity: Similarity


def compare(
    a: AudioFile,
    b: AudioFile,
    *,
    limits: Limits | None = None,
    temp: str | os.PathLike[str] | None = None,
    accept_damaged: bool = False,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> TrackComparison:
    """Compares two recordings: whether B is made from A, what is left after A is taken away, and what was edited.

    Parameters
    ----------
    a, b : path, bytes, or open binary file
        Recording A, such as the mix, and recording B, such as the master.
    limits, temp, accept_damaged, progress, cancel
        As in `analyze`. The audio of both lies in temporary files meanwhile.

    Returns
    -------
    TrackComparison
        `verdict` is `identical`, `same_audio`, `same_recording_processed`, `edited` or `different`; `confidence` is a score of
        the evidence, not a probability. What is not known is `None`.

    Raises
    ------
    InputError, LimitError, CancelledError
        As in `analyze`, for either file.
    SettingsError
        For an array: write it to a file first.

    Examples
    --------
    >>> compare(demo(), demo()).verdict
    'identical'
    """
    first, second = _file(a), _file(b)
    text = _native.compare(first, second, limits_json(limits), _folder(temp), accept_damaged, progress, cancel)
    return TrackComparison(json.loads(text))


def fingerprint(
    source: AudioFile,
    *,
    limits: Limits | None = None,
    temp: str | os.PathLike[str] | None = None,
    accept_damaged: bool = False,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> Fingerprint:
    """Computes the acoustic fingerprint of a recording, as AcoustID takes it (Chromaprint, algorithm 2).

    Parameters
    ----------
    source : path, bytes, or open binary file
        The recording; all of it is used. Audio under 3 s has no items.
    limits, temp, accept_damaged, progress, cancel
        As in `analyze`.

    Returns
    -------
    Fingerprint
        `items`, 32 bits for every 0.124 s, and `encoded`, the text for AcoustID.

    Raises
    ------
    InputError, LimitError, CancelledError
        As in `analyze`.
    SettingsError
        For an array: write it to a file first.

    Examples
    --------
    >>> fingerprint(demo()).encoded[:4]
    'AQAB'
    """
    file = _file(source)
    text = _native.fingerprint(file, limits_json(limits), _folder(temp), accept_damaged, progress, cancel)
    return Fingerprint(json.loads(text))


def fingerprint_similarity(a: Fingerprint, b: Fingerprint) -> Similarity | None:
    """Compares two fingerprints at every offset.

    Parameters
    ----------
    a, b : Fingerprint
        Fingerprints of two recordings.

    Returns
    -------
    Similarity or None
        The best agreement; `None` if a recording is too short to tell (about 6 s).

    Examples
    --------
    >>> track = fingerprint(demo())
    >>> fingerprint_similarity(track, track).score
    1.0
    """
    found = json.loads(_native.fingerprint_similarity(a.items, b.items))
    return None if found is None else Similarity(**found)


def find_duplicates(fingerprints: Sequence[Fingerprint], similarity: float = _native.DUPLICATE_SIMILARITY) -> list[Duplicate]:
    """Finds the pairs of like recordings in a collection.

    Parameters
    ----------
    fingerprints : sequence of Fingerprint
        The collection.
    similarity : float
        Least score of a pair, 0 to 1.

    Returns
    -------
    list of Duplicate
        The pairs, in the order of their indices.

    Raises
    ------
    SettingsError
        If the similarity is out of range.

    Examples
    --------
    >>> track = fingerprint(demo())
    >>> [(pair.first, pair.second) for pair in find_duplicates([track, track])]
    [(0, 1)]
    """
    if not 0.0 <= similarity <= 1.0:
        raise settings_error(f"similarity={similarity!r} is out of range", "give 0 to 1")
    found = json.loads(_native.duplicates([each.items for each in fingerprints], similarity))
    return [Duplicate(pair["first"], pair["second"], Similarity(**pair["similarity"])) for pair in found]


def _file(source: AudioFile) -> _native._File:
    if is_array(source):
        raise settings_error("an array cannot be compared", "write it to a file first, by `write`")
    return as_file(source)


def _folder(temp: str | os.PathLike[str] | None) -> str | None:
    return None if temp is None else os.fsdecode(temp)
