"""Endpoints for Cyanite: what would be sent, the owner's consent, both opinions, the receipt, and Cyanite's webhooks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import balanced_mastering as bm
import cyanite_client
import psycopg
from asking import Asking, Here, Service
from fastapi import APIRouter, Body, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

router = APIRouter()

#: Longest body of a webhook that is read; those that are documented have under 1 KB.
MAX_WEBHOOK_BYTES = 1 << 16
#: Answers to webhooks that are refused; all others are for Cyanite to repeat.
REFUSED = {"signature": 401, "protocol": 400}


@router.get("/tracks/{track}/cyanite/manifest")
def manifest(service: Here, user: Asking, track: UUID) -> dict[str, Any]:
    """Returns everything that would leave the service if one of the user's tracks was sent to Cyanite; nothing is sent."""
    with service.asking(user) as connection:
        row = connection.execute("select project, file from tracks where id = %s and owner_id = %s", (track, user.id)).fetchone()
    if row is None:
        raise HTTPException(404, "there is no such track of yours")
    with service.store.open(row["project"], row["file"]) as audio:
        upload = cyanite_client.prepare(service.settings, track, audio)
    return {"manifest": upload.manifest, "digest": upload.digest}


@router.post("/tracks/{track}/cyanite", status_code=202)
def consent(
    service: Here, user: Asking, track: UUID, digest: Annotated[str, Body(embed=True, pattern="^[0-9a-f]{64}$")]
) -> dict[str, str]:
    """Consents to the sending of what a manifest lists, by its digest, and queues it; a worker sends it."""
    with service.asking(user) as connection:
        owed = connection.execute(
            "select problem from cyanite_deletions where track_id = %s and receipt is null limit 1", (track,)
        ).fetchone()
        if owed is not None:
            raise HTTPException(409, f"an earlier deletion is not confirmed yet ({owed['problem'] or 'it is queued'})")
        try:
            row = connection.execute(
                "insert into cyanite_tracks (track_id, owner_id, digest, external_id) values (%s, %s, %s, %s)"
                " on conflict (track_id) do update set digest = excluded.digest, consented_at = now(), state = 'consented',"
                " attempts = 0, run_after = now(), error = null where cyanite_tracks.state = 'failed' returning track_id",
                (track, user.id, digest, cyanite_client.external_id(track)),
            ).fetchone()
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ForeignKeyViolation) as error:
            raise HTTPException(404, "there is no such track of yours") from error
    if row is None:
        raise HTTPException(409, "there is a consent already; withdraw it to give another")
    return {"state": "consented"}


@router.get("/tracks/{track}/cyanite")
def opinions(service: Here, user: Asking, track: UUID) -> dict[str, Any]:
    """Returns how far a track is at Cyanite, and both opinions side by side once they are there."""
    with service.asking(user) as connection:
        row = connection.execute(
            "select state, error, consented_at, merged from cyanite_tracks where track_id = %s", (track,)
        ).fetchone()
    if row is None:
        raise HTTPException(404, "nobody consented to send this track to Cyanite, or there is no such track")
    return row


@router.delete("/tracks/{track}/cyanite", status_code=204)
def withdraw(service: Here, user: Asking, track: UUID) -> Response:
    """Withdraws the consent: what Cyanite said is deleted here, and the track at Cyanite, with a receipt."""
    with service.asking(user) as connection:
        if not connection.execute("delete from cyanite_tracks where track_id = %s", (track,)).rowcount:
            raise HTTPException(404, "there is no consent of yours for such a track")
    return Response(status_code=204)


@router.get("/tracks/{track}/cyanite/receipts")
def receipts_of(service: Here, user: Asking, track: UUID) -> list[dict[str, Any]]:
    """Returns the deletions at Cyanite of one of the user's tracks: each with a receipt, or why there is none yet."""
    with service.asking(user) as connection:
        found = connection.execute(
            "select asked_at, receipt, problem from cyanite_deletions where track_id = %s order by id", (track,)
        ).fetchall()
    if not found:
        raise HTTPException(404, "nothing of such a track was to be deleted at Cyanite")
    return found


@router.post("/webhooks/cyanite")
async def webhook(request: Request, service: Here) -> Response:
    """Receives a webhook: verified over its raw bytes, noted once, and answered before anything is fetched."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_WEBHOOK_BYTES:
            raise HTTPException(413, "this is no webhook of Cyanite")
    status = await run_in_threadpool(hear, service, request.headers.items(), body)
    return Response(status_code=status)


def hear(service: Service, headers: list[tuple[str, str]], body: bytes) -> int:
    """Notes a webhook and what it asks for in one transaction, and returns the status of the answer."""
    settings = service.settings
    if not settings.cyanite_webhook_secrets:
        return 404  # Nobody could verify it; results are asked for from time to time.
    with service.pool.connection() as connection:

        def is_new(key: str, until_s: int) -> bool:
            end = datetime.fromtimestamp(until_s, UTC)
            row = connection.execute("select note_cyanite_webhook(%s, %s) as is_new", (key, end)).fetchone()
            return row is not None and bool(row["is_new"])

        try:
            payload = bm.verify_cyanite_webhook(
                headers, body, settings.cyanite_webhook_secrets, api=cyanite_client.api(settings), seen=is_new
            )
        except bm.CyaniteError as error:
            connection.rollback()
            return 200 if is_test(body) else REFUSED.get(error.reason, 500)
        if payload.track_id is not None and not payload.is_repeat:
            connection.execute("select look_at_cyanite(%s, %s)", (payload.key, payload.track_id))
    return 200


def is_test(body: bytes) -> bool:
    """Returns whether a webhook is the test of Cyanite's page, which other clients saw unsigned; it has no effect."""
    try:
        return bool(json.loads(body) == {"type": "TEST", "data": None})
    except ValueError:
        return False
