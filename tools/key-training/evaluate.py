"""Compare profiles, network and both on kinds the network has not heard: `evaluate.py HELD.npz ...` (from `train.py --without`)."""

import argparse
from pathlib import Path

import numpy as np

import profiles

SHARPNESS = 12.0


def bootstrap(values: np.ndarray, draws: int = 2000) -> tuple[float, float]:
    """95 % interval of the mean over pieces."""
    rng = np.random.default_rng(1)
    means = values[rng.integers(0, len(values), (draws, len(values)))].mean(1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def log_softmax(x: np.ndarray) -> np.ndarray:
    x = x - x.max(1, keepdims=True)
    return x - np.log(np.exp(x).sum(1, keepdims=True))


def weights(found: np.ndarray, key: np.ndarray) -> np.ndarray:
    return np.array([profiles.weighted(int(f), int(k)) for f, k in zip(found, key, strict=True)])


def calibration(logits: np.ndarray, key: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error of the best key's share."""
    share = np.exp(log_softmax(logits))
    sure, right = share.max(1), share.argmax(1) == key
    at = np.minimum((sure * bins).astype(int), bins - 1)
    return float(sum(abs(sure[at == b].mean() - right[at == b].mean()) * (at == b).mean() for b in range(bins) if (at == b).any()))


def undecided(odds: np.ndarray, scores: np.ndarray, key: np.ndarray, kind: np.ndarray) -> None:
    """How sure the network is of what has a key, and of what has none."""
    for name, sure in (("network", np.exp(log_softmax(odds)).max(1)), ("profiles", scores.max(1))):
        keyed = key >= 0
        print(
            name,
            "with a key: lowest share of 1, 2, 5, 10 % of pieces",
            *(f"{np.quantile(sure[keyed], q):.3f}" for q in (0.01, 0.02, 0.05, 0.1)),
        )
        for one in np.unique(kind[~keyed]):
            print(
                f"  {one:14s} {(kind == one).sum():4d} highest of 50, 90 %",
                *(f"{np.quantile(sure[kind == one], q):.3f}" for q in (0.5, 0.9)),
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("held", type=Path, nargs="+")
    args = parser.parse_args()
    parts = [np.load(path) for path in args.held]
    odds, scores, key, kind, measures = (
        np.concatenate([part[name] for part in parts]) for name in ("odds", "scores", "key", "kind", "measures")
    )
    # Features without sound agree on their tuning wholly; they are no test.
    rendered = measures[:, 0] < 0.999
    odds, scores, key, kind = odds[rendered], scores[rendered], key[rendered], kind[rendered]
    keyed = key >= 0
    undecided(odds, scores, key, kind)
    odds, scores, key, kind = odds[keyed], scores[keyed], key[keyed], kind[keyed]
    network, prior = log_softmax(odds), log_softmax(SHARPNESS * scores)
    mixes = {f"network + {share} profiles": network + share * prior for share in (0.0, 0.1, 0.2, 0.35, 0.5, 1.0, 2.0)} | {"profiles": prior}
    for name, logits in mixes.items():
        value = weights(logits.argmax(1), key)
        low, high = bootstrap(value)
        temperatures = np.arange(0.5, 3.0, 0.1)
        nll = [-(log_softmax(logits / t)[np.arange(len(key)), key]).mean() for t in temperatures]
        best = float(temperatures[int(np.argmin(nll))])
        print(f"{name:24s} weighted {value.mean():.3f} [{low:.3f}, {high:.3f}] exact {(value == 1).mean():.3f} temperature {best:.1f} nll {min(nll):.3f} "
              f"ece {calibration(logits / best, key):.3f}")  # fmt: skip
    for name in np.unique(kind):
        here = kind == name
        row = [f"{weights(m[here].argmax(1), key[here]).mean():.3f}" for m in (prior, network, network + 0.35 * prior)]
        print(f"{name:16s} {here.sum():4d}", *row)


if __name__ == "__main__":
    main()
