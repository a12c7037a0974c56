"""Holds each collection out once: errors, coverage, false alarms, detection and calibration of the tone model, without and with peaks.

python evaluate.py FOLDER
"""

import sys
from typing import NamedTuple

import numpy as np

from model import ATOMS, GRADES_DB, SHAPES, Model, PeakModel, load, weights

KINDS = list(ATOMS)
LEAST_DB = 3.0
# More than this is no fault of an equaliser: the band is missing, or the music is like that.
MOST_DB = 24.0
LEAST_Z = 2.33
FALSE_ALARMS = 0.05
CLEAN = None
FAULTS = [(kind, grade) for kind in range(len(KINDS)) for grade in (0, 1)]


# Beside the peaks, standard errors of the third octaves alone count by this.
BESIDE_PEAKS = 1.1


class Witness(NamedTuple):
    """Amounts and standard errors by excerpt and kind, and how much the standard errors count."""

    amount: np.ndarray
    error: np.ndarray
    weight: float


class HeldOut:
    """What each collection looks like to a model that never saw it."""

    def __init__(self, data, with_peaks):
        self.data, self.weight, self.with_peaks = data, weights(data.source), with_peaks
        self.thirds, self.peaks = {}, {}
        for name in np.unique(data.source):
            others = data.part(data.source != name)
            self.thirds[name] = Model(others.balance, others.features, others.source)
            if with_peaks:
                self.peaks[name] = PeakModel(self.thirds[name], others)
        # What a model does not know of itself: errors on held-out collections are larger than it claims.
        clean = self.fit(CLEAN)
        self.scale = [dict(zip(KINDS, np.sqrt(self.weight @ (found.amount / found.error) ** 2), strict=True)) for found in clean]
        for models, scale in zip((self.thirds, self.peaks), self.scale, strict=False):
            for model in models.values():
                model.scale = scale

    def fit(self, fault):
        """Of music with a fault (kind and grade), or clean: third octaves with its shape added, peaks really filtered."""
        balance, changes = self.data.balance, self.data.changes
        if fault is not CLEAN:
            kind, grade = fault
            balance = balance + size_db(fault) * SHAPES[KINDS[kind]]
            changes = self.data.faulty[:, kind, grade]
        found = [Witness(np.zeros((len(balance), len(KINDS))), np.zeros((len(balance), len(KINDS))), 1.0)]
        if self.with_peaks:
            found = [found[0]._replace(weight=BESIDE_PEAKS), Witness(np.zeros_like(found[0].amount), np.zeros_like(found[0].amount), 1.0)]
        for name in self.thirds:
            inside = self.data.source == name
            given = self.data.features[inside]
            model = self.thirds[name]
            found[0].amount[inside], found[0].error[inside] = model.fit(model.rest(balance[inside], given))
            if self.with_peaks:
                found[1].amount[inside], found[1].error[inside] = self.peaks[name].fit(balance[inside], given, changes[inside])
        return found


def size_db(fault):
    kind, grade = fault
    return GRADES_DB[KINDS[kind]][grade]


def surer(found):
    """Amount, error and counted standard errors of every kind, of the witness that is surer of it."""
    z = np.stack([np.where((w.amount >= LEAST_DB) & (w.amount <= MOST_DB), w.amount / w.error * w.weight, -9.0) for w in found])
    who = z.argmax(0)[None]
    pick = lambda values: np.take_along_axis(np.stack(values), who, 0)[0]  # noqa: E731
    return pick([w.amount for w in found]), pick([w.error for w in found]), pick(z)


def best(found):
    """The kind that stands out most, and how many standard errors."""
    z = surer(found)[2]
    kind = z.argmax(1)
    return kind, z[np.arange(len(z)), kind]


def trials(held):
    """z, rightness and weight of the best kind: half of the weight clean, half with one fault of one of the grades."""
    _, z = best(held.fit(CLEAN))
    out = [(z, np.zeros(len(z), bool), 0.5 * held.weight)]
    for fault in FAULTS:
        found, z = best(held.fit(fault))
        out.append((z, found == fault[0], 0.5 * held.weight / len(FAULTS)))
    return [np.concatenate(part) for part in zip(*out, strict=True)]


def threshold(held):
    """The least z that accuses at most FALSE_ALARMS of the clean tracks, never under LEAST_Z."""
    _, z = best(held.fit(CLEAN))
    order = np.argsort(-z)
    over = z[order][np.searchsorted(np.cumsum(held.weight[order]), FALSE_ALARMS)]
    return max(LEAST_Z, float(np.ceil(over * 20) / 20))


def logistic(z, right, weight):
    """Intercept and slope of the probability that an accusation is right, by Newton's method with a little ridge."""
    design = np.stack([np.ones_like(z), z], 1)
    line = np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ line))
        gradient = design.T @ (weight * (right - p)) - 1e-6 * line
        hessian = (design * (weight * p * (1 - p))[:, None]).T @ design + 1e-6 * np.eye(2)
        line = line + np.linalg.solve(hessian, gradient)
    return line


def calibration_error(p, right, weight, bins=5):
    """Expected calibration error over equally filled bins."""
    order = np.argsort(p)
    share = np.cumsum(weight[order]) / weight.sum()
    total = 0.0
    for index in range(bins):
        inside = order[(share > index / bins) & (share <= (index + 1) / bins)]
        if len(inside):
            w = weight[inside] / weight.sum()
            total += abs(w @ (right[inside] - p[inside]))
    return total


def interval(values, held, count=500):
    """90 % interval of a weighted share, whole collections drawn again."""
    generator, names, source = np.random.default_rng(1), np.unique(held.data.source), held.data.source
    sums = np.array([(values * held.weight)[source == name].sum() for name in names])
    mass = np.array([held.weight[source == name].sum() for name in names])
    draws = generator.integers(0, len(names), (count, len(names)))
    return np.quantile(sums[draws].sum(1) / mass[draws].sum(1), [0.05, 0.95])


def confusion(held, least, grade):
    """Prints what is said, in percent, of music with each fault and of clean music."""
    print("said of the larger".ljust(18) + "".join(f"{kind:>8s}" for kind in KINDS) + " nothing")
    for name, fault in [*((name, (kind, grade)) for kind, name in enumerate(KINDS)), ("no fault", CLEAN)]:
        kind, z = best(held.fit(fault))
        said = [100 * held.weight @ ((kind == index) & (z >= least)) for index in range(len(KINDS))]
        print(name.ljust(18) + "".join(f"{share:8.0f}" for share in said) + f"{100 - sum(said):8.0f}")


def report(held):
    least = threshold(held)
    clean = held.fit(CLEAN)
    kind, z = best(clean)
    accused = (z >= least).astype(float)
    low, high = interval(accused, held)
    witness = "third octaves and peaks" if held.with_peaks else "third octaves"
    print(f"{witness}: {len(held.weight)} excerpts of {len(held.thirds)} collections; z from {least:.2f}")
    print(f"clean tracks accused: {100 * held.weight @ accused:.1f} % ({100 * low:.1f} to {100 * high:.1f})")
    for index, name in enumerate(KINDS):
        amount, error = clean[-1].amount[:, index], clean[-1].error[:, index]
        inside = held.weight @ (abs(amount) < 1.645 * error)
        line = f"{name:7s} standard error {np.median(error):4.1f} dB, 90 % interval holds {100 * inside:.0f} %, found"
        for fault in [(index, 0), (index, 1)]:
            kind, z = best(held.fit(fault))
            hit = ((kind == index) & (z >= least)).astype(float)
            low, high = interval(hit, held)
            line += f"  +{size_db(fault)} dB {100 * held.weight @ hit:.0f} % ({100 * low:.0f} to {100 * high:.0f})"
        print(line)
    confusion(held, least, 1)
    z, right, weight = trials(held)
    said = z >= least
    line = logistic(z[said], right[said], weight[said])
    p = 1 / (1 + np.exp(-(line[0] + line[1] * z[said])))
    print(
        f"probability {line[0]:.2f} + {line[1]:.2f} z; right {100 * weight[said] @ right[said] / weight[said].sum():.0f} % of accusations; "
        f"calibration error {calibration_error(p, right[said], weight[said]):.3f}"
    )
    return least, line


if __name__ == "__main__":
    for with_peaks in (False, True):
        report(HeldOut(load(sys.argv[1]), with_peaks))
