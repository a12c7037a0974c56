"""Fits the models to all collections and writes their numbers as Rust, with cases that hold the port against this code.

python export.py FOLDER ../../crates/balanced-assistant/src/tone
"""

import sys
from pathlib import Path

import numpy as np

from evaluate import BESIDE_PEAKS, HeldOut, report
from model import (
    ATOMS,
    BANDS,
    CENTER_HZ,
    FILTER_OF,
    FILTERS,
    FREEDOM,
    GRADES_DB,
    LEVEL_VARIANCE,
    MOST_Z,
    SHAPES,
    VALUES,
    Model,
    PeakModel,
    load,
)

HEAD = "// Written by tools/tone-training/export.py; not edited by hand.\n"


def row(values, digits):
    text = ", ".join(f"{value:.{digits}f}" for value in values)
    return f"[{text}]"


def array(name, about, values, digits):
    values = np.asarray(values)
    kind = "f64"
    for size in reversed(values.shape):
        kind = f"[{kind}; {size}]"
    # Large tables are statics: a constant would be copied to every use.
    storage = "const" if values.ndim < 3 else "static"
    return f"/// {about}\npub(super) {storage} {name}: {kind} = {nested(values, digits)};\n"


def nested(values, digits):
    if values.ndim == 1:
        return row(values, digits)
    return "[\n" + "".join(f"    {nested(part, digits)},\n" for part in values) + "]"


def trust(scale, least_z, line):
    """How far a fit is believed."""
    return [
        "/// Least amplitude over standard error that is said.\n" + f"pub(super) const LEAST_Z: f64 = {least_z:.2f};\n",
        "/// Intercept and slope, by amplitude over standard error, of the log odds that a finding is right.\n"
        + f"pub(super) const LOG_ODDS: [f64; 2] = {row(line, 3)};\n",
        array(
            "ERROR_SCALE", "How much larger errors on unseen collections are than the covariance claims, by kind.", list(scale.values()), 3
        ),
    ]


def numbers(model, least_z, line):
    parts = [
        "//! Numbers of the tone model; `tools/tone-training` has their origin.\n",
        HEAD,
        "/// Third octaves of the model.\n" + f"pub(super) const BANDS: usize = {BANDS};\n",
        "/// Features of the model.\n" + f"pub(super) const FEATURES: usize = {len(model.center)};\n",
        "/// Standardised features stay within this.\n" + f"pub(super) const MOST_Z: f64 = {MOST_Z:.1f};\n",
        "/// Variance that frees the level, in dB squared.\n" + f"pub(super) const LEVEL_VARIANCE: f64 = {LEVEL_VARIANCE:.1f};\n",
        "/// Degrees of freedom of the distribution around the expected balance.\n" + f"pub(super) const FREEDOM: f64 = {FREEDOM:.1f};\n",
        *trust(model.scale, least_z, line),
        array("CENTER_HZ", "Centres of the bands.", CENTER_HZ, 3),
        array("FEATURE_MEAN", "Mean of each feature.", model.center, 3),
        array("FEATURE_SPREAD", "Standard deviation of each feature.", model.spread, 3),
        array("BALANCE_MEAN_DB", "Mean balance.", model.mean, 2),
        array("SLOPE_DB", "Change of the balance by one standard deviation of a feature.", model.slope, 3),
        array("COVARIANCE", "Covariance around the expected balance, in dB squared.", model.covariance, 2),
        array("SHAPES", "Level by band of 1 dB of each kind: " + ", ".join(kind.lower() for kind in ATOMS) + ".", list(SHAPES.values()), 4),
    ]
    return "\n".join(parts)


def peak_numbers(peaks, least_z, line):
    filter_of = ", ".join(str(FILTER_OF[kind]) for kind in ATOMS)
    parts = [
        "//! Numbers of what trial filters do to the peaks; `tools/tone-training` has their origin.\n",
        HEAD,
        "/// Numbers of a trial filter: two gains, of each the changes of four quantiles of the peaks and of the energy.\n"
        + f"pub(super) const VALUES: usize = {VALUES};\n",
        "/// Trial filter of each kind.\n" + f"pub(super) const FILTER_OF: [usize; {len(ATOMS)}] = [{filter_of}];\n",
        *trust(peaks.scale, least_z, line),
        "/// Beside the peaks, standard errors of the third octaves alone count by this.\n"
        + f"pub(super) const BESIDE_PEAKS: f64 = {BESIDE_PEAKS};\n",
        array("MEAN", "Mean changes by filter, in dB.", peaks.mean, 3),
        array("BEND_DB", "Amount at which the path of each kind bends.", [GRADES_DB[kind][0] for kind in ATOMS], 1),
        array("STEPS", "Changes by 1 dB of each kind, up to the bend and beyond.", peaks.steps, 4),
        array("COVARIANCE", "Covariance around the expected changes by filter, in dB squared.", peaks.covariance, 5),
    ]
    return "\n".join(parts)


def peak_slopes(peaks):
    features = len(peaks.model.center)
    slope = np.swapaxes(peaks.slope, 1, 2)
    parts = [
        "//! How what trial filters do to the peaks depends on features and balance; `tools/tone-training` has the numbers' origin.\n",
        HEAD,
        array("SLOPE_FEATURES", "Change of the expected changes by one standard deviation of a feature.", slope[:, :, :features], 3),
        array("SLOPE_BALANCE", "Change of the expected changes by 1 dB more in a band.", slope[:, :, features:], 4),
    ]
    return "\n".join(parts)


def rounded(model):
    """The model as it is written."""
    model.center, model.spread, model.slope = (np.round(value, 3) for value in (model.center, model.spread, model.slope))
    model.mean, model.covariance = np.round(model.mean, 2), np.round(model.covariance, 2)
    model.scale = {kind: round(float(scale), 3) for kind, scale in model.scale.items()}
    return model


def rounded_peaks(peaks):
    """As it is written; balance in dB from here on."""
    features = len(peaks.model.center)
    peaks.mean, peaks.steps, peaks.covariance = np.round(peaks.mean, 3), np.round(peaks.steps, 4), np.round(peaks.covariance, 5)
    peaks.slope[:, features:] /= peaks.BALANCE_DB
    peaks.BALANCE_DB = 1.0
    peaks.slope[:, :features], peaks.slope[:, features:] = np.round(peaks.slope[:, :features], 3), np.round(peaks.slope[:, features:], 4)
    peaks.scale = {kind: round(float(scale), 3) for kind, scale in peaks.scale.items()}
    return peaks


def cases(model, peaks):
    """Features, levels and changes drawn by a counter, with what the models say of them."""
    generator = np.random.default_rng(3)
    given = np.round(model.center + model.spread * generator.normal(0, 1.2, (3, len(model.center))), 3)
    levels = np.round(model.mean - 30 + 4 * generator.normal(0, 1, (3, BANDS)), 2)
    levels[1] += np.round(12 * SHAPES["Harsh"], 2)
    levels[2] += np.round(14 * SHAPES["Mud"], 2)
    balance = levels - levels.mean(1, keepdims=True)
    amount, error = model.fit(model.rest(balance, given))
    changes = np.round(peaks.mean + generator.normal(0, 0.4, (3, FILTERS, VALUES)), 3)
    peak_amount, peak_error = peaks.fit(balance, given, changes)
    return "\n".join(
        [
            "//! Cases from the Python twin of the model.\n",
            HEAD,
            array("GIVEN", "Features.", given, 3),
            array("LEVELS_DB", "Third octaves.", levels, 2),
            array("AMOUNT_DB", "Amplitudes by kind.", amount, 4),
            array("ERROR_DB", "Their standard errors.", error, 4),
            array("CHANGES_DB", "Changes by trial filters.", changes, 3),
            array("PEAK_AMOUNT_DB", "Amplitudes by kind, of third octaves and peaks.", peak_amount, 4),
            array("PEAK_ERROR_DB", "Their standard errors.", peak_error, 4),
        ]
    )


def main():
    folder, out = sys.argv[1], Path(sys.argv[2])
    data = load(folder)
    held = {with_peaks: HeldOut(data, with_peaks) for with_peaks in (False, True)}
    found = {with_peaks: report(held[with_peaks]) for with_peaks in held}
    model = Model(data.balance, data.features, data.source)
    [model.scale] = held[False].scale
    peaks = PeakModel(model, data)
    peaks.scale = held[True].scale[1]
    model, peaks = rounded(model), rounded_peaks(peaks)
    (out / "numbers.rs").write_text(numbers(model, *found[False]))
    (out / "peak_numbers.rs").write_text(peak_numbers(peaks, *found[True]))
    (out / "peak_slopes.rs").write_text(peak_slopes(peaks))
    (out / "twin.rs").write_text(cases(model, peaks))


if __name__ == "__main__":
    main()
