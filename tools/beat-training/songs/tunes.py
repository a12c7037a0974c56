"""Traditional tunes, for the rhythm that composers of fiddle music really wrote: O'Neill's Music of Ireland (1903) and Ryan's
Mammoth Collection (1883), both long in the public domain, as transcribed to ABC by volunteers and shipped in `music21`.

`python -m songs.tunes OUT.json` reads them once; `arrange` plays one alone, as a round, or over an accompaniment.
"""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from songs import lines
from songs.song import MAJOR, MINOR, Harmony, Note, Part, Rng, Song

COLLECTIONS = ("ryansMammoth", "oneills1850")
# Time signature: quarters a beat, beats a bar, parts of a beat, and the tempo (mean in BPM, deviation in octaves).
METRES = {
    "6/8": (1.5, 2, 3, 100, 0.3), "9/8": (1.5, 3, 3, 100, 0.3), "12/8": (1.5, 4, 3, 96, 0.3), "3/8": (0.5, 3, 2, 150, 0.3),
    "2/4": (1.0, 2, 2, 96, 0.3), "2/2": (2.0, 2, 2, 96, 0.25), "4/4": (1.0, 4, 2, 116, 0.3), "3/4": (1.0, 3, 2, 112, 0.4),
}  # fmt: skip
LEADS = (40, 40, 110, 73, 21, 22, 68, 71, 105, 15, 24, 25, 0, 0, 46, 72, 109, 6)
CHORDS = (0, 24, 25, 21, 46, 48, 19, 6)


def tunes_of(text: str) -> list[str]:
    """The tunes of an ABC file, each from its `X:` on."""
    return [part for part in re.split(r"(?m)^(?=X:)", text) if part.startswith("X:")]


def read(abc: str) -> dict[str, Any] | None:
    """Notes (in beats), metre and key of a tune; nothing if its bars do not add up."""
    from music21 import converter, meter

    score = converter.parse(abc, format="abc")
    part = score.parts[0]
    signature = part.recurse().getElementsByClass(meter.TimeSignature).first()
    if signature is None or signature.ratioString not in METRES:
        return None
    quarters, beats = METRES[signature.ratioString][:2]
    bar = quarters * beats
    at, notes = 0.0, []
    for number, measure in enumerate(part.getElementsByClass("Measure")):
        length = float(max((e.offset + e.duration.quarterLength for e in measure.notesAndRests), default=0.0))
        if number == 0 and length < bar:
            at = bar - length
        elif length == bar and at % bar:
            return None
        for e in measure.notes:
            if e.duration.quarterLength > 0:
                notes.append([(at + float(e.offset)) / quarters, float(e.duration.quarterLength) / quarters, int(e.pitches[-1].midi)])
        at += length
    key = part.analyze("key")
    bars = int(np.ceil(at / bar - 1e-9))
    if bars < 8 or len(notes) < 24:
        return None
    return {"metre": signature.ratioString, "bars": bars, "tonic": key.tonic.pitchClass, "minor": key.mode == "minor", "notes": notes}


def main() -> None:
    from music21 import corpus

    root, found, refused = Path(corpus.__file__).parent, [], 0
    for name in COLLECTIONS:
        for path in sorted((root / name).glob("*.abc")):
            for abc in tunes_of(path.read_text(encoding="utf-8", errors="replace")):
                try:
                    tune = read(abc)
                except Exception:  # noqa: BLE001: some transcriptions are not quite ABC
                    tune = None
                refused += tune is None
                found += [tune] if tune else []
    Path(sys.argv[1]).write_text(json.dumps(found))
    print(len(found), "tunes,", refused, "left out")


class Book:
    """The tunes of the file that `main` wrote, by metre; each metre as likely as the root of its number of tunes."""

    def __init__(self, path: Path) -> None:
        self.by_metre: dict[str, list[dict[str, Any]]] = {}
        for tune in json.loads(path.read_text()):
            self.by_metre.setdefault(tune["metre"], []).append(tune)
        counts = np.sqrt([len(tunes) for tunes in self.by_metre.values()])
        self.names, self.share = list(self.by_metre), counts / counts.sum()

    def draw(self, rng: Rng) -> dict[str, Any]:
        tunes = self.by_metre[str(rng.choice(self.names, p=self.share))]
        return tunes[int(rng.integers(len(tunes)))]


def song_of(tune: dict[str, Any], seconds: float, rng: Rng) -> Song:
    """An empty song in the metre of a tune, long enough."""
    _, meter, split, mean, spread = METRES[tune["metre"]]
    bpm = float(np.clip(mean * 2.0 ** (spread * rng.normal()), 45, 230))
    bars = int(np.ceil((seconds + 4) * bpm / 60 / meter)) + 2
    song = Song("tune", bpm, meter, split, 0.5, bars, drift=float(rng.uniform(0.002, 0.02)))
    if rng.random() < 0.4:
        song.expression = float(rng.beta(1.6, 2.0)) * 1.2
        song.bars += 8
    return song


def arrange(song: Song, tune: dict[str, Any], rng: Rng, drums: Callable[[Song, Rng], None]) -> None:
    """Fill `song` with the tune, over and over, in one of four manners."""
    shift = int(rng.integers(-7, 6))
    melody = looped(tune, song, shift, rng)
    harm = harmony_of(tune, melody, song, shift)
    lead = Part(int(rng.choice(LEADS)), melody, loose_s=float(rng.uniform(0.003, 0.018)))
    manner = str(rng.choice(["alone", "round", "chords", "band"], p=[0.15, 0.3, 0.35, 0.2]))
    song.parts.append(lead)
    if manner == "round":
        rounds(song, lead, rng)
    elif manner != "alone":
        accompany(song, harm, lead, rng)
    if manner == "band" and (song.split == 2 or song.meter != 3):
        drums(song, rng)


def looped(tune: dict[str, Any], song: Song, shift: int, rng: Rng) -> list[Note]:
    """The tune over and over, `shift` semitones up."""
    notes, count = [], tune["bars"] * song.meter
    for turn in range(-(-song.beats // count)):
        for beat, length, pitch in tune["notes"]:
            at = beat + turn * count
            level = rng.uniform(0.6, 0.75) + (0.12 if at % 1 < 1e-6 else 0) + (0.08 if at % song.meter < 1e-6 else 0)
            if at < song.beats:
                notes.append(Note(at, 0.92 * length, pitch + shift, level))
    return notes


def harmony_of(tune: dict[str, Any], melody: list[Note], song: Song, shift: int) -> Harmony:
    """In each half bar the triad of the key that has most of the tune in it."""
    harm = Harmony((tune["tonic"] + shift + 6) % 12 - 6, MINOR if tune["minor"] else MAJOR, [0])
    sounding = np.zeros((2 * song.bars, 12))
    for note in melody:
        sounding[min(2 * song.bars - 1, int(2 * note.beat / song.meter)), note.pitch % 12] += note.length
    triads = np.zeros((7, 12))
    for degree in range(7):
        for k, share in ((0, 1.1), (2, 0.9), (4, 1.0)):
            triads[degree, harm.pitch(degree + k) % 12] = share
    worth = sounding @ triads.T + 0.05 * np.array([3, 1, 0, 2, 2, 1, 0])
    worth[1::2] += 0.3 * np.eye(7)[worth[0::2].argmax(axis=1)]
    harm.degrees = [int(d) for d in worth.argmax(axis=1)]
    return harm


def rounds(song: Song, lead: Part, rng: Rng) -> None:
    """The tune enters again after one to four bars, an octave or a fifth away, on the same or another instrument."""
    same = rng.random() < 0.6
    if same:
        lead.program = int(rng.choice([0, 0, 0, 6, 19, 48]))
    for voice in range(1, int(rng.integers(2, 4))):
        delay = voice * song.meter * int(rng.choice([1, 2, 4]))
        shift = int(rng.choice([-12, -12, -5, -17, -24]))
        notes = [Note(n.beat + delay, n.length, n.pitch + shift, n.velocity) for n in lead.notes if n.beat + delay < song.beats]
        song.parts.append(Part(lead.program if same else int(rng.choice(LEADS)), notes, float(rng.uniform(-3, 2)), loose_s=lead.loose_s))


def accompany(song: Song, harm: Harmony, lead: Part, rng: Rng) -> None:
    """Chords and perhaps a bass, in the field's usual figures."""
    whole, sound = range(song.bars), int(rng.choice(CHORDS))
    kind = int(rng.integers(5))
    if song.split == 3:
        text = str(rng.choice(["six", "sixes", "x"]))
        notes = lines.comp(song, harm, text if text != "x" else "whole", whole, rng)
    elif kind == 0 or song.meter == 3:
        notes = lines.stride(song, harm, whole, rng)
    else:
        notes = lines.comp(song, harm, ("chick", "quarters", "strum", "backbeat", "whole")[kind] if kind != 3 else "eighths", whole, rng)
    if kind == 4:
        notes = lines.arpeggio(song, harm, whole, rng, 3 if song.split == 3 else int(rng.choice([2, 4])), -1)
    for note in notes:
        note.velocity *= 0.75
    song.parts.append(Part(sound, notes, float(rng.uniform(-4, 2)), loose_s=lead.loose_s))
    if rng.random() < 0.5:
        bass = lines.bass(song, harm, str(rng.choice(["quarters", "halves", "whole", "boom"])), whole, rng)
        song.parts.append(Part(int(rng.choice([32, 43, 42, 33])), bass, float(rng.uniform(-3, 3)), loose_s=lead.loose_s))


if __name__ == "__main__":
    main()
