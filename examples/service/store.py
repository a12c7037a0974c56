"""Audio files on disk: complete under the id of the track, or part files that the sweep may delete."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

PART = ".part"


class Store:
    """A folder of audio. File names are generated; no user input becomes part of a path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, track: UUID) -> Path:
        """Returns the path of a track's audio."""
        return self.folder / str(track)

    @contextmanager
    def part(self) -> Iterator[Path]:
        """Yields a path to receive a file; it is deleted at the end unless it was kept."""
        path = self.folder / f"{uuid4()}{PART}"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keep(self, part: Path, track: UUID) -> None:
        """Renames a received file to its final name after it was flushed to disk."""
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.rename(self.path(track))

    def remove(self, track: UUID) -> None:
        """Deletes a track's audio, if it exists."""
        self.path(track).unlink(missing_ok=True)

    def orphans(self, known: set[str], older_than_s: float) -> list[Path]:
        """Lists files that belong to no track and are too old to belong to a running upload."""
        latest = time.time() - older_than_s
        return [path for path in self.folder.iterdir() if path.name not in known and path.stat().st_mtime < latest]
