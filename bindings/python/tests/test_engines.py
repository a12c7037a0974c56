"""The recipes for Ray Data, Dask and Spark, each on a local cluster of two workers: their rows equal those of one process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ROOT

RATE = 22_050
FAMILIES = "loudness,spectrum,stereo,defects"


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty clips and one file that is not audio."""
    folder = tmp_path_factory.mktemp("catalogue")
    rng = np.random.default_rng(11)
    for index in range(20):
        clip = rng.standard_normal((2, RATE)) * rng.uniform(0.02, 0.3)
        bm.write(folder / f"{index:02}.flac", clip, RATE, bits="16")
    (folder / "99.flac").write_text("not audio")
    return folder


@pytest.fixture(scope="module")
def expected(clips: Path) -> list[dict[str, Any]]:
    """Returns the rows of a single process, by path."""
    config = bm.AnalysisConfig(families=FAMILIES.split(","))
    rows = bm.analyze_many(sorted(clips.iterdir()), config=config, workers=1, ordered=True)
    listed: list[dict[str, Any]] = pa.table(bm.to_batch(list(rows))).to_pylist()
    return listed


@pytest.mark.parametrize("engine", ["ray", "dask", "spark"])
def test_an_engine_writes_the_rows_of_one_process(
    engine: str, clips: Path, expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    output = tmp_path / "rows.parquet"
    command = [sys.executable, str(ROOT / f"examples/catalogue_{engine}.py"), str(clips), str(output)]
    # Telemetry of the engines is off; nothing here needs a network.
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "RAY_DATA_DISABLE_PROGRESS_BARS": "1"}
    done = subprocess.run(
        [*command, "--workers", "2", "--families", FAMILIES],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    table = pq.read_table(output)
    assert [field.name for field in table.schema] == pa.schema(bm.arrow_schema()).names
    assert sorted(table.to_pylist(), key=lambda row: row["path"]) == expected
    assert expected[-1]["error_kind"] == "not_audio"
