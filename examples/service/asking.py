"""Who asks, and the service that is asked: shared by all endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, NamedTuple
from uuid import UUID

import psycopg
from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool
from settings import Settings
from store import Store


class User(NamedTuple):
    """The user who sends a request."""

    id: UUID
    role: str


class Service:
    """State shared by the endpoints."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings)
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
