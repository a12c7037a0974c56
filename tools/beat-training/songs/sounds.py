"""Our own sounds: drum one-shots, synthesizers, a formant voice. Each note is an array added into a stem."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from songs import song as s
from songs.song import Floats, Rng


def decay(count: int, rate: float, time_s: float) -> Floats:
    """Exponential falling by 60 dB in `time_s`."""
    return np.exp(-6.9 * np.arange(count) / (rate * time_s))


def one_pole(x: Floats, hz: float, rate: float, high: bool = False) -> Floats:
    a = float(np.exp(-2 * np.pi * hz / rate))
    low = lfilter([1 - a], [1, -a], x)
    return x - low if high else low


class OwnKit:
    """Drum one-shots whose character is drawn once: analogue-like kicks, noise snares and claps, metallic cymbals."""

    def __init__(self, rate: float, rng: Rng) -> None:
        self.rate, self.rng = rate, rng
        self.shots: dict[int, Floats] = {}
        self.tone = float(rng.uniform(0.8, 1.3))
        self.long = float(rng.uniform(0.6, 1.8))
        self.crush = rng.random() < 0.25

    def shot(self, voice: int) -> Floats:
        if voice not in self.shots:
            made = self.make(voice)
            if self.crush:
                made = np.round(made * 15) / 15
            self.shots[voice] = made
        return self.shots[voice]

    def time(self, seconds: float) -> int:
        return int(seconds * self.rate)

    def noise(self, seconds: float) -> Floats:
        return self.rng.normal(0, 0.5, self.time(seconds))

    def make(self, voice: int) -> Floats:
        if voice in (35, 36):
            return self.swept(45 * self.tone, float(self.rng.uniform(60, 250)), 0.25 * self.long, click=float(self.rng.uniform(0, 0.6)))
        if voice in (41, 43, 45, 47, 48, 50, 60, 61, 63, 64):
            return 0.8 * self.swept(60 + 4.5 * (voice - 40) * self.tone, 60, 0.2 * self.long)
        if voice in (38, 40):
            count = self.time(0.3)
            body = self.swept(170 * self.tone, 90, 0.12)
            body = np.pad(body, (0, max(0, count - body.size)))[:count]
            rattle = one_pole(self.noise(0.3), 900, self.rate, high=True) * decay(count, self.rate, 0.2 * self.long)
            return float(self.rng.uniform(0.3, 0.8)) * body + 0.8 * rattle
        if voice == 39:
            count = self.time(0.25)
            burst = sum(
                np.roll(decay(count, self.rate, 0.02), self.time(0.011 * k)) * (np.arange(count) >= self.time(0.011 * k)) for k in range(3)
            )
            tail = decay(count, self.rate, 0.18 * self.long)
            return one_pole(self.noise(0.25), 700, self.rate, high=True) * (0.6 * burst + 0.5 * tail)
        if voice in (37, 75, 76, 56, 67, 68):
            count = self.time(0.15)
            t = np.arange(count) / self.rate
            hz = {37: 450, 75: 2500, 76: 1200, 56: 560, 67: 900, 68: 700}[voice] * self.tone
            return (
                0.5
                * (np.sin(2 * np.pi * hz * t) + np.sign(np.sin(2 * np.pi * hz * 1.48 * t)) * 0.5)
                * decay(count, self.rate, 0.06 * self.long)
            )
        lengths = {42: 0.06, 44: 0.05, 46: 0.35, 51: 0.6, 53: 0.7, 49: 1.4, 55: 0.8, 54: 0.12, 70: 0.05, 82: 0.05, 81: 0.5}
        seconds = lengths.get(voice, 0.08) * self.long
        count = self.time(seconds)
        t = np.arange(count) / self.rate
        metal = sum(np.sign(np.sin(2 * np.pi * hz * self.tone * t)) for hz in (2050.0, 3070.0, 3660.0, 4390.0, 5450.0, 6200.0)) / 6
        mix = self.rng.uniform(0, 1)
        return (
            0.6
            * one_pole(mix * metal + (1 - mix) * self.noise(seconds)[:count], 5000, self.rate, high=True)
            * decay(count, self.rate, seconds)
        )

    def swept(self, hz: float, sweep_hz: float, seconds: float, click: float = 0.0) -> Floats:
        count = self.time(seconds * 1.5)
        t = np.arange(count) / self.rate
        phase = 2 * np.pi * np.cumsum(hz + sweep_hz * np.exp(-t / 0.025)) / self.rate
        body = np.sin(phase) * decay(count, self.rate, seconds * 1.4)
        body[: self.time(0.004)] += click * self.rng.normal(0, 1, self.time(0.004))
        return body


@dataclass
class Patch:
    """A subtractive or FM voice, drawn once a part."""

    kind: int
    wave: int
    cutoff: float
    envelope_s: float
    attack_s: float
    release_s: float
    detune: float
    index: float
    ratio: float
    vowel: float


def patch(kind: int, rng: Rng) -> Patch:
    slow = kind == s.SYNTH_PAD
    return Patch(
        kind, int(rng.integers(4)) if kind != s.CHIP else int(rng.integers(1, 3)), float(rng.uniform(600, 5000)), float(rng.uniform(0.05, 0.6)),
        float(rng.uniform(0.05, 0.5)) if slow else float(rng.uniform(0.001, 0.01)), float(rng.uniform(0.02, 0.3)), float(rng.uniform(0, 0.012)),
        float(rng.uniform(0.5, 5)), float(rng.choice([0.5, 1, 1, 2, 3, 3.5, 1.41])), float(rng.uniform(0.85, 1.2)),
    )  # fmt: skip


def oscillator(wave: int, hz: float, count: int, rate: float, shape: Patch) -> Floats:
    t = np.arange(count) / rate
    if wave == 3:
        return np.sin(
            2 * np.pi * hz * t + shape.index * decay(count, rate, shape.envelope_s * 2) * np.sin(2 * np.pi * hz * shape.ratio * t)
        )
    out = np.zeros(count)
    voices = (0.0,) if shape.kind == s.CHIP else (-1.0, 0.0, 1.0)
    for k in voices:
        phase = hz * (1 + k * shape.detune) * t + 0.37 * k
        saw = 2 * (phase % 1) - 1
        out += saw if wave == 0 else (np.sign(saw + 0.3) if wave == 1 else 2 * np.abs(saw) - 1)
    return out / len(voices)


def tone(shape: Patch, pitch: int, seconds: float, rate: float) -> Floats:
    """One note."""
    count = max(8, int((seconds + shape.release_s) * rate))
    hz = 440 * 2 ** ((pitch - 69) / 12)
    x = oscillator(shape.wave, hz, count, rate, shape)
    t = np.arange(count) / rate
    level = np.minimum(1, t / shape.attack_s) * np.where(t < seconds, 1.0, np.exp(-6.9 * (t - seconds) / shape.release_s))
    if shape.kind == s.SYNTH_PLUCK:
        level = level * np.exp(-t / (0.5 * shape.envelope_s))
    if shape.kind != s.CHIP:
        bright = one_pole(x, shape.cutoff, rate)
        dull = one_pole(x, max(120.0, shape.cutoff / 6), rate)
        sweep = np.exp(-t / shape.envelope_s)
        x = bright * sweep + dull * (1 - sweep)
    return 0.4 * x * level


VOWELS = ((700, 1220, 2600), (400, 2000, 2550), (270, 2290, 3010), (450, 800, 2830), (325, 700, 2530), (600, 1700, 2600))


def resonator(x: Floats, hz: float, width_hz: float, rate: float) -> Floats:
    r = float(np.exp(-np.pi * width_hz / rate))
    return lfilter([1 - r], [1, -2 * r * float(np.cos(2 * np.pi * hz / rate)), r * r], x)


def sung(shape: Patch, pitch: int, seconds: float, rate: float, rng: Rng) -> Floats:
    """One syllable: perhaps a consonant, then a vowel with vibrato and a soft onset."""
    consonant = float(rng.choice([0.0, 0.03, 0.06, 0.1]))
    count = max(16, int((seconds + 0.05) * rate))
    t = np.arange(count) / rate
    hz = 440 * 2 ** ((pitch - 69) / 12)
    glide = hz * (1 - 0.06 * np.exp(-t / 0.04)) * (1 + 0.012 * np.minimum(1, t / 0.3) * np.sin(2 * np.pi * 5.5 * t + rng.uniform(0, 6)))
    buzz = 2 * (np.cumsum(glide) / rate % 1) - 1 + 0.05 * rng.normal(0, 1, count)
    vowel = VOWELS[int(rng.integers(len(VOWELS)))]
    voiced = sum(resonator(buzz, f * shape.vowel, 90 + 0.04 * f, rate) / (1 + k) for k, f in enumerate(vowel))
    soft = float(rng.uniform(0.01, 0.08))
    voiced = voiced * np.minimum(1, t / soft) * np.minimum(1, np.maximum(0, (seconds + 0.04 - t) / 0.04))
    if consonant > 0:
        size = int(consonant * rate)
        hiss = one_pole(rng.normal(0, 0.12, size), 2500, rate, high=True) * np.hanning(size)
        voiced = np.concatenate([hiss, voiced])
    return 1.2 * voiced
