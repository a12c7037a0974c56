"""Takes jobs from the queue and analyses their tracks; run one worker per core.

python worker.py [--once]
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple
from uuid import UUID

import balanced_mastering as bm
import psycopg
import queue_loop
from psycopg.types.json import Jsonb
from settings import Settings
from store import Store

CONFIG = bm.AnalysisConfig()
#: Errors that another try does not change.
FINAL = (bm.NotAudioError, bm.UnsupportedFormatError, bm.DamagedFileError, bm.LimitError)


class Job(NamedTuple):
    """A job that this worker holds until its lease ends."""

    id: int
    track: UUID
    attempts: int
    #: Where the vault has the audio.
    project: str
    file: str


def claim(connection: psycopg.Connection, settings: Settings) -> Job | None:
    """Returns the next due job, if there is one. Workers never wait for each other: locked rows are skipped."""
    row = connection.execute(
        "update jobs set attempts = attempts + 1, run_after = now() + %s * interval '1 second' from tracks"
        " where tracks.id = track_id and jobs.id ="
        " (select id from jobs where run_after <= now() order by run_after, id for update skip locked limit 1)"
        " returning jobs.id, track_id, attempts, project, file",
        (settings.lease_s,),
    ).fetchone()
    connection.commit()
    return None if row is None else Job(*row)


def work(connection: psycopg.Connection, settings: Settings, store: Store, job: Job) -> None:
    """Analyses the track of a job and writes the result exactly once, however often the job is tried."""
    try:
        with store.open(job.project, job.file) as audio:
            analysis = bm.analyze(audio, config=CONFIG, threads=1)
    except FINAL as error:
        fail(connection, job, error.kind, error.problem, error.remedy)
        return
    except bm.BalancedError as error:
        # A store that is away is not the track's fault: another try after the lease may succeed.
        if job.attempts >= settings.max_attempts:
            fail(connection, job, error.kind, error.problem, error.remedy)
        return
    result = analysis.to_dict()
    result["source"]["path"] = None  # Where files lie is the service's own business.
    connection.execute(
        "insert into analyses (track_id, result, config_hash, balanced_version) values (%s, %s, %s, %s)"
        " on conflict (track_id) do update set result = excluded.result, config_hash = excluded.config_hash,"
        " balanced_version = excluded.balanced_version, created_at = now()",
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


def step(connection: psycopg.Connection, settings: Settings, store: Store) -> bool:
    """Does the next due job; returns whether there was one."""
    job = claim(connection, settings)
    if job is None:
        return False
    if job.attempts > settings.max_attempts:
        fail(connection, job, "worker", "the analysis did not end", "send the file to support")
        return True
    try:
        work(connection, settings, store, job)
    except psycopg.errors.ForeignKeyViolation:
        connection.rollback()  # The track was deleted meanwhile, and its job with it.
    return True


def main() -> None:
    """Runs the worker."""
    settings = Settings()
    queue_loop.main(__doc__, settings.worker_database, partial(step, settings=settings, store=Store(settings)))


if __name__ == "__main__":
    main()
