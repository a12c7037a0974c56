"""Merging with Cyanite's results: typed, kept as they are, in every format."""

from __future__ import annotations

import datetime
import json
import pickle
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import jams
import pyarrow as pa
import pytest
from conftest import ROOT

ANSWERS = ROOT / "fixtures/cyanite"


@pytest.fixture(scope="module")
def analysis() -> bm.Analysis:
    return bm.analyze(bm.demo())


@pytest.fixture(scope="module")
def merged(analysis: bm.Analysis) -> bm.Merged:
    return bm.merge(analysis, ANSWERS / "graphql.json", ANSWERS / "rest.json")


def test_values_of_both_are_typed(analysis: bm.Analysis, merged: bm.Merged) -> None:
    tempo = merged.field("tempo")
    assert tempo is not None
    assert analysis.tempo is not None
    assert [value.source for value in tempo.values] == ["balanced", "cyanite", "cyanite"]
    assert [value.number for value in tempo.values] == [analysis.tempo.bpm, 128.0, 128.0]
    assert tempo.comparisons[0].between == [0, 1]
    genre = merged.field("genre")
    assert genre is not None
    assert [ranked.label for ranked in genre.values[2].ranking if ranked.leads] == ["electronicDance", "pop"]
    assert genre.values[2].ranking[0].as_given == "electronic"
    assert bm.merge(analysis).field("valence") is None


def test_answers_are_taken_in_every_form_and_kept(analysis: bm.Analysis, merged: bm.Merged) -> None:
    text = (ANSWERS / "rest.json").read_bytes()
    plain = json.loads(text)
    forms = [text, plain, ANSWERS / "rest.json", str(ANSWERS / "rest.json"), merged.results[1]]
    documents = [bm.merge(analysis, form) for form in forms]
    assert all(document.results[0].raw == plain for document in documents)
    assert all(document.fields == documents[0].fields for document in documents)
    result = {"provider": "cyanite", "api": "rest-v1", "fetched_at": "2026-11-30T10:00:00Z", "raw": plain}
    assert bm.merge(analysis, result).results[0].fetched_at == "2026-11-30T10:00:00Z"


def test_merging_again_changes_nothing(merged: bm.Merged, tmp_path: Path) -> None:
    assert bm.merge(merged) == merged
    assert bm.merge(merged, *merged.results) == merged
    path = tmp_path / "merged.json"
    path.write_text(merged.to_json(), encoding="utf-8")
    assert bm.merge(path) == merged == bm.Merged.from_json(merged.to_json()) == pickle.loads(pickle.dumps(merged))


def test_a_person_has_the_last_word(analysis: bm.Analysis) -> None:
    local = analysis.to_dict() | {"human": [{"field": "tempo", "number": 61.5, "by": "Ada"}]}
    tempo = bm.merge(local, ANSWERS / "rest.json").field("tempo")
    assert tempo is not None
    assert tempo.consensus is not None
    assert (tempo.consensus.number, tempo.consensus.reason) == (61.5, "Ada said so")


def test_another_file_is_set_aside(analysis: bm.Analysis) -> None:
    raw = json.loads((ANSWERS / "rest.json").read_text(encoding="utf-8"))
    merged = bm.merge(analysis, {"provider": "cyanite", "api": "rest-v1", "source_sha256": "00ff", "raw": raw})
    assert merged.results == []
    assert "another file" in merged.set_aside[0].reason
    assert merged.notes == [merged.set_aside[0].reason]


def test_wrong_arguments_are_told(analysis: bm.Analysis, tmp_path: Path) -> None:
    for wrong, words in [
        ({"a": 1}, "no answer of Cyanite"),
        (b"{", "is not JSON"),
        (b"\xff", "cannot be read"),
        (tmp_path / "absent.json", "absent.json"),
        ({"items": object()}, "no JSON data"),
        (7, "is a int"),
    ]:
        with pytest.raises(bm.SettingsError, match=words):
            bm.merge(analysis, wrong)  # type: ignore[arg-type]
    with pytest.raises(bm.SettingsError, match="no analysis"):
        bm.merge({"a": 1})


def test_jams_is_valid_by_its_own_library(merged: bm.Merged, tmp_path: Path) -> None:
    path = tmp_path / "merged.jams"
    path.write_text(merged.to_jams(), encoding="utf-8")
    document = jams.load(str(path), validate=True, strict=True)
    tempi = document.search(namespace="tempo")
    assert [annotation.annotation_metadata.curator.name for annotation in tempi] == ["", "Cyanite", "Cyanite"]
    keys = document.search(namespace="key_mode")
    assert [annotation.data[0].value for annotation in keys][1:] == ["F#:minor", "F#:minor"]


def test_every_format_has_both(merged: bm.Merged, tmp_path: Path) -> None:
    assert "Both opinions" in merged.to_html()
    assert "cyanite AudioAnalysisV7" in merged.to_text()
    assert "<BeatsPerMinute><MetadataSourceReference" in merged.to_mead() and "<MessageHeader>" not in merged.to_mead()
    created = datetime.datetime(2026, 11, 30, 10, tzinfo=datetime.UTC)
    header: dict[str, Any] = {"message_id": "M-1", "sender": ("PADPIDA0000000000A", "A & B"), "recipients": ["PADPIDA1K"]}
    mead = merged.to_mead(**header, created=created)
    assert "<FullName>A &amp; B</FullName>" in mead and "2026-11-30T10:00:00+00:00" in mead and "LiveMessage" in mead
    naive = datetime.datetime(2026, 1, 1)
    wrongs: list[dict[str, Any]] = [{"recipients": []}, {"sender": None}, {"sender": "me"}, {"created": naive}]
    for wrong in wrongs:
        with pytest.raises(bm.SettingsError):
            merged.to_mead(**{**header, **wrong})
    merged.save_report(tmp_path / "both.html")
    assert (tmp_path / "both.html").read_text(encoding="utf-8") == merged.to_html()


def test_a_table_has_the_columns_of_an_analysis_and_cyanites(analysis: bm.Analysis, merged: bm.Merged) -> None:
    schema = pa.schema(bm.arrow_schema(merged=True))
    assert schema.names[: len(bm.arrow_schema().names)] == bm.arrow_schema().names
    batch = pa.record_batch(bm.merged_batch([merged, bm.merge(analysis)]))
    assert batch.schema == schema
    rows = batch.to_pylist()
    assert rows[0]["cyanite_tempo"] == 128.0
    assert rows[0]["cyanite_genre"] == ["electronicDance", "pop"]
    assert rows[0]["cyanite_voice_agreement"] in {"agree", "disagree", "not_comparable"}
    assert rows[1]["cyanite_tempo"] is None
    assert rows[0]["loudness"] == rows[1]["loudness"]


def test_documents_have_a_schema(merged: bm.Merged) -> None:
    schema = bm.schema("merged")
    assert set(schema["required"]) <= set(merged.to_dict())
