"""HTML report of a result, with what only its audio tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balanced_mastering import _native

if TYPE_CHECKING:
    from balanced_mastering._model import AlbumResult, Analysis, MasterResult


def report_html(result: Analysis | MasterResult | AlbumResult, *, with_audio: bool | str = False) -> str:
    """Returns the report of a result as one HTML page that loads nothing from elsewhere.

    The files that the result names are read again for the waveforms and the stereo image. Where one is gone, or has other bytes
    than those that were measured, the page is made without and says so; `to_html` makes it without any file.

    Parameters
    ----------
    result : Analysis, MasterResult or AlbumResult
        A result of `analyze`, `master` or `album`.
    with_audio : bool or str
        Whether the page holds the audio too, to listen to: of a master both versions, equally loud, with a blind test. A string
        names the codec (`opus96`, `mp3-192` …, or `flac`) in place of Opus at 96 kbit/s. At most 20 minutes; not for albums.

    Raises
    ------
    InputError
        If audio is wanted and a file is gone or changed.
    SettingsError
        If there is no such codec, or it does not take the audio.

    Examples
    --------
    >>> analysis = bm.analyze("mix.flac")  # doctest: +SKIP
    >>> page = bm.report_html(analysis, with_audio=True)  # doctest: +SKIP
    """
    audio = "opus96" if with_audio is True else with_audio or None
    return _native.saved_report(result.to_json(), audio)
