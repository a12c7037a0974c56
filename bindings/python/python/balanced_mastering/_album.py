"""Albums: tracks measured as one, and mastered as one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from balanced_mastering import _native, _plugins
from balanced_mastering._errors import settings_error
from balanced_mastering._json import settings_json
from balanced_mastering._limits import Limits, limits_json
from balanced_mastering._master import target_json
from balanced_mastering._model import AlbumAnalysis, AlbumResult, Analysis, Target

if TYPE_CHECKING:
    from balanced_mastering._audio import Bits, ProgressCallback

_Path: TypeAlias = "str | os.PathLike[str]"


def analyze_album(
    tracks: Iterable[_Path] | Iterable[Analysis],
    *,
    layout: str | None = None,
    limits: Limits | None = None,
    accept_damaged: bool = False,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> AlbumAnalysis:
    """Measures the tracks of one album, in the order given.

    Parameters
    ----------
    tracks : iterable of paths, or of Analysis
        Files to measure, or analyses that exist already; what these lack is left out.
    layout, limits, accept_damaged, progress, cancel
        As in `analyze`.

    Returns
    -------
    AlbumAnalysis
        Loudness, range and true peak of all tracks as one (gated together), each track beside it, and how far tone, width and
        dynamics of each are from the album's median. Files that could not be read are in `failed`.

    Raises
    ------
    SettingsError, CancelledError
        As in `analyze`.
    """
    given = list(_several(tracks))
    if given and all(isinstance(track, Analysis) for track in given):
        return AlbumAnalysis(json.loads(_native.album_of([track.to_json() for track in given])))  # type: ignore[union-attr]
    names = [os.fsdecode(file) for file in given]  # type: ignore[arg-type]
    text = _native.analyze_album(names, layout, limits_json(limits), accept_damaged, progress, cancel)
    return AlbumAnalysis(json.loads(text))


def album(
    source: _Path | Iterable[_Path] | Mapping[str, Any],
    output: _Path,
    *,
    target: Target | str | None = None,
    loudness: Literal["loudest-track", "album", "per-track"] | None = None,
    coherence: Literal["report", "median", "anchor"] | None = None,
    anchor: int | None = None,
    format: Literal["wav", "aiff", "flac"] = "wav",
    bits: Bits = "24",
    output_sample_rate: float | None = None,
    single: bool = False,
    cd: bool = False,
    gain_tags: bool = True,
    accept_damaged: bool = False,
    limits: Limits | None = None,
    temp: _Path | None = None,
    allow_plugins: _plugins.AllowPlugins = False,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> AlbumResult:
    """Masters tracks as one album into a new folder: order, gaps, crossfades, one level, one ceiling, cue sheet, tags.

    Parameters
    ----------
    source : path, iterable of paths, or dict
        A folder, an album file or a list of files; the tracks in order; or the content of an album file (`schema("album")`).
    output : path
        The folder to make. It appears when everything in it is complete; one that holds anything is not overwritten.
    target : Target or str, optional
        Loudness and ceiling to reach, instead of those of the album file; by default `streaming`.
    loudness : str, optional
        Loudness that the target counts for: the loudest track (the default, AES TD1008), the album as a whole, or each track.
    coherence, anchor : str and int, optional
        Comparison of the tracks in tone and width: told only, or outliers moved towards the median or the track `anchor`, counted
        from 1.
    single : bool
        Whether all tracks are written into one file, with a cue sheet that tells them apart.
    cd : bool
        Whether the album is made for a compact disc: 44.1 kHz, 16 bits, stereo, borders on 1/75 s.
    gain_tags : bool
        Whether the files carry ReplayGain and Sound Check values.
    output_sample_rate : float, optional
        Sample rate in Hz; by default that of the tracks, the highest where they differ.
    temp : path, optional
        Folder for temporary files, up to 16 bytes per sample of the album; by default that around the output.
    format, bits, accept_damaged, limits, allow_plugins, progress, cancel
        As in `master`; `cd` sets the bits.

    Returns
    -------
    AlbumResult
        The plan, and every track with its place, gains and the measurements of the written file. If the target takes more
        limiting than it allows, the whole album is lowered, `feasible` is false and `reason` says why.

    Raises
    ------
    InputError, OutputError, LimitError, SettingsError, PluginError, CancelledError
        With the track; nothing is left behind.
    """
    settings = {
        "target_json": target_json(target),
        "loudness": loudness,
        "coherence": coherence,
        "anchor": anchor,
        "format": format,
        "bits": str(bits),
        "sample_rate": output_sample_rate,
        "single": single,
        "cd": cd,
        "gain_tags": gain_tags,
        "accept_damaged": accept_damaged,
        "limits_json": limits_json(limits),
        "temp": None if temp is None else os.fsdecode(temp),
        "host": _plugins.host(allow_plugins),
    }
    if anchor is not None and (not isinstance(anchor, int) or anchor < 1):
        raise settings_error(f"anchor={anchor!r} is out of range", "give the number of a track, counted from 1")
    text = _native.album(_source(source), os.fsdecode(output), settings, progress, cancel)
    return AlbumResult(json.loads(text))


def _several(files: Iterable[_Path] | Iterable[Analysis]) -> Iterable[_Path | Analysis]:
    # A string is a list of letters too.
    if isinstance(files, str | bytes | os.PathLike):
        raise settings_error("an album is several files", "give a list of paths")
    return files


def _source(source: _Path | Iterable[_Path] | Mapping[str, Any]) -> dict[str, Any]:
    """Returns the album for the native module."""
    if isinstance(source, Mapping):
        tracks = [{**track, **_file(track)} for track in source.get("track", ())]
        return {"path": None, "files": None, "text": settings_json("album", {**source, "track": tracks})}
    if isinstance(source, str | os.PathLike):
        return {"path": os.fsdecode(source), "files": None, "text": None}
    return {"path": None, "files": [os.fsdecode(file) for file in source], "text": None}


def _file(track: Mapping[str, Any]) -> dict[str, str]:
    """Returns the paths of a track as text."""
    return {name: os.fspath(track[name]) for name in ("file", "chain") if isinstance(track.get(name), os.PathLike)}
