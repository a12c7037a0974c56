"""Single measurements: loudness, true peak, tempo, beats, key, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from balanced_mastering import _native
from balanced_mastering._analyze import analyze
from balanced_mastering._audio import as_array, as_channel_axis, is_array, rate_of
from balanced_mastering._config import AnalysisConfig
from balanced_mastering._model import Key, Tags, Tempo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balanced_mastering._audio import AudioSource


def loudness(source: AudioSource, sample_rate: float | None = None, *, channel_axis: int = 0, layout: str | None = None) -> float:
    """Measures integrated loudness (ITU-R BS.1770-5, gated).

    Parameters
    ----------
    source, sample_rate, channel_axis, layout
        As in `analyze`.

    Returns
    -------
    float
        Loudness in LUFS, exactly `analyze(...).loudness.integrated_lufs`; -inf if nothing passes the gates (silence, or less
        than 400 ms of audio).

    Examples
    --------
    >>> import numpy as np
    >>> stereo = np.tile(0.1 * np.sin(2 * np.pi * 997 * np.arange(48_000) / 48_000), (2, 1))
    >>> round(loudness(stereo, 48_000), 1)
    -20.0
    >>> loudness(np.zeros(48_000), 48_000)
    -inf
    """
    if is_array(source):
        axis = as_channel_axis(channel_axis)
        value = _native.loudness(as_array(source, axis), rate_of(sample_rate), axis, layout)
    else:
        measured = analyze(source, sample_rate, config=AnalysisConfig(families=["loudness"]), layout=layout).loudness
        value = measured.integrated_lufs if measured else None
    return float("-inf") if value is None else value


def true_peak(source: AudioSource, sample_rate: float | None = None, *, channel_axis: int = 0) -> float:
    """Measures the true peak, which includes values between samples (more accurate than ITU-R BS.1770-5 Annex 2 requires).

    Parameters
    ----------
    source, sample_rate, channel_axis
        As in `analyze`.

    Returns
    -------
    float
        True peak of the highest channel in dBTP, exactly `analyze(...).loudness.true_peak_dbtp`; -inf for silence.

    Examples
    --------
    >>> import numpy as np
    >>> tone = 0.5 * np.hanning(9600) * np.sin(np.pi / 2 * (np.arange(9600) + 0.5))
    >>> round(20 * float(np.log10(np.abs(tone).max())), 1), round(true_peak(tone, 48_000), 1)
    (-9.0, -6.0)
    """
    if is_array(source):
        axis = as_channel_axis(channel_axis)
        value = _native.true_peak(as_array(source, axis), rate_of(sample_rate), axis)
    else:
        measured = analyze(source, sample_rate, config=AnalysisConfig(families=["loudness"])).loudness
        value = measured.true_peak_dbtp if measured else None
    return float("-inf") if value is None else value


def _rhythm(source: AudioSource, sample_rate: float | None, channel_axis: int) -> Tempo:
    config = AnalysisConfig(families=["tempo"])
    rhythm = analyze(source, sample_rate, config=config, channel_axis=channel_axis).tempo
    assert rhythm is not None, "what was asked for is there"
    return rhythm


def tempo(source: AudioSource, sample_rate: float | None = None, *, channel_axis: int = 0) -> float:
    """Estimates the tempo.

    Parameters
    ----------
    source, sample_rate, channel_axis
        As in `analyze`.

    Returns
    -------
    float
        Beats per minute, as in `analyze(...).tempo.bpm`; 0.0 if no beat is found, as in librosa.
    """
    return _rhythm(source, sample_rate, channel_axis).bpm or 0.0


def beats(source: AudioSource, sample_rate: float | None = None, *, channel_axis: int = 0) -> NDArray[Any]:
    """Tracks the beats.

    Parameters
    ----------
    source, sample_rate, channel_axis
        As in `analyze`.

    Returns
    -------
    ndarray of float64, (beats,)
        Beat times in seconds, ascending, as mir_eval takes them and librosa returns them with `units="time"`.
    """
    import numpy as np

    return np.asarray(_rhythm(source, sample_rate, channel_axis).beats_s, dtype=np.float64)


def key(source: AudioSource, sample_rate: float | None = None, *, channel_axis: int = 0) -> Key:
    """Estimates the musical key.

    Parameters
    ----------
    source, sample_rate, channel_axis
        As in `analyze`.

    Returns
    -------
    Key
        Tonic, mode, candidates with weights, and tuning.
    """
    found = analyze(source, sample_rate, config=AnalysisConfig(families=["key"]), channel_axis=channel_axis).key
    assert found is not None, "what was asked for is there"
    return found


def _tags(source: AudioSource, sample_rate: float | None, channel_axis: int, embedding: bool) -> Tags:
    settings = {**AnalysisConfig().to_dict()["tags"], "embedding": embedding}
    config = AnalysisConfig(families=["tags"], tags=settings)
    found = analyze(source, sample_rate, config=config, channel_axis=channel_axis).tags
    assert found is not None, "what was asked for is there"
    return found


def tags(source: AudioSource, sample_rate: float | None = None, *, channel_axis: int = 0) -> Tags:
    """Estimates genre, mood, instruments and voice as ranked scores.

    Parameters
    ----------
    source, sample_rate, channel_axis
        As in `analyze`.

    Returns
    -------
    Tags
        Lists of `label`, `score` and `source` by category, best first.
    """
    return _tags(source, sample_rate, channel_axis, False)


def embedding(source: AudioSource, sample_rate: float | None = None, *, channel_axis: int = 0) -> NDArray[Any]:
    """Computes the tagging network's embedding, averaged over patches, for similarity search and for your own classifiers.

    Parameters
    ----------
    source, sample_rate, channel_axis
        As in `analyze`.

    Returns
    -------
    ndarray of float64, (200,)
        The embedding; empty if the audio is too short for the network.
    """
    import numpy as np

    return np.asarray(_tags(source, sample_rate, channel_axis, True).embedding or [], dtype=np.float64)
