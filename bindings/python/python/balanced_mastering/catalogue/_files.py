"""Audio files in folders and object stores: listing them, and what tells that one has changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from balanced_mastering._errors import settings_error

#: Suffixes of the files that are analysed.
SUFFIXES = frozenset({
    ".aac", ".aif", ".aifc", ".aiff", ".au", ".caf", ".flac", ".m4a", ".mka", ".mp3", ".mp4", ".oga", ".ogg", ".opus", ".w64",
    ".wav", ".wave", ".webm",
})  # fmt: skip


class File(NamedTuple):
    """A file of a catalogue.

    Attributes
    ----------
    path : str
        Its path, or its URL in an object store.
    size : int
        Length in bytes.
    version : str
        What the store says of its content: the ETag or the checksum if it has one, else the time of change.
    """

    path: str
    size: int
    version: str


def filesystem(url: str, storage_options: Mapping[str, Any]) -> tuple[Any, str]:
    """Returns the file system of a URL, and the path within it."""
    try:
        import fsspec
    except ImportError:
        problem = "catalogues need the package fsspec"
        raise settings_error(problem, 'pip install "balanced-mastering[catalogue]"') from None
    try:
        system, path = fsspec.core.url_to_fs(url, **storage_options)
    except (ImportError, ValueError) as error:
        raise settings_error(f"{url}: {error}", "name a folder, or a URL whose package is installed (s3fs for s3://)") from None
    return system, path


def is_local(system: Any) -> bool:
    """Returns whether a file system is this machine's own."""
    protocols = system.protocol if isinstance(system.protocol, tuple) else (system.protocol,)
    return "file" in protocols


def listed(url: str, storage_options: Mapping[str, Any] | None = None) -> list[File]:
    """Lists the audio files of a folder and the folders in it, in the order of their paths.

    Parameters
    ----------
    url : str
        A folder, or the URL of one. A text file with one path or URL on each line is the list itself.
    storage_options : mapping, optional
        What the store needs to be opened, as `fsspec` and pandas take it.

    Raises
    ------
    SettingsError
        If there is no such folder, or no audio in it.
    """
    options = dict(storage_options or {})
    system, root = filesystem(url, options)
    try:
        names = _named(system, root) if url.endswith(".txt") else None
        found = [_file(*_at(name, options)) for name in names] if names is not None else _walked(system, root)
    except FileNotFoundError as error:
        raise settings_error(f"{url}: there is no {error}", "name a folder with audio, or a .txt file of paths") from None
    if not found:
        problem = f"{url} holds no audio files"
        raise settings_error(problem, f"audio files end in {', '.join(sorted(SUFFIXES))}")
    return sorted(found)


def _named(system: Any, path: str) -> list[str]:
    text: str = system.cat_file(path).decode("utf-8", "surrogateescape")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _at(name: str, options: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    system, path = filesystem(name, options)
    return system, system.info(path)


def _walked(system: Any, root: str) -> list[File]:
    found = system.find(root, detail=True)
    if not found and not system.exists(root):
        raise FileNotFoundError(root)
    return [_file(system, info) for name, info in found.items() if Path(name).suffix.lower() in SUFFIXES]


def _file(system: Any, info: dict[str, Any]) -> File:
    name = str(info["name"])
    version = next(
        (info[key] for key in ("ETag", "etag", "md5Hash", "content_md5", "LastModified", "mtime") if info.get(key)), ""
    )
    return File(name if is_local(system) else system.unstrip_protocol(name), int(info.get("size") or 0), str(version).strip('"'))
