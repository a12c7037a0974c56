"""The service of `examples/service`, running: over real HTTP, on a real PostgreSQL."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import balanced_mastering as bm
import httpx
import psycopg
from conftest import ROOT
from postgres import Server

SERVICE = ROOT / "examples/service"
MAX_BYTES = 2_000_000


class Running(NamedTuple):
    """The service under test."""

    url: str
    #: Everything that the service writes: its vault, its temporary files, its log.
    folder: Path
    database: Server
    environment: dict[str, str]

    def client(self, token: str | None) -> httpx.Client:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def owner(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.database.connection("owner"), autocommit=True)

    def program(self, name: str, *arguments: str, **environment: str) -> str:
        """Returns the output of a program of the service."""
        done = subprocess.run(
            [sys.executable, str(SERVICE / name), *arguments],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def vault(self) -> bm.Vault:
        return bm.Vault(self.store, key=self.folder / "platform.key")

    def files(self) -> list[str]:
        """Returns the projects that hold audio."""
        return sorted({path.parts[-3] for path in self.store.glob("projects/*/objects/*")})

    def project(self, track: str) -> str:
        with self.owner() as owner:
            row = owner.execute("select project from tracks where id = %s", (track,)).fetchone()
        assert row is not None
        return str(row[0])

    def count(self, table: str) -> int:
        with self.owner() as owner:
            row = owner.execute(f"select count(*) from {table}").fetchone()
        assert row is not None
        return int(row[0])


def free_port() -> int:
    """Returns a port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def service(*schemas: str, **settings: str) -> Iterator[Running]:
    """Starts the whole service with four users, and more of its SQL files and settings."""
    with tempfile.TemporaryDirectory(prefix="service-") as name, Server(Path(name)) as database:
        folder = Path(name) / "web"
        (folder / "temporary").mkdir(parents=True)
        with psycopg.connect(database.connection("owner"), autocommit=True) as owner:
            for schema in ("schema.sql", *schemas):
                text = (SERVICE / schema).read_text(encoding="utf-8")
                owner.execute(text)
                owner.execute(text)  # It may run again.
            for user, role in [("ann", "client"), ("bob", "client"), ("eve", "engineer"), ("fay", "engineer")]:
                owner.execute(
                    "insert into users (name, role, token_sha256) values (%s, %s, sha256(%s))",
                    (user, role, f"token-{user}".encode()),
                )
        port = free_port()
        environment = {
            **os.environ,
            "BALANCED_SERVICE_API_DATABASE": database.connection("balanced_api"),
            "BALANCED_SERVICE_WORKER_DATABASE": database.connection("balanced_worker"),
            "BALANCED_SERVICE_CYANITE_DATABASE": database.connection("balanced_cyanite"),
            "BALANCED_SERVICE_STORE": str(folder / "store"),
            "BALANCED_SERVICE_VAULT_KEY": str(folder / "platform.key"),
            "TMPDIR": str(folder / "temporary"),
            "BALANCED_SERVICE_MAX_BYTES": str(MAX_BYTES),
            "BALANCED_SERVICE_MAX_DURATION_S": "60",
            "PYTHONPATH": os.pathsep.join([str(SERVICE), os.environ.get("PYTHONPATH", "")]),
            **settings,
        }
        command = [sys.executable, "-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", str(port)]
        log = (folder / "log").open("wb")
        with log, subprocess.Popen(command, cwd=SERVICE, env=environment, stdout=log, stderr=log) as server:
            url = f"http://127.0.0.1:{port}"
            try:
                for _ in range(300):
                    try:
                        httpx.get(f"{url}/openapi.json").raise_for_status()
                        break
                    except httpx.TransportError:
                        assert server.poll() is None, (folder / "log").read_text(encoding="utf-8")
                        time.sleep(0.1)
                yield Running(url, folder, database, environment)
            finally:
                server.terminate()


def upload(running: Running, user: str, content: bytes, title: str = "A mix") -> httpx.Response:
    """Uploads a mix."""
    with running.client(f"token-{user}") as client:
        return client.post("/tracks", params={"title": title}, content=content)


def get(running: Running, user: str, path: str) -> httpx.Response:
    """Returns the answer to a user's GET."""
    with running.client(f"token-{user}") as client:
        return client.get(path)


def user_id(running: Running, name: str) -> str:
    """Returns the id of a user."""
    with running.owner() as owner:
        row = owner.execute("select id from users where name = %s", (name,)).fetchone()
    assert row is not None
    return str(row[0])


def until(is_so: Callable[[], bool]) -> None:
    """Waits up to a minute for something to come true."""
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come true within a minute")
