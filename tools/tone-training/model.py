"""The tone model: expected third-octave balance given what an equaliser does not change, and faults fitted against it."""

import json
from pathlib import Path
from typing import NamedTuple

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
# Amounts of the faults that the peaks are measured with, by kind.
GRADES_DB = {kind: (8, 16) if kind == "Boom" else (6, 12) for kind in ("Mud", "Nose", "Harsh", "Bright", "Dull", "Boom", "Thin")}
# Trial filter of each kind, in the order of `balanced analyze`: 60 Hz, 250 Hz, 1 kHz, 3.5 kHz, high shelf, low shelf.
FILTER_OF = {"Mud": 1, "Nose": 2, "Harsh": 3, "Bright": 4, "Dull": 4, "Boom": 0, "Thin": 5}
FILTERS = 6
# Numbers of a trial filter: two gains, of each four changes of peaks and one of energy.
VALUES = 10
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


def biquad(shape, corner_hz, gain_db, q, rate):
    """Numerator and denominator of a filter of the Audio EQ Cookbook (Bristow-Johnson)."""
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
    return top, bottom


def response_db(shape, corner_hz, gain_db, q, at_hz, rate=48_000):
    """Level of a filter of the Audio EQ Cookbook."""
    top, bottom = biquad(shape, corner_hz, gain_db, q, rate)
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


def balance(row):
    """Third octaves of the model."""
    return row["spectrum"]["ltas"]["level_db"][FIRST : FIRST + BANDS]


def changes(row):
    """What each trial filter does to the peaks: FILTERS rows of VALUES."""
    values = [[*trial["peak_change_db"], trial["energy_change_db"]] for trial in row["dynamics"]["peak_trials"]]
    return np.reshape(values, (FILTERS, VALUES)).tolist()


class Data(NamedTuple):
    """All excerpts."""

    # Third octaves, mean zero.
    balance: np.ndarray
    features: np.ndarray
    # Changes of the peaks by trial filters: of the clean excerpt, and with each fault (excerpt, kind, grade, filter, value).
    changes: np.ndarray
    faulty: np.ndarray
    # True peak over loudness: small where a limiter was at work.
    plr_db: np.ndarray
    # Collection.
    source: np.ndarray

    def part(self, inside):
        return Data(*(values[inside] for values in self))


def load(folder):
    rows, source = [], []
    for file in sorted(Path(folder).glob("*.json")):
        found = json.loads(file.read_text())
        rows += found
        source += [file.stem] * len(found)
    column = {name: np.array([row[name] for row in rows], float) for name in ("balance", "features", "changes", "faulty", "plr_db")}
    faults = column["faulty"].reshape(len(rows), len(ATOMS), 2, FILTERS, VALUES)
    return Data(
        column["balance"] - column["balance"].mean(1, keepdims=True),
        column["features"],
        column["changes"],
        faults,
        column["plr_db"],
        np.array(source),
    )


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
        amount, error = fitted([self.evidence(rest, atom) for atom in SHAPES.values()])
        return amount, error * list(self.scale.values())

    def evidence(self, rest, atom):
        """Distance from the expectation, distance along the shape, squared length of the shape, number of measurements."""
        precision = np.linalg.inv(self.covariance + LEVEL_VARIANCE)
        return evidence(rest, precision, atom)


def evidence(rest, precision, shape):
    return np.einsum("ij,jk,ik->i", rest, precision, rest), rest @ precision @ shape, shape @ precision @ shape, rest.shape[1]


def fitted(found):
    """Amplitudes and errors, by row and kind. Heavy tails: a track unlike all others widens its own errors."""
    amount, error = [], []
    for distance, along, information, count in found:
        amount.append(along / information)
        left = np.maximum(distance - along**2 / information, 0)
        error.append(np.sqrt((FREEDOM + left) / (FREEDOM + count - 2) / information))
    return np.stack(amount, 1), np.stack(error, 1)


class PeakModel:
    """What trial filters do to the peaks, given features and balance; a second witness beside a `Model` of the balance."""

    # Ridge of the regression, and how far covariances are shrunk towards independence.
    RIDGE, SHRINK = 0.3, 0.2
    LIMITED = 0.5
    # Balance enters the regression in units of this.
    BALANCE_DB = 6.0

    def __init__(self, model, data):
        self.model = model
        weight = weights(data.source)
        given = self.given(data.balance, data.features)
        center = weight @ given
        weighted = (given - center) * weight[:, None]
        solver = np.linalg.inv(weighted.T @ (given - center) + self.RIDGE * np.eye(given.shape[1])) @ weighted.T
        self.slope, self.covariance, mean = [], [], np.einsum("n,nfv->fv", weight, data.changes)
        for index in range(FILTERS):
            rest = data.changes[:, index] - mean[index]
            slope = solver @ rest
            rest = rest - (given - center) @ slope
            size = np.sqrt(weight @ rest**2)
            self.slope.append(slope)
            self.covariance.append(Model.shrunk(rest / size, weight, self.SHRINK) * np.outer(size, size))
        self.slope, self.covariance = np.array(self.slope), np.array(self.covariance)
        self.mean = mean - np.einsum("g,fgv->fv", center, self.slope)
        # Peaks tell of faults in limited music only, so the path is that of limited music.
        limited = weight * (data.plr_db <= np.quantile(data.plr_db, self.LIMITED))
        limited = limited / limited.sum()
        # Changes by 1 dB up to the smaller grade, and by each more.
        self.steps = np.zeros((len(ATOMS), 2, VALUES))
        for kind, name in enumerate(ATOMS):
            own, (bend_db, end_db) = FILTER_OF[name], GRADES_DB[name]
            small, large = np.einsum("n,ngv->gv", limited, data.faulty[:, kind, :, own] - data.changes[:, None, own])
            self.steps[kind] = small / bend_db, (large - small) / (end_db - bend_db)
        self.scale = {kind: 1.0 for kind in ATOMS}

    def given(self, balance, features):
        """Features in standard deviations, and what remains of the balance."""
        rest = self.model.rest(balance, features)
        rest = rest - rest.mean(1, keepdims=True)
        return np.concatenate([self.model.standard(features), rest / self.BALANCE_DB], 1)

    def fit(self, balance, features, changes):
        """Amplitude and standard error of every kind in every row.

        What a fault does to the peaks is not in proportion to its size: its path bends at the smaller grade. The best place on the path
        is the amount, and how much nearer it is than no fault gives the error.
        """
        rest, given = self.model.rest(balance, features), self.given(balance, features)
        found = [self.on_path(kind, rest, given, changes) for kind in range(len(ATOMS))]
        amount, error = (np.stack(values, 1) for values in zip(*found, strict=True))
        return amount, error * list(self.scale.values())

    def on_path(self, kind, rest, given, changes):
        name = list(ATOMS)[kind]
        own, bend_db = FILTER_OF[name], GRADES_DB[name][0]
        precision = np.linalg.inv(self.covariance[own])
        left = changes[:, own] - self.mean[own] - given @ self.slope[own]
        atom = SHAPES[name]
        expected = (atom - atom.mean()) / self.BALANCE_DB @ self.slope[own][-BANDS:]
        steps = [step - expected for step in self.steps[kind]]
        distance, along, information, count = self.model.evidence(rest, atom)
        distance = distance + np.einsum("ij,jk,ik->i", left, precision, left)
        first, second = (along + left @ precision @ step for step in steps)
        square = [[information + one @ precision @ other for other in steps] for one in steps]
        # Up to the bend, and beyond it.
        near = np.minimum(first / square[0][0], bend_db)
        near_distance = distance - 2 * near * first + near**2 * square[0][0]
        far = np.maximum((second - bend_db * square[0][1]) / square[1][1], 0)
        far_distance = distance - 2 * bend_db * first + bend_db**2 * square[0][0]
        far_distance = far_distance - 2 * far * (second - bend_db * square[0][1]) + far**2 * square[1][1]
        is_far = far_distance < near_distance
        amount, nearest = np.where(is_far, bend_db + far, near), np.where(is_far, far_distance, near_distance)
        spread = (FREEDOM + np.maximum(nearest, 0)) / (FREEDOM + count + VALUES - 2)
        z = np.sqrt(np.maximum(distance - nearest, 1e-12) / spread)
        return amount, np.maximum(np.abs(amount), 1e-9) / z
