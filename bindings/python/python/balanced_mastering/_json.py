"""Arguments as JSON text for the native module."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from balanced_mastering._errors import settings_error


def settings_json(what: str, data: Mapping[str, Any]) -> str:
    """Returns settings as JSON text; a number that is not finite is an error that names its field."""
    try:
        return json.dumps(data, allow_nan=False)
    except ValueError:
        field, value = next(_not_finite(data, ""), ("", math.nan))
        raise settings_error(f"the {what}: {field or 'a value'} is {value}", "give a finite number") from None
    except TypeError as error:
        raise settings_error(f"the {what}: {error}", "give numbers, text, lists and dicts") from None


def _not_finite(data: Any, path: str) -> Iterator[tuple[str, float]]:
    """Yields the numbers that are not finite, each with its path."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from _not_finite(value, f"{path}.{name}" if path else str(name))
    elif isinstance(data, list | tuple):
        for index, value in enumerate(data):
            yield from _not_finite(value, f"{path}[{index}]")
    elif isinstance(data, float) and not math.isfinite(data):
        yield path, data
