"""Worker processes of `analyze_many`: a file that crashes, hangs or eats memory costs its own process and nothing else."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
import time
from queue import Empty, SimpleQueue
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from balanced_mastering._row import Row

if TYPE_CHECKING:
    from balanced_mastering import _native
    from balanced_mastering._config import AnalysisConfig
    from balanced_mastering._limits import Limits

#: Seconds between two looks at the clock and the caller's token.
_LOOK_S = 0.05
#: Seconds that a call has to notice by itself that its time is over.
_GRACE_S = 2.0
#: Memory of an interpreter with this package before any audio.
_BASE_BYTES = 256 << 20
#: What a process runs.
_MAIN = "from balanced_mastering._worker import main; main()"
#: Last characters of the standard error that are kept for the message.
_SAID = 2000


class Task(NamedTuple):
    """The analysis of one file."""

    path: str
    config: AnalysisConfig
    limits: Limits
    accept_damaged: bool
    max_cpu_s: float | None
    #: What `fsspec` needs to open the path, which is a URL then.
    storage_options: dict[str, Any] | None = None

    def to_json(self) -> str:
        """Returns the task as a line of JSON."""
        memory = self.limits.max_memory_bytes
        return json.dumps(
            {
                "path": self.path,
                "config": self.config.to_json(),
                "limits": self.limits.to_json(),
                "accept_damaged": self.accept_damaged,
                "max_cpu_s": self.max_cpu_s,
                "storage_options": self.storage_options,
                "max_memory_bytes": None if memory is None else memory + _BASE_BYTES,
            }
        )


class Worker:
    """A process that analyses files one after the other, and is started anew when one of them has ended it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._said: list[str] = []

    def run(self, task: Task, cancel: _native.CancelToken) -> Row:
        """Returns the row of a task; a process that ended, or had to be, gives a row with the reason."""
        process = self._running()
        assert process.stdin is not None
        started = time.monotonic()
        with contextlib.suppress(OSError):
            process.stdin.write(task.to_json() + "\n")
            process.stdin.flush()
        wall_s = task.limits.max_wall_s
        while True:
            with contextlib.suppress(Empty):
                line = self._lines.get(timeout=_LOOK_S)
                return Row(*json.loads(line)) if line is not None else self._lost(task)
            if cancel.cancelled:
                self.close()
                return self._row(task, "cancelled", "the call was cancelled", "call again to go on")
            if wall_s is not None and time.monotonic() - started > wall_s + _GRACE_S:
                self.close()
                problem = f"took longer than {wall_s:g} s, and its process was ended"
                return self._row(task, "limit", problem, "raise max_wall_s, or leave the file out")

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._lines, self._said = SimpleQueue(), []
        command = [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {_MAIN}"]
        pipe = subprocess.PIPE
        # Signals of the terminal are the parent's business: it ends its workers.
        process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", start_new_session=True
        )
        threading.Thread(target=_read, args=(process.stdout, self._lines), daemon=True, name="balanced-answers").start()
        threading.Thread(target=_keep, args=(process.stderr, self._said), daemon=True, name="balanced-errors").start()
        self._process = process
        return process

    def _lost(self, task: Task) -> Row:
        """Returns the row of a task whose process has ended."""
        assert self._process is not None
        code = self._process.wait()
        self.close()
        said = "".join(self._said)
        if sys.platform != "win32" and code == -signal.SIGXCPU:
            problem = f"took more than {task.max_cpu_s:g} s of processor time, and its process was ended"
            return self._row(task, "limit", problem, "raise max_cpu_s, or leave the file out")
        if "memory allocation of" in said or "MemoryError" in said:
            problem = "needs more memory than the call may use, and its process was ended"
            return self._row(task, "limit", problem, "raise max_memory_bytes, or leave the file out")
        last = said.strip().rpartition("\n")[2]
        problem = f"ended its process ({_ending(code)})" + (f": {last}" if last else "")
        return self._row(task, "crashed", problem, "keep the file, and report it as a bug; the other files are not affected")

    @staticmethod
    def _row(task: Task, kind: str, problem: str, remedy: str) -> Row:
        return Row(task.path, None, task.config.hash, None, kind, f"{task.path}: {problem}; {remedy}", remedy)

    def close(self) -> None:
        """Ends the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        # The threads that read the pipes close them at their end.
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()


def _ending(code: int) -> str:
    """Returns how a process ended, in words."""
    if code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _read(pipe: IO[str] | None, lines: SimpleQueue[str | None]) -> None:
    """Passes on the lines of a pipe, and `None` at its end."""
    assert pipe is not None
    with pipe, contextlib.suppress(OSError, ValueError):
        for line in pipe:
            lines.put(line)
    lines.put(None)


def _keep(pipe: IO[str] | None, said: list[str]) -> None:
    """Keeps the last lines of a pipe."""
    assert pipe is not None
    with pipe, contextlib.suppress(OSError, ValueError):
        for line in pipe:
            said.append(line[-_SAID:])
            del said[:-5]
