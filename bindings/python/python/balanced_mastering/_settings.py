"""Settings of processors as objects, validated against the parameter tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from balanced_mastering import _native
from balanced_mastering._json import settings_json
from balanced_mastering._runner import Runner

if TYPE_CHECKING:
    from typing import Self


class Settings:
    """A group of parameters; each is an attribute."""

    _fields: ClassVar[tuple[str, ...]] = ()
    #: Fields that are lists of settings, with their class.
    _items: ClassVar[dict[str, type[Settings]]] = {}
    _values: dict[str, Any]

    def __init__(self, **values: Any) -> None:
        converted = {name: self._converted(name, value) for name, value in values.items()}
        object.__setattr__(self, "_values", converted)
        self._check()

    @classmethod
    def _converted(cls, name: str, value: Any) -> Any:
        item = cls._items.get(name)
        if item is not None:
            return [item._from(each) if isinstance(each, Mapping) else each for each in value]
        return list(value) if isinstance(value, tuple) else value

    @classmethod
    def _from(cls, values: Mapping[str, Any]) -> Settings:
        return cls(**values)

    def _check(self) -> None:
        """Validates the settings; groups are validated with the processor that holds them."""

    if not TYPE_CHECKING:
        # A type checker knows the fields by their declarations, and everything else as a mistake.
        def __getattr__(self, name: str) -> Any:
            if name in type(self)._fields:
                return object.__getattribute__(self, "_values")[name]
            raise AttributeError(f"{type(self).__name__} has no parameter {name!r}; it has {', '.join(type(self)._fields)}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
            return
        before = getattr(self, name)
        self._values[name] = self._converted(name, value)
        try:
            self._check()
        except Exception:
            self._values[name] = before
            raise

    def to_dict(self) -> dict[str, Any]:
        """Returns the parameters as plain data."""
        return {name: _plain(value) for name, value in self._values.items() if value is not None}

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.to_dict() == self.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *type(self)._fields]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._values.items())})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuilt, (type(self), self.to_dict()))


def _rebuilt(kind: type[Settings], values: dict[str, Any]) -> Settings:
    values.pop("kind", None) if issubclass(kind, Processor) else None
    return kind(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, Settings):
        return value.to_dict()
    return [_plain(item) for item in value] if isinstance(value, list) else value


class Processor(Settings, Runner):
    """A processor: its settings are attributes, and it can be called on audio like a chain of one step.

    While a stream runs, most changes glide without a click; a change of latency or memory restarts the processor.
    """

    #: The name of this kind of processor in chain files.
    kind: ClassVar[str] = ""

    @classmethod
    def _from(cls, values: Mapping[str, Any]) -> Settings:
        return Processor.from_dict(values)

    def _check(self) -> None:
        _native.chain_read(self._document())

    def _document(self) -> str:
        return f'{{"steps": [{settings_json(self.kind, self.to_dict())}]}}'

    def to_dict(self) -> dict[str, Any]:
        """Returns the processor as a step of a chain file."""
        return {"kind": self.kind, **super().to_dict()}

    @staticmethod
    def from_dict(step: Mapping[str, Any]) -> Processor:
        """Creates the processor of a step of a chain file.

        Raises
        ------
        SettingsError
            For an unknown kind or parameter, or a value out of range; the message has the valid ones.
        """
        from balanced_mastering._processors import PROCESSORS

        values = dict(step)
        kind = values.pop("kind", None)
        if not isinstance(kind, str) or kind not in PROCESSORS:
            # The native reader raises the error.
            _native.chain_read(settings_json("step", {"steps": [dict(step)]}))
        return PROCESSORS[str(kind)](**values)

    @classmethod
    def parameter_table(cls) -> list[Parameter]:
        """Returns the parameter table: a row for every number, switch and choice."""
        return [Parameter(*row) for row in _native.processor_params(cls.kind)]

    def copy(self) -> Self:
        """Returns a new processor with the same settings."""
        values = self.to_dict()
        values.pop("kind")
        return type(self)(**values)


class Parameter:
    """One row of a processor's parameter table.

    Attributes
    ----------
    id : str
        Name with its unit suffix; `bands[].gain_db` for a field of every list item.
    unit : str
        Unit as printed; empty if there is none.
    min, max, default : float
        Range and default; switches are 0 or 1, choices are numbered from 0.
    scale : str
        Scale of a knob: `linear`, `logarithmic`, `integer`, `toggle` or `choice`.
    choices : tuple of str
        Names of the choices.
    description : str
        Description in one sentence.
    """

    __slots__ = ("choices", "default", "description", "id", "max", "min", "scale", "unit")

    def __init__(
        self,
        id: str,
        unit: str,
        min: float,
        max: float,
        default: float,
        scale: str,
        choices: list[str],
        description: str,
    ) -> None:
        self.id = id
        self.unit = unit
        self.min = min
        self.max = max
        self.default = default
        self.scale = scale
        self.choices = tuple(choices)
        self.description = description

    def __repr__(self) -> str:
        return f"Parameter({self.id}: {self.min:g} to {self.max:g} {self.unit}, default {self.default:g})"
