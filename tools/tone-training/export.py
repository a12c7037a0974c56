"""Fits the model to all collections and writes its numbers as Rust, with cases that hold the port against this code.

python export.py FOLDER ../../crates/balanced-assistant/src/tone
"""

import sys
from pathlib import Path

import numpy as np

from evaluate import HeldOut, report
from model import ATOMS, BANDS, CENTER_HZ, FREEDOM, LEVEL_VARIANCE, MOST_Z, SHAPES, Model, load

HEAD = "// Written by tools/tone-training/export.py; not edited by hand.\n"


def row(values, digits):
    text = ", ".join(f"{value:.{digits}f}" for value in values)
    return f"[{text}]"


def array(name, about, values, digits):
    values = np.asarray(values)
    if values.ndim == 1:
        kind, body = f"[f64; {len(values)}]", row(values, digits)
    else:
        kind = f"[[f64; {values.shape[1]}]; {values.shape[0]}]"
        body = "[\n" + "".join(f"    {row(line, digits)},\n" for line in values) + "]"
    return f"/// {about}\npub(super) const {name}: {kind} = {body};\n"


def numbers(model, least_z, line):
    parts = [
        "//! Numbers of the tone model; `tools/tone-training` has their origin.\n",
        HEAD,
        "/// Third octaves of the model.\n" + f"pub(super) const BANDS: usize = {BANDS};\n",
        "/// Features of the model.\n" + f"pub(super) const FEATURES: usize = {len(model.center)};\n",
        "/// Standardised features stay within this.\n" + f"pub(super) const MOST_Z: f64 = {MOST_Z:.1f};\n",
        "/// Variance that frees the level, in dB squared.\n" + f"pub(super) const LEVEL_VARIANCE: f64 = {LEVEL_VARIANCE:.1f};\n",
        "/// Degrees of freedom of the distribution around the expected balance.\n" + f"pub(super) const FREEDOM: f64 = {FREEDOM:.1f};\n",
        "/// Least amplitude over standard error that is said.\n" + f"pub(super) const LEAST_Z: f64 = {least_z:.2f};\n",
        "/// Intercept and slope, by amplitude over standard error, of the log odds that a finding is right.\n"
        + f"pub(super) const LOG_ODDS: [f64; 2] = {row(line, 3)};\n",
        array("CENTER_HZ", "Centres of the bands.", CENTER_HZ, 3),
        array("FEATURE_MEAN", "Mean of each feature.", model.center, 3),
        array("FEATURE_SPREAD", "Standard deviation of each feature.", model.spread, 3),
        array("BALANCE_MEAN_DB", "Mean balance.", model.mean, 2),
        array("SLOPE_DB", "Change of the balance by one standard deviation of a feature.", model.slope, 3),
        array("COVARIANCE", "Covariance around the expected balance, in dB squared.", model.covariance, 2),
        array(
            "ERROR_SCALE",
            "How much larger errors on unseen collections are than the covariance claims, by kind.",
            list(model.scale.values()),
            3,
        ),
        array("SHAPES", "Level by band of 1 dB of each kind: " + ", ".join(kind.lower() for kind in ATOMS) + ".", list(SHAPES.values()), 4),
    ]
    return "\n".join(parts)


def rounded(model):
    """The model as it is written."""
    model.center, model.spread, model.slope = (np.round(value, 3) for value in (model.center, model.spread, model.slope))
    model.mean, model.covariance = np.round(model.mean, 2), np.round(model.covariance, 2)
    model.scale = {kind: round(float(scale), 3) for kind, scale in model.scale.items()}
    return model


def cases(model):
    """Features and levels drawn by a counter, with what the model says of them."""
    generator = np.random.default_rng(3)
    given = np.round(model.center + model.spread * generator.normal(0, 1.2, (3, len(model.center))), 3)
    levels = np.round(model.mean - 30 + 4 * generator.normal(0, 1, (3, BANDS)), 2)
    levels[1] += np.round(12 * SHAPES["Harsh"], 2)
    levels[2] += np.round(14 * SHAPES["Mud"], 2)
    amount, error = model.fit(model.rest(levels - levels.mean(1, keepdims=True), given))
    return "\n".join(
        [
            "//! Cases from the Python twin of the model.\n",
            HEAD,
            array("GIVEN", "Features.", given, 3),
            array("LEVELS_DB", "Third octaves.", levels, 2),
            array("AMOUNT_DB", "Amplitudes by kind.", amount, 4),
            array("ERROR_DB", "Their standard errors.", error, 4),
        ]
    )


def main():
    folder, out = sys.argv[1], Path(sys.argv[2])
    data = load(folder)
    held = HeldOut(*data)
    least_z, line = report(held)
    model = Model(*data)
    model.scale = held.scale
    model = rounded(model)
    (out / "numbers.rs").write_text(numbers(model, least_z, line))
    (out / "twin.rs").write_text(cases(model))


if __name__ == "__main__":
    main()
