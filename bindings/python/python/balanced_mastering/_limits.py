"""Limits of what an input may be and what a call may use."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from balanced_mastering import _native
from balanced_mastering._json import settings_json

_USUAL: dict[str, Any] = json.loads(_native.default_limits())


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of what an input may be and what a call may use; `None` does not limit.

    Headers are not trusted: length, time and space are checked while the audio is decoded. A call that meets a limit raises
    `LimitError`, which names the limit to raise, and leaves nothing behind. The defaults let music and long recordings pass; a
    service that takes files from strangers sets its own.

    Parameters
    ----------
    max_duration_s : float, optional
        Longest audio, in seconds; by default twelve hours.
    max_channels : int, optional
        Largest number of channels; by default 64, which is also the most that can be decoded.
    max_sample_rate_hz : float, optional
        Highest sample rate in Hz; by default 768 kHz, which is also the highest that can be decoded.
    max_file_bytes : int, optional
        Largest input, in bytes; by default 64 GiB.
    max_wall_s : float, optional
        Longest time that the call may take, in seconds; by default two hours.
    max_temp_bytes : int, optional
        Largest size of all temporary files of the call together, in bytes; by default 32 GiB. The output is not counted.
    max_memory_bytes : int, optional
        Most memory that the call may need, in bytes; by default 8 GiB. What channels and sample rate will take is estimated on
        the safe side before anything is allocated; the samples that `read` returns are counted as they are decoded.

    Examples
    --------
    >>> try:
    ...     analyze(demo(), limits=Limits(max_duration_s=10.0))
    ... except LimitError as error:
    ...     print(error.problem)
    is longer than 10 s
    """

    max_duration_s: float | None = _USUAL["max_duration_s"]
    max_channels: int | None = _USUAL["max_channels"]
    max_sample_rate_hz: float | None = _USUAL["max_sample_rate_hz"]
    max_file_bytes: int | None = _USUAL["max_file_bytes"]
    max_wall_s: float | None = _USUAL["max_wall_s"]
    max_temp_bytes: int | None = _USUAL["max_temp_bytes"]
    max_memory_bytes: int | None = _USUAL["max_memory_bytes"]

    def to_json(self) -> str:
        """Returns the limits as JSON text."""
        return settings_json("limits", asdict(self))


def limits_json(limits: Limits | None) -> str | None:
    """Returns limits as the native module takes them; `None` stands for the defaults."""
    return None if limits is None else limits.to_json()
