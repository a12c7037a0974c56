"""Delivery bundles, and renders of their manifests."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, TypeAlias

from balanced_mastering import _native, _plugins
from balanced_mastering._json import settings_json
from balanced_mastering._limits import Limits, limits_json
from balanced_mastering._metadata import MetadataEdit
from balanced_mastering._model import DeliveryManifest, Reproduction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from balanced_mastering._audio import ProgressCallback

_Path: TypeAlias = "str | os.PathLike[str]"


def deliveries(path: _Path | None = None) -> list[dict[str, Any]]:
    """Returns the table of deliveries: what each platform takes, with source and date.

    Parameters
    ----------
    path : path, optional
        A TOML file that is merged into the built-in table: a rule replaces the one of the same name, others are added; with
        `replace = true` in the file its rules are the only ones.

    Raises
    ------
    SettingsError
        If the file cannot be read; the message has the mistake.

    Examples
    --------
    >>> cd = next(rule for rule in deliveries() if rule["name"] == "cd")
    >>> cd["format"], cd["sample_rates_hz"], cd["bits"]
    ('wav', [44100], [16])
    """
    rules: list[dict[str, Any]] = json.loads(_native.deliveries(None if path is None else os.fsdecode(path)))
    return rules


def deliveries_toml() -> str:
    """Returns the built-in table of deliveries as TOML text that `deliveries` reads, as a template to edit."""
    return _native.deliveries_toml()


def deliver(
    master: _Path,
    for_: str | Iterable[str],
    out: _Path,
    *,
    rules: Iterable[Mapping[str, Any]] | None = None,
    metadata: MetadataEdit | None = None,
    made_by: _Path | None = None,
    layout: str | None = None,
    accept_damaged: bool = False,
    limits: Limits | None = None,
    temp: _Path | None = None,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> DeliveryManifest:
    """Converts a master for the places it goes to, and writes the files with a manifest into a new folder.

    Levels are never changed: what a place advises on loudness and peaks is measured and said (`advice`).

    Parameters
    ----------
    master : path
        The finished master.
    for_ : str or iterable of str
        Names of deliveries: `spotify`, `apple`, `bandcamp`, `cd`, `vinyl`, `broadcast` …
    out : path
        The folder, which appears complete or not at all; it must not exist, or be empty.
    rules : iterable of dict, optional
        Table of deliveries, as `deliveries` returns it; by default the built-in one.
    metadata : MetadataEdit, optional
        Metadata that the files are given beside that of the master; a cover is put into the folder too.
    made_by : path, optional
        Manifest (`master(manifest=...)`) or result (`MasterResult.to_json()`) that tells how the master was made; by default
        `MASTER.manifest.json`, if it is there.
    temp : path, optional
        Folder for temporary files; by default that of `out`.
    layout, limits, accept_damaged, progress, cancel
        As in `analyze`; the limit of time counts for each file.

    Returns
    -------
    DeliveryManifest
        The files with their hashes, measurements and advice, and in `not_made` what could not be made of this master.

    Raises
    ------
    SettingsError
        For an unknown name, and if not one file can be made of this master.
    InputError, OutputError, LimitError, CancelledError
        No folder is left behind.
    """
    arguments = {
        "deliveries": [for_] if isinstance(for_, str) else list(for_),
        "rules_json": None if rules is None else _rules_json(rules),
        "metadata_json": (MetadataEdit() if metadata is None else metadata).to_json(),
        "made_by": None if made_by is None else os.fsdecode(made_by),
        "layout_name": layout,
        "accept_damaged": accept_damaged,
        "limits_json": limits_json(limits),
        "temp": None if temp is None else os.fsdecode(temp),
    }
    return DeliveryManifest(json.loads(_native.deliver(os.fsdecode(master), os.fsdecode(out), arguments, progress, cancel)))


def reproduce(
    manifest: _Path,
    *,
    source: _Path | None = None,
    allow_plugins: _plugins.AllowPlugins = False,
    limits: Limits | None = None,
    temp: _Path | None = None,
    progress: ProgressCallback | None = None,
    cancel: _native.CancelToken | None = None,
) -> Reproduction:
    """Renders the files of a manifest again, in a temporary folder, and compares the bytes.

    Parameters
    ----------
    manifest : path
        Manifest that `deliver` or `master(manifest=...)` wrote.
    source : path, optional
        The file to render, if it is not where the manifest names it.
    allow_plugins : bool or iterable of str or path
        Which CLAP plugins the chains may load, as in `Chain.process`.
    temp : path, optional
        Folder for temporary files; by default the system's.
    limits, progress, cancel
        As in `analyze`; the limit of time counts for each file.

    Returns
    -------
    Reproduction
        True in an `if` statement when every file has the bytes that the manifest tells; else `files` says which differs, from
        which byte on, and `notes` what is not as it was: source, version, processor or system.

    Raises
    ------
    SettingsError
        If the file is no manifest.
    InputError, OutputError, LimitError, CancelledError
        If the source cannot be found or decoded, or the call cannot end.
    """
    source = None if source is None else os.fsdecode(source)
    temp = None if temp is None else os.fsdecode(temp)
    host = _plugins.host(allow_plugins)
    text = _native.reproduce(os.fsdecode(manifest), source, limits_json(limits), temp, host, progress, cancel)
    return Reproduction(json.loads(text))


def _rules_json(rules: Iterable[Mapping[str, Any]]) -> str:
    """Returns a table of deliveries as JSON text."""
    return json.dumps([json.loads(settings_json("deliveries", rule)) for rule in rules])
