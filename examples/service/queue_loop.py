"""The loop of a worker: takes jobs until the queue is empty or it is asked to end, and outlives a restart of the database."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable

import psycopg

#: Seconds between tries to reach a database that is away: the first, and the longest.
AWAY_S = (0.5, 30.0)


class Stop:
    """Whether the worker was asked to end (SIGTERM, Ctrl-C): the job at hand is finished first."""

    def __init__(self) -> None:
        self.event = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.event.set())

    def wait(self, seconds: float) -> bool:
        """Waits, and returns whether the worker should end."""
        return self.event.wait(seconds)


def run(database: str, step: Callable[[psycopg.Connection], bool], once: bool, stop: Stop) -> int:
    """Works until the queue is empty (`once`) or until asked to stop; returns the number of jobs done.

    `step` does the next due job and returns whether there was one. A database that restarts or is away is waited for: the job at
    hand goes to the next worker when its lease ends.
    """
    done, away_s = 0, AWAY_S[0]
    while not stop.wait(0):
        try:
            with psycopg.connect(database) as connection:
                while not stop.wait(0):
                    is_empty = not step(connection)
                    away_s = AWAY_S[0]
                    if is_empty and once:
                        return done
                    done += not is_empty
                    if is_empty and stop.wait(1):
                        break
        except psycopg.OperationalError as error:
            print(f"the database is away: {error}; next try in {away_s:g} s", file=sys.stderr, flush=True)
            stop.wait(away_s)
            away_s = min(2 * away_s, AWAY_S[1])
    return done


def main(description: str | None, database: str, step: Callable[[psycopg.Connection], bool]) -> None:
    """Runs a worker as a program."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--once", action="store_true", help="end when the queue is empty")
    print(run(database, step, parser.parse_args().once, Stop()))
