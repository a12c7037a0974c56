"""Pitched parts: bass lines, chords, riffs, melodies, arpeggios, counterpoint. All return notes in beats."""

import numpy as np

from songs.song import Harmony, Note, Rng, Song

BASS_PATTERNS = {
    "eighths": "r-r-r-r-r-r-r-r-",
    "quarters": "r---r---r---r---",
    "halves": "r-------r-------",
    "whole": "r---------------",
    "rootfifth": "r-------5-------",
    "boom": "r---5---r---5---",
    "offbeat": "--r---r---r---r-",
    "octaves": "r-8-r-8-r-8-r-8-",
    "gallop": "r-rrr-rrr-rrr-rr",
    "sixteenths": "rrrrrrrrrrrrrrrr",
    "synco": "r-----r---r--5--",
    "funk": "r--r--8-?-r--58-",
    "tumbao": "------5-----8---",
    "bossa": "r-----55------r-",
    "reggae": "r-----r-3--5----",
    "reggae2": "----r-r---3---5-",
    "dub": "r--r----5--3----",
    "tresillo": "r-----r-----r---",
    "trap": "r---------r-----",
    "trance": "-rrr-rrr-rrr-rrr",
}
STEP = {"r": 0, "5": 4, "3": 2, "8": 7}


def bass(song: Song, harm: Harmony, pattern: str, bars: range, rng: Rng) -> list[Note]:
    """A repeated pattern on the roots; compound metres take the pattern's beats only."""
    text, steps = BASS_PATTERNS[pattern], 4
    if song.split == 3:
        text, steps = rng.choice(["r-----", "r--r--", "r-rr-r", "r-r5-5", "r-3-5-"]), 3
    notes = []
    length = song.meter * steps
    for bar in bars:
        for step in range(length):
            mark = text[step % len(text)]
            if mark == "-" or (mark == "?" and rng.random() < 0.5):
                continue
            hold = next((k for k in range(1, length) if text[(step + k) % len(text)] != "-"), 4)
            half = 2 * bar + (2 * step) // length
            pitch = harm.root(half)
            if mark in STEP and mark != "r":
                degree = harm.degrees[half % len(harm.degrees)]
                pitch += harm.pitch(degree + STEP[mark]) - harm.pitch(degree)
            level = 0.9 if step == 0 else rng.uniform(0.6, 0.85)
            beat = bar * song.meter + step / steps
            notes.append(Note(beat, min(hold, length - step) / steps * rng.uniform(0.6, 0.98), int(pitch), level))
    return notes


def walking(song: Song, harm: Harmony, bars: range, rng: Rng) -> list[Note]:
    """A walking bass: root on chord changes, steps and chord tones between, now and then an eighth."""
    notes = []
    pitch = harm.root(0)
    for bar in bars:
        for k in range(song.meter):
            half = 2 * bar + (2 * k) // song.meter
            if k == 0 or (2 * k == song.meter and rng.random() < 0.7):
                pitch = harm.root(half)
            else:
                pitch = int(np.clip(pitch + rng.choice([-2, -1, 1, 2, 3, -3, 4, 5]), 28, 52))
            beat = bar * song.meter + k
            notes.append(Note(beat, 0.9, pitch, rng.uniform(0.65, 0.95)))
            if rng.random() < 0.1:
                notes.append(Note(beat + (2 / 3 if song.split == 3 else 0.5), 0.3, pitch, 0.5))
    return notes


COMP_PATTERNS = {
    "whole": "x---------------",
    "halves": "x-------x-------",
    "quarters": "x---x---x---x---",
    "eighths": "x-x-x-x-x-x-x-x-",
    "pushed": "x-----x---------",
    "charleston": "x-----x---------",
    "skank": "----x-------x---",
    "skank8": "--x---x---x---x-",
    "skankdub": "----x-x-----x-x-",
    "chick": "--x---x---x---x-",
    "backbeat": "----x-------x---",
    "strum": "x---x-x--xx-x-x-",
    "strum2": "x---X-xx--xxX-xx",
    "house": "x--x--x---x--x--",
    "stabs": "---x--x----x--x-",
    "bossa": "x--x--x---x--x--",
    "gallop": "X-xxX-xxX-xxX-xx",
    "chug": "xxxxxxxxxxxxxxxx",
    "chug2": "X-xx-xX-xx-xX-x-",
    "funk": "--x-xx-x--x--xx-",
    "four": "X---x---X---x---",
    "anticip": "x-----x-------x-",
    "waltz": "----x---x---",
    "six": "x--x--",
    "sixes": "xxxxxx",
    "blues": "x-xx-xx-xx-x",
}


def comp(song: Song, harm: Harmony, pattern: str, bars: range, rng: Rng, low: bool = False, long: float = 0.8) -> list[Note]:
    """Chords in a rhythm; `low` gives power chords, `long` is the share of the gap that is held."""
    text, steps = COMP_PATTERNS[pattern], 4
    if song.split == 3:
        text, steps = (
            (text if len(text) in (6, 12) and pattern != "waltz" else str(rng.choice(["x--x--", "x-----", "x-xx-x", "--x--x", "xxxxxx"]))),
            3,
        )
    notes, length = [], song.meter * steps
    for bar in bars:
        for step in range(length):
            mark = text[step % len(text)]
            if mark == "-" or rng.random() < 0.03:
                continue
            hold = next((k for k in range(1, length) if text[(step + k) % len(text)] != "-"), length)
            half = 2 * bar + (2 * step) // length
            root = harm.root(half) + 12
            pitches = [root, root + 7, root + 12] if low else voicing(harm, half)
            beat = bar * song.meter + step / steps
            level = (0.95 if mark == "X" else 0.75) * rng.uniform(0.85, 1.0)
            spread = rng.uniform(0, 0.012)
            duration = max(0.1, hold / steps * long)
            notes += [Note(beat + spread * k, duration, p, level) for k, p in enumerate(pitches)]
    return notes


def voicing(harm: Harmony, half: int, size: int = 3) -> list[int]:
    return sorted(54 + (p - 54) % 14 for p in harm.chord(half, size))


def arpeggio(song: Song, harm: Harmony, bars: range, rng: Rng, per_beat: int, octave: int = 0) -> list[Note]:
    """Broken chords in equal notes, one shape all along."""
    shape = [int(k) for k in rng.choice([0, 1, 2, 3, 4], size=int(rng.choice([3, 4, 4, 6, 8])))]
    if rng.random() < 0.5:
        shape = [[0, 1, 2, 3], [0, 2, 1, 2], [0, 1, 2, 1], [0, 2, 1, 3], [0, 1, 2, 3, 2, 1]][int(rng.integers(5))]
    if song.split == 3 and len(shape) % 3:
        shape = [0, 1, 2]
    notes, count = [], song.meter * per_beat
    for bar in bars:
        for step in range(count):
            half = 2 * bar + (2 * step) // count
            chord = voicing(harm, half)
            k = shape[step % len(shape)]
            pitch = chord[k % 3] + 12 * (k // 3) + 12 * octave
            level = rng.uniform(0.55, 0.75) + (0.15 if step % per_beat == 0 else 0) + (0.1 if step == 0 else 0)
            notes.append(Note(bar * song.meter + step / per_beat, 1.1 / per_beat, pitch, level))
    return notes


def stride(song: Song, harm: Harmony, bars: range, rng: Rng) -> list[Note]:
    """Low note on the strong beats, chord on the others: waltz, ragtime, boom-chick, Alberti of the poor."""
    notes = []
    for bar in bars:
        for k in range(song.meter):
            half = 2 * bar + (2 * k) // song.meter
            beat = bar * song.meter + k
            strong = k == 0 or (song.meter % 2 == 0 and k % 2 == 0)
            if strong:
                root = harm.root(half) + int(rng.choice([0, 12]))
                notes.append(Note(beat, 0.9, root, 0.85 if k == 0 else 0.7))
            else:
                notes += [Note(beat, 0.5, p, rng.uniform(0.5, 0.65)) for p in voicing(harm, half)]
    return notes


def pace(song: Song) -> float:
    """How much livelier than at 100 BPM the beat may be divided: the hands, not the metronome, set the rate of notes."""
    beat = song.bpm * (1.5 if song.split == 3 else 1.0)
    return float(np.clip(0.7 * np.log2(100.0 / beat), -0.6, 0.6))


def rhythm_cells(split: int, lively: float, rng: Rng) -> list[list[float]]:
    """Onsets within one beat, a few cells to build melodies from."""
    if split == 3:
        sixths = [k / 6 for k in range(6)]
        cells = [
            [0.0],
            [0.0, 2 / 3],
            [0.0, 1 / 3, 2 / 3],
            [],
            [2 / 3],
            [0.0, 1 / 3],
            sixths,
            [0.0, *sixths[2:]],
            [*sixths[:3], 4 / 6],
            [0.0, 0.5, 2 / 3],
        ]
        fast = max(0.0, lively - 0.4)
        weights = np.array([3, 2 + 2 * lively, 3 * lively, 1.5 - lively, 0.6, 0.3, 5 * fast, 3 * fast, 2 * fast, 0.5])
    else:
        cells = [[0.0], [0.0, 0.5], [0.0, 0.25, 0.5, 0.75], [], [0.5], [0.0, 0.75], [0.0, 0.5, 0.75], [0.25, 0.5], [0.0, 0.25, 0.5]]
        weights = np.array([3, 3, 4 * lively**2, 1.8 - lively, 1.0, 0.6, 1.2 * lively, 0.5 * lively, 0.8 * lively])
    weights = np.maximum(weights, 0.05)
    picks = rng.choice(len(cells), size=4, p=weights / weights.sum())
    return [cells[int(k)] for k in picks]


def melody(song: Song, harm: Harmony, bars: range, rng: Rng, lively: float = 0.4, octave: int = 1, rest: float = 0.25) -> list[Note]:
    """A tune: one- or two-bar rhythms that come back, a random walk on the scale, chord tones on the beat."""
    lively = float(np.clip(lively + pace(song), 0.0, 1.0))
    motifs = [[rhythm_cells(song.split, lively, rng)[int(k)] for k in rng.integers(0, 4, song.meter)] for _ in range(3)]
    notes: list[Note] = []
    degree = int(rng.integers(0, 7))
    quiet_until = -1
    for bar in bars:
        if bar % 4 == 0:
            quiet_until = bar + 4 if rng.random() < rest else -1
        if bar < quiet_until:
            continue
        motif = motifs[(0, 1, 0, 2)[bar % 4]]
        for k, cell in enumerate(motif):
            for place in cell:
                half = 2 * bar + (2 * k) // song.meter
                if place == 0 and rng.random() < 0.6:
                    root = harm.degrees[half % len(harm.degrees)]
                    degree = min((root + s + 7 * o for s in (0, 2, 4) for o in (-1, 0, 1)), key=lambda d: abs(d - degree))
                else:
                    degree += int(rng.choice([-2, -1, -1, 0, 1, 1, 2]))
                degree = int(np.clip(degree, -3, 11))
                level = rng.uniform(0.65, 0.85) + (0.1 if k == 0 and place == 0 else 0)
                notes.append(Note(bar * song.meter + k + place, 0.5, harm.pitch(degree) + 12 * (octave - 1), level))
    return legato(notes, float(rng.choice([0.5, 0.9, 0.98, 1.05])))


def legato(notes: list[Note], share: float) -> list[Note]:
    """Each note lasts until the next, times `share`, at most two beats."""
    for now, then in zip(notes, notes[1:], strict=False):
        now.length = min(2.0, max(0.1, (then.beat - now.beat) * share))
    return notes


def riff(song: Song, harm: Harmony, bars: range, rng: Rng, dense: float) -> list[Note]:
    """A low guitar riff of one or two bars, palm-muted root against moving accents; low strings doubled by a fifth."""
    steps = 4 if song.split == 2 else 3
    length = song.meter * steps * int(rng.choice([1, 2]))
    accents = [0 if step == 0 else int(rng.choice([0, 0, 0, 3, 5, 6, 7, 8, 10, 12])) for step in range(length)]
    on = [step % steps == 0 or rng.random() < dense * (1.0 if step % 2 == 0 else 0.8) for step in range(length)]
    if rng.random() < 0.3:
        shape = rng.choice(["x-xx", "xxx-", "xxxx", "x-x-"])
        on = [shape[step % 4] == "x" for step in range(length)] if steps == 4 else on
    notes = []
    for bar in bars:
        for step in range(song.meter * steps):
            at = (bar * song.meter * steps + step) % length
            if not on[at]:
                continue
            accent = accents[at] > 0 or step == 0
            pitch = harm.root(2 * bar) + 12 + accents[at]
            beat = bar * song.meter + step / steps
            hold = 0.9 / steps if not accent else 1.3 / steps
            notes += [Note(beat, hold, pitch + k, 1.0 if accent else 0.7) for k in ((0, 7) if accent else (0,))]
    return notes


def counterpoint(song: Song, harm: Harmony, bars: range, rng: Rng, voices: int) -> list[Note]:
    """Imitation: a subject enters voice by voice at the octave or fifth, then goes on freely over the harmony."""
    steps = 4 if song.split == 2 else 3
    lively = float(np.clip(rng.uniform(0.35, 0.9) + pace(song), 0.1, 1.0))
    span = int(rng.choice([1, 2, 2])) * song.meter
    subject: list[tuple[float, int]] = []
    degree = 0
    if rng.random() < 0.35:
        subject.append((0.5, 0))
    for beat in range(span):
        for place in rhythm_cells(song.split, lively, rng)[int(rng.integers(4))]:
            if beat or place or not subject:
                degree += int(rng.choice([-3, -2, -1, -1, 1, 1, 2, 4]))
                subject.append((beat + place, int(np.clip(degree, -4, 8))))
    quick = [1, 1, 2, 2] if song.bpm > 125 else [2, steps, steps, steps] if song.bpm < 80 else [1, 2, 2, steps, steps]
    if song.split == 3:
        quick = [1, 3, 3, 3] if song.bpm > 100 else [3, 3, 6] if song.bpm > 70 else [3, 6, 6]
    dense = rng.choice(quick, size=voices)
    notes: list[Note] = []
    for voice in range(voices):
        octave, entry = 1 - voice, bars.start * song.meter + voice * span
        shift = 7 * octave + (4 if voice % 2 else 0)
        line: list[Note] = []
        at = float(entry)
        while at < bars.stop * song.meter:
            if at == entry or rng.random() < 0.22:
                line += [Note(at + b, 0.5, harm.pitch(d + shift - 4), 0.8) for b, d in subject]
                at += span
                continue
            if rng.random() < 0.12:
                at += float(rng.choice([1, 2]))
                continue
            line += free_line(song, harm, at, int(dense[voice]), shift, rng)
            at += 1
        line = [n for n in line if n.beat < bars.stop * song.meter]
        notes += legato(line, float(rng.choice([0.7, 0.9, 1.0])))
    return notes


def free_line(song: Song, harm: Harmony, beat: float, dense: int, shift: int, rng: Rng) -> list[Note]:
    """One beat of a free voice."""
    half = int(2 * beat / song.meter)
    root = harm.degrees[half % len(harm.degrees)]
    degree = root + int(rng.choice([0, 2, 4])) + shift - 4
    per_beat = dense if rng.random() < 0.7 else int(rng.choice([1, 2]))
    if song.split == 3 and per_beat == 2:
        per_beat = 3
    notes = []
    leap = int(rng.choice([1, 1, 1, 2])) if dense >= 3 else 1
    direction = int(rng.choice([-1, 1]))
    for k in range(per_beat):
        if k and rng.random() < 0.06:
            continue
        step = k if per_beat < 6 else min(k, 6 - k)
        notes.append(Note(beat + k / per_beat, 0.9 / per_beat, harm.pitch(degree + direction * leap * step), rng.uniform(0.55, 0.85)))
    return notes


def pad(song: Song, harm: Harmony, bars: range, rng: Rng) -> list[Note]:
    """Held chords, a bar or half a bar each."""
    notes = []
    for bar in bars:
        halves = (0, 1) if harm.degrees[(2 * bar) % len(harm.degrees)] != harm.degrees[(2 * bar + 1) % len(harm.degrees)] else (0,)
        for half in halves:
            length = song.meter / len(halves)
            notes += [Note(bar * song.meter + half * length, length, p, rng.uniform(0.5, 0.7)) for p in voicing(harm, 2 * bar + half)]
    return notes


def vocal(song: Song, harm: Harmony, bars: range, rng: Rng, spoken: bool = False) -> list[Note]:
    """A sung line, or rap: syllables near the grid, phrases of two bars with a breath after."""
    notes: list[Note] = []
    steps = 4 if song.split == 2 else 3
    pickup = rng.random() < 0.5
    degree = 2
    dense = rng.uniform(0.5, 0.95) if spoken else rng.uniform(0.2, 0.55)
    mask = rng.random(2 * song.meter * steps) < dense
    if not spoken:
        mask &= (np.arange(mask.size) % 2 == 0) | (rng.random(mask.size) < 0.3)
    for bar in bars:
        for step in range(song.meter * steps):
            at = (bar % 2) * song.meter * steps + step
            breath = at > mask.size * 0.8 and not (pickup and at > mask.size * 0.93)
            if breath or not mask[at] or (bar % 8 >= 6 and rng.random() < 0.5):
                continue
            degree = int(np.clip(degree + rng.choice([-2, -1, 0, 0, 1, 2]), -3, 7))
            pitch = 50 + int(rng.integers(-2, 3)) if spoken else harm.pitch(degree)
            notes.append(Note(bar * song.meter + step / steps, 0.4, pitch, rng.uniform(0.6, 1.0)))
    return legato(notes, 0.9)
