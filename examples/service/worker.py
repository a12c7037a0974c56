"""Takes jobs from the queue and analyses their tracks; run one worker per core.

python worker.py [--once]
"""

from __future__ import annotations

import argparse
import time
from typing import NamedTuple
from uuid import UUID

import balanced_mastering as bm
import psycopg
from psycopg.types.json import Jsonb
from settings import Settings
from store import Store

CONFIG = bm.AnalysisConfig()


class Job(NamedTuple):
    """A job that this worker holds until its lease ends."""

    id: int
    track: UUID
    attempts: int


def claim(connection: psycopg.Connection, settings: Settings) -> Job | None:
    """Returns the next due job, if there is one. Workers never wait for each other: locked rows are skipped."""
    row = connection.execute(
        "update jobs set attempts = attempts + 1, run_after = now() + %s * interval '1 second' where id ="
        " (select id from jobs where run_after <= now() order by run_after, id for update skip locked limit 1)"
        " returning id, track_id, attempts",
        (settings.lease_s,),
    ).fetchone()
    connection.commit()
    return None if row is None else Job(*row)


def work(connection: psycopg.Connection, settings: Settings, store: Store, job: Job) -> None:
    """Analyses the track of a job and writes the result exactly once, however often the job is tried."""
    try:
        analysis = bm.analyze(store.path(job.track), config=CONFIG, threads=1)
    except bm.InputError as error:
        fail(connection, job, error.kind, error.problem, error.remedy)
        return
    except bm.BalancedError as error:
        # The file is not the cause: another try after the lease may succeed.
        if job.attempts >= settings.max_attempts:
            fail(connection, job, error.kind, error.problem, error.remedy)
        return
    result = analysis.to_dict()
    result["source"]["path"] = None  # Where files lie is the service's own business.
    connection.execute(
        "insert into analyses (track_id, result, config_hash, balanced_version) values (%s, %s, %s, %s)"
        " on conflict (track_id) do update set result = excluded.result",
        (job.track, Jsonb(result), CONFIG.hash, bm.__version__),
    )
    connection.execute("update tracks set status = 'done', error = null where id = %s", (job.track,))
    connection.execute("delete from jobs where id = %s", (job.id,))
    connection.commit()


def fail(connection: psycopg.Connection, job: Job, kind: str, problem: str, remedy: str) -> None:
    """Stores the reason why the track has no result."""
    error = Jsonb({"kind": kind, "problem": problem, "remedy": remedy})
    connection.execute("update tracks set status = 'failed', error = %s where id = %s", (error, job.track))
    connection.execute("delete from jobs where id = %s", (job.id,))
    connection.commit()


def run(settings: Settings, once: bool) -> int:
    """Works until the queue is empty (`once`) or forever; returns the number of jobs done."""
    store, done = Store(settings.store), 0
    with psycopg.connect(settings.worker_database) as connection:
        while True:
            job = claim(connection, settings)
            if job is not None and job.attempts > settings.max_attempts:
                fail(connection, job, "worker", "the analysis did not end", "send the file to support")
            elif job is not None:
                try:
                    work(connection, settings, store, job)
                except psycopg.errors.ForeignKeyViolation:
                    connection.rollback()  # The track was deleted meanwhile, and its job with it.
                done += 1
            elif once:
                return done
            else:
                time.sleep(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--once", action="store_true", help="end when the queue is empty")
    print(run(Settings(), parser.parse_args().once))
