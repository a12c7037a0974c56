"""Benchmark for researchers: reading of annotations, mir_eval's scores, and the files of the command."""

from __future__ import annotations

import json
import os
from pathlib import Path

import balanced_mastering as bm
import mir_eval
import numpy as np
import pytest
from balanced_mastering.bench import __main__ as bench
from balanced_mastering.bench import dataset, score, tools
from balanced_mastering.bench.tools import Answer
from numpy.typing import NDArray

RATE = 22_050
BEATS = tuple(float(beat) for beat in np.arange(0.5, 20.0, 0.5))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds of clicks at 120 BPM, annotated in files and in a table."""
    folder = tmp_path_factory.mktemp("dataset")
    time = np.arange(20 * RATE) / RATE
    clicks = 0.5 * np.exp(-((time % 0.5) * 60)) * np.random.default_rng(1).standard_normal(time.size)
    bm.write(folder / "clicks.wav", clicks.clip(-1, 1), RATE)
    (folder / "clicks.beats").write_text("# seconds\n" + "".join(f"{beat}\t1\n" for beat in BEATS))
    (folder / "clicks.bpm").write_text("120\n")
    lufs = bm.loudness(folder / "clicks.wav")
    (folder / "annotations.csv").write_text(f"file,key,loudness_lufs\nclicks.wav,C:min,{lufs}\n")
    return folder


def test_annotations_are_read(folder: Path, tmp_path: Path) -> None:
    (track,) = dataset.load(str(folder))
    assert track.bpm == 120.0 and track.beats_s == BEATS and track.key == "C minor"
    assert score.tasks_of([track]) == {"tempo", "beats", "key", "loudness"}
    spellings = {"F#:min": "F# minor", "Eb major": "Eb major", "a m": "A minor", "B♭": "Bb major", "silence": None}
    assert {text: dataset.key_name(text) for text in spellings} == spellings
    with pytest.raises(bm.SettingsError, match="no annotated audio"):
        dataset.load(str(tmp_path))


def test_annotations_may_lie_in_folders_of_their_own(folder: Path, tmp_path: Path) -> None:
    for place in ("audio", "annotations/tempo", "annotations/key", "elsewhere"):
        (tmp_path / place).mkdir(parents=True)
    for name in ("1030011.LOFI.wav", "1084.LOFI.wav"):
        (tmp_path / "audio" / name).write_bytes((folder / "clicks.wav").read_bytes())
    (tmp_path / "annotations/tempo/1030011.LOFI.bpm").write_text("170.0\n")
    (tmp_path / "annotations/key/1030011.LOFI.key").write_text("C minor\n")
    for place in ("annotations/tempo", "elsewhere"):  # Which of two is meant is not known.
        (tmp_path / place / "1084.LOFI.bpm").write_text("90\n")
    (track,) = dataset.load(str(tmp_path))
    assert Path(track.path).name == "1030011.LOFI.wav" and track.bpm == 170.0 and track.key == "C minor"


def test_the_tempo_of_mirdata_may_have_several_values() -> None:
    class TempoData:
        """As mirdata 1.0 has it for GiantSteps."""

        tempos = np.array([85.0, 170.0])
        confidence: NDArray[np.float64] | None = np.array([0.3, 0.7])

    assert dataset._bpm(TempoData()) == 170.0 and dataset._bpm(128) == 128.0 and dataset._bpm(None) is None
    TempoData.confidence = None
    assert dataset._bpm(TempoData()) == 85.0


def test_a_tool_whose_process_ends_is_wrong_everywhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "run", _ends)
    result = bench.measure(dataset.load(str(folder)), ["balanced"], frozenset({"tempo", "loudness"}))
    assert result["scores"]["tempo"]["balanced"]["accuracy2"] == {"mean": 0.0, "low": 0.0, "high": 0.0, "tracks": 1}
    assert result["scores"]["loudness"]["balanced"]["within_0_1_lu"]["mean"] == 0.0
    assert result["cost"]["balanced"]["errors"] == 1 and "BrokenProcessPool" in result["cost"]["balanced"]["answers"][0]["error"]


def _ends(*_: object) -> None:
    os._exit(3)


def test_jams_of_ours_are_read_back(folder: Path, tmp_path: Path) -> None:
    analysis = bm.analyze(folder / "clicks.wav")
    assert analysis.tempo is not None
    (tmp_path / "clicks.wav").write_bytes((folder / "clicks.wav").read_bytes())
    (tmp_path / "clicks.jams").write_text(analysis.to_jams())
    (track,) = dataset.load(str(tmp_path))
    assert list(track.beats_s) == analysis.tempo.beats_s and track.bpm == analysis.tempo.bpm


def test_scores_are_those_of_mir_eval() -> None:
    track = dataset.Track("x.wav", bpm=120.0, beats_s=BEATS, key="C major", loudness_lufs=-14.0)
    late = tuple(beat + 0.05 for beat in BEATS[::2])
    answer = Answer("x.wav", bpm=60.5, beats_s=late, key="G major", loudness_lufs=-13.5)
    reference, estimate = (mir_eval.beat.trim_beats(np.array(beats)) for beats in (BEATS, late))
    scores = {task: score.score(task, [track], [answer]) for task in score.METRICS}
    assert scores["tempo"] == {"accuracy1": [0.0], "accuracy2": [1.0]}
    assert scores["beats"]["f_measure"] == [mir_eval.beat.f_measure(reference, estimate)]
    assert scores["key"] == {"weighted": [0.5], "exact": [0.0]}, "a fifth up"
    assert scores["loudness"] == {"abs_error_lu": [0.5], "within_0_1_lu": [0.0]}
    nothing = Answer("x.wav", error="it broke")
    assert score.score("loudness", [track], [nothing]) == {"abs_error_lu": [], "within_0_1_lu": [0.0]}
    assert score.score("tempo", [track], [nothing])["accuracy2"] == [0.0]
    made = score.interval([0.0, 1.0] * 50)
    assert made.low < made.mean == 0.5 < made.high and made.high - made.low < 0.25 and made.tracks == 100


def test_the_command_prints_tables_and_saves_them(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [str(folder), "--tools", "balanced,pyloudnorm", "--tasks", "tempo,beats,loudness", "-o", str(tmp_path / "out")]
    assert bench.main(arguments) == 0
    printed = capsys.readouterr().out
    assert "tempo (1 tracks" in printed and "pyloudnorm" in printed and "peak MiB" in printed
    result = json.loads((tmp_path / "out/bench.json").read_text())
    assert result["scores"]["tempo"]["balanced"]["accuracy1"]["mean"] == 1.0
    assert result["scores"]["beats"]["balanced"]["f_measure"]["mean"] > 0.9
    assert result["scores"]["loudness"]["balanced"]["abs_error_lu"]["mean"] == 0.0
    assert result["scores"]["loudness"]["pyloudnorm"]["abs_error_lu"]["mean"] < 0.2
    assert result["cost"]["balanced"]["peak_mib"] > 0 and result["cost"]["balanced"]["errors"] == 0
    assert all((tmp_path / f"out/{task}.png").stat().st_size > 1000 for task in ("tempo", "beats", "loudness"))
    assert bench.main([str(tmp_path), "-o", str(tmp_path / "none")]) == 3
    with pytest.raises(SystemExit):
        bench.main([str(folder), "--tools", "nobody"])
