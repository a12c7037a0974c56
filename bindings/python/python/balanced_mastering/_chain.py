"""Mastering chains."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, MutableSequence
from typing import TYPE_CHECKING, Any, overload

from balanced_mastering import _native
from balanced_mastering._errors import SettingsError
from balanced_mastering._runner import Runner
from balanced_mastering._settings import Processor

if TYPE_CHECKING:
    from typing import Self

    from balanced_mastering._model import Target


class Chain(MutableSequence[Processor], Runner):
    """Processors in a row: a list that works on audio.

    Parameters
    ----------
    steps : iterable of Processor or mapping
        Processors in the order the audio passes them, or steps as chain files hold them.
    name : str
        What the chain is called.
    **fields
        Any other field of a chain file (see `schema("chain")`).

    Raises
    ------
    SettingsError
        For a setting out of range, with its path and the range.

    Examples
    --------
    >>> import numpy as np
    >>> chain = Chain([Gain(gain_db=-6.0)])
    >>> audio = np.full((2, 4800), 0.5)
    >>> quiet = chain(audio, 48_000)
    >>> round(float(quiet[0, -1]), 4)
    0.2506
    >>> Chain.from_toml(chain.to_toml()) == chain
    True
    """

    def __init__(self, steps: Iterable[Processor | Mapping[str, Any]] = (), name: str = "", **fields: Any) -> None:
        self._steps = [_processor(step) for step in steps]
        self.name = name
        self._fields = fields
        _native.chain_read(self._document())

    def _document(self) -> str:
        return json.dumps({**self._fields, "name": self.name, "steps": [step.to_dict() for step in self._steps]})

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The chain of a chain file's data, of any version."""
        return cls._read(json.dumps(data))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The chain of a JSON document."""
        return cls._read(text)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """The chain of a TOML document."""
        return cls._read(text)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """The chain of a file, TOML or JSON; `preset:NAME` is a built-in one.

        Raises
        ------
        SettingsError
            If it cannot be read, or a setting is wrong, with its path.
        """
        return cls._read(_native.chain_load(os.fsdecode(path)))

    @classmethod
    def preset(cls, name: str) -> Self:
        """The chain for an intent; `presets` lists them."""
        return cls._read(_native.chain_preset(name))

    @staticmethod
    def presets() -> dict[str, str]:
        """Names of the presets, and when to use each."""
        return dict(_native.chain_presets())

    @staticmethod
    def preset_target(name: str) -> Target:
        """The target that a preset is made for.

        Raises
        ------
        SettingsError
            For an unknown name.
        """
        from balanced_mastering._model import Target

        return Target(json.loads(_native.preset_target(name)))

    @classmethod
    def _read(cls, text: str) -> Self:
        # Of whatever version it was, it is of the current one now.
        data = json.loads(_native.chain_read(text))
        data.pop("version")
        return cls(**data)

    def to_dict(self) -> dict[str, Any]:
        """The chain as plain data."""
        data: dict[str, Any] = json.loads(_native.chain_read(self._document()))
        return data

    def to_json(self) -> str:
        """The chain as a JSON document."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)

    def to_toml(self) -> str:
        """The chain as a TOML document."""
        return _native.chain_to_toml(self._document())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the chain: JSON where the name ends in `.json`, else TOML."""
        from pathlib import Path

        text = self.to_json() if str(path).lower().endswith(".json") else self.to_toml()
        Path(path).write_text(text, encoding="utf-8")

    @overload
    def __getitem__(self, index: int) -> Processor: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> Processor | Self:
        if isinstance(index, slice):
            return type(self)(self._steps[index], self.name, **self._fields)
        return self._steps[index]

    def __setitem__(self, index: Any, step: Any) -> None:
        if isinstance(index, slice):
            self._steps[index] = [_processor(each) for each in step]
        else:
            self._steps[index] = _processor(step)

    def __delitem__(self, index: int | slice) -> None:
        del self._steps[index]

    def __len__(self) -> int:
        return len(self._steps)

    def insert(self, index: int, value: Processor | Mapping[str, Any]) -> None:
        """Put a processor before the one at `index`."""
        self._steps.insert(index, _processor(value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chain) and other.to_dict() == self.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Chain({self._steps!r}, name={self.name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self).from_dict, (self.to_dict(),))


def _processor(step: object) -> Processor:
    if isinstance(step, Processor):
        return step
    if isinstance(step, Mapping):
        return Processor.from_dict(step)
    problem, remedy = f"{type(step).__name__} is no processor", "give processors, or steps as chain files hold them"
    raise SettingsError(f"{problem}; {remedy}", problem=problem, remedy=remedy)
