"""The mock of Cyanite as a program, and clients of it."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import balanced_mastering as bm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from balanced_mastering._cyanite import CyaniteApi


class Mock:
    """A running mock of Cyanite."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self.told: dict[str, Any] = self._line()
        self.folder = folder
        #: What it told last, of a new scenario or at its end.
        self.counts: dict[str, Any] = {}

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told

    def set_scenario(self, scenario: str) -> None:
        """Replaces the faults."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{scenario}\n")
        self._process.stdin.flush()
        self.counts = self._line()

    def end(self) -> None:
        """Ends the mock."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self.counts = self._line()

    @property
    def made(self) -> int:
        """Tracks that were ever made, when the mock told last."""
        made: int = self.counts["made"]
        return made

    def calls(self, name: str) -> int:
        """Returns how often a call had come when the mock told last."""
        calls: int = self.counts["calls"].get(name, 0)
        return calls

    def client(self, api: str, **options: Any) -> bm.Cyanite:
        """Returns a client of the mock."""
        url = self.told["graphql_url" if api == "graphql" else "rest_url"]
        ca_pem = Path(self.told["ca"]).read_bytes()
        settings = {"token": self.told["token"], "url": url, "ca_pem": ca_pem, "upload_hosts": ["localhost"], **options}
        return bm.Cyanite(api=cast("CyaniteApi", api), **settings)


@contextmanager
def mock(folder: Path, scenario: str = "", *arguments: str) -> Iterator[Mock]:
    """Starts the mock; it ends with its standard input."""
    command = os.environ.get("BALANCED_COMMAND")
    assert command, "BALANCED_COMMAND names the built command; `cargo xtask test` sets it"
    program = Path(command).with_name("balanced-cyanite-mock")
    words = [str(program), "--ca", str(folder / "ca.pem"), "--scenario", scenario, *arguments]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        running = Mock(process, folder)
        try:
            yield running
        finally:
            running.end()
