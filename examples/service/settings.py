"""Settings of the service from environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path


def _variable(name: str, default: str) -> str:
    return os.environ.get(f"BALANCED_SERVICE_{name}", default)


def _file(name: str) -> Path | None:
    path = _variable(name, "")
    return Path(path) if path else None


def _api() -> str:
    api = _variable("CYANITE_API", "")
    if api not in ("", "graphql", "rest-v1"):
        raise SystemExit(f"BALANCED_SERVICE_CYANITE_API={api}: is no API of Cyanite; set graphql or rest-v1, or nothing")
    return api


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
    #: Roster of the platform's engineers (JSON); without it nobody is proposed.
    roster: Path | None = field(default_factory=lambda: _file("ROSTER"))
    #: API of Cyanite: `graphql` or `rest-v1`; empty switches everything of Cyanite off.
    cyanite_api: str = field(default_factory=_api)
    #: Connection string of the role that alone works for Cyanite.
    cyanite_database: str = field(default_factory=lambda: _variable("CYANITE_DATABASE", "dbname=balanced user=balanced_cyanite"))
    #: Secrets of its webhooks, divided by spaces; several while one is replaced by another.
    cyanite_webhook_secrets: list[str] = field(default_factory=lambda: _variable("CYANITE_WEBHOOK_SECRETS", "").split())
    #: Seconds after which results are asked for without a webhook, and after which a track without results counts as failed.
    cyanite_poll_s: float = field(default_factory=lambda: float(_variable("CYANITE_POLL_S", "300")))
    cyanite_patience_s: float = field(default_factory=lambda: float(_variable("CYANITE_PATIENCE_S", "604800")))
    #: For another server than Cyanite's: base address, certificates to trust (PEM), hosts to which uploads may go.
    cyanite_url: str | None = field(default_factory=lambda: _variable("CYANITE_URL", "") or None)
    cyanite_ca: Path | None = field(default_factory=lambda: _file("CYANITE_CA"))
    cyanite_upload_hosts: list[str] = field(default_factory=lambda: _variable("CYANITE_UPLOAD_HOSTS", "").split())
