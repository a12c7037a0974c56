"""Paths as text: a name that is not UTF-8 has a spelling that JSON and Arrow can hold, and that leads back to the file."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

_SCHEME = "file://"


def spelled(path: str | os.PathLike[str]) -> str:
    """Returns the path as text: itself where it is UTF-8, else a file URI (RFC 8089) of its absolute form.

    Functions that take a file take the URI too.
    """
    text = os.fspath(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SCHEME + quote_from_bytes(os.fsencode(Path(text).absolute()))
    return text


def unspelled(text: str) -> str:
    """Returns the path that `spelled` gave this text for, as Python holds it."""
    if not text.startswith(_SCHEME + "/"):
        return text
    return os.fsdecode(unquote_to_bytes(text[len(_SCHEME) :]))
