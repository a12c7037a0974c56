"""The vault: file objects that everything takes, and the life of a project."""

from __future__ import annotations

import datetime
import io
import os
import subprocess
from pathlib import Path

import balanced_mastering as bm
import numpy as np
import pytest
from numpy.typing import NDArray

START = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)


class Setting:
    """A vault with the demo track in a project, and an engineer who is assigned."""

    def __init__(self, place: Path, demo: bytes) -> None:
        self.place = place
        self.vault = bm.Vault.init(place / "vault", place / "platform.key", now=START)
        self.project = self.vault.create("person-1", title="Moonlight")
        self.file = self.vault.put(self.project, demo, name="demo.flac")
        self.engineer = place / "engineer.key"
        self.public_key = bm.Vault.generate_key(self.engineer)
        self.vault.assign(self.project, self.public_key)

    def at(self, days: int) -> bm.Vault:
        now = START + datetime.timedelta(days=days)
        return bm.Vault(self.place / "vault", key=self.place / "platform.key", now=now)


@pytest.fixture
def setting(tmp_path: Path, demo_path: Path) -> Setting:
    return Setting(tmp_path, demo_path.read_bytes())


def test_a_file_of_the_vault_is_a_file_for_everybody(setting: Setting, demo_path: Path) -> None:
    plain = demo_path.read_bytes()
    with setting.vault.open(setting.project, setting.file, identity=setting.engineer) as audio:
        assert (audio.name, audio.size, audio.address) == ("demo.flac", len(plain), f"vault:{setting.project}/{setting.file}")
        assert audio.read(4) == b"fLaC" and audio.tell() == 4
        assert audio.seek(-10, io.SEEK_END) == len(plain) - 10
        assert audio.read() == plain[-10:]
        audio.seek(0)
        assert audio.read() == plain
        config = bm.AnalysisConfig(families=["loudness"])
        analysis = bm.analyze(audio, config=config)
        assert analysis.loudness == bm.analyze(demo_path, config=config).loudness
        assert analysis.source.path == audio.address
        decoded, rate = bm.read(audio)
        assert rate == bm.probe(audio).sample_rate_hz and decoded.shape[0] == 2


def test_soundfile_reads_it(setting: Setting, demo: tuple[NDArray[np.float64], float]) -> None:
    soundfile = pytest.importorskip("soundfile")
    with setting.vault.open(setting.project, setting.file) as audio:
        samples, rate = soundfile.read(audio)
    assert rate == demo[1] and np.array_equal(samples.T, demo[0])


def test_pandas_reads_it(setting: Setting) -> None:
    pandas = pytest.importorskip("pandas")
    table = setting.vault.put(setting.project, b"a,b\n1,2\n3,4\n", name="history.csv", role="history")
    with setting.vault.open(setting.project, table) as file:
        assert pandas.read_csv(file)["b"].tolist() == [2, 4]


def test_others_are_refused(setting: Setting, tmp_path: Path) -> None:
    bm.Vault.generate_key(tmp_path / "other.key")
    with pytest.raises(bm.AudioFileNotFoundError, match="may not open it"):
        setting.vault.open(setting.project, setting.file, identity=tmp_path / "other.key")
    setting.vault.revoke(setting.project, setting.public_key)
    with pytest.raises(bm.AudioFileNotFoundError):
        setting.vault.open(setting.project, setting.file, identity=setting.engineer)
    with pytest.raises(bm.SettingsError):
        bm.Vault(tmp_path / "nothing")


def test_what_was_altered_is_damaged(setting: Setting) -> None:
    objects = setting.place / "vault/projects" / setting.project / "objects"
    (path,) = objects.iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with setting.vault.open(setting.project, setting.file) as audio:
        with pytest.raises(OSError, match="altered"):
            audio.read()
        with pytest.raises(bm.DamagedFileError, match="altered"):
            bm.analyze(audio)


def test_a_project_to_its_end(setting: Setting) -> None:
    setting.vault.correct(setting.project, title="Moonlight 2")
    listing = setting.vault.list(setting.project)
    assert listing["record"]["title"] == "Moonlight 2" and len(listing["contents"]) == 1
    assert setting.vault.report("person-1")["projects"][0]["record"]["title"] == "Moonlight 2"
    archive = setting.place / "export.zip"
    assert setting.vault.export([setting.project], archive)["files"] == 1
    (copy,) = setting.vault.import_archive(archive)
    assert setting.vault.list(copy)["contents"][0]["name"] == "demo.flac"
    assert setting.vault.erase(copy)["erased"] == [copy]
    setting.vault.rotate(setting.project)
    setting.vault.complete(setting.project)
    setting.vault.hold(setting.project, "case-1")
    assert setting.at(31).sweep(dry_run=True)["held"] == [setting.project]
    setting.at(31).release(setting.project, "case-1")
    assert setting.at(31).sweep()["erased"] == [setting.project]
    receipt = setting.vault.receipt(setting.project)
    assert setting.vault.verify_receipt(receipt)["reason"] == "retention"
    with pytest.raises(bm.DamagedFileError):
        setting.vault.verify_receipt(receipt.replace(b"retention", b"retentjon"))
    assert setting.vault.verify_log()["entries"] == len(setting.vault.history())
    bm.Vault(setting.place / "vault", anchor=setting.vault.anchor())


def test_a_master_goes_from_the_vault_into_the_vault(setting: Setting, tmp_path: Path) -> None:
    output = setting.vault.output(setting.project, "master.flac", identity=setting.engineer)
    with setting.vault.open(setting.project, setting.file, identity=setting.engineer) as mix:
        result = bm.master(mix, output, target="streaming")
        plain = bm.master(mix, tmp_path / "plain.flac", target="streaming")
    project, file = result.output.removeprefix("vault:").split("/")
    assert project == setting.project and result.achieved == plain.achieved
    with setting.vault.open(project, file) as master:
        assert master.name == "master.flac" and master.read() == (tmp_path / "plain.flac").read_bytes()
        assert bm.analyze(master).source.sha256 == result.after.source.sha256
    assert [entry["role"] for entry in setting.vault.list(project)["contents"]] == ["upload", "master"]
    array = np.zeros((2, 44_100))
    array[:, ::50] = 0.25
    silent = setting.vault.output(setting.project, "array.wav")
    assert bm.master(array, silent, 44_100.0).output.startswith(f"vault:{project}/")
    with pytest.raises(bm.SettingsError):
        bm.master(array, setting.vault.output(setting.project, "array.mp3"), 44_100.0)
    other = tmp_path / "other.key"
    bm.Vault.generate_key(other)
    with pytest.raises(bm.AudioFileNotFoundError):
        bm.master(array, setting.vault.output(setting.project, "array.wav", identity=other), 44_100.0)


def test_providers_are_asked_until_they_confirm(setting: Setting) -> None:
    wishes = {"delivery": "flac"}
    setting.vault.correct(setting.project, provider=("cyanite", "track-7"), email="a@example.org", preferences=wishes)
    record = setting.vault.list(setting.project)["record"]
    assert record["owner"]["email"] == "a@example.org" and record["preferences"] == wishes
    asked: list[str] = []

    def refuse(reference: str) -> None:
        raise RuntimeError(f"no answer about {reference}")

    erased = setting.vault.erase(setting.project, providers={"cyanite": refuse})
    ((held, why),) = erased["unconfirmed"]
    assert held == {"provider": "cyanite", "reference": "track-7"} and "no answer about track-7" in why
    assert setting.vault.sweep(dry_run=True)["due"][0]["held"] == held
    assert len(setting.vault.sweep()["unconfirmed"]) == 1
    assert setting.vault.sweep(providers={"cyanite": asked.append})["unconfirmed"] == []
    assert asked == ["track-7"] and setting.vault.sweep(dry_run=True)["due"] == []
    setting.vault.recover()


def test_a_bucket_needs_a_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(bm.SettingsError, match="AWS_ACCESS_KEY_ID"):
        bm.Vault("s3://bucket/vault")
    with pytest.raises(bm.SettingsError, match="names no bucket"):
        bm.Vault.init("s3://", tmp_path / "platform.key")


def test_a_key_under_a_passphrase_is_a_key(setting: Setting, tmp_path: Path) -> None:
    balanced = os.environ.get("BALANCED_COMMAND")
    assert balanced, "BALANCED_COMMAND names the built command; `cargo xtask test` sets it"
    phrase, locked = tmp_path / "phrase", tmp_path / "locked"
    phrase.write_text("five words that are long")
    backup = [balanced, "vault", "keys", "backup", setting.engineer, "-o", locked, "--passphrase-file", phrase]
    subprocess.run([str(part) for part in backup], check=True)
    key = bm.VaultKey(locked, "five words that are long")
    assert setting.public_key in repr(key) and "SECRET" not in repr(key)
    with setting.vault.open(setting.project, setting.file, identity=key) as audio:
        assert audio.read(4) == b"fLaC"
    with pytest.raises(bm.AudioFileNotFoundError, match="passphrase"):
        bm.VaultKey(locked, "five other words here")


def test_the_platforms_key_is_exchanged(setting: Setting, tmp_path: Path) -> None:
    gone = setting.vault.create("person-2")
    setting.vault.erase(gone)
    vault, old, new = setting.place / "vault", setting.place / "platform.key", tmp_path / "new.key"
    for stolen in (False, True):  # The second call finds that there is nothing to do.
        exchanged = bm.Vault.rotate_platform(vault, old, new, stolen=stolen, anchor=setting.vault.anchor(), now=START)
        assert exchanged.verify_log()["keys"] == 2
    with pytest.raises(bm.SettingsError, match="exchanged"):
        bm.Vault(vault, key=old)
    with pytest.raises(bm.SettingsError, match="exchanged"):
        setting.vault.complete(setting.project)
    with bm.Vault(vault).open(setting.project, setting.file, identity=setting.engineer) as audio:
        assert audio.read(4) == b"fLaC"
    assert bm.Vault(vault, key=new).list(setting.project)["record"]["title"] == "Moonlight"
    assert exchanged.verify_receipt(exchanged.receipt(gone))["project"] == gone
    with pytest.raises(bm.SettingsError, match="is no vault"):
        bm.Vault.rotate_platform(tmp_path / "nothing", old, tmp_path / "third.key")
