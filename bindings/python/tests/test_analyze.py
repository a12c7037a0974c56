"""Analysis gives the same numbers for paths, bytes, open files and arrays."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pytest
from conftest import RATE, measurements
from numpy.typing import NDArray

Audio = NDArray[np.float64]


def test_an_array_gives_what_the_command_gives_for_the_file(music: Audio, tmp_path: Path) -> None:
    path = tmp_path / "music.wav"
    bm.write(path, music, RATE, bits="64f")
    command = os.environ.get("BALANCED_COMMAND")
    assert command, "BALANCED_COMMAND names the built command; `cargo xtask test` sets it"
    printed = subprocess.run([command, "analyze", str(path), "--json"], check=True, capture_output=True, text=True)
    theirs: dict[str, Any] = json.loads(printed.stdout)
    ours = bm.analyze(music, RATE).to_dict()
    for tree in (theirs, ours):
        tree.pop("source")
        tree["provenance"].pop("elapsed_s")
    assert ours == theirs


def test_path_bytes_and_file_objects_agree(demo_path: Path, only_loudness: bm.AnalysisConfig) -> None:
    data = demo_path.read_bytes()
    by_path = bm.analyze(demo_path, config=only_loudness)
    with demo_path.open("rb") as file:
        file.seek(1000)  # Where it stands does not matter.
        sources: list[Any] = [str(demo_path), data, bytearray(data), memoryview(data), io.BytesIO(data), file]
        for source in sources:
            analysis = bm.analyze(source, config=only_loudness)
            assert measurements(analysis) == measurements(by_path)
            assert analysis.source.sha256 == by_path.source.sha256


def test_a_pipe_is_read_too(demo_path: Path, only_loudness: bm.AnalysisConfig) -> None:
    with subprocess.Popen(["cat", str(demo_path)], stdout=subprocess.PIPE) as cat:
        assert cat.stdout is not None and not cat.stdout.seekable()
        analysis = bm.analyze(cat.stdout, config=only_loudness)  # type: ignore[arg-type]
    assert measurements(analysis) == measurements(bm.analyze(demo_path, config=only_loudness))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_memory_order_axes_and_views_do_not_matter(music: Audio, dtype: str) -> None:
    config = bm.AnalysisConfig(families=["loudness", "stereo"])
    audio = music.astype(dtype)
    expected = measurements(bm.analyze(audio, RATE, config=config))
    frames_first = np.ascontiguousarray(audio.T)
    spread = np.zeros((2, audio.shape[1] * 2), dtype=dtype)
    spread[:, ::2] = audio
    for array, axis in [
        (np.asfortranarray(audio), 0),
        (frames_first, 1),
        (frames_first, -1),
        (audio.T, 1),
        (frames_first.T, 0),
        (spread[:, ::2], 0),
        (audio[::-1][::-1], 0),
        (audio.astype(audio.dtype.newbyteorder()), 0),
    ]:
        assert measurements(bm.analyze(array, RATE, config=config, channel_axis=axis)) == expected
    swapped = bm.analyze(audio[::-1], RATE, config=config)
    assert swapped.stereo is not None and swapped.stereo.balance_db == pytest.approx(-expected["stereo"]["balance_db"])


def test_mono_and_one_channel_are_the_same(music: Audio) -> None:
    mono = music[0]
    expected = measurements(bm.analyze(mono, RATE))
    assert measurements(bm.analyze(mono[np.newaxis], RATE)) == expected
    assert measurements(bm.analyze(mono[:, np.newaxis], RATE, channel_axis=1)) == expected


def test_contiguous_double_precision_is_not_copied() -> None:
    import tracemalloc

    audio = np.zeros((2, 30 * RATE))
    tracemalloc.start()
    bm.loudness(audio, RATE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < audio.nbytes / 100


def test_threads_do_not_change_the_result(music: Audio) -> None:
    assert measurements(bm.analyze(music, RATE, threads=1)) == measurements(bm.analyze(music, RATE, threads=3))


def test_layouts_count(music: Audio, only_loudness: bm.AnalysisConfig) -> None:
    quad = np.concatenate([music, 0.5 * music])
    usual = bm.analyze(quad, RATE, config=only_loudness)
    assert usual.source.channel_layout == "quad"
    named = bm.analyze(quad, RATE, config=only_loudness, layout="3.1")
    assert named.loudness != usual.loudness
    with pytest.raises(bm.SettingsError, match="6 channels"):
        bm.analyze(music, RATE, layout="5.1")
    with pytest.raises(bm.SettingsError, match="use one of mono"):
        bm.analyze(music, RATE, layout="tall")


def test_results_are_objects_data_and_text(demo_path: Path) -> None:
    analysis = bm.analyze(demo_path)
    assert analysis.loudness is not None and analysis.tempo is not None and analysis.defects is not None
    assert analysis.loudness.integrated_lufs == analysis.to_dict()["loudness"]["integrated_lufs"]
    assert analysis.loudness.curve.hop_s == 0.1
    assert "integrated_lufs" in dir(analysis.loudness) and "loudness=" in repr(analysis)
    for copy in (bm.Analysis.from_json(analysis.to_json()), pickle.loads(pickle.dumps(analysis))):
        assert copy == analysis and copy.loudness == analysis.loudness
    jams = json.loads(analysis.to_jams())
    beats = next(each for each in jams["annotations"] if each["namespace"] == "beat")
    assert [beat["time"] for beat in beats["data"]] == analysis.tempo.beats_s
    assert "<svg" in analysis.to_html() and "srcdoc" in analysis._repr_html_()
    header, row = analysis.to_csv().splitlines()
    assert header.count(",") == row.count(",") and "LUFS" in analysis.to_text()
    with pytest.raises(AttributeError, match="integrated_lufs"):
        _ = analysis.loudness.integrated  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="are immutable"):
        analysis.loudness.integrated_lufs = 0.0


def test_a_report_is_a_file(demo_path: Path, only_loudness: bm.AnalysisConfig, tmp_path: Path) -> None:
    bm.analyze(demo_path, config=only_loudness).save_report(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!")


def test_reading_and_writing_are_exact(music: Audio, tmp_path: Path) -> None:
    music = 0.5 * music
    formats: list[tuple[str, Any, float]] = [("a.wav", "64f", 0.0), ("a.aiff", 24, 2.0**-24), ("a.flac", "16", 2.0**-16)]
    for name, bits, step in formats:
        assert bm.write(tmp_path / name, music, RATE, bits=bits) == 0
        audio, rate = bm.read(tmp_path / name)
        assert rate == RATE and audio.shape == music.shape and audio.dtype == np.float64
        assert np.abs(audio - music).max() <= step
    assert bm.write(tmp_path / "loud.wav", 20 * music, RATE) > 0
    with pytest.raises(bm.SettingsError, match="wav"):
        bm.write(tmp_path / "a.mp3", music, RATE)
    with pytest.raises(bm.OutputError, match="no-such"):
        bm.write(tmp_path / "no-such/a.wav", music, RATE)


def test_configurations_are_values() -> None:
    config = bm.AnalysisConfig(families=["tempo", "loudness"])
    same = bm.AnalysisConfig(families=("tempo", "loudness"))
    assert config == same and hash(config) == hash(same) and len({config, same}) == 1
    assert config != bm.AnalysisConfig() and bm.AnalysisConfig().families == bm.FAMILIES
    copy = pickle.loads(pickle.dumps(config))
    assert copy == config and copy.hash == config.hash
    with pytest.raises(AttributeError):
        config.families = ()  # type: ignore[misc]
    with pytest.raises(bm.SettingsError, match="its fields are"):
        bm.AnalysisConfig(familes=["tempo"])
    with pytest.raises(bm.SettingsError, match="tempi"):
        bm.AnalysisConfig(families=["tempi"])  # type: ignore[list-item]


def test_the_configuration_s_hash_is_that_of_the_result(demo_path: Path, music: Audio) -> None:
    config = bm.AnalysisConfig(families=["loudness"])
    for analysis in (bm.analyze(demo_path, config=config), bm.analyze(music, RATE, config=config)):
        assert analysis.provenance.config_hash == config.hash


def test_a_mono_track_can_count_as_two_loudspeakers(music: Audio, only_loudness: bm.AnalysisConfig) -> None:
    single = bm.analyze(music[0], RATE, config=only_loudness)
    both = bm.analyze(music[0], RATE, config=only_loudness, layout="dual_mono")
    assert single.loudness is not None and both.loudness is not None
    assert single.loudness.integrated_lufs is not None and both.loudness.integrated_lufs is not None
    assert abs(both.loudness.integrated_lufs - single.loudness.integrated_lufs - 3.01) < 0.01
    assert (single.source.channel_layout, both.source.channel_layout) == ("mono", "dual_mono")
    assert bm.analyze(music, RATE, config=only_loudness, layout="dual_mono").source.channel_layout == "stereo"
