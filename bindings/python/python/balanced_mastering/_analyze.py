"""Analysis of files and arrays."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from balanced_mastering import _native
from balanced_mastering._audio import as_array, as_channel_axis, as_file, is_array, no_rate, rate_of
from balanced_mastering._config import AnalysisConfig
from balanced_mastering._model import Analysis, AudioInfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balanced_mastering._audio import AudioFile, AudioSource, ProgressCallback

#: The default configuration as text, made once.
_default_json: str | None = None


def analyze(
    source: AudioSource,
    sample_rate: float | None = None,
    *,
    config: AnalysisConfig | None = None,
    channel_axis: int = 0,
    layout: str | None = None,
    threads: int = 0,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> Analysis:
    """Measure audio: the numbers that `balanced analyze --json` prints.

    Parameters
    ----------
    source : path, bytes, open binary file, or ndarray
        A file (WAV, AIFF, FLAC, MP3, AAC, ALAC, Ogg Vorbis …), or samples with full scale 1: `float32` or `float64`,
        `(frames,)`, or two axes as `channel_axis` says. Contiguous arrays are read where they lie.
    sample_rate : float
        Hz, 1000 to 768000; for arrays only.
    config : AnalysisConfig, optional
        What to measure; everything unless given.
    channel_axis : int
        0 for `(channels, frames)` (librosa, pedalboard), 1 for `(frames, channels)` (soundfile, scipy).
    layout : str, optional
        Channel layout (`layouts()`), where the source does not say or says wrong.
    threads : int
        Threads to spread the measurements over; 0 means one for every core. The result does not depend on it.
    progress : callable, optional
        Told `(stage, fraction)` as the work goes on.
    cancel : CancelToken, optional
        Stops the work from another thread. Ctrl-C works in any case.

    Returns
    -------
    Analysis
        Families that were not asked for are `None`.

    Raises
    ------
    InputError
        If the file cannot be read as audio: `AudioFileNotFoundError`, `NotAudioError`, `UnsupportedFormatError`,
        `DamagedFileError` or `ReadError`, each with `file`, `problem` and `remedy`.
    SettingsError
        For arguments that make no sense.
    CancelledError
        If `cancel` stopped the work.

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
    return Analysis(json.loads(analyze_json(source, sample_rate, config, channel_axis, layout, threads, progress, cancel)))


def analyze_json(
    source: AudioSource,
    sample_rate: float | None,
    config: AnalysisConfig | None,
    channel_axis: int,
    layout: str | None,
    threads: int,
    progress: ProgressCallback | None,
    cancel: _native.CancelToken | None,
) -> str:
    """`analyze` as JSON text."""
    text = _default() if config is None else config.to_json()
    if is_array(source):
        axis = as_channel_axis(channel_axis)
        array = as_array(source, axis)
        rate = rate_of(sample_rate)
        return _native.analyze_array(array, rate, axis, text, layout, threads, progress, cancel)
    no_rate(sample_rate)
    return _native.analyze(as_file(source), text, layout, threads, progress, cancel)  # type: ignore[arg-type]


def _default() -> str:
    global _default_json
    if _default_json is None:
        _default_json = AnalysisConfig().to_json()
    return _default_json


def probe(source: AudioFile) -> AudioInfo:
    """What a file says it is; only its headers are read.

    Parameters
    ----------
    source : path, bytes, or open binary file
        A file of any kind that `analyze` reads.

    Returns
    -------
    AudioInfo
        Container, codec, rate, channels, and, where the headers say so, length.

    Raises
    ------
    InputError
        As in `analyze`.
    """
    return AudioInfo(json.loads(_native.probe(as_file(source))))


def read(
    source: AudioFile,
    *,
    layout: str | None = None,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> tuple[NDArray[Any], float]:
    """Decode a whole file.

    Parameters
    ----------
    source : path, bytes, or open binary file
        A file of any kind that `analyze` reads.
    layout, progress, cancel
        As in `analyze`.

    Returns
    -------
    audio : ndarray of float64
        `(channels, frames)`; integers of b bits divided by 2**(b-1), floats as they are.
    sample_rate : float
        Hz.

    Raises
    ------
    InputError
        As in `analyze`.
    """
    audio, sample_rate, _ = _native.read(as_file(source), layout, progress, cancel)
    return audio, sample_rate


def write(
    path: str | os.PathLike[str],
    audio: NDArray[Any],
    sample_rate: float,
    *,
    channel_axis: int = 0,
    bits: str = "24",
    format: str | None = None,
    layout: str | None = None,
) -> int:
    """Write audio to a file, which appears when it is complete, or not at all.

    Parameters
    ----------
    path : path
        Where to; `.wav`, `.aiff` or `.flac` says the format unless `format` does.
    audio, sample_rate, channel_axis, layout
        As in `analyze`.
    bits : str
        `"16"`, `"24"`, `"32"`, `"32f"` or `"64f"`. Integers are rounded without dither; put a `Dither` into a chain.
    format : str, optional
        `"wav"`, `"aiff"` or `"flac"`.

    Returns
    -------
    int
        Samples beyond full scale that were held there (integers only).

    Raises
    ------
    OutputError
        If nothing can be written there.
    SettingsError
        If the format cannot hold the audio.
    """
    axis = as_channel_axis(channel_axis)
    array = as_array(audio, axis)
    return _native.write(os.fsdecode(path), array, float(sample_rate), axis, layout, format, bits)
