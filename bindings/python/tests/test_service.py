"""The service of `examples/service` over real HTTP and a real PostgreSQL."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import balanced_mastering as bm
import httpx
import numpy as np
import psycopg
import pytest
from running_service import MAX_BYTES, SERVICE, Running, get, service, until, upload, user_id

RATE = 44_100


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """Starts the whole service, once."""
    with service() as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_left_over(running: Running) -> Iterator[None]:
    """Every test starts from an empty service."""
    with running.owner() as owner:
        owner.execute("delete from tracks")
    vault = running.vault()
    for project in running.files():
        vault.erase(project)
    yield


@pytest.fixture(scope="module")
def mix(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two seconds of noise, WAV."""
    path = tmp_path_factory.mktemp("mix") / "mix.wav"
    noise = 0.1 * np.random.default_rng(5).standard_normal((2, 2 * RATE))
    bm.write(path, noise, RATE)
    return path.read_bytes()


def test_a_mix_is_analysed_and_seen_by_whom_it_may(running: Running, mix: bytes) -> None:
    answer = upload(running, "ann", mix, title="Robert'); drop table tracks;--")
    assert answer.status_code == 202 and answer.json()["status"] == "queued"
    track = answer.json()["id"]
    assert running.files() == [running.project(track)] and running.count("jobs") == 1
    assert running.program("worker.py", "--once") == "1"
    seen = get(running, "ann", f"/tracks/{track}").json()
    assert seen["status"] == "done" and seen["title"].startswith("Robert')")
    ours = bm.analyze(mix).to_dict()
    for tree in (ours, seen["analysis"]):
        tree["provenance"].pop("elapsed_s")
        tree["source"].pop("path")
    assert seen["analysis"] == ours and seen["sha256"] == ours["source"]["sha256"]
    # Other users cannot see it …
    for other in ("bob", "eve"):
        assert get(running, other, f"/tracks/{track}").status_code == 404 and get(running, other, "/tracks").json() == []
    # … nor assign it …
    eve, fay = user_id(running, "eve"), user_id(running, "fay")
    with running.client("token-bob") as bob, running.client("token-eve") as intruder:
        assert bob.put(f"/tracks/{track}/engineers/{eve}").status_code == 404
        assert intruder.put(f"/tracks/{track}/engineers/{eve}").status_code == 404
        assert bob.delete(f"/tracks/{track}").status_code == 404
    # … until an engineer is assigned, and then only that one.
    with running.client("token-ann") as ann:
        assert ann.put(f"/tracks/{track}/engineers/{user_id(running, 'bob')}").status_code == 404, "Bob is no engineer"
        assert ann.put(f"/tracks/{track}/engineers/{eve}").status_code == 204
        assert ann.put(f"/tracks/{track}/engineers/{eve}").status_code == 204
    assert get(running, "eve", f"/tracks/{track}").json()["analysis"]["loudness"] == ours["loudness"]
    assert get(running, "fay", f"/tracks/{track}").status_code == 404
    with running.client("token-eve") as engineer:
        assert engineer.delete(f"/tracks/{track}").status_code == 404
        assert engineer.put(f"/tracks/{track}/engineers/{fay}").status_code == 404
    with running.client("token-ann") as ann:
        assert ann.delete(f"/tracks/{track}/engineers/{eve}").status_code == 204
    assert get(running, "eve", f"/tracks/{track}").status_code == 404
    with running.client("token-ann") as ann:
        assert ann.delete(f"/tracks/{track}").status_code == 204
    assert running.files() == [] and running.count("tracks") == running.count("analyses") == 0


def test_the_database_itself_keeps_tracks_apart(running: Running, mix: bytes) -> None:
    """Row-level security holds independently of the API's code."""
    track = upload(running, "ann", mix).json()["id"]
    with psycopg.connect(running.database.connection("balanced_api")) as api:
        assert api.execute("select count(*) from tracks").fetchone() == (0,)
        api.execute("select set_config('app.user_id', %s, true)", (user_id(running, "bob"),))
        assert api.execute("select count(*) from tracks").fetchone() == (0,)
        assert api.execute("delete from tracks").rowcount == 0
        api.rollback()
        api.execute("select set_config('app.user_id', %s, true)", (user_id(running, "ann"),))
        assert api.execute("select id::text from tracks").fetchall() == [(track,)]
        for forbidden in ("select * from users", "update tracks set owner_id = owner_id", "select * from jobs"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                api.execute(forbidden)
            api.rollback()
        api.execute("select set_config('app.user_id', %s, true)", (user_id(running, "bob"),))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            api.execute("insert into jobs (track_id) values (%s)", (track,))


def header(**changes: int) -> bytes:
    """Returns a WAV header with arbitrary numbers."""
    numbers = {"riff": 36 + 400, "tag": 1, "channels": 2, "rate": RATE, "bits": 16, "data": 400, **changes}
    block = (numbers["channels"] * numbers["bits"] // 8) & 0xFFFF
    rates = struct.pack("<II", numbers["rate"], (numbers["rate"] * block) & 0xFFFFFFFF)
    form = struct.pack("<IHH", 16, numbers["tag"], numbers["channels"]) + rates + struct.pack("<HH", block, numbers["bits"])
    return b"RIFF" + struct.pack("<I", numbers["riff"]) + b"WAVEfmt " + form + b"data" + struct.pack("<I", numbers["data"])


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b"", 422, id="empty"),
        pytest.param(b"RI", 415, id="two bytes"),
        pytest.param(b"Dear diary", 415, id="text"),
        pytest.param(b"ID3" + bytes(5000), 415, id="mp3"),
        pytest.param(b"PK\x03\x04" + bytes(5000), 415, id="zip"),
        pytest.param(b"RIFF\x24\0\0\0AVI LIST" + bytes(500), 415, id="video"),
        pytest.param(b"FORM\0\0\0\x10ILBMBMHD" + bytes(100), 415, id="picture"),
        pytest.param(b"RIFF" + bytes(8), 415, id="a tag and zeros"),
        pytest.param(header()[:20], 422, id="cut header"),
        pytest.param(header(data=0), 422, id="no audio"),
        pytest.param(header(channels=0) + bytes(400), 422, id="no channels"),
        pytest.param(header(channels=65535) + bytes(400), 422, id="65535 channels"),
        pytest.param(header(rate=0) + bytes(400), 422, id="no rate"),
        pytest.param(header(bits=0) + bytes(400), 422, id="no bits"),
        pytest.param(header(rate=1000, channels=1, data=1_500_000) + bytes(1_500_000), 422, id="too long"),
        pytest.param(header() + bytes(MAX_BYTES), 413, id="too large"),
        pytest.param(b"RIFF" + os.urandom(5000), 415, id="noise behind a tag"),
    ],
)
def test_hostile_uploads_get_4xx_and_leave_nothing(running: Running, content: bytes, status: int) -> None:
    answer = upload(running, "ann", content)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.status_code in (status, 415, 422), answer.text
    assert answer.json()["detail"]
    assert running.files() == [] and running.count("tracks") == running.count("jobs") == 0


def test_lying_sizes_are_read_as_what_is_there(running: Running) -> None:
    """A header may claim 4 GiB; only the bytes sent count, and they are analysed."""
    answer = upload(running, "ann", header(riff=0xFFFFFFFF, data=0xFFFFFFF0) + bytes(4000))
    assert answer.status_code == 202
    assert running.program("worker.py", "--once") == "1"
    seen = get(running, "ann", f"/tracks/{answer.json()['id']}").json()
    assert seen["status"] == "done" and seen["duration_s"] == 1000 / RATE


def test_without_a_declared_length_the_limit_holds_too(running: Running) -> None:
    def endless() -> Iterator[bytes]:
        yield header(riff=0xFFFFFFFF, data=0xFFFFFFF0)
        for _ in range(400):
            yield bytes(1 << 14)

    with running.client("token-ann") as client:
        try:
            answer = client.post("/tracks", params={"title": "endless"}, content=endless())
            assert answer.status_code == 413
        except (httpx.WriteError, httpx.RemoteProtocolError):
            pass  # The server hung up while more was sent, which is as good.
    assert running.files() == [] and running.count("tracks") == 0


def test_an_upload_that_is_cut_off_leaves_nothing(running: Running, mix: bytes) -> None:
    host, port = running.url.removeprefix("http://").split(":")
    request = (
        f"POST /tracks?title=cut HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token-ann\r\nContent-Length: {len(mix)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(request.encode() + mix[:10_000])
        time.sleep(0.3)
    for _ in range(50):
        if not running.files():
            break
        time.sleep(0.1)
    assert running.files() == [] and running.count("tracks") == 0


@pytest.mark.parametrize("token", [None, "", "token-mallory", "' or true --", "\u00e9".encode().decode("latin-1")])
def test_without_a_token_nothing_is_told(running: Running, mix: bytes, token: str | None) -> None:
    with running.client(None) as client:
        headers = {} if token is None else {b"Authorization": f"Bearer {token}".rstrip().encode("latin-1")}
        for answer in (
            client.get("/tracks", headers=headers),
            client.post("/tracks", params={"title": "x"}, content=mix, headers=headers),
        ):
            assert answer.status_code == 401
    assert running.files() == []


@pytest.mark.parametrize("title", ["", "x" * 201, "nul\0"])
def test_titles_are_checked(running: Running, mix: bytes, title: str) -> None:
    assert upload(running, "ann", mix, title=title).status_code == 422
    assert running.files() == [] and running.count("tracks") == 0


def test_names_are_never_paths(running: Running, mix: bytes) -> None:
    track = upload(running, "ann", mix, title="../../etc/passwd").json()["id"]
    assert running.files() == [running.project(track)]
    for path in ("/tracks/..%2f..%2fetc%2fpasswd", "/tracks/1"):
        assert get(running, "ann", path).status_code in (404, 422)


def test_workers_share_the_queue_and_take_each_job_once(running: Running, mix: bytes) -> None:
    for _ in range(6):
        assert upload(running, "ann", mix).status_code == 202
    done: list[int] = []
    workers = [threading.Thread(target=lambda: done.append(int(running.program("worker.py", "--once")))) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(done) == 6 and running.count("analyses") == 6 and running.count("jobs") == 0


def test_a_job_whose_worker_died_goes_to_the_next(running: Running, mix: bytes) -> None:
    track = upload(running, "ann", mix).json()["id"]
    take = "update jobs set attempts = attempts + 1, run_after = now() + interval '1 hour'"
    with running.owner() as owner:
        owner.execute(take)
        assert running.program("worker.py", "--once") == "0", "its lease has not ended"
        owner.execute("update jobs set run_after = now()")
        assert running.program("worker.py", "--once") == "1"
        assert get(running, "ann", f"/tracks/{track}").json()["status"] == "done"
        # A job that kills every worker is given up.
        poison = upload(running, "ann", mix).json()["id"]
        owner.execute("update jobs set attempts = 3")
        running.program("worker.py", "--once")
    seen = get(running, "ann", f"/tracks/{poison}").json()
    assert seen["status"] == "failed" and seen["error"]["remedy"]


def test_a_file_that_cannot_be_read_fails_with_its_reason(running: Running, mix: bytes) -> None:
    track = upload(running, "ann", mix).json()["id"]
    (file,) = running.store.glob("projects/*/objects/*")
    file.write_bytes(b"the disk ate it")
    assert running.program("worker.py", "--once") == "1"
    seen = get(running, "ann", f"/tracks/{track}").json()
    assert seen["status"] == "failed" and seen["error"]["kind"] == "damaged" and seen["analysis"] is None


def test_the_sweep_deletes_what_was_kept_long_enough(running: Running, mix: bytes) -> None:
    old, new = (upload(running, "ann", mix).json()["id"] for _ in range(2))
    running.program("worker.py", "--once")
    orphan = running.vault().create("left by a crash")
    running.vault().put(orphan, mix, name="upload")
    assert running.program("sweep.py") == "Swept(tracks=0, orphans=0)"
    with running.owner() as owner:
        owner.execute("update tracks set expires_at = now() where id = %s", (old,))
    code = "import settings, sweep; print(sweep.sweep(settings.Settings(), 0))"
    swept = subprocess.run([sys.executable, "-c", code], env=running.environment, capture_output=True, text=True, check=True)
    assert swept.stdout.strip() == "Swept(tracks=1, orphans=1)"
    assert running.files() == [running.project(new)] and running.count("tracks") == running.count("analyses") == 1
    assert get(running, "ann", f"/tracks/{old}").status_code == 404


def status(running: Running, track: str) -> str:
    return str(get(running, "ann", f"/tracks/{track}").json()["status"])


def test_a_restart_of_the_database_stops_neither_the_worker_nor_the_service(running: Running, mix: bytes) -> None:
    command = [sys.executable, str(SERVICE / "worker.py")]
    with subprocess.Popen(command, env=running.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as worker:
        try:
            tracks = [upload(running, "ann", mix).json()["id"]]
            for _ in range(2):
                until(lambda: status(running, tracks[-1]) == "done")
                running.database.restart()
                answer = upload(running, "ann", mix)
                assert answer.status_code == 202, "the first request after a restart is answered"
                tracks.append(answer.json()["id"])
            until(lambda: status(running, tracks[-1]) == "done")
        finally:
            worker.terminate()
        output, errors = worker.communicate(timeout=60)
    assert worker.returncode == 0 and output.strip() == "3", errors
    assert "the database is away" in errors and "Traceback" not in errors


def test_audio_that_cannot_be_reached_is_tried_again(running: Running, mix: bytes) -> None:
    track = upload(running, "ann", mix).json()["id"]
    (file,) = running.store.glob("projects/*/objects/*")
    away = running.folder / "away"
    file.rename(away)
    assert running.program("worker.py", "--once") == "1"
    assert status(running, track) == "queued" and running.count("jobs") == 1
    away.rename(file)
    with running.owner() as owner:
        owner.execute("update jobs set run_after = now()")
    running.program("worker.py", "--once")
    assert status(running, track) == "done" and running.count("jobs") == 0


def test_a_new_analysis_has_its_own_version_and_configuration(running: Running, mix: bytes) -> None:
    track = upload(running, "ann", mix).json()["id"]
    running.program("worker.py", "--once")
    with running.owner() as owner:
        owner.execute("update analyses set config_hash = 'old', balanced_version = '0.0.1', created_at = '2000-01-01'")
        owner.execute("insert into jobs (track_id) values (%s)", (track,))
    running.program("worker.py", "--once")
    with running.owner() as owner:
        row = owner.execute(
            "select config_hash, balanced_version, created_at > now() - interval '1 hour' from analyses"
        ).fetchone()
    assert row == (bm.AnalysisConfig().hash, bm.__version__, True)


def test_temporary_tables_do_not_stand_in_for_the_services(running: Running) -> None:
    with psycopg.connect(running.database.connection("balanced_api")) as api:
        api.execute("create temp table users (id uuid, role text, token_sha256 bytea)")
        api.execute("insert into users values (gen_random_uuid(), 'engineer', sha256('forged'))")
        api.execute("create temp table assignments (track_id uuid, engineer_id uuid)")
        assert api.execute("select * from public.user_of_token('forged')").fetchall() == []
        assert api.execute("select * from public.assigned_tracks()").fetchall() == []
    with (
        psycopg.connect(running.database.connection("balanced_worker")) as worker,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        worker.execute("select * from user_of_token('forged')")


def plain(folder: Path, markers: list[bytes]) -> list[Path]:
    """Returns the files under a folder that hold one of the markers."""
    found = []
    for path in (path for path in folder.rglob("*") if path.is_file()):
        with suppress(FileNotFoundError):  # It was temporary.
            content = path.read_bytes()
            found += [path for marker in markers if marker in content]
    return found


class Watch:
    """Looks for plain audio under a folder as long as it runs."""

    def __init__(self, folder: Path, markers: list[bytes]) -> None:
        self.found: list[Path] = []
        self.looks = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(folder, markers))

    def run(self, folder: Path, markers: list[bytes]) -> None:
        while not self.ended.is_set():
            self.found += plain(folder, markers)
            self.looks += 1

    def __enter__(self) -> Watch:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()


def test_no_plain_audio_is_ever_written(running: Running, mix: bytes) -> None:
    title = "A title that is nowhere in the vault"
    markers = [mix[at : at + 24] for at in range(1000, len(mix) - 24, 40_000)]
    (running.folder / "control").write_bytes(mix)
    assert plain(running.folder, markers), "the search finds what it looks for"
    (running.folder / "control").unlink()
    eve, key = user_id(running, "eve"), running.folder.parent / "eve.key"
    with Watch(running.folder, [*markers, title.encode()]) as watch:
        track = upload(running, "ann", mix, title).json()["id"]
        assert running.program("worker.py", "--once") == "1" and status(running, track) == "done"
        with running.owner() as owner:
            owner.execute("update users set public_key = %s where id = %s", (bm.Vault.generate_key(key), eve))
        with running.client("token-ann") as ann:
            assert ann.put(f"/tracks/{track}/engineers/{eve}").status_code == 204
            assert ann.delete(f"/tracks/{track}/engineers/{eve}").status_code == 204
        upload(running, "ann", mix[:300_000] + b"x" * 2_000_000)
        upload(running, "ann", b"RIFF" + mix[4000:])
    assert watch.looks > 3 and watch.found == []


def test_engineers_open_the_audio_by_their_own_key_while_they_are_assigned(running: Running, mix: bytes) -> None:
    keys = {}
    for name in ("eve", "fay"):
        path = running.folder.parent / f"{name}-own.key"
        with running.owner() as owner:
            public = bm.Vault.generate_key(path)
            owner.execute("update users set public_key = %s where name = %s", (public, name))
        keys[name] = path
    track = upload(running, "ann", mix).json()["id"]
    address = get(running, "ann", f"/tracks/{track}").json()["audio"]
    project, file = address.removeprefix("vault:").split("/")
    vault = bm.Vault(running.store)  # Without the platform's key, as an engineer has it.

    def opens(name: str) -> bool:
        try:
            with vault.open(project, file, identity=keys[name]) as audio:
                return audio.read() == mix
        except bm.AudioFileNotFoundError:
            return False

    eve = user_id(running, "eve")
    assert not opens("eve")
    with running.client("token-ann") as ann:
        assert ann.put(f"/tracks/{track}/engineers/{eve}").status_code == 204
        assert opens("eve") and not opens("fay")
        assert running.program("worker.py", "--once") == "1"
        assert ann.delete(f"/tracks/{track}/engineers/{eve}").status_code == 204
    assert not opens("eve")


def test_a_completed_track_is_erased_on_its_day_with_a_receipt(running: Running, mix: bytes) -> None:
    track, other = (upload(running, "ann", mix).json()["id"] for _ in range(2))
    project = running.project(track)
    running.program("worker.py", "--once")
    with running.client("token-bob") as bob, running.client("token-ann") as ann:
        assert bob.post(f"/tracks/{track}/complete").status_code == 404
        assert ann.post(f"/tracks/{track}/complete").status_code == 204
        assert ann.post(f"/tracks/{track}/complete").status_code == 404
        assert ann.get(f"/tracks/{track}/receipt").status_code == 404
    assert get(running, "ann", f"/tracks/{track}").json()["completed_at"]
    assert running.program("sweep.py") == "Swept(tracks=0, orphans=0)"
    # A month later by the vault's clock; the other track lives on, since nothing tells that its own time is over.
    in_a_month = datetime.now(UTC) + timedelta(days=31)
    late = bm.Vault(running.store, key=running.folder / "platform.key", now=in_a_month)
    late.hold(running.project(other), "case-1")
    assert late.sweep()["erased"] == [project]
    assert running.program("sweep.py") == "Swept(tracks=1, orphans=0)"
    assert running.files() == [running.project(other)] and get(running, "ann", f"/tracks/{track}").status_code == 404
    receipt = get(running, "ann", f"/tracks/{track}/receipt")
    said = running.vault().verify_receipt(receipt.content)
    assert (said["project"], said["reason"]) == (project, "retention") and len(said["files"]) == 1
    assert get(running, "bob", f"/tracks/{track}/receipt").status_code == 404
    late.release(running.project(other), "case-1")
    with running.client("token-ann") as ann:
        assert ann.delete(f"/tracks/{other}").status_code == 204
    said = running.vault().verify_receipt(get(running, "ann", f"/tracks/{other}/receipt").content)
    assert said["reason"] == "persons_request" and running.files() == []
    assert running.vault().verify_log()["entries"] > 0


def test_engineers_are_proposed_to_the_owner_of_a_track_and_nobody_else(mix: bytes, tmp_path: Path) -> None:
    roster = tmp_path / "roster.json"
    with service(BALANCED_SERVICE_ROSTER=str(roster)) as running:
        eve, fay, ann = (user_id(running, name) for name in ("eve", "fay", "ann"))
        terms = {"genres": ["rock"], "turnaround_days": 5, "capacity": 2, "price": 80}
        rows = [{"id": eve, **terms}, {"id": fay, **terms, "do_not_match": [ann]}, {"id": "somebody-else", **terms}]
        roster.write_text(json.dumps({"version": 1, "engineers": rows}), encoding="utf-8")
        track = upload(running, "ann", mix).json()["id"]
        with running.client("token-ann") as owner, running.client("token-bob") as bob, running.client("token-eve") as engineer:
            assert owner.post(f"/tracks/{track}/proposals").status_code == 409, "it is not analysed yet"
            assert running.program("worker.py", "--once") == "1"
            answer = owner.post(f"/tracks/{track}/proposals", json={"genres": ["rock"], "client": "another"})
            assert answer.status_code == 200, answer.text
            (proposed,) = answer.json()
            assert proposed["engineer"] == eve and proposed["reasons"] and "exposure" not in proposed
            wrong = owner.post(f"/tracks/{track}/proposals", json={"budget": -1})
            assert wrong.status_code == 422 and "budget" in wrong.json()["detail"]
            assert owner.post(f"/tracks/{track}/proposals", params={"top": 11}).status_code == 422
            assert bob.post(f"/tracks/{track}/proposals").status_code == 404
            # What is proposed can be assigned; the assigned engineer sees no list of competitors.
            assert owner.put(f"/tracks/{track}/engineers/{eve}").status_code == 204
            assert engineer.post(f"/tracks/{track}/proposals").status_code == 404
            assert owner.post(f"/tracks/{track}/proposals").status_code == 200
        with running.owner() as database:
            shown = database.execute("select engineer_id::text, exposure from exposures").fetchall()
        assert shown == [(eve, pytest.approx(2.0))], "two lists, each with the first place"
        with (
            psycopg.connect(running.database.connection("balanced_api")) as api,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            api.execute("select * from exposures")


def test_without_a_roster_nobody_is_proposed(running: Running, mix: bytes) -> None:
    track = upload(running, "ann", mix).json()["id"]
    with running.client("token-ann") as ann:
        assert ann.post(f"/tracks/{track}/proposals").status_code == 404
