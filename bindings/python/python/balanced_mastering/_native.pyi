"""Private extension module: passes JSON text, arrays and files; the package wraps all of it."""

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, TypeAlias, final

from numpy.typing import NDArray

__all__ = [
    "ArrowBatch",
    "ArrowSchema",
    "CancelToken",
    "Engine",
    "StreamingMeter",
    "__version__",
    "analysis_report",
    "analyze",
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
    "config_hash",
    "csv_header",
    "custom_target",
    "default_config",
    "default_limits",
    "demo_flac",
    "estimate_tuning",
    "layouts",
    "loudness",
    "master",
    "master_array",
    "master_report",
    "melspectrogram",
    "mfcc",
    "platforms",
    "platforms_toml",
    "preset_target",
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
    "row_columns",
    "schema",
    "schema_kinds",
    "serve_plugin",
    "spectral_contrast",
    "spectral_shape",
    "stft",
    "targets",
    "true_peak",
    "write",
    "write_text",
]

__version__: str

_Host: TypeAlias = tuple[Sequence[str], bool | Sequence[str]]
_Progress: TypeAlias = Callable[[str, float | None], object]
_Array: TypeAlias = NDArray[Any]
_Frames: TypeAlias = tuple[int, int, int | None, str, bool]
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

def analyze(
    source: str | bytes | BinaryIO,
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
    source: str | bytes | BinaryIO,
    layout_name: str | None,
    limits_json: str | None,
    accept_damaged: bool,
    progress: _Progress | None,
    token: CancelToken | None,
) -> tuple[_Array, float, str]: ...
def stft(y: _Array, params: _Frames) -> _Array: ...
def melspectrogram(y: _Array, sr: float, params: _Frames, bank: _Mel) -> _Array: ...
def mfcc(y: _Array, sr: float, n_mfcc: int, params: _Frames, bank: _Mel) -> _Array: ...
def estimate_tuning(y: _Array, sr: float, bins_per_octave: int, params: _Frames) -> float: ...
def chroma(y: _Array, sr: float, n_chroma: int, tuning: float | None, normalize: bool, params: _Frames) -> _Array: ...
def spectral_contrast(y: _Array, sr: float, params: _Frames) -> _Array: ...
def spectral_shape(y: _Array, sr: float, params: _Frames) -> dict[str, _Array]: ...
def probe(source: str | bytes | BinaryIO) -> str: ...
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
    source: str | bytes | BinaryIO,
    output: str,
    arguments: dict[str, Any],
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
def master_array(
    array: _Array,
    sample_rate: float,
    channel_axis: int,
    output: str,
    arguments: dict[str, Any],
    progress: _Progress | None,
    token: CancelToken | None,
) -> str: ...
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
def layouts() -> list[str]: ...
def schema(kind: str) -> str: ...
def schema_kinds() -> list[str]: ...
def row_columns() -> list[str]: ...

@final
class ArrowSchema:
    """The fixed schema of catalogue rows, for any library with the Arrow PyCapsule interface."""

    def __new__(cls) -> ArrowSchema: ...
    @property
    def names(self) -> list[str]:
        """Names of the columns."""

    def __arrow_c_schema__(self) -> object:
        """Exports the schema as an `ArrowSchema` PyCapsule."""

@final
class ArrowBatch:
    """Catalogue rows as one Arrow record batch, for any library with the Arrow PyCapsule interface."""

    def __new__(cls, rows: Sequence[str]) -> ArrowBatch: ...
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
def demo_flac() -> bytes: ...
