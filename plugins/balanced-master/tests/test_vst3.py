"""Tests of the VST3 bundle in two independent hosts: minihost and pedalboard (JUCE)."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import minihost
import numpy as np
import pedalboard
import pytest
import soundfile

BUNDLE = os.environ.get("BALANCED_VST3", "")
COMMAND = os.environ.get("BALANCED_COMMAND", "")
RATE = 48_000
BLOCK = 512

pytestmark = pytest.mark.skipif(not BUNDLE, reason="BALANCED_VST3 names no bundle; run `cargo xtask plugin`")


def host() -> Any:
    return minihost.Plugin(BUNDLE, sample_rate=RATE, max_block_size=BLOCK)


def set_text(plugin: Any, name: str, text: str) -> None:
    index = plugin.find_param(name)
    plugin.set_param(index, plugin.param_from_text(index, text))


def render(plugin: Any, audio: np.ndarray, changes: dict[int, list[tuple[int, int, float]]] | None = None) -> np.ndarray:
    done = np.zeros_like(audio)
    for start in range(0, audio.shape[1], BLOCK):
        block = np.ascontiguousarray(audio[:, start : start + BLOCK])
        out = np.zeros_like(block)
        wanted = (changes or {}).get(start // BLOCK)
        if wanted:
            plugin.process_auto(block, out, [], wanted)
        else:
            plugin.process(block, out)
        done[:, start : start + BLOCK] = out
    return done


def music(seconds: float) -> np.ndarray:
    """Returns noise with -3 dB per octave and a hit twice per second."""
    random = np.random.default_rng(7)
    frames = int(seconds * RATE) // BLOCK * BLOCK
    spectrum = np.fft.rfft(random.standard_normal((2, frames)))
    spectrum /= np.sqrt(np.maximum(np.arange(spectrum.shape[1]), 20.0))
    noise = np.fft.irfft(spectrum, frames)
    noise *= 0.12 / np.std(noise)
    noise[:, ::24_000] += 0.6
    return np.clip(noise, -0.99, 0.99).astype(np.float32)


def test_both_hosts_load_it_and_agree_on_parameters_and_latency() -> None:
    ours = host()
    theirs: Any = pedalboard.load_plugin(BUNDLE)
    assert theirs.name == "Balanced Master"
    assert ours.num_params == len(theirs.parameters) > 250
    silence = np.zeros((2, BLOCK), np.float32)
    theirs.process(silence, RATE, reset=True)
    assert ours.latency_samples == theirs.reported_latency_samples > 1000


def test_latency_is_where_an_impulse_comes_out() -> None:
    plugin = host()
    audio = np.zeros((2, 20 * BLOCK), np.float32)
    audio[:, 1000] = 0.25
    out = render(plugin, audio)
    assert int(np.argmax(np.abs(out[0]))) == 1000 + plugin.latency_samples


def test_text_goes_both_ways() -> None:
    plugin = host()
    set_text(plugin, "EQ 3 Frequency", "2.5k")
    index = plugin.find_param("EQ 3 Frequency")
    assert plugin.param_to_text(index, plugin.get_param(index)).startswith("2500")
    theirs: Any = pedalboard.load_plugin(BUNDLE)
    theirs.eq_3_gain_db = -3.0
    assert abs(float(theirs.eq_3_gain_db) + 3.0) < 0.01


def test_a_state_restores_what_is_heard() -> None:
    first, second = host(), host()
    for name, text in [("EQ 4 Gain", "-4.5"), ("Limiter Drive", "9"), ("Saturator Bypass", "off")]:
        set_text(first, name, text)
    audio = music(0.5)
    render(first, audio[:, :BLOCK])
    state = first.get_state()
    second.set_state(state)
    assert second.get_state() == state
    first, third = host(), host()
    first.set_state(state)
    third.set_state(state)
    np.testing.assert_array_equal(render(first, audio), render(third, audio))
    assert np.max(np.abs(render(host(), audio) - render(first, audio))) > 0.01


def values(plugin: Any) -> list[float]:
    return [round(float(plugin.get_param(index)), 6) for index in range(plugin.num_params)]


def test_a_state_saved_before_any_audio_is_the_new_one() -> None:
    """The framework drops what a host sets while no audio runs; the plugin keeps and saves it."""
    first, second = host(), host()
    changes = [("EQ 4 Gain", "-4.5"), ("Limiter Drive", "9"), ("Saturator Bypass", "off"), ("EQ 1 Slope", "48")]
    for name, text in changes:
        set_text(first, name, text)
    second.set_state(first.get_state())
    for name, text in changes:
        index = second.find_param(name)
        assert abs(second.get_param(index) - second.param_from_text(index, text)) < 1e-6, name


def test_a_bounce_holds_nothing_that_is_monitored() -> None:
    """The host says that it is offline after the plugin was activated; a project loads without monitoring."""
    audio = music(0.5)
    audio[1] *= 0.5
    plain, monitored = host(), host()
    for plugin in (plain, monitored):
        set_text(plugin, "Limiter Drive", "9")
    for name, text in [("Monitor", "side"), ("Listen", "difference"), ("Gain match", "on")]:
        set_text(monitored, name, text)
    heard = render(monitored, audio)
    state = monitored.get_state()
    for plugin in (plain, monitored):
        plugin.non_realtime = True
        plugin.reset()
    render(plain, audio)
    plain.reset()
    np.testing.assert_array_equal(render(monitored, audio), render(plain, audio))
    assert np.max(np.abs(heard - render(plain, audio))) > 0.01, "something else was heard before"
    loaded = host()
    loaded.set_state(state)
    for name, text in [("Monitor", "stereo"), ("Listen", "processed"), ("Gain match", "off")]:
        index = loaded.find_param(name)
        assert loaded.get_param(index) == loaded.param_from_text(index, text), name


def test_units_carry_no_space() -> None:
    theirs: Any = pedalboard.load_plugin(BUNDLE)
    units = {parameter.label or "" for parameter in theirs.parameters.values()}
    assert {"dB", "Hz", "ms"} <= units
    assert all(unit == unit.strip() for unit in units), units


def test_automation_glides_from_its_frame() -> None:
    plugin = host()
    index = plugin.find_param("Input Gain")
    down = plugin.param_from_text(index, "-12 dB")
    audio = np.full((2, 40 * BLOCK), 0.1, np.float32)
    at = 10 * BLOCK + 100
    out = render(plugin, audio, {10: [(100, index, down)]})[0]
    lag = plugin.latency_samples
    np.testing.assert_allclose(out[at + lag - 50 : at + lag], 0.1, rtol=1e-4)
    glide = out[at + lag : at + lag + 960]
    assert np.all(np.diff(glide) <= 1e-6)
    assert np.max(np.abs(np.diff(out[lag:]))) < 0.001, "a step where there should be a glide"
    np.testing.assert_allclose(out[at + lag + 1500 : at + lag + 1600], 0.1 * 10 ** (-12 / 20), rtol=1e-3)


TONE = [
    ("frequency_hz = 500.0, q = 1.0", "frequency_hz = 500.0, gain_db = -3.3, q = 1.0"),
    ("frequency_hz = 10000.0", "frequency_hz = 10000.0, gain_db = 2.1"),
    ('kind = "multiband"\nbypass = true', 'kind = "multiband"'),
]
TONE_TEXT = [("EQ 4 Gain", "-3.3 dB"), ("EQ 7 Gain", "2.1 dB"), ("Multiband Bypass", "off")]


@pytest.mark.skipif(not COMMAND, reason="BALANCED_COMMAND names no command")
@pytest.mark.parametrize(
    ("edits", "texts"),
    [
        (
            [*TONE, ('kind = "limiter"', 'kind = "limiter"\ndrive_db = 6.5')],
            [*TONE_TEXT, ("Limiter Drive", "6.5")],
        ),
        (
            [*TONE, ('kind = "saturator"\nbypass = true', 'kind = "saturator"')],
            [*TONE_TEXT, ("Saturator Bypass", "off")],
        ),
        (
            [
                *TONE,
                ('kind = "saturator"\nbypass = true', 'kind = "saturator"'),
                ('kind = "limiter"', 'kind = "limiter"\ndrive_db = 6.5'),
            ],
            [*TONE_TEXT, ("Saturator Bypass", "off"), ("Limiter Drive", "6.5")],
        ),
    ],
    ids=["limited", "saturated", "saturated and limited"],
)
def test_the_command_renders_the_same_samples(tmp_path: Path, edits: list[tuple[str, str]], texts: list[tuple[str, str]]) -> None:
    """Plugin with parameters set as text against the chain file: the difference stays below -120 dBFS."""
    chain = (Path(__file__).parents[1] / "src" / "fresh.toml").read_text()
    for before, after in edits:
        assert before in chain
        chain = chain.replace(before, after)
    (tmp_path / "chain.toml").write_text(chain)
    audio = music(4.0)
    # The command discards pre-ringing before the first sample, ahead of its limiter: begin from silence.
    audio[:, :4800] *= np.linspace(0.0, 1.0, 4800, dtype=np.float32)
    soundfile.write(tmp_path / "mix.wav", audio.T, RATE, subtype="FLOAT")
    command = [COMMAND, "master", "mix.wav", "-o", "out.wav", "--chain", "chain.toml", "--bits", "32f"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    expected, _ = soundfile.read(tmp_path / "out.wav", dtype="float64")

    plugin = host()
    for name, text in texts:
        set_text(plugin, name, text)
    # An offline render: a rebuilt chain is ready before its first block.
    plugin.non_realtime = True
    render(plugin, np.zeros((2, BLOCK), np.float32))
    plugin.reset()
    lag = plugin.latency_samples
    padded = np.concatenate([audio, np.zeros((2, -(-lag // BLOCK) * BLOCK), np.float32)], axis=1)
    out = render(plugin, padded)[:, lag : lag + audio.shape[1]].astype(np.float64)
    null_db = 20 * np.log10(np.max(np.abs(out.T - expected[: audio.shape[1]])) + 1e-12)
    assert null_db < -120, f"{null_db:.1f} dBFS"
    assert np.max(np.abs(out - audio)) > 0.05, "the chain does something"


def test_mono_and_bad_samples() -> None:
    theirs: Any = pedalboard.load_plugin(BUNDLE)
    bad = music(0.5)
    bad[0, 100], bad[1, 200], bad[0, 300] = np.nan, np.inf, 1e30
    assert np.all(np.isfinite(theirs.process(bad, RATE, reset=True)))
    assert np.all(np.isfinite(theirs.process(music(0.5), RATE, reset=True)))


def test_many_instances_and_rates() -> None:
    for rate in (44_100, 88_200, 96_000, 192_000):
        plugin = minihost.Plugin(BUNDLE, sample_rate=rate, max_block_size=BLOCK)
        assert np.all(np.isfinite(render(plugin, music(0.2))))
    plugins = [host() for _ in range(20)]
    audio = music(0.1)
    first = render(plugins[0], audio)
    assert all(np.array_equal(render(plugin, audio), first) for plugin in plugins[1:])
