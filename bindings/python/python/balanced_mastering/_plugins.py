"""Host processes of CLAP effects: each effect runs in its own, so that a crash or hang does not take this one with it."""

from __future__ import annotations

import sys

from balanced_mastering import _native

#: Code that the interpreter of a host process runs: this package, and nothing from the current folder (`-P`).
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from balanced_mastering._plugins import serve; serve()"


def command() -> list[str]:
    """Returns the command line of a host process; empty if there is no interpreter to start (in a frozen program)."""
    if not sys.executable or getattr(sys, "frozen", False):
        return []
    from pathlib import Path

    return [sys.executable, "-P", "-c", _PROGRAM, str(Path(__file__).parents[1])]


def serve() -> None:
    """Hosts one plugin for the process that started this one, then exits."""
    import os
    import signal

    # Ctrl-C reaches every process of a terminal; this one exits when its parent closes the connection.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Threads of the plugin may still run, so the interpreter is not shut down under them.
    os._exit(_native.serve_plugin())
