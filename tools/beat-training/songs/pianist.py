"""A pianist alone: textures that change from phrase to phrase, pedal, rolled chords, a melody that leads, ornaments.

Timing is that of performers, not of machines: `song.expression` shapes it in `beat_times`.
"""

import numpy as np

from songs import lines
from songs.song import Harmony, Note, Part, Rng, Song, harmony

TEXTURES = ("nocturne", "chorale", "alberti", "stride", "octaves", "figures", "repeated", "voices", "unison", "sparse", "tremolo")
LEAD_S = 0.02


def expressive(song: Song, rng: Rng) -> None:
    """Fill `song` with one part: phrases of two to eight bars, each in a texture; two or three textures a piece."""
    harm = harmony(rng, song.bars, lively=float(rng.uniform(0.1, 0.9)), span=2 if song.meter == 2 and rng.random() < 0.4 else 1)
    palette = [str(rng.choice(TEXTURES)) for _ in range(int(rng.integers(1, 4)))]
    part = Part(int(rng.choice([0, 0, 0, 0, 1, 6])), loose_s=float(rng.uniform(0.004, 0.018)))
    at = 0
    pedal = rng.random() < 0.6
    while at < song.bars:
        bars = range(at, min(song.bars, at + int(rng.choice([2, 4, 4, 8]))))
        notes = texture(str(rng.choice(palette)), song, harm, bars, rng)
        swell(notes, song, bars, rng)
        part.notes += pedalled(notes, song) if pedal else notes
        at = bars.stop
    if rng.random() < 0.4:
        part.notes += ornaments(part.notes, rng)
    song.parts.append(part)


def texture(name: str, song: Song, harm: Harmony, bars: range, rng: Rng) -> list[Note]:
    """Both hands over `bars`."""
    tune = lines.melody(song, harm, bars, rng, float(rng.uniform(0.0, 1.0)), int(rng.integers(1, 3)), rest=0.0)
    parts = lines_a_beat(song, rng)
    if name == "nocturne":
        return wide(song, harm, bars, parts, rng) + lead(tune, song)
    if name == "chorale":
        return chorale(song, harm, bars, rng)
    if name == "alberti":
        return softer(lines.arpeggio(song, harm, bars, rng, parts, -1)) + lead(tune, song)
    if name == "stride":
        return softer(lines.stride(song, harm, bars, rng)) + tune
    if name == "octaves":
        low = lines.bass(song, harm, str(rng.choice(["quarters", "eighths", "halves", "boom"])), bars, rng)
        return low + [Note(n.beat, n.length, n.pitch - 12, n.velocity) for n in low] + thick(tune, harm, song, rng)
    if name == "figures":
        return run(song, harm, bars, parts, rng) + softer(lines.pad(song, harm, bars, rng))
    if name == "repeated":
        return repeated(song, harm, bars, parts, rng) + lead(tune, song)
    if name == "voices":
        return lines.counterpoint(song, harm, bars, rng, int(rng.choice([2, 3])))
    if name == "unison":
        return tune + [Note(n.beat, n.length, n.pitch - 24, n.velocity) for n in tune]
    if name == "tremolo":
        return [n for n in repeated(song, harm, bars, 8 if song.split == 2 else 6, rng)] + lead(tune, song)
    return [n for n in lines.pad(song, harm, bars, rng) + lead(tune, song) if rng.random() < 0.75]


def lines_a_beat(song: Song, rng: Rng) -> int:
    """Notes a beat of a running part: between three and eleven a second."""
    options = [1, 2, 3, 4, 6, 8] if song.split == 2 else [3, 3, 6]
    fit = [k for k in options if 2.5 < k * song.bpm / 60 < 11] or [options[0]]
    return int(rng.choice(fit))


def lead(notes: list[Note], song: Song) -> list[Note]:
    """A melody sounds louder and a little before what goes with it (Palmer 1989)."""
    ahead = LEAD_S * song.bpm / 60
    return [Note(max(0.0, n.beat - ahead), n.length, n.pitch, min(1.0, n.velocity * 1.1)) for n in notes]


def softer(notes: list[Note]) -> list[Note]:
    return [Note(n.beat, n.length, n.pitch, n.velocity * 0.7) for n in notes]


def thick(tune: list[Note], harm: Harmony, song: Song, rng: Rng) -> list[Note]:
    """Chords under the notes of a tune that fall on beats, octaves under some others."""
    out = list(tune)
    for n in tune:
        if n.beat % 1 == 0 and rng.random() < 0.7:
            chord = lines.voicing(harm, int(2 * n.beat / song.meter))
            roll = float(rng.choice([0.0, 0.0, 0.03])) * song.bpm / 60
            out += [Note(n.beat + roll * k, n.length, p, n.velocity * 0.8) for k, p in enumerate(chord)]
        elif rng.random() < 0.4:
            out.append(Note(n.beat, n.length, n.pitch - 12, n.velocity * 0.8))
    return out


def wide(song: Song, harm: Harmony, bars: range, parts: int, rng: Rng) -> list[Note]:
    """The left hand of a nocturne: a low root, then the chord broken over two octaves."""
    shape = [0, 7, 12, 16, 19, 16, 12, 7] if rng.random() < 0.5 else [0, 12, 16, 19, 16, 12]
    notes = []
    for bar in bars:
        for step in range(song.meter * parts):
            half = 2 * bar + (2 * step) // (song.meter * parts)
            chord = harm.chord(half)
            root = harm.root(half)
            near = min((p + 12 * o for p in chord for o in range(-4, 3)), key=lambda p: abs(p - (root + shape[step % len(shape)])))
            level = 0.6 if step == 0 else rng.uniform(0.35, 0.5)
            notes.append(Note(bar * song.meter + step / parts, 1.5 / parts, root if step == 0 else near, level))
    return notes


def chorale(song: Song, harm: Harmony, bars: range, rng: Rng) -> list[Note]:
    """Four voices, mostly a chord a beat, with passing notes and suspensions now and then."""
    notes = []
    every = float(rng.choice([1, 1, 2])) if song.meter % 2 == 0 else 1.0
    for bar in bars:
        at = 0.0
        while at < song.meter:
            length = every if rng.random() < 0.85 else min(2 * every, song.meter - at)
            half = 2 * bar + int(2 * at / song.meter)
            inner = int(rng.choice([0, 0, 2, 5]))
            chord = [harm.pitch(harm.degrees[half % len(harm.degrees)] + inner + s) for s in (0, 2, 4, 7)]
            chord = [chord[0] - 24, chord[2] - 12, chord[1], chord[3] if rng.random() < 0.5 else chord[2]]
            level = float(rng.uniform(0.5, 0.75)) + (0.1 if at == 0 else 0)
            for p in chord:
                late = 0.5 * every if rng.random() < 0.06 else 0.0
                notes.append(Note(bar * song.meter + at + late, length - late, p, level))
                if rng.random() < 0.12:
                    notes.append(Note(bar * song.meter + at + length / 2, length / 2, p + int(rng.choice([-2, 2])), level * 0.8))
            at += length
    return notes


def run(song: Song, harm: Harmony, bars: range, parts: int, rng: Rng) -> list[Note]:
    """Scales and broken chords in equal notes, one hand or both."""
    notes: list[Note] = []
    degree, direction = int(rng.integers(-7, 8)), 1
    both = rng.random() < 0.4
    for bar in bars:
        for step in range(song.meter * parts):
            if rng.random() < 0.12:
                direction = -direction
            degree += direction * int(rng.choice([1, 1, 1, 2]))
            if not -12 < degree < 16:
                direction = -direction
                degree += 2 * direction
            level = rng.uniform(0.45, 0.65) + (0.15 if step % parts == 0 else 0) + (0.1 if step == 0 else 0)
            notes.append(Note(bar * song.meter + step / parts, 0.9 / parts, harm.pitch(degree), level))
            if both:
                notes.append(Note(bar * song.meter + step / parts, 0.9 / parts, harm.pitch(degree) - 24, level * 0.9))
    return notes


def repeated(song: Song, harm: Harmony, bars: range, parts: int, rng: Rng) -> list[Note]:
    """Chords struck again and again; the bass changes with the harmony."""
    notes = []
    skip = rng.random() < 0.5
    for bar in bars:
        for step in range(song.meter * parts):
            half = 2 * bar + (2 * step) // (song.meter * parts)
            beat = bar * song.meter + step / parts
            if step == 0 or (rng.random() < 0.3 and 2 * step == song.meter * parts):
                notes.append(Note(beat, 1.0, harm.root(half), 0.65))
                if skip:
                    continue
            notes += [Note(beat, 0.8 / parts, p, rng.uniform(0.35, 0.5)) for p in lines.voicing(harm, half)]
    return notes


def swell(notes: list[Note], song: Song, bars: range, rng: Rng) -> None:
    """Loudness rises and falls over a phrase."""
    depth, low = float(rng.uniform(0.0, 0.5)), float(rng.uniform(0.5, 1.0))
    first, length = bars.start * song.meter, max(1, len(bars) * song.meter)
    for n in notes:
        x = 2 * (n.beat - first) / length - 1
        n.velocity = float(np.clip(n.velocity * low * (1 + depth * (0.5 - x * x)), 0.08, 1.0))


def pedalled(notes: list[Note], song: Song) -> list[Note]:
    """Held until the harmony may change: the end of the half bar."""
    half = song.meter / 2
    return [Note(n.beat, max(n.length, half * (np.floor(n.beat / half + 1e-6) + 1) - n.beat), n.pitch, n.velocity) for n in notes]


def ornaments(notes: list[Note], rng: Rng) -> list[Note]:
    """Grace notes before, mordents on and trills through a few of the highest notes."""
    out = []
    for n in notes:
        if n.pitch < 66 or rng.random() > 0.06:
            continue
        step = int(rng.choice([-2, -1, 1, 2]))
        kind = rng.random()
        if kind < 0.4:
            out.append(Note(max(0.0, n.beat - 0.1), 0.1, n.pitch + step, n.velocity * 0.8))
        elif kind < 0.8 or n.length < 0.4:
            out += [Note(n.beat + 0.07, 0.07, n.pitch + step, n.velocity * 0.8), Note(n.beat + 0.14, 0.2, n.pitch, n.velocity * 0.8)]
        else:
            count = int(n.length / 0.11)
            out += [Note(n.beat + 0.11 * k, 0.11, n.pitch + abs(step) * (k % 2), n.velocity * 0.8) for k in range(1, count)]
    return out
