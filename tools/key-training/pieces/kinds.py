"""Kinds of music by how their harmony works, each with sounds of its own. One table, one builder."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pieces import fugue, theory
from pieces.drums import add_drums
from pieces.theory import Plan, picked, plan, scale_of
from songs import genres, lines
from songs.genres import BASSES, BRASS, CLEAN, HARD, LEADS, ORGANS, PADS, PIANOS, STRINGS, WINDS, Genre, program
from songs.song import CHIP, SYNTH_BASS, SYNTH_LEAD, SYNTH_PAD, SYNTH_PLUCK, VOICE, Note, Part, Rng, Song

SYNTHS = (SYNTH_LEAD, SYNTH_PAD, SYNTH_PLUCK, 81, 90, 4, 88)


@dataclass(frozen=True)
class Kind:
    """One row: chances are probabilities."""

    name: str
    share: float
    minor: float
    row: str
    """Row of the beat training's table whose drums, bass and rhythm of chords are taken."""
    comp: tuple[int, ...] = CLEAN + PIANOS
    lead: tuple[int, ...] = BRASS + WINDS + LEADS
    bass: tuple[int, ...] = BASSES
    modal: float = 0.05
    late: float = 0.2
    avoiding: float = 0.04
    vamp: float = 0.0
    textbook: bool = False
    blue: float = 0.0
    power: float = 0.0
    riff: float = 0.0
    voice: float = 0.4
    spoken: float = 0.0
    pads: float = 0.3
    arps: float = 0.3
    tune: float = 0.6
    drums: float = 0.9
    loud_drums: float = 0.15


TABLE = (
    Kind("pop", 0.14, 0.4, "pop", late=0.45, avoiding=0.06, voice=0.7),
    Kind("ballad", 0.06, 0.35, "ballad", lead=STRINGS + WINDS, voice=0.6, late=0.3, drums=0.5),
    Kind("minor rock", 0.10, 1.0, "rock", comp=HARD + (29, 27), lead=HARD, modal=0.15, blue=0.1, power=0.75, riff=0.45, voice=0.6),
    Kind("major rock", 0.09, 0.0, "rock", comp=HARD + (27, 25), lead=HARD, modal=0.35, blue=0.2, power=0.5, riff=0.25, voice=0.6),
    Kind("metal", 0.05, 0.93, "metal", comp=HARD, lead=HARD, modal=0.3, power=0.9, riff=0.8, voice=0.3),
    Kind("blues", 0.06, 0.25, "blues", comp=CLEAN + PIANOS + ORGANS, lead=(26, 27, 29, 22, 65, 0), blue=0.4, modal=0.0, voice=0.5),
    Kind("jazz", 0.07, 0.4, "swing", comp=PIANOS + (26,), lead=BRASS + (11, 64, 66, 71), bass=(32,), textbook=True, voice=0.15, modal=0.1),
    Kind("funk", 0.04, 0.65, "funk", comp=(27, 28, 7, 4, 16), lead=BRASS, vamp=0.6, modal=0.5, blue=0.15),
    Kind("hip hop", 0.07, 0.8, "hiphop", comp=PIANOS + SYNTHS, vamp=0.35, voice=0.75, spoken=0.7, loud_drums=0.5, tune=0.3, modal=0.1),
    Kind("house", 0.06, 0.75, "house", comp=SYNTHS, lead=LEADS, bass=(38, 39, SYNTH_BASS), vamp=0.35, modal=0.15, loud_drums=0.4, voice=0.25),
    Kind("game", 0.06, 0.5, "game", comp=(CHIP, 80, 81, 4, 0), lead=(CHIP, CHIP, 80, SYNTH_LEAD, 12), bass=(CHIP, 38, SYNTH_BASS), voice=0.0, arps=0.6, modal=0.15),
    Kind("reggae", 0.05, 0.4, "reggae", comp=(27, 28, 16, 17, 0), lead=BRASS + (16, 22), vamp=0.35, voice=0.6, loud_drums=0.3),
    Kind("country", 0.05, 0.08, "country", comp=(25, 25, 24, 105, 27), lead=(25, 27, 105, 110, 0, 22), voice=0.7, late=0.1, drums=0.6),
    Kind("folk", 0.04, 0.4, "acoustic", comp=(24, 25, 25, 0), lead=(73, 40, 22, 25, 0, 110), modal=0.4, drums=0.25, voice=0.5),
    Kind("classical", 0.10, 0.5, "orchestra", comp=STRINGS + PIANOS, lead=STRINGS + WINDS, bass=(43, 42, 58), textbook=True, voice=0.03, modal=0.0, drums=0.05),
    Kind("piano", 0.06, 0.5, "piano", textbook=True, modal=0.05),
    Kind("fugue", 0.10, 0.5, "fugue"),
)  # fmt: skip


def compose(rng: Rng, seconds: float, only: str = "") -> tuple[Song, int, str]:
    """A song, its key (0 to 11 major from C, 12 to 23 minor) and its kind."""
    shares = np.array([kind.share for kind in TABLE])
    kind = TABLE[int(rng.choice(len(TABLE), p=shares / shares.sum()))]
    kind = next((k for k in TABLE if k.name == only), kind)
    row = next(r for r in genres.TABLE if r.name == kind.row)
    bpm = float(np.clip(row.bpm * 2 ** rng.normal(0, row.spread), *row.limits))
    meter, split = row.meters[int(rng.integers(len(row.meters)))]
    bars = int((seconds + 4) * bpm / 60 / meter) + 1
    song = Song(kind.name, bpm, meter, split, float(rng.uniform(*row.swing)), bars, drift=row.drift)
    builder: Callable[[Song, Kind, Genre, Rng], Plan] = {"fugue": make_fugue, "piano": make_piano}.get(kind.name, make_band)
    made = builder(song, kind, row, rng)
    return song, made.label, kind.name


def harmony_of(song: Song, kind: Kind, rng: Rng) -> Plan:
    minor = rng.random() < kind.minor
    scale = scale_of(minor, kind.modal, rng)
    if kind.name == "blues":
        loop = theory.BLUES_MINOR if minor else theory.BLUES_MAJOR
        return plan(rng, song.bars, [loop], minor, scale, 1.0, 1, kind.blue * rng.random())
    if rng.random() < kind.vamp:
        vamps = ("i", "i", "i iv", "i VII", "i IV", "i v") if minor else ("I", "I7", "I bVII", "I IV", "I ii")
        return plan(rng, song.bars, [picked(rng, vamps)], minor, scale, float(rng.choice([0.5, 1.0])), 1, kind.blue)
    if kind.textbook:
        pool = theory.MINOR_CADENCES if minor else theory.MAJOR_CADENCES
        loops = [picked(rng, pool) for _ in range(int(rng.integers(2, 5)))]
        made = plan(rng, song.bars, loops, minor, scale, float(rng.choice([1.0, 1.0, 2.0])), 1)
        visit(made, rng)
        theory.melodic_minor(made, rng)
        if rng.random() < 0.5:
            theory.closed(made, rng.random() < 0.2)
        return made
    usual = theory.MINOR_LOOPS if minor else theory.MAJOR_LOOPS
    late = theory.LATE_MINOR_LOOPS if minor else theory.LATE_MAJOR_LOOPS
    never = theory.AVOIDING_MINOR_LOOPS if minor else theory.AVOIDING_MAJOR_LOOPS
    draw = rng.random()
    first = never if draw < kind.avoiding else late if draw < kind.avoiding + kind.late else usual
    loops = [picked(rng, first)]
    if rng.random() < 0.5:
        loops.append(picked(rng, usual if rng.random() < 0.7 else late))
    return plan(
        rng, song.bars, loops, minor, scale, float(rng.choice([0.5, 1.0, 1.0, 2.0])), int(rng.choice([2, 4])), kind.blue * rng.random()
    )


def visit(made: Plan, rng: Rng) -> None:
    """Some bars in the key of the dominant (major) or the relative key: sharpened fourths, or a raised fifth less."""
    count = len(made.bent)
    if count < 16 or rng.random() < 0.5:
        return
    first = int(rng.integers(count // 4, count // 2)) // 2 * 2
    for half in range(first, min(count, first + int(rng.integers(6, 14)))):
        if made.minor:
            made.harm.degrees[half] = (2, 6, 2, 5)[(half // 2) % 4]
            made.bent[half] = {}
        else:
            made.harm.degrees[half] = (4, 1, 4, 0)[(half // 2) % 4]
            made.bent[half] = {5: 1}


def make_band(song: Song, kind: Kind, row: Genre, rng: Rng) -> Plan:
    """Drums, bass, chords and tunes in sections."""
    made = harmony_of(song, kind, rng)
    harm = made.harm
    loose, duck = row.loose_s, rng.random() < row.duck
    has_drums = rng.random() < kind.drums
    parts = add_drums(song, row, rng) if has_drums else genres.sections(song, rng)
    if has_drums and rng.random() < kind.loud_drums:
        song.parts[-1].gain_db += float(rng.uniform(4, 14))
    drums = list(song.parts)
    song.parts.clear()
    if rng.random() < 0.9:
        genres.bass_part(song, row, harm, parts, loose, duck, rng)
        song.parts[-1].program = program(rng, kind.bass)
    add_chords(song, kind, row, made, parts, rng, duck)
    whole = range(song.bars)
    if rng.random() < kind.pads:
        song.parts.append(Part(program(rng, PADS), lines.pad(song, harm, whole, rng), float(rng.uniform(-10, 0)), duck=duck))
    if rng.random() < kind.arps:
        notes = lines.arpeggio(song, harm, whole, rng, genres.beat_parts(song, rng), int(rng.integers(0, 2)))
        song.parts.append(Part(program(rng, kind.comp + kind.lead), notes, float(rng.uniform(-8, 1)), duck=duck))
    for part in song.parts:
        part.notes = made.applied(part.notes, song, rng)
    if rng.random() < kind.tune:
        notes = theory.tonic_tune(lines.melody(song, harm, whole, rng, float(rng.uniform(0.1, 0.9))), made, song, rng)
        notes = made.applied(notes, song, rng, sung=True)
        song.parts.append(
            Part(program(rng, kind.lead), notes, float(rng.uniform(-6, 3)), drive=float(rng.uniform(0, 1)), loose_s=1.5 * loose)
        )
    add_voice(song, kind, made, rng)
    song.parts += drums
    return made


def add_chords(song: Song, kind: Kind, row: Genre, made: Plan, parts: list[range], rng: Rng, duck: bool) -> None:
    """Chords in rhythm, power chords or riffs on the tonic."""
    sound = program(rng, kind.comp)
    part = Part(sound, gain_db=float(rng.uniform(-5, 4)), duck=duck, drive=float(rng.uniform(0, 4)) if sound in HARD else 0.0)
    low = rng.random() < kind.power
    patterns = [str(name) for name in rng.choice([p for p in row.comps if p in lines.COMP_PATTERNS] or ["quarters"], 2)]
    riffs, dense = rng.random() < kind.riff, float(rng.uniform(0.4, 0.95))
    long = float(rng.choice([0.35, 0.6, 0.95]))
    for k, bars in enumerate(parts):
        if riffs and k % 3 != 2:
            part.notes += riff(song, made, bars, rng, dense)
        else:
            part.notes += lines.comp(song, made.harm, patterns[k % 2], bars, rng, low=low, long=long)
    song.parts.append(part)


def riff(song: Song, made: Plan, bars: range, rng: Rng, dense: float) -> list[Note]:
    """A low riff of one or two bars on the root, accents on the pentatonic and the blue fifth."""
    steps = 4 if song.split == 2 else 3
    length = song.meter * steps * int(rng.choice([1, 2]))
    own = [0, 3, 5, 7, 10, 10, 3, 6, 12, 8] if made.minor else [0, 4, 5, 7, 10, 9, 12, 3, 7, 2]
    accents = [int(rng.choice(own)) if step and rng.random() < 0.4 else 0 for step in range(length)]
    sounding = [step % steps == 0 or rng.random() < dense for step in range(length)]
    home = 40 + (made.harm.tonic + 60 - 40) % 12
    fifths, follows = rng.random() < 0.6, rng.random() < 0.4
    notes = []
    for step in range(bars.start * song.meter * steps, bars.stop * song.meter * steps):
        at = step % length
        if sounding[at]:
            root = made.harm.root(2 * step // (song.meter * steps)) + 12 if follows else home
            accent = accents[at] > 0 or at == 0
            for up in (0, 7) if fifths and accent else (0,):
                notes.append(Note(step / steps, (1.3 if accent else 0.9) / steps, root + accents[at] + up, 1.0 if accent else 0.7))
    return notes


def add_voice(song: Song, kind: Kind, made: Plan, rng: Rng) -> None:
    if rng.random() < kind.voice:
        spoken = rng.random() < kind.spoken
        notes = lines.vocal(song, made.harm, range(song.bars), rng, spoken)
        if not spoken:
            notes = made.applied(theory.tonic_tune(notes, made, song, rng), song, rng, sung=True)
        song.parts.append(Part(VOICE, notes, float(rng.uniform(-2, 6)), loose_s=0.025))


def make_piano(song: Song, kind: Kind, row: Genre, rng: Rng) -> Plan:
    """Left hand in a figure, right hand a tune."""
    made = harmony_of(song, kind, rng)
    song.rubato = float(rng.uniform(0, 0.1))
    harm, whole = made.harm, range(song.bars)
    figures = (
        lambda: lines.stride(song, harm, whole, rng),
        lambda: lines.arpeggio(song, harm, whole, rng, genres.beat_parts(song, rng), -1),
        lambda: lines.pad(song, harm, whole, rng),
        lambda: lines.comp(song, harm, "quarters", whole, rng),
        lambda: lines.bass(song, harm, "octaves", whole, rng),
        list,
    )
    notes = figures[int(rng.integers(len(figures)))]()
    tune = theory.tonic_tune(
        lines.melody(song, harm, whole, rng, float(rng.uniform(0.1, 1.0)), int(rng.integers(1, 3)), rest=0.05), made, song, rng
    )
    sound = program(rng, row.comp_sound + (0, 1, 6, 24, 46))
    song.parts.append(Part(sound, made.applied(notes + tune, song, rng)))
    return made


def make_fugue(song: Song, kind: Kind, row: Genre, rng: Rng) -> Plan:
    notes, made = fugue.compose(song, rng)
    song.rubato = float(rng.uniform(0, 0.05))
    song.parts.append(Part(program(rng, row.comp_sound + (48, 71)), notes))
    return made
