"""Compares reference matching with matchering (PyPI, 2.0.6): how near the master's balance is to that of the reference.

Six pairs of 30 s are cut from the music of free games (Debian packages, unpacked by `dpkg -x` into FOLDER/PACKAGE). In two, the
reference is the mix itself with a known equaliser, width and level; in four, it is another song. Distance is the rms difference
of third octaves from 40 Hz to 16 kHz at equal level, of mid and of the power mean of left and right. Needs numpy, scipy,
soundfile and ffmpeg (which measures loudness); matchering is left out where it is not installed.

    python3 benches/peers/matching.py target/release/balanced FOLDER [--keep FOLDER] [part of a name]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.ndimage import minimum_filter1d
from scipy.signal import firwin, resample_poly, sosfilt, welch

Audio = npt.NDArray[np.float64]
Levels = npt.NDArray[np.float64]

RATE_HZ = 44_100
LENGTH_S = 30
CEILING_DBTP = -1.0
BANDS_HZ = 1000.0 * 10.0 ** (0.1 * np.arange(-14, 13))


@dataclass(frozen=True)
class Clip:
    """A stretch of a file, by the package that holds it."""

    package: str
    file: str
    start_s: float


@dataclass(frozen=True)
class Pair:
    """A mix, and a reference: another song, or the mix with a known change (bells: centre, gain in dB, quality)."""

    name: str
    mix: Clip
    reference: Clip | None = None
    bells: tuple[tuple[float, float, float], ...] = ()
    side_db: float = 0.0
    lufs: float = -11.0


TUX, NAEV = "supertuxkart-data", "naev-data"
PAIRS = [
    Pair(
        "known: dark",
        Clip(TUX, "cocoa_river.ogg", 20.0),
        bells=((90, 4.0, 0.8), (450, -3.0, 1.0), (3000, -4.0, 0.9), (9000, -3.5, 0.7)),
        side_db=-3.0,
        lufs=-12.0,
    ),
    Pair(
        "known: bright",
        Clip(NAEV, "combat3.ogg", 20.0),
        bells=((70, -4.0, 0.8), (250, 2.5, 1.2), (2000, 3.0, 1.0), (8000, 5.0, 0.8)),
        side_db=3.0,
        lufs=-11.0,
    ),
    Pair("kart by kart", Clip(TUX, "egypt.ogg", 15.0), Clip(TUX, "snowmountain.ogg", 30.0)),
    Pair("orchestra by chip", Clip("widelands-data", "ingame_05.ogg", 20.0), Clip("supertux-data", "voc-daytime.ogg", 20.0)),
    Pair("space by metal", Clip(NAEV, "galacticbattle.ogg", 30.0), Clip("marsshooter-data", "03_fear.ogg", 30.0)),
    Pair("dance by forest", Clip("redeclipse-data", "track_05.ogg", 40.0), Clip("supertux-data", "forest3.ogg", 20.0)),
]


def find(folder: Path, clip: Clip) -> Path:
    """Finds the file of a clip."""
    files = sorted((folder / clip.package).rglob(clip.file))
    if not files:
        sys.exit(f"{folder / clip.package} has no {clip.file}; unpack the Debian package there")
    return files[0]


def cut(folder: Path, clip: Clip) -> Audio:
    """Reads a clip in stereo at the common rate."""
    path = find(folder, clip)
    info = soundfile.info(path)
    start = int(clip.start_s * info.samplerate)
    audio, rate = soundfile.read(path, start=start, frames=LENGTH_S * info.samplerate, always_2d=True)
    audio = audio[:, :2] if audio.shape[1] > 1 else np.repeat(audio, 2, axis=1)
    return resample_poly(audio, RATE_HZ, rate, axis=0) if rate != RATE_HZ else audio


def bell(frequency_hz: float, gain_db: float, q: float) -> Audio:
    """Designs a bell (bilinear transform of the analogue prototype)."""
    a, w = 10 ** (gain_db / 40), 2 * np.pi * frequency_hz / RATE_HZ
    alpha = np.sin(w) / (2 * q)
    b0, b2, a0, a2 = 1 + alpha * a, 1 - alpha * a, 1 + alpha / a, 1 - alpha / a
    return np.array([[b0, -2 * np.cos(w), b2, a0, -2 * np.cos(w), a2]]) / a0


def lufs(path: Path) -> float:
    """Measures integrated loudness with ffmpeg."""
    args = ["ffmpeg", "-nostdin", "-hide_banner", "-i", str(path), "-af", "ebur128", "-f", "null", "-"]
    text = subprocess.run(args, capture_output=True, text=True, check=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", text)[-1])


def limited(audio: Audio) -> Audio:
    """Holds peaks under -0.3 dBFS: gain of 5 ms, the same for both channels."""
    frames = int(0.005 * RATE_HZ) | 1
    peak = np.abs(audio).max(axis=1)
    gain = minimum_filter1d(np.minimum(1.0, 10 ** (-0.3 / 20) / np.maximum(peak, 1e-9)), frames)
    window = np.hanning(frames + 2)[1:-1]
    return audio * np.convolve(np.pad(gain, frames // 2, mode="edge"), window / window.sum(), "valid")[:, None]


def known(mix: Audio, pair: Pair, path: Path) -> Audio:
    """Makes a reference of a known difference."""
    middle, side = 0.5 * (mix[:, 0] + mix[:, 1]), 0.5 * (mix[:, 0] - mix[:, 1])
    side = side * 10 ** (pair.side_db / 20)
    audio = np.stack([middle + side, middle - side], axis=1)
    for settings in pair.bells:
        audio = sosfilt(bell(*settings), audio, axis=0)
    for _ in range(3):
        soundfile.write(path, limited(audio), RATE_HZ, subtype="PCM_24")
        audio = audio * 10 ** ((pair.lufs - lufs(path)) / 20)
    return limited(audio)


def prepare(pair: Pair, source: Path, folder: Path) -> tuple[Path, Path]:
    """Writes the mix and the reference of a pair."""
    name = re.sub(r"\W+", "-", pair.name)
    paths = folder / f"{name}-mix.wav", folder / f"{name}-reference.wav"
    mix = cut(source, pair.mix)
    mix *= 0.5 / np.abs(mix).max()
    soundfile.write(paths[0], mix, RATE_HZ, subtype="PCM_24")
    reference = cut(source, pair.reference) if pair.reference else known(mix, pair, paths[1])
    soundfile.write(paths[1], reference, RATE_HZ, subtype="PCM_24")
    return paths


def thirds_db(samples: Audio) -> Levels:
    """Measures the level of third octaves."""
    hz, density = welch(samples, RATE_HZ, nperseg=16_384)
    total = np.concatenate([[0.0], np.cumsum(density)])
    edges_hz = np.append(BANDS_HZ / 10**0.05, BANDS_HZ[-1] * 10**0.05)
    power = np.diff(np.interp(edges_hz, np.append(hz, hz[-1] + hz[1]) - hz[1] / 2, total))
    return np.asarray(10 * np.log10(np.maximum(power, 1e-20)))


def balance(audio: Audio) -> tuple[Levels, Levels, float]:
    """Measures the third octaves of mid and of the mean of left and right, and side over mid."""
    middle, side = audio.mean(axis=1), 0.5 * (audio[:, 0] - audio[:, 1])
    both = 10 * np.log10(0.5 * (10 ** (thirds_db(audio[:, 0]) / 10) + 10 ** (thirds_db(audio[:, 1]) / 10)))
    ratio_db = 10 * np.log10(max(np.mean(side**2), 1e-20) / max(np.mean(middle**2), 1e-20))
    return thirds_db(middle), both, float(ratio_db)


def distance_db(levels: Levels, reference: Levels) -> float:
    """Measures the rms difference at equal level."""
    difference = levels - reference
    return float(np.sqrt(np.mean((difference - difference.mean()) ** 2)))


def true_peak_dbtp(audio: Audio) -> float:
    """Measures the true peak with 16x oversampling by a long filter."""
    window = firwin(2 * 64 * 16 + 1, 1 / 16, window=("kaiser", 9.0))
    peaks = [np.abs(resample_poly(channel, 16, 1, window=window)).max() for channel in audio.T]
    return float(20 * np.log10(max(peaks)))


def timed(args: list[str]) -> tuple[float, float, str]:
    """Runs a process; returns CPU seconds, peak MiB and its output."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(args, stdout=out)
        peak_mib, status = 0.0, None
        while status is None:
            try:
                text = Path(f"/proc/{process.pid}/status").read_text()
                peak_mib = max([peak_mib, *(int(kib) / 1024 for kib in re.findall(r"VmHWM:\s+(\d+)", text))])
            except OSError:
                pass
            pid, code, usage = os.wait4(process.pid, os.WNOHANG)
            status = code if pid else None
            time.sleep(0.002)
        if status:
            sys.exit(f"{' '.join(args)} failed")
        out.seek(0)
        return usage.ru_utime + usage.ru_stime, peak_mib, out.read()


def ours(balanced: str, mix: Path, reference: Path, out: Path) -> str:
    """Masters with the command; returns a remark on time and memory."""
    args = [balanced, "master", str(mix), "-o", str(out), "--reference", str(reference), "--json"]
    cpu_s, peak_mib, text = timed([*args, "--ceiling", str(CEILING_DBTP)])
    result = json.loads(text)
    reached = "" if result["feasible"] else f"; {result['reason']}"
    return f"{cpu_s:.2f} CPU s, {peak_mib:.0f} MiB{reached}"


def theirs(mix: Path, reference: Path, out: Path) -> str | None:
    """Masters with matchering; `None` where it is not installed."""
    try:
        import matchering
    except ImportError:
        return None
    started_s = time.process_time()
    matchering.process(str(mix), str(reference), [matchering.pcm24(str(out))])
    return f"{time.process_time() - started_s:.2f} CPU s"


def show(name: str, path: Path, reference: Path, remark: str) -> float:
    """Prints a row; returns the distance of mid."""
    audio, wanted = soundfile.read(path)[0], soundfile.read(reference)[0]
    (mid, both, ratio_db), (mid_wanted, both_wanted, ratio_wanted_db) = balance(audio), balance(wanted)
    distances = distance_db(mid, mid_wanted), distance_db(both, both_wanted)
    tone = f"mid {distances[0]:5.2f} dB, left and right {distances[1]:5.2f} dB, side/mid {ratio_db - ratio_wanted_db:+6.2f} dB"
    level = f"loudness {lufs(path) - lufs(reference):+5.1f} LU, {true_peak_dbtp(audio):+6.2f} dBTP"
    print(f"  {name:<11} {tone}, {level}  {remark}", flush=True)
    return distances[0]


def main() -> None:
    """Runs every pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("balanced")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("name", nargs="?", default="")
    args = parser.parse_args()
    nearer, compared = 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for pair in (pair for pair in PAIRS if args.name in pair.name):
            mix, reference = prepare(pair, args.folder, folder)
            print(pair.name)
            show("mix", mix, reference, "")
            out = mix.with_name(mix.name.replace("-mix", "-ours"))
            distance = show("balanced", out, reference, ours(args.balanced, mix, reference, out))
            out = mix.with_name(mix.name.replace("-mix", "-matchering"))
            if (remark := theirs(mix, reference, out)) is not None:
                compared += 1
                nearer += distance < show("matchering", out, reference, remark)
    print(f"nearer than matchering in {nearer} of {compared}")


if __name__ == "__main__":
    main()
