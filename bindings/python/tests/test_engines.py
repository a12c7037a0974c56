"""Catalogues on Ray, Dask, Spark and threads, from and to an S3 server: a lost worker and a poison file change nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

RATE = 22_050
CONFIG = bm.AnalysisConfig(families=["loudness", "spectrum", "stereo", "defects"])
FAMILIES = ",".join(CONFIG.families)
#: Ends the process that analyses the poison file, as a fault of the decoder would.
SITE = """
import sys
if any("balanced_mastering._worker" in word for word in sys.orig_argv):
    import os
    import balanced_mastering._catalogue as catalogue
    real = catalogue.analyze_row
    def analyze_row(source, *rest, **options):
        if "poison" in str(options.get("path") or source):
            os.abort()
        return real(source, *rest, **options)
    catalogue.analyze_row = analyze_row
"""


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve clips, one file that is not audio, and one that ends every process."""
    folder = tmp_path_factory.mktemp("catalogue")
    rng = np.random.default_rng(11)
    for name in [*(f"album-{index % 3}/{index:02}" for index in range(12)), "poison"]:
        clip = rng.standard_normal((2, 4 * RATE)) * rng.uniform(0.02, 0.2)
        (folder / name).parent.mkdir(exist_ok=True)
        bm.write(folder / f"{name}.flac", clip.clip(-1, 1), RATE, bits=16)
    (folder / "text.flac").write_text("not audio")
    (folder / "cover.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment that leads to a server: `s3s-fs` if `BALANCED_S3_SERVER` names it, else moto's."""
    keys = {"AWS_ACCESS_KEY_ID": "balanced", "AWS_SECRET_ACCESS_KEY": "balanced-secret", "AWS_REGION": "us-east-1"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    program = os.environ.get("BALANCED_S3_SERVER")
    if program:
        store = tmp_path_factory.mktemp("s3")
        secret = ["--access-key", keys["AWS_ACCESS_KEY_ID"], "--secret-key", keys["AWS_SECRET_ACCESS_KEY"]]
        command = [program, "--host", "127.0.0.1", "--port", port, *secret, str(store)]
    else:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", int(port))) == 0:
                    break
            time.sleep(0.1)
        yield {**keys, "AWS_DEFAULT_REGION": keys["AWS_REGION"], "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
        process.kill()


@pytest.fixture(scope="module")
def bucket(server: dict[str, str], clips: Path) -> Iterator[Any]:
    """The file system of a bucket that holds the clips."""
    import s3fs

    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.items():
            patch.setenv(name, value)
        system = s3fs.S3FileSystem(skip_instance_cache=True)
        system.mkdir("catalogue")
        for path in clips.rglob("*.*"):
            system.put_file(str(path), f"catalogue/in/{path.relative_to(clips)}")
        yield system


@pytest.fixture(scope="module")
def expected(clips: Path) -> list[dict[str, Any]]:
    """The rows of a single process, but for the poison file."""
    paths = sorted(path for path in clips.rglob("*.flac") if path.stem != "poison")
    rows = [row.to_dict() for row in bm.analyze_many(paths, config=CONFIG, workers=1, ordered=True)]
    return [_placed(row, str(clips)) for row in rows]


def _placed(row: dict[str, Any], root: str) -> dict[str, Any]:
    """Returns a row with its paths relative to the catalogue's root."""
    row["path"] = row["path"].removeprefix(root).lstrip("/")
    if row.get("source"):
        row["source"]["path"] = row["path"]
        row["source"].pop("notes")
    row.pop("error")
    return row


def command(engine: str, source: str, output: str, *more: str) -> list[str]:
    run = [sys.executable, "-m", "balanced_mastering.catalogue", engine, source, output]
    return [*run, "--workers", "2", "--families", FAMILIES, "--rows", "4", *more]


def environment(folder: Path, mark: str, server: dict[str, str]) -> dict[str, str]:
    """Returns an environment with the poison, without telemetry, and with a mark by which its processes are found."""
    (folder / "site").mkdir(exist_ok=True)
    (folder / "site/sitecustomize.py").write_text(SITE)
    quiet = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DATA_DISABLE_PROGRESS_BARS": "1"}
    return {**os.environ, **quiet, **server, "PYTHONPATH": str(folder / "site"), "BALANCED_MARK": mark}


def worker_at_work(mark: str) -> int:
    """Returns the engine's process on which a file is being analysed."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for entry in Path("/proc").iterdir():
            try:
                is_ours = f"BALANCED_MARK={mark}".encode() in (entry / "environ").read_bytes()
                if is_ours and b"balanced_mastering._worker" in (entry / "cmdline").read_bytes():
                    return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
        time.sleep(0.02)
    raise AssertionError("no worker started")


def rows_of(system: Any, output: str) -> list[dict[str, Any]]:
    tables = []
    for path in system.glob(f"{output}/part-*.parquet"):
        with system.open(path, "rb") as file:
            tables.append(pq.read_table(file))
    listed: list[dict[str, Any]] = pa.concat_tables(tables).to_pylist()
    return sorted(listed, key=lambda row: str(row["path"]))


@pytest.mark.parametrize("engine", ["local", "ray", "dask", "spark"])
def test_an_engine_writes_the_rows_of_one_process(
    engine: str, bucket: Any, server: dict[str, str], expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    output, mark = f"catalogue/out-{engine}", uuid.uuid4().hex
    run = command(engine, "s3://catalogue/in", f"s3://{output}")
    env = environment(tmp_path, mark, server)
    with subprocess.Popen(run, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        # On threads, the driver itself is what works.
        os.kill(worker_at_work(mark), signal.SIGKILL)
        out, error = process.communicate(timeout=600)
    if engine == "local":
        assert process.returncode == -signal.SIGKILL
        done = subprocess.run(run, env=env, capture_output=True, text=True, timeout=600, cwd=tmp_path, check=False)
        out, error = done.stdout, done.stderr
        assert done.returncode == 3, error[-4000:]
    else:
        assert process.returncode == 3, error[-4000:]
    assert "1 crashed, 1 not_audio, 12 ok" in out or engine == "local", out + error[-4000:]
    bucket.invalidate_cache()
    found = rows_of(bucket, output)
    poison = next(row for row in found if "poison" in row["path"])
    assert poison["error_kind"] == "crashed" and "SIGABRT" in poison["error"]
    names = pa.schema(bm.arrow_schema()).names
    ours = [bm.Row.from_dict({name: row[name] for name in names}).to_dict() for row in found if row is not poison]
    assert [_placed(row, "s3://catalogue/in") for row in ours] == expected


def test_a_run_does_only_what_is_missing(clips: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from balanced_mastering.catalogue.__main__ import main

    music, output = tmp_path / "music", tmp_path / "out"
    music.mkdir()
    for path in sorted(clips.glob("album-*/*.flac"))[:5]:
        (music / path.name).write_bytes(path.read_bytes())
    run = ["local", str(music), str(output), "--families", "loudness", "--rows", "2"]
    assert main(run) == 0
    assert "5 ok" in capfd.readouterr().out
    parts = {path.name: path.stat().st_mtime_ns for path in output.iterdir()}
    assert len(parts) == 3 and all(name.startswith("part-") for name in parts)
    assert main(run) == 0
    assert "nothing to do" in capfd.readouterr().out
    # A part that is lost is made again under its name, and a new file gets a part of its own.
    lost = sorted(output.iterdir())[0]
    content = pq.read_table(lost)
    lost.unlink()
    assert main(run) == 0 and pq.read_table(lost).equals(content)
    (music / "text.wav").write_text("not audio")
    assert main(run) == 3 and "1 not_audio" in capfd.readouterr().out
    assert len(list(output.iterdir())) == 4
    # A file that changed is measured again; the other rows of its part stay.
    name = "text.wav"
    (music / name).write_bytes(next(clips.glob("album-*/*.flac")).read_bytes())
    assert main([*run, "--dry-run"]) == 0 and "1 in 1 parts" in capfd.readouterr().err
    assert main(run) == 0 and "1 ok" in capfd.readouterr().out
    table = pa.concat_tables([pq.read_table(path) for path in output.iterdir()])
    assert table.num_rows == 6 and table["error_kind"].null_count == 6
    assert sorted(Path(path).name for path in table["path"].to_pylist()) == sorted(path.name for path in music.iterdir())
    # Another configuration is another catalogue.
    assert main([*run, "--families", "stereo"]) == 0 and "6 ok" in capfd.readouterr().out


def test_tables_have_flat_columns_for_queries(demo_path: Path, tmp_path: Path) -> None:
    import duckdb
    from balanced_mastering.catalogue.__main__ import main

    music = tmp_path / "music"
    music.mkdir()
    (music / "demo.flac").write_bytes(demo_path.read_bytes())
    assert main(["local", str(music), str(tmp_path / "out"), "--embedding"]) == 0
    parts = f"read_parquet('{tmp_path}/out/*.parquet')"
    columns = "integrated_lufs, true_peak_dbtp, bpm, key_name, first_genre, defect_kinds, len(embedding), duration_s"
    [row] = duckdb.sql(f"select {columns} from {parts}").fetchall()
    config = bm.AnalysisConfig(tags={**bm.AnalysisConfig().to_dict()["tags"], "embedding": True})
    analysis = bm.analyze(demo_path, config=config)
    assert analysis.loudness and analysis.tempo and analysis.key and analysis.tags and analysis.defects is not None
    loudness, kinds = analysis.loudness, sorted({defect.kind for defect in analysis.defects})
    expected = (loudness.integrated_lufs, loudness.true_peak_dbtp, analysis.tempo.bpm, analysis.key.name)
    assert row == (*expected, analysis.tags.genre[0].label, kinds, 200, analysis.source.duration_s)
    near = f"select path from {parts} order by list_distance(embedding, (select embedding from {parts} limit 1)) limit 1"
    assert duckdb.sql(near).fetchall() == [(str(music / "demo.flac"),)]


def test_what_is_no_catalogue_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from balanced_mastering.catalogue.__main__ import main

    for source, word in [
        (str(tmp_path / "none"), "there is no"),
        (str(tmp_path), "holds no audio"),
        ("nowhere://bucket", "nowhere"),
    ]:
        assert main(["local", source, str(tmp_path / "out")]) == 3
        assert word in capfd.readouterr().err
    assert main(["local", str(tmp_path), str(tmp_path / "out"), "--storage-option", "key"]) == 3
    assert "NAME=VALUE" in capfd.readouterr().err
