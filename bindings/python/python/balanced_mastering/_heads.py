"""Heads of one's own: a platform's genres and moods, learnt from its own catalogue."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from balanced_mastering import _native
from balanced_mastering._config import AnalysisConfig, head_text
from balanced_mastering._errors import settings_error
from balanced_mastering._limits import Limits, limits_json
from balanced_mastering._model import Analysis, TagHead

if TYPE_CHECKING:
    from balanced_mastering._audio import ProgressCallback

_Path: TypeAlias = "str | os.PathLike[str]"


def tag_head(source: _Path | Mapping[str, Any] | TagHead) -> TagHead:
    """Reads and checks a head, for `AnalysisConfig(tag_heads=...)` and `TagHead.predict`.

    Parameters
    ----------
    source : path, dict or TagHead
        A file that `TagHead.save` or `balanced heads train` wrote, or its content (`schema("head")`).

    Raises
    ------
    SettingsError
        With the place in the file, if it is no head, of another version, or for another embedding than this package makes.
    """
    return TagHead(json.loads(head_text(source)))


def train_head(
    tracks: _Path | Iterable[tuple[Any, ...]],
    *,
    name: str = "head",
    date: str | None = None,
    analyses: _Path | None = None,
    tag_patches: int | None = None,
    jobs: int = 0,
    skip_unreadable: bool = False,
    limits: Limits | None = None,
    accept_damaged: bool = False,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> TagHead:
    """Trains a linear classifier over the tagging network's embedding on labelled tracks.

    Parameters
    ----------
    tracks : path, or iterable of tuples
        A folder with a folder for each label, a CSV file with the columns `path`, labels and possibly `group`, or tuples
        `(track, labels)` or `(track, labels, group)`. Such a track is an `Analysis` with the embedding, or an embedding (200
        numbers, see `embedding`); labels are a text, or a list of any number of texts. Tracks of one group, such as those of an
        artist or album, are never divided between training and test.
    name : str
        Name under which the labels stand in results.
    date : str, optional
        Day of the training, such as `2026-11-30`, for the head's facts.
    analyses : path, optional
        Rows of `balanced analyze --embedding --json`; tracks of a folder or CSV file that they hold are not measured again.
    tag_patches : int, optional
        Largest number of three-second patches that the tagging network processes, 1 to 64; 5 by default.
    jobs : int
        Number of files measured at the same time; 0 means one for every core.
    skip_unreadable : bool
        Whether files that cannot be measured are left out; by default the first one is an error.
    limits, accept_damaged, progress, cancel
        As in `analyze`.

    Returns
    -------
    TagHead
        The head, with its cross-validated report in `training.report`.

    Raises
    ------
    SettingsError
        If the tracks are too few, which says how many are needed, or wrong in another way, with the place.
    CancelledError
        If `cancel` stopped the call.

    Examples
    --------
    >>> import numpy as np
    >>> noise = np.random.default_rng(1).normal(size=(60, 200))
    >>> names = ["soft", "loud"]
    >>> tracks = [(row + (index % 2), names[index % 2], f"artist {index // 2 % 15}") for index, row in enumerate(noise)]
    >>> head = train_head(tracks, name="level")
    >>> head.training.report.accuracy.value > 0.9
    True
    >>> head.predict(np.ones(200)).labels[0].label
    'loud'
    """
    plan = {"name": name, "date": date}
    if not isinstance(tracks, str | os.PathLike):
        if analyses is not None:
            raise settings_error("analyses= is for a folder or a CSV file", "give the embeddings themselves as tracks")
        examples = [_example(index, track) for index, track in enumerate(tracks)]
        return TagHead(json.loads(_native.head_train_on(examples, plan, progress, cancel)))
    patches = {} if tag_patches is None else {"patches": tag_patches}
    config = AnalysisConfig(tags={**AnalysisConfig().to_dict()["tags"], **patches})
    rows = None if analyses is None else os.fsdecode(analyses)
    text = _native.head_train(
        os.fsdecode(tracks), plan, rows, config.to_json(), jobs, limits_json(limits), accept_damaged, progress, cancel
    )
    result = json.loads(text)
    if result["failures"] and not skip_unreadable:
        first = result["failures"][0]
        raise settings_error(
            f"{first['path']}: {first['problem']}", f"{first['remedy']}; or leave such files out with skip_unreadable=True"
        )
    return TagHead(result["head"])


def _example(index: int, track: tuple[Any, ...]) -> tuple[Sequence[float], list[str], str | None]:
    """Returns embedding, labels and group of a track."""
    if not isinstance(track, tuple) or len(track) not in (2, 3):
        raise settings_error(f"tracks[{index}] is no tuple of two or three", "give (track, labels) or (track, labels, group)")
    source, labels, *rest = track
    found: list[Any] = [labels] if isinstance(labels, str) else list(labels) if isinstance(labels, Iterable) else [None]
    group = rest[0] if rest else None
    if not all(isinstance(label, str) for label in found) or not (group is None or isinstance(group, str)):
        raise settings_error(f"tracks[{index}] has labels or a group that are no text", "give texts")
    return embedding_of(f"tracks[{index}]", source), found, group


def embedding_of(what: str, source: Any) -> list[float]:
    """Returns the embedding of an analysis, or the numbers given, as a list."""
    values = source
    if isinstance(source, Analysis):
        values = source.tags.embedding if source.tags else None
        if values is None:
            raise settings_error(f"{what} has no embedding", "analyse it with tags={'embedding': True}")
    try:
        return [float(value) for value in values]
    except (TypeError, ValueError):
        raise settings_error(f"{what} is no embedding", "give an Analysis with the embedding, or 200 numbers") from None
