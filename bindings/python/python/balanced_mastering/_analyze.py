"""Analysis, decoding and encoding of files and arrays."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from balanced_mastering import _native
from balanced_mastering._audio import as_array, as_channel_axis, as_file, as_threads, is_array, no_rate, rate_of
from balanced_mastering._config import AnalysisConfig
from balanced_mastering._errors import settings_error
from balanced_mastering._limits import Limits, limits_json
from balanced_mastering._model import Analysis, AudioInfo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import DTypeLike, NDArray

    from balanced_mastering._audio import AudioFile, AudioSource, Bits, ProgressCallback

#: The default configuration as JSON text, computed once.
_default_json: str | None = None


def analyze(
    source: AudioSource,
    sample_rate: float | None = None,
    *,
    config: AnalysisConfig | None = None,
    channel_axis: int = 0,
    layout: str | None = None,
    threads: int = 0,
    limits: Limits | None = None,
    temp: str | os.PathLike[str] | None = None,
    accept_damaged: bool = False,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> Analysis:
    """Measures audio; the result holds the numbers that `balanced analyze --json` prints.

    Parameters
    ----------
    source : path, bytes, open binary file, or ndarray
        A file (WAV, AIFF, FLAC, MP3, AAC, ALAC, Vorbis, Opus …), or samples with full scale 1 as `float32` or `float64` of shape
        `(frames,)`, or with two axes in the order of `channel_axis`. Contiguous arrays are not copied.
    sample_rate : float
        Sample rate in Hz, 1000 to 768000; for arrays only.
    config : AnalysisConfig, optional
        What to measure; by default everything.
    channel_axis : int
        0 for `(channels, frames)` (librosa, pedalboard), 1 for `(frames, channels)` (soundfile, scipy).
    layout : str, optional
        Channel layout (`layouts()`); replaces the one the file declares, for files that declare none, or a wrong one.
        `dual_mono` measures a mono track as the two loudspeakers that play it (+3.01 LU) and leaves others as they are.
    threads : int
        Number of worker threads; 0 means one for every core. The result does not depend on it.
    limits : Limits, optional
        What the input may be, and what the call may use.
    temp : path, optional
        Folder for temporary copies of open files above 16 MiB; by default the system's folder for temporary files.
    accept_damaged : bool
        Whether a file that gives nothing, or under half of what its headers or its bytes promise, is measured all the same, with
        a note in `source.notes`; by default it is a `DamagedFileError`, or a `NotAudioError` if it promises nothing.
    progress : callable, optional
        Called with `(stage, fraction)` as the work proceeds.
    cancel : CancelToken, optional
        Stops the call from another thread. Ctrl-C always works.

    Returns
    -------
    Analysis
        The measurements; families that were not requested are `None`.

    Raises
    ------
    InputError
        If the file cannot be read as audio: `AudioFileNotFoundError`, `NotAudioError`, `UnsupportedFormatError`,
        `DamagedFileError`, `ReadError` or `ChangedFileError`, each with `file`, `problem` and `remedy`.
    LimitError
        If a limit is passed.
    SettingsError
        For invalid arguments.
    CancelledError
        If `cancel` stopped the call.

    Examples
    --------
    >>> import numpy as np
    >>> tone = 0.1 * np.sin(2 * np.pi * 997 * np.arange(96_000) / 48_000)
    >>> analysis = analyze(tone, 48_000, config=AnalysisConfig(families=["loudness"]))
    >>> round(analysis.loudness.integrated_lufs, 1)
    -23.0
    >>> analysis.tempo is None
    True
    """
    text = analyze_json(
        source, sample_rate, config, channel_axis, layout, threads, limits, temp, accept_damaged, progress, cancel
    )
    return Analysis(json.loads(text))


def analyze_json(
    source: AudioSource,
    sample_rate: float | None,
    config: AnalysisConfig | None,
    channel_axis: int,
    layout: str | None,
    threads: int,
    limits: Limits | None,
    temp: str | os.PathLike[str] | None,
    accept_damaged: bool,
    progress: ProgressCallback | None,
    cancel: _native.CancelToken | None,
) -> str:
    """Returns the result of `analyze` as JSON text."""
    text = _default() if config is None else config.to_json()
    threads = as_threads(threads)
    if is_array(source):
        axis = as_channel_axis(channel_axis)
        array = as_array(source, axis)
        rate = rate_of(sample_rate)
        return _native.analyze_array(array, rate, axis, text, layout, threads, limits_json(limits), progress, cancel)
    no_rate(sample_rate)
    file, folder = as_file(source), None if temp is None else os.fsdecode(temp)  # type: ignore[arg-type]
    return _native.analyze(file, text, layout, threads, limits_json(limits), folder, accept_damaged, progress, cancel)


def _default() -> str:
    global _default_json
    if _default_json is None:
        _default_json = AnalysisConfig().to_json()
    return _default_json


def probe(source: AudioFile) -> AudioInfo:
    """Reads the headers of an audio file without decoding it.

    Parameters
    ----------
    source : path, bytes, or open binary file
        A file in any format that `analyze` reads.

    Returns
    -------
    AudioInfo
        Container, codec, sample rate, channels and, if the headers declare it, length.

    Raises
    ------
    InputError
        As in `analyze`.
    """
    return AudioInfo(json.loads(_native.probe(as_file(source))))


def read(
    source: AudioFile,
    *,
    part: tuple[float, float | None] | None = None,
    mono: bool = False,
    sample_rate: float | None = None,
    dtype: DTypeLike = "float64",
    layout: str | None = None,
    limits: Limits | None = None,
    accept_damaged: bool = False,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> tuple[NDArray[Any], float]:
    """Decodes an audio file, or a part of it, to an array.

    Parameters
    ----------
    source : path, bytes, or open binary file
        A file in any format that `analyze` reads.
    part : (float, float or None), optional
        Start and end in seconds; `None` is the end of the file. What lies after the part is not decoded.
    mono : bool
        Whether the channels are mixed down to their mean; the array then has the shape `(1, frames)`.
    sample_rate : float, optional
        Sample rate to convert to, as `resample` does; by default that of the file.
    dtype : float64 or float32
        Type of the samples.
    layout, limits, accept_damaged, progress, cancel
        As in `analyze`.

    Returns
    -------
    audio : ndarray
        Samples of shape `(channels, frames)`; integers of b bits are divided by 2**(b-1), floats are unchanged.
    sample_rate : float
        Sample rate in Hz.

    Raises
    ------
    InputError, LimitError, SettingsError
        As in `analyze`; `SettingsError` also if the part begins beyond the end of the file.
    """
    import numpy as np

    kind = np.dtype(dtype)
    if kind not in (np.dtype(np.float64), np.dtype(np.float32)):
        raise settings_error(f"samples are not read as {kind}", "give float64 or float32")
    start_s, end_s = (0.0, None) if part is None else part
    rate_hz = None if sample_rate is None else float(sample_rate)
    wanted = (float(start_s), None if end_s is None else float(end_s), mono, rate_hz)
    limit = limits_json(limits)
    audio, rate, _ = _native.read(as_file(source), wanted, layout, limit, accept_damaged, progress, cancel)
    return audio.astype(kind, copy=False), rate


def resample(audio: NDArray[Any], sample_rate: float, to_rate: float, *, channel_axis: int = 0) -> NDArray[np.float64]:
    """Converts an array to another sample rate.

    The result is aligned with `audio` and has `round(frames * to_rate / sample_rate)` frames. The passband reaches to
    0.985 of the lower Nyquist frequency (-0.01 dB), and nothing above it is left (under -150 dB).

    Parameters
    ----------
    audio : ndarray
        Samples of shape `(channels, frames)`, or `(frames,)` for one channel.
    sample_rate, to_rate : float
        Sample rates in Hz, 1000 to 768000.
    channel_axis : int
        Axis of the channels: 0, or 1 for `(frames, channels)`.

    Returns
    -------
    ndarray of float64
        Audio of as many dimensions as `audio`, with the channels on the same axis.

    Raises
    ------
    SettingsError
        If a sample rate is out of range.
    """
    axis = as_channel_axis(channel_axis)
    array = as_array(audio, axis)
    planes: NDArray[np.float64] = _native.resample(array, float(sample_rate), float(to_rate), axis)
    if audio.ndim == 1:
        return planes.reshape(-1)
    return planes.T if axis == 1 else planes


def write(
    path: str | os.PathLike[str],
    audio: NDArray[Any],
    sample_rate: float,
    *,
    channel_axis: int = 0,
    bits: Bits = "24",
    format: str | None = None,
    layout: str | None = None,
) -> int:
    """Encodes an array into an audio file, which appears when it is complete, or not at all.

    Parameters
    ----------
    path : path
        The file to write; its suffix (`.wav`, `.aiff`, `.flac`) selects the format unless `format` is given.
    audio, sample_rate, channel_axis, layout
        As in `analyze`.
    bits : str or int
        `"16"`, `"24"`, `"32"`, `"32f"` or `"64f"`; 16, 24 and 32 for integers. Integers are rounded
        without dither; a `Dither` in a chain adds it.
    format : str, optional
        `"wav"`, `"aiff"` or `"flac"`.

    Returns
    -------
    int
        Number of samples that were clipped at full scale (integer formats only).

    Raises
    ------
    OutputError
        If the file cannot be written.
    SettingsError
        If the format cannot hold the audio.
    """
    axis = as_channel_axis(channel_axis)
    array = as_array(audio, axis)
    return _native.write(os.fsdecode(path), array, float(sample_rate), axis, layout, format, str(bits))
