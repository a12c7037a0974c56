"""The audio of the service: a vault with one project for each track, encrypted from the upload on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import balanced_mastering as bm
from settings import Settings


class Kept(NamedTuple):
    """Audio that is in the vault."""

    project: str
    file: str
    bytes: int
    sha256: str


class Store:
    """The vault of the service, opened with the platform's key.

    `providers` ask those who hold something of a track besides, such as Cyanite, to delete it. Without them an erasure leaves
    that to the next sweep, so that no request waits for somebody else's server.
    """

    def __init__(self, settings: Settings, providers: Mapping[str, Callable[[str], object]] | None = None) -> None:
        self.vault = _open(settings.store, settings.vault_key, math.ceil(settings.retention_days))
        self.providers = dict(providers or {})

    def put(self, person: str, title: str, source: Any) -> Kept:
        """Encrypts what `source` gives into a project of its own; leaves nothing behind if that fails."""
        project = self.vault.create(person, title=title)
        try:
            file = self.vault.put(project, source, name="upload")
            (known,) = self.vault.list(project)["contents"]
        except BaseException:
            self.abandon(project)
            raise
        return Kept(project, file, known["bytes"], known["sha256"])

    def open(self, project: str, file: str) -> bm.VaultFile:
        """Opens a track's audio, which is decrypted where it is read."""
        return self.vault.open(project, file)

    def assign(self, project: str, public_key: str) -> None:
        """Lets an engineer open a track's audio by their own key."""
        self.vault.assign(project, public_key)

    def unassign(self, project: str, public_key: str) -> None:
        """Takes a track's audio from an engineer, and encrypts it anew."""
        with suppress(bm.AudioFileNotFoundError):  # The engineer had no key when they were assigned.
            self.vault.revoke(project, public_key)

    def complete(self, project: str) -> None:
        """Declares the work on a track done: the time to its deletion runs."""
        self.vault.complete(project)

    def erase(self, project: str) -> bytes:
        """Destroys the key of a track's audio, then the audio, and returns the signed receipt."""
        with suppress(bm.AudioFileNotFoundError):  # It was erased before.
            self.vault.erase(project, providers=self.providers)
        return self.vault.receipt(project)

    def abandon(self, project: str) -> None:
        """Erases a project that no track has; the sweep finds what cannot be erased now."""
        with suppress(bm.BalancedError):
            self.vault.erase(project)

    def held_by(self, project: str, provider: str, reference: str) -> None:
        """Notes that a provider holds something of a track since now, so that its deletion is due there too."""
        self.vault.correct(project, provider=(provider, reference))

    def sweep(self) -> list[str]:
        """Erases what the vault's own rules say, and returns which deletions at providers are not confirmed yet, and why."""
        swept = self.vault.sweep(providers=self.providers)
        return [f"{held['provider']} {held['reference']}: {problem}" for held, problem in swept["unconfirmed"]]

    def living(self) -> dict[str, datetime]:
        """Returns the projects that hold audio, and when each was made."""
        projects = (one for one in self.vault.list() if one["state"] not in ("deleting", "deleted"))
        return {one["project"]: datetime.fromtimestamp(one["created"], UTC) for one in projects}

    def orphans(self, known: set[str], older_than_s: float) -> list[str]:
        """Lists projects that belong to no track and are too old to belong to a running upload."""
        latest = datetime.now(UTC) - timedelta(seconds=older_than_s)
        return [project for project, made in self.living().items() if project not in known and made <= latest]


def _open(folder: str, key: Path, days: int) -> bm.Vault:
    """Opens the vault, and makes it at the first start."""
    if not key.exists():
        with suppress(bm.BalancedError, FileExistsError):  # Another process makes it at this moment.
            return bm.Vault.init(folder, key, audio_days=days, analysis_days=days, history_days=days, abandoned_days=days)
    return bm.Vault(folder, key=key)
