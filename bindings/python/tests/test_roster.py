"""Engineers for a track: rosters, portfolios, the ranked list and its errors."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import balanced_mastering as bm
import pytest
from conftest import ROOT

ANA: dict[str, Any] = {"id": "ana", "genres": ["rock"], "turnaround_days": 5, "capacity": 2, "price": 80, "languages": ["en"]}
BO: dict[str, Any] = {"id": "bo", "genres": ["jazz"], "turnaround_days": 3, "capacity": 2, "price": 120, "languages": ["de"]}


def engineers(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "currency": "EUR", "engineers": list(rows)}


@pytest.fixture(scope="module")
def track(demo_path: Path) -> bm.Analysis:
    """The demo track with everything that the ranking reads."""
    tags = {**bm.AnalysisConfig().to_dict()["tags"], "embedding": True}
    config = bm.AnalysisConfig(families=["loudness", "spectrum", "stereo", "tags"], tags=tags)
    return bm.analyze(demo_path, config=config)


def test_portfolios_are_made_of_analyses_or_of_the_rows_of_the_command(track: bm.Analysis, tmp_path: Path) -> None:
    summary = bm.portfolio([track, track])
    assert summary.tracks == 2 and summary.embedding is not None and len(summary.embedding.mean) == 200
    assert track.loudness is not None and summary.loudness_lufs is not None
    assert summary.loudness_lufs.mean == pytest.approx(track.loudness.integrated_lufs)
    rows = tmp_path / "ana.jsonl"
    rows.write_text(f"{track.to_json()}\n{track.to_json()}\n", encoding="utf-8")
    assert bm.portfolio(rows) == summary
    roster = tmp_path / "roster.json"
    roster.write_text(json.dumps(engineers({**ANA, "portfolio_file": "ana.jsonl"})), encoding="utf-8")
    assert bm.roster(roster).engineers[0].portfolio == summary
    assert bm.roster(engineers({**ANA, "portfolio": summary.to_dict()})).engineers[0].portfolio == summary


def test_the_list_is_that_of_the_file_whatever_the_source(track: bm.Analysis, demo_path: Path) -> None:
    roster = engineers(BO, {**ANA, "portfolio": bm.portfolio([track]).to_dict()})
    wishes = {"client": "c1", "start": "2026-05-01", "genres": ["rock"]}
    matches = bm.match_engineers(track, roster, wishes, exploration=0.0)
    assert [found.id for found in matches.matches] == ["ana", "bo"]
    again = bm.match_engineers(demo_path, bm.roster(roster), bm.Wishes(wishes), exploration=0.0)
    assert again.matches == matches.matches
    assert matches.start == "2026-05-01" and matches.eligible == 2
    best = matches.matches[0]
    assert sum(part.contribution for part in best.parts) == pytest.approx(best.score)
    for side in (best.explanation.client, best.explanation.engineer):
        assert sum(reason.contribution for reason in side.reasons) == pytest.approx(best.score)
    assert "1. ana" in matches.to_text()
    assert bm.EngineerMatches.from_json(matches.to_json()) == matches


def test_conditions_are_kept_and_today_is_the_start(track: bm.Analysis) -> None:
    roster = engineers(ANA, {**BO, "available_until": "2000-01-01"})
    matches = bm.match_engineers(track, roster, {"languages": ["de-AT"]})
    assert matches.matches == [] and matches.start is not None and matches.start > "2026"
    assert {left.id: left.conditions for left in matches.excluded} == {"ana": ["language"], "bo": ["availability"]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gender": "x"}, "engineers[0].gender: names a protected attribute"),
        ({"price": -1}, "engineers[0].price"),
        ({"prise": 1}, "engineers[0].prise"),
        ({"available_from": "soon"}, "engineers[0].available_from"),
        ({"portfolio_file": "ana.jsonl"}, "engineers[0].portfolio_file: was not read"),
    ],
)
def test_mistakes_in_a_roster_are_named(track: bm.Analysis, change: dict[str, Any], words: str) -> None:
    with pytest.raises(bm.SettingsError) as raised:
        bm.match_engineers(track, engineers({**ANA, **change}))
    assert words in str(raised.value) and raised.value.remedy


def test_mistakes_in_wishes_and_settings_are_named(track: bm.Analysis, tmp_path: Path) -> None:
    roster = engineers(ANA)
    mistakes: list[tuple[dict[str, Any], str]] = [
        ({"budget": -1}, "budget"),
        ({"age": 3}, "protected"),
        ({"budget": float("nan")}, "budget is nan"),
    ]
    for wishes, words in mistakes:
        with pytest.raises(bm.SettingsError, match=words):
            bm.match_engineers(track, roster, wishes)
    wrong: list[tuple[str, Any]] = [("top", 0), ("top", -1), ("seed", 1.5), ("exploration", 2.0), ("diversity", -0.1)]
    for name, value in wrong:
        with pytest.raises(bm.SettingsError, match=name):
            bm.match_engineers(track, roster, **{name: value})
    with pytest.raises(bm.SettingsError, match=r"none\.json"):
        bm.match_engineers(track, tmp_path / "none.json")
    with pytest.raises(bm.SettingsError, match="type int"):
        bm.match_engineers(track, 3)  # type: ignore[arg-type]
    with pytest.raises(bm.AudioFileNotFoundError):
        bm.match_engineers(tmp_path / "none.wav", roster)
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    with pytest.raises(bm.SettingsError, match="no analysis"):
        bm.portfolio(empty)


def test_the_service_proposes_to_whoever_asks(track: bm.Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "examples/service"))
    propose = importlib.import_module("engineers").propose
    asks, other = UUID(int=1), UUID(int=2)
    history = [{"client": str(other), "genre": "rock", "outcome": "accepted"}]
    roster = bm.roster(engineers({**ANA, "history": history}, {**BO, "do_not_match": [str(asks)]}))
    proposals = propose(track.to_dict(), roster, asks, {"client": str(other), "genres": ["rock"]})
    assert [proposal.engineer for proposal in proposals] == ["ana"], "the wishes cannot name another client"
    assert str(other) not in repr(proposals) and "offers" not in repr(proposals)
    assert sum(reason["contribution"] for reason in proposals[0].reasons) == pytest.approx(proposals[0].score)
