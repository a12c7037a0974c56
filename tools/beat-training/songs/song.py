"""Notes, parts and the map from beats to seconds: what a song is before it sounds."""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Rng: TypeAlias = np.random.Generator
Floats: TypeAlias = NDArray[np.float64]

DRUMS = -1
VOICE = -2
SYNTH_BASS, SYNTH_LEAD, SYNTH_PAD, SYNTH_PLUCK, CHIP = -10, -11, -12, -13, -14


@dataclass
class Note:
    """One note: start and length in beats, MIDI pitch (or General MIDI drum), velocity 0 to 1."""

    beat: float
    length: float
    pitch: int
    velocity: float


@dataclass
class Part:
    """Notes of one instrument: a General MIDI program, or one of the negative constants above."""

    program: int
    notes: list[Note] = field(default_factory=list)
    gain_db: float = 0.0
    drive: float = 0.0
    """Amount of tanh distortion, 0 for none."""
    loose_s: float = 0.008
    """Deviation of the timing of a note."""
    duck: bool = False
    """Pumps with the kick."""
    kit: int = 0
    """Drum parts: General MIDI kit, or -1 for our own one-shots."""


@dataclass
class Song:
    """`meter` beats a bar, each of `split` parts (3: compound); `swing` is where the off-eighth falls."""

    genre: str
    bpm: float
    meter: int
    split: int
    swing: float
    bars: int
    parts: list[Part] = field(default_factory=list)
    drift: float = 0.0
    """Deviation of the beat interval from beat to beat (relative)."""
    rubato: float = 0.0
    """Depth of phrase arcs (relative)."""
    ramp: float = 0.0
    """Octaves of tempo change from beginning to end."""
    steps: list[tuple[int, float]] = field(default_factory=list)
    """Bars from which on the tempo is multiplied by a factor."""
    expression: float = 0.0
    """How freely a soloist shapes time, 0 to about 1."""
    no_beat: bool = False

    @property
    def beats(self) -> int:
        return self.bars * self.meter

    def swung(self, beat: float) -> float:
        """Place of a straight position after swing."""
        if self.split != 2 or self.swing <= 0.5:
            return beat
        whole = np.floor(beat)
        part = beat - whole
        bent = part * 2 * self.swing if part < 0.5 else self.swing + (part - 0.5) * 2 * (1 - self.swing)
        return float(whole + bent)


def felt_at_half(song: Song) -> None:
    """Rewrite a song whose bars people feel as half as many beats: two bars as written become one."""
    for part in song.parts:
        for note in part.notes:
            note.beat, note.length = song.swung(note.beat) / 2, note.length / 2
    song.bpm, song.bars, song.swing = song.bpm / 2, (song.bars + 1) // 2, 0.5
    song.steps = [(bar // 2, factor) for bar, factor in song.steps]


def beat_times(song: Song, rng: Rng) -> Floats:
    """Seconds of beats 0 to `song.beats` inclusive."""
    count = song.beats
    place = np.arange(count) / max(count, 1)
    interval = 60.0 / song.bpm * 2.0 ** (-song.ramp * place)
    for bar, factor in song.steps:
        interval[bar * song.meter :] /= factor
    if song.drift > 0:
        slow = np.cumsum(rng.normal(0, song.drift * 0.4, count))
        slow -= np.linspace(0, slow[-1], count)
        interval = interval * (1 + np.clip(slow, -0.12, 0.12) + rng.normal(0, song.drift * 0.6, count))
    if song.rubato > 0:
        interval = interval * phrase_arcs(song, rng)
    if song.expression > 0:
        interval = interval * performed(song, rng)
    return np.concatenate([[0.0], np.cumsum(np.maximum(interval, 0.15))])


def phrase_arcs(song: Song, rng: Rng) -> Floats:
    """Relative beat lengths: phrases begin and end slower than their middle, some end in a ritardando."""
    arcs: list[float] = []
    while len(arcs) < song.beats:
        length = song.meter * int(rng.choice([2, 4, 4, 8]))
        x = np.linspace(-1, 1, length)
        depth = song.rubato * rng.uniform(0.3, 1.2)
        arc = 1 + depth * (x**2 - 0.4)
        if rng.random() < 0.3:
            arc[-song.meter :] *= 1 + np.linspace(0, 2.5 * depth, song.meter)
        arcs.extend(arc * (1 + rng.normal(0, 0.25 * song.rubato, length)))
    return np.clip(np.array(arcs[: song.beats]), 0.6, 1.9)


def performed(song: Song, rng: Rng) -> Floats:
    """Relative beat lengths of an expressive performance: phrase arcs, ritardandi and held notes at their ends, the beat
    before a bar line drawn out, sections in another tempo, getting faster and slower for some bars, and plain unevenness.
    """
    free, count = song.expression, song.beats
    out = np.ones(count)
    uneven = 0.05 * free * float(rng.uniform(0.4, 1.6))
    broad = float(rng.uniform(0.0, 0.1)) * free
    at, section = 0, 1.0
    while at < count:
        length = song.meter * int(rng.choice([1, 2, 2, 4, 4, 8]))
        x = np.linspace(-1, 1, max(length, 2))
        arc = 1 + float(rng.uniform(0.0, 0.22)) * free * (x**2 - 0.35) + float(rng.normal(0, 0.05)) * free * x
        if rng.random() < 0.35:
            slow = min(length, int(rng.integers(2, 2 * song.meter + 1)))
            arc[-slow:] *= 1 + float(rng.uniform(0.1, 0.7)) * free * np.linspace(0, 1, slow) ** 1.5
        if rng.random() < 0.12:
            arc[-1] *= 1 + float(rng.uniform(0.3, 1.0)) * free
        if rng.random() < 0.12:
            section = float(2 ** np.clip(rng.normal(0, 0.25 * free), -0.4, 0.4))
        end = min(count, at + length)
        out[at:end] = section * arc[: end - at]
        at = end
    place = np.arange(count)
    out = out * (1 + rng.normal(0, 1, count).clip(-2.5, 2.5) * uneven) * (1 + broad * (place % song.meter == song.meter - 1))
    return np.clip(out, 0.55, 2.2)


# Harmony -----------------------------------------------------------------------------------------------------------

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)
PROGRESSIONS = (
    (0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 4), (0, 3, 0, 4), (5, 3, 0, 4), (0, 6, 5, 4), (0, 6, 3, 0), (0, 2, 3, 4),
    (1, 4, 0, 0), (0, 0, 3, 3), (0, 5, 1, 4), (0, 3, 5, 4), (0, 0, 0, 0), (0, 5, 0, 5), (0, 4, 0, 4), (3, 4, 2, 5),
)  # fmt: skip
BLUES = (0, 0, 0, 0, 3, 3, 0, 0, 4, 3, 0, 4)


@dataclass
class Harmony:
    """A key and the scale degree that sounds in each half bar."""

    tonic: int
    scale: tuple[int, ...]
    degrees: list[int]

    def pitch(self, degree: int) -> int:
        """MIDI pitch class offset of a scale degree (any integer) above the tonic near middle C."""
        octave, step = divmod(degree, 7)
        return 60 + self.tonic + self.scale[step] + 12 * octave

    def chord(self, half_bar: int, size: int = 3) -> list[int]:
        root = self.degrees[half_bar % len(self.degrees)]
        return [self.pitch(root + 2 * k) for k in range(size)]

    def root(self, half_bar: int) -> int:
        """Pitch of the root between 28 and 40 or so: a bass note."""
        return 28 + (self.pitch(self.degrees[half_bar % len(self.degrees)]) - 28) % 12


def harmony(rng: Rng, bars: int, blues: bool = False, lively: float = 0.15, span: int = 1) -> Harmony:
    """A progression of chords, one a bar (`span` bars), sometimes two (`lively`)."""
    scale = MAJOR if rng.random() < 0.6 else MINOR
    pattern = BLUES if blues else PROGRESSIONS[int(rng.integers(len(PROGRESSIONS)))]
    other = PROGRESSIONS[int(rng.integers(len(PROGRESSIONS)))]
    degrees: list[int] = []
    for bar in range(bars):
        source = other if not blues and (bar // (8 * span)) % 2 else pattern
        degree = source[(bar // span) % len(source)]
        second = int(rng.choice([0, 3, 4, 5])) if rng.random() < lively else degree
        degrees += [degree, second]
    return Harmony(int(rng.integers(-6, 6)), scale, degrees)
