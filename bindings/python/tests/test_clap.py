"""CLAP effects on arrays, in streams and in `master`: good ones process in time, bad ones raise an error."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pytest
from conftest import RATE
from numpy.typing import NDArray

Audio = NDArray[np.float64]


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of the CLAP file with well-behaved and badly behaved effects."""
    built = os.environ.get("BALANCED_TEST_PLUGIN")
    assert built, "BALANCED_TEST_PLUGIN names the built test plugin; `cargo xtask python` builds it"
    return Path(shutil.copy(built, tmp_path_factory.mktemp("plugin") / "fx.clap"))


def effect(plugin: Path, name: str, **settings: Any) -> bm.Clap:
    return bm.Clap(path=str(plugin), plugin_id=f"test.{name}", **settings)


def test_an_effect_works_on_arrays_and_streams(plugin: Path, music: Audio) -> None:
    quiet = effect(plugin, "latent", parameters={"Gain": -6.0})
    half = 10 ** (-6 / 20)
    whole = quiet(music, RATE, allow_plugins=plugin)
    # CLAP audio is single precision.
    assert whole.shape == music.shape and np.allclose(whole, half * music, atol=1e-6)
    mono = quiet(music[0].astype(np.float32), RATE, allow_plugins=plugin)
    assert mono.dtype == np.float32 and np.allclose(mono, half * music[0], atol=1e-6)
    chain = bm.Chain([quiet, bm.Gain(gain_db=6.0)])
    allow: dict[str, Any] = {"allow_plugins": [plugin.parent]}
    parts = [chain.process(music[:, at : at + 5000], RATE, reset=False, **allow) for at in range(0, 40_000, 5000)]
    streamed = np.concatenate([*parts, chain.flush()], axis=1)
    late = chain.latency_frames(RATE, **allow)
    assert late > 1024 and np.allclose(streamed[:, late:], music[:, :40_000], atol=1e-6)
    assert np.allclose(effect(plugin, "latent", mix=0.5)(music, RATE, **allow), music, atol=1e-6), "the dry share is lined up"


def test_settings_of_an_effect_count_at_once(plugin: Path, music: Audio) -> None:
    gain = effect(plugin, "gain")
    assert np.allclose(gain(music, RATE, allow_plugins=plugin), music, atol=1e-6)
    gain.parameters = {"Gain": 6.0}
    assert np.allclose(gain(music, RATE, allow_plugins=plugin), 10 ** (6 / 20) * music, atol=1e-5)
    assert bm.Chain([gain]).to_dict()["steps"][0]["parameters"] == {"Gain": 6.0}


def test_a_master_goes_through_an_effect(plugin: Path, music: Audio, tmp_path: Path) -> None:
    chain = bm.Chain([effect(plugin, "gain", parameters={"Gain": -6.0})])
    bm.master(music, tmp_path / "out.wav", RATE, chain=chain, bits="64f", allow_plugins=[plugin])
    assert np.allclose(bm.read(tmp_path / "out.wav")[0], 10 ** (-6 / 20) * music, atol=1e-6)


@pytest.mark.parametrize(("name", "said"), [("crash", "crashed"), ("hang", "hung"), ("quit", "ended"), ("nan", "no numbers")])
def test_one_that_misbehaves_is_an_error(plugin: Path, music: Audio, name: str, said: str, tmp_path: Path) -> None:
    bad = effect(plugin, name, timeout_s=0.5 if name == "hang" else 20.0)
    for _ in range(2):  # Each call starts it afresh.
        with pytest.raises(bm.PluginError, match=said) as caught:
            bad(music, RATE, allow_plugins=plugin)
        assert caught.value.remedy and "fx.clap" in str(caught.value)
    with pytest.raises(bm.PluginError, match=said):
        bm.master(music, tmp_path / "out.wav", RATE, chain=bm.Chain([bad]), allow_plugins=plugin)
    assert list(tmp_path.iterdir()) == []
    bad.bypass = True
    assert np.array_equal(bad(music, RATE), music)


def test_one_that_cannot_be_loaded_is_refused(plugin: Path, music: Audio) -> None:
    with pytest.raises(bm.SettingsError, match=r"no\.clap: there is no such file"):
        bm.Clap(path="no.clap")(music, RATE, allow_plugins=True)
    with pytest.raises(bm.PluginError, match="while loading"):
        effect(plugin, "crash-at-load")(music, RATE, allow_plugins=plugin)
    with pytest.raises(bm.SettingsError, match="no parameter"):
        effect(plugin, "gain", parameters={"Gian": 1.0})(music, RATE, allow_plugins=plugin)


def test_no_chain_runs_a_plugin_by_itself(plugin: Path, music: Audio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = {"kind": "clap", "path": str(plugin), "plugin_id": "test.gain"}
    chain = bm.Chain.from_dict({"version": 2, "steps": [step]})
    with pytest.raises(bm.SettingsError, match="native code") as caught:
        chain(music, RATE)
    assert "allow_plugins=True" in caught.value.remedy
    with pytest.raises(bm.SettingsError, match="native code"):
        bm.master(music, tmp_path / "out.wav", RATE, chain=chain)
    with pytest.raises(bm.SettingsError, match="outside of the plugin folders"):
        chain(music, RATE, allow_plugins=True)
    monkeypatch.setenv("CLAP_PATH", str(plugin.parent))
    assert np.allclose(chain(music, RATE, allow_plugins=True), music, atol=1e-6)
    with pytest.raises(bm.SettingsError, match="not among the plugins"):
        chain(music, RATE, allow_plugins=["another"])


def test_a_plugin_is_confined(plugin: Path, music: Audio) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has a sandbox")
    free = effect(plugin, "escape")
    assert np.allclose(free(music, RATE, allow_plugins=plugin), music, atol=1e-6), "its gain tells what it managed to do"


def test_an_effect_outlives_the_thread_that_built_it(plugin: Path, music: Audio) -> None:
    gain = effect(plugin, "gain")
    worker = threading.Thread(target=lambda: gain(music, RATE, allow_plugins=plugin))
    worker.start()
    worker.join()
    assert np.allclose(gain(music, RATE, allow_plugins=plugin), music, atol=1e-6)
