"""The MCP server over standard input and output, asked by the SDK's own client."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import pytest
from mcp import Client, StdioServerParameters

Answer = tuple[bool, Any]


@pytest.fixture
def music(demo_path: Path, tmp_path: Path) -> Path:
    """A folder with the demo, and links that lead out of it."""
    folder = tmp_path / "music"
    (folder / "album").mkdir(parents=True)
    (folder / "album/demo.flac").write_bytes(demo_path.read_bytes())
    (folder / "text.wav").write_text("not audio")
    secret = tmp_path / "secret.flac"
    secret.write_bytes(demo_path.read_bytes())
    (folder / "link.flac").symlink_to(secret)
    return folder


def asked(arguments: list[str], *calls: tuple[str, dict[str, Any]]) -> list[Answer]:
    """Starts the server, makes the calls, and returns whether each failed, with its text or data."""

    async def ask() -> list[Answer]:
        server = StdioServerParameters(command=sys.executable, args=["-m", "balanced_mastering.mcp", *arguments])
        answers: list[Answer] = []
        async with Client(server) as client:
            for name, values in calls:
                result: Any = await client.call_tool(name, values)
                text = result.content[0].text
                answers.append((bool(result.is_error), text if result.is_error else json.loads(text)))
        return answers

    return asyncio.run(ask())


def test_tools_give_the_results_of_the_library(music: Path, tmp_path: Path) -> None:
    output = tmp_path / "masters"
    output.mkdir()
    demo = str(music / "album/demo.flac")
    answers = asked(
        [str(music), "--output", str(output)],
        ("list_audio", {}),
        ("analyze", {"path": "album/demo.flac", "families": ["loudness"], "detail": "full"}),
        ("analyze", {"path": demo}),
        ("check", {"path": demo, "profile": "upload"}),
        ("recommend", {"path": demo}),
        ("master", {"path": demo, "output": "demo.wav"}),
    )
    assert not [answer for failed, answer in answers if failed]
    files, full, summary, checked, recommended, mastered = (answer for _, answer in answers)
    assert demo in files["files"] and files["left_out"] == 0
    analysis = bm.analyze(demo)
    assert analysis.loudness is not None
    assert full["loudness"] == analysis.to_dict()["loudness"] and "tempo" not in full
    assert summary["loudness"]["integrated_lufs"] == analysis.loudness.integrated_lufs
    assert "beats_s" not in summary["tempo"] and len(json.dumps(summary)) < 30_000
    assert checked == bm.check(demo, profile=bm.profile("upload")).to_dict()
    assert recommended["findings"] == bm.recommend(demo).to_dict()["findings"]
    assert mastered["feasible"] and abs(bm.loudness(output / "demo.wav") - mastered["achieved"]["integrated_lufs"]) < 0.01


def test_compare_tells_how_a_master_lies_on_its_mix(music: Path, tmp_path: Path) -> None:
    demo = music / "album/demo.flac"
    bm.master(demo, music / "master.wav")
    (tmp_path / "elsewhere.wav").write_bytes((music / "master.wav").read_bytes())
    (failed, told), (refused, why) = asked(
        [str(music)],
        ("compare", {"a": "album/demo.flac", "b": "master.wav"}),
        ("compare", {"a": "album/demo.flac", "b": str(tmp_path / "elsewhere.wav")}),
    )
    assert not failed
    expected = bm.compare(demo, music / "master.wav")
    assert told["verdict"] == expected.verdict
    assert told["alignment"] == expected.to_dict()["alignment"]
    assert abs(told["alignment"]["offset_frames"]) < 0.1
    assert refused and "elsewhere.wav" in why


def test_nothing_outside_the_folders_is_read_or_written(music: Path, tmp_path: Path) -> None:
    output = tmp_path / "masters"
    output.mkdir()
    (output / "there.wav").write_text("mine")
    calls: list[tuple[str, dict[str, Any]]] = [
        ("analyze", {"path": str(tmp_path / "secret.flac")}),
        ("analyze", {"path": "../secret.flac"}),
        ("analyze", {"path": "link.flac"}),
        ("analyze", {"path": "text.wav"}),
        ("analyze", {"path": "album/demo.flac", "families": ["colour"]}),
        ("check", {"path": "album/demo.flac", "profile": "none"}),
        ("recommend", {"path": "album/demo.flac", "target": "none"}),
        ("master", {"path": "album/demo.flac", "output": "../out.wav"}),
        ("master", {"path": "album/demo.flac", "output": "there.wav"}),
        ("master", {"path": "album/demo.flac", "output": "master.xyz"}),
    ]
    answers = asked([str(music), "--output", str(output)], *calls)
    words = ["no such file", "no such file", "no such file", "text", "unknown", "upload", "streaming", "name", "replaced", ".wav"]
    for (failed, text), word in zip(answers, words, strict=True):
        assert failed and word in text and "secret.flac; the" not in text, text
    assert (output / "there.wav").read_text() == "mine" and len(list(output.iterdir())) == 1
    [(failed, text)] = asked([str(music)], ("master", {"path": "album/demo.flac", "output": "x.wav"}))
    assert failed and "--output" in text


def test_schemas_are_resources(music: Path) -> None:
    async def ask() -> tuple[list[str], dict[str, Any]]:
        server = StdioServerParameters(command=sys.executable, args=["-m", "balanced_mastering.mcp", str(music)])
        async with Client(server) as client:
            listed: Any = await client.list_resources()
            read: Any = await client.read_resource("balanced://schema/analysis")
            return [str(each.uri) for each in listed.resources], json.loads(read.contents[0].text)

    addresses, schema = asyncio.run(ask())
    assert addresses == [f"balanced://schema/{kind}" for kind in bm.schemas()] and schema == bm.schema("analysis")


def test_folders_must_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from balanced_mastering import mcp

    assert mcp.main([str(tmp_path / "none")]) == 2
    assert "folders that exist" in capsys.readouterr().err
