"""Annotated audio: a folder, or a mirdata dataset."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from balanced_mastering._errors import SettingsError

#: Suffixes of audio files in a folder.
AUDIO = {".wav", ".flac", ".mp3", ".aif", ".aiff", ".ogg", ".opus", ".m4a", ".caf"}
#: Suffixes of annotations.
ANNOTATIONS = {".beats", ".bpm", ".tempo", ".key", ".jams"}


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
        A folder: audio files, each with annotations of the same stem beside it, or anywhere in the folder where that stem is the
        only one (as in GiantSteps, whose annotations have folders of their own) — `.beats` (seconds, first column), `.bpm` or
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
    files = sorted(folder.rglob("*"))
    elsewhere = _by_name(path for path in files if path.suffix.lower() in ANNOTATIONS)
    for path in files:
        if path.suffix.lower() in AUDIO:
            yield _annotated(path, elsewhere)._replace(**table.get(path.name, {}))


def _by_name(paths: Iterable[Path]) -> dict[str, Path]:
    """Returns paths by name; names that occur twice belong to nobody."""
    found: dict[str, list[Path]] = {}
    for path in paths:
        found.setdefault(path.name, []).append(path)
    return {name: places[0] for name, places in found.items() if len(places) == 1}


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


def _annotated(audio: Path, elsewhere: dict[str, Path]) -> Track:
    def text(suffix: str) -> str | None:
        """Returns the annotation with this suffix: beside the audio, or the only one of its name."""
        path = audio.with_suffix(suffix)
        place = path if path.is_file() else elsewhere.get(path.name)
        return None if place is None else place.read_text(encoding="utf-8")

    track = Track(str(audio))
    if (jams := text(".jams")) is not None:
        track = _jams(track, json.loads(jams))
    if (beats := text(".beats")) is not None:
        lines = [line.split() for line in beats.splitlines() if line.strip()]
        track = track._replace(beats_s=tuple(float(line[0]) for line in lines if not line[0].startswith("#")))
    for suffix in (".bpm", ".tempo"):
        if (tempo := text(suffix)) is not None:
            track = track._replace(bpm=float(tempo.split()[0]))
    if (key := text(".key")) is not None:
        track = track._replace(key=key_name(key))
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
            bpm=_bpm(tempo),
            beats_s=() if times is None else tuple(float(time) for time in times),
            key=key_name(keys if isinstance(keys, str) else keys[0]) if keys else None,
        )


def _bpm(tempo: Any) -> float | None:
    """Returns the tempo of mirdata's annotations: a number, or values with confidences, of which the surest counts."""
    if isinstance(tempo, int | float):
        return float(tempo)
    values = getattr(tempo, "tempos", getattr(tempo, "value", None))
    if values is None or len(values) == 0:
        return None
    confidence = getattr(tempo, "confidence", None)
    surest = 0 if confidence is None else max(range(len(values)), key=lambda index: confidence[index])
    return float(values[surest])


def key_name(text: str) -> str | None:
    """Converts the usual spellings of a key to mir_eval's (`C# major`); returns `None` for anything else."""
    match = re.match(r"\s*([A-Ga-g])([#b♯♭]?)[\s:_-]*(\w*)", text)
    if not match:
        return None
    tonic = match[1].upper() + match[2].replace("♯", "#").replace("♭", "b")
    mode = match[3].lower()
    return f"{tonic} {'minor' if mode.startswith('min') or mode == 'm' else 'major'}"
