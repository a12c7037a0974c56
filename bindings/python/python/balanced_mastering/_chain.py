"""Mastering chains."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, MutableSequence
from typing import TYPE_CHECKING, Any, overload

from balanced_mastering import _native
from balanced_mastering._errors import settings_error
from balanced_mastering._html import table
from balanced_mastering._json import settings_json
from balanced_mastering._runner import Runner
from balanced_mastering._settings import Processor

if TYPE_CHECKING:
    from typing import Self

    from balanced_mastering._model import Target


class Chain(MutableSequence[Processor], Runner):
    """A mastering chain: a list of processors that can be called on audio.

    Parameters
    ----------
    steps : iterable of Processor or mapping
        Processors in signal order, or steps as in chain files.
    name : str
        Name of the chain.
    **fields
        Other fields of a chain file (see `schema("chain")`).

    Raises
    ------
    SettingsError
        For a setting out of range; the message has its path and the range.

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
        steps = [step.to_dict() for step in self._steps]
        return settings_json("chain", {**self._fields, "name": self.name, "steps": steps})

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Creates a chain from the data of a chain file of any version."""
        return cls._read(settings_json("chain", data))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Creates a chain from JSON text."""
        return cls._read(text)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Creates a chain from TOML text."""
        return cls._read(text)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Reads a chain from a TOML or JSON file, or a built-in one from `preset:NAME`.

        Raises
        ------
        SettingsError
            If the file cannot be read or a setting is invalid; the message has its path.
        """
        return cls._read(_native.chain_load(os.fsdecode(path)))

    @classmethod
    def preset(cls, name: str) -> Self:
        """Returns a built-in chain; `presets` lists their names."""
        return cls._read(_native.chain_preset(name))

    @staticmethod
    def presets() -> dict[str, str]:
        """Returns the names of the presets and when to use each."""
        return dict(_native.chain_presets())

    @staticmethod
    def preset_target(name: str) -> Target:
        """Returns the loudness target that a preset is made for.

        Raises
        ------
        SettingsError
            For an unknown name.
        """
        from balanced_mastering._model import Target

        return Target(json.loads(_native.preset_target(name)))

    @classmethod
    def _read(cls, text: str) -> Self:
        # The native reader has migrated it to the current version.
        data = json.loads(_native.chain_read(text))
        data.pop("version")
        return cls(**data)

    def to_dict(self) -> dict[str, Any]:
        """Returns the chain as plain data."""
        data: dict[str, Any] = json.loads(_native.chain_read(self._document()))
        return data

    def to_json(self) -> str:
        """Returns the chain as JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)

    def to_toml(self) -> str:
        """Returns the chain as TOML text."""
        return _native.chain_to_toml(self._document())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the chain to a file: JSON if the name ends in `.json`, otherwise TOML."""
        text = self.to_json() if str(path).lower().endswith(".json") else self.to_toml()
        _native.write_text(os.fsdecode(path), text)

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
        """Inserts a processor before the one at `index`."""
        self._steps.insert(index, _processor(value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chain) and other.to_dict() == self.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Chain({self._steps!r}, name={self.name!r})"

    def _repr_html_(self) -> str:
        """Returns the steps with their settings as a table, for notebooks."""
        rows = [(number, step.kind, _settings_text(step)) for number, step in enumerate(self._steps, 1)]
        return table(self.name or "Chain", ("step", "processor", "settings"), rows)

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self).from_dict, (self.to_dict(),))


def _settings_text(step: Processor) -> str:
    values = {name: value for name, value in step.to_dict().items() if name != "kind"}
    return ", ".join(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}" for name, value in values.items())


def _processor(step: object) -> Processor:
    if isinstance(step, Processor):
        return step
    if isinstance(step, Mapping):
        return Processor.from_dict(step)
    problem, remedy = f"{type(step).__name__} is not a processor", "give processors, or steps as in chain files"
    raise settings_error(problem, remedy)
