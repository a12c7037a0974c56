"""Sound without a key: drums, noise, clusters, random notes, speech."""

import numpy as np

from pieces.drums import add_drums
from pieces.theory import Rng
from songs import genres
from songs.fluid import Fluid
from songs.genres import PADS, PIANOS, STRINGS
from songs.lines import vocal
from songs.render import RATE, perform
from songs.song import VOICE, Floats, Note, Part, Song, harmony


def keyless(rng: Rng, seconds: float, fonts: list[Fluid]) -> tuple[Floats, str]:
    """Samples and what they are."""
    kind = str(rng.choice(["drums", "drums", "drums", "noise", "cluster", "random notes", "rap"]))
    if kind == "noise":
        return noise(rng, int(seconds * RATE)), kind
    row = genres.TABLE[int(rng.integers(0, 25))]
    bpm = float(rng.uniform(70, 170))
    meter, split = row.meters[0]
    song = Song(kind, bpm, meter, split, 0.5, int((seconds + 4) * bpm / 60 / meter) + 1)
    if kind in ("drums", "rap"):
        add_drums(song, row, rng)
    if kind == "rap":
        song.parts.append(
            Part(VOICE, vocal(song, harmony(rng, song.bars), range(song.bars), rng, spoken=True), float(rng.uniform(0, 6)), loose_s=0.025)
        )
    if kind == "cluster":
        song.parts.append(Part(genres.program(rng, PADS + STRINGS + PIANOS), clusters(song, rng)))
    if kind == "random notes":
        count = int(rng.integers(60, 300))
        places, pitches = rng.uniform(0, song.beats, count), rng.integers(36, 90, count)
        song.parts.append(
            Part(
                genres.program(rng, PADS + STRINGS + PIANOS),
                [Note(float(b), 1.0, int(p), 0.7) for b, p in zip(places, pitches, strict=True)],
            )
        )
    return perform(song, seconds, fonts, rng).samples, kind


def clusters(song: Song, rng: Rng) -> list[Note]:
    """All twelve notes at once over one to three octaves, struck or held."""
    low, octaves = int(rng.integers(36, 66)), int(rng.integers(1, 4))
    every = float(rng.choice([1, 2, 4, 16]))
    starts = np.arange(0, song.beats, every)
    return [Note(float(b), every, low + k, float(rng.uniform(0.5, 0.8))) for b in starts for k in range(12 * octaves)]


def noise(rng: Rng, count: int) -> Floats:
    """White, pink or brown, steady or swelling."""
    spectrum = np.fft.rfft(rng.normal(0, 1, count))
    spectrum /= np.maximum(np.arange(spectrum.size), 30.0) ** float(rng.choice([0.0, 0.5, 1.0]))
    sound = np.fft.irfft(spectrum, count)
    if rng.random() < 0.5:
        sound *= 0.3 + np.abs(np.sin(np.arange(count) / RATE * rng.uniform(0.3, 4)))
    return 0.2 * sound / np.abs(sound).max()
