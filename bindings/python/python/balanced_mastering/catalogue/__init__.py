"""Analysis of catalogues on one machine or a cluster, from and to folders and object stores.

`python -m balanced_mastering.catalogue {local,ray,dask,spark} IN OUT` lists the audio files of `IN`; workers analyse them and
write Parquet parts into `OUT`. Both are folders or URLs of `fsspec` (`s3://`, `gs://`, `az://`, `https://`). Audio goes from the
store to the worker, and results from the worker to the store: the driver sees names and counts.

A part is written whole or not at all, under a name that follows from its files. Run again after any interruption, the command
does what is missing: parts that are there are kept, files that changed are measured anew. A file that cannot be read is a row
with its reason, and so is one that crashes, hangs or eats memory, since each worker analyses in a process of its own.

Needs `pip install "balanced-mastering[catalogue]"`, the engine, and the package of the store (`s3fs` for `s3://`).
"""

from __future__ import annotations

from balanced_mastering.catalogue._engines import dask, local, ray, spark
from balanced_mastering.catalogue._files import File, listed
from balanced_mastering.catalogue._parts import Job, Part, Result, analyze_part, planned
from balanced_mastering.catalogue._table import schema

__all__ = [
    "File",
    "Job",
    "Part",
    "Result",
    "analyze_part",
    "dask",
    "listed",
    "local",
    "planned",
    "ray",
    "schema",
    "spark",
]
