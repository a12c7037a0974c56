"""Settings of the service from environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path


def _variable(name: str, default: str) -> str:
    return os.environ.get(f"BALANCED_SERVICE_{name}", default)


@dataclass(frozen=True)
class Settings:
    """Limits, paths and times."""

    #: Connection strings: the API's role, under row-level security, and the worker's.
    api_database: str = field(default_factory=lambda: _variable("API_DATABASE", "dbname=balanced user=balanced_api"))
    worker_database: str = field(default_factory=lambda: _variable("WORKER_DATABASE", "dbname=balanced user=balanced_worker"))
    #: The vault with the audio: a folder, or `s3://BUCKET/PREFIX`.
    store: str = field(default_factory=lambda: _variable("STORE", "store"))
    #: File with the platform's key, outside of the vault; made at the first start.
    vault_key: Path = field(default_factory=lambda: Path(_variable("VAULT_KEY", "platform.key")))
    #: Largest upload.
    max_bytes: int = field(default_factory=lambda: int(_variable("MAX_BYTES", str(2 << 30))))
    #: Longest track.
    max_duration_s: float = field(default_factory=lambda: float(_variable("MAX_DURATION_S", "3600")))
    #: Days from its completion, or if it never is, from its upload, until a track is deleted with everything that belongs to it.
    retention_days: float = field(default_factory=lambda: float(_variable("RETENTION_DAYS", "30")))
    #: Lease of a job: time after which another worker tries it.
    lease_s: float = field(default_factory=lambda: float(_variable("LEASE_S", "900")))
    #: Number of tries after which a track counts as failed.
    max_attempts: int = field(default_factory=lambda: int(_variable("MAX_ATTEMPTS", "3")))
