"""Measures, diagnoses and masters audio.

>>> import balanced_mastering as bm
>>> analysis = bm.analyze(bm.demo(), config=bm.AnalysisConfig(families=["loudness"]))
>>> round(analysis.loudness.integrated_lufs, 1)
-21.3

Units are in the names: `_lufs`, `_lu`, `_db`, `_dbfs`, `_dbtp`, `_hz`, `_ms`, `_s`, `_frames`. Full scale is 1. The numbers
are those of the `balanced` command.
"""

from __future__ import annotations

from balanced_mastering import _native, _processors
from balanced_mastering._album import album, analyze_album
from balanced_mastering._analyze import analyze, probe, read, resample, write
from balanced_mastering._catalogue import AnalyzeMany, analyze_many, analyze_row
from balanced_mastering._chain import Chain
from balanced_mastering._compare import Duplicate, Similarity, compare, find_duplicates, fingerprint, fingerprint_similarity
from balanced_mastering._config import FAMILIES, AnalysisConfig
from balanced_mastering._cyanite import (
    Cyanite,
    CyaniteConsent,
    CyanitePayload,
    CyaniteSent,
    CyaniteUpload,
    CyaniteWebhooks,
    verify_cyanite_webhook,
)
from balanced_mastering._deliver import deliver, deliveries, deliveries_toml, reproduce
from balanced_mastering._errors import (
    AudioFileNotFoundError,
    BalancedError,
    CancelledError,
    ChangedFileError,
    CyaniteError,
    DamagedFileError,
    InputError,
    InternalError,
    LimitError,
    NotAudioError,
    OutputError,
    PluginError,
    ReadError,
    SettingsError,
    UnsupportedFormatError,
)
from balanced_mastering._features import (
    chroma,
    estimate_tuning,
    melspectrogram,
    mfcc,
    spectral_contrast,
    spectral_shape,
    stft,
)
from balanced_mastering._heads import tag_head, train_head
from balanced_mastering._ledger import Ledger
from balanced_mastering._limits import Limits
from balanced_mastering._master import (
    check,
    demo,
    layouts,
    master,
    platforms,
    platforms_toml,
    profile,
    profile_toml,
    profiles,
    recommend,
    schema,
    schemas,
    target,
    targets,
)
from balanced_mastering._merge import merge, merged_batch
from balanced_mastering._metadata import MetadataEdit
from balanced_mastering._meter import MeterReading, StreamingMeter
from balanced_mastering._model import (
    AlbumAnalysis,
    AlbumResult,
    Analysis,
    AudioInfo,
    CheckResult,
    DeliveryManifest,
    EngineerMatches,
    Fingerprint,
    MasterResult,
    Merged,
    Portfolio,
    PreviewResult,
    Profile,
    ProviderResult,
    Recommendation,
    RepairResult,
    Reproduction,
    Roster,
    TagHead,
    Target,
    TrackComparison,
    Wishes,
)
from balanced_mastering._native import CancelToken
from balanced_mastering._parts import beats, embedding, key, loudness, tags, tempo, true_peak
from balanced_mastering._preview import preview
from balanced_mastering._processors import *  # noqa: F403
from balanced_mastering._processors import PROCESSORS
from balanced_mastering._repair import repair
from balanced_mastering._report import report_html
from balanced_mastering._roster import match_engineers, portfolio, roster
from balanced_mastering._row import Row, to_batch
from balanced_mastering._row import schema as arrow_schema
from balanced_mastering._settings import Parameter, Processor
from balanced_mastering._vault import Vault, VaultFile, VaultKey, VaultOutput

__version__: str = _native.__version__

__all__ = [
    "FAMILIES",
    "PROCESSORS",
    "AlbumAnalysis",
    "AlbumResult",
    "Analysis",
    "AnalysisConfig",
    "AnalyzeMany",
    "AudioFileNotFoundError",
    "AudioInfo",
    "BalancedError",
    "CancelToken",
    "CancelledError",
    "Chain",
    "ChangedFileError",
    "CheckResult",
    "Cyanite",
    "CyaniteConsent",
    "CyaniteError",
    "CyanitePayload",
    "CyaniteSent",
    "CyaniteUpload",
    "CyaniteWebhooks",
    "DamagedFileError",
    "DeliveryManifest",
    "Duplicate",
    "EngineerMatches",
    "Fingerprint",
    "InputError",
    "InternalError",
    "Ledger",
    "LimitError",
    "Limits",
    "MasterResult",
    "Merged",
    "MetadataEdit",
    "MeterReading",
    "NotAudioError",
    "OutputError",
    "Parameter",
    "PluginError",
    "Portfolio",
    "PreviewResult",
    "Processor",
    "Profile",
    "ProviderResult",
    "ReadError",
    "Recommendation",
    "RepairResult",
    "Reproduction",
    "Roster",
    "Row",
    "SettingsError",
    "Similarity",
    "StreamingMeter",
    "TagHead",
    "Target",
    "TrackComparison",
    "UnsupportedFormatError",
    "Vault",
    "VaultFile",
    "VaultKey",
    "VaultOutput",
    "Wishes",
    "__version__",
    "album",
    "analyze",
    "analyze_album",
    "analyze_many",
    "analyze_row",
    "arrow_schema",
    "beats",
    "check",
    "chroma",
    "compare",
    "deliver",
    "deliveries",
    "deliveries_toml",
    "demo",
    "embedding",
    "estimate_tuning",
    "find_duplicates",
    "fingerprint",
    "fingerprint_similarity",
    "key",
    "layouts",
    "loudness",
    "master",
    "match_engineers",
    "melspectrogram",
    "merge",
    "merged_batch",
    "mfcc",
    "platforms",
    "platforms_toml",
    "portfolio",
    "preview",
    "probe",
    "profile",
    "profile_toml",
    "profiles",
    "read",
    "recommend",
    "repair",
    "report_html",
    "reproduce",
    "resample",
    "roster",
    "schema",
    "schemas",
    "spectral_contrast",
    "spectral_shape",
    "stft",
    "tag_head",
    "tags",
    "target",
    "targets",
    "tempo",
    "to_batch",
    "train_head",
    "true_peak",
    "verify_cyanite_webhook",
    "write",
]
__all__ += _processors.__all__
