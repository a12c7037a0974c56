"""Repair of files for their delivery."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from balanced_mastering import _native
from balanced_mastering._audio import as_array, as_channel_axis, as_file, is_array, no_rate, rate_of
from balanced_mastering._limits import Limits, limits_json
from balanced_mastering._model import RepairResult

if TYPE_CHECKING:
    from typing import Literal

    from balanced_mastering._audio import AudioSource, Bits, ProgressCallback


def repair(
    source: AudioSource,
    output: str | os.PathLike[str] | None = None,
    sample_rate: float | None = None,
    *,
    trim_silence: bool = False,
    split_at_silence: bool = False,
    silence_dbfs: float = -60.0,
    gap_s: float = 2.0,
    shortest_s: float = 5.0,
    lead_s: float = 0.1,
    tail_s: float = 0.5,
    to_rate: float | Literal["original"] | None = None,
    bits: Bits | Literal["effective"] | None = None,
    mono: bool = False,
    name: str | None = None,
    format: str | None = None,
    channel_axis: int = 0,
    layout: str | None = None,
    limits: Limits | None = None,
    accept_damaged: bool = False,
    temp: str | os.PathLike[str] | None = None,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> RepairResult:
    """Finds what a delivery would refuse in a file, and writes the file with what is asked for mended.

    Without `output` nothing is written: `findings` then name what was found and the option that repairs it. Samples are
    copied bit by bit unless a conversion is asked for.

    Parameters
    ----------
    source : path, bytes, open binary file, or ndarray
        Audio, as in `analyze`.
    output : path, optional
        The file to write; a new folder with `split_at_silence`.
    trim_silence : bool
        Whether silence before and after the audio is removed, or around every piece.
    split_at_silence : bool
        Whether the audio is cut into one file for each piece between silences; untrimmed pieces together hold every sample.
    silence_dbfs : float
        Level under which audio is silence, -120 to -20 dBFS.
    gap_s : float
        Shortest silence at which pieces are parted, in seconds.
    shortest_s : float
        Shortest piece in seconds; what is shorter stays with the nearer neighbour.
    lead_s, tail_s : float
        Silence that is kept in front of and after the audio, in seconds.
    to_rate : float or "original", optional
        Sample rate of what is written, in Hz; `"original"` is the rate that the file was converted from, if its spectrum shows
        one.
    bits : int, str or "effective", optional
        Sample format, as in `write`; `"effective"` is the least that holds every bit that carries sound.
    mono : bool
        Whether two equal channels, or one beside a dead one, become one channel; an error if the channels differ.
    name : str, optional
        Name of the pieces after their number; by default the title of the recording, or the name of its file.
    format : str, optional
        `"wav"`, `"aiff"` or `"flac"`; by default that of the suffix, and WAV in a folder.
    temp : path, optional
        Folder for the temporary copy of an open file; by default that of the output.
    sample_rate, channel_axis, layout, limits, accept_damaged, progress, cancel
        As in `analyze`.

    Returns
    -------
    RepairResult
        What was found, and the files that were written.

    Raises
    ------
    InputError, OutputError, LimitError, SettingsError, CancelledError
        `SettingsError` also if one channel was asked for and the channels differ; no partial output is left behind.
    """
    arguments = {
        "trim_silence": trim_silence,
        "split_at_silence": split_at_silence,
        "silence_dbfs": silence_dbfs,
        "gap_s": gap_s,
        "shortest_s": shortest_s,
        "lead_s": lead_s,
        "tail_s": tail_s,
        "sample_rate_hz": None if to_rate is None or to_rate == "original" else rate_of(to_rate),
        "original_rate": to_rate == "original",
        "bits": None if bits is None else str(bits),
        "mono": mono,
        "name": name,
        "format": format,
        "layout_name": layout,
        "accept_damaged": accept_damaged,
        "limits_json": limits_json(limits),
        "temp": None if temp is None else os.fsdecode(temp),
    }
    file = None if output is None else os.fsdecode(output)
    if is_array(source):
        axis = as_channel_axis(channel_axis)
        array, rate = as_array(source, axis), rate_of(sample_rate)
        text = _native.repair_array(array, rate, axis, file, arguments, progress, cancel)
    else:
        no_rate(sample_rate)
        text = _native.repair(as_file(source), file, arguments, progress, cancel)  # type: ignore[arg-type]
    return RepairResult(json.loads(text))
