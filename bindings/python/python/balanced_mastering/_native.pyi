"""Private extension module: passes JSON text, arrays and files; the package wraps all of it."""

import builtins
from collections.abc import Callable, Sequence
from io import RawIOBase
from typing import Any, BinaryIO, TypeAlias, final

from numpy.typing import NDArray

__all__ = [
    "DUPLICATE_SIMILARITY",
    "ArrowBatch",
    "ArrowSchema",
    "CancelToken",
    "Cyanite",
    "CyaniteUpload",
    "CyaniteWebhooks",
    "Engine",
    "StreamingMeter",
    "Vault",
    "VaultFile",
    "VaultOutput",
    "__version__",
    "album",
    "album_analysis_text",
    "album_of",
    "album_report",
    "analysis_report",
    "analyze",
    "analyze_album",
    "analyze_array",
    "chain_load",
    "chain_preset",
    "chain_presets",
    "chain_read",
    "chain_to_toml",
    "check_analysis",
    "check_config",
    "check_outputs",
    "chroma",
    "compare",
    "comparison_text",
    "config_hash",
    "csv_header",
    "custom_target",
    "default_config",
    "default_limits",
    "deliver",
    "deliveries",
    "deliveries_toml",
    "demo_flac",
    "duplicates",
    "engineers_text",
    "estimate_tuning",
    "fingerprint",
    "fingerprint_similarity",
    "head_apply",
    "head_file",
    "head_read",
    "head_text",
    "head_train",
    "head_train_on",
    "layouts",
    "loudness",
    "master",
    "master_array",
    "master_report",
    "match_analysis",
    "match_config",
    "melspectrogram",
    "merge_results",
    "merged_mead",
    "merged_report",
    "mfcc",
    "platforms",
    "platforms_toml",
    "portfolio_of",
    "portfolio_read",
    "preset_target",
    "preview",
    "preview_array",
    "probe",
    "processor_kinds",
    "processor_params",
    "profile",
    "profile_toml",
    "profiles",
    "read",
    "recommend_config",
    "recommend_for",
    "recommendation_text",
    "remove_partial_outputs",
    "repair",
    "repair_array",
    "repair_text",
    "reproduce",
    "resample",
    "roster_read",
    "row_analysis",
    "row_columns",
    "saved_report",
    "schema",
    "schema_kinds",
    "serve_plugin",
    "spectral_contrast",
    "spectral_shape",
    "stft",
    "targets",
    "true_peak",
    "vault_key",
    "vault_public_key",
    "vault_unlock",
    "wishes_read",
    "write",
    "write_text",
]

__version__: str

_Host: TypeAlias = tuple[Sequence[str], bool | Sequence[str]]
_Progress: TypeAlias = Callable[[str, float | None], object]
_File: TypeAlias = str | bytes | BinaryIO | RawIOBase | VaultFile
_Array: TypeAlias = NDArray[Any]
_Frames: TypeAlias = tuple[int, int, int | None, str, bool]
_Providers: TypeAlias = dict[str, Callable[[str], object]]
_Plugins: TypeAlias = tuple[list[str], str | None]
_Mel: TypeAlias = tuple[int, float, float | None, bool, bool, float]

@final
class CancelToken:
    """A token that cancels the calls it was passed to, from any thread."""

    def __new__(cls) -> CancelToken: ...
    def cancel(self) -> None:
        """Cancels every call that holds this token; the call raises `CancelledError`."""

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""

@final
class CyaniteUpload:
    """An upload that is ready; nothing of it was sent."""

    def manifest(self) -> str:
        """Returns the manifest as JSON."""

    def digest(self) -> str:
        """Returns the digest of the manifest."""

    def mp3(self) -> bytes:
        """Returns the MP3."""

@final
class Cyanite:
    """A client of Cyanite, and the journal of what was sent."""

    def __new__(
        cls,
        api: str,
        token: str,
        url: str | None,
        ca_pem: bytes | None,
        upload_hosts: list[str],
        journal: str | None,
        forbidden: str | None,
        whole_s: float | None,
        attempts: int | None,
    ) -> Cyanite: ...
    def prepare(
        self,
        source: _File,
        title: str | None,
        external_id: str | None,
        around_s: float | None,
        layout: str | None,
        limits: str | None,
        accept_damaged: bool,
    ) -> CyaniteUpload:
        """Makes the MP3 of a source, and its manifest."""

    def send(self, upload: CyaniteUpload, digest: str, again: bool) -> str:
        """Sends an upload whose manifest has this digest."""

    def status(self, track: str) -> str:
        """Returns the state of a track."""

    def fetch(self, track: str, every_s: float, times: int) -> str:
        """Returns the results of a track."""

    def list(self, by: str, value: str, limit: int, cursor: str | None) -> str:
        """Returns a page of the library."""

    def similar(self, seeds: Sequence[str], target: str, limit: int, cursor: str | None) -> str:
        """Returns tracks that sound alike."""

    def search(self, text: str, keywords: Sequence[tuple[str, float]], target: str, limit: int, cursor: str | None) -> str:
        """Returns tracks that fit words."""

    def enqueue(self, track: str) -> None:
        """Has a track analysed again."""

    def delete(self, by: str, values: Sequence[str]) -> str:
        """Deletes tracks and returns a receipt."""

    def ping(self) -> None:
        """Checks address and token."""

    def crates(self, limit: int, cursor: str | None) -> str:
        """Returns a page of crates."""

    def create_crate(self, name: str) -> str:
        """Makes a crate and returns its id."""

    def delete_crate(self, id: str) -> None:
        """Deletes a crate."""

    def change_crate(self, id: str, tracks: Sequence[str], add: bool) -> builtins.list[str]:
        """Puts tracks into a crate, or takes them out; returns which."""

    def keywords(self, track: str) -> str:
        """Returns the keywords of a track."""

    def brand_values(self, track: str | None) -> str:
        """Returns the brand values of a track, or without one those that can be selected."""

    def select_brand_values(self, values: Sequence[str]) -> None:
        """Selects brand values."""

    def waveform(self, track: str) -> str:
        """Returns the waveform of a track."""

    def enqueue_elsewhere(self, place: str, name: str) -> str:
        """Has a track of Spotify or a video of YouTube analysed, and returns its id."""

    def search_lyrics(self, text: str, limit: int) -> str:
        """Returns tracks of Spotify whose lyrics fit a text."""

    def settle(self, track: str) -> str | None:
        """Returns the hash of the source in doubt that a track is."""

@final
class CyaniteWebhooks:
    """A verifier of webhooks."""

    def __new__(cls, api: str, secrets: Sequence[str], note: Callable[[str, int], bool] | None) -> CyaniteWebhooks: ...
    def verify(self, headers: Sequence[tuple[str, str]], body: bytes, now_s: int | None) -> str:
        """Returns the event of a webhook as JSON."""

def analyze(
    source: _File,
    config_json: str,
    layout_name: str | None,
    threads: int,
    limits_json: str | None,
    temp: str | None,
    accept_damaged: bool,
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def analyze_array(
    array: _Array,
    sample_rate: float,
    channel_axis: int,
    config_json: str,
    layout_name: str | None,
    threads: int,
    limits_json: str | None,
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def default_limits() -> str: ...
def default_config() -> str: ...
def recommend_config() -> str: ...
def config_hash(config_json: str) -> str: ...

@final
class Engine:
    def __new__(cls, chain_json: str, sample_rate: float, channels: int, layout_name: str | None, host: _Host) -> Engine: ...
    def render(self, array: _Array, channel_axis: int, token: CancelToken | None) -> _Array: ...
    def process(self, array: _Array, channel_axis: int, token: CancelToken | None) -> _Array: ...
    def flush(self, like: _Array, channel_axis: int) -> _Array: ...
    def reset(self) -> None: ...
    def update(self, chain_json: str) -> bool: ...
    @property
    def latency_frames(self) -> int: ...
    @property
    def gain_reductions_db(self) -> list[float]: ...

def serve_plugin() -> int: ...
def read(
    source: _File,
    wanted: tuple[float, float | None, bool, float | None],
    layout_name: str | None,
    limits_json: str | None,
    accept_damaged: bool,
    progress: _Progress | None,
    token: CancelToken | None,
) -> tuple[_Array, float, str]: ...
def resample(array: _Array, sample_rate: float, to_rate: float, channel_axis: int) -> _Array: ...
def stft(y: _Array, params: _Frames) -> _Array: ...
def melspectrogram(y: _Array, sr: float, params: _Frames, bank: _Mel) -> _Array: ...
def mfcc(y: _Array, sr: float, n_mfcc: int, params: _Frames, bank: _Mel) -> _Array: ...
def estimate_tuning(y: _Array, sr: float, bins_per_octave: int, params: _Frames) -> float: ...
def chroma(y: _Array, sr: float, n_chroma: int, tuning: float | None, normalize: bool, params: _Frames) -> _Array: ...
def spectral_contrast(y: _Array, sr: float, params: _Frames) -> _Array: ...
def spectral_shape(y: _Array, sr: float, params: _Frames) -> dict[str, _Array]: ...
def probe(source: _File) -> str: ...
def write(
    path: str,
    array: _Array,
    sample_rate: float,
    channel_axis: int,
    layout_name: str | None,
    format: str | None,
    bits: str,
) -> int: ...
def master(
    source: _File,
    output: str | VaultOutput,
    arguments: dict[str, Any],
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def master_array(
    array: _Array,
    sample_rate: float,
    channel_axis: int,
    output: str | VaultOutput,
    arguments: dict[str, Any],
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def preview(
    source: _File,
    output: str,
    arguments: dict[str, Any],
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def preview_array(
    array: _Array,
    sample_rate: float,
    channel_axis: int,
    output: str,
    arguments: dict[str, Any],
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def repair(
    source: _File,
    output: str | None,
    arguments: dict[str, Any],
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def repair_array(
    array: _Array,
    sample_rate: float,
    channel_axis: int,
    output: str | None,
    arguments: dict[str, Any],
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def repair_text(result_json: str) -> str: ...
def check_outputs(reads: Sequence[str], writes: Sequence[str]) -> None: ...
def write_text(path: str, text: str) -> None: ...
def remove_partial_outputs() -> None: ...

@final
class StreamingMeter:
    def __new__(cls, sample_rate: float, channels: int, layout_name: str | None) -> StreamingMeter: ...
    def push(self, array: _Array, channel_axis: int) -> None: ...
    def reading(self, is_final: bool) -> list[float | None]: ...
    def reset(self) -> None: ...

def loudness(array: _Array, sample_rate: float, channel_axis: int, layout_name: str | None) -> float | None: ...
def true_peak(array: _Array, sample_rate: float, channel_axis: int) -> float | None: ...
def chain_read(text: str) -> str: ...
def chain_to_toml(text: str) -> str: ...
def chain_preset(name: str) -> str: ...
def chain_presets() -> list[tuple[str, str]]: ...
def chain_load(path: str) -> str: ...
def preset_target(name: str) -> str: ...
def processor_kinds() -> list[str]: ...
def processor_params(kind: str) -> list[tuple[str, str, float, float, float, str, list[str], str]]: ...
def targets() -> str: ...
def custom_target(integrated_lufs: float | None, ceiling_dbtp: float | None) -> str: ...
def profiles() -> str: ...
def profile(name_or_file: str) -> str: ...
def profile_toml(name: str) -> str: ...
def platforms(path: str) -> str: ...
def platforms_toml() -> str: ...
def check_config(profile_json: str) -> str: ...
def check_analysis(analysis_json: str, profile_json: str) -> str: ...
def recommend_for(
    analysis_json: str, target_json: str | None, intensity: float, matching: dict[str, Any], limits_json: str | None
) -> str: ...
def album(
    source: dict[str, Any],
    output: str,
    arguments: dict[str, Any],
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def album_analysis_text(analysis_json: str) -> str: ...
def album_of(analyses: list[str]) -> str: ...
def album_report(result_json: str, format: str) -> str: ...
def analyze_album(
    files: list[str],
    layout_name: str | None,
    limits_json: str | None,
    accept_damaged: bool,
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def roster_read(path: str | None, text: str) -> str: ...
def wishes_read(path: str | None, text: str) -> str: ...
def portfolio_read(path: str) -> str: ...
def portfolio_of(analyses: Sequence[str]) -> str: ...
def match_config() -> str: ...
def match_analysis(
    analysis_json: str,
    roster_json: str,
    wishes_json: str,
    reference: str | None,
    ranking: dict[str, Any],
    limits_json: str | None,
) -> str: ...
def engineers_text(matches_json: str) -> str: ...
def head_read(path: str | None, text: str) -> str: ...
def head_file(path: str, head_json: str) -> None: ...
def head_text(head_json: str) -> str: ...
def head_apply(head_json: str, embedding: Sequence[float]) -> str: ...
def head_train(
    path: str,
    plan: dict[str, str | None],
    analyses: str | None,
    config_json: str,
    jobs: int,
    limits_json: str | None,
    accept_damaged: bool,
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def head_train_on(
    tracks: Sequence[tuple[Sequence[float], list[str], str | None]],
    plan: dict[str, str | None],
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def deliver(
    master: str, folder: str, arguments: dict[str, Any], progress: _Progress | None, token: CancelToken | None
) -> str: ...
def deliveries(path: str | None) -> str: ...
def deliveries_toml() -> str: ...
def reproduce(
    manifest: str,
    source: str | None,
    limits_json: str | None,
    temp: str | None,
    host: _Host,
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...

DUPLICATE_SIMILARITY: float

def compare(
    a: _File,
    b: _File,
    limits_json: str | None,
    temp: str | None,
    accept_damaged: bool,
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def comparison_text(comparison_json: str) -> str: ...
def fingerprint(
    source: _File,
    limits_json: str | None,
    temp: str | None,
    accept_damaged: bool,
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def fingerprint_similarity(a: list[int], b: list[int]) -> str: ...
def duplicates(fingerprints: list[list[int]], least: float) -> str: ...
def layouts() -> list[str]: ...
def schema(kind: str) -> str: ...
def schema_kinds() -> list[str]: ...
def row_columns() -> list[str]: ...
def row_analysis(row: str) -> str | None: ...

@final
class ArrowSchema:
    """The fixed schema of rows of a catalogue, or of merged documents, for any library with the Arrow PyCapsule interface."""

    def __new__(cls, merged: bool = False) -> ArrowSchema: ...
    @property
    def names(self) -> list[str]:
        """Names of the columns."""

    def __arrow_c_schema__(self) -> object:
        """Exports the schema as an `ArrowSchema` PyCapsule."""

@final
class ArrowBatch:
    """Catalogue rows as one Arrow record batch, for any library with the Arrow PyCapsule interface."""

    def __new__(cls, rows: Sequence[str]) -> ArrowBatch: ...
    @staticmethod
    def of_merged(documents: Sequence[str]) -> ArrowBatch:
        """Creates a batch from merged documents as JSON text."""

    def __len__(self) -> int: ...
    @property
    def num_rows(self) -> int:
        """Number of rows."""

    def __arrow_c_schema__(self) -> object:
        """Exports the schema as an `ArrowSchema` PyCapsule."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        """Exports the batch as `ArrowSchema` and `ArrowArray` PyCapsules."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Exports this one batch as an `ArrowArrayStream` PyCapsule."""

def analysis_report(analysis_json: str, format: str) -> str: ...
def csv_header() -> str: ...
def recommendation_text(recommendation_json: str) -> str: ...
def master_report(result_json: str, format: str) -> str: ...
def saved_report(result_json: str, audio: str | None) -> str: ...
def merge_results(local: str, results: Sequence[str]) -> str: ...
def merged_mead(
    merged_json: str,
    header: tuple[str, tuple[str, str | None], Sequence[tuple[str, str | None]], str, bool] | None,
) -> str: ...
def merged_report(merged_json: str, format: str) -> str: ...
def demo_flac() -> bytes: ...

@final
class Vault:
    """An open vault; results are JSON text, keys the text of their files."""

    def __new__(cls, folder: str, key: str | None, now: int | None, anchor: str | None, plugins: _Plugins) -> Vault: ...
    @staticmethod
    def init(folder: str, key: str, policy: str, now: int | None) -> Vault: ...
    @staticmethod
    def rotate_platform(
        folder: str, keys: tuple[str, str], stolen: bool, now: int | None, anchor: str | None, plugins: _Plugins
    ) -> Vault: ...
    def create(self, record: str, owner: str | None) -> str: ...
    def recipient(self, project: str) -> str: ...
    def put(self, file: Any, project: str, name: str, role: str, encrypted: bool, identity: str | None) -> str: ...
    def open_file(self, project: str, file: str, identity: str | None) -> VaultFile: ...
    def output(self, project: str, name: str, identity: str | None) -> VaultOutput: ...
    def listing(self, project: str | None, identity: str | None) -> str: ...
    def assign(self, project: str, recipient: str, owner: bool) -> None: ...
    def revoke(self, project: str, recipient: str) -> None: ...
    def change(self, project: str, what: str) -> None: ...
    def hold(self, project: str, case: str, release: bool) -> None: ...
    def correct(self, project: str, correction: dict[str, Any]) -> None: ...
    def recover(self) -> None: ...
    def plan(self) -> str: ...
    def sweep(self, providers: _Providers) -> str: ...
    def erase(self, project: str | None, person: str | None, providers: _Providers) -> str: ...
    def report(self, person: str) -> str: ...
    def export(self, projects: Sequence[str], path: str, identity: str | None) -> str: ...
    def import_archive(self, archive: Any, owner: str | None) -> list[str]: ...
    def receipt(self, project: str) -> bytes: ...
    def verify_receipt(self, receipt: bytes) -> str: ...
    def verify_log(self) -> str: ...
    def history(self, project: str | None) -> str: ...
    def anchor(self) -> str: ...

@final
class VaultOutput:
    """A master that is to be made in a project."""

@final
class VaultFile:
    """A file of a vault that is open for reading."""

    def read(self, count: int) -> bytes: ...
    def seek(self, offset: int, whence: int) -> int: ...
    @property
    def address(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...

def vault_key(platform: bool) -> str: ...
def vault_public_key(text: str) -> tuple[str, str]: ...
def vault_unlock(file: bytes, passphrase: str) -> str: ...
