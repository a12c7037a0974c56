"""Mix the weights of a network with those of one trained on from it: `mix.py BEFORE AFTER OUT --share S`.

Between the two lies a network that keeps more of what the first knew of unlike music (Wortsman et al., CVPR 2022).
"""

import argparse
from pathlib import Path

import torch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, default=0.7, help="of the second")
    args = parser.parse_args()
    before, after = torch.load(args.before), torch.load(args.after)
    mixed = {
        name: (1 - args.share) * before[name] + args.share * value if value.is_floating_point() else value for name, value in after.items()
    }
    torch.save(mixed, args.out)


if __name__ == "__main__":
    main()
