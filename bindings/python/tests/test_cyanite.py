"""Cyanite: the client against the mock, over real HTTP and TLS, and webhooks."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import pickle
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, cast

import balanced_mastering as bm
import pytest
from cyanite_mock import mock

if TYPE_CHECKING:
    from balanced_mastering._cyanite import CyaniteApi

APIS = ["graphql", "rest-v1"]
SECRET = "a secret"


def send(client: bm.Cyanite, source: Path) -> bm.CyaniteSent:
    """Sends a file with the consent to its manifest."""
    upload = client.prepare(source)
    return client.send(upload, upload.consent())


@pytest.mark.parametrize("api", APIS)
def test_a_track_is_sent_once_fetched_and_merged(api: str, tmp_path: Path, demo_path: Path) -> None:
    with mock(tmp_path, "", "--asks", "1") as running:
        client = running.client(api, journal=tmp_path / "journal")
        upload = client.prepare(demo_path)
        manifest = upload.manifest
        assert manifest["audio"]["bytes"] == len(upload.mp3)
        assert manifest["audio"]["sha256"] == hashlib.sha256(upload.mp3).hexdigest()
        assert "demo" not in json.dumps(manifest)
        sent = client.send(upload, upload.consent())
        assert not sent.was_there
        assert send(running.client(api, journal=tmp_path / "journal"), demo_path).was_there
        with pytest.raises(bm.CyaniteError) as early:
            client.fetch(sent.track_id)
        assert early.value.reason == "not_ready"
        result = client.fetch(sent.track_id, wait_s=5, every_s=0.1)
        assert result["source_sha256"] == hashlib.sha256(demo_path.read_bytes()).hexdigest()
        assert client.status(sent.track_id)["state"] == "finished"
        assert client.search("piano")["items"][0]["id"] == sent.track_id
        assert client.similar(sent.track_id)["items"] == []
        if api == "graphql":
            assert client.find(external_id=sent.external_id)["items"][0]["id"] == sent.track_id
            assert client.delete(sent.track_id)["deleted"] == [sent.track_id]
        else:
            with pytest.raises(bm.CyaniteError) as refused:
                client.delete(sent.track_id)
            assert refused.value.reason == "unsupported"


def test_the_library_has_crates_words_and_waveforms(tmp_path: Path, demo_path: Path) -> None:
    with mock(tmp_path) as running:
        client = running.client("graphql")
        track = send(client, demo_path).track_id
        crate = client.create_crate("quiet ones")
        assert client.crates() == {"items": [{"id": crate, "name": "quiet ones"}], "next": None}
        assert client.add_to_crate(crate, track) == [track]
        assert [hit["id"] for hit in client.search("piano", target=f"crate:{crate}")["items"]] == [track]
        assert client.remove_from_crate(crate, track) == [track]
        client.delete_crate(crate)
        assert client.keywords(track)[0] == {"word": "night drive", "weight": 0.9}
        values = client.available_brand_values()
        client.select_brand_values(values[:1])
        assert [value["word"] for value in client.brand_values(track)] == values[:1]
        waveform = client.waveform(track)
        assert (waveform["sample_rate_hz"], len(waveform["data"])) == (44_100, 2 * waveform["length"])
        assert client.enqueue_spotify("0RC7AFMWrHLkWn") == "0RC7AFMWrHLkWn"
        video = client.enqueue_youtube("https://youtu.be/abc")
        assert asyncio.run(client.keywords_async(video))
        assert client.search_lyrics("rain", limit=1)["items"]
        with pytest.raises(bm.CyaniteError) as refused:
            running.client("rest-v1").crates()
        assert refused.value.reason == "unsupported"


@pytest.mark.parametrize("api", APIS)
def test_nothing_is_sent_without_the_right_consent(api: str, tmp_path: Path, demo_path: Path) -> None:
    with mock(tmp_path) as running:
        client = running.client(api)
        upload = client.prepare(demo_path)
        other = client.prepare(demo_path, title="Another title")
        with pytest.raises(bm.CyaniteError) as refused:
            client.send(upload, other.consent())
        assert refused.value.reason == "consent"
        with pytest.raises(bm.CyaniteError, match="house rule"):
            running.client(api, forbidden="house rule").send(upload, upload.consent())
        assert not client.send(upload, upload.consent()).was_there


def test_calls_can_be_awaited_at_once(tmp_path: Path, demo_path: Path) -> None:
    async def run(client: bm.Cyanite) -> list[bm.CyaniteSent]:
        upload = await client.prepare_async(demo_path)
        return await asyncio.gather(*(client.send_async(upload, upload.consent()) for _ in range(4)))

    with mock(tmp_path) as running:
        sent = asyncio.run(run(running.client("graphql")))
    assert len({one.track_id for one in sent}) == 1
    assert [one.was_there for one in sent].count(False) == 1


def test_a_wrong_certificate_is_refused(tmp_path: Path) -> None:
    with mock(tmp_path) as running, pytest.raises(bm.CyaniteError) as refused:
        running.client("graphql", ca_pem=None).status("1")
    assert refused.value.reason == "certificate"


def test_errors_survive_a_process_border(tmp_path: Path) -> None:
    with mock(tmp_path) as running, pytest.raises(bm.CyaniteError) as missing:
        running.client("graphql").status("404")
    copy = pickle.loads(pickle.dumps(missing.value))
    assert (copy.reason, str(copy)) == ("not_found", str(missing.value))


def test_arguments_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CYANITE_TOKEN", raising=False)
    with pytest.raises(bm.SettingsError, match="CYANITE_TOKEN"):
        bm.Cyanite()
    client = bm.Cyanite("a-token")
    with pytest.raises(bm.SettingsError):
        client.delete()
    with pytest.raises(bm.SettingsError):
        client.find(title="a", sha256="b")
    with pytest.raises(bm.SettingsError):
        client.fetch("1", every_s=0)
    with pytest.raises(bm.CyaniteError):
        bm.Cyanite("a-token", url="http://localhost/")
    assert "a-token" not in repr(vars(client))


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """Returns the headers of a GraphQL webhook."""
    return {"Signature": hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()}


def event(track: str) -> bytes:
    """Returns the body of a GraphQL webhook."""
    what = {"type": "AudioAnalysisV6", "status": "finished"}
    return json.dumps({"version": "2", "resource": {"type": "LibraryTrack", "id": track}, "event": what}).encode()


def test_webhooks_are_verified_and_repetitions_known() -> None:
    hooks = bm.CyaniteWebhooks(["older secret", SECRET])
    body = event("17")
    payload = hooks.verify(signed(body), body)
    assert (payload.kind, payload.track_id, payload.is_repeat) == ("analysis_finished", "17", False)
    assert payload.raw == json.loads(body)
    assert hooks.verify(signed(body).items(), body).is_repeat
    with pytest.raises(bm.CyaniteError) as forged:
        hooks.verify(signed(body, "guessed"), body)
    assert forged.value.reason == "signature"


@pytest.mark.parametrize("api", APIS)
def test_webhooks_come_over_http_and_are_done_once(api: str, tmp_path: Path, demo_path: Path) -> None:
    arrived: queue.Queue[tuple[list[tuple[str, str]], bytes]] = queue.Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            arrived.put((self.headers.items(), body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with mock(tmp_path, "webhook 1 duplicate", "--webhook", f"http://127.0.0.1:{server.server_port}/hook") as running:
            sent = send(running.client(api), demo_path)
            secret = running.told["graphql_secret" if api == "graphql" else "rest_secret"]
            hooks = bm.CyaniteWebhooks(secret, api=cast("CyaniteApi", api))
            told = [hooks.verify(*arrived.get(timeout=60)) for _ in range(2)]
    finally:
        server.shutdown()
        server.server_close()
    assert [one.track_id for one in told] == [sent.track_id, sent.track_id]
    assert [one.is_repeat for one in told] == [False, True]


def test_a_database_can_know_repetitions() -> None:
    seen: set[str] = set()

    def note(key: str, until_s: int) -> bool:
        is_new = key not in seen and until_s > 0
        seen.add(key)
        return is_new

    body = event("17")
    assert not bm.verify_cyanite_webhook(signed(body), body, SECRET, seen=note).is_repeat
    assert bm.verify_cyanite_webhook(signed(body), body, SECRET, seen=note).is_repeat

    def broken(key: str, until_s: int) -> bool:
        raise OSError(key, until_s)

    with pytest.raises(bm.CyaniteError) as failed:
        bm.verify_cyanite_webhook(signed(body), body, SECRET, seen=broken)
    assert failed.value.reason == "journal"


def test_standard_webhooks_have_five_minutes() -> None:
    key = base64.b64encode(b"twenty-four secret bytes").decode()
    body = b'{"type":"analysisJob/failed","timestamp":"2026-01-01T00:00:00Z","data":{"track":{"id":"libtr_1"}}}'
    mac = hmac.new(b"twenty-four secret bytes", b"msg_1.1000." + body, hashlib.sha256).digest()
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": "1000",
        "Webhook-Signature": "v1," + base64.b64encode(mac).decode(),
    }
    secret = f"whsec_{key}"
    for now_s in (1000, 1300, 700):
        payload = bm.verify_cyanite_webhook(headers, body, secret, api="rest-v1", now_s=now_s)
        assert (payload.kind, payload.track_id) == ("analysis_failed", "libtr_1")
    for now_s in (1301, 699):
        with pytest.raises(bm.CyaniteError):
            bm.verify_cyanite_webhook(headers, body, secret, api="rest-v1", now_s=now_s)


def test_every_altered_or_cut_body_is_refused() -> None:
    body = event("17")
    headers = signed(body)
    flipped = (body[:at] + bytes([body[at] ^ bit]) + body[at + 1 :] for at in range(len(body)) for bit in (1, 32, 128))
    anew = json.dumps(json.loads(body), separators=(",", ":")).encode()
    for altered in (*flipped, *(body[:at] for at in range(len(body))), body + b" ", anew):
        with pytest.raises(bm.CyaniteError) as refused:
            bm.verify_cyanite_webhook(headers, altered, SECRET)
        assert refused.value.reason == "signature"
