"""A temporary PostgreSQL server from Debian's programs: own folder, a socket instead of a port, no root needed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self


def programs() -> Path:
    """Returns the folder of PostgreSQL's programs."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    assert versions, "PostgreSQL is needed by these tests; `apt-get install postgresql` brings it"
    return versions[-1].parent


class Server:
    """A running server; as root it is run by `nobody`, as PostgreSQL refuses root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._log = folder / "log"
        self._as: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
            for parent in [folder, *folder.parents]:
                if parent.stat().st_uid == 0 and parent != Path("/"):
                    parent.chmod(parent.stat().st_mode | 0o011)
            self._as = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(programs() / program), *arguments]
        with self._log.open("ab") as log:
            done = subprocess.run(command, stdout=log, stderr=log, cwd=self.folder, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, self._log.read_text(encoding="utf-8", errors="replace")

    def __enter__(self) -> Self:
        trust = ["--auth=trust", "--username=owner", "--encoding=UTF8", "--locale=C", "--no-sync"]
        self._run("initdb", "-D", str(self._data), *trust)
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c max_connections=30"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-o", options, "start")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")

    def restart(self) -> None:
        """Restarts the server as an administrator does: every connection is cut."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "fast", "restart")

    def connection(self, user: str, database: str = "postgres") -> str:
        """Connection string for psycopg."""
        return f"host={self.folder} dbname={database} user={user}"
