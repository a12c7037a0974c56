"""Host processes of CLAP effects: each effect runs in its own, so that a crash or hang does not take this one with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TypeAlias

from balanced_mastering import _native

#: Which CLAP plugins may be loaded: none (`False`), those in the plugin folders (`True`), or only these.
AllowPlugins: TypeAlias = bool | str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
#: The command line of a host process, and the plugins that it may load.
Host: TypeAlias = tuple[list[str], bool | list[str]]

#: Code that the interpreter of a host process runs: this package, and nothing from the current folder (`-P`).
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from balanced_mastering._plugins import serve; serve()"


def host(allow: AllowPlugins) -> Host:
    """Returns the command line of a host process, and the plugins that it may load."""
    return _command(), allow if isinstance(allow, bool) else [os.fspath(entry) for entry in _listed(allow)]


def _listed(allow: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> Iterable[str | os.PathLike[str]]:
    # A string is a list of letters too.
    return [allow] if isinstance(allow, str | os.PathLike) else allow


def _command() -> list[str]:
    """Returns the command line of a host process; empty if there is no interpreter to start (in a frozen program)."""
    if not sys.executable or getattr(sys, "frozen", False):
        return []
    from pathlib import Path

    return [sys.executable, "-P", "-c", _PROGRAM, str(Path(__file__).parents[1])]


def serve() -> None:
    """Hosts one plugin for the process that started this one, then exits."""
    import signal

    # Ctrl-C reaches every process of a terminal; this one exits when its parent closes the connection.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Threads of the plugin may still run, so the interpreter is not shut down under them.
    os._exit(_native.serve_plugin())
