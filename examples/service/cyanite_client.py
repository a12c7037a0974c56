"""Cyanite as the service uses it. Nothing imports this module unless `BALANCED_SERVICE_CYANITE_API` is set."""

from __future__ import annotations

import os
from typing import Any, Literal
from uuid import UUID

import balanced_mastering as bm
import psycopg
from psycopg.types.json import Jsonb
from settings import Settings

#: Longest request to Cyanite. With its repetitions, a call stays within the lease of a job.
REQUEST_S = 120.0


def api(settings: Settings) -> Literal["graphql", "rest-v1"]:
    """Returns the API that is set."""
    return "rest-v1" if settings.cyanite_api == "rest-v1" else "graphql"


def client(settings: Settings, token: str | None = None) -> bm.Cyanite:
    """Returns a client with the token of the environment (`CYANITE_TOKEN`, `CYANITE_API_KEY`).

    It keeps no journal: what was sent is noted in the database.
    """
    return bm.Cyanite(
        token,
        api=api(settings),
        url=settings.cyanite_url,
        ca_pem=None if settings.cyanite_ca is None else settings.cyanite_ca.read_bytes(),
        upload_hosts=settings.cyanite_upload_hosts,
        forbidden=os.environ.get("BALANCED_NO_EGRESS") or None,
        timeout_s=REQUEST_S,
    )


def external_id(track: UUID) -> str:
    """Returns the id, and the title, by which Cyanite knows a track: the service's own random one, which tells nothing."""
    return f"b-{track.hex}"


def prepare(settings: Settings, track: UUID, audio: bm.VaultFile) -> bm.CyaniteUpload:
    """Makes the MP3 of a track and its manifest; nothing is sent, so that no token is needed."""
    name = external_id(track)
    return client(settings, "only-prepares").prepare(audio, title=name, external_id=name)


def delete(connection: psycopg.Connection[Any], settings: Settings, name: str) -> None:
    """Deletes at Cyanite what has an external id, and keeps the receipt; raises where Cyanite does not confirm."""
    receipt = client(settings).delete(external_id=name)
    connection.execute(
        "update cyanite_deletions set receipt = %s, problem = null where external_id = %s and receipt is null",
        (Jsonb(receipt), name),
    )


class Deletion:
    """Cyanite as a provider that the vault asks to delete what it holds."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __call__(self, name: str) -> None:
        """Deletes what has an external id, unless the worker did so already."""
        with psycopg.connect(self.settings.cyanite_database) as connection:
            is_gone = connection.execute(
                "select true from cyanite_deletions where external_id = %s and receipt is not null and not exists"
                " (select from cyanite_tracks where external_id = %s) and not exists"
                " (select from cyanite_deletions where external_id = %s and receipt is null)",
                (name, name, name),
            ).fetchone()
            if not is_gone:
                delete(connection, self.settings, name)
