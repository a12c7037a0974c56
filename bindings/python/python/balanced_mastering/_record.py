"""Results as objects with attributes, on top of the plain data of the native module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from typing import Self


class Record:
    """A result or a part of one; fields are attributes, and what was not measured is ``None``.

    Records compare by their data. `to_dict` returns it as plain data, and records can be pickled.
    """

    __slots__ = ("_cache", "_data")
    _cache: dict[str, Any]
    _data: Mapping[str, Any]

    #: All fields in the order of the document.
    _fields: ClassVar[tuple[str, ...]] = ()
    #: Fields that hold records: the class, and whether the field is a list of them.
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {}

    def __init__(self, data: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_data", data)
        object.__setattr__(self, "_cache", {})

    if not TYPE_CHECKING:
        # A type checker knows the fields by their declarations, and everything else as a mistake.
        def __getattr__(self, name: str) -> Any:
            cls = type(self)
            if name not in cls._fields:
                raise AttributeError(f"{cls.__name__} has no field {name!r}; it has {', '.join(cls._fields)}")
            data: Mapping[str, Any] = object.__getattribute__(self, "_data")
            value = data.get(name)
            if value is None or name not in cls._nested:
                return value
            cache: dict[str, Any] = object.__getattribute__(self, "_cache")
            if name not in cache:
                kind, is_list = cls._nested[name]
                cache[name] = [kind._from_data(item) for item in value] if is_list else kind._from_data(value)
            return cache[name]

    @classmethod
    def _from_data(cls, data: Mapping[str, Any]) -> Self:
        return cls(data)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"results are immutable; convert them with to_dict() to change {name!r}")

    def to_dict(self) -> dict[str, Any]:
        """Returns the plain data (dicts, lists, numbers, text) as a copy."""
        data: dict[str, Any] = _copy(self._data)
        return data

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._data == self._data

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[str]:
        return iter(type(self)._fields)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *type(self)._fields]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={_short(self._data.get(name))}" for name in type(self)._fields if name in self._data)
        return f"{type(self).__name__}({shown})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self)._from_data, (self._data,))


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        return "{…}"
    if isinstance(value, list) and len(value) > 4:
        return f"[{len(value)} values]"
    return f"{value:.6g}" if isinstance(value, float) else repr(value)
