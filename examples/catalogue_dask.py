"""Analyses a folder of audio with Dask and writes Parquet.

    python catalogue_dask.py CLIPS OUT.parquet [--workers 2] [--families loudness,spectrum]

It starts a local cluster of worker processes; pass the address of a real one to `Client`. The library releases the interpreter's
lock, so that several threads per worker are possible too. Needs `pip install "dask[distributed]" pyarrow`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

import balanced_mastering as bm
import pyarrow as pa
import pyarrow.parquet as pq
from dask.distributed import Client, LocalCluster, as_completed

#: Files per task: enough to make the scheduler's overhead small.
FILES_A_TASK = 8


def analyze(paths: list[str], config: bm.AnalysisConfig) -> pa.Table:
    """Analyses paths and yields rows; failures are rows too."""
    return pa.table(bm.to_batch([bm.analyze_row(path, config) for path in paths]))


def parts(paths: Iterable[str]) -> Iterator[list[str]]:
    """Splits `paths` into lists for one task each."""
    waiting = list(paths)
    for start in range(0, len(waiting), FILES_A_TASK):
        yield waiting[start : start + FILES_A_TASK]


def main(folder: str, output: str, workers: int, config: bm.AnalysisConfig) -> None:
    """Distributes the files, collects the rows and writes them."""
    paths = sorted(str(path) for path in Path(folder).iterdir() if path.is_file())
    schema = pa.schema(bm.arrow_schema())
    cluster = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    with cluster, Client(cluster) as client, pq.ParquetWriter(output, schema) as writer:
        tasks = client.map(analyze, list(parts(paths)), config=config)
        for _, table in as_completed(tasks, with_results=True):
            writer.write_table(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("output")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--families", default=",".join(bm.FAMILIES))
    options = parser.parse_args()
    chosen = bm.AnalysisConfig(families=options.families.split(","))
    main(options.folder, options.output, options.workers, chosen)
