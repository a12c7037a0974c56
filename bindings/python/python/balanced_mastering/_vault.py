"""The vault: audio that is encrypted where it lies, readable by assigned keys only, and gone on its day."""

from __future__ import annotations

import datetime
import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from balanced_mastering import _native

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from balanced_mastering._audio import AudioFile

    #: Functions that ask a provider to delete what it knows by a reference.
    _Providers = Mapping[str, Callable[[str], object]]

_Path = str | os.PathLike[str]
_Role = Literal["upload", "master", "analysis", "history"]


class VaultKey:
    """A person's key that is protected by a passphrase, unlocked; `identity` of every method of `Vault` takes it.

    Parameters
    ----------
    path : path
        A key file that `age -p` encrypted, or `balanced vault keys backup -o`.
    passphrase : str
        Its passphrase.

    Raises
    ------
    AudioFileNotFoundError
        If the passphrase is wrong.
    SettingsError
        If it is no such file.
    """

    def __init__(self, path: _Path, passphrase: str) -> None:
        self._text = _native.vault_unlock(Path(path).read_bytes(), passphrase)

    def __repr__(self) -> str:
        """Returns a text without the secret."""
        return f"VaultKey({_native.vault_public_key(self._text)[0]})"


_Key = _Path | VaultKey


class VaultFile(io.RawIOBase):
    """A file of a vault, open for reading; what was altered raises an error, and never gives wrong bytes.

    `analyze`, `read`, `probe` and every other function of this package take it as it is, and decrypt it where they read it: no
    plain copy is written to a disk. It is a binary file for others too (`soundfile`, `pandas`). `Vault.open` makes it.
    """

    def __init__(self, sealed: _native.VaultFile) -> None:
        super().__init__()
        self._sealed = sealed
        self._at = 0

    @property
    def name(self) -> str:
        """Name that the file came with."""
        return self._sealed.name

    @property
    def address(self) -> str:
        """Address of the file: `vault:PROJECT/FILE`."""
        return self._sealed.address

    @property
    def size(self) -> int:
        """Length of the content in bytes."""
        return self._sealed.size

    def readable(self) -> bool:
        """Returns True."""
        return True

    def seekable(self) -> bool:
        """Returns True."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Reads into `buffer` and returns the number of bytes; 0 is the end."""
        view = memoryview(buffer).cast("B")
        data = self._sealed.read(len(view))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Moves to a place and returns it."""
        self._at = self._sealed.seek(offset, whence)
        return self._at

    def tell(self) -> int:
        """Returns the place of the next byte."""
        return self._at


class VaultOutput:
    """A master that is to be made in a project of a vault, for `master`; `Vault.output` makes it."""

    def __init__(self, native: _native.VaultOutput) -> None:
        self._native = native


class Vault:
    """A vault in a folder, or in a bucket of a server that speaks S3.

    Parameters
    ----------
    folder : path or str
        Folder of the vault, or `s3://BUCKET/PREFIX`; the server and the key of the bucket are then those of the environment:
        `AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`.
    key : path, optional
        File with the platform's key, for whatever changes the vault.
    now : datetime, optional
        Time to take as now; by default that of the system. It must have a time zone.
    anchor : str, optional
        What `anchor()` returned before: a vault that was rolled back since is refused.
    plugins : sequence of str
        Plugins of age that may run, such as `["yubikey"]`, for keys that they hold (`age1yubikey1…`): the programs
        `age-plugin-NAME` in `PATH`, which run with the rights of this process.
    plugin_secret : str, optional
        PIN or passphrase that a plugin may ask for.

    Raises
    ------
    SettingsError
        If there is no vault, or the key is that of another.
    DamagedFileError
        If the vault's own records were altered.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> place = pathlib.Path(tempfile.mkdtemp())
    >>> vault = Vault.init(place / "vault", place / "platform.key")
    >>> project = vault.create("person-1", title="Moonlight")
    >>> file = vault.put(project, bm.demo(), name="demo.flac")
    >>> engineer = Vault.generate_key(place / "engineer.key")
    >>> vault.assign(project, engineer)
    >>> with vault.open(project, file, identity=place / "engineer.key") as audio:
    ...     print(bm.probe(audio).codec)
    flac
    """

    def __init__(
        self,
        folder: _Path,
        *,
        key: _Path | None = None,
        now: datetime.datetime | None = None,
        anchor: str | None = None,
        plugins: Sequence[str] = (),
        plugin_secret: str | None = None,
    ) -> None:
        allowed = (list_of(plugins), plugin_secret)
        self._native = _native.Vault(os.fsdecode(folder), _text(key), _seconds(now), anchor, allowed)

    @classmethod
    def init(
        cls,
        folder: _Path,
        key: _Path,
        *,
        audio_days: int = 30,
        analysis_days: int = 30,
        history_days: int = 30,
        abandoned_days: int = 30,
        now: datetime.datetime | None = None,
    ) -> Vault:
        """Makes a vault, and the platform's key in the file `key` if it is not there; keep it outside of the vault."""
        if not Path(key).exists():
            _write_secret(key, _native.vault_key(True))
        days = {
            "audio_days": audio_days,
            "analysis_days": analysis_days,
            "history_days": history_days,
            "abandoned_days": abandoned_days,
        }
        vault = cls.__new__(cls)
        vault._native = _native.Vault.init(os.fsdecode(folder), _text(key) or "", json.dumps(days), _seconds(now))
        return vault

    @classmethod
    def rotate_platform(
        cls,
        folder: _Path,
        key: _Path,
        new_key: _Path,
        *,
        stolen: bool = False,
        now: datetime.datetime | None = None,
        anchor: str | None = None,
        plugins: Sequence[str] = (),
        plugin_secret: str | None = None,
    ) -> Vault:
        """Exchanges the platform's key `key` for that in the file `new_key`, and returns the vault opened with it.

        What the old key signed stays valid, and the vault keeps its id. What it signs from now on is not accepted, and it opens
        nothing. A call that was cut short is repeated. Processes that work with the old key must be started again.

        Parameters
        ----------
        folder : path or str
            The vault, as `Vault` takes it.
        key : path
            File with the old key.
        new_key : path
            File with the new key, made if it is not there; back it up.
        stolen : bool
            Whether the old key may be in wrong hands: each project then gets a new key too, and its files are encrypted anew.
        now, anchor, plugins, plugin_secret
            As `Vault` takes them.

        Raises
        ------
        SettingsError
            If `key` is not the vault's key, or the new key signed in this vault before.
        DamagedFileError
            If the vault's own records were altered; nothing is exchanged then.
        """
        if not Path(new_key).exists():
            _write_secret(new_key, _native.vault_key(True))
        keys = (_text(key) or "", _text(new_key) or "")
        vault = cls.__new__(cls)
        allowed = (list_of(plugins), plugin_secret)
        vault._native = _native.Vault.rotate_platform(os.fsdecode(folder), keys, stolen, _seconds(now), anchor, allowed)
        return vault

    @staticmethod
    def generate_key(path: _Path) -> str:
        """Makes a person's key in a new file and returns the public key."""
        text = _native.vault_key(False)
        _write_secret(path, text)
        return _native.vault_public_key(text)[0]

    def create(
        self, person: str, *, title: str = "", artist: str = "", email: str | None = None, owner: str | None = None
    ) -> str:
        """Makes a project of the platform's `person` and returns its id; `owner` is the person's public key."""
        record = {"title": title, "artist": artist, "owner": {"person": person, "email": email, "name": None}}
        return self._native.create(json.dumps(record), owner)

    def recipient(self, project: str) -> str:
        """Returns the public key that uploads to a project can be encrypted to, by `age` or `rage`."""
        return self._native.recipient(project)

    def put(
        self,
        project: str,
        source: AudioFile,
        *,
        name: str | None = None,
        role: _Role = "upload",
        encrypted: bool = False,
        identity: _Key | None = None,
    ) -> str:
        """Encrypts a file into a project and returns its id; with `encrypted`, it is encrypted to the project already."""
        if name is None:
            name = Path(source).name if isinstance(source, str | os.PathLike) else str(getattr(source, "name", "file"))
        return self._native.put(_as_file(source), project, name, role, encrypted, _text(identity))

    def open(self, project: str, file: str, *, identity: _Key | None = None) -> VaultFile:
        """Opens a file by the key file `identity`, or by the platform's key, and says so in the log."""
        return VaultFile(self._native.open_file(project, file, _text(identity)))

    def output(self, project: str, name: str, *, identity: _Key | None = None) -> VaultOutput:
        """Describes a master called `name` that `master` is to make in a project, by the key `identity` or by the platform's.

        The suffix of `name` selects the format. The result's `output` is the master's address.

        >>> import pathlib, tempfile
        >>> place = pathlib.Path(tempfile.mkdtemp())
        >>> vault = Vault.init(place / "vault", place / "platform.key")
        >>> project = vault.create("person-1")
        >>> result = bm.master(bm.demo(), vault.output(project, "master.flac"))
        >>> result.output.startswith(f"vault:{project}/")
        True
        """
        return VaultOutput(self._native.output(project, name, _text(identity)))

    def list(self, project: str | None = None, *, identity: _Key | None = None) -> Any:
        """Returns what is known of all projects, or a project with its names and files."""
        return json.loads(self._native.listing(project, _text(identity)))

    def assign(self, project: str, public_key: str, *, owner: bool = False) -> None:
        """Gives a project to a key."""
        self._native.assign(project, public_key, owner)

    def revoke(self, project: str, public_key: str) -> None:
        """Takes a project from a key (or fingerprint), and encrypts its files anew."""
        self._native.revoke(project, public_key)

    def rotate(self, project: str) -> None:
        """Gives a project a new key, and encrypts its files anew."""
        self._native.change(project, "rotate")

    def complete(self, project: str) -> None:
        """Declares the work done: the time to the deletion runs."""
        self._native.change(project, "complete")

    def reopen(self, project: str) -> None:
        """Takes the work up again."""
        self._native.change(project, "reopen")

    def hold(self, project: str, case: str) -> None:
        """Stops the deletion; `case` is stored in the clear."""
        self._native.hold(project, case, False)

    def release(self, project: str, case: str) -> None:
        """Lets the deletion go on."""
        self._native.hold(project, case, True)

    def correct(
        self,
        project: str,
        *,
        title: str | None = None,
        artist: str | None = None,
        email: str | None = None,
        name: str | None = None,
        preferences: Mapping[str, str] | None = None,
        provider: tuple[str, str] | None = None,
    ) -> None:
        """Corrects what is said about a project and its owner; what is `None` stays as it is.

        A preference that is set to `""` is removed. `provider` is the name of somebody who holds something of the project since
        now, and their own id of it: the deletion of the project is then due there too.
        """
        correction = {
            "title": title,
            "artist": artist,
            "email": email,
            "name": name,
            "preferences": dict(preferences or {}),
            "provider": provider,
        }
        self._native.correct(project, correction)

    def recover(self) -> None:
        """Finishes or undoes every change that was cut short, however young; only when no other process works at the vault.

        Opening a vault with the platform's key does so with changes older than ten minutes, and uploads older than a day.
        """
        self._native.recover()

    def sweep(self, *, dry_run: bool = False, providers: _Providers | None = None) -> Any:
        """Deletes what is due, or with `dry_run` returns the plan.

        Parameters
        ----------
        dry_run : bool
            Whether nothing is changed.
        providers : mapping of str to callable, optional
            For each provider who holds something of a project, a function that asks them to delete what they know by the given
            reference, and raises if they did not. What is not confirmed is in `unconfirmed`, and due again with the next sweep.
        """
        return json.loads(self._native.plan() if dry_run else self._native.sweep(dict(providers or {})))

    def erase(self, project: str | None = None, *, person: str | None = None, providers: _Providers | None = None) -> Any:
        """Erases a project, or all projects of a person, at once; `providers` are asked as in `sweep`."""
        if (project is None) == (person is None):
            raise TypeError("give either a project or a person")
        return json.loads(self._native.erase(project, person, dict(providers or {})))

    def report(self, person: str) -> Any:
        """Returns what is held about a person, where, and until when."""
        return json.loads(self._native.report(person))

    def export(self, projects: Sequence[str], path: _Path, *, identity: _Key | None = None) -> Any:
        """Writes everything that is held of projects into a zip archive, which is not encrypted."""
        return json.loads(self._native.export(list_of(projects), os.fsdecode(path), _text(identity)))

    def import_archive(self, archive: AudioFile, *, owner: str | None = None) -> list_[str]:
        """Makes projects of an exported archive and returns their ids."""
        return self._native.import_archive(_as_file(archive), owner)

    def receipt(self, project: str) -> bytes:
        """Returns the signed receipt of an erased project."""
        return bytes(self._native.receipt(project))

    def verify_receipt(self, receipt: bytes) -> Any:
        """Verifies a receipt and returns what it says."""
        return json.loads(self._native.verify_receipt(receipt))

    def verify_log(self) -> Any:
        """Verifies the whole log."""
        return json.loads(self._native.verify_log())

    def history(self, project: str | None = None) -> Any:
        """Returns the log, or what it says about a project."""
        return json.loads(self._native.history(project))

    def anchor(self) -> str:
        """Returns the end of the log, to be kept outside of the vault."""
        return self._native.anchor()


#: `list` is a method of `Vault`.
list_ = list


def list_of(names: Sequence[str]) -> list_[str]:
    """Returns the names as a list."""
    return list_(names)


def _as_file(source: AudioFile) -> Any:
    from balanced_mastering._audio import as_file

    return as_file(source)


def _text(path: _Key | None) -> str | None:
    if path is None:
        return None
    if isinstance(path, VaultKey):
        return path._text
    return Path(path).read_text(encoding="utf-8")


def _seconds(now: datetime.datetime | None) -> int | None:
    if now is None:
        return None
    if now.tzinfo is None:
        raise TypeError("give a time with a time zone, such as datetime.now(timezone.utc)")
    return int(now.timestamp())


def _write_secret(path: _Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
