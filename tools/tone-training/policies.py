"""How near to the clean track the answer to a fault brings the spectrum, by the limit of the answer; each collection held out once.

python policies.py FOLDER
"""

import sys

import numpy as np

from evaluate import KINDS, HeldOut, best, size_db, surer, threshold
from model import SHAPES, load

# As in `recommend/tonal.rs`: standard deviation of real faults.
FAULT_DB = 6.0
LIMITS_DB = (4, 5, 6, 7, 8, 20)
# More than this is "made worse".
WORSE_DB = 0.1


def rms(curve):
    return np.sqrt(((curve - curve.mean(-1, keepdims=True)) ** 2).mean(-1))


def answers(held, least, grade, limit_db):
    """Of all tracks with a fault of `grade` (0 or 1) that any fault is said of: distance after over before, rightness, worsening, weight."""
    shapes = np.array(list(SHAPES.values()))
    rows = np.arange(len(held.weight))
    answered = []
    for index, kind in enumerate(KINDS):
        fault = size_db((index, grade)) * SHAPES[kind]
        found = held.fit((index, grade))
        named, z = best(found)
        amount, error, _ = surer(found)
        amount, error = amount[rows, named], error[rows, named]
        move = np.minimum(amount * FAULT_DB**2 / (FAULT_DB**2 + error**2), limit_db)
        after, before = rms(fault - move[:, None] * shapes[named]), rms(fault)
        said = z >= least
        answered.append(np.stack([after / before, named == index, after > before + WORSE_DB, held.weight])[:, said])
    return np.concatenate(answered, 1)


def main():
    held = HeldOut(load(sys.argv[1]), with_peaks=True)
    least = threshold(held)
    print(f"{len(held.weight)} excerpts of {len(held.thirds)} collections; z from {least:.2f}; distance after over before")
    for limit_db in LIMITS_DB:
        line = f"at most {limit_db:2d} dB"
        for grade in (0, 1):
            ratio, right, worse, weight = answers(held, least, grade, limit_db)
            mine, all_ = (weight * right) / (weight @ right), weight / weight.sum()
            line += f"   {('smaller', 'larger')[grade]}: right one named {mine @ ratio:.2f}, any named {all_ @ ratio:.2f}, made worse {100 * all_ @ worse:.0f} %"
        print(line)


if __name__ == "__main__":
    main()
