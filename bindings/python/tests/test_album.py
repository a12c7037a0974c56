"""Albums: measured as one, mastered as one, and read back by other readers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from shutil import which
from typing import Any, Literal

import balanced_mastering as bm
import numpy as np
import pylibcue
import pytest

mutagen = pytest.importorskip("mutagen")
RATE = 44_100


def known(number: float | None) -> float:
    """Returns a number that the test is sure of."""
    assert number is not None
    return number


def song(path: Path, seed: int, level_db: float, seconds: float = 6.0) -> Path:
    """Writes noise that swells, at a level."""
    noise = np.random.default_rng(seed).normal(size=(2, int(RATE * seconds)))
    swell = 0.6 + 0.4 * np.sin(np.linspace(0, 12, noise.shape[1]))
    bm.write(path, 0.2 * 10 ** (level_db / 20) * noise * swell, RATE)
    return path


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("tracks")
    return [song(folder / f"{name}.wav", seed, level) for seed, (name, level) in enumerate([("a", -9), ("b", -3), ("c", -12)])]


def test_an_album_is_that_of_the_concatenated_tracks(tracks: list[Path]) -> None:
    album = bm.analyze_album(tracks)
    joined = np.concatenate([bm.read(track)[0] for track in tracks], axis=-1)
    whole = bm.analyze(joined, RATE, config=bm.AnalysisConfig(families=["loudness"])).loudness
    assert whole is not None
    assert whole.integrated_lufs is not None
    # The blocks at two borders are the difference.
    assert album.album.integrated_lufs == pytest.approx(whole.integrated_lufs, abs=0.1)
    assert album.album.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=0.01)
    assert album.album.loudest_track == 2
    assert [Path(track.path) for track in album.tracks] == tracks
    assert "Together" in album.to_text()
    config = bm.AnalysisConfig(families=["loudness", "spectrum", "stereo"])
    assert bm.analyze_album([bm.analyze(track, config=config) for track in tracks]) == album
    assert bm.AlbumAnalysis.from_json(album.to_json()) == album


def test_a_missing_track_is_a_row_of_its_own(tracks: list[Path], tmp_path: Path) -> None:
    album = bm.analyze_album([*tracks, tmp_path / "none.wav"])
    assert len(album.tracks) == 3
    assert album.failed[0].path.endswith("none.wav")
    with pytest.raises(bm.InputError, match=r"none\.wav"):
        bm.album([*tracks, tmp_path / "none.wav"], tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", ["wav", "aiff", "flac"])
def test_other_readers_find_tags_and_gains(tracks: list[Path], tmp_path: Path, format: Literal["wav", "aiff", "flac"]) -> None:
    listed = [{"file": str(track), "title": f"Song {track.stem}", "isrc": f"USRC1760784{n}"} for n, track in enumerate(tracks)]
    content = {"title": "Songs", "artist": "The Band", "upc": "036000291452", "date": "2026", "track": listed}
    made = bm.album(content, tmp_path / "out", target=bm.target(integrated_lufs=-16, ceiling_dbtp=-1), format=format, bits="16")
    assert made.feasible, made.reason
    for track in made.tracks:
        tags = mutagen.File(tmp_path / "out" / track.output).tags
        if format == "flac":
            read = {name.upper(): values[0] for name, values in tags.items()}
        else:
            read = {"TITLE": str(tags["TIT2"]), "ISRC": str(tags["TSRC"]), "TRACKNUMBER": str(tags["TRCK"])}
            read |= {frame.desc.upper(): str(frame) for frame in tags.getall("TXXX")}
            norm = next(frame for frame in tags.getall("COMM") if frame.desc == "iTunNORM")
            assert str(norm) == track.tags.sound_check
        assert read["TITLE"] == track.title
        assert read["ISRC"] == track.isrc
        assert read["TRACKNUMBER"].split("/")[0] == str(track.number)
        assert read["REPLAYGAIN_TRACK_GAIN"] == f"{track.tags.replay_gain_db:.2f} dB"
        assert read["REPLAYGAIN_ALBUM_GAIN"] == f"{made.tags.replay_gain_db:.2f} dB"
        assert float(read["REPLAYGAIN_TRACK_PEAK"]) == pytest.approx(10 ** (known(track.after.true_peak_dbtp) / 20), abs=1e-4)
    if which("ffprobe"):
        command = ["ffprobe", "-v", "error", "-show_entries", "format_tags:stream_tags", "-of", "json"]
        out = subprocess.run([*command, tmp_path / "out" / made.tracks[0].output], capture_output=True, check=True)
        assert "Songs" in out.stdout.decode()


def test_distances_are_kept_and_files_are_what_is_told(tracks: list[Path], tmp_path: Path) -> None:
    made = bm.album(tracks, tmp_path / "out", target=bm.target(integrated_lufs=-10, ceiling_dbtp=-1))
    loudest = made.tracks[1]
    assert loudest.after.integrated_lufs == pytest.approx(-10, abs=0.1)
    for track in made.tracks:
        before = known(track.before.integrated_lufs) - known(loudest.before.integrated_lufs)
        after = known(track.after.integrated_lufs) - known(loudest.after.integrated_lufs)
        assert after == pytest.approx(before, abs=0.1)
        again = bm.analyze(tmp_path / "out" / track.output, config=bm.AnalysisConfig(families=["loudness"]))
        assert again.loudness is not None
        assert again.loudness.integrated_lufs == track.after.integrated_lufs
        assert known(again.loudness.true_peak_dbtp) <= -1.0
        assert again.source.sha256 == track.sha256
    assert json.loads((tmp_path / "out/album.json").read_text()) == made.to_dict()
    made.save_report(tmp_path / "album.html")
    assert "Loudness of the tracks" in (tmp_path / "album.html").read_text()
    assert bm.AlbumResult.from_json(made.to_json()) == made
    with pytest.raises(bm.OutputError, match="not overwritten"):
        bm.album(tracks, tmp_path / "out")


def test_mistakes_are_told_before_the_work(tracks: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(bm.SettingsError, match=r"track\[1\]"):
        bm.album({"track": [{"file": str(tracks[0])}, {"file": str(tracks[1]), "isrk": "x"}]}, out)
    with pytest.raises(bm.SettingsError, match="loudest-track"):
        bm.album(tracks, out, loudness="loud")  # type: ignore[arg-type]
    with pytest.raises(bm.SettingsError, match="anchor"):
        bm.album(tracks, out, coherence="anchor")
    with pytest.raises(bm.SettingsError, match="out of range"):
        bm.album(tracks, out, anchor=0)
    with pytest.raises(bm.SettingsError, match="list of paths"):
        bm.analyze_album("a.wav")
    with pytest.raises(bm.SettingsError, match="no tracks"):
        bm.album([], out)
    cancel = bm.CancelToken()
    cancel.cancel()
    with pytest.raises(bm.CancelledError):
        bm.album(tracks, out, cancel=cancel)
    assert list(tmp_path.iterdir()) == []


def test_a_cue_sheet_is_read_by_others(tracks: list[Path], tmp_path: Path) -> None:
    """Reads the sheets by libcue, and by cdrdao where it is installed."""
    content: dict[str, Any] = {"title": "Songs", "artist": "The Band", "upc": "036000291452", "gap_s": 2.0}
    content["track"] = [{"file": track, "title": track.stem, "isrc": f"USRC1760784{n}"} for n, track in enumerate(tracks)]
    made = bm.album(content, tmp_path / "disc", cd=True, single=True)
    cue = (tmp_path / "disc/album.cue").read_text()
    assert cue.count("INDEX 01") == 3
    assert cue.count("INDEX 00") == 2
    assert [track.start_frames % 588 for track in made.tracks] == [0, 0, 0]
    if which("cdrdao"):
        for sheet in ("album.toc", "album.cue"):
            shown = subprocess.run(["cdrdao", "show-toc", sheet], cwd=tmp_path / "disc", capture_output=True, check=False)
            text = (shown.stdout + shown.stderr).decode()
            assert shown.returncode == 0, text
            assert text.count("TRACK ") == 3, text
    disc = pylibcue.parse_file(str(tmp_path / "disc/album.cue"))
    assert len(disc) == 3
    assert [disc[number].isrc for number in range(3)] == [track.isrc for track in made.tracks]
