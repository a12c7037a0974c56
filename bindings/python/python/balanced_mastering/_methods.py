"""Methods of results: conversion to text, HTML, CSV and JAMS."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from balanced_mastering import _native
from balanced_mastering._errors import settings_error
from balanced_mastering._html import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balanced_mastering._chain import Chain
    from balanced_mastering._model import Field, FieldName, Finding, HeadTags, Reason, RuleResult, Target


class ChainLoader:
    """Converts the chain of a result to a `Chain`, which is imported only when it is accessed."""

    @classmethod
    def _from_data(cls, data: Mapping[str, Any]) -> Chain:
        from balanced_mastering._chain import Chain

        return Chain.from_dict(data)


class _Document:
    """Base class of results that convert to and from JSON text."""

    __slots__ = ()
    _data: ClassVar[Mapping[str, Any]]

    def to_json(self, indent: int | None = None) -> str:
        """Returns the result as JSON text, as the command prints it."""
        return json.dumps(self._data, indent=indent, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Any:
        """Creates a result from the text of `to_json`."""
        return cls(json.loads(text))  # type: ignore[call-arg]


class AnalysisMethods(_Document):
    """Methods of an analysis."""

    __slots__ = ()

    def to_html(self) -> str:
        """Returns a self-contained HTML page with plots; `report_html` adds what the audio tells."""
        return _native.analysis_report(self.to_json(), "html")

    def to_text(self) -> str:
        """Returns the result as text for a terminal."""
        return _native.analysis_report(self.to_json(), "text")

    def to_jams(self) -> str:
        """Returns tempo, beats, key and tags as JAMS (JSON text), for music research tools."""
        return _native.analysis_report(self.to_json(), "jams")

    def to_csv(self, header: bool = True) -> str:
        """Returns one CSV row of numbers, with a line of column names above it if `header` is true."""
        row = _native.analysis_report(self.to_json(), "csv")
        return f"{_native.csv_header()}\n{row}" if header else row

    def save_report(self, path: str | os.PathLike[str]) -> None:
        """Writes the page of `to_html` to a file."""
        _save(path, self.to_html())

    def _repr_html_(self) -> str:
        """Returns the report in a frame, for notebooks."""
        return framed(self.to_html())


class RecommendationMethods(_Document):
    """Methods of a recommendation."""

    __slots__ = ()
    chain: Chain
    findings: list[Finding]
    reasons: list[Reason]
    target: Target

    def to_text(self) -> str:
        """Returns findings, steps and reasons as text for a terminal."""
        return _native.recommendation_text(self.to_json())

    def _repr_html_(self) -> str:
        """Returns the findings and the steps with their reasons as tables, for notebooks."""
        found = [
            (one.severity, f"{one.confidence:.0%}", one.message, one.done_here, None if one.done_here else one.advice)
            for one in self.findings
        ]
        steps = [(number + 1, step.kind, self._reasons(number)) for number, step in enumerate(self.chain)]
        return table(f"Findings for {self.target.name}", ("severity", "sure", "what", "done here", "advice"), found) + table(
            "Chain", ("step", "processor", "why"), steps
        )

    def _reasons(self, step: int) -> str:
        return " ".join(reason.text for reason in self.reasons if reason.step == step)


class MasterResultMethods(_Document):
    """Methods of the result of `master`."""

    __slots__ = ()

    def to_text(self) -> str:
        """Returns the measurements before and after as text for a terminal."""
        return _native.master_report(self.to_json(), "text")

    def to_html(self) -> str:
        """Returns a self-contained HTML page of before and after; `report_html` adds what the audio tells."""
        return _native.master_report(self.to_json(), "html")

    def save_report(self, path: str | os.PathLike[str]) -> None:
        """Writes the page of `to_html` to a file."""
        _save(path, self.to_html())

    def _repr_html_(self) -> str:
        """Returns the report in a frame, for notebooks."""
        return framed(self.to_html())


class TagHeadMethods(_Document):
    """Methods of a head."""

    __slots__ = ()

    def predict(self, source: Any) -> HeadTags:
        """Reads a track that was measured before: an `Analysis` with the embedding, or an embedding of 200 numbers."""
        from balanced_mastering._heads import embedding_of
        from balanced_mastering._model import HeadTags

        return HeadTags(json.loads(_native.head_apply(self.to_json(), embedding_of("the track", source))))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the head to a file, for `balanced analyze --tag-head` and `AnalysisConfig(tag_heads=...)`."""
        _native.head_file(os.fsdecode(path), self.to_json())

    def to_text(self) -> str:
        """Returns the scores on held-out tracks as text for a terminal."""
        return _native.head_text(self.to_json())


class AlbumAnalysisMethods(_Document):
    """Methods of the result of `analyze_album`."""

    __slots__ = ()

    def to_text(self) -> str:
        """Returns the tracks and the album as text for a terminal."""
        return _native.album_analysis_text(self.to_json())


class AlbumResultMethods(_Document):
    """Methods of the result of `album`."""

    __slots__ = ()

    def to_text(self) -> str:
        """Returns the tracks and their gains as text for a terminal."""
        return _native.album_report(self.to_json(), "text")

    def to_html(self) -> str:
        """Returns a self-contained HTML page of the album."""
        return _native.album_report(self.to_json(), "html")

    def save_report(self, path: str | os.PathLike[str]) -> None:
        """Writes the page of `to_html` to a file."""
        _save(path, self.to_html())

    def _repr_html_(self) -> str:
        """Returns the report in a frame, for notebooks."""
        return framed(self.to_html())


class CheckResultMethods(_Document):
    """Methods of the result of `check`."""

    __slots__ = ()
    passed: bool
    profile: str
    results: list[RuleResult]

    def __bool__(self) -> bool:
        """Returns whether the file passes all rules that can fail it."""
        return bool(self.passed)

    def _repr_html_(self) -> str:
        """Returns the rules and what was measured as a table, for notebooks."""
        title = f"{self.profile}: {'passed' if self.passed else 'not passed'}"
        rows = [("yes" if one.passed else one.level, one.id, one.value, one.allowed, one.message) for one in self.results]
        return table(title, ("kept", "rule", "measured", "allowed", "what it means"), rows)


class ComparisonMethods(_Document):
    """Methods of a comparison."""

    __slots__ = ()

    def to_text(self) -> str:
        """Returns the comparison in plain words, as `balanced compare` prints it."""
        return _native.comparison_text(self.to_json())


class MergedMethods(_Document):
    """Methods of a merged document."""

    __slots__ = ()
    fields: list[Field]

    def field(self, name: FieldName) -> Field | None:
        """Returns the field called `name`, such as `tempo`; `None` if nobody has a value of it."""
        return next((field for field in self.fields if field.name == name), None)

    def to_text(self) -> str:
        """Returns what differs, then every value with its source, as text for a terminal."""
        return _native.merged_report(self.to_json(), "text")

    def to_html(self) -> str:
        """Returns a self-contained HTML page: both opinions, then the local analysis with its plots."""
        return _native.merged_report(self.to_json(), "html")

    def to_jams(self) -> str:
        """Returns JAMS (JSON text): the annotations of every source, each with its curator and tool."""
        return _native.merged_report(self.to_json(), "jams")

    def to_mead(
        self,
        *,
        message_id: str | None = None,
        sender: str | tuple[str, str] | None = None,
        recipients: Sequence[str | tuple[str, str]] = (),
        created: datetime.datetime | None = None,
        is_test: bool = False,
    ) -> str:
        """Returns DDEX MEAD 1.1 (XML): the descriptions of the recording, each with who asserts it.

        Parameters
        ----------
        message_id : str, optional
            Identifier of the message, which the sender never used before. Without it there is no `MessageHeader`, and the rest
            of the header is not looked at.
        sender : str or tuple of str
            DDEX party identifier (`PADPIDA…`) of the sender, alone or with a name.
        recipients : sequence of str or tuple of str
            Those of the recipients, at least one.
        created : datetime
            When the message is made, with a time zone; by default now.
        is_test : bool
            Whether nobody should act upon the message.

        Raises
        ------
        SettingsError
            If an identifier is none, or something of the header is missing.
        """
        if message_id is None:
            return _native.merged_mead(self.to_json(), None)
        if sender is None:
            raise settings_error("the header has no sender", "give sender=, the DDEX party identifier")
        created = datetime.datetime.now(datetime.UTC) if created is None else created
        if created.tzinfo is None:
            raise settings_error(f"created={created}: has no time zone", "give one, such as datetime.UTC")
        parties = [_party(recipient) for recipient in recipients]
        header = (message_id, _party(sender), parties, created.isoformat(timespec="seconds"), is_test)
        return _native.merged_mead(self.to_json(), header)

    def save_report(self, path: str | os.PathLike[str]) -> None:
        """Writes the page of `to_html` to a file."""
        _save(path, self.to_html())

    def _repr_html_(self) -> str:
        """Returns the report in a frame, for notebooks."""
        return framed(self.to_html())


class EngineerMatchesMethods(_Document):
    """Methods of a list of engineers."""

    __slots__ = ()

    def to_text(self) -> str:
        """Returns places, parts of the scores and conditions as text for a terminal, for the platform's eyes."""
        return _native.engineers_text(self.to_json())


class RosterMethods(_Document):
    """Methods of a roster."""

    __slots__ = ()


class DeliveryManifestMethods(_Document):
    """Methods of a delivery manifest."""

    __slots__ = ()


class RepairResultMethods(_Document):
    """Methods of a repair."""

    __slots__ = ()

    def to_text(self) -> str:
        """Returns what was found and written, as `balanced repair` prints it."""
        return _native.repair_text(self.to_json())


class ReproductionMethods(_Document):
    """Methods of a reproduction."""

    __slots__ = ()
    identical: bool

    def __bool__(self) -> bool:
        """Returns whether every file has the bytes that the manifest tells."""
        return bool(self.identical)


def _save(path: str | os.PathLike[str], text: str) -> None:
    import os

    _native.write_text(os.fsdecode(path), text)


def framed(page: str) -> str:
    """Wraps `page` in a frame, so that its style does not leak into a notebook."""
    import html

    return f'<iframe srcdoc="{html.escape(page)}" style="width:100%;height:720px;border:0" loading="lazy"></iframe>'


def _party(party: str | tuple[str, str]) -> tuple[str, str | None]:
    """Returns the identifier and the name of a party."""
    return (party, None) if isinstance(party, str) else party
