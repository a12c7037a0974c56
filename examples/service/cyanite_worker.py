"""Takes tracks with a consent to Cyanite: sends them, fetches the results, merges them with the local analysis, deletes.

python cyanite_worker.py [--once]

It needs the token in `CYANITE_TOKEN` (or `CYANITE_API_KEY` for REST). Besides the sweep, no other program of the service
speaks to Cyanite.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import balanced_mastering as bm
import cyanite_client
import psycopg
import queue_loop
from psycopg.types.json import Jsonb
from settings import Settings
from store import Store

#: Lease of a job in seconds: longer than the slowest sending with all of its repetitions, or two workers might send one track.
LEASE_S = 3600.0
#: Reasons of an error that another try does not change.
FINAL = {"consent", "rejected", "audio", "not_found", "settings", "unsupported"}
#: Seconds after which a passing error is tried again: the first time, and at most.
AGAIN_S = (30.0, 3600.0)


class Job(NamedTuple):
    """A track that this worker holds until its lease ends."""

    track: UUID
    digest: str
    external_id: str
    state: str
    attempts: int
    remote_id: str | None
    is_overdue: bool
    sha256: str
    #: Where the vault has the audio.
    project: str
    file: str


def claim(connection: psycopg.Connection, settings: Settings) -> Job | None:
    """Returns the next due job, if there is one. Workers never wait for each other: locked rows are skipped."""
    row = connection.execute(
        "update cyanite_tracks as job set attempts = attempts + 1, run_after = now() + %s * interval '1 second' from tracks"
        " where tracks.id = track_id and track_id = (select track_id from cyanite_tracks where run_after <= now()"
        " and state in ('consented', 'sending', 'sent', 'fetched') order by run_after, track_id for update skip locked limit 1)"
        " returning track_id, digest, external_id, state, attempts, remote_id,"
        " coalesce(started_at < now() - %s * interval '1 second', false), sha256, project, tracks.file",
        (LEASE_S, settings.cyanite_patience_s),
    ).fetchone()
    connection.commit()
    return None if row is None else Job(*row)


def step(connection: psycopg.Connection, settings: Settings, store: Store) -> bool:
    """Does the next due job; returns whether there was one."""
    if settle(connection, settings) or forget(connection, settings):
        return True
    job = claim(connection, settings)
    if job is None:
        return False
    try:
        {"sent": fetch, "fetched": merge}.get(job.state, send)(connection, settings, store, job)
    except bm.CyaniteError as error:
        connection.rollback()
        complain(connection, settings, job, error, error.reason)
    except bm.BalancedError as error:
        # A vault that is away is not the track's fault.
        connection.rollback()
        complain(connection, settings, job, error, error.kind)
    return True


def complain(connection: psycopg.Connection, settings: Settings, job: Job, error: bm.BalancedError, reason: str) -> None:
    """Notes why a job could not be done, and whether it is tried again."""
    told = Jsonb({"kind": reason, "problem": error.problem, "remedy": error.remedy})
    if reason == "not_ready" and not job.is_overdue:
        put(connection, job, "sent", settings.cyanite_poll_s)
    elif reason == "in_doubt":
        # Only a webhook can tell what became of it; the claim leaves this state alone.
        put(connection, job, "in_doubt", error=told)
    elif reason in FINAL or job.is_overdue or (job.attempts >= settings.max_attempts and job.state != "sent"):
        put(connection, job, "failed", error=told)
    else:
        wait(connection, job, min(AGAIN_S[0] * 2 ** (job.attempts - 1), AGAIN_S[1]), told)


def wait(connection: psycopg.Connection, job: Job, seconds: float, told: Jsonb | None = None) -> None:
    """Leaves a job for later. One that could not be sent is to be sent: nothing of it arrived, or GraphQL finds it then."""
    connection.execute(
        "update cyanite_tracks set run_after = now() + %s * interval '1 second', error = coalesce(%s, error),"
        " state = case state when 'sending' then 'consented' else state end where track_id = %s",
        (seconds, told, job.track),
    )
    connection.commit()


def put(connection: psycopg.Connection, job: Job, state: str, later_s: float = 0.0, **columns: Any) -> bool:
    """Puts a job into a state, due after some seconds, with other columns; returns whether its row is still there."""
    named = {"error": None, **columns}
    setting = "".join(f", {name} = %({name})s" for name in named)
    done = connection.execute(
        "update cyanite_tracks set state = %(state)s, attempts = 0, run_after = now() + %(later_s)s * interval '1 second'"
        f"{setting} where track_id = %(track)s",
        {"state": state, "track": job.track, "later_s": later_s, **named},
    )
    connection.commit()
    return done.rowcount == 1


def send(connection: psycopg.Connection, settings: Settings, store: Store, job: Job) -> None:
    """Sends a track with the stored consent. Before that, database and vault know that Cyanite may hold it from now on."""
    if job.state == "sending" and settings.cyanite_api == "rest-v1":
        # A worker died here. GraphQL is asked for the external id and finds the track; REST cannot be asked.
        told = {"kind": "in_doubt", "problem": "a worker ended while it sent the track", "remedy": "wait for Cyanite's webhook"}
        put(connection, job, "in_doubt", error=Jsonb(told))
        return
    with store.open(job.project, job.file) as audio:
        upload = cyanite_client.prepare(settings, job.track, audio)
    if upload.digest != job.digest:
        told = {
            "kind": "consent",
            "problem": "what would be sent is not what was consented to",
            "remedy": "show it and ask again",
        }
        put(connection, job, "failed", error=Jsonb(told))
        return
    store.held_by(job.project, "cyanite", job.external_id)
    marked = connection.execute(
        "update cyanite_tracks set state = 'sending', started_at = coalesce(started_at, now()), mp3_bytes = %s"
        " where track_id = %s",
        (upload.manifest["audio"]["bytes"], job.track),
    )
    connection.commit()
    if not marked.rowcount:
        return  # The consent was withdrawn meanwhile.
    sent = cyanite_client.client(settings).send(upload, bm.CyaniteConsent(job.digest))
    if await_results(connection, settings, job, sent.track_id):
        return
    # Withdrawn while it was sent: its deletion is owed, and due now.
    connection.execute(
        "update cyanite_deletions set run_after = now(), receipt = null where id ="
        " (select max(id) from cyanite_deletions where external_id = %s)",
        (job.external_id,),
    )
    connection.commit()


def await_results(connection: psycopg.Connection, settings: Settings, job: Job, remote_id: str) -> bool:
    """Notes that a track was sent; returns whether its row is still there. Its webhook may have been faster than this."""
    connection.execute("select pg_advisory_xact_lock(hashtext('cyanite_webhooks'))")
    told = connection.execute("select from cyanite_webhooks where remote_id = %s limit 1", (remote_id,)).fetchone()
    return put(connection, job, "sent", settings.cyanite_poll_s if told is None else 0.0, remote_id=remote_id)


def fetch(connection: psycopg.Connection, settings: Settings, store: Store, job: Job) -> None:
    """Fetches what Cyanite says of a track."""
    assert job.remote_id is not None, "what was sent has an id"
    result = cyanite_client.client(settings).fetch(job.remote_id)
    put(connection, job, "fetched", result=Jsonb({**result, "source_sha256": job.sha256}, dumps=text))


def merge(connection: psycopg.Connection, settings: Settings, store: Store, job: Job) -> None:
    """Puts Cyanite's result beside the local analysis, once that is there."""
    # Locked first: a local analysis that comes anew meanwhile waits, and has it merged again.
    said = connection.execute("select result from cyanite_tracks where track_id = %s for update", (job.track,)).fetchone()
    ours = connection.execute("select result from analyses where track_id = %s", (job.track,)).fetchone()
    if said is None or ours is None:
        # The local analysis has the row merged when it comes; this is for one that just did.
        wait(connection, job, settings.cyanite_poll_s)
        return
    merged = bm.merge(ours[0], said[0]).to_dict()
    put(connection, job, "done", merged=Jsonb(merged, dumps=text))


def text(value: Any) -> str:
    """Returns JSON that PostgreSQL can hold: `jsonb` has no NUL, which a stranger's text may have."""
    return json.dumps(value).replace("\\u0000", "\\ufffd")


def settle(connection: psycopg.Connection, settings: Settings) -> bool:
    """Finds out by the size of the file which track in doubt a webhook is about; returns whether one was looked at."""
    row = connection.execute(
        "select key, remote_id from cyanite_webhooks as heard where remote_id is not null and until > now()"
        " and exists (select from cyanite_tracks where state = 'in_doubt')"
        " and not exists (select from cyanite_tracks where remote_id = heard.remote_id)"
        " order by key for update skip locked limit 1"
    ).fetchone()
    if row is None:
        connection.rollback()
        return False
    key, remote_id = row
    try:
        items = cyanite_client.client(settings).fetch(remote_id)["raw"].get("items") or []
    except bm.CyaniteError:
        connection.rollback()
        return False  # It is looked at again, until the webhook is too old.
    sizes = [item["fileSizeB"] for item in items if isinstance(item.get("fileSizeB"), int)]
    # Two tracks of one size cannot be told apart; they stay in doubt.
    connection.execute(
        "update cyanite_tracks set state = 'sent', attempts = 0, error = null, remote_id = %s, run_after = now()"
        " where track_id = (select min(track_id::text)::uuid from cyanite_tracks"
        " where state = 'in_doubt' and mp3_bytes = any(%s) having count(*) = 1)",
        (remote_id, sizes[:1]),
    )
    # It is told once; its key stays, so that it is known when it comes again.
    connection.execute("update cyanite_webhooks set remote_id = null where key = %s", (key,))
    connection.commit()
    return True


def forget(connection: psycopg.Connection, settings: Settings) -> bool:
    """Does the next deletion that Cyanite owes; returns whether there was one."""
    row = connection.execute(
        "update cyanite_deletions set attempts = attempts + 1, run_after = now() + %s * interval '1 second' where id ="
        " (select id from cyanite_deletions where receipt is null and run_after <= now() order by run_after, id"
        " for update skip locked limit 1) returning id, external_id, attempts",
        (LEASE_S,),
    ).fetchone()
    connection.commit()
    if row is None:
        return False
    number, name, attempts = row
    try:
        cyanite_client.delete(connection, settings, name)
    except bm.CyaniteError as error:
        connection.rollback()
        # What the API has no call for is not asked again; a person asks Cyanite, and enters the answer as the receipt.
        again = "infinity" if error.reason == "unsupported" else f"{min(AGAIN_S[0] * 2 ** min(attempts, 16), AGAIN_S[1])} seconds"
        connection.execute(
            "update cyanite_deletions set problem = %s, run_after = case when %s = 'infinity' then 'infinity'::timestamptz"
            " else now() + %s::interval end where id = %s",
            (f"{error.problem}; {error.remedy}", again, "0" if again == "infinity" else again, number),
        )
    connection.commit()
    return True


def main() -> None:
    """Runs the worker."""
    settings = Settings()
    if not settings.cyanite_api:
        raise SystemExit("Cyanite is switched off: set BALANCED_SERVICE_CYANITE_API to graphql or rest-v1")
    queue_loop.main(__doc__, settings.cyanite_database, partial(step, settings=settings, store=Store(settings)))


if __name__ == "__main__":
    main()
