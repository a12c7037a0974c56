"""The front end of `crates/balanced-analysis/src/tonal/` in numpy: fine chroma of steps of a second and a half."""

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 11_025.0
SIZE, HOP = 8192, 2048
FRAMES_PER_STEP = 8
FINE = 120
RANGE_HZ = (55.0, 2000.0)
RELATIVE_FLOOR, QUIET_RATIO, SILENCE = 0.01, 0.01, 3e-4
HARMONICS, HARMONIC_DECAY, COMPRESSION, CENTRE_HZ, TUNING_FROM_HZ = 4, 0.6, 0.7, 350.0, 150.0
CHANNELS = 4
"""All peaks with their harmonics folded; then peaks alone of the bass, the middle and the treble."""
BASS_HZ, TREBLE_HZ = 200.0, 640.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def peaks(samples: Floats, rate_hz: float = RATE_HZ) -> tuple[Ints, Floats, Floats, int]:
    """Frame, frequency and amplitude of every peak, and the number of frames; frame `k` is centred on sample `k * HOP`."""
    padded = np.concatenate([np.zeros(SIZE // 2), samples, np.zeros(SIZE // 2)]).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, SIZE)[::HOP]
    window = (4.0 / SIZE * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(SIZE) / SIZE))).astype(np.float32)
    bin_hz = rate_hz / SIZE
    last = int(np.ceil(RANGE_HZ[1] / bin_hz)) + 1
    first = max(1, int(RANGE_HZ[0] / bin_hz))
    m = np.abs(np.fft.rfft(frames * window, axis=1)[:, :last])
    floor = np.maximum(RELATIVE_FLOOR * m[:, first:].max(axis=1, keepdims=True), 1e-6)
    b = m[:, 1:-1]
    found = (b > floor) & (b > m[:, :-2]) & (b >= m[:, 2:])
    found[:, : first - 1] = False
    frame, at = np.nonzero(found)
    at = at + 1
    y0, y1, y2 = (np.log(m[frame, at + k] + 1e-12) for k in (-1, 0, 1))
    curve = y0 - 2 * y1 + y2
    offset = np.clip(np.where(curve < 0, 0.5 * (y0 - y2) / np.where(curve < 0, curve, -1.0), 0.0), -0.5, 0.5)
    hz = (at + offset) * bin_hz
    amplitude = np.exp(y1 - 0.25 * (y0 - y2) * offset)
    inside = (hz >= RANGE_HZ[0]) & (hz < RANGE_HZ[1])
    return frame[inside], hz[inside], amplitude[inside], len(frames)


def registers(hz: Floats) -> Floats:
    """Shares of bass, middle and treble, which add up to one; the borders are an octave wide."""
    above_bass = np.clip(np.log2(hz / BASS_HZ) + 0.5, 0, 1)
    treble = np.clip(np.log2(hz / TREBLE_HZ) + 0.5, 0, 1)
    return np.stack([1 - above_bass, above_bass - treble, treble])


def steps(samples: Floats, rate_hz: float = RATE_HZ) -> tuple[NDArray[np.float32], float, Floats]:
    """Channels by fine bins of each step (steps, CHANNELS, FINE), the tuning in semitones, and measures of pitch."""
    frame, hz, amplitude, count = peaks(samples, rate_hz)
    loudest = np.zeros(count)
    np.maximum.at(loudest, frame, amplitude)
    heard = (loudest > SILENCE) & (loudest > QUIET_RATIO * np.maximum.accumulate(loudest))
    keep = heard[frame]
    frame, hz, amplitude = frame[keep], hz[keep], amplitude[keep]
    weight = amplitude**COMPRESSION
    hump = np.exp(-0.5 * np.log2(hz / CENTRE_HZ) ** 2)
    total, plain = (np.bincount(frame, w, count) + 1e-30 for w in (weight * hump, weight))
    pitch = 69.0 + 12.0 * np.log2(hz / 440.0)
    out = np.zeros((count // FRAMES_PER_STEP + 1, CHANNELS, FINE))
    step = frame // FRAMES_PER_STEP
    share = weight * hump / total[frame]
    for harmonic in range(1, HARMONICS + 1):
        fold(out, step, 0, pitch - 12.0 * np.log2(harmonic), share * HARMONIC_DECAY ** (harmonic - 1))
    for channel, part in enumerate(registers(hz), 1):
        fold(out, step, channel, pitch, part * weight / plain[frame])
    tuned = hz > TUNING_FROM_HZ
    level = np.bincount(frame[tuned], weight[tuned], count) + 1e-30
    w = weight[tuned] / level[frame[tuned]]
    direction = np.sum(w * np.exp(2j * np.pi * pitch[tuned]))
    agreement = abs(direction) / max(w.sum(), 1e-30)
    pitchedness = abs(direction) / max(np.sqrt(np.sum(w**2)), 1e-30)
    return out.astype(np.float32), float(np.angle(direction) / (2 * np.pi)), np.array([agreement, pitchedness, heard.sum()])


def fold(out: Floats, step: Ints, channel: int, pitch: Floats, weight: Floats) -> None:
    at = np.mod(10.0 * pitch, FINE)
    low = np.floor(at).astype(np.int64)
    part = at - low
    np.add.at(out, (step, channel, low % FINE), weight * (1 - part))  # type: ignore[arg-type]
    np.add.at(out, (step, channel, (low + 1) % FINE), weight * part)  # type: ignore[arg-type]


def pitch_classes(fine: NDArray[np.float32], tuning: float) -> NDArray[np.float32]:
    """Twelve classes, C first, of the last axis, on a grid `tuning` semitones above 440 Hz."""
    pitch = np.arange(FINE) / 10.0 - tuning
    nearest = np.round(pitch)
    matrix = np.zeros((FINE, 12), np.float32)
    matrix[np.arange(FINE), np.mod(nearest, 12).astype(int)] = np.cos(np.pi * (pitch - nearest)) ** 2
    return fine @ matrix
