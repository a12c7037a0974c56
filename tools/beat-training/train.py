"""Train the network: `train.py DATA OUT --steps N`. DATA holds `train/` and `val/` shards of generate.py."""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from scipy.ndimage import median_filter
from scipy.signal import lfilter
from torch import Tensor, nn

from features import BANDS, GAIN, LEVEL_STEPS
from network import BINS_PER_OCTAVE, SLOWEST_BPM, TEMPO_BINS, Network

FRAMES_PER_S = 22_050 / 221
CROP = 2560
SEED = 7


class Shards:
    """All excerpts of a folder; `refresh` picks up shards that were written meanwhile."""

    def __init__(self, *folders: Path) -> None:
        self.folders, self.known = folders, set[Path]()
        self.levels: list[np.ndarray] = []
        self.beats: list[np.ndarray] = []
        self.down: list[np.ndarray] = []
        self.genre: list[str] = []
        self.meter: list[int] = []
        self.still: list[int] = []
        """Those without a beat."""
        self.refresh()

    def refresh(self) -> None:
        for path in sorted(p for folder in self.folders for p in folder.glob("*.npz")):
            if path in self.known:
                continue
            try:
                data = np.load(path)
                levels, beats, down = data["levels"], data["beats"], data["down"]
            except Exception:  # noqa: BLE001: half written, next time
                continue
            self.known.add(path)
            for k in range(levels.shape[0]):
                inside = beats[k] >= 0
                self.levels.append(levels[k])
                self.beats.append(beats[k][inside] * FRAMES_PER_S)
                self.down.append(down[k][inside] == 1)
                self.genre.append(str(data["genre"][k]))
                self.meter.append(int(data["meter"][k]))
                if not inside.any():
                    self.still.append(len(self.levels) - 1)

    def __len__(self) -> int:
        return len(self.levels)


def targets(beats: np.ndarray, frames: int) -> np.ndarray:
    """1 at the frame of a beat, less within 2.5 frames of its exact place."""
    out = np.zeros(frames + 8, np.float32)
    for beat in beats:
        for frame in range(int(beat) - 2, int(beat) + 4):
            if 0 <= frame < frames:
                out[frame] = max(out[frame], 1.0 - abs(frame - beat) / 2.5)
    return out[:frames]


def tempo_target(beats: np.ndarray) -> np.ndarray:
    """Soft distribution of the local tempo, as a median of five intervals, by time; all zero without beats."""
    out = np.zeros(TEMPO_BINS, np.float32)
    if beats.size < 4:
        return out
    intervals = np.diff(beats)
    for interval in median_filter(intervals, min(5, intervals.size), mode="nearest"):
        centre = math.log2(60 * FRAMES_PER_S / float(interval) / SLOWEST_BPM) * BINS_PER_OCTAVE
        out += interval * np.exp(-0.5 * ((np.arange(TEMPO_BINS) - centre) / 0.8) ** 2).astype(np.float32)
    return out / max(out.sum(), 1e-6)


def sample(data: Shards, index: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A crop, stretched in time by up to a sixth half of the time."""
    levels, beats, down = data.levels[index], data.beats[index], data.down[index]
    stretch = float(2 ** rng.uniform(-0.22, 0.22)) if rng.random() < 0.5 else 1.0
    length = min(levels.shape[0] - 1, int(CROP * stretch) + 1)
    first = int(rng.integers(0, levels.shape[0] - length))
    at = first + np.arange(CROP) * stretch
    at = np.minimum(at, levels.shape[0] - 1.001)
    if stretch == 1.0:
        crop = levels[first : first + CROP].astype(np.float32)
        crop = np.pad(crop, ((0, CROP - crop.shape[0]), (0, 0)))
    else:
        low = at.astype(int)
        share = (at - low)[:, None].astype(np.float32)
        crop = levels[low] * (1 - share) + levels[low + 1] * share
    moved = (beats - first) / stretch
    inside = (moved >= 0) & (moved < CROP)
    return crop / LEVEL_STEPS, targets(moved[inside], CROP), targets(moved[inside & down], CROP), tempo_target(moved[inside])


def augmented(levels: Tensor, rng: np.random.Generator) -> Tensor:
    """Gain, equalisation, band limits, expansion, noise floor: on magnitudes, excerpt by excerpt."""
    batch = levels.shape[0]
    magnitude = torch.expm1(levels) / GAIN
    nodes = rng.normal(0, 3.0, (batch, 9)) + rng.uniform(-14, 8, (batch, 1))
    curve = np.stack([np.interp(np.linspace(0, 8, BANDS), np.arange(9), row) for row in nodes])
    for row in curve:
        if rng.random() < 0.15:
            row[int(rng.integers(20, BANDS)) :] -= rng.uniform(10, 60)
        if rng.random() < 0.1:
            row[: int(rng.integers(1, 10))] -= rng.uniform(10, 40)
    magnitude = magnitude * torch.from_numpy(10 ** (curve / 20)).float()[:, None, :]
    bend = torch.from_numpy(np.where(rng.random((batch, 1, 1)) < 0.4, rng.uniform(0.7, 1.25, (batch, 1, 1)), 1.0)).float()
    top = magnitude.amax(dim=(1, 2), keepdim=True) + 1e-9
    magnitude = top * (magnitude / top + 1e-9) ** bend
    magnitude = ringing(magnitude, rng)
    floor = 10 ** (rng.uniform(-90, -55, (batch, 1, 1)) / 20)
    magnitude = magnitude + torch.from_numpy(floor).float() * torch.rand_like(magnitude)
    return torch.log1p(GAIN * magnitude)


def ringing(magnitude: Tensor, rng: np.random.Generator) -> Tensor:
    """Some excerpts decay no faster than a room lets them."""
    hold = np.where(rng.random(magnitude.shape[0]) < 0.2, 10 ** (-3 / (FRAMES_PER_S * rng.uniform(0.3, 2.0, magnitude.shape[0]))), 0.0)
    wet = torch.from_numpy(rng.uniform(0.1, 0.5, magnitude.shape[0])).float()[:, None, None]
    rooms = np.flatnonzero(hold)
    if rooms.size:
        dry = magnitude[rooms]
        tails = lfilter(1 - hold[rooms[0]], [1, -hold[rooms[0]]], dry.numpy(), axis=1)
        magnitude = magnitude.clone()
        magnitude[rooms] = dry + wet[rooms] * torch.from_numpy(tails).float()
    return magnitude


def crossed(levels: Tensor, others: Tensor, rng: np.random.Generator) -> Tensor:
    """Some excerpts have something without a beat in the foreground or behind: the powers add."""
    gain = np.where(rng.random(levels.shape[0]) < 0.25, 10 ** (rng.uniform(-18, 0, levels.shape[0]) / 20), 0.0)
    over = torch.from_numpy(gain).float()[:, None, None] * torch.expm1(others)
    return torch.log1p(torch.sqrt(torch.expm1(levels) ** 2 + over**2))


def loss_of(outputs: tuple[Tensor, Tensor, Tensor], wanted: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, list[float]]:
    bce = nn.functional.binary_cross_entropy_with_logits
    beat, down = bce(outputs[0], wanted[0]), bce(outputs[1], wanted[1])
    tempo = -(wanted[2] * torch.log_softmax(outputs[2], dim=1)).sum(dim=1).mean()
    return beat + 0.7 * down + 0.02 * tempo, [float(beat), float(down), float(tempo)]


def batch_of(data: Shards, indices: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, tuple[Tensor, Tensor, Tensor]]:
    rows = [sample(data, int(i), rng) for i in indices]
    stacked = [torch.from_numpy(np.stack([r[k] for r in rows])) for k in range(4)]
    return stacked[0].float(), (stacked[1], stacked[2], stacked[3])


def sounding(levels: Tensor) -> Tensor:
    """1 where a frame is not digital silence."""
    return (levels.sum(dim=2) > 0).float()


def validate(network: Network, data: Shards) -> list[float]:
    """Mean losses on all excerpts; leaves the network ready to be evaluated, not trained."""
    network.eval()
    rng, totals = np.random.default_rng(1), np.zeros(3)
    with torch.no_grad():
        groups = [np.arange(k, min(k + 25, len(data))) for k in range(0, len(data), 25)]
        for group in groups:
            levels, wanted = batch_of(data, group, rng)
            totals += loss_of(network(levels, sounding(levels)), wanted)[1]
    return [float(t) for t in totals / max(1, len(groups))]


def ready(network: Network, frozen: bool) -> None:
    """Set up for training; `frozen` batch norms keep their statistics."""
    network.train()
    for module in network.modules():
        if frozen and isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.eval()


def checked(average: dict[str, Tensor], val: Shards, out: Path, step: int) -> None:
    """Save the averaged weights and print what they lose on the held-out excerpts."""
    smooth = Network()
    smooth.load_state_dict(average)
    print("val", step, np.round(validate(smooth, val), 4) if len(val) else "-", flush=True)
    torch.save(average, out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with train/ and val/")
    parser.add_argument("out", type=Path)
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="further folders like it, for training only")
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--minutes", type=float, default=1e6, help="the schedule ends after so long, if the steps do not end before")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--frozen", action="store_true", help="keep the statistics of the batch norms, for weights from restore.py")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    train, val = Shards(args.data / "train", *[more / "train" for more in args.more]), Shards(args.data / "val")
    network = Network()
    if args.start:
        network.load_state_dict(torch.load(args.start))
    print("parameters", sum(p.numel() for p in network.parameters()), "excerpts", len(train), len(val), flush=True)
    optimizer = torch.optim.AdamW(network.parameters(), lr=args.rate, weight_decay=1e-3)
    average = {k: v.clone() for k, v in network.state_dict().items()}
    ready(network, args.frozen)
    began, recent = time.time(), np.zeros(3)
    for step in range(args.steps):
        warm, share = min(1.0, (step + 1) / 100), max(step / args.steps, (time.time() - began) / (60 * args.minutes))
        if share >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = args.rate * warm * (0.5 + 0.5 * math.cos(math.pi * share)) + 1e-5
        levels, wanted = batch_of(train, rng.integers(0, len(train), args.batch), rng)
        heard = sounding(levels)
        if train.still:
            levels = crossed(levels, batch_of(train, rng.choice(train.still, args.batch), rng)[0], rng)
        loss, parts = loss_of(network(augmented(levels, rng), heard), wanted)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        keep = min(0.995, step / (step + 20))
        for name, value in network.state_dict().items():
            average[name] = keep * average[name] + (1 - keep) * value if value.is_floating_point() else value
        recent += parts
        if (step + 1) % 50 == 0:
            print(step + 1, f"{time.time() - began:.0f} s", np.round(recent / 50, 4), len(train), flush=True)
            recent[:] = 0
            train.refresh()
            val.refresh()
        if (step + 1) % 200 == 0:
            checked(average, val, args.out, step + 1)
    checked(average, val, args.out, step)
    args.out.with_suffix(".json").write_text(json.dumps({"steps": step, "excerpts": len(train), "seed": SEED}))


if __name__ == "__main__":
    main()
