"""Annotated audio: a folder, or a mirdata dataset."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from balanced_mastering._errors import SettingsError

#: Suffixes of audio files in a folder.
AUDIO = {".wav", ".flac", ".mp3", ".aif", ".aiff", ".ogg", ".opus", ".m4a", ".caf"}


class Track(NamedTuple):
    """An audio file and its annotations; `None` or empty where there are none."""

    path: str
    bpm: float | None = None
    beats_s: tuple[float, ...] = ()
    key: str | None = None
    loudness_lufs: float | None = None


def load(name: str) -> list[Track]:
    """Loads the tracks of `DATASET`.

    Parameters
    ----------
    name : str
        A folder: audio files, each with annotations of the same stem beside it — `.beats` (seconds, first column), `.bpm` or
        `.tempo` (a number), `.key` (`C# major`, `C:min`), `.jams` — or one `annotations.csv` with the columns `file`, `bpm`,
        `key`, `loudness_lufs`. Or `mirdata:NAME` or `mirdata:NAME=FOLDER`, any mirdata dataset that is on disk.

    Raises
    ------
    SettingsError
        If there is no annotated audio.
    """
    tracks = list(_mirdata(name.removeprefix("mirdata:")) if name.startswith("mirdata:") else _folder(Path(name)))
    annotated = [track for track in tracks if any(track[1:])]
    if not annotated:
        problem, remedy = f"{name} holds no annotated audio", "see `python -m balanced_mastering.bench --help`"
        raise SettingsError(f"{problem}; {remedy}", problem=problem, remedy=remedy)
    return annotated


def _folder(folder: Path) -> Iterator[Track]:
    table = _table(folder / "annotations.csv")
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in AUDIO:
            yield _beside(path)._replace(**table.get(path.name, {}))


def _table(path: Path) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["file"]: _row(row) for row in csv.DictReader(file)}


def _row(row: dict[str, str]) -> dict[str, Any]:
    known: dict[str, Any] = {name: float(row[name]) for name in ("bpm", "loudness_lufs") if row.get(name)}
    if row.get("key"):
        known["key"] = key_name(row["key"])
    return known


def _beside(audio: Path) -> Track:
    track = Track(str(audio))
    jams = audio.with_suffix(".jams")
    if jams.is_file():
        track = _jams(track, json.loads(jams.read_text(encoding="utf-8")))
    beats = audio.with_suffix(".beats")
    if beats.is_file():
        lines = [line.split() for line in beats.read_text(encoding="utf-8").splitlines() if line.strip()]
        track = track._replace(beats_s=tuple(float(line[0]) for line in lines if not line[0].startswith("#")))
    for suffix in (".bpm", ".tempo"):
        if audio.with_suffix(suffix).is_file():
            track = track._replace(bpm=float(audio.with_suffix(suffix).read_text(encoding="utf-8").split()[0]))
    if audio.with_suffix(".key").is_file():
        track = track._replace(key=key_name(audio.with_suffix(".key").read_text(encoding="utf-8")))
    return track


def _jams(track: Track, tree: dict[str, Any]) -> Track:
    for annotation in tree["annotations"]:
        data = annotation["data"]
        if annotation["namespace"] == "beat":
            track = track._replace(beats_s=tuple(beat["time"] for beat in data))
        elif annotation["namespace"] == "tempo" and data:
            track = track._replace(bpm=float(max(data, key=lambda one: one.get("confidence") or 0)["value"]))
        elif annotation["namespace"] == "key_mode" and data:
            track = track._replace(key=key_name(data[0]["value"]))
    return track


def _mirdata(name: str) -> Iterator[Track]:
    import mirdata

    name, _, home = name.partition("=")
    for track in mirdata.initialize(name, data_home=home or None).load_tracks().values():
        path = getattr(track, "audio_path", None)
        if path is None or not Path(path).is_file():
            continue
        beats, tempo, key = (getattr(track, field, None) for field in ("beats", "tempo", "key"))
        times = getattr(beats, "times", None)
        keys = getattr(key, "keys", key)
        yield Track(
            str(path),
            bpm=float(tempo) if isinstance(tempo, int | float) else None,
            beats_s=() if times is None else tuple(float(time) for time in times),
            key=key_name(keys if isinstance(keys, str) else keys[0]) if keys else None,
        )


def key_name(text: str) -> str | None:
    """Converts the usual spellings of a key to mir_eval's (`C# major`); returns `None` for anything else."""
    match = re.match(r"\s*([A-Ga-g])([#b♯♭]?)[\s:_-]*(\w*)", text)
    if not match:
        return None
    tonic = match[1].upper() + match[2].replace("♯", "#").replace("♭", "b")
    mode = match[3].lower()
    return f"{tonic} {'minor' if mode.startswith('min') or mode == 'm' else 'major'}"
