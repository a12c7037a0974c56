"""Analyses a folder of audio with Spark and writes Parquet.

    python catalogue_spark.py CLIPS OUT [--workers 2] [--families loudness,spectrum]

`mapInArrow` needs the schema in advance, which `balanced_mastering.arrow_schema()` provides. `OUT` becomes a
folder of Parquet files. Needs `pip install pyspark pyarrow` and a Java runtime.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import balanced_mastering as bm
import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema


def analyzer(config: bm.AnalysisConfig) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Returns the function that workers run: it analyses files (`path`) and returns rows; failures are rows too."""

    def analyze(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.record_batch(bm.to_batch([bm.analyze_row(path, config) for path in batch["path"].to_pylist()]))

    return analyze


def main(folder: str, output: str, workers: int, config: bm.AnalysisConfig) -> None:
    """Lists, analyses and writes."""
    # Workers run this interpreter instead of `python3` from the path; on a cluster, name one that has the package.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(f"local[{workers}]").appName("catalogue")
    spark = (
        builder.config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        # Small batches, because rows with curves are large.
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
        .getOrCreate()
    )
    try:
        paths = sorted(str(path) for path in Path(folder).iterdir() if path.is_file())
        # More partitions than workers, so that one with long tracks does not delay the others.
        files = spark.createDataFrame([(path,) for path in paths], "path string").repartition(4 * workers)
        schema = from_arrow_schema(pa.schema(bm.arrow_schema()))
        files.mapInArrow(analyzer(config), schema).write.mode("overwrite").parquet(output)
    finally:
        spark.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("output")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--families", default=",".join(bm.FAMILIES))
    options = parser.parse_args()
    chosen = bm.AnalysisConfig(families=options.families.split(","))
    main(options.folder, options.output, options.workers, chosen)
