"""Fugues and inventions: the answer comes in the key of the dominant, episodes pass through neighbours, the end is home."""

import numpy as np

from pieces.theory import Plan
from songs import lines
from songs.song import MAJOR, MINOR, Harmony, Note, Rng, Song


def local(home: Harmony, minor: bool, semitones: int, local_minor: bool, bars: int, rng: Rng) -> Plan:
    """A passage in a key `semitones` above home."""
    names = (0, 3, 4, 0), (0, 1, 4, 0), (0, 5, 1, 4), (0, 4, 0, 4)
    loop = names[int(rng.integers(4))]
    degrees = [loop[(half // 2) % 4] for half in range(2 * bars)]
    tonic = home.tonic + (semitones + 6) % 12 - 6
    harm = Harmony(tonic, MINOR if local_minor else MAJOR, degrees)
    bent = [{10: 1} if local_minor and degree in (4, 6) else {} for degree in degrees]
    for bend in bent:
        if bend and rng.random() < 0.4:
            bend[8] = 1
    return Plan(harm, local_minor, bent)


def subject(song: Song, rng: Rng, span: int) -> list[tuple[float, int]]:
    """Places and degrees; it begins on the tonic or the fifth."""
    lively = float(np.clip(rng.uniform(0.4, 0.9) + lines.pace(song), 0.1, 1.0))
    cells = lines.rhythm_cells(song.split, lively, rng)
    degree = int(rng.choice([0, 0, 4]))
    out = [(0.0, degree)]
    for beat in range(span):
        for place in cells[int(rng.integers(4))]:
            if beat or place:
                degree = int(np.clip(degree + rng.choice([-3, -2, -1, -1, 1, 1, 2, 4]), -3, 8))
                out.append((beat + place, degree))
    return out


def compose(song: Song, rng: Rng) -> tuple[list[Note], Plan]:
    """All voices, and the plan of the home key."""
    minor = rng.random() < 0.5
    home = Harmony(int(rng.integers(-6, 6)), MINOR if minor else MAJOR, [0])
    fifth, relative = (7, minor), ((3, False) if minor else (9, True))
    others = [relative, (5, minor), (0, minor), fifth]
    bars_each = int(rng.choice([1, 2, 2, 3]))
    voices = int(rng.choice([2, 3, 3, 4]))
    theme = subject(song, rng, bars_each * song.meter)
    route = [(0, minor) if k % 2 == 0 else fifth for k in range(voices)]
    while len(route) * bars_each < song.bars:
        route.append(others[int(rng.integers(4))] if rng.random() < 0.75 else (0, minor))
    ends = rng.random() < 0.5
    if ends:
        route[-2:] = [(0, minor)] * 2
    notes: list[Note] = []
    steps = 4 if song.split == 2 else 3
    dense = rng.choice([1, 2, 2, steps], size=voices)
    for k, (up, local_minor) in enumerate(route):
        here = local(home, minor, up, local_minor, bars_each, rng)
        first = k * bars_each
        if first >= song.bars:
            break
        entering = k if k < voices else int(rng.integers(voices)) if rng.random() < 0.6 else -1
        passage: list[Note] = []
        for voice in range(min(k + 1, voices)):
            shift = 7 * (1 - voice)
            if voice == entering:
                passage += [Note(b, 0.5, here.harm.pitch(d + shift), 0.8) for b, d in theme if b < bars_each * song.meter]
                continue
            for beat in range(bars_each * song.meter):
                passage += lines.free_line(song, here.harm, float(beat), int(dense[voice]), shift + 4, rng)
        moved = here.applied(passage, song, rng)
        notes += [Note(n.beat + first * song.meter, n.length, n.pitch, n.velocity) for n in moved]
    if ends:
        last = (song.bars - 1) * song.meter
        third = 4 if not minor or rng.random() < 0.35 else 3
        chord = [home.tonic + 48, home.tonic + 60, home.tonic + 60 + third, home.tonic + 67]
        notes = [n for n in notes if n.beat < last] + [Note(last, float(song.meter), p, 0.8) for p in chord]
    return notes, Plan(home, minor, [{}])
