"""Holds each collection out once: errors, coverage, false alarms, detection and calibration of the tone model.

python evaluate.py FOLDER
"""

import sys

import numpy as np

from model import ATOMS, SHAPES, Model, load, weights

KINDS = list(ATOMS)
LEAST_DB = 3.0
# More than this is no fault of an equaliser: the band is missing, or the music is like that.
MOST_DB = 20.0
LEAST_Z = 2.33
FALSE_ALARMS = 0.05
GRADES_DB = (6, 12)


class HeldOut:
    """What each collection looks like to a model that never saw it."""

    def __init__(self, balance, given, source):
        self.balance, self.given, self.source, self.weight = balance, given, source, weights(source)
        self.models = {name: Model(balance[source != name], given[source != name], source[source != name]) for name in np.unique(source)}
        self.rest = np.zeros_like(balance)
        for name, model in self.models.items():
            inside = source == name
            self.rest[inside] = model.rest(balance[inside], given[inside])
        amount, error = self.fit()
        # What the model does not know of itself: errors on held-out collections are larger than it claims.
        scale = np.sqrt(self.weight @ (amount / error) ** 2)
        self.scale = dict(zip(KINDS, scale, strict=True))
        for model in self.models.values():
            model.scale = self.scale

    def fit(self, add=0.0):
        amount, error = np.zeros((len(self.rest), len(KINDS))), np.zeros((len(self.rest), len(KINDS)))
        for name, model in self.models.items():
            inside = self.source == name
            amount[inside], error[inside] = model.fit(self.rest[inside] + add)
        return amount, error


def best(amount, error):
    """The kind that stands out most, and how many standard errors."""
    z = np.where((amount >= LEAST_DB) & (amount <= MOST_DB), amount / error, -9.0)
    kind = z.argmax(1)
    return kind, z[np.arange(len(z)), kind]


def trials(held):
    """z, rightness and weight of the best kind: half of the weight clean, half with one fault of one of the grades."""
    _, z = best(*held.fit())
    out = [(z, np.zeros(len(z), bool), 0.5 * held.weight)]
    for index, kind in enumerate(KINDS):
        for grade in GRADES_DB:
            found, z = best(*held.fit(grade * SHAPES[kind]))
            out.append((z, found == index, 0.5 * held.weight / (len(KINDS) * len(GRADES_DB))))
    return [np.concatenate(part) for part in zip(*out, strict=True)]


def threshold(held):
    """The least z that accuses at most FALSE_ALARMS of the clean tracks, never under LEAST_Z."""
    _, z = best(*held.fit())
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
    generator, names = np.random.default_rng(1), np.unique(held.source)
    sums = np.array([(values * held.weight)[held.source == name].sum() for name in names])
    mass = np.array([held.weight[held.source == name].sum() for name in names])
    draws = generator.integers(0, len(names), (count, len(names)))
    return np.quantile(sums[draws].sum(1) / mass[draws].sum(1), [0.05, 0.95])


def confusion(held, least, grade):
    """Prints what is said, in percent, of music with each fault and of clean music."""
    print(f"said of {grade} dB of".ljust(18) + "".join(f"{kind:>8s}" for kind in KINDS) + " nothing")
    for name, shape in [*SHAPES.items(), ("no fault", 0.0)]:
        kind, z = best(*held.fit(grade * shape))
        said = [100 * held.weight @ ((kind == index) & (z >= least)) for index in range(len(KINDS))]
        print(name.ljust(18) + "".join(f"{share:8.0f}" for share in said) + f"{100 - sum(said):8.0f}")


def report(held):
    least = threshold(held)
    amount, error = held.fit()
    kind, z = best(amount, error)
    accused = (z >= least).astype(float)
    low, high = interval(accused, held)
    print(f"{len(held.rest)} excerpts of {len(held.models)} collections; z from {least:.2f}")
    print(f"clean tracks accused: {100 * held.weight @ accused:.1f} % ({100 * low:.1f} to {100 * high:.1f})")
    for index, name in enumerate(KINDS):
        inside = held.weight @ (abs(amount[:, index]) < 1.645 * error[:, index])
        line = f"{name:7s} standard error {np.median(error[:, index]):4.1f} dB, 90 % interval holds {100 * inside:.0f} %, found"
        for grade in GRADES_DB:
            kind, z = best(*held.fit(grade * SHAPES[name]))
            hit = ((kind == index) & (z >= least)).astype(float)
            low, high = interval(hit, held)
            line += f"  +{grade} dB {100 * held.weight @ hit:.0f} % ({100 * low:.0f} to {100 * high:.0f})"
        print(line)
    confusion(held, least, GRADES_DB[-1])
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
    report(HeldOut(*load(sys.argv[1])))
