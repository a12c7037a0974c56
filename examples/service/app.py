"""Web service: accepts uploads of mixes, queues their analysis, and returns the results.

    uvicorn app:app            # after `psql -f schema.sql`, and with workers: python worker.py

Uploads are limited in size, type and duration, and encrypted into a vault as they stream in; no plain audio is written to a disk.
They are queued in PostgreSQL in the transaction that creates their row. Row-level security in the database limits a track to its
owner and the assigned engineers, and so do the keys of the vault: an engineer opens the audio by their own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import balanced_mastering as bm
import psycopg
import receipts
from asking import Asking, Here, Service, User
from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from psycopg.rows import DictRow
from settings import Settings
from store import Kept
from upload import Body

SETTINGS = Settings()
#: Accepted formats.
CONTAINERS = ("wav", "rf64", "bw64", "aiff", "aifc")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Opens the connection pool, and closes it at the end."""
    app.state.service = Service(SETTINGS)
    app.state.service.pool.open()
    yield
    app.state.service.pool.close()


app = FastAPI(title="Balanced", lifespan=lifespan)
# What is not switched on has no route, and its code is not loaded.
if SETTINGS.cyanite_api:
    import cyanite_routes

    app.include_router(cyanite_routes.router)
if SETTINGS.roster is not None:
    import proposals

    app.include_router(proposals.router)


@app.post("/tracks", status_code=202)
async def upload(
    request: Request, service: Here, user: Asking, title: Annotated[str, Query(min_length=1, max_length=200)]
) -> dict[str, Any]:
    """Receives a WAV or AIFF file (the request's body), encrypts it on the way, and queues its analysis."""
    if "\0" in title:
        raise HTTPException(422, "a title holds no NUL")
    max_bytes = service.settings.max_bytes
    declared = request.headers.get("content-length")
    if declared is not None and declared.isdecimal() and int(declared) > max_bytes:
        raise HTTPException(413, f"at most {max_bytes} bytes are taken")
    body = Body(request.stream(), max_bytes)
    await body.begin()
    return await run_in_threadpool(take, service, user, title, body)


def take(service: Service, user: User, title: str, body: Body) -> dict[str, Any]:
    """Takes a file into the vault and queues it, or leaves nothing behind."""
    try:
        kept = service.store.put(str(user.id), title, body)
    except bm.BalancedError:
        if body.refusal is not None:
            raise body.refusal from None
        raise
    try:
        with service.store.open(kept.project, kept.file) as audio:
            info = examine(audio, service.settings.max_duration_s)
        return enqueue(service, user, title, kept, info)
    except BaseException:
        service.store.abandon(kept.project)
        raise


def examine(audio: bm.VaultFile, max_duration_s: float) -> bm.AudioInfo:
    """Returns the format of the file if it is acceptable."""
    try:
        info = bm.probe(audio)
    except (bm.NotAudioError, bm.UnsupportedFormatError) as error:
        raise HTTPException(415, f"{error.problem}; {error.remedy}") from error
    except bm.InputError as error:
        raise HTTPException(422, f"{error.problem}; {error.remedy}") from error
    if info.container not in CONTAINERS:
        raise HTTPException(415, f"this is {info.container}; export the mix as WAV or AIFF")
    if not info.frames:
        raise HTTPException(422, "the file holds no audio; export it again")
    if info.duration_s is not None and info.duration_s > max_duration_s:
        raise HTTPException(422, f"{info.duration_s:.0f} s are longer than the {max_duration_s:.0f} s that are taken")
    return info


def enqueue(service: Service, user: User, title: str, kept: Kept, info: bm.AudioInfo) -> dict[str, Any]:
    """Creates row and job together, or none of them."""
    with service.asking(user) as connection:
        row = connection.execute(
            "insert into tracks (owner_id, title, sha256, bytes, container, duration_s, expires_at, project, file)"
            " values (%s, %s, %s, %s, %s, %s, now() + %s * interval '1 day', %s, %s) returning id",
            (
                user.id,
                title,
                kept.sha256,
                kept.bytes,
                info.container,
                info.duration_s,
                service.settings.retention_days,
                kept.project,
                kept.file,
            ),
        ).fetchone()
        assert row is not None, "an insert returns its row"
        track: UUID = row["id"]
        connection.execute("insert into jobs (track_id) values (%s)", (track,))
    return {"id": track, "status": "queued"}


@app.get("/tracks")
def tracks(service: Here, user: Asking) -> list[dict[str, Any]]:
    """Lists the tracks that the user may see."""
    with service.asking(user) as connection:
        return connection.execute(
            "select id, title, status, duration_s, created_at, expires_at from tracks order by created_at desc, id limit 500"
        ).fetchall()


@app.get("/tracks/{track}")
def track(service: Here, user: Asking, track: UUID) -> dict[str, Any]:
    """Returns a track with its result; 404 if the user may not see it."""
    with service.asking(user) as connection:
        row = connection.execute(
            "select id, title, sha256, bytes, container, duration_s, status, error, tracks.created_at, completed_at, expires_at,"
            " 'vault:' || project || '/' || file as audio, result as analysis"
            " from tracks left join analyses on track_id = id where id = %s",
            (track,),
        ).fetchone()
    if row is None:
        raise HTTPException(404, "there is no such track")
    return row


@app.put("/tracks/{track}/engineers/{engineer}", status_code=204)
def assign(service: Here, user: Asking, track: UUID, engineer: UUID) -> Response:
    """Assigns an engineer to one of the user's tracks; the engineer's key opens its audio from then on."""
    with service.asking(user) as connection:
        try:
            connection.execute(
                "insert into assignments (track_id, engineer_id) values (%s, %s) on conflict do nothing",
                (track, engineer),
            )
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ForeignKeyViolation) as error:
            raise HTTPException(404, "there is no such track of yours, or no such engineer") from error
        project, key = audio_and_key(connection, track, engineer)
        if key is not None:
            service.store.assign(project, key)
    return Response(status_code=204)


@app.delete("/tracks/{track}/engineers/{engineer}", status_code=204)
def unassign(service: Here, user: Asking, track: UUID, engineer: UUID) -> Response:
    """Removes an engineer from one of the user's tracks; the audio is encrypted anew."""
    with service.asking(user) as connection:
        gone = connection.execute("delete from assignments where track_id = %s and engineer_id = %s", (track, engineer))
        if gone.rowcount:
            project, key = audio_and_key(connection, track, engineer)
            if key is not None:
                service.store.unassign(project, key)
    return Response(status_code=204)


def audio_and_key(connection: psycopg.Connection[DictRow], track: UUID, engineer: UUID) -> tuple[str, str | None]:
    """Returns the vault's project of a track, and the public key of an engineer."""
    row = connection.execute("select project, key_of_engineer(%s) as key from tracks where id = %s", (engineer, track)).fetchone()
    if row is None:
        raise HTTPException(404, "there is no such track")
    return row["project"], row["key"]


@app.post("/tracks/{track}/complete", status_code=204)
def complete(service: Here, user: Asking, track: UUID) -> Response:
    """Declares the work on a track done: the time to the deletion of its audio runs."""
    with service.asking(user) as connection:
        row = connection.execute(
            "update tracks set completed_at = now(), expires_at = now() + %s * interval '1 day'"
            " where id = %s and completed_at is null returning project",
            (service.settings.retention_days, track),
        ).fetchone()
        if row is None:
            raise HTTPException(404, "there is no such track, or it is completed already")
        service.store.complete(row["project"])
    return Response(status_code=204)


@app.delete("/tracks/{track}", status_code=204)
def remove(service: Here, user: Asking, track: UUID) -> Response:
    """Deletes one of the user's tracks with its audio and result."""
    with service.asking(user) as connection:
        gone = connection.execute("delete from tracks where id = %s returning project", (track,)).fetchone()
        if gone is None:
            raise HTTPException(404, "there is no such track of yours")
        receipts.keep(connection, track, user.id, service.store.erase(gone["project"]))
    return Response(status_code=204)


@app.get("/tracks/{track}/receipt")
def receipt(service: Here, user: Asking, track: UUID) -> Response:
    """Returns the signed receipt of one of the user's tracks whose audio was erased."""
    with service.asking(user) as connection:
        found = receipts.find(connection, track)
    if found is None:
        raise HTTPException(404, "there is no receipt of such a track")
    return Response(found, media_type="text/plain")
