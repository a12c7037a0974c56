"""Deletes expired tracks and orphaned files; run it from cron.

python sweep.py
"""

from __future__ import annotations

from typing import NamedTuple

import psycopg
from settings import Settings
from store import Store

#: Younger files without a row may belong to a running upload.
ORPHAN_S = 6 * 3600.0


class Swept(NamedTuple):
    """Counts of deleted items."""

    tracks: int
    orphans: int


def sweep(settings: Settings, orphan_s: float = ORPHAN_S) -> Swept:
    """Deletes expired tracks with results and audio, and files that belong to no track.

    A row goes only after its file is gone: an interrupted sweep leaves nothing that the next one does not find.
    """
    store = Store(settings.store)
    with psycopg.connect(settings.worker_database) as connection:
        expired = [row[0] for row in connection.execute("select id from tracks where expires_at <= now()").fetchall()]
        for track in expired:
            store.remove(track)
            connection.execute("delete from tracks where id = %s", (track,))
            connection.commit()
        known = {str(row[0]) for row in connection.execute("select id from tracks").fetchall()}
    orphans = store.orphans(known, orphan_s)
    for path in orphans:
        path.unlink(missing_ok=True)
    return Swept(len(expired), len(orphans))


if __name__ == "__main__":
    print(sweep(Settings()))
