"""Web service: accepts uploads of mixes, queues their analysis, and returns the results.

    uvicorn app:app            # after `psql -f schema.sql`, and with workers: python worker.py

Uploads are streamed to a temporary file, limited in size, type and duration, and queued in PostgreSQL in the transaction that
creates their row. Row-level security in the database limits a track to its owner and the assigned engineers.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import balanced_mastering as bm
import psycopg
from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool
from settings import Settings
from starlette.requests import ClientDisconnect
from store import Store

#: Accepted formats.
CONTAINERS = ("wav", "rf64", "bw64", "aiff", "aifc")
#: First bytes of the accepted formats, so that other files are refused early.
MAGIC = (b"RIFF", b"RF64", b"BW64", b"FORM")


class User(NamedTuple):
    """The user who sends a request."""

    id: UUID
    role: str


class Service:
    """State shared by the endpoints."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.store)
        self.pool: ConnectionPool[psycopg.Connection[DictRow]] = ConnectionPool(
            settings.api_database,
            min_size=1,
            max_size=8,
            open=False,
            kwargs={"row_factory": dict_row},
            # A connection that a restart of the database has cut is replaced before it is lent.
            check=ConnectionPool.check_connection,
        )

    @contextmanager
    def asking(self, user: User) -> Iterator[psycopg.Connection[DictRow]]:
        """Opens a transaction in which the database knows the user."""
        with self.pool.connection() as connection:
            connection.execute("select set_config('app.user_id', %s, true)", (str(user.id),))
            yield connection


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Opens the connection pool, and closes it at the end."""
    app.state.service = Service(Settings())
    app.state.service.pool.open()
    yield
    app.state.service.pool.close()


app = FastAPI(title="Balanced", lifespan=lifespan)
bearer = HTTPBearer(auto_error=False)


def service_of(request: Request) -> Service:
    """Returns the service of a request."""
    service: Service = request.app.state.service
    return service


Here = Annotated[Service, Depends(service_of)]


def user_of(service: Here, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> User:
    """Returns the user of the request's token."""
    if credentials is not None:
        with service.pool.connection() as connection:
            token = credentials.credentials.encode()
            row = connection.execute("select id, role from user_of_token(%s)", (token,)).fetchone()
        if row is not None:
            return User(row["id"], row["role"])
    raise HTTPException(401, "a valid bearer token is needed", {"WWW-Authenticate": "Bearer"})


Asking = Annotated[User, Depends(user_of)]


@app.post("/tracks", status_code=202)
async def upload(
    request: Request, service: Here, user: Asking, title: Annotated[str, Query(min_length=1, max_length=200)]
) -> dict[str, Any]:
    """Receives a WAV or AIFF file (the request's body) and queues its analysis."""
    if "\0" in title:
        raise HTTPException(422, "a title holds no NUL")
    with service.store.part() as part:
        received = await receive(request, part, service.settings.max_bytes)
        info = await run_in_threadpool(examine, part, service.settings.max_duration_s)
        return await run_in_threadpool(enqueue, service, user, title, part, received, info)


class Received(NamedTuple):
    """A completely received file."""

    bytes: int
    sha256: str


async def receive(request: Request, part: Path, max_bytes: int) -> Received:
    """Streams the body into `part` while it is acceptable."""
    too_large = HTTPException(413, f"at most {max_bytes} bytes are taken")
    declared = request.headers.get("content-length")
    if declared is not None and declared.isdecimal() and int(declared) > max_bytes:
        raise too_large
    digest, size, head = hashlib.sha256(), 0, b""
    try:
        with part.open("wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > max_bytes:
                    raise too_large
                if len(head) < 4:
                    head += chunk[:4]
                    if len(head) >= 4 and head[:4] not in MAGIC:
                        raise HTTPException(415, "this is no WAV or AIFF file; export the mix as one")
                digest.update(chunk)
                await run_in_threadpool(file.write, chunk)
    except ClientDisconnect as gone:
        raise HTTPException(400, "the upload was cut off") from gone
    if size == 0:
        raise HTTPException(422, "the body is empty; send the file itself")
    return Received(size, digest.hexdigest())


def examine(part: Path, max_duration_s: float) -> bm.AudioInfo:
    """Returns the format of the file if it is acceptable."""
    try:
        info = bm.probe(part)
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


def enqueue(service: Service, user: User, title: str, part: Path, received: Received, info: bm.AudioInfo) -> dict[str, Any]:
    """Creates row, job and file together, or none of them."""
    with service.asking(user) as connection:
        row = connection.execute(
            "insert into tracks (owner_id, title, sha256, bytes, container, duration_s, expires_at)"
            " values (%s, %s, %s, %s, %s, %s, now() + %s * interval '1 day') returning id",
            (
                user.id,
                title,
                received.sha256,
                received.bytes,
                info.container,
                info.duration_s,
                service.settings.retention_days,
            ),
        ).fetchone()
        assert row is not None, "an insert returns its row"
        track: UUID = row["id"]
        connection.execute("insert into jobs (track_id) values (%s)", (track,))
        service.store.keep(part, track)
        try:
            connection.commit()
        except BaseException:
            service.store.remove(track)
            raise
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
            "select id, title, sha256, bytes, container, duration_s, status, error, tracks.created_at, expires_at,"
            " result as analysis from tracks left join analyses on track_id = id where id = %s",
            (track,),
        ).fetchone()
    if row is None:
        raise HTTPException(404, "there is no such track")
    return row


@app.put("/tracks/{track}/engineers/{engineer}", status_code=204)
def assign(service: Here, user: Asking, track: UUID, engineer: UUID) -> Response:
    """Assigns an engineer to one of the user's tracks."""
    with service.asking(user) as connection:
        try:
            connection.execute(
                "insert into assignments (track_id, engineer_id) values (%s, %s) on conflict do nothing",
                (track, engineer),
            )
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ForeignKeyViolation) as error:
            raise HTTPException(404, "there is no such track of yours, or no such engineer") from error
    return Response(status_code=204)


@app.delete("/tracks/{track}/engineers/{engineer}", status_code=204)
def unassign(service: Here, user: Asking, track: UUID, engineer: UUID) -> Response:
    """Removes an engineer from one of the user's tracks."""
    with service.asking(user) as connection:
        connection.execute("delete from assignments where track_id = %s and engineer_id = %s", (track, engineer))
    return Response(status_code=204)


@app.delete("/tracks/{track}", status_code=204)
def remove(service: Here, user: Asking, track: UUID) -> Response:
    """Deletes one of the user's tracks with its audio and result."""
    with service.asking(user) as connection:
        gone = connection.execute("delete from tracks where id = %s returning id", (track,)).fetchone()
    if gone is None:
        raise HTTPException(404, "there is no such track of yours")
    service.store.remove(track)
    return Response(status_code=204)
