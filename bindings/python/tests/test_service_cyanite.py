"""The service of `examples/service` beside Cyanite: a mock of it over real HTTP and TLS, with a real PostgreSQL."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import balanced_mastering as bm
import numpy as np
import psycopg
import pytest
from cyanite_mock import Mock, mock
from running_service import Running, free_port, get, service, until, upload, user_id

RATE = 44_100
#: Secrets of the mock, and an older one, as while one is replaced by the other.
SECRETS = {"graphql": "older mock-secret", "rest-v1": "whsec_b2xkZXI= whsec_bW9jay1zZWNyZXQtb2YtMjQtYnl0ZXM="}
#: Token of the mock.
TOKEN = "mock-token-3141592653589793"


class Both(NamedTuple):
    """The service, and where the mock of Cyanite is when it runs."""

    api: str
    running: Running
    folder: Path
    port: int

    @contextmanager
    def cyanite(self, scenario: str = "", *arguments: str) -> Iterator[Mock]:
        """Runs the mock, whose webhooks go to the service."""
        hook = ("--port", str(self.port), "--webhook", f"{self.running.url}/webhooks/cyanite")
        with mock(self.folder, scenario, *hook, *arguments) as started:
            yield started

    def work(self) -> int:
        """Does everything that is due for Cyanite."""
        return int(self.running.program("cyanite_worker.py", "--once", CYANITE_TOKEN=TOKEN, CYANITE_API_KEY=TOKEN))

    def sweep(self) -> str:
        """Sweeps, and returns what is not confirmed."""
        environment = {**self.running.environment, "CYANITE_TOKEN": TOKEN, "CYANITE_API_KEY": TOKEN}
        program = [sys.executable, str(Path(self.running.environment["PYTHONPATH"].split(":")[0]) / "sweep.py")]
        return subprocess.run(program, env=environment, capture_output=True, text=True, check=True).stderr

    def row(self, query: str, *values: Any) -> Any:
        with self.running.owner() as owner:
            row = owner.execute(query, values).fetchone()
        return None if row is None else row[0]

    def consent(self, track: str, user: str = "ann") -> dict[str, Any]:
        """Shows the manifest to the owner, who consents to it; returns it."""
        shown = get(self.running, user, f"/tracks/{track}/cyanite/manifest").json()
        with self.running.client(f"token-{user}") as client:
            answer = client.post(f"/tracks/{track}/cyanite", json={"digest": shown["digest"]})
        assert answer.status_code == 202, answer.text
        manifest: dict[str, Any] = shown["manifest"]
        return manifest

    def state(self, track: str) -> str:
        return str(get(self.running, "ann", f"/tracks/{track}/cyanite").json()["state"])

    def hear(self, count: int = 1) -> None:
        """Waits until so many webhooks have named tracks, then does what is due."""
        until(lambda: bool(self.row("select count(*) from cyanite_webhooks") == count))
        self.work()

    def is_sent(self, track: str) -> bool:
        """Returns whether a track is at Cyanite; its webhook may have come already."""
        return self.state(track) in ("sent", "fetched")

    def make_due(self) -> None:
        with self.running.owner() as owner:
            owner.execute("update cyanite_tracks set run_after = now()")


@pytest.fixture(scope="module", params=["graphql", "rest-v1"])
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    """Starts the service with one of Cyanite's APIs."""
    port, api = free_port(), str(request.param)
    with tempfile.TemporaryDirectory(prefix="cyanite-") as name:
        path = "graphql" if api == "graphql" else "v1"
        settings = {
            "BALANCED_SERVICE_CYANITE_API": api,
            "BALANCED_SERVICE_CYANITE_URL": f"https://localhost:{port}/{path}",
            "BALANCED_SERVICE_CYANITE_CA": str(Path(name) / "ca.pem"),
            "BALANCED_SERVICE_CYANITE_UPLOAD_HOSTS": "localhost",
            "BALANCED_SERVICE_CYANITE_WEBHOOK_SECRETS": SECRETS[api],
        }
        # The manifest is made without Cyanite, but trusts its certificate.
        with mock(Path(name)):
            pass
        with service("cyanite.sql", **settings) as running:
            yield Both(api, running, Path(name), port)


@pytest.fixture(autouse=True)
def nothing_left_over(request: pytest.FixtureRequest) -> None:
    """Every test starts from an empty service."""
    if "both" not in request.fixturenames:
        return
    both: Both = request.getfixturevalue("both")
    with both.running.owner() as owner:
        for table in ("tracks", "cyanite_deletions", "cyanite_webhooks"):
            owner.execute(f"delete from {table}")
        owner.execute("delete from cyanite_deletions")
    vault = both.running.vault()
    for project in both.running.files():
        vault.erase(project)


@pytest.fixture(scope="module")
def mix(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two seconds of noise, WAV."""
    path = tmp_path_factory.mktemp("mix") / "mix.wav"
    bm.write(path, 0.1 * np.random.default_rng(5).standard_normal((2, 2 * RATE)), RATE)
    return path.read_bytes()


def test_local_analysis_comes_at_once_and_cyanites_later(both: Both, mix: bytes) -> None:
    running = both.running
    with both.cyanite("", "--asks", "1") as cyanite:
        track = upload(running, "ann", mix, "A secret title").json()["id"]
        assert running.program("worker.py", "--once") == "1"
        assert get(running, "ann", f"/tracks/{track}").json()["status"] == "done"
        assert get(running, "ann", f"/tracks/{track}/cyanite").status_code == 404
        assert both.work() == 0, "without consent nothing is sent"
        manifest = both.consent(track)
        told = json.dumps(manifest)
        assert "secret title" not in told and manifest["source_sha256"] == hashlib.sha256(mix).hexdigest()
        assert both.state(track) == "consented"
        both.work()
        both.hear()
        assert both.state(track) == "sent", "the mock says once that it is not ready"
        both.make_due()
        both.work()
        seen = get(running, "ann", f"/tracks/{track}/cyanite").json()
        assert seen["state"] == "done" and seen["error"] is None
        merged = bm.Merged(seen["merged"])
        assert {value.source for field in merged.fields for value in field.values} == {"balanced", "cyanite"}
        assert not merged.set_aside and not any("nobody checked" in note for note in merged.notes)
        assert merged.results[0].api == both.api
        # The assigned engineer sees it, nobody else does, and nobody but the owner decides.
        eve = user_id(running, "eve")
        for other in ("bob", "eve"):
            assert get(running, other, f"/tracks/{track}/cyanite").status_code == 404
        with running.client("token-ann") as ann:
            assert ann.put(f"/tracks/{track}/engineers/{eve}").status_code == 204
            assert ann.post(f"/tracks/{track}/cyanite", json={"digest": "0" * 64}).status_code == 409
        assert get(running, "eve", f"/tracks/{track}/cyanite").json()["state"] == "done"
        assert get(running, "eve", f"/tracks/{track}/cyanite/manifest").status_code == 404
        for other in ("bob", "eve"):
            with running.client(f"token-{other}") as client:
                assert client.post(f"/tracks/{track}/cyanite", json={"digest": "0" * 64}).status_code == 404
                assert client.delete(f"/tracks/{track}/cyanite").status_code == 404
        # A new local analysis is merged with what Cyanite said, without asking anew.
        with running.owner() as owner:
            owner.execute("insert into jobs (track_id) values (%s)", (track,))
    assert cyanite.made == 1
    running.program("worker.py", "--once")
    assert both.state(track) == "fetched"
    both.work()
    assert both.state(track) == "done"


def test_cyanites_results_wait_for_a_local_analysis(both: Both, mix: bytes) -> None:
    with both.cyanite():
        track = upload(both.running, "ann", mix).json()["id"]
        both.consent(track)
        both.work()
        both.hear()
    assert both.state(track) == "fetched"
    both.running.program("worker.py", "--once")
    both.work()
    assert both.state(track) == "done"


def test_nothing_is_sent_by_a_consent_to_something_else(both: Both, mix: bytes) -> None:
    with both.cyanite() as cyanite:
        track = upload(both.running, "ann", mix).json()["id"]
        with both.running.client("token-ann") as ann:
            assert ann.post(f"/tracks/{track}/cyanite", json={"digest": "f" * 64}).status_code == 202
            assert ann.post(f"/tracks/{track}/cyanite", json={"digest": "yes"}).status_code == 422
        both.work()
        seen = get(both.running, "ann", f"/tracks/{track}/cyanite").json()
        assert (seen["state"], seen["error"]["kind"]) == ("failed", "consent")
        both.consent(track)
        both.work()
        assert both.is_sent(track)
    assert cyanite.made == 1


def signed(both: Both, body: bytes) -> dict[str, str]:
    """Returns the headers of a webhook of the GraphQL API."""
    return {"Signature": hmac.new(SECRETS[both.api].split()[0].encode(), body, hashlib.sha512).hexdigest()}


def event(track: str, status: str = "finished") -> bytes:
    """Returns the body of a webhook of the GraphQL API."""
    what = {"type": "AudioAnalysisV6", "status": status}
    return json.dumps({"version": "2", "resource": {"type": "LibraryTrack", "id": track}, "event": what}).encode()


def test_webhooks_that_come_twice_late_forged_or_never_do_no_harm(both: Both, mix: bytes) -> None:
    def post(body: bytes, headers: dict[str, str]) -> int:
        with both.running.client(None) as client:
            return client.post("/webhooks/cyanite", content=body, headers=headers).status_code

    assert post(event("1"), {}) == 401
    assert post(event("1"), {"Signature": "00" * 64}) == 401
    assert post(b"x" * 70_000, {}) == 413
    assert post(b'{"type": "TEST", "data": null}', {}) == 200, "the test of Cyanite's page, which does nothing"
    assert both.row("select count(*) from cyanite_webhooks") == 0
    if both.api == "graphql":
        # Before the track is known: the worker finds it told already.
        first = 10_000_002
        for status in ("failed", "finished", "finished"):
            assert post(event(str(first), status), signed(both, event(str(first), status))) == 200
        assert post(b"{]", signed(both, b"{]")) == 400
        assert both.row("select count(*) from cyanite_webhooks") == 2
    with both.cyanite("webhook 1 duplicate; webhook 2 lose"):
        track = upload(both.running, "ann", mix).json()["id"]
        both.running.program("worker.py", "--once")
        both.consent(track)
        both.work()
        if both.api == "graphql":
            assert both.state(track) == "done", "it was told before it was sent"
        else:
            both.hear()
            assert both.state(track) == "done"
        # The second track's webhook is lost; it is asked for after a while.
        other = upload(both.running, "ann", mix).json()["id"]
        both.consent(other)
        both.work()
        assert both.state(other) == "sent" and both.work() == 0
        both.make_due()
        both.running.program("worker.py", "--once")
        both.work()
        assert both.state(other) == "done"
    assert both.row("select count(distinct remote_id) from cyanite_tracks") == 2, "one file of two uploads is two tracks there"


def test_a_lost_answer_makes_no_second_track(both: Both, mix: bytes) -> None:
    with both.cyanite("libraryTrackCreate 1 drop-after; upload 1 drop-after") as cyanite:
        track = upload(both.running, "ann", mix).json()["id"]
        both.running.program("worker.py", "--once")
        both.consent(track)
        both.work()
        if both.api == "rest-v1":
            # Whether REST has it is not known until its webhook says so; the size of the file tells which it is.
            assert both.row("select error->>'kind' from cyanite_tracks") == "in_doubt" or both.state(track) == "done"
        both.hear()
        assert both.state(track) == "done"
        # A worker that died after sending, before it could note that: REST waits for a webhook, GraphQL finds the track.
        with both.running.owner() as owner:
            owner.execute("update cyanite_tracks set state = 'sending', remote_id = null")
        both.work()
        assert both.state(track) in (("sent", "done") if both.api == "graphql" else ("in_doubt",))
    assert cyanite.made == 1


def test_failures_are_tried_again_and_end_with_a_reason(both: Both, mix: bytes) -> None:
    with both.cyanite("* always status 503"):
        track = upload(both.running, "ann", mix).json()["id"]
        both.consent(track)
        tries = 3 if both.api == "graphql" else 1
        for number in range(tries):
            both.work()
            if number < tries - 1:
                assert both.state(track) == "consented"
                assert get(both.running, "ann", f"/tracks/{track}/cyanite").json()["error"]["kind"] == "server"
            both.make_due()
    # What REST answered by 503 may have arrived.
    assert both.state(track) == ("failed" if both.api == "graphql" else "in_doubt")


def test_what_certainly_did_not_arrive_is_sent_later(both: Both, mix: bytes) -> None:
    with both.cyanite("fileUploadRequest 1 status 429 3600; upload 1 status 429 3600") as cyanite:
        track = upload(both.running, "ann", mix).json()["id"]
        both.consent(track)
        both.work()
        assert both.state(track) == "consented"
        assert get(both.running, "ann", f"/tracks/{track}/cyanite").json()["error"]["kind"] == "rate_limited"
        both.make_due()
        both.work()
        assert both.is_sent(track)
    assert cyanite.made == 1


def test_a_deleted_track_is_deleted_at_cyanite_with_a_receipt(both: Both, mix: bytes) -> None:
    running = both.running
    with both.cyanite() as cyanite:
        tracks = [upload(running, "ann", mix).json()["id"] for _ in range(2)]
        for track in tracks:
            both.consent(track)
        both.work()
        name = f"b-{tracks[0].replace('-', '')}"
        client = cyanite.client(both.api)
        if both.api == "graphql":
            assert len(client.find(external_id=name)["items"]) == 1
        with running.client("token-ann") as ann:
            assert ann.delete(f"/tracks/{tracks[0]}").status_code == 204
        assert running.count("cyanite_tracks") == 1, "the other one stays"
        path = f"/tracks/{tracks[0]}/cyanite/receipts"
        assert get(running, "ann", path).json()[0]["receipt"] is None
        both.work()
        (told,) = get(running, "ann", path).json()
        assert get(running, "bob", path).status_code == 404
        receipt = running.vault().verify_receipt(get(running, "ann", f"/tracks/{tracks[0]}/receipt").content)
        assert receipt["providers"] == [{"provider": "cyanite", "reference": name}]
        if both.api == "graphql":
            assert told["receipt"]["deleted"] and told["problem"] is None
            assert client.find(external_id=name)["items"] == []
            assert both.sweep() == "", "the vault has it confirmed"
        else:
            # REST documents no deletion: that is said, to the owner and by each sweep, and not hidden.
            assert told["receipt"] is None and "documents no call" in told["problem"]
            assert f"cyanite {name}" in both.sweep() and "documents no call" in both.sweep()
        # The sweep deletes what is over as well.
        with running.owner() as owner:
            owner.execute("update tracks set expires_at = now()")
        unconfirmed = both.sweep()
        both.work()
        if both.api == "graphql":
            assert unconfirmed == "" and client.find()["items"] == []
            assert both.row("select count(*) from cyanite_deletions where receipt is not null") == 2


def test_a_withdrawn_consent_deletes_there_and_can_be_given_again(both: Both, mix: bytes) -> None:
    running = both.running
    with both.cyanite() as cyanite:
        track = upload(running, "ann", mix).json()["id"]
        both.consent(track)
        both.work()
        with running.client("token-ann") as ann:
            assert ann.delete(f"/tracks/{track}/cyanite").status_code == 204
            assert ann.delete(f"/tracks/{track}/cyanite").status_code == 404
            shown = ann.get(f"/tracks/{track}/cyanite/manifest").json()
            early = ann.post(f"/tracks/{track}/cyanite", json={"digest": shown["digest"]})
            assert early.status_code == 409 and "not confirmed" in early.json()["detail"]
        both.work()
        if both.api == "rest-v1":
            return
        assert cyanite.client(both.api).find()["items"] == []
        both.consent(track)
        both.work()
        assert both.is_sent(track)
        # Nothing that was never sent is owed.
        other = upload(running, "ann", mix).json()["id"]
        both.consent(other)
        with running.client("token-ann") as ann:
            assert ann.delete(f"/tracks/{other}/cyanite").status_code == 204
        assert get(running, "ann", f"/tracks/{other}/cyanite/receipts").status_code == 404


def test_the_database_itself_keeps_cyanites_rows_apart(both: Both, mix: bytes) -> None:
    track = upload(both.running, "ann", mix).json()["id"]
    both.consent(track)
    ann, bob = user_id(both.running, "ann"), user_id(both.running, "bob")
    with psycopg.connect(both.running.database.connection("balanced_api")) as api:
        assert api.execute("select count(*) from cyanite_tracks").fetchone() == (0,)
        api.execute("select set_config('app.user_id', %s, false)", (bob,))
        api.commit()
        assert api.execute("select count(*) from cyanite_tracks").fetchone() == (0,)
        assert api.execute("delete from cyanite_tracks").rowcount == 0
        consent = "insert into cyanite_tracks (track_id, owner_id, digest, external_id) values ('{}', '{}', repeat('0', 64), 'x')"
        for forbidden in (
            consent.format(track, bob),
            consent.format(track, ann),
            "update cyanite_tracks set result = '{}'",
            "select * from cyanite_webhooks",
            "delete from cyanite_deletions",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                api.execute(forbidden)
            api.rollback()
        api.execute("select set_config('app.user_id', %s, false)", (ann,))
        api.commit()
        assert api.execute("select count(*) from cyanite_tracks").fetchone() == (1,)
        # A consent is not altered while it is acted upon.
        assert api.execute("update cyanite_tracks set digest = repeat('0', 64)").rowcount == 0
    worker = psycopg.connect(both.running.database.connection("balanced_worker"))
    with worker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        worker.execute("select * from cyanite_tracks")
    with psycopg.connect(both.running.database.connection("balanced_cyanite")) as cyanite:
        for forbidden in ("select title from tracks", "select * from users", "delete from tracks", "select * from assignments"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                cyanite.execute(forbidden)
            cyanite.rollback()


def test_without_the_setting_there_is_nothing_of_cyanite(mix: bytes) -> None:
    with service() as running:
        track = upload(running, "ann", mix).json()["id"]
        assert running.program("worker.py", "--once") == "1"
        assert get(running, "ann", f"/tracks/{track}").json()["status"] == "done"
        assert "cyanite" not in get(running, "ann", "/openapi.json").text
        assert get(running, "ann", f"/tracks/{track}/cyanite").status_code == 404
        with running.client(None) as client:
            assert client.post("/webhooks/cyanite", content=b"{}").status_code == 404
        with running.owner() as owner:
            found = owner.execute("select count(*) from pg_tables where tablename like 'cyanite%'").fetchone()
        assert found == (0,)
        with running.client("token-ann") as ann:
            assert ann.delete(f"/tracks/{track}").status_code == 204
        assert running.program("sweep.py") == "Swept(tracks=0, orphans=0)"
        code = "import sys, app, worker, sweep; sweep._store(app.SETTINGS); print(*[x for x in sys.modules if 'cyanite' in x])"
        done = subprocess.run([sys.executable, "-c", code], env=running.environment, capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["balanced_mastering._cyanite"], "the package's own module, which opens no connection"
        refused = subprocess.run(
            [sys.executable, "-c", "import cyanite_worker; cyanite_worker.main()"],
            env=running.environment,
            capture_output=True,
            text=True,
        )
        assert refused.returncode == 1 and "BALANCED_SERVICE_CYANITE_API" in refused.stderr
