"""Scores by mir_eval's rules, with bootstrap confidence intervals over tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from balanced_mastering.bench.dataset import Track
from balanced_mastering.bench.tools import Answer

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Metrics of each task. Tempo accuracy: within 4 % (1), or within 4 % of its half, third, double or triple (2). Loudness: the
#: error where there is an answer, and the share of answers within 0.1 LU, where none is a wrong one.
METRICS = {
    "tempo": ("accuracy1", "accuracy2"),
    "beats": ("f_measure", "cmlt", "amlt"),
    "key": ("weighted", "exact"),
    "loudness": ("abs_error_lu", "within_0_1_lu"),
}
_RESAMPLES = 2000
_CONFIDENCE = 0.95


class Score(NamedTuple):
    """A mean over tracks with its confidence interval."""

    mean: float
    low: float
    high: float
    tracks: int


def tasks_of(tracks: list[Track]) -> frozenset[str]:
    """Returns the tasks for which there are annotations."""
    found = {
        "tempo": any(track.bpm for track in tracks),
        "beats": any(track.beats_s for track in tracks),
        "key": any(track.key for track in tracks),
        "loudness": any(track.loudness_lufs is not None for track in tracks),
    }
    return frozenset(task for task, is_there in found.items() if is_there)


def score(task: str, tracks: list[Track], answers: list[Answer]) -> dict[str, list[float]]:
    """Computes every metric of `task` for every track annotated for it; a failed or missing estimate scores as wrong."""
    rows = [values for track, answer in zip(tracks, answers, strict=True) if (values := _track(task, track, answer)) is not None]
    columns = enumerate(METRICS[task])
    return {metric: [value for row in rows if (value := row[index]) is not None] for index, metric in columns}


def _track(task: str, track: Track, answer: Answer) -> tuple[float | None, ...] | None:
    if task == "tempo":
        return None if not track.bpm else _tempo(track.bpm, answer.bpm)
    if task == "beats":
        return None if not track.beats_s else _beats(track.beats_s, answer.beats_s)
    if task == "key":
        return None if not track.key else _key(track.key, answer.key)
    return None if track.loudness_lufs is None else _loudness(track.loudness_lufs, answer.loudness_lufs)


def _loudness(reference: float, estimate: float | None) -> tuple[float | None, float]:
    error = None if estimate is None else abs(reference - estimate)
    return error, float(error is not None and error <= 0.1)


def _tempo(reference: float, estimate: float | None) -> tuple[float, float]:
    def near(factor: float) -> bool:
        return estimate is not None and abs(estimate - factor * reference) <= 0.04 * factor * reference

    return float(near(1)), float(any(near(factor) for factor in (1, 2, 3, 1 / 2, 1 / 3)))


def _beats(reference: tuple[float, ...], estimate: tuple[float, ...]) -> tuple[float, ...]:
    import warnings

    import mir_eval
    import numpy as np

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # The first five seconds are excluded, as in mir_eval.
        ours = mir_eval.beat.trim_beats(np.asarray(reference))
        theirs = mir_eval.beat.trim_beats(np.asarray(estimate))
        _, cmlt, _, amlt = mir_eval.beat.continuity(ours, theirs)
        return float(mir_eval.beat.f_measure(ours, theirs)), float(cmlt), float(amlt)


def _key(reference: str, estimate: str | None) -> tuple[float, float]:
    import mir_eval

    if estimate is None:
        return 0.0, 0.0
    weighted = float(mir_eval.key.weighted_score(reference, estimate))
    return weighted, float(weighted == 1.0)


def interval(values: list[float], seed: int = 0) -> Score:
    """Returns the mean of `values` with its percentile bootstrap interval."""
    import numpy as np

    if not values:
        return Score(float("nan"), float("nan"), float("nan"), 0)
    data: NDArray[np.float64] = np.asarray(values)
    draws = np.random.default_rng(seed).integers(0, data.size, (_RESAMPLES, data.size))
    tail = 100 * (1 - _CONFIDENCE) / 2
    low, high = np.percentile(data[draws].mean(axis=1), [tail, 100 - tail])
    return Score(float(data.mean()), float(low), float(high), data.size)
