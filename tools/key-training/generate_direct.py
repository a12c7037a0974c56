"""Write shards of features without sound, as `generate.py` does: `generate_direct.py OUT --first SEED --count N [--kind NAME]`."""

import argparse
from pathlib import Path

import numpy as np

import direct
from generate import STEPS_OF_ONE
from pieces.kinds import compose
from pieces.theory import seed_of

SHARD = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=28.0)
    parser.add_argument("--kind", default="")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for first in range(args.first, args.first + args.count, SHARD):
        rows = []
        for seed in range(first, first + SHARD):
            rng = seed_of(seed)
            song, key, kind = compose(rng, args.seconds, args.kind)
            fine = np.clip(np.round(direct.steps(song, args.seconds, rng) * STEPS_OF_ONE), 0, 255).astype(np.uint8)
            rows.append((fine, key, kind))
        zero = np.zeros(len(rows))
        np.savez_compressed(
            args.out / f"{first:06d}.npz", fine=np.stack([r[0] for r in rows]), tuning=zero, detuned=zero, measures=np.ones((len(rows), 3)),
            key=np.array([r[1] for r in rows]), kind=np.array([r[2] for r in rows]),
        )  # fmt: skip
        print(first, flush=True)


if __name__ == "__main__":
    main()
