"""CLAP effects: each runs in a process of its own, so that one that crashes or hangs is an error and not the end of this one."""

from __future__ import annotations

import sys

from balanced_mastering import _native

#: What the interpreter of such a process runs: this very package, and nothing from the current folder (`-P`).
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from balanced_mastering._plugins import serve; serve()"


def command() -> list[str]:
    """The command line of the process of a plugin; empty where there is no interpreter to start (in a frozen program)."""
    if not sys.executable or getattr(sys, "frozen", False):
        return []
    from pathlib import Path

    return [sys.executable, "-P", "-c", _PROGRAM, str(Path(__file__).parents[1])]


def serve() -> None:
    """Hold a plugin for the process that started this one, and end."""
    import os
    import signal

    # Ctrl-C reaches every process of a terminal; this one ends when nobody listens to it any more.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A plugin's threads may outlive it: nothing of the interpreter is taken down under them.
    os._exit(_native.serve_plugin())
