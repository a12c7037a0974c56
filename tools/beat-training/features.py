"""The front end of `crates/balanced-analysis/src/rhythm/bands.rs`, in numpy: log magnitudes of narrow bands a hundred times a second."""

import numpy as np
from numpy.typing import NDArray

WINDOW_S, FRAMES_PER_S = 0.046_44, 100.0
LOWEST_HZ, LEAST_SPACING_HZ, SPACING_RATIO = 40.0, 30.0, 2.0 ** (1 / 8)
BANDS, GAIN = 48, 1000.0
LEVEL_STEPS = 32.0


def centres() -> NDArray[np.float64]:
    hz, out = LOWEST_HZ - LEAST_SPACING_HZ, []
    for _ in range(BANDS + 2):
        out.append(hz)
        hz = max(hz * SPACING_RATIO, hz + LEAST_SPACING_HZ)
    return np.array(out)


def filters(bin_hz: float, bins: int) -> NDArray[np.float32]:
    hz = np.arange(bins) * bin_hz
    c = centres()
    bank = np.zeros((BANDS, bins))
    for k in range(BANDS):
        low, centre, high = c[k : k + 3]
        bank[k] = np.maximum(0, np.minimum((hz - low) / (centre - low), (high - hz) / (high - centre)))
        bank[k] /= max(bank[k].sum(), 1e-12)
    return bank.astype(np.float32)


def levels(samples: NDArray[np.float64], rate: float = 22_050.0, size: int = 1024) -> NDArray[np.float32]:
    """Frames by bands; frame `k` is centred on sample `k * hop`."""
    hop = int(rate / FRAMES_PER_S + 0.5)
    window = (4.0 / size * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size))).astype(np.float32)
    padded = np.concatenate([np.zeros(size // 2), samples, np.zeros(size // 2)]).astype(np.float32)
    count = (padded.size - size) // hop + 1
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop][:count]
    magnitude = np.abs(np.fft.rfft(frames * window, axis=1)).astype(np.float32)
    return np.log1p(GAIN * magnitude @ filters(rate / size, size // 2 + 1).T)


def packed(x: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.clip(np.round(x * LEVEL_STEPS), 0, 255).astype(np.uint8)
