"""Features of a song without its sound: each note is a series of partials that go straight into the chroma.

A quarter of the cost of rendered excerpts, for the sake of more harmonies and tunes. Drums, noise and distortion come from rendered
ones only (`data.py` lays drums beneath).
"""

from functools import cache

import numpy as np

import features
from features import FINE, FRAMES_PER_STEP, HOP, RATE_HZ, Floats
from songs.song import DRUMS, VOICE, Part, Rng, Song, beat_times

LOW_PITCH = 69 + 12 * np.log2(features.RANGE_HZ[0] / 440)
BINS = int(120 * np.log2(features.RANGE_HZ[1] / features.RANGE_HZ[0]))
FRAME_S = HOP / RATE_HZ
PARTIALS = 16


def window() -> Floats:
    """Hann window of a frame (four hops) on a grid of half a hop."""
    return np.hanning(9)[1:-1] / 4


def played(part: Part, times: Floats, frames: int, rng: Rng) -> Floats:
    """Pitches by frames: the level of each note under the window."""
    roll = np.zeros((128, 2 * frames + 8))
    grid = np.arange(times.size, dtype=np.float64)
    fade_s = float(rng.choice([0.25, 0.6, 1.5, 9.0, 9.0]))
    for note in part.notes:
        on, off = (float(np.interp(b, grid, times)) * 2 / FRAME_S for b in (note.beat, note.beat + note.length))
        if not 0 <= note.pitch < 128 or on >= 2 * frames:
            continue
        first, last = max(0, int(round(on))), min(max(int(round(off)), int(round(on)) + 1), roll.shape[1])
        if last <= first:
            continue
        level = note.velocity * np.exp(-np.arange(last - first) * FRAME_S / 2 / fade_s)
        roll[note.pitch, first:last] = np.maximum(roll[note.pitch, first:last], level)
    smooth = np.apply_along_axis(np.convolve, 1, roll, window(), "same")
    return smooth[:, : 2 * frames : 2]


def partials(part: Part, rng: Rng) -> Floats:
    slope = float(rng.uniform(0.3, 2.0))
    level = np.arange(1, PARTIALS + 1) ** -slope * np.exp(rng.normal(0, 0.6, PARTIALS))
    if rng.random() < 0.15:
        level[1::2] *= 0.15
    return level * 10 ** (part.gain_db / 20) * np.exp(rng.normal(0, 0.4))


def spectrum(song: Song, seconds: float, rng: Rng) -> Floats:
    """Frames by bins of a tenth of a semitone: amplitudes of the partials."""
    frames = int(seconds / FRAME_S)
    out = np.zeros((BINS, frames))
    times = beat_times(song, rng) - (0.0 if rng.random() < 0.3 else float(rng.uniform(0, 4)))
    for part in song.parts:
        if part.program == DRUMS or not part.notes:
            continue
        roll, level = played(part, times, frames, rng), partials(part, rng)
        off = float(rng.normal(0, 0.03))
        wide = 3 if part.program == VOICE else 1
        sounding = np.flatnonzero(roll.any(1))
        for h in range(PARTIALS):
            at = np.round(10 * (sounding + off + 12 * np.log2(h + 1) - LOW_PITCH)).astype(int)
            inside = (at >= wide) & (at < BINS - wide)
            for shift in range(1 - wide, wide):
                np.add.at(out, at[inside] + shift, level[h] * roll[sounding[inside]] / (2 * wide - 1))
    return out.T


def steps(song: Song, seconds: float, rng: Rng) -> np.ndarray:
    """As `features.steps`, tuned to 440 Hz."""
    amplitude = spectrum(song, seconds, rng)
    # A room adds what sounded before; the world a curve over frequency.
    amplitude[1:] += float(rng.uniform(0, 0.25)) * amplitude[:-1]
    nodes = np.linspace(0, BINS, 7)
    amplitude *= 10 ** (np.interp(np.arange(BINS), nodes, rng.normal(0, 4, 7)) / 20)
    amplitude[amplitude < features.RELATIVE_FLOOR * amplitude.max(1, keepdims=True)] = 0
    weight = amplitude**features.COMPRESSION
    pitch = LOW_PITCH + np.arange(BINS) / 10
    hz = 440 * 2 ** ((pitch - 69) / 12)
    hump = np.exp(-0.5 * np.log2(hz / features.CENTRE_HZ) ** 2)
    folded = weight * hump / (weight @ hump + 1e-30)[:, None]
    plain = weight / (weight.sum(1, keepdims=True) + 1e-30)
    count = len(weight) // FRAMES_PER_STEP + 1
    step = np.arange(len(weight)) // FRAMES_PER_STEP
    rows = np.zeros((4, count, BINS))
    np.add.at(rows[0], step, folded)
    for channel, part in enumerate(features.registers(hz), 1):
        np.add.at(rows[channel], step, plain * part)
    folding = [folds(features.HARMONICS)] + [folds(1)] * 3
    return np.stack([row @ fold for row, fold in zip(rows, folding, strict=True)], 1)


@cache
def folds(harmonics: int) -> Floats:
    """Bins of pitch by fine bins of the chroma."""
    matrix, bins = np.zeros((BINS, 1, FINE)), np.arange(BINS)
    pitch = LOW_PITCH + bins / 10
    for harmonic in range(1, harmonics + 1):
        share = np.full(BINS, features.HARMONIC_DECAY ** (harmonic - 1))
        features.fold(matrix, bins, 0, pitch - 12 * np.log2(harmonic), share)
    return matrix[:, 0]
