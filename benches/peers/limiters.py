"""Compares the distortion of this limiter with peers, at 6 dB of gain reduction and on music at equal loudness.

Ours is the built command (`cargo build --release`); peers are taken where they are found: pedalboard and matchering
(PyPI), ffmpeg's alimiter, and the LADSPA plugins of swh-plugins, zam-plugins and lsp-plugins through ffmpeg
(LADSPA_PATH). Needs numpy, scipy and soundfile.

    python3 benches/peers/limiters.py target/release/balanced fixtures/demo.flac [part of a name]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.signal import resample_poly

Audio = npt.NDArray[np.float64]
Limiter = Callable[[Audio, int, float], Audio]

CEILING_DB = -1.0
REDUCTION_DB = 6.0
RATE_HZ = 48_000
#: Loudness at which music is compared.
LOUDNESS_LUFS = -10.0
LOG = np.geomspace(45.0, 15_000.0, 10).round()
TONES: dict[str, list[tuple[float, float]]] = {
    "1 kHz": [(1000, 1)],
    "60 Hz": [(60, 1)],
    "60 Hz + 7 kHz": [(60, 4), (7000, 1)],
    "19 + 20 kHz": [(19_000, 1), (20_000, 1)],
    "ten tones": [(float(hz), 1) for hz in LOG],
}


def gain(level_db: float) -> float:
    """Converts decibels to linear gain."""
    return float(10 ** (level_db / 20))


def true_peak_db(audio: Audio) -> float:
    """Measures the true peak with 16x oversampling."""
    peaks = [np.abs(resample_poly(channel, 16, 1, window=("kaiser", 12.0))).max() for channel in audio.T]
    return float(20 * np.log10(max(peaks)))


def ours(balanced: str, style: str) -> Limiter:
    """Runs the command with a chain of one limiter."""

    def run(audio: Audio, rate_hz: int, drive_db: float) -> Audio:
        with tempfile.TemporaryDirectory() as folder:
            source, chain, out = (Path(folder) / name for name in ("in.wav", "chain.toml", "out.wav"))
            soundfile.write(source, audio, rate_hz, subtype="DOUBLE")
            chain.write_text(
                f'version = 1\n[[steps]]\nkind = "limiter"\nstyle = "{style}"\n'
                f"ceiling_dbtp = {CEILING_DB}\ndrive_db = {drive_db}\n"
            )
            command = [balanced, "master", str(source), "-o", str(out), "--chain", str(chain), "--bits", "64f"]
            subprocess.run(command, check=True, capture_output=True)
            return soundfile.read(out, always_2d=True)[0]

    return run


def through_ffmpeg(filters: str) -> Limiter:
    """Runs an ffmpeg filter graph; `{ceiling}` and `{drive}` are linear values, `{drive_db}` and `{ceiling_db}` levels."""

    def run(audio: Audio, rate_hz: int, drive_db: float) -> Audio:
        graph = filters.format(
            ceiling=gain(CEILING_DB), drive=gain(drive_db), drive_db=drive_db, ceiling_db=CEILING_DB
        )
        with tempfile.TemporaryDirectory() as folder:
            source, out = Path(folder) / "in.wav", Path(folder) / "out.wav"
            soundfile.write(source, audio, rate_hz, subtype="DOUBLE")
            command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(source), "-af", graph]
            subprocess.run([*command, "-c:a", "pcm_f64le", str(out)], check=True, capture_output=True)
            return soundfile.read(out, always_2d=True)[0]

    return run


def pedalboard(audio: Audio, rate_hz: int, drive_db: float) -> Audio:
    """Runs JUCE's limiter."""
    import pedalboard as pb

    board = pb.Pedalboard([pb.Gain(drive_db), pb.Limiter(threshold_db=CEILING_DB, release_ms=100.0)])
    return np.asarray(board(audio.T.astype(np.float32), rate_hz), dtype=np.float64).T


def matchering(audio: Audio, rate_hz: int, drive_db: float) -> Audio:
    """Runs Matchering's limiter at the rate and ceiling of the test."""
    from matchering import Config
    from matchering.limiter import limit

    config = Config(internal_sample_rate=rate_hz, threshold=gain(CEILING_DB))
    return np.asarray(limit(audio * gain(drive_db), config), dtype=np.float64)


def limiters(balanced: str) -> dict[str, Limiter]:
    """Returns the installed limiters."""
    alimiter = "volume={drive},alimiter=limit={ceiling}:level=0:attack=5:release=100"
    return {
        "Balanced, transparent": ours(balanced, "transparent"),
        "Balanced, punchy": ours(balanced, "punchy"),
        "Balanced, loud": ours(balanced, "loud"),
        "pedalboard 0.9.26 (JUCE)": pedalboard,
        "matchering 2.0.6": matchering,
        "ffmpeg alimiter": through_ffmpeg(alimiter),
        "ffmpeg alimiter at 192 kHz": through_ffmpeg(
            f"aresample={4 * RATE_HZ},{alimiter},aresample={RATE_HZ}"
        ),
        "swh fast lookahead": through_ffmpeg(
            "ladspa=file=fast_lookahead_limiter_1913:plugin=fastLookaheadLimiter"
            ":controls=c0={drive_db}|c1={ceiling_db}|c2=0.1"
        ),
        "LSP limiter 1.2.5 (Herm thin)": through_ffmpeg(
            "ladspa=file=lsp-plugins-ladspa-1.2.5:plugin=http\\\\://lsp-plug.in/plugins/ladspa/limiter_stereo"
            ":controls=c1={drive}|c4=0|c8={ceiling}|c10=0|c14=6"
        ),
        "zam ZaMaximX2": through_ffmpeg(
            "volume={drive},ladspa=file=ZaMaximX2-ladspa:plugin=ZaMaximX2:controls=c0=100|c1={ceiling_db}|c2={ceiling_db}"
        ),
    }


def tones(parts: list[tuple[float, float]], seconds: int) -> Audio:
    """Returns a stereo sum of tones whose true peak exceeds the ceiling by the gain reduction."""
    random = np.random.default_rng(11)
    time = np.arange(seconds * RATE_HZ) / RATE_HZ
    wave = sum(level * np.sin(2 * np.pi * hz * time + random.uniform(0, 2 * np.pi)) for hz, level in parts)
    stereo = np.stack([wave, wave], axis=1)
    return stereo * gain(CEILING_DB + REDUCTION_DB - true_peak_db(stereo[:RATE_HZ]))


def residual_db(audio: Audio, parts: list[tuple[float, float]]) -> float:
    """Measures distortion: energy outside the tones over the total, within the last second but one (tones are whole hertz)."""
    second = audio[-2 * RATE_HZ : -RATE_HZ, 0]
    time = np.arange(RATE_HZ) / RATE_HZ
    basis = np.stack([f(2 * np.pi * hz * time) for hz, _ in parts for f in (np.sin, np.cos)])
    rest = second - (2 / RATE_HZ) * (basis @ second) @ basis
    return float(10 * np.log10(np.sum(rest**2) / np.sum(second**2) + 1e-30))


def loudness_lufs(balanced: str, audio: Audio, rate_hz: int) -> float:
    """Measures integrated loudness."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.wav"
        soundfile.write(path, audio, rate_hz, subtype="DOUBLE")
        command = [balanced, "analyze", str(path), "--json", "--only", "loudness"]
        text = subprocess.run(command, check=True, capture_output=True).stdout
    return float(json.loads(text)["loudness"]["integrated_lufs"])


def change_db(source: Audio, limited: Audio) -> float:
    """Measures the residual after the best gain of every 20 ms, in dB relative to the signal."""
    size = RATE_HZ // 50
    count = min(len(source), len(limited)) // size
    x = source[: count * size, 0].reshape(count, size)
    y = limited[: count * size, 0].reshape(count, size)
    best = np.sum(x * y, axis=1) / (np.sum(x * x, axis=1) + 1e-20)
    rest = y - best[:, None] * x
    return float(10 * np.log10(np.sum(rest**2) / np.sum(y**2)))


def aligned(source: Audio, limited: Audio) -> Audio:
    """Removes the peer's latency, found by correlation because not all report it."""
    frames = min(len(source), len(limited), 1 << 18)
    spectrum = np.fft.rfft(limited[:frames, 0], 2 * frames) * np.conj(np.fft.rfft(source[:frames, 0], 2 * frames))
    lag = int(np.argmax(np.fft.irfft(spectrum)[: frames // 4]))
    return limited[lag:]


def music_row(balanced: str, limiter: Limiter, source: Audio, rate_hz: int) -> str:
    """Drives the limiter to the comparison loudness by bisection, then measures."""
    low, high = 0.0, 30.0
    for _ in range(8):
        drive_db = 0.5 * (low + high)
        limited = limiter(source, rate_hz, drive_db)
        if loudness_lufs(balanced, limited, rate_hz) < LOUDNESS_LUFS:
            low = drive_db
        else:
            high = drive_db
    over_db = true_peak_db(limited) - CEILING_DB
    return f"{drive_db:.1f} dB | {over_db:+.2f} dB | {change_db(source, aligned(source, limited)):.1f} dB"


def main() -> None:
    """Prints the tables as Markdown."""
    balanced, demo = sys.argv[1:3]
    os.environ.setdefault("LADSPA_PATH", "/usr/lib/ladspa")
    print("| limiter | " + " | ".join(TONES) + " | highest peak over the ceiling |\n|" + "---|" * (len(TONES) + 2))
    signals = {name: tones(parts, 6) for name, parts in TONES.items()}
    found = {}
    only = sys.argv[3] if len(sys.argv) > 3 else ""
    for name, limiter in limiters(balanced).items():
        if only not in name:
            continue
        try:
            outputs = {key: limiter(signal, RATE_HZ, 0.0) for key, signal in signals.items()}
        except (ImportError, subprocess.CalledProcessError) as error:
            print(f"{name}: absent ({error})", file=sys.stderr)
            continue
        found[name] = limiter
        cells = [f"{residual_db(outputs[key], parts):.1f}" for key, parts in TONES.items()]
        over_db = max(true_peak_db(output[RATE_HZ:-RATE_HZ]) for output in outputs.values()) - CEILING_DB
        print(f"| {name} | " + " | ".join(cells) + f" | {over_db:+.2f} dB |", flush=True)
    source, rate_hz = soundfile.read(demo, always_2d=True)
    print(f"\n| limiter, demo at {LOUDNESS_LUFS:g} LUFS | drive | over the ceiling | change |\n|---|---|---|---|")
    for name, limiter in found.items():
        print(f"| {name} | {music_row(balanced, limiter, source, rate_hz)} |", flush=True)


if __name__ == "__main__":
    main()
