"""Analyses a folder of audio with Ray Data and writes Parquet.

    python catalogue_ray.py CLIPS OUT.parquet [--workers 2] [--families loudness,spectrum]

Ray reads the bytes (from disk here; `s3://` works as well), each worker analyses on one core, and the rows have the fixed schema
of `balanced_mastering.arrow_schema()`. Needs `pip install "ray[data]" pyarrow`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import balanced_mastering as bm
import pyarrow as pa
import pyarrow.parquet as pq
import ray


def analyze(batch: pa.Table, config: bm.AnalysisConfig) -> pa.Table:
    """Analyses files (`bytes`, `path`) and returns rows; failures are rows too."""
    files = zip(batch["bytes"].to_pylist(), batch["path"].to_pylist(), strict=True)
    rows = [bm.analyze_row(data, config, path=path) for data, path in files]
    return pa.table(bm.to_batch(rows))


def main(folder: str, output: str, workers: int, config: bm.AnalysisConfig) -> None:
    """Reads, analyses and writes."""
    ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False)
    try:
        paths = sorted(str(path) for path in Path(folder).iterdir() if path.is_file())
        files = ray.data.read_binary_files(paths, include_paths=True)
        # Small batches, because whole files are in memory; one core per task, because the library uses one thread.
        rows = files.map_batches(
            analyze,
            batch_format="pyarrow",
            batch_size=8,
            num_cpus=1,
            fn_kwargs={"config": config},
            zero_copy_batch=True,
        )
        schema = pa.schema(bm.arrow_schema())
        with pq.ParquetWriter(output, schema) as writer:
            for batch in rows.iter_batches(batch_format="pyarrow", batch_size=256):
                writer.write_table(batch.cast(schema))
    finally:
        ray.shutdown()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("output")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--families", default=",".join(bm.FAMILIES))
    options = parser.parse_args()
    chosen = bm.AnalysisConfig(families=options.families.split(","))
    main(options.folder, options.output, options.workers, chosen)
