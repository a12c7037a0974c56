"""Metadata of masters, read back by mutagen."""

from __future__ import annotations

from pathlib import Path

import balanced_mastering as bm
import numpy as np
import pytest
from conftest import ROOT
from mutagen._file import File as MutagenFile

COVER = ROOT / "fixtures" / "metadata" / "red.png"
SET = bm.MetadataEdit(
    title="Overtüre",
    artists=["First", "Second"],
    album="The Album",
    track_number=3,
    track_total=12,
    date="2026-11-30",
    genres=["Jazz"],
    isrc="US-RC1-76-07839",
    upc="614141999996",
    comments=["at night"],
    cover=COVER,
)


def _mix(folder: Path) -> Path:
    noise = np.random.default_rng(1).normal(0.0, 0.05, (2, 48_000))
    bm.write(folder / "mix.wav", noise, 48_000.0)
    return folder / "mix.wav"


@pytest.mark.parametrize("suffix", ["wav", "aiff", "flac"])
def test_mutagen_reads_what_a_master_carries(suffix: str, tmp_path: Path) -> None:
    chain = bm.Chain([bm.Limiter(drive_db=0.0)])
    result = bm.master(_mix(tmp_path), tmp_path / f"m.{suffix}", chain=chain, metadata=SET)
    file = MutagenFile(tmp_path / f"m.{suffix}")
    if suffix == "flac":
        assert file["title"] == ["Overtüre"] and file["artist"] == ["First", "Second"]
        assert file["tracknumber"] == ["3"] and file["tracktotal"] == ["12"] and file["barcode"] == ["614141999996"]
        assert file["isrc"] == ["USRC17607839"] and file["date"] == ["2026-11-30"] and file["comment"] == ["at night"]
        assert file.pictures[0].data == COVER.read_bytes() and file.pictures[0].width == 1
    else:
        tags = file.tags
        assert tags["TIT2"].text == ["Overtüre"] and tags["TPE1"].text == ["First", "Second"]
        assert tags["TRCK"].text == ["3/12"] and tags["TSRC"].text == ["USRC17607839"]
        assert str(tags["TDRC"].text[0]) == "2026-11-30" and tags["TXXX:BARCODE"].text == ["614141999996"]
        assert tags.getall("COMM")[0].text == ["at night"] and tags.getall("APIC")[0].data == COVER.read_bytes()
    told = {field.field: field.outcome for field in result.metadata}
    assert told["title"] == told["artists"] == told["pictures"] == "set"
    # A master of the master carries it on.
    again = bm.master(tmp_path / f"m.{suffix}", tmp_path / "again.flac", chain=chain, bits="24")
    assert again.after.metadata is not None and again.after.metadata.title == "Overtüre"
    assert MutagenFile(tmp_path / "again.flac")["artist"] == ["First", "Second"]


def test_metadata_is_left_out_when_asked(tmp_path: Path) -> None:
    chain = bm.Chain([bm.Limiter(drive_db=0.0)])
    bm.master(_mix(tmp_path), tmp_path / "m.flac", chain=chain, metadata=SET)
    bare = bm.master(tmp_path / "m.flac", tmp_path / "bare.flac", chain=chain, metadata=bm.MetadataEdit(strip=True))
    assert bare.after.metadata is None and all(field.outcome == "dropped" for field in bare.metadata)
    assert not MutagenFile(tmp_path / "bare.flac").tags


def test_wrong_values_are_refused_before_the_work_begins(tmp_path: Path) -> None:
    mix = _mix(tmp_path)
    with pytest.raises(bm.SettingsError, match="twelve characters"):
        bm.master(mix, tmp_path / "m.wav", metadata=bm.MetadataEdit(isrc="US"))
    with pytest.raises(bm.SettingsError, match="give a list"):
        bm.MetadataEdit(artists="First")
    with pytest.raises(bm.InputError, match="neither a JPEG nor a PNG"):
        bm.master(mix, tmp_path / "m.wav", metadata=bm.MetadataEdit(cover=mix))
    assert not (tmp_path / "m.wav").exists()
