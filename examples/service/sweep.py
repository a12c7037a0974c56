"""Erases what is due, with a signed receipt for each track; run it from cron.

python sweep.py
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
import receipts
from settings import Settings
from store import Store

#: Younger projects without a track may belong to a running upload.
ORPHAN_S = 6 * 3600.0


class Swept(NamedTuple):
    """Counts of deleted items."""

    tracks: int
    orphans: int


def sweep(settings: Settings, orphan_s: float = ORPHAN_S) -> Swept:
    """Erases tracks whose time is over with results and audio, and audio that belongs to no track.

    The vault's own rules erase the audio of completed tracks; those that were never completed end at their `expires_at`. A row
    goes only after its audio is gone: an interrupted sweep leaves nothing that the next one does not find.
    """
    store = _store(settings)
    for unconfirmed in store.sweep():
        print(f"not confirmed yet: {unconfirmed}", file=sys.stderr)
    with psycopg.connect(settings.worker_database) as connection:
        living = store.living()
        rows = connection.execute("select id, owner_id, project, expires_at <= now() from tracks").fetchall()
        over = [(track, owner, project) for track, owner, project, is_over in rows if is_over or project not in living]
        for track, owner, project in over:
            remove(connection, store, track, owner, project)
        known = {project for _, _, project, _ in rows}
    orphans = store.orphans(known, orphan_s)
    for project in orphans:
        store.erase(project)
    return Swept(len(over), len(orphans))


def _store(settings: Settings) -> Store:
    """Opens the vault with those whom it asks to delete what they hold."""
    if not settings.cyanite_api:
        return Store(settings)
    import cyanite_client

    return Store(settings, {"cyanite": cyanite_client.Deletion(settings)})


def remove(connection: psycopg.Connection[Any], store: Store, track: UUID, owner: UUID, project: str) -> None:
    """Erases the audio of a track, then its row, and keeps the receipt."""
    receipts.keep(connection, track, owner, store.erase(project))
    connection.execute("delete from tracks where id = %s", (track,))
    connection.commit()


if __name__ == "__main__":
    print(sweep(Settings()))
