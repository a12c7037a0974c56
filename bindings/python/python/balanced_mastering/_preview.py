"""Preview of a lossy codec."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from balanced_mastering import _native
from balanced_mastering._audio import as_array, as_channel_axis, as_file, is_array, no_rate, rate_of
from balanced_mastering._limits import Limits, limits_json
from balanced_mastering._model import PreviewResult

if TYPE_CHECKING:
    from balanced_mastering._audio import AudioSource, Bits, ProgressCallback


def preview(
    source: AudioSource,
    output: str | os.PathLike[str],
    sample_rate: float | None = None,
    *,
    codec: str,
    difference: str | os.PathLike[str] | None = None,
    bits: Bits = "32f",
    format: str | None = None,
    channel_axis: int = 0,
    layout: str | None = None,
    limits: Limits | None = None,
    accept_damaged: bool = False,
    temp: str | os.PathLike[str] | None = None,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> PreviewResult:
    """Encodes audio with a lossy codec, decodes it, and writes what a listener gets, aligned sample by sample.

    Parameters
    ----------
    source : path, bytes, open binary file, or ndarray
        Audio of one or two channels, as in `analyze`.
    output : path
        The file to write, at the codec's sample rate; its suffix selects the format, as in `write`.
    codec : str
        `aacNNN`, `mp3-NNN` or `opusNNN` with the kilobits a second, or `vorbis-qN`. AAC needs an installed ffmpeg.
    difference : path, optional
        File for what was decoded less what was encoded.
    bits, format
        As in `write`, for both files; 32-bit floats by default, which keep what is beyond full scale.
    temp : path, optional
        Folder for temporary files; by default that of the output.
    sample_rate, channel_axis, layout, limits, accept_damaged, progress, cancel
        As in `analyze`.

    Returns
    -------
    PreviewResult
        True peak and clipped samples of what was decoded, and the level of the difference by region.

    Raises
    ------
    InputError, OutputError, LimitError, SettingsError, CancelledError
        `SettingsError` also if there is no encoder; no partial output is left behind.
    """
    arguments = {
        "codec": codec,
        "difference": None if difference is None else os.fsdecode(difference),
        "format": format,
        "bits": str(bits),
        "layout_name": layout,
        "accept_damaged": accept_damaged,
        "limits_json": limits_json(limits),
        "temp": None if temp is None else os.fsdecode(temp),
    }
    file = os.fsdecode(output)
    if is_array(source):
        axis = as_channel_axis(channel_axis)
        array, rate = as_array(source, axis), rate_of(sample_rate)
        text = _native.preview_array(array, rate, axis, file, arguments, progress, cancel)
    else:
        no_rate(sample_rate)
        text = _native.preview(as_file(source), file, arguments, progress, cancel)  # type: ignore[arg-type]
    return PreviewResult(json.loads(text))
