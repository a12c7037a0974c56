"""Metadata that a master is given."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from balanced_mastering._errors import settings_error

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class MetadataEdit:
    """Metadata that a master is given beside, or instead of, that of its mix.

    A field that is given replaces that of the mix; `None` and an empty sequence leave it. What became of every field is told by
    `MasterResult.metadata`.

    Parameters
    ----------
    strip : bool
        Whether the metadata of the mix is left out; the fields that are given here are written all the same.
    title, album, date : str, optional
        Title of the track, title of the album, and date of the recording or release: a year, or ISO 8601.
    artists, album_artists, genres, comments : sequence of str
        Artists of the track (the main one first) and of the album, genres, and comments.
    track_number, track_total : int, optional
        Number of the track on its disc, counted from 1, and number of tracks on the disc.
    isrc : str, optional
        International Standard Recording Code, with or without hyphens.
    upc : str, optional
        Universal Product Code (12 digits) or European Article Number (13 digits) of the release.
    cover : path, optional
        File of the front cover, a JPEG or PNG picture of at most 16 MiB.

    Examples
    --------
    >>> MetadataEdit(title="Overture", artists=["First", "Second"]).artists
    ['First', 'Second']
    """

    strip: bool = False
    title: str | None = None
    artists: Sequence[str] = ()
    album: str | None = None
    album_artists: Sequence[str] = ()
    track_number: int | None = None
    track_total: int | None = None
    date: str | None = None
    genres: Sequence[str] = ()
    isrc: str | None = None
    upc: str | None = None
    comments: Sequence[str] = ()
    cover: str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        for name in ("artists", "album_artists", "genres", "comments"):
            if isinstance(getattr(self, name), str):
                raise settings_error(f"{name} is a text", "give a list of texts")

    def to_json(self) -> str:
        """Returns the metadata as JSON text."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name in ("artists", "album_artists", "genres", "comments"):
            fields[name] = list(fields[name])
        fields["cover"] = None if self.cover is None else os.fsdecode(self.cover)
        return json.dumps(fields)
