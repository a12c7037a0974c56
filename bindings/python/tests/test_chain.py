"""Chains and processors on arrays and streams."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pytest
from conftest import RATE
from numpy.typing import NDArray

Audio = NDArray[np.float64]


def busy() -> bm.Chain:
    """A chain with latency, lists and choices."""
    return bm.Chain(
        [
            bm.Eq(bands=[bm.EqBand(kind="high_shelf", frequency_hz=6000.0, gain_db=3.0), {"gain_db": -2.0}]),
            bm.Compressor(threshold_db=-24.0, ratio=2.0),
            bm.Limiter(ceiling_dbtp=-1.0, drive_db=6.0, style="punchy"),
        ],
        name="busy",
    )


def test_every_processor_is_a_class_with_every_parameter() -> None:
    from balanced_mastering import _native

    assert set(_native.processor_kinds()) <= set(bm.PROCESSORS)
    for kind, processor in bm.PROCESSORS.items():
        assert getattr(bm, processor.__name__) is processor and processor.kind == kind
    for kind in _native.processor_kinds():
        processor = bm.PROCESSORS[kind]
        fields = {row.id.split("[")[0].split(".")[0] for row in processor.parameter_table()}
        assert fields <= set(processor._fields), kind
        defaults = processor()
        for row in processor.parameter_table():
            if row.scale in ("linear", "logarithmic", "integer") and "[" not in row.id and "." not in row.id:
                assert getattr(defaults, row.id) == row.default, (kind, row)
                assert row.description and row.id in (processor.__doc__ or ""), (kind, row)
                with pytest.raises(bm.SettingsError, match=row.id):
                    processor(**{row.id: row.max + 1})


def test_every_processor_works(music: Audio) -> None:
    from balanced_mastering import _native

    for kind in _native.processor_kinds():
        made = bm.PROCESSORS[kind]()
        out = made(music, RATE)
        assert out.shape == music.shape and out.dtype == music.dtype and np.isfinite(out).all()
        assert np.array_equal(bm.Chain([made])(music, RATE), out)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_shapes_and_types_come_back(music: Audio, dtype: str) -> None:
    audio, chain = music.astype(dtype), busy()
    expected = chain(audio, RATE)
    before = audio.copy()
    turned = chain(np.ascontiguousarray(audio.T), RATE, channel_axis=1)
    assert expected.dtype == audio.dtype and expected.shape == audio.shape
    assert turned.shape == audio.T.shape and np.array_equal(turned.T, expected)
    assert np.array_equal(audio, before), "the input is not changed"
    mono = bm.Gain(gain_db=6.0)(audio[0], RATE)
    assert mono.shape == audio[0].shape and np.allclose(mono, audio[0] * 10**0.3, rtol=1e-6)


def test_streaming_is_rendering_later(music: Audio) -> None:
    chain = busy()
    whole = chain(music, RATE)
    latency = chain.latency_frames(RATE)
    assert latency > 0
    chain.reset()
    for size in (1000, 44_100, 7):
        blocks = [music[:, at : at + size] for at in range(0, 30_000, size)]
        out = [chain.process(block, RATE, reset=False) for block in blocks]
        frames = sum(block.shape[1] for block in blocks)
        assert [part.shape for part in out] == [block.shape for block in blocks]
        streamed = np.concatenate([*out, chain.flush()], axis=1)
        assert streamed.shape[1] == frames + latency
        assert np.array_equal(streamed[:, latency:30_000], whole[:, : 30_000 - latency])
    assert len(chain.gain_reductions_db) == 3


def test_settings_are_attributes_that_glide(music: Audio) -> None:
    gain = bm.Gain(gain_db=0.0)
    gain.process(music, RATE, reset=False)
    gain.gain_db = -20.0
    out = gain.process(music, RATE, reset=False)
    start, end = np.abs(out[:, 0] / music[:, 0]), np.abs(out[:, -1] / music[:, -1])
    assert (start > 0.9).all() and np.allclose(end, 0.1)
    with pytest.raises(bm.SettingsError, match="gain_db"):
        gain.gain_db = 1000.0
    assert gain.gain_db == -20.0
    with pytest.raises(AttributeError, match="gain_db"):
        gain.gain = 1.0
    eq = bm.Eq()
    eq.bands = [bm.EqBand(gain_db=6.0)]
    eq.bands.append(bm.EqBand(gain_db=-6.0))
    assert np.allclose(eq(music, RATE), music, atol=1e-9)


def test_chains_are_lists() -> None:
    chain = busy()
    chain.append(bm.Dither(bits=16))
    chain.insert(0, {"kind": "gain", "gain_db": -3.0})
    assert [step.kind for step in chain] == ["gain", "eq", "compressor", "limiter", "dither"]
    del chain[0]
    assert len(chain[1:3]) == 2 and isinstance(chain[1:], bm.Chain)
    assert isinstance(chain[0], bm.Eq) and chain[0].bands[1].gain_db == -2.0
    with pytest.raises(bm.SettingsError, match="not a processor"):
        chain.append("eq")  # type: ignore[arg-type]


def test_chains_are_saved_and_read(tmp_path: Path) -> None:
    chain = busy()
    for name in ("chain.toml", "chain.json"):
        chain.save(tmp_path / name)
        assert bm.Chain.load(tmp_path / name) == chain
    for copy in (
        pickle.loads(pickle.dumps(chain)),
        bm.Chain.from_dict(chain.to_dict()),
        bm.Chain.from_json(chain.to_json()),
    ):
        assert copy == chain and copy.name == "busy"
    assert pickle.loads(pickle.dumps(chain[0])) == chain[0]
    assert eval(repr(chain), vars(bm)) == chain
    with pytest.raises(bm.SettingsError, match=r"steps\[0\].*ratio"):
        bm.Chain.from_toml("[[steps]]\nkind = 'compressor'\nratio = 0.1\n")
    with pytest.raises(bm.SettingsError, match="there are gain"):
        bm.Chain([{"kind": "reverb"}])
    with pytest.raises(bm.SettingsError, match=r"none\.toml"):
        bm.Chain.load(tmp_path / "none.toml")


def test_presets(music: Audio) -> None:
    for name, purpose in bm.Chain.presets().items():
        assert len(bm.Chain.preset(name)) > 0 and purpose
        assert bm.Chain.load(f"preset:{name}") == bm.Chain.preset(name)
        assert bm.Chain.preset_target(name).name in bm.targets()
    with pytest.raises(bm.SettingsError, match="warm"):
        bm.Chain.preset("wram")


def test_audio_that_cannot_be_processed(music: Audio) -> None:
    with pytest.raises(bm.SettingsError, match="8000"):
        busy()(music, 4000)
    with pytest.raises(bm.SettingsError, match="stream"):
        bm.Gain().flush()
    empty: Any = np.zeros((2, 0))
    assert busy()(empty, RATE).shape == (2, 0)


def test_the_values_of_a_plugin_are_its_settings_and_not_the_table() -> None:
    effect = bm.Clap(path="effect.clap", parameters={"Gain": 0.5})
    assert effect.parameters == {"Gain": 0.5} and effect.to_dict()["parameters"] == {"Gain": 0.5}
    assert [row.id for row in bm.Gain.parameter_table()] == ["gain_db"]
