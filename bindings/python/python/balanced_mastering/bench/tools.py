"""Adapters of this package and its peers: each takes a path and returns estimates, in its own process."""

from __future__ import annotations

import importlib.util
import resource
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import balanced_mastering as bm
from balanced_mastering.bench.dataset import key_name
from balanced_mastering.types import FamilyName


class Answer(NamedTuple):
    """Estimates of a tool for a track, and their cost."""

    path: str
    bpm: float | None = None
    beats_s: tuple[float, ...] = ()
    key: str | None = None
    loudness_lufs: float | None = None
    cpu_s: float = 0.0
    wall_s: float = 0.0
    audio_s: float = 0.0
    error: str | None = None


class Tool(NamedTuple):
    """A tool: its tasks, the module it needs, and the function that runs it."""

    name: str
    module: str
    tasks: frozenset[str]
    ask: Callable[[str, frozenset[str]], dict[str, Any]]


def _ours(path: str, tasks: frozenset[str]) -> dict[str, Any]:
    families: dict[str, FamilyName] = {"tempo": "tempo", "beats": "tempo", "key": "key", "loudness": "loudness"}
    config = bm.AnalysisConfig(families=sorted({families[task] for task in tasks}))
    analysis = bm.analyze(path, config=config, threads=1)
    answer: dict[str, Any] = {"audio_s": analysis.source.duration_s}
    if analysis.tempo:
        answer |= {"bpm": analysis.tempo.bpm, "beats_s": tuple(analysis.tempo.beats_s)}
    if analysis.key and analysis.key.name:
        answer["key"] = key_name(analysis.key.name)
    if analysis.loudness:
        answer["loudness_lufs"] = analysis.loudness.integrated_lufs
    return answer


def _librosa(path: str, tasks: frozenset[str]) -> dict[str, Any]:
    import librosa
    import numpy as np
    from librosa.beat import beat_track

    audio, rate = librosa.load(path)
    tempo, beats = beat_track(y=audio, sr=rate, units="time")
    return {
        "audio_s": audio.size / rate,
        "bpm": float(np.atleast_1d(tempo)[0]),
        "beats_s": tuple(float(beat) for beat in beats),
    }


def _essentia(path: str, tasks: frozenset[str]) -> dict[str, Any]:
    import essentia.standard as es

    audio = es.MonoLoader(filename=path, sampleRate=44_100)()
    answer: dict[str, Any] = {"audio_s": len(audio) / 44_100}
    if tasks & {"tempo", "beats"}:
        bpm, beats, *_ = es.RhythmExtractor2013(method="multifeature")(audio)
        answer |= {"bpm": float(bpm), "beats_s": tuple(float(beat) for beat in beats)}
    if "key" in tasks:
        tonic, mode, _ = es.KeyExtractor()(audio)
        answer["key"] = key_name(f"{tonic} {mode}")
    return answer


def _madmom(path: str, tasks: frozenset[str]) -> dict[str, Any]:
    import numpy as np
    from madmom.features.beats import DBNBeatTrackingProcessor, RNNBeatProcessor

    activation = RNNBeatProcessor()(path)
    beats = DBNBeatTrackingProcessor(fps=100)(activation)
    gaps = np.diff(beats)
    return {
        "audio_s": len(activation) / 100,
        "bpm": float(60 / np.median(gaps)) if gaps.size else None,
        "beats_s": tuple(float(beat) for beat in beats),
    }


def _pyloudnorm(path: str, tasks: frozenset[str]) -> dict[str, Any]:
    import pyloudnorm

    audio, rate = bm.read(path)
    meter = pyloudnorm.Meter(rate)
    return {"audio_s": audio.shape[1] / rate, "loudness_lufs": float(meter.integrated_loudness(audio.T))}


TOOLS = (
    Tool("balanced", "balanced_mastering", frozenset({"tempo", "beats", "key", "loudness"}), _ours),
    Tool("librosa", "librosa", frozenset({"tempo", "beats"}), _librosa),
    Tool("essentia", "essentia", frozenset({"tempo", "beats", "key"}), _essentia),
    Tool("madmom", "madmom", frozenset({"tempo", "beats"}), _madmom),
    Tool("pyloudnorm", "pyloudnorm", frozenset({"loudness"}), _pyloudnorm),
)


def installed() -> list[Tool]:
    """Returns the installed tools, this package first."""
    return [tool for tool in TOOLS if importlib.util.find_spec(tool.module) is not None]


def run(name: str, paths: list[str], tasks: frozenset[str]) -> tuple[list[Answer], float]:
    """Runs the tool called `name` on every track; returns its answers and the peak memory of this process in MiB.

    If a tool fails on a track, the answer holds the error. The first track is run once before, so that imports and
    compilation do not count.
    """
    tool = next(tool for tool in TOOLS if tool.name == name)
    wanted = tasks & tool.tasks
    if paths:
        _ask(tool, paths[0], wanted)
    answers = [_ask(tool, path, wanted) for path in paths]
    return answers, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _ask(tool: Tool, path: str, tasks: frozenset[str]) -> Answer:
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        said = tool.ask(path, tasks)
    except Exception as error:  # Any exception of a peer is recorded as its answer.
        return Answer(path, error=f"{type(error).__name__}: {error}")
    return Answer(path, **said, cpu_s=time.process_time() - cpu, wall_s=time.perf_counter() - wall)
