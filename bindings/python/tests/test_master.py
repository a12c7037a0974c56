"""Mastering, recommendations and checks."""

from __future__ import annotations

import html
import json
import pickle
from pathlib import Path

import balanced_mastering as bm
import numpy as np
import pytest
from numpy.typing import NDArray

Demo = tuple[NDArray[np.float64], float]


def test_notebooks_show_what_was_found_and_done(demo_path: Path) -> None:
    recommendation = bm.recommend(demo_path)
    page = recommendation._repr_html_()
    assert all(html.escape(finding.message) in page for finding in recommendation.findings)
    assert all(html.escape(reason.text) in page for reason in recommendation.reasons)
    chain = bm.Chain([bm.Gain(gain_db=-6.5)], name="<b>quiet</b>")
    assert "gain_db -6.5" in chain._repr_html_() and "&lt;b&gt;quiet" in chain._repr_html_()
    checked = bm.check(demo_path, profile=bm.profile("upload"))
    assert all(html.escape(result.message) in checked._repr_html_() for result in checked.results)


def test_master_reaches_its_target_on_the_written_file(demo_path: Path, tmp_path: Path) -> None:
    stages: list[str] = []
    result = bm.master(
        demo_path,
        tmp_path / "master.wav",
        target=bm.target(integrated_lufs=-12.0, ceiling_dbtp=-1.0),
        progress=lambda stage, fraction: stages.append(stage),
    )
    written = bm.analyze(tmp_path / "master.wav", config=bm.AnalysisConfig(families=["loudness"])).loudness
    assert written is not None and written.integrated_lufs is not None and written.true_peak_dbtp is not None
    assert result.feasible and abs(written.integrated_lufs - -12.0) <= 0.1 and written.true_peak_dbtp <= -1.0
    assert written.integrated_lufs == result.achieved.integrated_lufs
    assert isinstance(result.chain, bm.Chain) and isinstance(result.before, bm.Analysis)
    assert "analysing" in stages and "verifying" in stages
    assert "<svg" in result.to_html() and "LUFS" in result.to_text() and "srcdoc" in result._repr_html_()
    assert pickle.loads(pickle.dumps(result)) == result
    # The chain in the result renders the same samples again.
    again = bm.master(demo_path, tmp_path / "again.wav", chain=result.chain)
    assert (tmp_path / "again.wav").read_bytes() == (tmp_path / "master.wav").read_bytes()
    assert again.target is None


def test_arrays_and_bytes_master_like_the_file(demo: Demo, demo_path: Path, tmp_path: Path) -> None:
    audio, rate = demo
    short = np.ascontiguousarray(audio[:, : int(4 * rate)])
    bm.write(tmp_path / "short.wav", short, rate, bits="64f")
    chain = bm.Chain([bm.Limiter(drive_db=3.0)])
    bm.master(tmp_path / "short.wav", tmp_path / "a.flac", chain=chain, bits="16")
    bm.master(short, tmp_path / "b.flac", rate, chain=chain, bits="16")
    bm.master((tmp_path / "short.wav").read_bytes(), tmp_path / "c.flac", chain=chain, bits="16")
    with (tmp_path / "short.wav").open("rb") as file:
        bm.master(file, tmp_path / "d.flac", chain=chain, bits="16")
    files = [(tmp_path / f"{name}.flac").read_bytes() for name in "abcd"]
    assert files[0] == files[1] == files[2] == files[3]
    # The written file holds what the chain returns for an array, with dither.
    ours = bm.Chain([bm.Limiter(drive_db=3.0), bm.Dither(bits=16)])(short, rate)
    assert np.array_equal(bm.read(tmp_path / "a.flac")[0], ours)


def test_recommend_says_what_the_mix_needs(demo_path: Path, demo: Demo) -> None:
    by_path = bm.recommend(demo_path, target="loud")
    by_array = bm.recommend(demo[0], demo[1], target="loud")
    by_analysis = bm.recommend(bm.analyze(demo_path), target=bm.targets()["loud"])
    assert by_path.chain == by_array.chain == by_analysis.chain and len(by_path.chain) > 0
    assert by_path.target.name == "loud" and by_path.expected.integrated_lufs is not None
    assert by_path.to_text() and json.loads(by_path.to_json())["chain"]["steps"]


def test_check_is_true_or_false_with_reasons(demo_path: Path) -> None:
    result = bm.check(demo_path, profile="broadcast-r128")
    assert not result and not result.passed
    assert any(not rule.passed and rule.message for rule in result.results)
    quiet = bm.check(bm.analyze(demo_path), profile=bm.profile("upload"))
    assert bool(quiet) == quiet.passed and quiet.profile == "upload"
    with pytest.raises(bm.SettingsError, match="use one of"):
        bm.check(demo_path, profile="radio")


def test_own_profiles(demo_path: Path, tmp_path: Path) -> None:
    rules = "version = 1\nname = 'mine'\n[[rules]]\nid = 'loud'\nmeasure = 'loudness.integrated_lufs'\nmax = -5\n"
    (tmp_path / "mine.toml").write_text(rules)
    assert bm.check(demo_path, profile=str(tmp_path / "mine.toml"))
    assert bm.profile(tmp_path / "mine.toml").name == "mine"


def test_targets() -> None:
    assert bm.target().name == "streaming" and bm.target("LOUD").integrated_lufs == -9.0
    assert bm.target(integrated_lufs=-11.0).ceiling_dbtp == -1.0
    for bad in ({"name": "lound"}, {"integrated_lufs": 3.0}, {"name": "loud", "ceiling_dbtp": -1.0}):
        with pytest.raises(bm.SettingsError):
            bm.target(**bad)


def test_schemas_and_layouts() -> None:
    for kind in bm.schemas():
        assert bm.schema(kind)["$schema"].startswith("https://json-schema.org/")
    with pytest.raises(bm.SettingsError, match="analysis"):
        bm.schema("anal")
    assert "5.1" in bm.layouts() and bm.demo()[:4] == b"fLaC"
