"""What the service is told by its environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path


def _variable(name: str, default: str) -> str:
    return os.environ.get(f"BALANCED_SERVICE_{name}", default)


@dataclass(frozen=True)
class Settings:
    """Limits, places, times."""

    #: Connection strings: the API's role, under row-level security, and the worker's.
    api_database: str = field(default_factory=lambda: _variable("API_DATABASE", "dbname=balanced user=balanced_api"))
    worker_database: str = field(default_factory=lambda: _variable("WORKER_DATABASE", "dbname=balanced user=balanced_worker"))
    #: Folder of the audio.
    store: Path = field(default_factory=lambda: Path(_variable("STORE", "store")))
    #: Largest upload.
    max_bytes: int = field(default_factory=lambda: int(_variable("MAX_BYTES", str(2 << 30))))
    #: Longest track.
    max_duration_s: float = field(default_factory=lambda: float(_variable("MAX_DURATION_S", "3600")))
    #: Days until a track and everything about it is deleted.
    retention_days: float = field(default_factory=lambda: float(_variable("RETENTION_DAYS", "30")))
    #: How long a worker may take before another one tries.
    lease_s: float = field(default_factory=lambda: float(_variable("LEASE_S", "900")))
    #: Tries before a track counts as failed.
    max_attempts: int = field(default_factory=lambda: int(_variable("MAX_ATTEMPTS", "3")))
