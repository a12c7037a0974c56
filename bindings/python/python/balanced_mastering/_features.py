"""Feature arrays with librosa's names, axes and defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from balanced_mastering import _native
from balanced_mastering._audio import as_array
from balanced_mastering._errors import settings_error

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Names of the periodic window functions.
Window = Literal["hann", "hamming", "blackman", "boxcar"]
_Frames = tuple[int, int, int | None, str, bool]


def _frames(n_fft: int, hop_length: int | None, win_length: int | None, window: str, center: bool) -> _Frames:
    hop = (win_length if win_length is not None else n_fft) // 4 if hop_length is None else hop_length
    return (n_fft, hop, win_length, window, center)


def _each(y: NDArray[Any], measure: Callable[[NDArray[Any]], NDArray[Any]]) -> NDArray[Any]:
    """Applies `measure` over the last axis as librosa does: `(..., samples)` gives `(..., rows, frames)`."""
    import numpy as np

    array = as_array(y, None).astype(np.float32, copy=False)
    if array.ndim == 0 or 0 in array.shape[:-1]:
        raise settings_error(f"an array of shape {array.shape} has no samples", "give an array of shape (..., samples)")
    if array.ndim == 1:
        return measure(np.ascontiguousarray(array))
    return np.stack([_each(channel, measure) for channel in array])


def _channel(y: NDArray[Any]) -> NDArray[Any]:
    """Returns one channel as the native module takes it."""
    import numpy as np

    array = as_array(y, None).astype(np.float32, copy=False)
    if array.ndim != 1:
        raise settings_error(
            f"an array of shape {array.shape} is not one channel", "give one channel, such as y[0] or y.mean(axis=0)"
        )
    return np.ascontiguousarray(array)


def _normalized(energies: NDArray[Any], norm: float) -> NDArray[Any]:
    """Scales every frame to a norm of 1, as `librosa.util.normalize` does; frames of next to nothing are left as they are."""
    import numpy as np

    sizes = np.abs(energies)
    if norm == -np.inf:
        lengths = sizes.min(axis=-2, keepdims=True)
    elif norm == 0:
        lengths = (sizes > 0).sum(axis=-2, keepdims=True, dtype=energies.dtype)
    else:
        lengths = (sizes**norm).sum(axis=-2, keepdims=True) ** (1 / norm)
    return energies / np.where(lengths < np.finfo(energies.dtype).tiny, 1, lengths)


def _checked_norm(norm: Any) -> float | None:
    if norm is None:
        return None
    try:
        value = float("nan") if isinstance(norm, str | bool) else float(norm)
    except (TypeError, ValueError):
        value = float("nan")
    if value >= 0 or value == float("-inf"):
        return value
    raise settings_error(f"norm={norm!r} is not a norm", "give inf, -inf, 0, a positive number, or None for energies")


def stft(
    y: NDArray[Any],
    *,
    n_fft: int = 2048,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Window = "hann",
    center: bool = True,
) -> NDArray[Any]:
    """Computes the short-time Fourier transform, like `librosa.stft`.

    Parameters
    ----------
    y : ndarray of float, (..., samples)
        Samples; the computation is single precision.
    n_fft : int
        Length of the transform in samples.
    hop_length : int, optional
        Samples between frames; by default a quarter of the window.
    win_length : int, optional
        Length of the window in samples; by default `n_fft`.
    window : str
        `hann`, `hamming`, `blackman` or `boxcar`.
    center : bool
        Whether frame `t` is centred on sample `t * hop_length`, with zeros around the audio (`pad_mode="constant"`).

    Returns
    -------
    ndarray of complex64, (..., 1 + n_fft / 2, frames)

    Raises
    ------
    SettingsError
        For invalid samples or parameters.
    """
    frames = _frames(n_fft, hop_length, win_length, window, center)
    return _each(y, lambda channel: _native.stft(channel, frames))


def melspectrogram(
    y: NDArray[Any],
    sr: float,
    *,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: Window = "hann",
    center: bool = True,
    power: float = 2.0,
    n_mels: int = 128,
    fmin: float = 0.0,
    fmax: float | None = None,
    htk: bool = False,
    norm: Literal["slaney"] | None = "slaney",
) -> NDArray[Any]:
    """Computes the mel spectrogram, like `librosa.feature.melspectrogram`.

    Parameters
    ----------
    y, n_fft, hop_length, win_length, window, center
        As in `stft`.
    sr : float
        Sample rate in Hz.
    power : float
        Exponent of the magnitude spectrogram: 1 for magnitude, 2 for power.
    n_mels : int
        Number of filters.
    fmin, fmax : float
        Lowest and highest frequency of the filters in Hz; `fmax` is half the sample rate by default.
    htk : bool
        Whether to use HTK's mel scale instead of Slaney's.
    norm : str or None
        `slaney` for filters of unit area, `None` for unit height.

    Returns
    -------
    ndarray of float32, (..., n_mels, frames)

    Raises
    ------
    SettingsError
        For invalid samples or parameters.
    """
    if norm not in ("slaney", None):
        raise settings_error(f"norm={norm!r} is not a normalisation of mel filters", 'give "slaney" or None')
    frames = _frames(n_fft, hop_length, win_length, window, center)
    bank = (n_mels, fmin, fmax, htk, norm == "slaney", power)
    return _each(y, lambda channel: _native.melspectrogram(channel, float(sr), frames, bank))


def mfcc(
    y: NDArray[Any],
    sr: float,
    *,
    n_mfcc: int = 20,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: Window = "hann",
    center: bool = True,
    n_mels: int = 128,
    fmin: float = 0.0,
    fmax: float | None = None,
    htk: bool = False,
) -> NDArray[Any]:
    """Computes mel-frequency cepstral coefficients, like `librosa.feature.mfcc`: orthonormal DCT-II, no liftering.

    Parameters
    ----------
    n_mfcc : int
        Number of coefficients.
    y, sr, n_fft, hop_length, win_length, window, center, n_mels, fmin, fmax, htk
        As in `melspectrogram`.

    Returns
    -------
    ndarray of float32, (..., n_mfcc, frames)

    Raises
    ------
    SettingsError
        For invalid samples or parameters.
    """
    frames = _frames(n_fft, hop_length, win_length, window, center)
    bank = (n_mels, fmin, fmax, htk, True, 2.0)
    return _each(y, lambda channel: _native.mfcc(channel, float(sr), n_mfcc, frames, bank))


def spectral_contrast(
    y: NDArray[Any],
    sr: float,
    *,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: Window = "hann",
    center: bool = True,
) -> NDArray[Any]:
    """Computes the contrast of spectral peaks and valleys by octave, like `librosa.feature.spectral_contrast`.

    Parameters
    ----------
    y, sr, n_fft, hop_length, win_length, window, center
        As in `melspectrogram`.

    Returns
    -------
    ndarray of float32, (..., 7, frames)
        Contrast in dB; fewer rows if the sample rate is too low for all octaves.

    Raises
    ------
    SettingsError
        For invalid samples or parameters.
    """
    frames = _frames(n_fft, hop_length, win_length, window, center)
    return _each(y, lambda channel: _native.spectral_contrast(channel, float(sr), frames))


def spectral_shape(
    y: NDArray[Any],
    sr: float,
    *,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: Window = "hann",
    center: bool = True,
) -> dict[str, NDArray[Any]]:
    """Computes centroid, bandwidth, roll-off, flatness and flux of the magnitude spectrum in one pass.

    Parameters
    ----------
    y : ndarray of float, (samples,)
        One channel.
    sr, n_fft, hop_length, win_length, window, center
        As in `melspectrogram`.

    Returns
    -------
    dict of str to ndarray of float64, (frames,)
        `centroid_hz`, `bandwidth_hz`, `rolloff85_hz`, `flatness` (as librosa defines them) and `flux`.

    Raises
    ------
    SettingsError
        For invalid samples or parameters.
    """
    channel = _channel(y)
    return _native.spectral_shape(channel, float(sr), _frames(n_fft, hop_length, win_length, window, center))


def chroma(
    y: NDArray[Any],
    sr: float,
    *,
    n_chroma: int = 12,
    tuning: float | None = None,
    norm: float | None = float("inf"),
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: Window = "hann",
    center: bool = True,
) -> NDArray[Any]:
    """Computes the energy of each pitch class, like `librosa.feature.chroma_stft`.

    Parameters
    ----------
    n_chroma : int
        Bins per octave, C first.
    tuning : float, optional
        Deviation from A = 440 Hz in fractions of a bin; by default estimated for each channel (`estimate_tuning`).
    norm : float or None
        Norm that each frame is scaled to 1 by: `inf` (maximum), `-inf` (minimum), 0 (number of pitch classes that sound), a
        positive number p (p-norm); `None` for energies.
    y, sr, n_fft, hop_length, win_length, window, center
        As in `melspectrogram`.

    Returns
    -------
    ndarray of float32, (..., n_chroma, frames)

    Raises
    ------
    SettingsError
        For invalid samples or parameters.
    """
    wanted = _checked_norm(norm)
    frames = _frames(n_fft, hop_length, win_length, window, center)
    by_maximum = wanted == float("inf")
    energies = _each(y, lambda channel: _native.chroma(channel, float(sr), n_chroma, tuning, by_maximum, frames))
    return energies if wanted is None or by_maximum else _normalized(energies, wanted)


def estimate_tuning(
    y: NDArray[Any],
    sr: float,
    *,
    bins_per_octave: int = 12,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: Window = "hann",
    center: bool = True,
) -> float:
    """Estimates the deviation from A = 440 Hz, like `librosa.estimate_tuning` on a power spectrogram.

    Parameters
    ----------
    y : ndarray of float, (samples,)
        One channel.
    bins_per_octave : int
        Bins per octave.
    sr, n_fft, hop_length, win_length, window, center
        As in `melspectrogram`.

    Returns
    -------
    float
        Deviation in fractions of a bin, -0.5 to 0.49 in steps of 0.01; 0 if no pitch is found.

    Raises
    ------
    SettingsError
        For invalid samples or parameters.
    """
    channel = _channel(y)
    frames = _frames(n_fft, hop_length, win_length, window, center)
    return _native.estimate_tuning(channel, float(sr), bins_per_octave, frames)
