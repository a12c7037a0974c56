"""Arguments that hold audio: files by path, bytes or open file, and arrays."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeAlias

from balanced_mastering import _native
from balanced_mastering._errors import settings_error
from balanced_mastering._paths import unspelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balanced_mastering.types import Bits as Bits

    #: An audio file: its path, its bytes, or an open binary file, also a socket or a pipe.
    AudioFile: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | io.RawIOBase
    #: A file, or an array of float32 or float64 samples with full scale 1.
    AudioSource: TypeAlias = AudioFile | NDArray[Any]

#: Far more threads than there are families to measure.
_MAX_THREADS = 1024
#: An array with more channels has its axes swapped.
_MAX_CHANNELS = 64


class ProgressCallback(Protocol):
    """Callback for progress: called about every 20 ms with the stage and its completed share (`None` if the length is unknown).

    An exception it raises ends the call.
    """

    def __call__(self, stage: str, fraction: float | None, /) -> object: ...


def is_array(source: object) -> bool:
    """Returns whether `source` holds samples rather than a file."""
    if isinstance(source, str | bytes | bytearray | memoryview | os.PathLike):
        return False
    return hasattr(source, "__array__") or isinstance(source, list | tuple)


def as_file(source: AudioFile) -> str | bytes | BinaryIO | io.RawIOBase | _native.VaultFile:
    """Converts `source` to a type that the native module accepts."""
    if isinstance(source, str | os.PathLike):
        return unspelled(os.fspath(source))
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    sealed = getattr(source, "_sealed", None)
    if isinstance(sealed, _native.VaultFile):
        return sealed
    if not hasattr(source, "read"):
        problem = f"{type(source).__name__} is not an audio source"
        raise settings_error(problem, "give a path, bytes, an open binary file or an array")
    return source


def as_array(audio: Any, channel_axis: int | None) -> NDArray[Any]:
    """Converts `audio` to a contiguous, aligned array in native byte order; copies it only if it is not one.

    `None` for the channel axis stands for a stack of channels of any shape, `(..., samples)`.
    """
    import numpy as np

    array = audio if type(audio) is np.ndarray else np.asarray(audio)
    if array.dtype.char not in "fd":
        problem = f"audio arrays hold float32 or float64 samples with full scale 1, not {array.dtype}"
        raise settings_error(problem, "divide integers of b bits by 2**(b-1)")
    if channel_axis is not None and array.ndim == 2 and array.shape[channel_axis] > _MAX_CHANNELS:
        problem = f"an array of shape {array.shape} with channel_axis={channel_axis} has {array.shape[channel_axis]} channels"
        remedy = f"pass channel_axis={1 - channel_axis}, or transpose it"
        raise settings_error(problem, remedy)
    flags = array.flags
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    elif not ((flags.c_contiguous or flags.f_contiguous) and flags.aligned):
        array = np.array(array, order="C")
    return array


def as_channel_axis(channel_axis: int) -> int:
    """Returns the channel axis as 0 or 1."""
    if channel_axis in (0, 1):
        return channel_axis
    if channel_axis in (-1, -2):
        return channel_axis + 2
    problem = f"channel_axis={channel_axis} is not an axis of a two-dimensional array"
    remedy = "give 0 for (channels, frames) or 1 for (frames, channels)"
    raise settings_error(problem, remedy)


def as_threads(threads: int) -> int:
    """Returns the number of worker threads, which may be 0 for one per core."""
    if isinstance(threads, int) and 0 <= threads <= _MAX_THREADS:
        return threads
    problem = f"threads={threads!r} is not a number of threads"
    raise settings_error(problem, f"give 1 to {_MAX_THREADS}, or 0 for one per core")


def rate_of(sample_rate: float | None) -> float:
    """Returns the sample rate, which arrays require."""
    if sample_rate is None:
        problem, remedy = "an array has no sample rate of its own", "pass sample_rate in Hz"
        raise settings_error(problem, remedy)
    return float(sample_rate)


def no_rate(sample_rate: float | None) -> None:
    """Refuses a sample rate for a file, which declares its own."""
    if sample_rate is not None:
        problem, remedy = "a file declares its own sample rate", "pass sample_rate with arrays only"
        raise settings_error(problem, remedy)
