"""Keys, modes and progressions: which chord sounds in each half bar, and which notes it bends out of the scale."""

from dataclasses import dataclass, field

import numpy as np

from songs.song import MAJOR, MINOR, Harmony, Note, Rng, Song

MIXOLYDIAN = (0, 2, 4, 5, 7, 9, 10)
LYDIAN = (0, 2, 4, 6, 7, 9, 11)
DORIAN = (0, 2, 3, 5, 7, 9, 10)
PHRYGIAN = (0, 1, 3, 5, 7, 8, 10)

Bent = dict[int, int]
"""Pitch class above the tonic to semitones by which it is moved."""

# A chord: its degree in the scale, and the notes it bends.
Chord = tuple[int, Bent]
MAJOR_CHORDS: dict[str, Chord] = {
    "I": (0, {}), "ii": (1, {}), "iii": (2, {}), "IV": (3, {}), "V": (4, {}), "vi": (5, {}),
    "iv": (3, {9: -1}), "bVII": (6, {11: -1}), "bVI": (5, {9: -1, 4: -1}), "bIII": (2, {4: -1, 11: -1}), "v": (4, {11: -1}),
    "II": (1, {5: 1}), "III": (2, {7: 1}), "VI": (5, {0: 1}), "I7": (0, {11: -1}), "IV7": (3, {4: -1}),
}  # fmt: skip
MINOR_CHORDS: dict[str, Chord] = {
    "i": (0, {}), "ii": (1, {}), "III": (2, {}), "iv": (3, {}), "v": (4, {}), "VI": (5, {}), "VII": (6, {}),
    "V": (4, {10: 1}), "vii": (6, {10: 1}), "IV": (3, {8: 1}), "bII": (1, {2: -1}), "I": (0, {3: 1}), "ii5": (1, {8: 1}),
}  # fmt: skip

# Loops of popular music by where they begin. The tonic may come late or never.
MAJOR_LOOPS = (
    "I V vi IV", "I vi IV V", "I IV V IV", "I IV vi V", "I iii IV V", "I IV I V", "I V IV IV", "I ii IV V", "I vi ii V", "I bVII IV I",
    "I IV iv I", "I II IV I", "I III IV iv", "I V", "I IV", "I bVII", "I ii", "I bIII IV I", "I vi", "I v IV I", "I I IV I",
)  # fmt: skip
LATE_MAJOR_LOOPS = ("vi IV I V", "IV I V vi", "IV V vi I", "ii V I I", "IV V iii vi", "vi V IV V", "ii IV I V", "V IV I I", "IV I ii V")
AVOIDING_MAJOR_LOOPS = ("IV V", "ii V", "IV V vi vi", "IV V iii vi", "ii iii IV V", "IV ii V V")
MINOR_LOOPS = (
    "i VI III VII", "i VII VI VII", "i VII VI V", "i iv VII III", "i iv i V", "i v VI VII", "i VI VII i", "i III VII IV", "i VI iv V", "i VII",
    "i iv", "i IV", "i VI", "i v", "i III iv VI", "i VII iv i", "i ii V i", "i bII", "i iv v i", "i i VI VII", "i III VI V", "i VII IV i",
)  # fmt: skip
LATE_MINOR_LOOPS = ("VI VII i i", "VI VII i III", "iv i VII VI", "VI III VII i", "iv V i i", "VII VI i i", "ii V i i", "III VII i VI")
AVOIDING_MINOR_LOOPS = ("VI VII", "iv VII", "iv v VI VII", "VI VII III VII", "iv VI V V")
MAJOR_CADENCES = (
    "I IV V I",
    "I ii V I",
    "I vi ii V",
    "I V I V",
    "IV I V I",
    "I VI ii V",
    "I II V I",
    "vi ii V I",
    "I I IV V",
    "iii vi ii V",
    "I IV iv I",
)
MINOR_CADENCES = (
    "i iv V i",
    "i ii V i",
    "i VI iv V",
    "i V i V",
    "iv i V i",
    "i VII III V",
    "VI iv V i",
    "i i iv V",
    "i bII V i",
    "III VI ii V",
    "i iv vii i",
)
BLUES_MAJOR = "I7 I7 I7 I7 IV7 IV7 I7 I7 V IV7 I7 V"
BLUES_MINOR = "i i i i iv iv i i VI V i i"


@dataclass
class Plan:
    """The harmony of a piece: a home key, and for each half bar a degree of the scale with its bent notes."""

    harm: Harmony
    minor: bool
    bent: list[Bent] = field(default_factory=list)
    blue: float = 0.0
    """Share of major thirds and sevenths of tunes that are flat."""

    @property
    def label(self) -> int:
        """0 to 11 major from C, 12 to 23 minor from C."""
        return self.harm.tonic % 12 + 12 * self.minor

    def applied(self, notes: list[Note], song: Song, rng: Rng, sung: bool = False) -> list[Note]:
        """The notes with what their chord bends; tunes (`sung`) have blue notes too."""
        out = []
        for note in notes:
            half = int(2 * note.beat / song.meter) % len(self.bent)
            step = (note.pitch - self.harm.tonic) % 12
            move = self.bent[half].get(step, 0)
            if sung and move == 0 and step in (4, 11) and rng.random() < self.blue:
                move = -1
            out.append(Note(note.beat, note.length, note.pitch + move, note.velocity))
        return out


def parsed(text: str, minor: bool) -> list[Chord]:
    table = MINOR_CHORDS if minor else MAJOR_CHORDS
    return [table[name] for name in text.split()]


def picked(rng: Rng, options: tuple[str, ...]) -> str:
    return options[int(rng.integers(len(options)))]


def scale_of(minor: bool, modal: float, rng: Rng) -> tuple[int, ...]:
    if rng.random() >= modal:
        return MINOR if minor else MAJOR
    if minor:
        return DORIAN if rng.random() < 0.7 else PHRYGIAN
    return MIXOLYDIAN if rng.random() < 0.8 else LYDIAN


def laid_out(chords: list[list[Chord]], bars: int, per_bar: float, phrase: int) -> list[Chord]:
    """One chord a half bar: loops change after `phrase` rounds; `per_bar` chords a bar (0.5, 1 or 2)."""
    out: list[Chord] = []
    hold = max(1, int(2 / per_bar))
    at = 0
    while len(out) < 2 * bars:
        loop = chords[(at // phrase) % len(chords)]
        for chord in loop:
            out += [chord] * hold
        at += 1
    return out[: 2 * bars]


def plan(
    rng: Rng, bars: int, loops: list[str], minor: bool, scale: tuple[int, ...], per_bar: float, phrase: int, blue: float = 0.0
) -> Plan:
    """A piece from loops of chord names; chords that the mode has anyway are not bent."""
    chords = laid_out([parsed(text, minor) for text in loops], bars, per_bar, phrase)
    own = set(scale)
    plain = MINOR if minor else MAJOR
    bent = []
    for _, bend in chords:
        # Steps of the mode that differ from the plain scale bend from where they are to where the chord wants them.
        bent.append({step: move for step, move in bend.items() if step in own and step in plain})
    harm = Harmony(int(rng.integers(-6, 6)), scale, [degree for degree, _ in chords])
    return Plan(harm, minor, bent, blue)


def melodic_minor(plan: Plan, rng: Rng) -> None:
    """Over the dominant, the sixth goes up with the seventh."""
    for bend in plan.bent:
        if bend.get(10) == 1 and rng.random() < 0.5:
            bend[8] = 1


def tonic_tune(notes: list[Note], plan: Plan, song: Song, rng: Rng) -> list[Note]:
    """A tune whose phrases end at home: the last note of every fourth bar becomes the tonic, third or fifth."""
    for bar in range(3, song.bars, 4):
        inside = [n for n in notes if bar * song.meter <= n.beat < (bar + 1) * song.meter]
        if inside and rng.random() < 0.6:
            last = inside[-1]
            degree = int(rng.choice([0, 0, 0, 2, 4]))
            goal = plan.harm.tonic + plan.harm.scale[degree]
            last.pitch += int((goal - last.pitch + 6) % 12 - 6)
            last.length = max(last.length, 1.0)
    return notes


def closed(plan: Plan, picardy: bool) -> None:
    """The last bar is the tonic's."""
    for half in (-2, -1):
        plan.harm.degrees[half] = 0
        plan.bent[half] = {3: 1} if picardy and plan.minor else {}


def seed_of(*numbers: int) -> Rng:
    return np.random.default_rng([20261130, *numbers])
