"""Mastering engineers for a track: rosters, portfolios and the ranked list."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from balanced_mastering import _native
from balanced_mastering._analyze import analyze
from balanced_mastering._config import AnalysisConfig
from balanced_mastering._errors import settings_error
from balanced_mastering._json import settings_json
from balanced_mastering._limits import Limits, limits_json
from balanced_mastering._model import Analysis, EngineerMatches, Portfolio, Roster, Wishes
from balanced_mastering._record import Record

if TYPE_CHECKING:
    from balanced_mastering._audio import AudioSource, ProgressCallback

#: Largest seed.
_MOST_SEED = 2**64 - 1
_Path: TypeAlias = "str | os.PathLike[str]"


def roster(source: _Path | Mapping[str, Any] | Roster) -> Roster:
    """Reads and checks a roster of engineers.

    Parameters
    ----------
    source : path, dict or Roster
        A JSON file, whose `portfolio_file`s are read too, or its content (`schema("roster")`).

    Raises
    ------
    SettingsError
        With the path of the culprit (`engineers[3].price`) and what would be right. Protected attributes such as gender, age or
        nationality are refused: no match may depend on one.

    Examples
    --------
    >>> ana = {"id": "ana", "genres": ["rock"], "turnaround_days": 5, "capacity": 2, "price": 80}
    >>> roster({"version": 1, "engineers": [ana]}).engineers[0].capacity
    2
    """
    return Roster(json.loads(_native.roster_read(*_document("roster", source))))


def portfolio(analyses: _Path | Iterable[Analysis]) -> Portfolio:
    """Summarises finished masters of an engineer: means, spreads, genres and the mean embedding.

    Parameters
    ----------
    analyses : iterable of Analysis, or path
        Analyses with loudness, spectrum, stereo and tags with the embedding, or a file of the rows that
        `balanced analyze --embedding --json` prints.

    Returns
    -------
    Portfolio
        For the `portfolio` of an engineer, by `to_dict()`.

    Raises
    ------
    SettingsError
        If a file has a line that is no analysis, or none that is one.

    Examples
    --------
    >>> config = AnalysisConfig(families=["loudness"])
    >>> masters = [analyze(demo(), config=config)]
    >>> portfolio(masters).loudness_lufs.tracks
    1
    """
    if isinstance(analyses, str | os.PathLike):
        return Portfolio(json.loads(_native.portfolio_read(os.fsdecode(analyses))))
    return Portfolio(json.loads(_native.portfolio_of([analysis.to_json() for analysis in analyses])))


def match_engineers(
    source: AudioSource | Analysis,
    roster: _Path | Mapping[str, Any] | Roster,
    wishes: _Path | Mapping[str, Any] | Wishes | None = None,
    sample_rate: float | None = None,
    *,
    reference: _Path | None = None,
    top: int = 3,
    seed: int = 0,
    exploration: float = 0.1,
    diversity: float = 0.02,
    channel_axis: int = 0,
    layout: str | None = None,
    limits: Limits | None = None,
    accept_damaged: bool = False,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> EngineerMatches:
    """Ranks the mastering engineers of a roster for a track, with reasons.

    Parameters
    ----------
    source : audio or Analysis
        Audio as in `analyze`, or an analysis with loudness, spectrum, stereo and tags with the embedding; parts of the score that
        need what is missing are left out.
    roster : path, dict or Roster
        The engineers, as `roster` takes them.
    wishes : path, dict or Wishes, optional
        Wishes of the client: a JSON file, or its content (`schema("wishes")`). Without a day to start on, today (UTC) is taken.
    reference : path, optional
        A finished track whose loudness, dynamics, tone and width the master should have, where the wishes do not say them.
    top : int
        Number of engineers to propose, 1 to 1000.
    seed : int
        Seed of the draws, 0 or above; equal seeds give equal lists.
    exploration : float
        Share of lists, 0 to 1, in which a newcomer gets the last place.
    diversity : float
        Penalty of being like an engineer further up, 0 to 1, in units of the score.
    sample_rate, channel_axis, layout, limits, accept_damaged, progress, cancel
        As in `analyze`.

    Returns
    -------
    EngineerMatches
        The engineers, best first, each with the parts of its score and an explanation for the client and for the engineer; and
        who was left out for which conditions. The whole is for the platform; the explanations may be shown.

    Raises
    ------
    SettingsError
        For a mistake in roster, wishes or settings, with its place.
    InputError, LimitError, CancelledError
        As in `analyze`.

    Examples
    --------
    >>> ana = {"id": "ana", "genres": ["rock"], "turnaround_days": 5, "capacity": 2, "price": 80}
    >>> bo = {"id": "bo", "genres": ["jazz"], "turnaround_days": 5, "capacity": 2, "price": 120}
    >>> engineers = {"version": 1, "engineers": [ana, bo]}
    >>> track = analyze(demo(), config=AnalysisConfig(families=["loudness"]))
    >>> matches = match_engineers(track, engineers, {"genres": ["rock"], "budget": 100})
    >>> [found.id for found in matches.matches], [left.conditions for left in matches.excluded]
    (['ana'], [['budget']])
    """
    # Mistakes are told before the work.
    roster_text = _native.roster_read(*_document("roster", roster))
    wishes_text = _native.wishes_read(*_document("wishes", {} if wishes is None else wishes))
    for name, value, most in (("top", top, 1000), ("seed", seed, _MOST_SEED)):
        if not isinstance(value, int) or not 0 <= value <= most:
            raise settings_error(f"{name}={value!r} is out of range", f"give a whole number up to {most}, not below 0")
    if not isinstance(source, Analysis):
        source = analyze(
            source,
            sample_rate,
            config=AnalysisConfig(**json.loads(_native.match_config())),
            channel_axis=channel_axis,
            layout=layout,
            limits=limits,
            accept_damaged=accept_damaged,
            progress=progress,
            cancel=cancel,
        )
    ranking = {"top": top, "seed": seed, "exploration": exploration, "diversity": diversity}
    wished = None if reference is None else os.fsdecode(reference)
    text = _native.match_analysis(source.to_json(), roster_text, wishes_text, wished, ranking, limits_json(limits))
    return EngineerMatches(json.loads(text))


def _document(what: str, source: _Path | Mapping[str, Any] | Record) -> tuple[str | None, str]:
    """Returns the path, or the content as JSON text, for the native module."""
    if isinstance(source, str | os.PathLike):
        return os.fsdecode(source), ""
    data = source.to_dict() if isinstance(source, Record) else source
    if not isinstance(data, Mapping):
        raise settings_error(f"a {what} of type {type(source).__name__} cannot be read", "give a path, a dict or a result")
    return None, settings_json(what, data)
