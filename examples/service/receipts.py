"""Receipts: what is left of a track whose audio was erased, signed by the vault."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg


def keep(connection: psycopg.Connection[Any], track: UUID, owner: UUID, receipt: bytes) -> None:
    """Stores the receipt of a track for its owner."""
    connection.execute(
        "insert into receipts (track_id, owner_id, receipt) values (%s, %s, %s) on conflict do nothing",
        (track, owner, receipt.decode("ascii")),
    )


def find(connection: psycopg.Connection[dict[str, Any]], track: UUID) -> str | None:
    """Returns the receipt of a track, if the asking user may see it."""
    row = connection.execute("select receipt from receipts where track_id = %s", (track,)).fetchone()
    return None if row is None else str(row["receipt"])
