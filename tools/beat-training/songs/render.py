"""From a song to mono samples with beats: instruments, mix, room, mastering and the insults of the world."""

import subprocess
from dataclasses import dataclass

import numpy as np
from scipy.signal import fftconvolve

from songs import sounds
from songs.fluid import Event, Fluid
from songs.song import DRUMS, VOICE, Floats, Part, Rng, Song, beat_times

RATE = 22_050.0
LAME_DELAY = 576


@dataclass
class Take:
    """Samples at `RATE`, beat times in seconds and which of them begin a bar."""

    samples: Floats
    beats_s: Floats
    down: np.ndarray


def perform(song: Song, seconds: float, fonts: list[Fluid], rng: Rng) -> Take:
    """`seconds` of the song from a random place near its beginning."""
    times = beat_times(song, rng)
    frames = int((seconds + 5.0) * RATE)
    font = fonts[int(rng.integers(len(fonts)))]
    mix = np.zeros(frames)
    kicks = kick_times(song, times)
    stems = render_fluid(song, times, frames, font, rng) + render_own(song, times, frames, rng)
    for stem, part in stems:
        mix += finish_stem(stem, part, kicks, rng)
    lead = 0.0 if rng.random() < 0.2 else float(rng.uniform(0, 4.0))
    mix = mix[int(lead * RATE) :][: int(seconds * RATE)]
    beats = times[:-1] - lead
    if lead == 0 and rng.random() < 0.7:
        wait = float(rng.uniform(0, 1.2))
        mix = np.concatenate([np.zeros(int(wait * RATE)), mix])[: int(seconds * RATE)]
        beats = beats + wait
    down = np.arange(beats.size) % song.meter == 0
    inside = (beats >= 0) & (beats < seconds)
    if song.no_beat:
        inside[:] = False
    sound, beats = interrupted(master(mix, rng), beats, rng)
    inside &= beats < seconds
    if rng.random() < 0.12:
        sound = lossy(sound, int(rng.choice([32, 48, 64, 96])))
    return Take(sound, beats[inside], down[inside])


def interrupted(sound: Floats, beats: Floats, rng: Rng) -> tuple[Floats, Floats]:
    """One in eight with digital silence before, inside or after; beats after it come later, and none lies in it."""
    if rng.random() > 0.125:
        return sound, beats
    length, kind = int(rng.uniform(0.8, 9.0) * RATE), int(rng.integers(3))
    at = (0, int(rng.uniform(0.2, 0.8) * sound.size), sound.size - length)[kind]
    before, after = sound[:at].copy(), sound[at:].copy()
    fade = int(rng.choice([0.0, 0.0, 0.02, 0.5, 2.0]) * RATE)
    fade = min(fade, before.size)
    if fade:
        before[before.size - fade :] *= np.linspace(1, 0, fade)
    later = beats + np.where(beats * RATE >= at, length / RATE, 0.0)
    return np.concatenate([before, np.zeros(length), after])[: sound.size], later


def place(song: Song, part: Part, times: Floats, rng: Rng) -> list[tuple[float, float, int, float]]:
    """Start and length in seconds, pitch, velocity of each note as played."""
    if not part.notes:
        return []
    grid = np.arange(times.size, dtype=np.float64)
    starts = np.array([song.swung(n.beat) for n in part.notes])
    ends = starts + np.array([n.length for n in part.notes])
    on = np.interp(starts, grid, times)
    off = np.interp(np.minimum(ends, grid[-1]), grid, times)
    lag = rng.normal(0, 0.004) if part.loose_s > 0.003 else 0.0
    on_played = np.maximum(0.0, on + lag + np.clip(rng.normal(0, 1, on.size), -2, 2) * part.loose_s)
    return [(float(a), float(max(0.04, b - a0)), n.pitch, n.velocity) for a, a0, b, n in zip(on_played, on, off, part.notes, strict=True)]


def kick_times(song: Song, times: Floats) -> Floats:
    grid = np.arange(times.size, dtype=np.float64)
    kicks = [n.beat for part in song.parts if part.program == DRUMS for n in part.notes if n.pitch in (35, 36)]
    return np.interp(np.array(sorted(kicks)), grid, times) if kicks else np.zeros(0)


def render_fluid(song: Song, times: Floats, frames: int, font: Fluid, rng: Rng) -> list[tuple[Floats, Part]]:
    """General MIDI parts, those that are treated alike at once."""
    groups: dict[tuple[bool, float], list[Part]] = {}
    for part in song.parts:
        if part.program >= 0 or (part.program == DRUMS and part.kit >= 0):
            groups.setdefault((part.duck, part.drive), []).append(part)
    stems = []
    for parts in groups.values():
        events, channel = [], 0
        for part in parts:
            at = 9 if part.program == DRUMS else channel
            if part.program != DRUMS:
                channel += 1 + (channel == 8)
            events.append(Event(0, 2, at, part.kit if part.program == DRUMS else part.program, 0))
            level = 100 * 10 ** (part.gain_db / 40)
            events.append(Event(0, 3, at, 7, int(np.clip(level, 1, 127))))
            for on, length, pitch, velocity in place(song, part, times, rng):
                first = int(on * RATE)
                loud = int(np.clip(127 * velocity * rng.uniform(0.88, 1.0), 1, 127))
                events.append(Event(first, 1, at, int(np.clip(pitch, 0, 127)), loud))
                events.append(Event(first + int(length * RATE), 0, at, int(np.clip(pitch, 0, 127)), 0))
        stems.append((font.play(events, frames), Part(0, gain_db=6.0, drive=parts[0].drive, duck=parts[0].duck)))
    return stems


def render_own(song: Song, times: Floats, frames: int, rng: Rng) -> list[tuple[Floats, Part]]:
    """Parts for our own sounds."""
    stems = []
    for part in song.parts:
        if part.program >= 0 or (part.program == DRUMS and part.kit >= 0):
            continue
        stem = np.zeros(frames)
        kit = sounds.OwnKit(RATE, rng)
        shape = sounds.patch(part.program, rng)
        known: dict[tuple[int, int], Floats] = {}
        for on, length, pitch, velocity in place(song, part, times, rng):
            if part.program == DRUMS:
                x = kit.shot(pitch)
            elif part.program == VOICE:
                x = sounds.sung(shape, pitch, min(length, 2.0), RATE, rng)
            else:
                key = (pitch, int(length * 20))
                if key not in known:
                    known[key] = sounds.tone(shape, pitch, min(length, 4.0), RATE)
                x = known[key]
            at = int(on * RATE)
            x = x[: max(0, frames - at)]
            stem[at : at + x.size] += 0.25 * velocity * x
        stems.append((stem, part))
    return stems


def finish_stem(stem: Floats, part: Part, kicks: Floats, rng: Rng) -> Floats:
    """Distortion, pumping, gain."""
    if part.drive > 0:
        peak = float(np.abs(stem).max()) + 1e-9
        stem = np.tanh(stem / peak * (1 + 4 * part.drive)) * 0.25
    if part.duck and kicks.size:
        since = np.full(stem.size, 9.0)
        t = np.arange(stem.size) / RATE
        index = np.searchsorted(kicks, t, side="right") - 1
        since = np.where(index >= 0, t - kicks[np.maximum(index, 0)], 9.0)
        stem = stem * (1 - 0.8 * np.exp(-since / 0.12))
    return stem * 10 ** (part.gain_db / 20) * rng.uniform(0.8, 1.2)


def master(x: Floats, rng: Rng) -> Floats:
    """Reverberation, filters, noise, compression, band limits, level: a random chain."""
    x = x / (float(np.sqrt(np.mean(x**2))) + 1e-9) * 0.1
    if rng.random() < 0.5:
        x = reverberated(x, float(rng.uniform(0.2, 2.5)), float(rng.uniform(0.03, 0.35)), rng)
    x = equalised(x, rng)
    if rng.random() < 0.3:
        x = x + rng.normal(0, 1, x.size) * 0.1 * 10 ** (rng.uniform(-50, -20) / 20)
    if rng.random() < 0.5:
        x = compressed(x, float(rng.uniform(0.3, 1.0)))
    if rng.random() < 0.5:
        x = np.tanh(x * float(rng.uniform(1, 6))) * 0.3
    peak = float(np.abs(x).max()) + 1e-9
    return x / peak * 10 ** (float(rng.uniform(-14, 0)) / 20)


def reverberated(x: Floats, seconds: float, wet: float, rng: Rng) -> Floats:
    count = int(seconds * RATE)
    tail = rng.normal(0, 1, count) * sounds.decay(count, RATE, seconds)
    tail = sounds.one_pole(tail, float(rng.uniform(1500, 8000)), RATE)
    tail /= float(np.sqrt(np.sum(tail**2))) + 1e-9
    return x + wet * 2 * fftconvolve(x, tail)[: x.size]


def equalised(x: Floats, rng: Rng) -> Floats:
    """A smooth random curve, and sometimes hard band limits."""
    spectrum = np.fft.rfft(x)
    hz = np.fft.rfftfreq(x.size, 1 / RATE)
    octaves = np.log2(np.maximum(hz, 20.0) / 20.0)
    nodes = np.arange(0, 11)
    curve = np.interp(octaves, nodes, rng.normal(0, 3.5, nodes.size) + rng.normal(0, 1.0) * (nodes - 5))
    if rng.random() < 0.25:
        cut = float(np.exp(rng.uniform(np.log(2500), np.log(9000))))
        curve -= np.where(hz > cut, np.minimum(80, 60 * np.log2(np.maximum(hz, 1) / cut)), 0)
    if rng.random() < 0.2:
        cut = float(np.exp(rng.uniform(np.log(40), np.log(250))))
        curve -= np.where(hz < cut, np.minimum(60, 24 * np.log2(cut / np.maximum(hz, 1))), 0)
    return np.fft.irfft(spectrum * 10 ** (curve / 20), x.size)


def lossy(x: Floats, rate_kbps: int) -> Floats:
    """Through an MP3 encoder and back, without the delay that is left when neither end is a file."""
    pcm = (x * 32767).clip(-32768, 32767).astype("<i2").tobytes()
    raw = ["-r", "-s", "22.05", "--bitwidth", "16", "--signed", "--little-endian", "-m", "m"]
    coded = subprocess.run(["lame", "--quiet", *raw, "-b", str(rate_kbps), "-", "-"], input=pcm, capture_output=True, check=True).stdout
    decoded = subprocess.run(
        ["lame", "--quiet", "--decode", "--mp3input", "-t", "-", "-"], input=coded, capture_output=True, check=True
    ).stdout
    out = np.frombuffer(decoded[: len(decoded) // 2 * 2], "<i2").astype(np.float64)[LAME_DELAY:] / 32767
    return np.pad(out, (0, max(0, x.size - out.size)))[: x.size]


def compressed(x: Floats, amount: float) -> Floats:
    """Gain that follows the level of the last 10 to 200 ms."""
    hop = 110
    level = np.sqrt(np.add.reduceat(x**2, np.arange(0, x.size, hop)) / hop + 1e-8)
    slow = np.zeros_like(level)
    held = level[0]
    for i, now in enumerate(level):
        held = now if now > held else held + (now - held) * 0.05
        slow[i] = held
    gain = (slow / (float(np.median(slow)) + 1e-6)) ** (-amount * 0.7)
    return x * np.interp(np.arange(x.size), np.arange(level.size) * hop, np.minimum(gain, 8.0))
