"""The body of a request as a file for another thread: nothing of it is written to a disk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio.from_thread
from fastapi import HTTPException
from starlette.requests import ClientDisconnect

#: First bytes of the accepted formats, so that other files are refused early.
MAGIC = (b"RIFF", b"RF64", b"BW64", b"FORM")


class Body:
    """A binary file that can be read once, while it is acceptable.

    `refusal` is the answer to a body that was not; readers only see that reading failed.
    """

    def __init__(self, chunks: AsyncIterator[bytes], max_bytes: int) -> None:
        self._chunks = chunks
        self._max_bytes = max_bytes
        self._size = 0
        self._held = b""
        self.refusal: HTTPException | None = None

    async def begin(self) -> None:
        """Receives the first bytes and refuses what is of another kind."""
        while len(self._held) < 4 and (chunk := await self._next()):
            self._held += chunk
        if not self._held:
            raise HTTPException(422, "the body is empty; send the file itself")
        if len(self._held) >= 4 and self._held[:4] not in MAGIC:
            raise HTTPException(415, "this is no WAV or AIFF file; export the mix as one")

    async def _next(self) -> bytes:
        """Returns the next bytes; none at the end."""
        try:
            chunk = b""
            while not chunk:
                chunk = await anext(self._chunks)
        except StopAsyncIteration:
            return b""
        except ClientDisconnect as gone:
            self.refusal = HTTPException(400, "the upload was cut off")
            raise self.refusal from gone
        self._size += len(chunk)
        if self._size > self._max_bytes:
            self.refusal = HTTPException(413, f"at most {self._max_bytes} bytes are taken")
            raise self.refusal
        return chunk

    def read(self, count: int) -> bytes:
        """Returns up to `count` bytes; none at the end. It is called in a thread for blocking work."""
        if not self._held:
            self._held = anyio.from_thread.run(self._next)
        taken, self._held = self._held[:count], self._held[count:]
        return taken
