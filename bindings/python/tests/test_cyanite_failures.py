"""Every call of the client through every failure, as in Rust: the outcomes are those of the README of `balanced-cyanite`."""

from __future__ import annotations

import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import balanced_mastering as bm
import numpy as np
import pytest
from conftest import ROOT
from cyanite_mock import Mock, mock

if TYPE_CHECKING:
    from collections.abc import Callable

#: Failures, by the names that the table has for them, and how a scenario says them.
FAILURES = {
    "slow": "1 slow 30",
    "dropped once": "1 drop",
    "dropped always": "always drop",
    "answer lost once": "1 drop-after",
    "cut in the answer, once": "1 cut",
    "half of the JSON, once": "1 half-json",
    "429 with Retry-After, once": "1 status 429 1",
    "429, an hour": "always status 429 3600",
    "500 once": "1 status 500",
    "500 after it was done, once": "1 status-after 500",
    "503 always": "always status 503",
    "400": "always status 400",
    "web page": "always html",
    "answer of 64 MiB": "always huge",
    "redirected to another host": "always redirect https://elsewhere.example/",
    "no answer": "always stall",
    "address expired (403), once": "1 expired",
    "nulls everywhere": "always nulls",
    "unknown member and labels": "always unknown-member",
    "wrong certificate": "",
}
REST = {"upload", "models", "similar", "prompt-search"}


def outcomes() -> dict[str, dict[str, str]]:
    """Reads the table: for each failure, the outcome of each call."""
    readme = (ROOT / "crates/balanced-cyanite/README.md").read_text(encoding="utf-8")
    text = readme.partition("<!-- outcomes")[2].partition("<!-- end of outcomes -->")[0]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    columns = [re.findall(r"`([^`]+)`", cell) for cell in rows[0][1:]]
    table: dict[str, dict[str, str]] = {}
    for row in rows[2:]:
        cells = zip(columns, row[1:], strict=True)
        table[row[0].strip()] = {name: cell.strip().strip("`") for names, cell in cells for name in names}
    return table


OUTCOMES = outcomes()


def tone(folder: Path, tenths: int) -> Path:
    """Writes a source of its own length, in tenths of a second."""
    path = folder / f"{tenths}.wav"
    bm.write(path, np.full((1, 4410 * tenths), 0.1), 44_100)
    return path


def send(client: bm.Cyanite, source: Path) -> str:
    upload = client.prepare(source)
    return client.send(upload, upload.consent()).track_id


def prepared(running: Mock, api: str, folder: Path) -> tuple[str, str]:
    """Returns a track, and a crate of GraphQL, to try calls on."""
    client = running.client(api)
    track = send(client, tone(folder, 3))
    if api == "rest-v1":
        return track, ""
    client.select_brand_values(["honest"])
    return track, client.create_crate("a crate")


def calls(client: bm.Cyanite, track: str, crate: str, source: Path) -> dict[str, Callable[[], object]]:
    """Returns what makes each call."""
    sending = dict.fromkeys(["fileUploadRequest", "put", "libraryTrackCreate", "upload"], lambda: send(client, source))
    return {
        **sending,
        "ping": client.ping,
        "libraryTracks": lambda: client.find(limit=10),
        "libraryTrack": lambda: client.fetch(track),
        "models": lambda: client.fetch(track),
        "libraryTrackEnqueue": lambda: client.enqueue(track),
        "libraryTracksDelete": lambda: client.delete(track),
        "similarTracks": lambda: client.similar(track),
        "similar": lambda: client.similar(track),
        "freeTextSearch": lambda: client.search("piano"),
        "prompt-search": lambda: client.search("piano"),
        "keywordSearch": lambda: client.search(keywords={"piano": 1.0}),
        "lyricsSearch": lambda: client.search_lyrics("rain"),
        "augmentedKeywords": lambda: client.keywords(track),
        "brandValues": lambda: client.brand_values(track),
        "selectBrandValues": lambda: client.select_brand_values(["bold"]),
        "libraryTrackWaveform": lambda: client.waveform(track),
        "waveform": lambda: client.waveform(track),
        "crates": lambda: client.crates(),
        "crateCreate": lambda: client.create_crate("new"),
        "crateDelete": lambda: client.delete_crate(crate),
        "crateAddLibraryTracks": lambda: client.add_to_crate(crate, track),
        "crateRemoveLibraryTracks": lambda: client.remove_from_crate(crate, track),
        "spotifyTrackEnqueue": lambda: client.enqueue_spotify("0abc"),
        "youTubeTrackEnqueue": lambda: client.enqueue_youtube("https://youtu.be/abc"),
    }


def outcome(name: str, failure: str) -> str:
    """Makes a call under a failure and returns what becomes of it, in the words of the table."""
    api = "rest-v1" if name in REST else "graphql"
    with tempfile.TemporaryDirectory() as folder, mock(Path(folder)) as running:
        is_trusted = failure != "wrong certificate"
        track, crate = prepared(running, api, Path(folder)) if is_trusted else ("1", "1")
        running.set_scenario(f"{name} {FAILURES[failure]}" if is_trusted else "")
        made, before = running.made, running.calls(name)
        options: dict[str, Any] = {"timeout_s": 3.0, "attempts": 1} if failure == "no answer" else {"attempts": 4}
        client = running.client(api, **options, **({} if is_trusted else {"ca_pem": None}))
        try:
            calls(client, track, crate, tone(Path(folder), 5))[name]()
        except bm.CyaniteError as error:
            assert error.problem and error.remedy
            assert running.told["token"] not in str(error) and "X-Amz" not in str(error) and "/storage/" not in str(error)
            said = error.reason
        else:
            said = "done"
        running.set_scenario("")
        assert running.made <= made + 1, "one source is one track"
        return "done, repeated" if said == "done" and running.calls(name) - before > 1 else said


def test_the_table_is_read_whole() -> None:
    assert list(OUTCOMES) == list(FAILURES)
    assert all(set(row) == set(calls(bm.Cyanite("none"), "", "", Path())) for row in OUTCOMES.values())


@pytest.mark.parametrize("failure", FAILURES)
def test_every_call_ends_as_it_does_in_rust(failure: str) -> None:
    expected = OUTCOMES[failure]
    # Most of it is waiting.
    with ThreadPoolExecutor(len(expected)) as pool:
        found = dict(zip(expected, pool.map(outcome, expected, [failure] * len(expected)), strict=True))
    assert found == expected
