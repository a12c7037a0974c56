"""What each genre is made of: tempo, metre, drums, lines, instruments. One table, one builder."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from songs import lines, pianist, tunes
from songs.grooves import FELT_BPM, GROOVES, HALF_FROM_BPM, KICK, groove_notes
from songs.song import (
    CHIP,
    DRUMS,
    SYNTH_BASS,
    SYNTH_LEAD,
    SYNTH_PAD,
    SYNTH_PLUCK,
    VOICE,
    Harmony,
    Note,
    Part,
    Rng,
    Song,
    felt_at_half,
    harmony,
)

Programs = tuple[int, ...]
PIANOS: Programs = (0, 0, 0, 1, 2, 4, 5)
ORGANS: Programs = (16, 17, 18, 19)
CLEAN: Programs = (24, 25, 25, 26, 27, 28)
HARD: Programs = (29, 30, 30)
BASSES: Programs = (32, 33, 34, 35, 36)
STRINGS: Programs = (48, 49, 50, 44, 40, 42)
BRASS: Programs = (56, 57, 61, 62, 65, 66)
WINDS: Programs = (68, 71, 73, 60, 65, 70)
PADS: Programs = (48, 50, 52, 89, 91, 95, SYNTH_PAD, SYNTH_PAD)
LEADS: Programs = (80, 81, 84, 87, SYNTH_LEAD, SYNTH_LEAD, SYNTH_PLUCK)


@dataclass(frozen=True)
class Genre:
    """One row: chances are probabilities, tempos are mean and deviation in octaves around it, within limits."""

    name: str
    share: float
    bpm: float
    spread: float
    limits: tuple[float, float]
    grooves: tuple[str, ...]
    meters: tuple[tuple[int, int], ...] = ((4, 2),)
    drums: float = 1.0
    kits: tuple[int, ...] = (0, 8, 16)
    swing: tuple[float, float] = (0.5, 0.5)
    loose_s: float = 0.008
    drift: float = 0.008
    rubato: float = 0.0
    bass: tuple[str, ...] = ("eighths",)
    bass_sound: Programs = BASSES
    comps: tuple[str, ...] = ("eighths",)
    comp_sound: Programs = CLEAN
    lead_sound: Programs = HARD
    voice: float = 0.5
    spoken: float = 0.0
    riffs: float = 0.0
    arps: float = 0.0
    pads: float = 0.2
    walk: float = 0.0
    blues: float = 0.0
    duck: float = 0.0
    solo: bool = False


TABLE = (
    Genre("rock", 0.10, 118, 0.3, (70, 185), ("rock", "rock", "rock", "half", "funk"), riffs=0.4,
          bass=("eighths", "synco", "quarters", "rootfifth", "sixteenths"), comps=("eighths", "four", "strum", "strum2", "anticip", "whole"),
          comp_sound=(29, 30, 29, 27, 25, 26), voice=0.6),
    Genre("metal", 0.10, 130, 0.32, (80, 215), ("metal", "metal", "rock", "half"), kits=(16, 0, 8), riffs=0.9, drift=0.005,
          bass=("eighths", "sixteenths", "gallop"), comps=("chug", "gallop", "chug2", "whole", "eighths"), comp_sound=(30, 30, 29), voice=0.3),
    Genre("punk", 0.02, 172, 0.15, (140, 215), ("rock", "ska"), riffs=0.2, bass=("eighths",), comps=("eighths", "four"), comp_sound=(29, 30)),
    Genre("pop", 0.07, 108, 0.3, (64, 150), ("rock", "house", "hand", "funk", "hiphop"), bass=("eighths", "synco", "quarters", "whole", "funk"), pads=0.5,
          comps=("quarters", "eighths", "whole", "pushed", "house", "strum"), comp_sound=PIANOS + CLEAN + (88, 90), lead_sound=BRASS + LEADS + (73, 11), voice=0.75,
          drift=0.003, arps=0.3, kits=(0, 8, 24, -1)),
    Genre("ballad", 0.05, 76, 0.22, (50, 110), ("rock", "rock", "hand", "half"), meters=((4, 2), (4, 2), (4, 3), (3, 2)), drums=0.6, pads=0.6, arps=0.5,
          bass=("halves", "whole", "synco"), comps=("whole", "quarters", "halves", "eighths"), comp_sound=PIANOS + CLEAN, lead_sound=STRINGS + WINDS, voice=0.7, drift=0.01),
    Genre("disco", 0.05, 118, 0.1, (98, 136), ("house", "house", "funk"), bass=("octaves", "octaves", "funk", "synco", "eighths"), pads=0.5, drift=0.003,
          comps=("funk", "stabs", "skank8", "house", "backbeat"), comp_sound=(27, 28, 4, 5, 7), lead_sound=BRASS + STRINGS, voice=0.7, kits=(0, 8, 24)),
    Genre("house", 0.07, 126, 0.08, (112, 150), ("house",), bass=("offbeat", "octaves", "synco", "trance", "sixteenths"), bass_sound=(38, 39, SYNTH_BASS, SYNTH_BASS),
          comps=("house", "stabs", "anticip", "skank8", "whole"), comp_sound=(0, 16, 81, 90, SYNTH_PLUCK, SYNTH_LEAD), lead_sound=LEADS, pads=0.5, arps=0.5, voice=0.2,
          kits=(24, 25, -1, -1, -1), duck=0.6, drift=0.0, loose_s=0.001),
    Genre("electro", 0.06, 132, 0.28, (84, 190), ("house", "break", "rock", "hiphop", "half"), bass=("sixteenths", "eighths", "synco", "offbeat", "trap"),
          bass_sound=(38, 39, SYNTH_BASS, SYNTH_BASS), comps=("house", "stabs", "eighths", "whole"), comp_sound=(80, 81, 90, SYNTH_PLUCK, SYNTH_LEAD, CHIP),
          lead_sound=LEADS + (CHIP,), pads=0.5, arps=0.6, voice=0.1, kits=(24, 25, -1, -1), duck=0.3, drift=0.0, loose_s=0.001),
    Genre("game", 0.06, 140, 0.28, (90, 200), ("rock", "house", "break", "funk", "hiphop"), bass=("octaves", "eighths", "rootfifth", "funk"), bass_sound=(CHIP, 38, SYNTH_BASS, 33),
          comps=("eighths", "stabs", "whole", "house"), comp_sound=(CHIP, 80, 81, 4, 5, 0), lead_sound=(CHIP, CHIP, 80, 81, SYNTH_LEAD, 12, 53), arps=0.5, voice=0.0,
          kits=(-1, 24, 0, 25), drift=0.0, loose_s=0.0),
    Genre("dnb", 0.07, 172, 0.05, (158, 184), ("break", "twostep", "twostep"), bass=("whole", "synco", "trap", "dub"), bass_sound=(38, SYNTH_BASS), comps=("whole", "stabs"),
          comp_sound=(89, 90, SYNTH_PLUCK, 4), lead_sound=LEADS, pads=0.7, arps=0.3, voice=0.15, kits=(24, -1, 0), drift=0.0, loose_s=0.001),
    Genre("hiphop", 0.09, 91, 0.14, (68, 116), ("hiphop", "hiphop", "break", "sixteen", "funk"), swing=(0.5, 0.6), bass=("trap", "synco", "dub", "funk", "whole"),
          bass_sound=(33, 38, 39, 35, SYNTH_BASS), comps=("whole", "stabs", "quarters", "funk", "halves"), comp_sound=(0, 4, 5, 26, 48, 11), lead_sound=(73, 11, 80, 61, SYNTH_LEAD),
          voice=0.7, spoken=0.85, pads=0.3, arps=0.2, kits=(0, 24, 25, -1, -1), drift=0.001),
    Genre("trap", 0.02, 72, 0.08, (62, 84), ("trap",), bass=("trap", "whole"), bass_sound=(38, SYNTH_BASS), comps=("whole", "halves"), comp_sound=(4, 11, 89, SYNTH_PLUCK),
          lead_sound=LEADS, voice=0.6, spoken=0.8, arps=0.5, pads=0.5, kits=(25, -1), drift=0.0, loose_s=0.002),
    Genre("reggae", 0.07, 76, 0.15, (58, 104), ("reggae",), swing=(0.5, 0.62), bass=("reggae", "reggae2", "dub", "synco", "funk"), comps=("skank8", "skank8", "skankdub"),
          comp_sound=(27, 28, 16, 17, 0), lead_sound=BRASS + (16, 22), voice=0.7, kits=(0, 8), drift=0.004),
    Genre("ska", 0.02, 140, 0.18, (104, 180), ("ska", "reggae"), bass=("eighths", "quarters"), comps=("skank8", "skank"), comp_sound=(27, 28, 0), lead_sound=BRASS, walk=0.4),
    Genre("funk", 0.07, 98, 0.16, (72, 130), ("funk", "funk", "sixteen"), swing=(0.5, 0.57), bass=("funk", "synco"), comps=("funk", "stabs"), comp_sound=(27, 28, 7, 4, 16), lead_sound=BRASS, voice=0.5),
    Genre("blues", 0.05, 96, 0.3, (56, 150), ("shuffle",), meters=((4, 3),), bass=("quarters",), comps=("blues", "whole"), comp_sound=CLEAN + PIANOS + ORGANS,
          lead_sound=(26, 27, 29, 22, 65, 0), voice=0.6, walk=0.5, blues=0.9, drums=0.7, drift=0.012, loose_s=0.012),
    Genre("guitar blues", 0.03, 88, 0.3, (56, 150), ("hand",), meters=((4, 3), (4, 2)), drums=0.1, swing=(0.5, 0.66), bass=("quarters", "boom"), bass_sound=(24, 25, 26),
          comps=("blues", "strum", "quarters"), comp_sound=(24, 25, 25), lead_sound=(24, 25, 22, 27), voice=0.8, blues=0.8, drift=0.02, loose_s=0.015),
    Genre("swing", 0.07, 152, 0.4, (76, 250), ("jazz",), swing=(0.58, 0.68), bass=("quarters",), bass_sound=(32,), comps=("charleston", "anticip", "stabs", "four"),
          comp_sound=(0, 0, 26, 26), lead_sound=BRASS + (11, 64, 66, 71, 0), voice=0.15, walk=0.85, drums=0.85, kits=(32, 40, 0, 32), drift=0.012, loose_s=0.014),
    Genre("big band", 0.02, 140, 0.35, (80, 220), ("jazz", "rock", "funk"), swing=(0.5, 0.66), bass=("quarters", "eighths"), comps=("stabs", "charleston", "anticip", "eighths"),
          comp_sound=(61, 56, 57, 61), lead_sound=BRASS, voice=0.2, walk=0.6, kits=(32, 0, 8), drift=0.01, loose_s=0.012),
    Genre("latin", 0.05, 118, 0.25, (72, 190), ("latin",), bass=("bossa", "tumbao", "tresillo", "rootfifth"), bass_sound=(32, 33, 35), comps=("bossa", "stabs", "anticip"),
          comp_sound=(24, 0, 25, 0), lead_sound=(56, 73, 65, 0, 12, 24), voice=0.5, kits=(0, 32, 40), drift=0.006),
    Genre("country", 0.08, 110, 0.35, (66, 200), ("country", "rock"), bass=("boom", "rootfifth", "quarters"), comps=("chick", "strum", "boom2", "strum2", "backbeat"),
          comp_sound=(25, 25, 24, 105, 27), lead_sound=(25, 27, 105, 110, 0, 22, 26), voice=0.75, drums=0.7, kits=(0, 40, 8), drift=0.008, arps=0.25, swing=(0.5, 0.58)),
    Genre("waltz", 0.03, 112, 0.4, (66, 200), ("waltz",), meters=((3, 2),), drums=0.5, bass=("whole", "dotted"), comps=("waltz", "quarters"), comp_sound=(0, 21, 25, 48, 24),
          lead_sound=STRINGS + WINDS + (21, 0), voice=0.3, drift=0.01, arps=0.3),
    Genre("six eight", 0.03, 62, 0.25, (42, 96), ("six",), meters=((2, 3),), drums=0.6, bass=("whole",), comps=("six", "sixes", "whole"), comp_sound=PIANOS + CLEAN,
          lead_sound=STRINGS + WINDS, voice=0.6, drift=0.01, arps=0.5, pads=0.3),
    Genre("odd", 0.08, 134, 0.35, (74, 220), ("rock", "metal"), meters=((5, 2), (7, 2)), riffs=0.4, comps=("eighths", "whole", "quarters", "chug"), comp_sound=(29, 30, 0, 4, 26),
          bass=("eighths", "whole", "quarters", "synco", "sixteenths"), voice=0.4, arps=0.2, pads=0.3),
    Genre("slow sixteenths", 0.10, 84, 0.2, (62, 106), ("sixteen", "sixteen", "break", "funk", "hiphop", "rock"), bass=("funk", "synco", "sixteenths", "eighths", "whole", "trance"),
          bass_sound=BASSES + (38, SYNTH_BASS), comps=("funk", "chug", "strum2", "house", "eighths", "whole", "stabs"), comp_sound=PIANOS + CLEAN + HARD + (81, CHIP),
          lead_sound=LEADS + BRASS, arps=0.5, pads=0.4, voice=0.5, spoken=0.3, riffs=0.2, kits=(0, 8, 16, 24, 25, -1)),
    Genre("half time", 0.05, 148, 0.16, (120, 190), ("half",), bass=("eighths", "whole", "sixteenths", "trap", "synco"), bass_sound=BASSES + (38, SYNTH_BASS),
          comps=("chug", "eighths", "whole", "gallop", "stabs"), comp_sound=HARD + PIANOS + (81, SYNTH_PLUCK), riffs=0.3, arps=0.3, voice=0.5, kits=(0, 16, 24, 25, -1)),
    Genre("drums", 0.10, 100, 0.0, (40, 230), tuple(FELT_BPM), kits=(0, 8, 16, 24, 25, 32, 40, -1, -1, -1), loose_s=0.005, drift=0.004,
          bass=("whole", "quarters", "eighths", "synco"), bass_sound=BASSES + (38, SYNTH_BASS)),
    Genre("march", 0.015, 112, 0.15, (84, 140), ("march",), meters=((4, 2), (2, 2)), kits=(48, 0), bass=("boom", "rootfifth"), bass_sound=(58, 43), comps=("chick", "skank"),
          comp_sound=(60, 61, 57), lead_sound=BRASS + WINDS, voice=0.0, drift=0.005),
    Genre("acoustic", 0.04, 104, 0.3, (60, 170), ("hand", "hand", "rock"), meters=((4, 2), (4, 2), (3, 2), (4, 3)), drums=0.35, bass=("halves", "quarters", "boom"), comps=("strum", "strum2", "quarters", "eighths"),
          comp_sound=(24, 25, 25, 0), lead_sound=(25, 73, 40, 22, 0), voice=0.8, drift=0.015, arps=0.5),
    Genre("orchestra", 0.08, 92, 0.5, (46, 170), ("march",), meters=((4, 2), (3, 2), (2, 2), (2, 3), (4, 2)), drums=0.08, kits=(48,), bass=("quarters", "eighths", "whole", "halves"),
          bass_sound=(43, 42, 58), comps=("whole", "quarters", "eighths", "chick", "sixteen"), comp_sound=STRINGS, lead_sound=STRINGS + WINDS + BRASS, voice=0.05,
          pads=0.6, arps=0.4, drift=0.02, rubato=0.07, loose_s=0.018),
    Genre("piano", 0.06, 96, 0.5, (44, 180), (), meters=((4, 2), (3, 2), (2, 2), (2, 3), (4, 3)), solo=True, drums=0.0, comp_sound=(0, 0, 1), drift=0.02, rubato=0.09, loose_s=0.012),
    Genre("fugue", 0.08, 86, 0.5, (42, 200), (), meters=((4, 2), (4, 2), (2, 2), (3, 2), (3, 2), (2, 3), (4, 3)), solo=True, drums=0.0, comp_sound=(0, 0, 0, 0, 6, 19), drift=0.02, rubato=0.05, loose_s=0.008),
    Genre("expressive piano", 0.10, 88, 0.55, (40, 200), (), meters=((4, 2), (3, 2), (2, 2), (2, 3), (4, 2), (3, 2), (4, 3), (3, 3)), solo=True, drums=0.0),
    Genre("plain", 0.06, 112, 0.4, (55, 220), ("rock", "house", "rock", "hiphop"), meters=((4, 2), (4, 2), (3, 2), (2, 3)), kits=(-1, -1, -1, 0, 24), loose_s=0.0, drift=0.0,
          bass=("whole", "quarters", "halves", "eighths"), bass_sound=(SYNTH_BASS, 33, 38, CHIP), comps=("whole", "quarters", "eighths", "halves"), comp_sound=(CHIP, SYNTH_PAD, 0, 80),
          lead_sound=(CHIP, 80), voice=0.0, pads=0.1, arps=0.05),
    Genre("plain waltz", 0.02, 130, 0.35, (70, 230), ("waltz",), meters=((3, 2),), kits=(-1, -1, 0, 8), loose_s=0.003, drift=0.003,
          bass=("whole", "whole", "dotted"), comps=("waltz", "waltz", "quarters", "whole"), comp_sound=(0, 24, CHIP, SYNTH_PLUCK, 25), lead_sound=(CHIP, 80, 73), voice=0.1),
    Genre("chamber", 0.04, 92, 0.5, (44, 180), (), meters=((4, 2), (3, 2), (2, 2), (2, 3)), solo=True, drums=0.0, loose_s=0.02),
    Genre("gigue", 0.09, 88, 0.5, (40, 170), (), meters=((2, 3), (2, 3), (3, 3), (4, 3)), solo=True, drums=0.0, comp_sound=(0, 0, 0, 0, 6, 19), drift=0.02, rubato=0.05, loose_s=0.008),
    Genre("plain six", 0.04, 76, 0.35, (42, 130), ("six",), meters=((2, 3), (2, 3), (4, 3)), kits=(-1, -1, 0, 8), loose_s=0.003, drift=0.003,
          bass=("whole",), comps=("six", "sixes", "whole"), comp_sound=(0, 24, CHIP, SYNTH_PLUCK, 25), lead_sound=(CHIP, 80, 73), voice=0.2),
    Genre("tune", 0.18, 100, 0.3, (45, 230), (), drums=0.0),
    Genre("ambient", 0.02, 70, 0.4, (40, 120), (), drums=0.0, solo=True),
)  # fmt: skip


BOOK = Path(__file__).parent / "tunes.json"
ODD = {5: "five", 7: "seven"}
COUNT = {"five": (5, 2), "seven": (7, 2), "waltz": (3, 2), "six": (2, 3), "shuffle": (4, 3)}
"""Beats a bar and parts of a beat of the families that are not in four."""


def pick(rng: Rng, options: tuple[str, ...] | Programs) -> str | int:
    return options[int(rng.integers(len(options)))]


def program(rng: Rng, options: Programs) -> int:
    return options[int(rng.integers(len(options)))]


def compose(rng: Rng, seconds: float, only: str = "") -> Song:
    """A song of a random genre (or `only`), at least `seconds` long. Without their file traditional tunes are left out."""
    rows = [row for row in TABLE if row.name == only or (not only and (row.name != "tune" or BOOK.exists()))]
    share = np.array([row.share for row in rows])
    row = rows[int(rng.choice(len(rows), p=share / share.sum()))]
    if row.name == "tune":
        return tune(seconds, rng)
    bpm = float(np.clip(row.bpm * 2.0 ** (row.spread * rng.normal()), *row.limits))
    if row.drift == 0 and rng.random() < 0.7:
        bpm = float(round(bpm))
    meter, split = row.meters[int(rng.integers(len(row.meters)))]
    if row.name == "drums":
        family = str(pick(rng, row.grooves))
        slow, fast = FELT_BPM[family]
        bpm, (meter, split) = float(slow * (fast / slow) ** rng.random()), COUNT.get(family, (4, 2))
    else:
        family = drum_family(row, meter, split, rng)
    bars = int(np.ceil((seconds + 4) * bpm / 60 / meter)) + 2
    drift = row.drift * float(rng.uniform(0.2, 1.8))
    song = Song(row.name, bpm, meter, split, float(rng.uniform(*row.swing)), bars, drift=drift)
    if not row.solo and rng.random() < 0.05:
        factor = float(2 ** (rng.uniform(0.2, 0.75) * rng.choice([-1, 1])))
        song.bars = int(song.bars * max(1.0, factor)) + 2
        song.steps = [(int(song.bars * rng.uniform(0.2, 0.6) / max(1.0, factor)), factor)]
    if row.rubato and rng.random() < 0.85:
        song.rubato = row.rubato * float(rng.uniform(0.2, 1.5))
    if rng.random() < 0.05:
        song.ramp = float(rng.uniform(-0.35, 0.35))
    if row.name in ("piano", "fugue", "gigue", "expressive piano", "chamber") and rng.random() < 0.75:
        song.expression, song.rubato = float(rng.beta(1.6, 2.0)) * 1.3, song.rubato * 0.5
        song.bars += 8
    builders: dict[str, Callable[[Song, Genre, Rng], None]] = {
        "piano": piano, "fugue": fugue, "gigue": fugue, "ambient": ambient, "expressive piano": lambda song, _, rng: pianist.expressive(song, rng), "chamber": chamber,
    }  # fmt: skip
    if row.name == "drums":
        drums_alone(song, row, family, rng)
    elif row.name in builders:
        builders[row.name](song, row, rng)
    else:
        band(song, row, family, rng)
    return song


def drum_family(row: Genre, meter: int, split: int, rng: Rng) -> str:
    """The family of grooves that a song of this genre and metre is played with."""
    if not row.grooves:
        return ""
    family = str(pick(rng, row.grooves))
    if meter in ODD and rng.random() < 0.7:
        return ODD[meter]
    if split == 3 and family not in ("shuffle", "six"):
        return "six" if meter == 2 else "shuffle"
    return "waltz" if meter == 3 and split == 2 else family


@cache
def book() -> tunes.Book:
    """The traditional tunes, read once."""
    return tunes.Book(BOOK)


def tune(seconds: float, rng: Rng) -> Song:
    """A traditional tune; drums as in country music."""
    found = book().draw(rng)
    song = tunes.song_of(found, seconds, rng)
    row = next(row for row in TABLE if row.name == "country")
    family = drum_family(row, song.meter, song.split, rng)
    tunes.arrange(song, found, rng, lambda song, rng: drum_part(song, row, family, sections(song, rng), rng))
    return song


def sections(song: Song, rng: Rng, unit: int = 1) -> list[range]:
    """The song cut into sections of four or eight bars, beginning anywhere in one that is a multiple of `unit`."""
    cuts, at = [0], -unit * int(rng.integers(0, 4 // unit))
    while at < song.bars:
        at += int(rng.choice([4, 8, 8]))
        if 0 < at < song.bars:
            cuts.append(at)
    return [range(a, b) for a, b in zip(cuts, [*cuts[1:], song.bars], strict=True)]


def band(song: Song, row: Genre, family: str, rng: Rng) -> None:
    """Drums, bass, chords and what else the row may have, in sections with parts that come and go."""
    harm = harmony(rng, song.bars, rng.random() < row.blues, span=2 if song.meter == 2 and rng.random() < 0.5 else 1)
    has_drums = rng.random() < row.drums
    halved = has_drums and family == "half" and song.bpm >= HALF_FROM_BPM
    parts = sections(song, rng, 2 if halved else 1)
    if has_drums:
        drum_part(song, row, family, parts, rng)
    duck = rng.random() < row.duck
    loose = row.loose_s * float(rng.uniform(0.5, 1.5))
    bass_part(song, row, harm, parts, loose, duck, rng)
    comp_part(song, row, harm, parts, loose, duck, rng, present=0.9 if has_drums else 1.0)
    extras(song, row, harm, parts, loose, duck, rng)
    if halved:
        felt_at_half(song)


def drums_alone(song: Song, row: Genre, family: str, rng: Rng) -> None:
    """One groove of a family, as played to a click or a little loosely, with a bass or none; one in three gets faster or slower."""
    if rng.random() < 0.33 and not song.steps:
        song.ramp, song.bars = float(rng.uniform(-0.6, 0.6)), int(song.bars * 1.35)
    kit = int(row.kits[int(rng.integers(len(row.kits)))])
    part = Part(DRUMS, kit=kit, loose_s=float(rng.choice([0.0, row.loose_s])))
    groove = GROOVES[family][int(rng.integers(len(GROOVES[family])))]
    part.notes = groove_notes(song, groove, range(song.bars), rng, int(rng.choice([4, 8, 8, 1000])))
    song.parts.append(part)
    if rng.random() < 0.4:
        harm = harmony(rng, song.bars)
        bass_part(song, row, harm, [range(song.bars)], part.loose_s, False, rng)


def drum_part(song: Song, row: Genre, family: str, parts: list[range], rng: Rng) -> None:
    choices = GROOVES[family]
    kit = int(row.kits[int(rng.integers(len(row.kits)))])
    part = Part(DRUMS, gain_db=float(rng.uniform(-4, 4)), kit=kit, loose_s=row.loose_s * float(rng.uniform(0.3, 1.0)))
    picked = [choices[int(k)] for k in rng.integers(0, len(choices), 2)]
    every = int(rng.choice([4, 8, 8, 16]))
    silent = rng.random() < 0.25
    for k, bars in enumerate(parts):
        groove = dict(picked[(k // 2) % 2])
        if rng.random() < 0.12:
            groove = (
                {voice: text for voice, text in groove.items() if voice != KICK} if rng.random() < 0.5 else {KICK: groove.get(KICK, "X---")}
            )
        if silent and rng.random() < 0.4 and (k == 0 or rng.random() < 0.4):
            continue
        part.notes += groove_notes(song, groove, bars, rng, every)
    song.parts.append(part)
    if rng.random() < 0.2 and song.split == 2 and song.meter == 4:
        choice = GROOVES["hand"][int(rng.integers(len(GROOVES["hand"])))]
        song.parts.append(Part(DRUMS, groove_notes(song, choice, range(song.bars), rng, 1000), float(rng.uniform(-12, -4)), kit=0))


def bass_part(song: Song, row: Genre, harm: Harmony, parts: list[range], loose: float, duck: bool, rng: Rng) -> None:
    part = Part(program(rng, row.bass_sound), gain_db=float(rng.uniform(-3, 5)), loose_s=loose, duck=duck)
    walk = rng.random() < row.walk
    pattern = str(pick(rng, row.bass))
    pattern = pattern if pattern in lines.BASS_PATTERNS else "whole"
    other = str(pick(rng, row.bass))
    other = other if other in lines.BASS_PATTERNS else pattern
    for k, bars in enumerate(parts):
        if rng.random() < 0.08:
            continue
        notes = lines.walking(song, harm, bars, rng) if walk else lines.bass(song, harm, pattern if k % 4 < 2 else other, bars, rng)
        part.notes += notes
    song.parts.append(part)


def comp_part(song: Song, row: Genre, harm: Harmony, parts: list[range], loose: float, duck: bool, rng: Rng, present: float) -> None:
    sound = program(rng, row.comp_sound)
    hard = sound in HARD
    part = Part(sound, gain_db=float(rng.uniform(-5, 4)), loose_s=loose, duck=duck, drive=float(rng.uniform(0, 4)) if hard else 0.0)
    riffs = rng.random() < row.riffs
    patterns = [str(pick(rng, row.comps)) for _ in range(2)]
    patterns = [p if p in lines.COMP_PATTERNS else "quarters" for p in patterns]
    strides = song.genre in ("waltz", "country", "march", "six eight") and rng.random() < 0.3
    long = float(rng.choice([0.35, 0.6, 0.95]))
    dense = float(rng.uniform(0.4, 0.95))
    for k, bars in enumerate(parts):
        if rng.random() > present:
            continue
        if riffs and k % 3 != 2:
            part.notes += lines.riff(song, harm, bars, rng, dense)
        elif strides:
            part.notes += lines.stride(song, harm, bars, rng)
        else:
            part.notes += lines.comp(song, harm, patterns[k % 2], bars, rng, low=hard, long=long)
    song.parts.append(part)


def extras(song: Song, row: Genre, harm: Harmony, parts: list[range], loose: float, duck: bool, rng: Rng) -> None:
    whole = range(song.bars)
    if rng.random() < row.pads:
        song.parts.append(Part(program(rng, PADS), lines.pad(song, harm, whole, rng), float(rng.uniform(-10, 0)), duck=duck, loose_s=loose))
    if rng.random() < row.arps:
        per_beat = beat_parts(song, rng)
        notes = [
            n for bars in parts if rng.random() < 0.75 for n in lines.arpeggio(song, harm, bars, rng, per_beat, int(rng.integers(0, 2)))
        ]
        song.parts.append(Part(program(rng, row.comp_sound + row.lead_sound), notes, float(rng.uniform(-8, 1)), duck=duck, loose_s=loose))
    if rng.random() < 0.65:
        lively = float(rng.uniform(0.1, 0.9))
        notes = [n for bars in parts if rng.random() < 0.7 for n in lines.melody(song, harm, bars, rng, lively)]
        song.parts.append(
            Part(program(rng, row.lead_sound), notes, float(rng.uniform(-6, 3)), drive=float(rng.uniform(0, 2)), loose_s=loose * 1.5)
        )
    if rng.random() < row.voice:
        spoken = rng.random() < row.spoken
        part = Part(VOICE, lines.vocal(song, harm, whole, rng, spoken), float(rng.uniform(-2, 6)), loose_s=0.025)
        song.parts.append(part)


def beat_parts(song: Song, rng: Rng) -> int:
    """Notes a beat of a figure, fewer the faster the beat."""
    if song.split == 3:
        return 3
    return int(
        rng.choice([4, 4, 8])
        if song.bpm < 60
        else rng.choice([2, 4, 4])
        if song.bpm < 120
        else rng.choice([1, 2, 2, 4])
        if song.bpm < 170
        else rng.choice([1, 2])
    )


def piano(song: Song, row: Genre, rng: Rng) -> None:
    """One pianist: left hand in a figure, right hand a tune with chords."""
    harm = harmony(rng, song.bars, lively=0.4)
    whole = range(song.bars)
    left = int(rng.integers(5))
    per_beat = beat_parts(song, rng)
    if left == 0:
        notes = lines.stride(song, harm, whole, rng)
    elif left == 1:
        notes = lines.arpeggio(song, harm, whole, rng, per_beat, -1)
    elif left == 2:
        notes = lines.pad(song, harm, whole, rng)
    elif left == 3:
        notes = lines.comp(song, harm, str(rng.choice(["quarters", "eighths", "whole"])), whole, rng)
    else:
        notes = lines.bass(song, harm, str(rng.choice(["octaves", "quarters", "eighths", "halves"])), whole, rng)
    for note in notes:
        note.velocity *= 0.8
    notes += lines.melody(song, harm, whole, rng, float(rng.uniform(0.1, 1.0)), int(rng.integers(1, 3)), rest=0.05)
    song.parts.append(Part(program(rng, row.comp_sound), notes, loose_s=row.loose_s * float(rng.uniform(0.5, 1.5))))


def fugue(song: Song, row: Genre, rng: Rng) -> None:
    harm = harmony(rng, song.bars, lively=0.6)
    notes = lines.counterpoint(song, harm, range(song.bars), rng, int(rng.choice([2, 3, 3, 4])))
    song.parts.append(Part(program(rng, row.comp_sound), notes, loose_s=row.loose_s * float(rng.uniform(0.5, 1.5))))


def chamber(song: Song, row: Genre, rng: Rng) -> None:
    """A pianist's piece shared out among strings or winds, one or two of them with plucked or struck notes."""
    pianist.expressive(song, rng)
    notes = sorted(song.parts.pop().notes, key=lambda n: n.pitch)
    cuts = np.quantile([n.pitch for n in notes], [0.3, 0.6]) if notes else [0, 0]
    sounds = [program(rng, STRINGS + WINDS + (45, 46, 8, 0)) for _ in range(3)]
    for k, sound in enumerate(sounds):
        mine = [n for n in notes if (n.pitch > cuts[0]) + (n.pitch > cuts[1]) == k]
        song.parts.append(Part(sound, mine, float(rng.uniform(-3, 3)), loose_s=row.loose_s * float(rng.uniform(0.5, 1.5))))


def ambient(song: Song, row: Genre, rng: Rng) -> None:
    """Nothing to tap to: pads that swell at random times, sparse notes, speech, or noise alone."""
    song.no_beat = True
    harm = harmony(rng, song.bars)
    kind = int(rng.integers(4))
    part = Part(program(rng, PADS), gain_db=0.0)
    at = 0.0
    while at < song.beats and kind in (0, 1):
        length = float(rng.exponential(5)) + 1.5
        part.notes += [Note(at, length + 2, p, float(rng.uniform(0.3, 0.7))) for p in lines.voicing(harm, int(2 * at / song.meter))]
        at += length
    song.parts.append(part)
    if kind in (1, 2):
        at, notes = 0.0, []
        while at < song.beats:
            at += float(rng.exponential(1.2)) + 0.12
            notes.append(Note(at, float(rng.uniform(0.1, 2)), harm.pitch(int(rng.integers(-5, 10))), float(rng.uniform(0.2, 0.9))))
        song.parts.append(Part(VOICE if kind == 2 and rng.random() < 0.7 else program(rng, PIANOS + PADS), notes))
