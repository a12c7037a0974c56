"""The tone model: expected third-octave balance given what an equaliser does not change, and faults fitted against it."""

import json
from pathlib import Path

import numpy as np

# Third octaves of the model: 40 Hz to 12.5 kHz.
BANDS = 26
FIRST = 3
CENTER_HZ = 1000 * 10 ** (0.1 * np.arange(-14, 12))
# Standardised features stay within this.
MOST_Z = 2.5
# Variance (dB squared) that frees the level: balance says nothing about loudness.
LEVEL_VARIANCE = 1e4
# Degrees of freedom: a track unlike all others in everything is believed less.
FREEDOM = 3.0
# Kind, shape, frequency, gain of the unit fault's sign, quality.
ATOMS = {
    "Mud": ("bell", 250, 1, 0.8),
    "Nose": ("bell", 1000, 1, 1.0),
    "Harsh": ("bell", 3500, 1, 1.0),
    "Bright": ("high", 7000, 1, 0.7),
    "Dull": ("high", 6000, -1, 0.7),
    "Boom": ("bell", 60, 1, 1.0),
    "Thin": ("low", 150, -1, 0.7),
}


def response_db(shape, corner_hz, gain_db, q, at_hz, rate=48_000):
    """Level of a filter of the Audio EQ Cookbook (Bristow-Johnson)."""
    a = 10 ** (gain_db / 40)
    w = 2 * np.pi * corner_hz / rate
    c, alpha = np.cos(w), np.sin(w) / (2 * q)
    if shape == "bell":
        top, bottom = [1 + alpha * a, -2 * c, 1 - alpha * a], [1 + alpha / a, -2 * c, 1 - alpha / a]
    else:
        s = 1 if shape == "high" else -1
        r = 2 * np.sqrt(a) * alpha
        top = [a * (a + 1 + s * (a - 1) * c + r), -2 * s * a * (a - 1 + s * (a + 1) * c), a * (a + 1 + s * (a - 1) * c - r)]
        bottom = [a + 1 - s * (a - 1) * c + r, 2 * s * (a - 1 - s * (a + 1) * c), a + 1 - s * (a - 1) * c - r]
    z = np.exp(-2j * np.pi * np.asarray(at_hz) / rate)
    return 20 * np.log10(np.abs(np.polyval(top[::-1], z) / np.polyval(bottom[::-1], z)))


def shape(kind):
    """The fault's level by band for 1 dB of it: the curve of 6 dB over six."""
    form, corner_hz, sign, q = ATOMS[kind]
    return np.round(response_db(form, corner_hz, 6 * sign, q, CENTER_HZ) / 6, 4)


SHAPES = {kind: shape(kind) for kind in ATOMS}


def number(value, absent=np.nan):
    return absent if value is None else value


def padded(values, count):
    return [number(value) for value in list(values or [])[:count]] + [np.nan] * (count - len(list(values or [])[:count]))


def roughness(twelfths):
    """Spread of the twelfth octaves about their smoothed course, by octave from 20 Hz."""
    levels = [number(level, -180.0) for level in twelfths][:120]
    levels = np.array(levels + levels[-1:] * (120 - len(levels)))
    smooth = np.convolve(np.pad(levels, 4, "edge"), np.ones(9) / 9, "valid")
    detail = np.clip(levels - smooth, -15, 15)
    return [detail[start : start + 12].std() for start in range(0, 96, 12)]


def features(row):
    """What a broad equaliser leaves as it is: contrast, side share, crest, fine structure, loudness range."""
    spectrum, dynamics, stereo = row["spectrum"], row["dynamics"], row["stereo"]
    width = np.nan_to_num(np.array(padded(stereo.get("width_per_band"), 7), float))
    side_db = np.clip(10 * np.log10((width + 1e-6) / (1 - width + 1e-6)), -40, 10)
    return np.array(
        [
            # The seventh reaches into what codecs cut off.
            *padded(spectrum["contrast_db"], 6),
            *side_db,
            *padded(dynamics.get("band_crest_db"), 4),
            *roughness(spectrum["ltas_twelfth"]["level_db"]),
            number(row["loudness"].get("range_lu")),
        ],
        float,
    )


def usable(row):
    """Whether the excerpt has all bands: none lost to a low rate, a codec's low-pass or silence."""
    levels = row["spectrum"]["ltas"]["level_db"]
    limit_hz = row["spectrum"]["bandwidth_limit_hz"]
    return len(levels) >= FIRST + BANDS and None not in levels[FIRST : FIRST + BANDS] and (limit_hz is None or limit_hz > 14_500)


def load(folder):
    """Balance (mean zero), features and collection of all usable excerpts."""
    balance, given, source = [], [], []
    for file in sorted(Path(folder).glob("*.json")):
        for row in filter(usable, json.loads(file.read_text())):
            balance.append(row["spectrum"]["ltas"]["level_db"][FIRST : FIRST + BANDS])
            given.append(features(row))
            source.append(file.stem)
    balance = np.array(balance, float)
    return balance - balance.mean(1, keepdims=True), np.array(given), np.array(source)


def weights(source):
    """One over the root of the collection's size: many collections count for more than many tracks of one."""
    size = {name: (source == name).sum() for name in np.unique(source)}
    weight = np.array([size[name] ** -0.5 for name in source])
    return weight / weight.sum()


class Model:
    """Ridge regression of the balance on the features, and the covariance of what remains."""

    def __init__(self, balance, given, source, ridge=0.1, shrink=0.15):
        weight = weights(source)
        known = ~np.isnan(given)
        share = (weight[:, None] * known).sum(0)
        filled = np.nan_to_num(given)
        self.center = (weight[:, None] * filled * known).sum(0) / share
        self.spread = np.sqrt((weight[:, None] * known * (filled - self.center) ** 2).sum(0) / share)
        z = self.standard(given)
        self.mean = weight @ balance
        weighted = z * weight[:, None]
        self.slope = np.linalg.solve(weighted.T @ z + ridge * np.eye(z.shape[1]), weighted.T @ (balance - self.mean))
        rest = balance - self.mean - z @ self.slope
        self.covariance = self.shrunk(rest, weight, shrink)
        self.scale = {kind: 1.0 for kind in ATOMS}

    @staticmethod
    def shrunk(rest, weight, shrink):
        """Half plain, half robust (far tracks count less), shrunk towards equal independent bands."""
        plain = robust = (rest * weight[:, None]).T @ rest
        bands = len(plain)
        for _ in range(3):
            precision = np.linalg.inv(robust + 0.05 * np.eye(bands) * np.trace(robust) / bands)
            distance = np.einsum("ij,jk,ik->i", rest, precision, rest) / bands
            trust = weight * np.minimum(1, 5 / (1 + distance))
            robust = (rest * (trust / trust.sum())[:, None]).T @ rest
        mixed = 0.5 * (plain + robust)
        return (1 - shrink) * mixed + shrink * np.eye(bands) * np.trace(mixed) / bands

    def standard(self, given):
        return np.nan_to_num((given - self.center) / self.spread).clip(-MOST_Z, MOST_Z)

    def rest(self, balance, given):
        """Balance less what the features lead to expect."""
        return balance - self.mean - self.standard(given) @ self.slope

    def fit(self, rest):
        """Amplitude and standard error of every kind in every row, each fitted alone by generalised least squares."""
        precision = np.linalg.inv(self.covariance + LEVEL_VARIANCE)
        distance = np.einsum("ij,jk,ik->i", rest, precision, rest)
        amount, error = [], []
        for kind, atom in SHAPES.items():
            information = atom @ precision @ atom
            fitted = rest @ precision @ atom / information
            left = np.maximum(distance - fitted**2 * information, 0)
            amount.append(fitted)
            free = FREEDOM + rest.shape[1] - 2
            error.append(self.scale[kind] * information**-0.5 * np.sqrt((FREEDOM + left) / free))
        return np.stack(amount, 1), np.stack(error, 1)
