"""Train the choosers of the beat level and of the metre, and fit the doubts: `choose.py FIT VAL RHYTHM_FOLDER`.

FIT and VAL are folders of generate.py's shards that the network has not seen. Rust (`tests/doors/probe.rs` of balanced-analysis) computes the features
of every candidate; each song takes part as it is and degraded (equalisation, band limits, reverberation, noise, music without
a beat over it). Writes `level.bin` and `metre.bin`, prints the constants of `evidence.rs` and `bars.rs`, and the scores.
"""

import argparse
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from features import LEVEL_STEPS
from train import Shards, augmented, crossed

HIDDEN, FOLDS, SEED = 16, 5, 11
DECAYS = (0.3, 1.0)
NEAR_S, FRAMES_PER_S = 0.07, 22_050 / 221
Floats = NDArray[np.float64]
Row = dict[str, Any]


@dataclass
class Excerpt:
    """What Rust says of an excerpt, and the truth in seconds."""

    said: Row
    beats: Floats
    down: NDArray[np.bool_]
    meter: int
    genre: str
    degraded: bool

    @property
    def bpm(self) -> float:
        return 60 / float(np.median(np.diff(self.beats))) if self.beats.size > 3 else 0.0


def excerpts(folder: Path, degraded: bool, rhythm: Path, work: Path, again: bool = False) -> list[Excerpt]:
    """All excerpts of a folder, through Rust, or what it said before (`again`)."""
    data, rng = Shards(folder), np.random.default_rng(SEED)
    levels = np.stack(data.levels)
    if degraded:
        for first in range(0, len(data), 50):
            part = torch.from_numpy(levels[first : first + 50].astype(np.float32) / LEVEL_STEPS)
            others = torch.from_numpy(levels[rng.choice(data.still, part.shape[0])].astype(np.float32) / LEVEL_STEPS)
            changed = augmented(crossed(part, others, rng), rng)
            levels[first : first + 50] = np.clip(np.round(changed.numpy() * LEVEL_STEPS), 0, 255)
    raw, out = work / "levels.u8", work / f"{folder.name}-{'degraded' if degraded else 'unchanged'}.jsonl"
    raw.write_bytes(np.array(levels.shape[:2], "<u4").tobytes() + levels.tobytes())
    command = "cargo test -q -j1 --profile ci -p balanced-analysis --lib rhythm::probe -- --ignored"
    paths = {"BALANCED_BEAT_LEVELS": str(raw.absolute()), "BALANCED_BEAT_FEATURES": str(out.absolute())}
    if not (again and out.exists()):
        subprocess.run(command.split(), check=True, cwd=rhythm, env={**os.environ, **paths}, stdout=subprocess.DEVNULL)
    said = [json.loads(line) for line in out.read_text().splitlines()]
    rows = zip(said, data.beats, data.down, data.genre, data.meter, strict=True)
    return [Excerpt(s, b / FRAMES_PER_S, d, m, g, degraded) for s, b, d, g, m in rows]


def matched(found: Floats, truth: Floats) -> float:
    """F-measure within 70 ms."""
    if found.size == 0 or truth.size == 0:
        return 0.0
    hits = int((np.abs(truth[:, None] - found[None, :]).min(axis=1) <= NEAR_S).sum())
    return 2 * min(hits, found.size) / (found.size + truth.size)


def near(found: float, truth: float, ratios: tuple[float, ...] = (1.0,)) -> bool:
    return any(abs(found - truth * r) <= 0.04 * truth * r for r in ratios)


RELATED = (1.0, 2.0, 3.0, 1 / 2, 1 / 3)


def right_level(excerpt: Excerpt) -> int:
    """Index of the candidate whose beats are the truth's; -1 if none's are."""
    scores = [matched(np.array(level["beats"]), excerpt.beats) for level in excerpt.said["levels"]]
    if not scores or excerpt.bpm == 0:
        return -1
    best = int(np.argmax(scores))
    bpm = excerpt.said["levels"][best]["bpm"]
    return best if scores[best] > 0.6 and abs(np.log2(bpm / excerpt.bpm)) < 0.3 else -1


def right_way(excerpt: Excerpt, level: Row) -> int:
    """Index of the way to count a candidate's longest stretch as the truth does; -1 if there is none."""
    found = np.array(level["longest"])
    if found.size < 8 or not excerpt.down.any():
        return -1
    gaps = np.abs(excerpt.beats[excerpt.down][:, None] - found[None, :])
    at = gaps.argmin(axis=1)[gaps.min(axis=1) <= NEAR_S]
    if at.size < 2:
        return -1
    phases = np.bincount(at % excerpt.meter, minlength=excerpt.meter)
    first = int(phases.argmax())
    if phases[first] < 0.7 * phases.sum():
        return -1
    ways = [(int(w[0]), int(w[1])) for w in level["ways"]]
    return ways.index((excerpt.meter, first)) if (excerpt.meter, first) in ways else -1


Case = tuple[Floats, int]
"""Features of all candidates, and which is right."""


class Chooser(nn.Module):
    """The network of `rhythm/choice.rs`."""

    def __init__(self, cases: list[Case]) -> None:
        super().__init__()
        rows = np.concatenate([c[0] for c in cases])
        self.mean = torch.from_numpy(rows.mean(axis=0)).float()
        self.scale = torch.from_numpy(1 / np.maximum(rows.std(axis=0), 1e-3)).float()
        self.hidden = nn.Linear(rows.shape[1], HIDDEN)
        self.out = nn.Linear(HIDDEN, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inputs = ((x - self.mean) * self.scale).clamp(-4, 4)
        result: torch.Tensor = self.out(torch.tanh(self.hidden(inputs)))[..., 0]
        return result

    def write(self, path: Path, add: bool) -> None:
        """Alone, or after the networks that are there (`add`): Rust takes the mean of their scores."""
        tensors = (self.mean, self.scale, self.hidden.weight, self.hidden.bias, self.out.weight)
        data = b"".join(t.detach().contiguous().numpy().astype("<f4").tobytes() for t in tensors)
        path.write_bytes((path.read_bytes() if add else b"") + data)


def padded(cases: list[Case]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Features, a mask that is 0 or minus infinity, and the right candidates of all cases."""
    most = max(c[0].shape[0] for c in cases)
    x = np.zeros((len(cases), most, cases[0][0].shape[1]), np.float32)
    mask = np.full((len(cases), most), -1e9, np.float32)
    for k, (rows, _) in enumerate(cases):
        x[k, : rows.shape[0]], mask[k, : rows.shape[0]] = rows, 0
    return torch.from_numpy(x), torch.from_numpy(mask), torch.tensor([c[1] for c in cases])


def trained(cases: list[Case], decay: float, steps: int = 250) -> Chooser:
    torch.manual_seed(SEED)
    chooser = Chooser(cases)
    x, mask, right = padded(cases)
    optimizer = torch.optim.AdamW(chooser.parameters(), lr=0.02, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        loss = nn.functional.cross_entropy(chooser(x) + mask, right, label_smoothing=0.02)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return chooser


def shares(chooser: Chooser, cases: list[Case]) -> list[Floats]:
    """Probabilities of the candidates of each case."""
    x, mask, _ = padded(cases)
    with torch.no_grad():
        found = torch.softmax(chooser(x) + mask, dim=1).numpy().astype(np.float64)
    return [row[: case[0].shape[0]] for row, case in zip(found, cases, strict=True)]


def crossfitted(cases: list[Case], songs: list[int], decay: float) -> list[Floats]:
    """Probabilities of each case by a chooser that did not see its song."""
    out: list[Floats] = [np.zeros(0)] * len(cases)
    for fold in range(FOLDS):
        inside = [k for k, song in enumerate(songs) if song % FOLDS == fold]
        others = [c for c, song in zip(cases, songs, strict=True) if song % FOLDS != fold and c[1] >= 0]
        for k, row in zip(inside, shares(trained(others, decay), [cases[k] for k in inside]), strict=True):
            out[k] = row
    return out


def best_decay(cases: list[Case], songs: list[int]) -> tuple[float, list[Floats]]:
    """The weight decay with the least cross-fitted loss, and its probabilities."""
    tried = []
    for decay in DECAYS:
        found = crossfitted(cases, songs, decay)
        known = [(row, c[1]) for row, c in zip(found, cases, strict=True) if c[1] >= 0]
        loss = float(np.mean([-np.log(max(row[right], 1e-9)) for row, right in known]))
        hit = float(np.mean([row.argmax() == right for row, right in known]))
        print(f"  decay {decay}: loss {loss:.3f}, right {hit:.3f} of {len(known)}", flush=True)
        tried.append((loss, decay, found))
    _, decay, found = min(tried, key=lambda t: t[0])
    return decay, found


def log_odds(p: Floats) -> Floats:
    p = np.clip(p, 1e-4, 1 - 1e-4)
    return np.log(p / (1 - p))


def logistic(rows: Floats, right: Floats, ridge: float = 1e-3) -> Floats:
    """Offset and weights of a logistic regression, by Newton's method."""
    x = np.concatenate([np.ones((rows.shape[0], 1)), rows], axis=1)
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + ridge * x.shape[0] * np.eye(x.shape[1])
        w = w + np.linalg.solve(hessian, x.T @ (right - p) - ridge * x.shape[0] * w)
    return w


def fit(songs: list[Excerpt], folder: Path, add: bool) -> None:
    """Both choosers and the three doubts."""
    known = [e for e in songs if e.said["levels"]]
    half = len(songs) // 2
    number = {id(e): k % half for k, e in enumerate(songs)}
    cases = [(np.array([level["features"] for level in e.said["levels"]]), right_level(e)) for e in known]
    names = [number[id(e)] for e in known]
    right = np.array([c[1] for c in cases])
    print(f"level {len(cases)}, the decoder's is right in {(right == 0).sum() / (right >= 0).sum():.3f} of {(right >= 0).sum()}")
    decay, level_shares = best_decay(cases, names)
    better = (np.array([row.argmax() for row in level_shares]) == right).astype(float) - (right == 0)
    print("  gain over the decoder", interval(better[right >= 0]))
    trained([c for c in cases if c[1] >= 0], decay).write(folder / "level.bin", add)
    chosen = [int(row.argmax()) for row in level_shares]
    evidence = np.array([e.said["levels"][k]["evidence"] for e, k in zip(known, chosen, strict=True)])
    bpm = [e.said["levels"][k]["bpm"] for e, k in zip(known, chosen, strict=True)]
    pulse_right = np.array([e.bpm > 0 and near(b, e.bpm, RELATED) for e, b in zip(known, bpm, strict=True)], float)
    tempo_right = np.array([e.bpm > 0 and near(b, e.bpm) for e, b in zip(known, bpm, strict=True)], float)
    at_beats, repeats, agreeing, related, between = evidence.T
    pulse_rows = np.stack([at_beats, repeats, agreeing + related], axis=1)
    pulse = logistic(pulse_rows, pulse_right)
    pulse_odds = pulse[0] + pulse_rows @ pulse[1:]
    share = np.array([row[k] for row, k in zip(level_shares, chosen, strict=True)])
    tempo_rows = np.stack([log_odds(share), pulse_odds, between, agreeing], axis=1)
    tempo = logistic(tempo_rows, tempo_right)
    print("PULSE", np.round(pulse, 3).tolist())
    print("TEMPO", np.round(tempo, 3).tolist())
    ways, kept = [], []
    for k, e in enumerate(known):
        level = e.said["levels"][cases[k][1] if cases[k][1] >= 0 else chosen[k]]
        if level["ways"]:
            ways.append((np.array([w[2] for w in level["ways"]]), right_way(e, level) if cases[k][1] >= 0 else -1))
            kept.append(k)
    print("metre", len(ways), "known", sum(w[1] >= 0 for w in ways))
    decay, way_shares = best_decay(ways, [names[k] for k in kept])
    trained([w for w in ways if w[1] >= 0], decay).write(folder / "metre.bin", add)
    tempo_odds = tempo[0] + tempo_rows @ tempo[1:]
    doubts, bars_right = [], []
    for k, way, row in zip(kept, ways, way_shares, strict=True):
        doubts.append([log_odds(row.max()), tempo_odds[k]])
        bars_right.append(float(chosen[k] == cases[k][1] and row.argmax() == way[1]))
    print("CONFIDENCE", np.round(logistic(np.array(doubts), np.array(bars_right)), 3).tolist())


def interval(values: Floats) -> str:
    """Mean with its 95 % bootstrap interval."""
    rng = np.random.default_rng(SEED)
    means = values[rng.integers(0, values.size, (2000, values.size))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{values.mean():.3f} ({low:.3f}-{high:.3f})"


def calibration(said: Floats, right: Floats) -> str:
    edges, error, parts = (0, 0.5, 0.7, 0.8, 0.9, 1.01), 0.0, []
    for low, high in zip(edges, edges[1:], strict=False):
        inside = (said >= low) & (said < high)
        if inside.any():
            error += inside.mean() * abs(said[inside].mean() - right[inside].mean())
            parts.append(f"{low}: {inside.sum()} {said[inside].mean():.2f} {right[inside].mean():.2f}")
    return f"ECE {error:.3f} Brier {np.mean((said - right) ** 2):.3f} [{' | '.join(parts)}]"


def score(songs: list[Excerpt], title: str) -> dict[str, Floats]:
    """What Rust measured, against the truth."""
    table: dict[str, list[float]] = {}
    doubts: dict[str, list[tuple[float, float]]] = {}
    for e in songs:
        said = e.said["measured"]
        bpm, found = said["bpm"] or 0.0, np.array(said["beats_s"])
        first, second = float(near(bpm, e.bpm)), float(near(bpm, e.bpm, RELATED))
        if e.bpm > 0:
            levels = e.said["levels"]
            downs = matched(np.array(said["downbeats_s"]), e.beats[e.down])
            row = {"Acc1": first, "Acc2": second, "F": matched(found, e.beats), "down F": downs}
            row["decoded Acc1"] = float(bool(levels) and near(levels[0]["bpm"], e.bpm))
            row["decoded F"] = matched(np.array(levels[0]["beats"]), e.beats) if levels else 0.0
            if first and row["F"] > 0.8:
                row["down F, beats right"] = downs
            for name, value in row.items():
                table.setdefault(name, []).append(value)
            doubts.setdefault("bar_confidence", []).append((said["bar_confidence"], float(downs > 0.8)))
        doubts.setdefault("confidence", []).append((said["confidence"], first if e.bpm > 0 else 0.0))
        doubts.setdefault("pulse_confidence", []).append((said["pulse_confidence"], second if e.bpm > 0 else 0.0))
    print(title, len(songs))
    for name, values in table.items():
        print(f"  {name:20s} {interval(np.array(values))} n{len(values)}")
    for name, pairs in doubts.items():
        print(f"  {name:20s} {calibration(*np.array(pairs).T)}")
    return {name: np.array(values) for name, values in table.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fit", type=Path)
    parser.add_argument("val", type=Path)
    parser.add_argument("rhythm", type=Path)
    parser.add_argument("--work", type=Path, default=Path("/tmp"))
    parser.add_argument("--score", action="store_true", help="only evaluate VAL with what Rust says now")
    parser.add_argument("--add", action="store_true", help="keep the networks that are there, beside the new ones")
    parser.add_argument("--again", action="store_true", help="take the features that Rust wrote last time")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    if args.score:
        for degraded in (False, True):
            score(excerpts(args.val, degraded, args.rhythm, args.work, args.again), "degraded" if degraded else "unchanged")
        return
    songs = [e for degraded in (False, True) for e in excerpts(args.fit, degraded, args.rhythm, args.work, args.again)]
    fit(songs, args.rhythm, args.add)


if __name__ == "__main__":
    main()
