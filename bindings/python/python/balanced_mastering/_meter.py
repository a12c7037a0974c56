"""Loudness and peak meter for streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from balanced_mastering import _native
from balanced_mastering._audio import as_array, as_channel_axis

if TYPE_CHECKING:
    from numpy.typing import NDArray


class MeterReading(NamedTuple):
    """Readings of a `StreamingMeter`; `None` where there is too little audio yet, or silence."""

    #: Momentary loudness: the last 400 ms.
    momentary_lufs: float | None
    #: Short-term loudness: the last 3 s.
    short_term_lufs: float | None
    #: Integrated, gated loudness since the start (ITU-R BS.1770-5).
    integrated_lufs: float | None
    #: Loudness range since the start (EBU Tech 3342).
    range_lu: float | None
    #: Highest momentary loudness since the start.
    max_momentary_lufs: float | None
    #: Highest short-term loudness since the start.
    max_short_term_lufs: float | None
    #: Highest true peak of any channel since the start.
    true_peak_dbtp: float | None
    #: Highest sample peak of any channel since the start.
    sample_peak_dbfs: float | None


class StreamingMeter:
    """Measures loudness and true peak of a stream; takes blocks of any size and can be read at any time.

    Memory is fixed. Integrated loudness can differ from `loudness` only by the blocks in the one 0.01 LU bin at the relative
    gate.

    Parameters
    ----------
    sample_rate : float
        Sample rate in Hz.
    channels : int
        Number of channels.
    layout : str, optional
        Channel layout (`layouts()`); by default the usual one for the number of channels.

    Examples
    --------
    >>> import numpy as np
    >>> meter = StreamingMeter(48_000, channels=1)
    >>> tone = 0.1 * np.sin(2 * np.pi * 997 * np.arange(48_000) / 48_000)
    >>> for block in np.split(tone, 100):
    ...     meter.push(block)
    >>> round(meter.reading().momentary_lufs, 1)
    -23.0
    """

    def __init__(self, sample_rate: float, channels: int = 2, *, layout: str | None = None) -> None:
        self._meter = _native.StreamingMeter(float(sample_rate), channels, layout)

    def push(self, audio: NDArray[Any], *, channel_axis: int = 0) -> None:
        """Measures the next block.

        Parameters
        ----------
        audio, channel_axis
            As in `analyze`, with the meter's number of channels.
        """
        axis = as_channel_axis(channel_axis)
        self._meter.push(as_array(audio, axis), axis)

    def reading(self) -> MeterReading:
        """Returns the current readings.

        The true peak covers all but the last 448 frames, whose interpolation needs the frames that follow.
        """
        return MeterReading(*self._meter.reading(False))

    def final_reading(self) -> MeterReading:
        """Returns the readings at the end of the stream, including the last frames; the meter can measure on."""
        return MeterReading(*self._meter.reading(True))

    def reset(self) -> None:
        """Clears all measurements."""
        self._meter.reset()
