"""Cyanite: audio is sent with consent to what a manifest lists; results, webhooks and deletion."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from balanced_mastering import _native
from balanced_mastering._audio import as_file
from balanced_mastering._errors import settings_error
from balanced_mastering._limits import limits_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from balanced_mastering._audio import AudioFile
    from balanced_mastering._limits import Limits

CyaniteApi = Literal["graphql", "rest-v1"]

_TOKENS = {"graphql": "CYANITE_TOKEN", "rest-v1": "CYANITE_API_KEY"}


class CyaniteUpload:
    """A track that is ready to be sent, of which nothing has left the machine; `Cyanite.prepare` makes it."""

    def __init__(self, native: _native.CyaniteUpload) -> None:
        self._native = native

    @property
    def manifest(self) -> dict[str, Any]:
        """Everything that would leave the machine: hosts, requests, fields and bytes, and what stays."""
        manifest: dict[str, Any] = json.loads(self._native.manifest())
        return manifest

    @property
    def digest(self) -> str:
        """Digest of the manifest, by which a consent is tied to it."""
        return self._native.digest()

    @property
    def mp3(self) -> bytes:
        """The audio that would be sent."""
        return self._native.mp3()

    def consent(self) -> CyaniteConsent:
        """Returns the consent to this manifest: call it when whoever decides has seen the manifest and agrees."""
        return CyaniteConsent(self.digest)


@dataclass(frozen=True)
class CyaniteConsent:
    """A consent to one manifest; nothing else can be sent with it."""

    digest: str


@dataclass(frozen=True)
class CyaniteSent:
    """A track that was sent.

    Attributes
    ----------
    api : str
        The API.
    track_id : str
        The track at Cyanite.
    external_id : str
        The id by which it was sent.
    source_sha256 : str
        SHA-256 of the source.
    was_there : bool
        Whether it had been sent before, so that nothing was sent now.
    not_enqueued : str or None
        Why Cyanite did not start the analysis, if it did not.
    """

    api: str
    track_id: str
    external_id: str
    source_sha256: str
    was_there: bool
    not_enqueued: str | None


@dataclass(frozen=True)
class CyanitePayload:
    """A webhook whose signature is right.

    Attributes
    ----------
    api : str
        The API that sent it.
    kind : str
        `analysis_finished`, `analysis_failed`, `test`, or `unknown`: answer 200 and leave it.
    track_id : str or None
        The track.
    subject : str or None
        The analysis, in Cyanite's word.
    timestamp : str or None
        When, in Cyanite's words.
    is_repeat : bool
        Whether it was seen before: answer 200, and do nothing.
    key : str
        Key by which it was noted.
    raw : object
        The body, as it came.
    """

    api: str
    kind: str
    track_id: str | None
    subject: str | None
    timestamp: str | None
    is_repeat: bool
    key: str
    raw: Any


class Cyanite:
    """A client of Cyanite.

    Every method has a twin with `_async` at its end, which runs it in a thread and can be awaited.

    Parameters
    ----------
    token : str, optional
        Access token, or key of the REST API; by default that in `CYANITE_TOKEN` or `CYANITE_API_KEY`.
    api : {"graphql", "rest-v1"}
        The API.
    journal : path, optional
        Folder that keeps what was sent, so that nothing is sent twice; by default it is kept as long as the client.
    url : str, optional
        Base address instead of Cyanite's; `https` only.
    ca_pem : bytes, optional
        Certificates to trust instead of the usual ones.
    upload_hosts : sequence of str
        Hosts to which uploads may go, besides those under amazonaws.com.
    forbidden : str, optional
        A reason that forbids sending; everything else works.
    timeout_s : float, optional
        Longest time of one request in seconds; by default 300.
    attempts : int, optional
        How often a request is made in all, where it is safe to repeat; by default 5.

    Raises
    ------
    CyaniteError
        If the token or the address cannot be used.

    Examples
    --------
    >>> client = bm.Cyanite("a-token")
    >>> upload = client.prepare(bm.demo())
    >>> upload.manifest["hosts"]
    ['*.amazonaws.com', 'api.cyanite.ai']
    >>> upload.manifest["audio"]["bitrate_kbps"]
    320
    """

    def __init__(
        self,
        token: str | None = None,
        *,
        api: CyaniteApi = "graphql",
        journal: str | os.PathLike[str] | None = None,
        url: str | None = None,
        ca_pem: bytes | None = None,
        upload_hosts: Sequence[str] = (),
        forbidden: str | None = None,
        timeout_s: float | None = None,
        attempts: int | None = None,
    ) -> None:
        if token is None:
            token = os.environ.get(_TOKENS.get(api, ""))
        if token is None:
            variable = _TOKENS.get(api, "CYANITE_TOKEN")
            raise settings_error("no token is given", f"give token=, or set {variable}")
        if attempts is not None and attempts < 1:
            raise settings_error(f"attempts={attempts}: is no number of attempts", "give 1 or more")
        folder = None if journal is None else os.fspath(journal)
        options = (folder, forbidden, timeout_s, attempts)
        self._native = _native.Cyanite(api, token, url, ca_pem, list(upload_hosts), *options)

    def prepare(
        self,
        source: AudioFile,
        *,
        title: str | None = None,
        external_id: str | None = None,
        around_s: float | None = None,
        layout: str | None = None,
        limits: Limits | None = None,
        accept_damaged: bool = False,
    ) -> CyaniteUpload:
        """Makes the MP3 and the manifest of a file; nothing is sent.

        Parameters
        ----------
        source : path, bytes or file
            The audio.
        title, external_id : str, optional
            What else is to be sent; by default opaque words that follow from the file and tell nothing.
        around_s : float, optional
            Most representative moment, around which a track longer than 15 minutes is cut; by default where it is loudest.
        layout : str, optional
            Channel layout instead of the declared one.
        limits : Limits, optional
            What the input may be.
        accept_damaged : bool
            Go on with a file that gives under half of what it promises.
        """
        given = (title, external_id, around_s, layout, limits_json(limits), accept_damaged)
        return CyaniteUpload(self._native.prepare(as_file(source), *given))

    def send(self, upload: CyaniteUpload, consent: CyaniteConsent, *, again: bool = False) -> CyaniteSent:
        """Sends a track, unless its source was sent before.

        Parameters
        ----------
        upload : CyaniteUpload
            The track.
        consent : CyaniteConsent
            The consent to its manifest.
        again : bool
            Send a track again of which the REST API never said whether it arrived; it may then be there twice.

        Raises
        ------
        CyaniteError
            With the reason `consent` before anything is sent; `in_doubt` where REST never answered.
        """
        return CyaniteSent(**json.loads(self._native.send(upload._native, consent.digest, again)))

    def status(self, track_id: str) -> dict[str, Any]:
        """Returns how far the analyses of a track are: `state`, and `analyses` with that of each version."""
        return _object(self._native.status(track_id))

    def fetch(self, track_id: str, *, wait_s: float = 0.0, every_s: float = 5.0) -> dict[str, Any]:
        """Returns the results of a track as Cyanite answered, in `raw`, with where they come from: `merge` takes it.

        Parameters
        ----------
        track_id : str
            The track.
        wait_s, every_s : float
            How long to wait for the results, and how often to ask, in seconds.

        Raises
        ------
        CyaniteError
            With the reason `not_ready` while the analysis runs.
        """
        if not (every_s > 0 and wait_s >= 0):
            raise settings_error(f"wait_s={wait_s}, every_s={every_s}", "give a wait of 0 or more, asked every so many seconds")
        return _object(self._native.fetch(track_id, every_s, int(wait_s / every_s) + 1))

    def find(
        self,
        *,
        external_id: str | None = None,
        sha256: str | None = None,
        title: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> dict[str, Any]:
        """Returns a page of the library, `items` and `next`: all tracks, or those of an id, title or uploaded file's hash."""
        given = {"external_id": external_id, "sha256": sha256, "title": title}
        named = [(by, value) for by, value in given.items() if value is not None]
        if len(named) > 1:
            raise settings_error("several ways to find tracks", "give one of external_id, sha256 and title")
        by, value = named[0] if named else ("all", "")
        return _object(self._native.list(by, value, limit, cursor))

    def similar(self, *track_ids: str, target: str = "library", limit: int = 20, cursor: str | None = None) -> dict[str, Any]:
        """Returns tracks that sound alike, `items` and `next`; REST takes up to ten to compare with.

        `target` is where to search with GraphQL: `library`, `spotify` or `crate:ID`. `cursor` is of REST.
        """
        return _object(self._native.similar(track_ids, target, limit, cursor))

    def search(
        self,
        text: str = "",
        *,
        keywords: Mapping[str, float] | None = None,
        target: str = "library",
        limit: int = 20,
        cursor: str | None = None,
    ) -> dict[str, Any]:
        """Returns tracks that fit a text, or weighted keywords (GraphQL), `items` and `next`. The words are sent to Cyanite.

        `target` is where to search with GraphQL: `library`, `spotify` or `crate:ID`. `cursor` is of REST.
        """
        weighted = list((keywords or {}).items())
        return _object(self._native.search(text, weighted, target, limit, cursor))

    def search_lyrics(self, text: str, *, limit: int = 20) -> dict[str, Any]:
        """Returns tracks of Spotify whose lyrics fit a text (GraphQL), which is sent to Cyanite."""
        return _object(self._native.search_lyrics(text, limit))

    def ping(self) -> None:
        """Checks address and token (GraphQL)."""
        self._native.ping()

    def crates(self, *, limit: int = 10, cursor: str | None = None) -> dict[str, Any]:
        """Returns a page of crates, `items` and `next`: sets of tracks of the library (GraphQL), at most ten a page."""
        return _object(self._native.crates(limit, cursor))

    def create_crate(self, name: str) -> str:
        """Makes a crate and returns its id, for `target="crate:ID"` of a search; two crates can have one name."""
        return self._native.create_crate(name)

    def delete_crate(self, crate: str) -> None:
        """Deletes a crate; its tracks stay in the library."""
        self._native.delete_crate(crate)

    def add_to_crate(self, crate: str, *track_ids: str) -> list[str]:
        """Puts tracks into a crate and returns those that Cyanite says it added."""
        return self._native.change_crate(crate, track_ids, True)

    def remove_from_crate(self, crate: str, *track_ids: str) -> list[str]:
        """Takes tracks out of a crate and returns those that Cyanite says it removed; they stay in the library."""
        return self._native.change_crate(crate, track_ids, False)

    def keywords(self, track_id: str) -> list[dict[str, Any]]:
        """Returns keywords that fit a track (GraphQL), each with `word` and `weight`."""
        return _list(self._native.keywords(track_id))

    def brand_values(self, track_id: str) -> list[dict[str, Any]]:
        """Returns how well the selected brand values fit a track (GraphQL), each with `word` and `weight`."""
        return _list(self._native.brand_values(track_id))

    def available_brand_values(self) -> list[str]:
        """Returns the brand values that can be selected (GraphQL)."""
        return _list(self._native.brand_values(None))

    def select_brand_values(self, values: Sequence[str]) -> None:
        """Selects the brand values that tracks are compared with from now on (GraphQL)."""
        self._native.select_brand_values(list(values))

    def waveform(self, track_id: str) -> dict[str, Any]:
        """Returns the waveform of a track, as Cyanite drew it (GraphQL).

        `data` has the lowest and the highest sample of each stretch of `samples_per_pixel` frames, in turns.
        """
        return _object(self._native.waveform(track_id))

    def enqueue_spotify(self, spotify_id: str) -> str:
        """Has a track of Spotify analysed (GraphQL), by its id there; no audio is sent.

        Raises
        ------
        CyaniteError
            With the reason `in_doubt` if no answer says whether it was enqueued: it may cost an analysis.
        """
        return self._native.enqueue_elsewhere("spotify", spotify_id)

    def enqueue_youtube(self, url: str) -> str:
        """Has a video of YouTube analysed (GraphQL) and returns the id of the track that it becomes; no audio is sent.

        Raises
        ------
        CyaniteError
            With the reason `in_doubt` if no answer says whether it was enqueued: it may cost an analysis.
        """
        return self._native.enqueue_elsewhere("youtube", url)

    def enqueue(self, track_id: str) -> None:
        """Has a track analysed again."""
        self._native.enqueue(track_id)

    def delete(self, *track_ids: str, external_id: str | None = None, sha256: str | None = None) -> dict[str, Any]:
        """Deletes tracks and returns a receipt; tracks that are not there are deleted already.

        Raises
        ------
        CyaniteError
            With the reason `unsupported` for REST, which documents no deletion.
        """
        if sum((bool(track_ids), external_id is not None, sha256 is not None)) != 1:
            raise settings_error("nothing, or several things, to delete by", "give ids of tracks, or external_id=, or sha256=")
        if external_id is not None:
            return _object(self._native.delete("external_id", [external_id]))
        if sha256 is not None:
            return _object(self._native.delete("sha256", [sha256]))
        return _object(self._native.delete("id", track_ids))

    def settle(self, track_id: str) -> str | None:
        """Finds out which source in doubt a track of REST is, by its size, and returns the hash of that source."""
        return self._native.settle(track_id)

    async def prepare_async(self, source: AudioFile, **options: Any) -> CyaniteUpload:
        """Awaits `prepare`."""
        return await asyncio.to_thread(self.prepare, source, **options)

    async def send_async(self, upload: CyaniteUpload, consent: CyaniteConsent, *, again: bool = False) -> CyaniteSent:
        """Awaits `send`."""
        return await asyncio.to_thread(self.send, upload, consent, again=again)

    async def status_async(self, track_id: str) -> dict[str, Any]:
        """Awaits `status`."""
        return await asyncio.to_thread(self.status, track_id)

    async def fetch_async(self, track_id: str, *, wait_s: float = 0.0, every_s: float = 5.0) -> dict[str, Any]:
        """Awaits `fetch`."""
        return await asyncio.to_thread(self.fetch, track_id, wait_s=wait_s, every_s=every_s)

    async def find_async(self, **options: Any) -> dict[str, Any]:
        """Awaits `find`."""
        return await asyncio.to_thread(self.find, **options)

    async def similar_async(self, *track_ids: str, **options: Any) -> dict[str, Any]:
        """Awaits `similar`."""
        return await asyncio.to_thread(self.similar, *track_ids, **options)

    async def search_async(self, text: str = "", **options: Any) -> dict[str, Any]:
        """Awaits `search`."""
        return await asyncio.to_thread(self.search, text, **options)

    async def search_lyrics_async(self, text: str, *, limit: int = 20) -> dict[str, Any]:
        """Awaits `search_lyrics`."""
        return await asyncio.to_thread(self.search_lyrics, text, limit=limit)

    async def ping_async(self) -> None:
        """Awaits `ping`."""
        await asyncio.to_thread(self.ping)

    async def crates_async(self, **options: Any) -> dict[str, Any]:
        """Awaits `crates`."""
        return await asyncio.to_thread(self.crates, **options)

    async def create_crate_async(self, name: str) -> str:
        """Awaits `create_crate`."""
        return await asyncio.to_thread(self.create_crate, name)

    async def delete_crate_async(self, crate: str) -> None:
        """Awaits `delete_crate`."""
        await asyncio.to_thread(self.delete_crate, crate)

    async def add_to_crate_async(self, crate: str, *track_ids: str) -> list[str]:
        """Awaits `add_to_crate`."""
        return await asyncio.to_thread(self.add_to_crate, crate, *track_ids)

    async def remove_from_crate_async(self, crate: str, *track_ids: str) -> list[str]:
        """Awaits `remove_from_crate`."""
        return await asyncio.to_thread(self.remove_from_crate, crate, *track_ids)

    async def keywords_async(self, track_id: str) -> list[dict[str, Any]]:
        """Awaits `keywords`."""
        return await asyncio.to_thread(self.keywords, track_id)

    async def brand_values_async(self, track_id: str) -> list[dict[str, Any]]:
        """Awaits `brand_values`."""
        return await asyncio.to_thread(self.brand_values, track_id)

    async def available_brand_values_async(self) -> list[str]:
        """Awaits `available_brand_values`."""
        return await asyncio.to_thread(self.available_brand_values)

    async def select_brand_values_async(self, values: Sequence[str]) -> None:
        """Awaits `select_brand_values`."""
        await asyncio.to_thread(self.select_brand_values, values)

    async def waveform_async(self, track_id: str) -> dict[str, Any]:
        """Awaits `waveform`."""
        return await asyncio.to_thread(self.waveform, track_id)

    async def enqueue_spotify_async(self, spotify_id: str) -> str:
        """Awaits `enqueue_spotify`."""
        return await asyncio.to_thread(self.enqueue_spotify, spotify_id)

    async def enqueue_youtube_async(self, url: str) -> str:
        """Awaits `enqueue_youtube`."""
        return await asyncio.to_thread(self.enqueue_youtube, url)

    async def enqueue_async(self, track_id: str) -> None:
        """Awaits `enqueue`."""
        await asyncio.to_thread(self.enqueue, track_id)

    async def delete_async(self, *track_ids: str, **by: str) -> dict[str, Any]:
        """Awaits `delete`."""
        return await asyncio.to_thread(self.delete, *track_ids, **by)

    async def settle_async(self, track_id: str) -> str | None:
        """Awaits `settle`."""
        return await asyncio.to_thread(self.settle, track_id)


class CyaniteWebhooks:
    """A verifier of Cyanite's webhooks, which knows repetitions.

    Parameters
    ----------
    secrets : str or sequence of str
        The secret; several while one is replaced by another.
    api : {"graphql", "rest-v1"}
        The API that sends them.
    seen : callable, optional
        Notes a key until a time in seconds since 1970, and returns True if it is new, such as an
        `INSERT … ON CONFLICT DO NOTHING` that inserted. By default keys are kept in memory, which suffices for one process.
    """

    def __init__(
        self,
        secrets: str | Sequence[str],
        *,
        api: CyaniteApi = "graphql",
        seen: Callable[[str, int], bool] | None = None,
    ) -> None:
        listed = [secrets] if isinstance(secrets, str) else list(secrets)
        self._native = _native.CyaniteWebhooks(api, listed, seen)

    def verify(
        self, headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes, *, now_s: int | None = None
    ) -> CyanitePayload:
        """Verifies a webhook: the raw body (`await request.body()`, `flask.request.get_data()`), before anything has parsed it.

        Raises
        ------
        CyaniteError
            With the reason `signature` (answer 401), `protocol` (400) or `journal` (500).
        """
        pairs = headers.items() if hasattr(headers, "items") else headers
        delivery = _object(self._native.verify([(str(name), str(value)) for name, value in pairs], body, now_s))
        event = delivery["event"]
        kind = event["kind"]
        return CyanitePayload(
            api=event["api"],
            kind=kind if isinstance(kind, str) else "unknown",
            track_id=event["track_id"],
            subject=event["subject"],
            timestamp=event["timestamp"],
            is_repeat=delivery["is_repeat"],
            key=delivery["key"],
            raw=event["raw"],
        )


def verify_cyanite_webhook(
    headers: Mapping[str, str] | Iterable[tuple[str, str]],
    body: bytes,
    secrets: str | Sequence[str],
    *,
    api: CyaniteApi = "graphql",
    seen: Callable[[str, int], bool] | None = None,
    now_s: int | None = None,
) -> CyanitePayload:
    """Verifies one webhook; without `seen`, repetitions are not known: `CyaniteWebhooks` knows them.

    Parameters
    ----------
    headers, body, now_s
        As `CyaniteWebhooks.verify` takes them.
    secrets, api, seen
        As `CyaniteWebhooks` takes them.

    Examples
    --------
    >>> import hashlib, hmac
    >>> body = b'{"type": "TEST", "data": null}'
    >>> signature = hmac.new(b"a secret", body, hashlib.sha512).hexdigest()
    >>> bm.verify_cyanite_webhook({"Signature": signature}, body, "a secret").kind
    'test'
    """
    return CyaniteWebhooks(secrets, api=api, seen=seen).verify(headers, body, now_s=now_s)


def _object(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _list(text: str) -> list[Any]:
    loaded: list[Any] = json.loads(text)
    return loaded
