"""Drum patterns, one string a voice and bar: x hit, X accent, o soft, ? sometimes, - nothing; spaces are ignored.

Simple metres have four steps a beat, compound ones three. Patterns for four beats are cut or repeated to fit others.
"""

from songs.song import Note, Rng, Song

KICK, STICK, SNARE, CLAP, SNARE2, HAT, PEDAL, OPEN = 36, 37, 38, 39, 40, 42, 44, 46
RIDE, BELL, CRASH, SPLASH, TAMB, COWBELL, SHAKER, CLAVE = 51, 53, 49, 55, 54, 56, 70, 75
TOMS = (50, 48, 47, 45, 43, 41)
CONGA_H, CONGA_L, BONGO_H, BONGO_L, AGOGO, WOOD, TRIANGLE, MARACAS = 63, 64, 60, 61, 67, 76, 81, 70

Groove = dict[int, str]

H8, H4, H16 = "x-o-x-o-x-o-x-o-", "x---x---x---x---", "xoxoxoxoxoxoxoxo"
BACK = "----X-------X---"

GROOVES: dict[str, list[Groove]] = {
    "rock": [
        {KICK: "X-------X-------", SNARE: BACK, HAT: H8},
        {KICK: "X-----x-X-?-----", SNARE: BACK, HAT: H8},
        {KICK: "X-x-----X-x---?-", SNARE: BACK, HAT: H8},
        {KICK: "X--x--x-?-x-----", SNARE: BACK, HAT: H8},
        {KICK: "X------xX-x---?-", SNARE: "----X--o-o--X--?", HAT: H16},
        {KICK: "X-------X-x-----", SNARE: BACK, RIDE: H8},
        {KICK: "X---x---X---x---", SNARE: BACK, OPEN: H4},
        {KICK: "X-x-?-x-X-x-?-x-", SNARE: BACK, OPEN: H8},
        {KICK: "X-----x---x-----", SNARE: BACK, CRASH: H4},
        {KICK: "X-x---x-X-x---x-", SNARE: "X---X---X---X---", HAT: H8},
        {KICK: "X---------x-----", SNARE: BACK, HAT: H4},
        {KICK: "X-------?-x-----", STICK: BACK, HAT: H8},
    ],
    "half": [
        {KICK: "X---------?---?-", SNARE: "--------X-------", HAT: H8},
        {KICK: "X-x-----?---x---", SNARE: "--------X-------", CRASH: H4},
        {KICK: "X--x--x-----x-?-", SNARE: "--------X-------", RIDE: H4},
        {KICK: "xxxxxxxxxxxxxxxx", SNARE: "--------X-------", CRASH: H4},
        {KICK: "X-----x---x-----", SNARE: "--------X-----?-", HAT: H16},
        {KICK: "X-x-----------x-", CLAP: "--------X-------", HAT: "x-xxx-x-x-xxx-x-"},
    ],
    "sixteen": [
        {KICK: "X-----xX--x-----", SNARE: "----X--o-o--X--o", HAT: "xxxxxxxxxxxxxxxx"},
        {KICK: "X--x---x--x-----", SNARE: "--o-X--o-oo-X-oo", HAT: H16},
        {KICK: "X-x---?-X-xx----", SNARE: "----X-o--o--X--o", HAT: "x-xxx-xxx-xxx-xx"},
        {KICK: "X------x-xx--x--", SNARE: "-o--X--o-o-oX-o-", HAT: H8, OPEN: "--------------x-"},
        {KICK: "X-------X-x-----", SNARE: BACK, HAT: H16, SHAKER: H16},
        {KICK: "X--x----X--x--x-", SNARE: BACK, CLAP: BACK, HAT: "xxxxxxxxxxxxxxxx"},
        {KICK: "X-xx------xx--x-", SNARE: "oo-oX-oo-o-oX-oo", RIDE: H8},
        {KICK: "X-----x---x--x--", SNARE: "----X----o--X---", HAT: H16, TAMB: "--x---x---x---x-"},
        {KICK: "X---------xx----", STICK: BACK, SHAKER: "xoxxxoxxxoxxxoxx"},
    ],
    "twostep": [
        {KICK: "X---------X-----", SNARE: BACK, HAT: H8},
        {KICK: "X---------X-----", SNARE: "----X--o-o--X---", HAT: H16},
        {KICK: "X---------X-----", SNARE: BACK, RIDE: H8, SHAKER: H16},
        {KICK: "X-x-------X-----", SNARE: "----X--o----X--o", HAT: H8},
        {KICK: "X---------X--?--", SNARE: BACK, OPEN: "--x---x---x---x-"},
    ],
    "five": [
        {KICK: "X---------x-X-------", SNARE: "--------X-------X---", HAT: "x-o-x-o-x-o-x-o-x-o-"},
        {KICK: "X-----x-X-----------", SNARE: "----X-----------X---", HAT: "x-o-x-o-x-o-x-o-x-o-"},
        {KICK: "X-----------X-----x-", SNARE: "------X---------X---", RIDE: "x---x---x---x---x---"},
        {KICK: "X-x---x-----X-x-----", SNARE: "----X---X-------X---", CRASH: "x---x---x---x---x---"},
        {KICK: "X-----------X-------", STICK: "--------x-------x---", RIDE: "x---x-x-x---x-x-x---"},
    ],
    "seven": [
        {KICK: "X-------X-------X-----------", SNARE: "----X-------X-------X---X---", HAT: "x-o-x-o-x-o-x-o-x-o-x-o-x-o-"},
        {KICK: "X-------x-------X-----x-----", SNARE: "----X-------X-----------X---", HAT: "x-o-x-o-x-o-x-o-x-o-x-o-x-o-"},
        {KICK: "X---------------X-----------", SNARE: "--------X---------------X---", HAT: "x---x---x---x---x---x---x---"},
        {KICK: "X-----------X-------X-------", SNARE: "--------X-------X-------X---", RIDE: "x---x---x---x---x---x---x---"},
        {KICK: "X-------X-------X-x-----x---", SNARE: "----X-------X-------X-------", CRASH: "x---x---x---x---x---x---x---"},
    ],
    "metal": [
        {KICK: "xxxxxxxxxxxxxxxx", SNARE: BACK, RIDE: H4},
        {KICK: "x-xxx-xxx-xxx-xx", SNARE: BACK, HAT: H8},
        {KICK: "x-x-x-x-x-x-x-x-", SNARE: BACK, CRASH: H4},
        {KICK: "X-x-X-x-X-x-X-x-", SNARE: "--X---X---X---X-", HAT: "x-x-x-x-x-x-x-x-"},
        {KICK: "x-x-x-x-x-x-x-x-", SNARE: "x-x-x-x-x-x-x-x-", RIDE: H8},
        {KICK: "xxxxxxxxxxxxxxxx", SNARE: "-x-x-x-x-x-x-x-x", CRASH: H4},
        {KICK: "X--xx--xX-xx----", SNARE: BACK, OPEN: H4},
        {KICK: "X-xxX-xx--xxX-xx", SNARE: BACK, RIDE: H8},
        {KICK: "X--x--x---x-x---", SNARE: BACK, CRASH: H4},
    ],
    "house": [
        {KICK: "X---X---X---X---", CLAP: BACK, OPEN: "--x---x---x---x-"},
        {KICK: "X---X---X---X---", CLAP: BACK, HAT: H16, OPEN: "--X---X---X---X-"},
        {KICK: "X---X---X---X---", SNARE: BACK, HAT: H8, OPEN: "--x---x---x---x-"},
        {KICK: "X---X---X---X---", HAT: "--x---x---x---x-", SHAKER: H16},
        {KICK: "X---X---X---X-?-", CLAP: BACK, HAT: "x-xxx-xxx-xxx-xx", CONGA_H: "--x--x----x--x--"},
        {KICK: "X---X---X---X---", SNARE: BACK, HAT: "xoxoxoxoxoxoxoxo", TAMB: "--x---x---x---x-"},
        {KICK: "X---X---X---X---", STICK: "---x--x----x--x-", HAT: "--x---x---x---x-"},
        {KICK: "X---X---X---X---"},
        {KICK: "X---X---X---X---", OPEN: "--X---X---X---X-", RIDE: H8, CLAP: BACK},
        {KICK: "X---X---X---X---", SNARE: BACK, COWBELL: "x-x--x-xx-x--x-x", OPEN: "--x---x---x---x-"},
    ],
    "break": [
        {KICK: "X-x-------x?----", SNARE: "----X--o-o--X--o", HAT: H8},
        {KICK: "X---------x-----", SNARE: "----X-------X---", HAT: H8},
        {KICK: "X-x-------xx----", SNARE: "----X--o-o-oX--o", RIDE: H8},
        {KICK: "X-------?-x--?--", SNARE: "----X---?---X-?-", HAT: H16},
        {KICK: "X--x------x-----", SNARE: "----X--?----X-o-", SHAKER: H16},
    ],
    "hiphop": [
        {KICK: "X-----?---x-----", SNARE: BACK, HAT: H8},
        {KICK: "X------xx-------", SNARE: BACK, HAT: H8},
        {KICK: "X-x----x-?x-----", CLAP: BACK, HAT: H16},
        {KICK: "X--x--x---x--?--", SNARE: "----X--o----X--o", HAT: H8},
        {KICK: "X---------x--x--", SNARE: BACK, HAT: "x-x-x-x-x-x-x-xx", TAMB: BACK},
        {KICK: "X-----x-x-----x-", SNARE: BACK, HAT: "x-xxx-x-x-xxx-x-"},
        {KICK: "X--x----?-x-----", CLAP: BACK, SHAKER: H16},
        {KICK: "X-x-------x-----", SNARE: BACK},
    ],
    "trap": [
        {KICK: "X-----x---x-----", CLAP: BACK, HAT: H16},
        {KICK: "X--x------x--x--", SNARE: BACK, HAT: "xxxxxxxxxxxxxxxx"},
        {KICK: "X------x--x-----", CLAP: BACK, HAT: "x-xxx-x-xxxxx-xx", OPEN: "----------x-----"},
    ],
    "reggae": [
        {KICK: "--------X-------", STICK: "--------X-------", HAT: H8},
        {KICK: "--------X-------", SNARE: "--------X-----?-", HAT: "x-x-x-x-x-x-x-xo"},
        {KICK: "X-------X-------", STICK: "--------x-------", HAT: H8},
        {KICK: "X---x---X---x---", STICK: "----x-------x---", HAT: H8},
        {KICK: "X---X---X---X---", SNARE: "--------X-------", HAT: H8},
        {KICK: "----X-------X---", STICK: "----X-------X---", HAT: "x-x-x-x-x-x-x-x-"},
        {KICK: "X--x--x-X--x--x-", SNARE: "---x--x----x--x-", HAT: H8},
        {KICK: "X---X---X---X---", SNARE: "---x--x----x--x-", HAT: H8},
    ],
    "ska": [
        {KICK: "X-------X-------", SNARE: BACK, HAT: "--x---x---x---x-"},
        {KICK: "X-x---x-X-x---x-", SNARE: BACK, HAT: H8},
        {KICK: "----X-------X---", STICK: BACK, HAT: H8},
    ],
    "country": [
        {KICK: "X---X---X---X---", SNARE: "o-X-o-X-o-X-o-X-"},
        {KICK: "X---X---X---X---", SNARE: "ooXoooXoooXoooXo"},
        {KICK: "X-------X-------", SNARE: BACK, HAT: H8},
        {KICK: "X-------X-x-----", STICK: BACK, HAT: H8},
        {KICK: "X-------X-------", STICK: BACK, SHAKER: H16},
        {KICK: "X---X---X---X---", STICK: "--X---X---X---X-", HAT: H8},
    ],
    "jazz": [
        {RIDE: "X---x-x-X---x-x-", PEDAL: "----x-------x---", KICK: "o---o---o---o---", SNARE: "?-------------o-"},
        {RIDE: "x---x-x-x---x-x-", PEDAL: "----x-------x---", SNARE: "------?---o---?-"},
        {HAT: "x---x-x-x---x-x-", KICK: "o---o---o---o---", STICK: "------------x---"},
        {SNARE2: "x-o-X-o-x-o-X-o-", PEDAL: "----x-------x---"},
        {RIDE: "x---x-x-x---x-x-", PEDAL: "----x-------x---", KICK: "------x-----?---", SNARE: "--?---?-----?-o-"},
        {RIDE: "x---x---x---x---", PEDAL: "----x-------x---"},
    ],
    "latin": [
        {KICK: "x--xx--xx--xx--x", STICK: "x--x--x---x--x--", HAT: H8},
        {KICK: "x--xx--xx--xx--x", STICK: "x--x---x--x--x--", SHAKER: H16},
        {KICK: "x-----x-x-----x-", CONGA_H: "--x---x---x---x-", CONGA_L: "------xx------xx", CLAVE: "x--x--x---x-x---"},
        {COWBELL: "x---x---x---x---", CONGA_H: "x-x-xo--x-x-xo--", KICK: "---x--x----x--x-", MARACAS: H8},
        {KICK: "X--x--x-X--x--x-", SNARE: "---x--x----x--x-", HAT: H16},
        {AGOGO: "x-x--xx-x-x--x-x", KICK: "x--xx--xx--xx--x", SHAKER: H16, SNARE2: "o-oXo-oXo-oXo-oX"},
    ],
    "funk": [
        {KICK: "X-x----?--x--x--", SNARE: "----X--o-o--X--o", HAT: H16},
        {KICK: "X--x--x---x-----", SNARE: "----X--o-o-oX-o-", HAT: H8},
        {KICK: "X-x---x---x-x---", SNARE: "----X-------X--?", HAT: H16, OPEN: "--------------x-"},
        {KICK: "X-x--?----x--x--", SNARE: "-o--X--o-oo-X--o", HAT: "xxxxxxxxxxxxxxxx"},
        {KICK: "X--X------x-x-x-", SNARE: "--o-X--o-o--X-oo", HAT: H16},
    ],
    "shuffle": [
        {KICK: "X-----X-----", SNARE: "---X-----X--", RIDE: "x-xx-xx-xx-x"},
        {KICK: "X-x---X-x---", SNARE: "---X-----X--", HAT: "x-xx-xx-xx-x"},
        {KICK: "X--X--X--X--", SNARE: "---X-----X--", HAT: "x-xx-xx-xx-x"},
        {KICK: "X----xX-----", SNARE: "---X-----X--", HAT: "xoxxoxxoxxox"},
        {KICK: "X-----X-----", SNARE: "---X-----X--", HAT: "xxxxxxxxxxxx"},
        {KICK: "X----xX--?-x", SNARE: "---X-----X-?", RIDE: "xxxxxxxxxxxx"},
        {KICK: "X--X--X--X--", SNARE: "--oX-o--oX-o", HAT: "x-xx-xx-xx-x"},
    ],
    "six": [
        {KICK: "X----?", SNARE: "---X--", HAT: "xxxxxx"},
        {KICK: "X--?--", SNARE: "---X-?", RIDE: "x-xx-x"},
        {KICK: "X-----", STICK: "---x--", HAT: "xxxxxx"},
        {KICK: "X-?---X--?--", SNARE: "---X-----X-?", HAT: "xxxxxxxxxxxx"},
        {KICK: "X-----", SNARE: "---X--", HAT: "xxxxxx"},
        {KICK: "X-----", SNARE: "---X--", HAT: "x--x--"},
        {KICK: "X--X--", SNARE: "---X--", HAT: "x-xx-x"},
        {KICK: "X----xX-----", SNARE: "---X-----X--", RIDE: "x-xx-xx-xx-x"},
    ],
    "waltz": [
        {KICK: "X-----------", SNARE: "----x---x---", HAT: "x-o-x-o-x-o-"},
        {KICK: "X-----------", STICK: "--------x---", RIDE: "x---x-x-x---"},
        {KICK: "X-------?---", SNARE: "----x---x---"},
        {KICK: "X-----x-----", SNARE: "--------X---", HAT: "x-o-x-o-x-o-"},
        {KICK: "X-----------", HAT: "----x---x---", RIDE: "x---x-x-x-x-"},
    ],
    "hand": [
        {SHAKER: H16, TAMB: BACK},
        {TAMB: H8, CLAP: BACK},
        {CONGA_H: "x--xo-x-x--xo-x-", CONGA_L: "----x-------x-xx", SHAKER: H8},
        {BONGO_H: "x-ox-ox-x-oxx-ox", BONGO_L: "--------x-------"},
        {WOOD: "x---x---x---x---"},
        {CLAP: BACK},
        {KICK: "X---X---X---X---"},
    ],
    "march": [
        {KICK: "X-------X-------", SNARE: "x-o-X-oox-o-X-oo", CRASH: "?---------------"},
        {KICK: "X---X---X---X---", SNARE: "x-xxx-xxx-x-x-x-"},
        {41: "X-------?-------"},
    ],
}
# Tempi at which each family is played so that people tap the level as written, for drums alone: those of the genres that
# use it. Groups tap between 60 and 150 BPM and rarely faster (Moelants 2002; McKinney & Moelants 2006), so a half-time
# groove, whose snare comes once in four beats as written, is felt at half above `HALF_FROM_BPM`.
HALF_FROM_BPM = 130.0
FELT_BPM = {
    "rock": (66, 185), "half": (66, 130), "sixteen": (64, 108), "twostep": (156, 184), "metal": (84, 200), "house": (100, 150),
    "break": (74, 180), "hiphop": (68, 116), "trap": (62, 84), "reggae": (60, 104), "ska": (110, 180), "country": (70, 190),
    "jazz": (80, 230), "latin": (76, 180), "funk": (72, 130), "march": (84, 140), "five": (80, 200), "seven": (80, 220),
    "waltz": (70, 200), "six": (42, 96), "shuffle": (56, 150),
}  # fmt: skip
LEVELS = {"X": 1.0, "x": 0.75, "o": 0.4, "?": 0.7}


def groove_notes(song: Song, groove: Groove, bars: range, rng: Rng, open_every: int = 8) -> list[Note]:
    """Hits of `groove` over `bars`; voices that are optional in a bar are drawn anew each time."""
    steps = 4 if song.split == 2 else 3
    notes: list[Note] = []
    length = song.meter * steps
    for bar in bars:
        fill = (bar + 1) % open_every == 0 and rng.random() < 0.75
        fill_from = length - steps * int(rng.integers(1, 3)) if fill else length
        for voice, text in groove.items():
            for step in range(length):
                mark = text[step % len(text)]
                if mark == "-" or (mark == "?" and rng.random() < 0.5) or (step >= fill_from and voice != KICK):
                    continue
                if mark == "x" and rng.random() < 0.02:
                    continue
                notes.append(Note(bar * song.meter + step / steps, 0.2, voice, LEVELS[mark] * rng.uniform(0.85, 1.0)))
        notes += fill_notes(bar * song.meter, fill_from, length, steps, rng)
        if bar % open_every == 0 and rng.random() < 0.6:
            notes.append(Note(bar * song.meter, 1.0, CRASH, 0.9))
    return notes


def fill_notes(beat: float, first: int, last: int, steps: int, rng: Rng) -> list[Note]:
    """A fill from step `first` of the bar at `beat`: snare and toms downwards."""
    voices = [SNARE, *TOMS] if rng.random() < 0.7 else [SNARE]
    dense = rng.choice([0.5, 0.8, 1.0])
    notes = []
    for step in range(first, last):
        if rng.random() < dense:
            place = (step - first) / max(1, last - first)
            voice = voices[int(place * len(voices))]
            notes.append(Note(beat + step / steps, 0.2, voice, rng.uniform(0.6, 1.0)))
    return notes
