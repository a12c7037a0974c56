"""Train on shards: `train.py MODEL.pt FOLDER ... [--without KIND,KIND]`; kinds left out, and a fifth of what has no key, are what it is
tested on."""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from data import Pieces, batches, read
from network import Network, parameters

BATCH = 64


def fit(pieces: Pieces, epochs: int, rate: float, seed: int) -> Network:
    """Weights are averaged exponentially; what is returned is the average."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network, average = Network(), Network()
    average.load_state_dict(network.state_dict())
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.03)
    steps = epochs * len(batches(pieces, BATCH, rng))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=max(steps, 1) + 1, pct_start=0.15)
    for epoch in range(epochs):
        began, losses = time.time(), []
        for classes, goal in batches(pieces, BATCH, rng):
            loss = F.cross_entropy(network(classes), goal)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            with torch.no_grad():
                for mean, now in zip(average.parameters(), network.parameters(), strict=True):
                    mean.lerp_(now, 0.01)
        print(f"epoch {epoch} loss {np.mean(losses):.3f} {time.time() - began:.1f} s", flush=True)
    return average


@torch.no_grad()
def odds(network: Network, pieces: Pieces) -> np.ndarray:
    """Log odds of every piece; steps without sound are left out."""
    network.eval()
    out = []
    for classes in pieces.classes[1]:
        sounding = classes[classes.sum((1, 2)) > 0]
        out.append(network(torch.from_numpy(sounding)[None])[0].numpy() if len(sounding) else np.zeros(24))
    return np.stack(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--without", default="")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    torch.set_num_threads(1)
    pieces = read(args.folders)
    out = np.isin(pieces.kind, args.without.split(","))
    if args.without:
        out |= (pieces.key < 0) & (np.arange(pieces.key.size) % 5 == 0)
    network = fit(pieces.where(~out), args.epochs, args.rate, args.seed)
    print(parameters(network), "parameters;", int((~out & (pieces.key >= 0)).sum()), "pieces with a key")
    torch.save(network.state_dict(), args.model)
    if out.any():
        held = pieces.where(out)
        np.savez(
            args.model.with_suffix(".held.npz"),
            odds=odds(network, held),
            scores=held.scores,
            key=held.key,
            kind=held.kind,
            measures=held.measures,
        )


if __name__ == "__main__":
    main()
