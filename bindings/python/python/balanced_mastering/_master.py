"""Mastering, recommendations, and checks against profiles."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from balanced_mastering import _native, _plugins
from balanced_mastering._analyze import analyze
from balanced_mastering._audio import as_array, as_channel_axis, as_file, is_array, no_rate, rate_of
from balanced_mastering._chain import Chain
from balanced_mastering._config import AnalysisConfig
from balanced_mastering._errors import settings_error
from balanced_mastering._json import settings_json
from balanced_mastering._limits import Limits, limits_json
from balanced_mastering._metadata import MetadataEdit
from balanced_mastering._model import Analysis, CheckResult, MasterResult, Profile, Recommendation, Target
from balanced_mastering._vault import VaultOutput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from balanced_mastering._audio import AudioSource, Bits, ProgressCallback


def targets() -> dict[str, Target]:
    """Returns the built-in targets by name, the default (`streaming`) first.

    >>> targets()["broadcast-r128"].integrated_lufs
    -23.0
    """
    return {target["name"]: Target(target) for target in json.loads(_native.targets())}


def target(name: str | None = None, *, integrated_lufs: float | None = None, ceiling_dbtp: float | None = None) -> Target:
    """Returns a built-in target, or creates a custom one.

    Parameters
    ----------
    name : str, optional
        One of `targets()`.
    integrated_lufs : float, optional
        Integrated loudness to reach, -40 to -3 LUFS.
    ceiling_dbtp : float, optional
        Highest true peak allowed, -12 to 0 dBTP.

    Raises
    ------
    SettingsError
        For an unknown name or a value out of range.
    """
    if name is not None and (integrated_lufs is not None or ceiling_dbtp is not None):
        problem, remedy = "a target is given either by name or by values, not both", "leave one of them out"
        raise settings_error(problem, remedy)
    if integrated_lufs is not None or ceiling_dbtp is not None:
        return Target(json.loads(_native.custom_target(integrated_lufs, ceiling_dbtp)))
    known = targets()
    if name is None:
        return next(iter(known.values()))
    if name.lower() not in known:
        problem, remedy = f"unknown target {name!r}", f"known targets are {', '.join(known)}"
        raise settings_error(problem, remedy)
    return known[name.lower()]


def target_json(wanted: Target | str | None) -> str | None:
    """Returns a target as JSON text for the native module."""
    if wanted is None:
        return None
    return json.dumps((target(wanted) if isinstance(wanted, str) else wanted).to_dict())


def intensity_of(intensity: float) -> float:
    """Returns a valid intensity."""
    if not 0.0 <= intensity <= 1.0:
        raise settings_error(f"the intensity {intensity} is out of range", "give 0 to 1")
    return intensity


def _matching(
    reference: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None,
    like: str | os.PathLike[str] | None,
    amount: float,
    match_limit_db: float,
) -> dict[str, Any]:
    """Returns what a master is to resemble, for the native module."""
    if reference is None:
        references: list[str] = []
    elif isinstance(reference, (str, os.PathLike)):
        references = [os.fsdecode(reference)]
    else:
        references = [os.fsdecode(file) for file in reference]
    like = None if like is None else os.fsdecode(like)
    return {"references": references, "like": like, "amount": amount, "limit_db": match_limit_db}


def recommend(
    source: AudioSource | Analysis,
    sample_rate: float | None = None,
    *,
    target: Target | str | None = None,
    reference: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None = None,
    like: str | os.PathLike[str] | None = None,
    amount: float = 1.0,
    match_limit_db: float = 6.0,
    intensity: float = 1.0,
    channel_axis: int = 0,
    layout: str | None = None,
    limits: Limits | None = None,
    accept_damaged: bool = False,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> Recommendation:
    """Recommends a mastering chain for a target, with findings about the mix, most important first.

    Parameters
    ----------
    source : audio or Analysis
        Audio as in `analyze`, or an analysis with the families loudness, dynamics, spectrum, stereo and defects.
    target : Target or str, optional
        Loudness and ceiling to reach; by default `streaming`, at the loudness of the references where there are any.
    reference, like, amount, match_limit_db
        What the chain is to approach, as in `master`.
    intensity : float
        How far the moves go, 0 to 1: 1 is the full recommendation, 0 only brings the track to level and ceiling.
    sample_rate, channel_axis, layout, limits, accept_damaged, progress, cancel
        As in `analyze`.

    Raises
    ------
    InputError, LimitError, SettingsError, CancelledError
        As in `analyze`.
    """
    if not isinstance(source, Analysis):
        config = AnalysisConfig(**json.loads(_native.recommend_config()))
        source = analyze(
            source,
            sample_rate,
            config=config,
            channel_axis=channel_axis,
            layout=layout,
            limits=limits,
            accept_damaged=accept_damaged,
            progress=progress,
            cancel=cancel,
        )
    matching = _matching(reference, like, amount, match_limit_db)
    wanted, strength = target_json(target), intensity_of(intensity)
    text = _native.recommend_for(source.to_json(), wanted, strength, matching, limits_json(limits))
    return Recommendation(json.loads(text))


def master(
    source: AudioSource,
    output: str | os.PathLike[str] | VaultOutput,
    sample_rate: float | None = None,
    *,
    target: Target | str | None = None,
    chain: Chain | None = None,
    reference: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None = None,
    like: str | os.PathLike[str] | None = None,
    amount: float = 1.0,
    match_limit_db: float = 6.0,
    intensity: float = 1.0,
    bits: Bits = "24",
    format: str | None = None,
    output_sample_rate: float | None = None,
    start_s: float = 0.0,
    end_s: float | None = None,
    fade_in_s: float = 0.0,
    fade_out_s: float = 0.0,
    metadata: MetadataEdit | None = None,
    codecs: str | Iterable[str] = (),
    channel_axis: int = 0,
    layout: str | None = None,
    accept_damaged: bool = False,
    config: AnalysisConfig | None = None,
    limits: Limits | None = None,
    temp: str | os.PathLike[str] | None = None,
    allow_plugins: _plugins.AllowPlugins = False,
    manifest: str | os.PathLike[str] | None = None,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> MasterResult:
    """Masters audio into a file, and measures the written file to verify it.

    Parameters
    ----------
    source : path, bytes, open binary file, or ndarray
        The mix, as in `analyze`. A file that changes before the master is written is an error.
    output : path or VaultOutput
        The file to write; its suffix (`.wav`, `.aiff`, `.flac`) selects the format unless `format` is given. It appears when it
        is complete. `Vault.output` describes a file of a vault, which is encrypted with no plain copy on a disk.
    target : Target or str, optional
        Loudness and ceiling to reach; by default `streaming`, at the loudness of the references where there are any, but a given
        chain is rendered unchanged.
    chain : Chain, optional
        The chain to render instead of the recommended one.
    reference : path or iterable of paths, optional
        Finished tracks whose tonal balance, width and dynamics the recommended chain approaches; several stand for their mean.
    like : path, optional
        Folder of finished tracks, such as an album: the balance is corrected where it is outside their spread. Not read beside
        references.
    amount : float
        How far the tracks are followed in everything but loudness, 0 to 1.
    match_limit_db : float
        Most that one band of the equaliser raises or lowers to follow a reference, 0 to 12.
    intensity : float
        How far the moves of a recommended chain go, as in `recommend`.
    bits : str or int
        As in `write`.
    output_sample_rate : float, optional
        Sample rate of the master in Hz; by default the input's.
    start_s, end_s : float
        Start and end of the part of the input that is mastered, in seconds; by default all of it.
    fade_in_s, fade_out_s : float
        Lengths of the fades at its start and end, in seconds.
    metadata : MetadataEdit, optional
        Metadata that the master is given beside that of the mix, which it keeps; `MetadataEdit(strip=True)` leaves that out.
    codecs : str or iterable of str
        Lossy codecs to try on the written master: `aac128`, `mp3-320`, `opus96`, `vorbis-q5` …, or `target` for those that
        listeners of the target get. While one clips, the ceiling is lowered by up to 1 dB, three times at most; `codecs` of the
        result tells what came out, and which could not be checked (AAC needs an installed ffmpeg).
    config : AnalysisConfig, optional
        What to measure before and after; loudness is always measured.
    temp : path, optional
        Folder for temporary files, which have no name there and take up to 8 bytes per sample; by default that of the output.
    allow_plugins : bool or iterable of str or path
        Which CLAP plugins the chain may load, for they are native code: none, those in the plugin folders (True), or only these;
        as in `Chain.process`.
    manifest : path, optional
        File to write, from which `reproduce` renders the same bytes again; for a mix and a master that are files.
    sample_rate, channel_axis, layout, limits, accept_damaged, progress, cancel
        As in `analyze`.

    Returns
    -------
    MasterResult
        The target, the measurements of the written file, and the chain that renders the same samples again (on another kind of
        processor or system, the last place may differ). If the target takes more limiting than it allows, `feasible` is false
        and `reason` says why.

    Raises
    ------
    InputError, OutputError, LimitError, SettingsError, PluginError, CancelledError
        No partial output is left behind.
    """
    edit = {"start_s": start_s, "end_s": end_s, "fade_in_s": fade_in_s, "fade_out_s": fade_out_s}
    arguments = {
        "target_json": target_json(target),
        "chain_json": None if chain is None else chain.to_json(),
        "matching": _matching(reference, like, amount, match_limit_db),
        "format": format,
        "bits": str(bits),
        "sample_rate": output_sample_rate,
        "layout_name": layout,
        "accept_damaged": accept_damaged,
        "intensity": intensity_of(intensity),
        "edit_json": settings_json("edit", edit),
        "metadata_json": (MetadataEdit() if metadata is None else metadata).to_json(),
        "codecs": [codecs] if isinstance(codecs, str) else list(codecs),
        "config_json": None if config is None else config.to_json(),
        "limits_json": limits_json(limits),
        "temp": None if temp is None else os.fsdecode(temp),
        "host": _plugins.host(allow_plugins),
        "manifest": None if manifest is None else os.fsdecode(manifest),
    }
    if manifest is not None and not (isinstance(source, str | os.PathLike) and not isinstance(output, VaultOutput)):
        raise settings_error("a manifest tells of files", "give the mix and the master as paths, or no manifest")
    file = output._native if isinstance(output, VaultOutput) else os.fsdecode(output)
    if is_array(source):
        axis = as_channel_axis(channel_axis)
        array, rate = as_array(source, axis), rate_of(sample_rate)
        text = _native.master_array(array, rate, axis, file, arguments, progress, cancel)
    else:
        no_rate(sample_rate)
        text = _native.master(as_file(source), file, arguments, progress, cancel)  # type: ignore[arg-type]
    return MasterResult(json.loads(text))


def profiles() -> dict[str, Profile]:
    """Returns the built-in profiles by name.

    Examples
    --------
    >>> sorted(profiles())[:2]
    ['apple-digital-masters', 'broadcast-r128']
    """
    return {profile["name"]: Profile(profile) for profile in json.loads(_native.profiles())}


def profile(name_or_file: str | os.PathLike[str]) -> Profile:
    """Returns a built-in profile, or reads one from a TOML file.

    Raises
    ------
    SettingsError
        For an unknown name, or a mistake in the file.
    """
    return Profile(json.loads(_native.profile(os.fsdecode(name_or_file))))


def profile_toml(name: str) -> str:
    """Returns the TOML text of a built-in profile, as a template to edit.

    Raises
    ------
    SettingsError
        If no built-in profile has that name.
    """
    return _native.profile_toml(name)


def platforms(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Reads a TOML file of platform rules and merges it into the built-in table, for `AnalysisConfig(platforms=...)`.

    A rule replaces the built-in one of the same name; new names are appended. With `replace = true` in the file, only its own
    rules are returned.

    Raises
    ------
    SettingsError
        If the file cannot be read; the message has the mistake.
    """
    rules: list[dict[str, Any]] = json.loads(_native.platforms(os.fsdecode(path)))
    return rules


def platforms_toml() -> str:
    """Returns the built-in platform table as TOML text that `platforms` reads, as a template to edit."""
    return _native.platforms_toml()


def check(
    source: AudioSource | Analysis,
    sample_rate: float | None = None,
    *,
    profile: Profile | str = "streaming",
    channel_axis: int = 0,
    layout: str | None = None,
    limits: Limits | None = None,
    accept_damaged: bool = False,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> CheckResult:
    """Checks audio against the rules of a profile.

    Parameters
    ----------
    source : audio or Analysis
        Audio as in `analyze`, or an analysis with the values that the rules read.
    profile : Profile or str
        The name of a built-in profile, the path of a TOML file, or a profile.
    sample_rate, channel_axis, layout, limits, accept_damaged, progress, cancel
        As in `analyze`.

    Returns
    -------
    CheckResult
        Outcome of every rule; true in an `if` statement when the audio passes.

    Raises
    ------
    InputError, LimitError, SettingsError, CancelledError
        As in `analyze`.
    """
    text = _native.profile(profile) if isinstance(profile, str) else json.dumps(profile.to_dict())
    if not isinstance(source, Analysis):
        source = analyze(
            source,
            sample_rate,
            config=AnalysisConfig(**json.loads(_native.check_config(text))),
            channel_axis=channel_axis,
            layout=layout,
            limits=limits,
            accept_damaged=accept_damaged,
            progress=progress,
            cancel=cancel,
        )
    return CheckResult(json.loads(_native.check_analysis(source.to_json(), text)))


def schema(kind: str = "analysis") -> dict[str, Any]:
    """Returns the JSON Schema (draft 2020-12) of a kind of document: `analysis`, `chain`, `recommendation`, `master` …

    Raises
    ------
    SettingsError
        For an unknown kind; the message has the known ones.
    """
    tree: dict[str, Any] = json.loads(_native.schema(kind))
    return tree


def schemas() -> list[str]:
    """Returns the kinds of document that have a schema."""
    return _native.schema_kinds()


def layouts() -> list[str]:
    """Returns the names of the channel layouts."""
    return _native.layouts()


def demo() -> bytes:
    """Returns the built-in demo track as the bytes of a FLAC file: 36 s of a hasty mix, level E3M5 of Freedoom.

    >>> demo()[:4]
    b'fLaC'
    """
    return _native.demo_flac()
