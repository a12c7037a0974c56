"""What results can do beside holding their fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from balanced_mastering import _native

if TYPE_CHECKING:
    import os

    from balanced_mastering._chain import Chain


class ChainLoader:
    """Makes a `Chain` of a chain within a result, without importing it before one is looked at."""

    @classmethod
    def _from_data(cls, data: Mapping[str, Any]) -> Chain:
        from balanced_mastering._chain import Chain

        return Chain.from_dict(data)


class _Document:
    """Results that are whole documents: JSON text in and out."""

    __slots__ = ()
    _data: ClassVar[Mapping[str, Any]]

    def to_json(self, indent: int | None = None) -> str:
        """The result as JSON text, as the command prints it."""
        return json.dumps(self._data, indent=indent, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Any:
        """The result that `to_json` wrote."""
        return cls(json.loads(text))  # type: ignore[call-arg]


class AnalysisMethods(_Document):
    """What an analysis can do."""

    __slots__ = ()

    def to_html(self) -> str:
        """A self-contained page with the plots: no script, nothing from outside."""
        return _native.analysis_report(self.to_json(), "html")

    def to_text(self) -> str:
        """The result for a terminal."""
        return _native.analysis_report(self.to_json(), "text")

    def to_jams(self) -> str:
        """Tempo, beats, key and tags as JAMS (JSON text), for music research tools."""
        return _native.analysis_report(self.to_json(), "jams")

    def to_csv(self, header: bool = True) -> str:
        """One row of numbers, for spreadsheets; `header` puts the line with their names above it."""
        row = _native.analysis_report(self.to_json(), "csv")
        return f"{_native.csv_header()}\n{row}" if header else row

    def save_report(self, path: str | os.PathLike[str]) -> None:
        """Write `to_html` to a file."""
        _save(path, self.to_html())

    def _repr_html_(self) -> str:
        """The report, framed, in notebooks."""
        return framed(self.to_html())


class RecommendationMethods(_Document):
    """What a recommendation can do."""

    __slots__ = ()

    def to_text(self) -> str:
        """Findings, steps and reasons for a terminal."""
        return _native.recommendation_text(self.to_json())


class MasterResultMethods(_Document):
    """What the result of `master` can do."""

    __slots__ = ()

    def to_text(self) -> str:
        """Before and after, for a terminal."""
        return _native.master_report(self.to_json(), "text")

    def to_html(self) -> str:
        """A self-contained page, before and after."""
        return _native.master_report(self.to_json(), "html")

    def save_report(self, path: str | os.PathLike[str]) -> None:
        """Write `to_html` to a file."""
        _save(path, self.to_html())

    def _repr_html_(self) -> str:
        """The report, framed, in notebooks."""
        return framed(self.to_html())


class CheckResultMethods(_Document):
    """What the result of `check` can do."""

    __slots__ = ()
    passed: bool

    def __bool__(self) -> bool:
        """Whether the file keeps the rules."""
        return bool(self.passed)


def _save(path: str | os.PathLike[str], text: str) -> None:
    from pathlib import Path

    Path(path).write_text(text, encoding="utf-8")


def framed(page: str) -> str:
    """`page` in a frame of its own, so that its style does not leak into a notebook."""
    import html

    return f'<iframe srcdoc="{html.escape(page)}" style="width:100%;height:720px;border:0" loading="lazy"></iframe>'
