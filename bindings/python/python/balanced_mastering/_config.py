"""Configuration of an analysis: immutable, hashable, picklable."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from balanced_mastering import _native
from balanced_mastering._errors import settings_error
from balanced_mastering._json import settings_json
from balanced_mastering._record import Record

if TYPE_CHECKING:
    from balanced_mastering.types import FamilyName

#: All families of measurements, in the order of the result.
FAMILIES: tuple[FamilyName, ...] = ("loudness", "dynamics", "spectrum", "stereo", "tempo", "key", "tags", "defects")


class AnalysisConfig:
    """Configuration of an analysis: what to measure.

    Equal configurations give equal results, and have equal hashes.

    Parameters
    ----------
    families : iterable of str, optional
        Families to measure, out of `FAMILIES`; by default all. Others are absent from the result.
    tag_heads : iterable of TagHead, path or dict, optional
        Heads of one's own (`train_head`) that read the tracks too, in `tags.heads`.
    **options
        Other fields of the configuration (see `schema("config")`), such as `platforms`.

    Raises
    ------
    SettingsError
        For an unknown family or field; the message has the known ones.

    Examples
    --------
    >>> config = AnalysisConfig(families=["loudness", "tempo"])
    >>> config.families
    ('loudness', 'tempo')
    >>> config == AnalysisConfig(families=("loudness", "tempo"))
    True
    >>> len(config.hash)
    64
    """

    __slots__ = ("_hash", "_json")
    _json: str
    _hash: str

    def __init__(
        self,
        families: Iterable[FamilyName] | FamilyName | None = None,
        tag_heads: Iterable[str | os.PathLike[str] | Mapping[str, Any] | Record] | None = None,
        **options: Any,
    ) -> None:
        data: dict[str, Any] = json.loads(_native.default_config())
        if families is not None:
            if isinstance(families, str):
                families = [families]
            data["families"] = list(families)
        unknown = [name for name in options if name not in data]
        if unknown:
            problem = f"a configuration has no field {unknown[0]!r}"
            remedy = f"its fields are {', '.join(data)}"
            raise settings_error(problem, remedy)
        data.update(options)
        if tag_heads is not None:
            data["tags"] = {**data["tags"], "heads": [json.loads(head_text(head)) for head in tag_heads]}
        text = settings_json("configuration", data)
        object.__setattr__(self, "_json", text)
        # This also validates it.
        object.__setattr__(self, "_hash", _native.config_hash(text))

    @classmethod
    def from_json(cls, text: str) -> AnalysisConfig:
        """Creates a configuration from the text of `to_json`."""
        data: Mapping[str, Any] = json.loads(text)
        return cls(**data)

    @property
    def families(self) -> tuple[str, ...]:
        """The families to measure."""
        return tuple(json.loads(self._json)["families"])

    @property
    def hash(self) -> str:
        """The SHA-256 of the configuration in lower-case hex, as results carry it in `provenance.config_hash`."""
        return self._hash

    def to_dict(self) -> dict[str, Any]:
        """Returns the configuration as plain data."""
        data: dict[str, Any] = json.loads(self._json)
        return data

    def to_json(self) -> str:
        """Returns the configuration as JSON text."""
        return self._json

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a configuration is immutable; create a new one to change {name!r}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnalysisConfig) and other._hash == self._hash

    def __hash__(self) -> int:
        return hash(self._hash)

    def __repr__(self) -> str:
        return f"AnalysisConfig(families={self.families!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (AnalysisConfig.from_json, (self._json,))


def head_text(source: str | os.PathLike[str] | Mapping[str, Any] | Record) -> str:
    """Returns a head, from a file or as it is, as JSON text that was checked."""
    if isinstance(source, str | os.PathLike):
        return _native.head_read(os.fsdecode(source), "")
    data = source.to_dict() if isinstance(source, Record) else source
    if not isinstance(data, Mapping):
        raise settings_error(f"a head of type {type(source).__name__} cannot be read", "give a path, a dict or a TagHead")
    return _native.head_read(None, settings_json("head", data))
