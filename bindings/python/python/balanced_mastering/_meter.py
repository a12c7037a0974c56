"""The streaming meter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from balanced_mastering import _native
from balanced_mastering._audio import as_array, as_channel_axis

if TYPE_CHECKING:
    from numpy.typing import NDArray


class MeterReading(NamedTuple):
    """What a meter shows; `None` means: cannot be said yet, or silence."""

    #: Loudness of the last 400 ms.
    momentary_lufs: float | None
    #: Loudness of the last 3 s.
    short_term_lufs: float | None
    #: Gated loudness since the start (ITU-R BS.1770-5).
    integrated_lufs: float | None
    #: Loudness range (EBU Tech 3342).
    range_lu: float | None
    #: Loudest 400 ms.
    max_momentary_lufs: float | None
    #: Loudest 3 s.
    max_short_term_lufs: float | None
    #: Highest true peak of any channel.
    true_peak_dbtp: float | None
    #: Highest sample of any channel.
    sample_peak_dbfs: float | None


class StreamingMeter:
    """Loudness and true peak of a running stream: push blocks of any size, read at any time.

    Memory is fixed. Integrated loudness may differ from `loudness` by the blocks that fall into the one 0.01 LU bin at
    the relative gate.

    Parameters
    ----------
    sample_rate : float
        Hz.
    channels : int
        Number of channels.
    layout : str, optional
        Channel layout (`layouts()`), the usual one for the number of channels unless given.

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
        """Measure the next block.

        Parameters
        ----------
        audio, channel_axis
            As in `analyze`, with the meter's number of channels.
        """
        axis = as_channel_axis(channel_axis)
        self._meter.push(as_array(audio, axis), axis)

    def reading(self) -> MeterReading:
        """What the meter shows now. The true peak covers all but the last 448 frames, which what follows decides."""
        return MeterReading(*self._meter.reading(False))

    def final_reading(self) -> MeterReading:
        """The reading at the end of the stream, last frames included; the meter itself goes on."""
        return MeterReading(*self._meter.reading(True))

    def reset(self) -> None:
        """Forget everything heard."""
        self._meter.reset()
