"""Puts graded faults into clean music and asks the assistant what is wrong: which finding comes first, and what the master makes of it.

    pip install numpy scipy soundfile
    python tools/fault-trials/trials.py target/release/balanced CLIP.wav... [--only hum,hiss] [--json rows.json] [--jobs 2]

Clips are clean stereo music of 45 s or more; 30 s from the tenth second on are set to -18 LUFS. Each of 24 faults is given in two grades,
audible and gross. A fault is right where the first finding above `info` is one of its own. Distance is the rms difference of third
octaves (40 Hz to 16 kHz, level apart, power mean of both channels) to the clean clip, of the faulty clip and of its master.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.signal import butter, fftconvolve, lfilter, sosfilt, sosfiltfilt, welch

Audio = npt.NDArray[np.float64]
START_S, LENGTH_S, LOUDNESS_LUFS = 10, 30, -18.0
GRADES = ("audible", "gross")
BANDS_HZ = 1000.0 * 10.0 ** (0.1 * np.arange(-14, 13))
TONAL = ("muddy", "harsh", "dull", "bright", "boomy", "thin", "nasal")
WORSE_DB = 0.1


def db(value: float) -> float:
    """Amplitude of a level."""
    return float(10 ** (value / 20))


def equalised(audio: Audio, rate: int, kind: str, hz: float, gain_db: float, quality: float) -> Audio:
    """One band of the Audio EQ Cookbook (R. Bristow-Johnson)."""
    a, w = 10 ** (gain_db / 40), 2 * np.pi * hz / rate
    cosine, alpha = np.cos(w), np.sin(w) / (2 * quality)
    if kind == "bell":
        b = [1 + alpha * a, -2 * cosine, 1 - alpha * a]
        c = [1 + alpha / a, -2 * cosine, 1 - alpha / a]
    else:
        sign, root = (1 if kind == "high" else -1), 2 * np.sqrt(a) * alpha
        b = [a * (a + 1 + sign * (a - 1) * cosine + root), -2 * sign * a * (a - 1 + sign * (a + 1) * cosine)]
        b += [a * (a + 1 + sign * (a - 1) * cosine - root)]
        c = [a + 1 - sign * (a - 1) * cosine + root, 2 * sign * (a - 1 - sign * (a + 1) * cosine)]
        c += [a + 1 - sign * (a - 1) * cosine - root]
    return np.asarray(lfilter(np.array(b) / c[0], np.array(c) / c[0], audio, axis=0))


def sides(audio: Audio, gain: float) -> Audio:
    mid, side = audio.mean(1), gain * (audio[:, 0] - audio[:, 1]) / 2
    return np.stack([mid + side, mid - side], 1)


def tones(count: int, rate: int, parts: dict[float, float]) -> Audio:
    time = np.arange(count) / rate
    return np.sum([level * np.sin(2 * np.pi * hz * time) for hz, level in parts.items()], axis=0)[:, None]


def rms(audio: Audio) -> float:
    return float(np.sqrt((audio**2).mean()))


def bursts(audio: Audio, rate: int, gain_db: float, rng: np.random.Generator) -> Audio:
    """Noise of 6 to 9 kHz that swells for a tenth of a second at uneven distances, as consonants do."""
    band = butter(4, [6000, 9000], "band", fs=rate, output="sos")
    noise = sosfilt(band, rng.standard_normal(len(audio)))
    envelope, at_s = np.zeros(len(audio)), 0.3
    while at_s < len(audio) / rate - 0.5:
        start, length = int(at_s * rate), int(rng.uniform(0.06, 0.14) * rate)
        envelope[start : start + length] = np.hanning(length)
        at_s += rng.uniform(0.25, 0.6)
    usual = max(rms(sosfilt(band, audio.mean(1))), db(-30) * rms(audio.mean(1)))
    return audio + (noise / rms(noise) * envelope * usual * db(gain_db))[:, None]


def clicked(audio: Audio, count: int, rng: np.random.Generator) -> Audio:
    out, height = audio.copy(), 0.6 * np.abs(audio).max()
    for at in rng.integers(len(audio) // 20, len(audio) * 19 // 20, count):
        out[at : at + 2, rng.integers(0, 2)] += rng.choice([-1, 1]) * height
    return out


def squeezed(audio: Audio, rate: int, drive_db: float) -> Audio:
    """A fast compressor of 8:1, then a hard cut of the highest peaks."""
    driven, block = audio * db(drive_db), 32
    peaks = np.abs(np.pad(driven, ((0, -len(driven) % block), (0, 0)))).max(1).reshape(-1, block).max(1)
    envelope, level = np.empty_like(peaks), 0.0
    for index, peak in enumerate(peaks):
        share = np.exp(-block / ((0.001 if peak > level else 0.08) * rate))
        level = share * level + (1 - share) * peak
        envelope[index] = level
    gain_db = -(1 - 1 / 8) * np.maximum(20 * np.log10(envelope + 1e-9) + 24, 0)
    at = np.arange(len(peaks)) * block + block / 2
    out = driven * 10 ** (np.interp(np.arange(len(driven)), at, gain_db) / 20)[:, None]
    cut = np.quantile(np.abs(out), 0.998)
    return np.clip(out, -cut, cut) * (0.97 / cut)


def jumping(audio: Audio, rate: int, drop_db: float) -> Audio:
    """Every other eight seconds softer."""
    seconds = np.arange(len(audio)) / rate
    gain = np.where((seconds // 8) % 2 == 0, db(drop_db), 1.0)
    glide = np.hanning(rate // 2)
    return audio * fftconvolve(np.pad(gain, rate // 4, "edge"), glide / glide.sum(), "same")[rate // 4 : -(rate // 4)][:, None]


def opposed(audio: Audio, rate: int, hz: float) -> Audio:
    bass = sosfiltfilt(butter(4, hz, fs=rate, output="sos"), audio, axis=0)
    mono = bass.mean(1)
    return np.asarray(audio - bass + np.stack([mono, -mono], 1))


def introduced(audio: Audio, rate: int, level_db: float, rng: np.random.Generator) -> Audio:
    """Three seconds of noise and hum before the music."""
    noise = 0.7 * rng.standard_normal((3 * rate, 2)) + 0.5 * tones(3 * rate, rate, {50: 1.0, 150: 0.5})
    return np.concatenate([db(level_db) * noise, audio])


def rumbling(audio: Audio, rate: int, gain_db: float, rng: np.random.Generator) -> Audio:
    noise = sosfilt(butter(2, [14, 24], "band", fs=rate, output="sos"), rng.standard_normal(len(audio)))
    return audio + (noise / rms(noise) * rms(audio) * db(gain_db))[:, None]


HUM = {50.0: 1.0, 100.0: 0.6, 150.0: 0.5, 250.0: 0.3}
Make = Callable[[Audio, int, int, np.random.Generator], Audio]
# Accepted findings, and the faulty clip by audio, rate, grade (1 or 2) and source of chance.
FAULTS: dict[str, tuple[set[str], Make]] = {
    "muddy": ({"mud"}, lambda x, fs, g, _: equalised(x, fs, "bell", 250, 6 * g, 0.8)),
    "harsh": ({"harshness"}, lambda x, fs, g, _: equalised(x, fs, "bell", 3500, 6 * g, 1)),
    "nasal": ({"honk"}, lambda x, fs, g, _: equalised(x, fs, "bell", 1000, 6 * g, 1)),
    "dull": ({"dullness"}, lambda x, fs, g, _: equalised(x, fs, "high", 6000, -6 * g, 0.7)),
    "bright": ({"brightness"}, lambda x, fs, g, _: equalised(x, fs, "high", 7000, 6 * g, 0.7)),
    "boomy": ({"heavy_bass"}, lambda x, fs, g, _: equalised(x, fs, "bell", 60, 8 * g, 1)),
    "thin": ({"thin", "light_bass"}, lambda x, fs, g, _: equalised(x, fs, "low", 150, -6 * g, 0.7)),
    "resonance": ({"resonance"}, lambda x, fs, g, _: equalised(x, fs, "bell", 820, 5 * (g + 1), 12)),
    "sibilant": ({"sibilance"}, lambda x, fs, g, rng: bursts(x, fs, 8 + 6 * g, rng)),
    "rumble": ({"sub_rumble"}, lambda x, fs, g, rng: rumbling(x, fs, 8 * g - 16, rng)),
    "hum": ({"hum"}, lambda x, fs, g, _: x + rms(x) * db(8 * g - 34) * tones(len(x), fs, HUM)),
    "hiss": ({"noise_floor"}, lambda x, fs, g, rng: x + rms(x) * db(10 * g - 42) * rng.standard_normal(x.shape)),
    "noisy intro": ({"noisy_intro", "noise_floor", "hum"}, lambda x, fs, g, rng: introduced(x, fs, 10 * g - 55, rng)),
    "narrow": ({"narrow", "mono_as_stereo"}, lambda x, fs, g, _: sides(x, 0.2 * (2 - g))),
    "wide": ({"too_wide", "mono_loss", "out_of_phase"}, lambda x, fs, g, _: sides(x, 2.0 * g)),
    "opposed bass": (
        {"antiphase_bass", "wide_bass", "out_of_phase", "mono_loss"},
        lambda x, fs, g, _: opposed(x, fs, (120, 250)[g - 1]),
    ),
    "inverted": ({"phase_inversion", "out_of_phase"}, lambda x, fs, g, _: x * np.array([1, -0.5 * g])),
    "one low": ({"imbalance", "channel_imbalance"}, lambda x, fs, g, _: x * np.array([1, db(-3 * g)])),
    "squeezed": ({"over_limited", "over_limiting"}, lambda x, fs, g, _: squeezed(x, fs, 8 * g)),
    "jumping": ({"wide_dynamics"}, lambda x, fs, g, _: jumping(x, fs, -2 - 10 * g)),
    "offset": ({"dc_offset"}, lambda x, fs, g, _: x + 0.01 * g * g),
    "clipped": ({"clipping"}, lambda x, fs, g, _: np.clip(x * db(6 * g) / np.abs(x).max(), -1, 1) * 0.89),
    "clicks": ({"clicks"}, lambda x, fs, g, rng: clicked(x, (6, 30)[g - 1], rng)),
    "hot": ({"peaks_over_ceiling", "inter_sample_overs"}, lambda x, fs, g, _: x * db(2 + 3 * g) / np.abs(x).max()),
}


def thirds_db(audio: Audio, rate: int) -> Audio:
    hz, power = welch(audio.T, rate, nperseg=16384)
    step = hz[1] - hz[0]
    below = np.concatenate([[0.0], np.cumsum(power.mean(0) * step)])
    edges = np.concatenate([hz - step / 2, [hz[-1] + step / 2]])
    low, high = (np.interp(BANDS_HZ * 10**share, edges, below) for share in (-0.05, 0.05))
    return np.asarray(10 * np.log10(np.maximum(high - low, 1e-20)))


def distance_db(levels: Audio, clean: Audio) -> float:
    off = levels - clean
    return float(np.sqrt(((off - off.mean()) ** 2).mean()))


@dataclass
class Trial:
    """A faulty clip (or the clean one, without a fault), and what became of it."""

    clip: str
    fault: str
    grade: int
    named: list[str]
    before_db: float
    after_db: float
    steps: list[str]

    @property
    def wanted(self) -> set[str]:
        return FAULTS[self.fault][0] if self.fault else set()

    @property
    def is_right(self) -> bool:
        return bool(self.named) and self.named[0] in self.wanted


def said(command: list[str]) -> dict:
    run = subprocess.run([*command, "--json"], check=False, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"{' '.join(command)}: {run.stderr.strip()}")
    return dict(json.loads(run.stdout))


def trial(binary: str, clip: str, clean: Audio, rate: int, folder: Path, what: tuple[str, int]) -> Trial:
    fault, grade = what
    rng = np.random.default_rng([grade, *fault.encode()])
    audio = FAULTS[fault][1](clean, rate, grade, rng) if fault else clean
    peak = np.abs(audio).max()
    if fault not in ("hot", "squeezed", "clipped") and peak > 0.98:
        audio = audio * (0.98 / peak)
    mix, master = folder / f"{fault}{grade}.wav", folder / f"{fault}{grade}-master.wav"
    soundfile.write(mix, audio, rate, subtype="FLOAT" if fault == "hot" else "PCM_24")
    findings = said([binary, "recommend", str(mix)])["findings"]
    chain = said([binary, "master", str(mix), "-o", str(master)])["chain"]
    mastered, _ = soundfile.read(master, always_2d=True)
    skip = 3 * rate if fault == "noisy intro" else 0
    reference = thirds_db(clean, rate)
    before, after = (distance_db(thirds_db(x[skip:], rate), reference) for x in (audio, mastered))
    mix.unlink()
    master.unlink()
    named = [finding["kind"] for finding in findings if finding["severity"] != "info"]
    return Trial(clip, fault, grade, named, before, after, [step["kind"] for step in chain["steps"]])


def clean_stretch(binary: str, path: Path, folder: Path) -> tuple[Audio, int]:
    rate = soundfile.info(path).samplerate
    audio, _ = soundfile.read(path, start=START_S * rate, frames=LENGTH_S * rate, always_2d=True)
    if audio.shape[1] != 2 or len(audio) < LENGTH_S * rate:
        raise SystemExit(f"{path}: {START_S + LENGTH_S} s of stereo are needed")
    fade_in, fade_out = rate // 20, 3 * rate // 2
    audio[:fade_in] *= np.sin(np.linspace(0, np.pi / 2, fade_in))[:, None] ** 2
    audio[-fade_out:] *= np.cos(np.linspace(0, np.pi / 2, fade_out))[:, None] ** 2
    whole = folder / "clean.wav"
    soundfile.write(whole, audio, rate, subtype="FLOAT")
    loudness = said([binary, "analyze", "--only", "loudness", str(whole)])["loudness"]["integrated_lufs"]
    audio *= db(LOUDNESS_LUFS - loudness)
    return audio * min(1.0, 0.8 / np.abs(audio).max()), rate


def table(trials: list[Trial]) -> None:
    print("| fault | right first, audible | gross | said first instead | distance to clean, dB | made worse |")
    print("|---|---|---|---|---|---|")
    for fault in FAULTS:
        rows = [row for row in trials if row.fault == fault]
        if not rows:
            continue
        right = [f"{sum(r.is_right for r in rows if r.grade == g)} of {sum(r.grade == g for r in rows)}" for g in (1, 2)]
        others = Counter(row.named[0] if row.named else "nothing" for row in rows if not row.is_right)
        instead = ", ".join(f"{kind} {count}" for kind, count in others.most_common(4))
        means = [np.mean([row.before_db for row in rows]), np.mean([row.after_db for row in rows])]
        worse = sum(row.after_db > row.before_db + WORSE_DB for row in rows)
        print(f"| {fault} | {right[0]} | {right[1]} | {instead} | {means[0]:.2f} → {means[1]:.2f} | {worse} of {len(rows)} |")


def summary(trials: list[Trial]) -> None:
    def share(rows: list[Trial]) -> str:
        return f"{100 * np.mean([row.is_right for row in rows]):.0f} % of {len(rows)}" if rows else "none"

    faulty = [row for row in trials if row.fault]
    for grade, name in enumerate(GRADES, 1):
        rows = [row for row in faulty if row.grade == grade]
        tonal = share([row for row in rows if row.fault in TONAL])
        print(f"{name}: technical right first {share([row for row in rows if row.fault not in TONAL])}, tonal {tonal}")
    worse = sum(row.after_db > row.before_db + WORSE_DB for row in faulty)
    print(f"made worse by more than {WORSE_DB} dB: {worse} of {len(faulty)}")
    clean = [row for row in trials if not row.fault]
    told = Counter(kind for row in clean for kind in row.named)
    print(f"clean clips: {len(clean)}, told {dict(told.most_common())}; moved by up to {max(row.after_db for row in clean):.2f} dB rms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--only", help="faults to try, with commas between")
    parser.add_argument("--json", type=Path, help="writes every trial here")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    faults = options.only.split(",") if options.only else list(FAULTS)
    trials: list[Trial] = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        for path in options.clips:
            clean, rate = clean_stretch(options.binary, path, Path(folder))
            wanted = [("", 0), *((fault, grade) for fault in faults for grade in (1, 2))]
            one = partial(trial, options.binary, path.stem, clean, rate, Path(folder))
            trials += pool.map(one, wanted)
            print(f"{path.stem}: {len(trials)} trials", flush=True)
    table(trials)
    summary(trials)
    if options.json:
        options.json.write_text(json.dumps([vars(row) for row in trials]))


if __name__ == "__main__":
    main()
