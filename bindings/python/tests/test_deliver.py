"""Delivery bundles from Python: files, manifests, errors, and the same bytes again."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import balanced_mastering as bm
import numpy as np
import pytest


@pytest.fixture
def master(tmp_path: Path) -> Path:
    time_s = np.arange(6 * 96_000) / 96_000
    rng = np.random.default_rng(3)
    tone = 0.1 * np.sin(2 * np.pi * 220 * time_s) + 0.02 * rng.standard_normal(time_s.size)
    path = tmp_path / "song.wav"
    bm.write(path, np.stack([tone, tone]), 96_000, bits=24)
    return path


def test_a_bundle_is_what_its_manifest_tells_and_is_made_again(master: Path, tmp_path: Path) -> None:
    out = tmp_path / "bundle"
    told = bm.deliver(master, ["spotify", "cd"], out, metadata=bm.MetadataEdit(title="Song", track_number=2))
    assert json.loads((out / "manifest.json").read_text()) == json.loads(told.to_json())
    assert [file.file.path for file in told.files] == ["spotify/song.flac", "cd/02 Song.wav"]
    for file in told.files:
        assert file.file.path
        assert hashlib.sha256((out / file.file.path).read_bytes()).hexdigest() == file.file.sha256
    samples, rate = bm.read(out / "spotify/song.flac")[:2]
    assert rate == 96_000
    assert np.array_equal(samples, bm.read(master)[0])
    assert told.files[0].is_exact
    assert not told.files[1].is_exact
    assert told.files[1].resampling
    assert told.files[1].resampling.to_hz == 44_100
    again = bm.reproduce(out / "manifest.json")
    assert again
    assert [file.stored for file in again.files] == ["same", "same"]


def test_a_changed_file_and_another_source_are_told(master: Path, tmp_path: Path) -> None:
    out = tmp_path / "bundle"
    bm.deliver(master, "cd", out)
    file = out / "cd/song.wav"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    again = bm.reproduce(out / "manifest.json")
    assert not again
    assert (again.files[0].identical, again.files[0].stored) == (True, "changed")
    other = tmp_path / "other.wav"
    bm.write(other, np.zeros((2, 96_000)), 96_000, bits=24)
    moved = bm.reproduce(out / "manifest.json", source=other)
    assert not moved
    assert "another" in moved.notes[0]
    master.unlink()
    with pytest.raises(bm.AudioFileNotFoundError, match="--source"):
        bm.reproduce(out / "manifest.json")


def test_a_master_with_a_manifest_is_made_again_and_told_in_its_bundle(master: Path, tmp_path: Path) -> None:
    loud = tmp_path / "loud.wav"
    manifest = tmp_path / "loud.wav.manifest.json"
    result = bm.master(master, loud, manifest=manifest, target=bm.target(integrated_lufs=-14, ceiling_dbtp=-1))
    assert bm.reproduce(manifest)
    told = bm.deliver(loud, "bandcamp", tmp_path / "bundle")
    assert told.made_by
    assert told.made_by.source.path == str(master)
    assert told.made_by.chain.to_dict() == result.chain.to_dict()
    with pytest.raises(bm.SettingsError, match="files"):
        bm.master(master.read_bytes(), loud, manifest=manifest)


def test_lossy_files_are_made_again(master: Path, tmp_path: Path) -> None:
    told = bm.deliver(master, "mp3", tmp_path / "out", metadata=bm.MetadataEdit(title="T", artists=["One", "Two"]))
    assert told.files[0].recipe.codec == "mp3-320"
    assert told.files[0].encoder
    read = bm.analyze(tmp_path / "out/mp3/song.mp3", config=bm.AnalysisConfig(families=["loudness"])).metadata
    assert read
    assert (read.title, read.artists) == ("T", ["One", "Two"])
    assert bm.reproduce(tmp_path / "out/manifest.json")


def test_wrong_names_and_full_folders_are_errors(master: Path, tmp_path: Path) -> None:
    with pytest.raises(bm.SettingsError, match="spotify"):
        bm.deliver(master, "spotfy", tmp_path / "bundle")
    with pytest.raises(bm.OutputError, match="not empty"):
        bm.deliver(master, "cd", tmp_path)
    with pytest.raises(bm.SettingsError, match="no delivery manifest"):
        (tmp_path / "x.json").write_text("{}")
        bm.reproduce(tmp_path / "x.json")
    assert not (tmp_path / "bundle").exists()
    rules = [{**bm.deliveries()[0], "name": "own", "format": "aiff", "sample_rates_hz": [48_000]}]
    told = bm.deliver(master, "own", tmp_path / "own", rules=rules)
    assert told.files[0].file.path == "own/song.aiff"


@pytest.mark.skipif(os.name == "nt", reason="paths are text there")
def test_paths_that_are_not_utf8_work(master: Path, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    odd.mkdir()
    moved = master.rename(odd / os.fsdecode(b"m\xfe.wav"))
    told = bm.deliver(moved, "cd", odd / "bundle")
    assert len(told.files) == 1
    assert bm.reproduce(odd / "bundle/manifest.json", source=moved)
