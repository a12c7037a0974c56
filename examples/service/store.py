"""Audio on disk: complete under its track's id, or a part file that the sweep may take."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

PART = ".part"


class Store:
    """A folder of audio. Names are made here; nothing a user sent becomes part of a path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, track: UUID) -> Path:
        """Where a track's audio lies."""
        return self.folder / str(track)

    @contextmanager
    def part(self) -> Iterator[Path]:
        """A place to receive a file; what is there at the end, unless it was kept, is removed."""
        path = self.folder / f"{uuid4()}{PART}"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keep(self, part: Path, track: UUID) -> None:
        """Give a received file its name, once it is on the disk."""
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.rename(self.path(track))

    def remove(self, track: UUID) -> None:
        """Remove a track's audio; no error if it is gone."""
        self.path(track).unlink(missing_ok=True)

    def orphans(self, known: set[str], older_than_s: float) -> list[Path]:
        """Files that belong to no track and are too old to belong to an upload under way."""
        latest = time.time() - older_than_s
        return [path for path in self.folder.iterdir() if path.name not in known and path.stat().st_mtime < latest]
