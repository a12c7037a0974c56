"""Package: every export of the façade is reachable, generated files are current, examples run."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import balanced_mastering as bm
import pytest
from balanced_mastering import types
from conftest import ROOT

#: Every name that the façade exports, and its counterpart here; empty with the reason if there is none.
DOORS = {
    "AnalyzeOptions": "analyze",
    "album": "album",
    "album_of": "analyze_album",
    "AlbumAnalysis": "AlbumAnalysis",
    "AlbumMode": "album",  # loudness=
    "AlbumOptions": "album",
    "AlbumResult": "AlbumResult",
    "AlbumSpec": "album",  # a dict
    "AlbumTrackSpec": "album",  # a dict
    "analyze_album": "analyze_album",
    "Coherence": "album",  # coherence=
    "read_album": "album",
    "analyze": "analyze",
    "analyze_bytes": "analyze",
    "analyze_source": "analyze",
    "Limits": "Limits",
    "master_source": "master",
    "recommend_source": "recommend",
    "check_source": "check",
    "compare": "compare",
    "compare_sources": "compare",
    "TrackComparison": "TrackComparison",
    "fingerprint": "fingerprint",
    "fingerprint_source": "fingerprint",
    "config_hash": "AnalysisConfig.hash",
    "Arrangement": "analyze",  # channel_axis
    "AudioView": "analyze",  # arrays
    "Samples": "analyze",  # arrays
    "AudioBuffer": "read",
    "AudioSource": "analyze",
    "ReadSeek": "analyze",  # open files
    "Reopen": "VaultFile",
    "vault": "Vault",
    "cyanite": "Cyanite",
    "merge": "merge",
    "AudioInfo": "AudioInfo",
    "probe": "probe",
    "read_audio": "read",
    "write_audio": "write",
    "layout": "layouts",
    "model": "Analysis",
    "features": "mfcc",
    "Boost": "platforms",
    "PlatformRule": "platforms",
    "TagConfig": "tags",
    "TagHead": "TagHead",
    "heads": "tag_head",
    "train_head": "train_head",
    "platforms": "platforms",
    "platforms_toml": "platforms_toml",
    "profile_toml": "profile_toml",
    "deliver": "deliver",
    "reproduce": "reproduce",
    "Edit": "master",
    "MetadataEdit": "MetadataEdit",
    "Matching": "master",  # reference=, like=
    "Codec": "preview",  # codec=
    "codecs": "master",  # codecs=
    "PreviewOptions": "preview",
    "PreviewResult": "PreviewResult",
    "BandDifference": "PreviewResult",
    "preview": "preview",
    "ReadOptions": "read",  # part=, mono=, sample_rate=
    "read_part": "read",
    "resample": "resample",
    "RepairOptions": "repair",
    "RepairResult": "RepairResult",
    "repair": "repair",
    "repair_source": "repair",
    "analysis_report": "report_html",
    "ReportAudio": "report_html",  # with_audio=
    "comparison_report": "compare",  # a comparison without its analyses has no page
    "master_report": "report_html",
    "saved_report": "report_html",
    "audio_files": "master",  # like=
    "Preset": "Chain.preset",
    "read_chain": "Chain.load",
    "preset_target": "Chain.preset_target",
    "PluginHost": "Clap",
    "AllowPlugins": "Chain.process",  # allow_plugins=
    "PLUGIN_HOST_ARGUMENT": "",  # only the command needs it; here a Python interpreter hosts plugins
    "serve_plugin": "Clap",
    "Analysis": "Analysis",
    "AnalysisConfig": "AnalysisConfig",
    "Families": "FAMILIES",
    "Family": "FAMILIES",
    "Measurements": "Analysis",
    "check_analysis": "check",
    "CheckResult": "CheckResult",
    "Finding": "Recommendation",
    "Level": "CheckResult",
    "Profile": "Profile",
    "Recommendation": "Recommendation",
    "Target": "Target",
    "Block": "",  # how Rust hands out processed audio
    "ChannelLayout": "layouts",
    "StreamFormat": "",  # sample rate and layout are arguments
    "EncodeSpec": "write",
    "FileFormat": "write",
    "SampleFormat": "write",
    "ChainSpec": "Chain",
    "Param": "Parameter",
    "ProcessorSpec": "Processor",
    "Scale": "Parameter",
    "report": "Analysis.to_html",
    "analyze_many": "analyze_many",
    "Order": "analyze_many",  # ordered=
    "check_outputs": "analyze_many",  # a ledger that is one of the files
    "write_file": "Analysis.to_html",
    "printable": "",  # messages are printable; names are for the caller to show
    "hide_caught_panics": "InternalError",
    "contain_panics": "",  # for programs in Rust; Python has exceptions
    "check": "check",
    "check_config": "check",
    "profile": "profile",
    "DEMO_FLAC": "demo",
    "Error": "BalancedError",
    "ErrorKind": "BalancedError",
    "InputFault": "InputError",
    "Achieved": "MasterResult",
    "MasterOptions": "master",
    "MasterResult": "MasterResult",
    "master": "master",
    "MeterReading": "MeterReading",
    "StreamingMeter": "StreamingMeter",
    "loudness": "loudness",
    "true_peak": "true_peak",
    "Progress": "analyze",  # progress=
    "Stage": "analyze",  # progress=
    "RecommendOptions": "recommend",
    "recommend": "recommend",
    "recommend_config": "recommend",
    "recommend_for": "recommend",
    "roster": "roster",
    "match_engineers": "match_engineers",
    "SchemaKind": "schema",
    "schema": "schema",
    "ChainStream": "Chain.process",
    "table": "arrow_schema",
    "remove_partial_outputs": "",  # for programs that end themselves within a signal handler; Python unwinds
}


def facade() -> set[str]:
    """Returns the names that `crates/balanced/src/lib.rs` exports."""
    text = (ROOT / "crates/balanced/src/lib.rs").read_text(encoding="utf-8")
    names: set[str] = set(re.findall(r"^pub (?:fn|mod) (\w+)", text, re.M))
    for path in re.findall(r"^pub use ([^;]+);", text, re.M):
        group = re.search(r"\{(.*)\}", path, re.S)
        parts = group.group(1).split(",") if group else [path]
        names |= {part.split(" as ")[-1].split("::")[-1].strip() for part in parts if part.strip()}
    return names


def test_no_door_of_the_facade_is_closed() -> None:
    assert facade() == set(DOORS), "name what opens the new door, or why nothing should"
    for name in filter(None, DOORS.values()):
        opened: object = bm
        for part in name.split("."):
            opened = getattr(opened, part)


def test_generated_files_are_current() -> None:
    subprocess.run([sys.executable, ROOT / "bindings/python/generate.py", "--check"], check=True)


def modules() -> list[str]:
    return ["balanced_mastering", *(f"balanced_mastering.{each.name}" for each in pkgutil.iter_modules(bm.__path__))]


@pytest.mark.parametrize("name", [name for name in modules() if not name.endswith("_native")])
def test_the_examples_in_the_documentation_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name), globs=dict(vars(bm)), extraglobs={"bm": bm})
    assert result.failed == 0


def test_everything_public_is_documented_with_its_errors() -> None:
    for name in filter(lambda name: not name.startswith("_"), dir(bm)):
        each = getattr(bm, name)
        if inspect.ismodule(each) or not (inspect.isclass(each) or inspect.isfunction(each)):
            continue
        documentation = inspect.getdoc(each)
        assert documentation, name
        if inspect.isfunction(each) and inspect.signature(each).parameters:
            assert "Parameters\n" in documentation or "Raises\n" in documentation, name


def test_a_type_checker_knows_the_fields_of_results(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import balanced_mastering as bm\n"
        "analysis = bm.analyze('a.wav')\n"
        "fine = analysis.loudness.integrated_lufs if analysis.loudness else None\n"
        "analysis.nonsense\n"
        "bm.Gain().nonsense\n"
    )
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(program)], capture_output=True, text=True, check=False
    )
    lines = [line for line in checked.stdout.splitlines() if ": error:" in line]
    assert [line.split(":")[1] for line in lines] == ["4", "5"], checked.stdout
    assert all("attr-defined" in line for line in lines)


def test_types_for_annotations_are_those_of_the_results_and_arguments() -> None:
    assert set(get_args(types.FamilyName)) == set(bm.FAMILIES)
    assert set(get_args(types.TargetName)) == set(bm.targets())
    assert types.Tempo.__name__ == "Tempo"
    assert {"Key", "Loudness", "Tempo", "Tags", "Bits"} <= set(types.__all__)
    assert all(hasattr(types, name) for name in types.__all__)
