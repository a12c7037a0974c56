"""Engines: each runs the parts of a job on its workers, and yields what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from balanced_mastering.catalogue._parts import Job, Part, Result, analyze_part

#: How often an engine repeats a part whose worker was lost.
RETRIES = 3


def local(parts: list[Part], job: Job, workers: int = 0) -> Iterator[Result]:
    """Runs the parts on this machine.

    Parameters
    ----------
    parts : list of Part
        The parts, from `planned`.
    job : Job
        The job.
    workers : int
        Number of parts at the same time; 0 means one for every core.

    Yields
    ------
    Result
        In order of completion.
    """
    from concurrent.futures import ThreadPoolExecutor, as_completed

    from balanced_mastering._catalogue import cores

    pool = ThreadPoolExecutor(workers or cores(), thread_name_prefix="balanced-part")
    try:
        for done in as_completed([pool.submit(analyze_part, part, job) for part in parts]):
            yield done.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def ray(parts: list[Part], job: Job, workers: int = 0) -> Iterator[Result]:
    """Runs the parts on a Ray cluster: the one that was started or is named in `RAY_ADDRESS`, else one on this machine.

    Parameters
    ----------
    parts, job
        As in `local`.
    workers : int
        Processors of a cluster that is started here; 0 means all.
    """
    import ray as engine

    started_here = not engine.is_initialized()
    if started_here:
        _start_ray(engine, workers)
    try:
        analyze = engine.remote(num_cpus=1, max_retries=RETRIES, retry_exceptions=True)(analyze_part)
        shared = engine.put(job)
        waiting = [analyze.remote(part, shared) for part in parts]
        while waiting:
            [done], waiting = engine.wait(waiting, num_returns=1)
            yield engine.get(done)
    finally:
        if started_here:
            engine.shutdown()


def _start_ray(engine: Any, workers: int) -> None:
    import os

    if os.environ.get("RAY_ADDRESS"):
        engine.init(log_to_driver=False)
    else:
        engine.init(num_cpus=workers or None, include_dashboard=False, log_to_driver=False)


def dask(parts: list[Part], job: Job, workers: int = 0, address: str | None = None) -> Iterator[Result]:
    """Runs the parts on a Dask cluster.

    Parameters
    ----------
    parts, job
        As in `local`.
    workers : int
        Processes of a cluster that is started on this machine; 0 means one for every core.
    address : str, optional
        The scheduler of a cluster that runs (`tcp://…`).
    """
    from dask.distributed import Client, LocalCluster, as_completed

    from balanced_mastering._catalogue import cores

    cluster = None
    if address is None:
        cluster = LocalCluster(n_workers=workers or cores(), threads_per_worker=1, dashboard_address=None)
    client = Client(cluster if address is None else address)
    try:
        tasks = client.map(analyze_part, parts, job=job, retries=RETRIES, pure=False, key=[part.name for part in parts])
        for _, result in as_completed(tasks, with_results=True):
            yield result
    finally:
        client.close()
        if cluster is not None:
            cluster.close()


def spark(parts: list[Part], job: Job, workers: int = 0) -> Iterator[Result]:
    """Runs the parts on a Spark cluster: the session that was started, else one on this machine.

    Parameters
    ----------
    parts, job
        As in `local`.
    workers : int
        Threads of a session that is started here; 0 means one for every core.
    """
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    started_here = session is None
    if session is None:
        session = _start_spark(SparkSession, workers)
    try:
        shared = session.sparkContext.broadcast(job)
        done = session.sparkContext.parallelize(parts, max(1, len(parts))).map(lambda part: analyze_part(part, shared.value))
        yield from done.collect()
    finally:
        if started_here:
            session.stop()


def _start_spark(builder: Any, workers: int) -> Any:
    import os
    import sys

    from balanced_mastering._catalogue import cores

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # The second number is how often a task is tried.
    master = f"local[{workers or cores()},{RETRIES + 1}]"
    settings = {"spark.ui.enabled": "false", "spark.log.level": "ERROR"}
    made = builder.builder.master(master).appName("balanced-catalogue")
    for name, value in settings.items():
        made = made.config(name, value)
    return made.getOrCreate()
