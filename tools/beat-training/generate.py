"""Write shards of labelled features: `generate.py OUT --first SEED --count N [--seconds S] [--wav]`.

Excerpt `i` depends on seed `i` only. A shard holds `levels` (excerpts, frames, bands; uint8), and for each excerpt its
genre, metre, split, tempo, beat times and downbeat flags (padded with -1).
"""

import argparse
import time
from pathlib import Path

import numpy as np

import features
from songs.fluid import Fluid
from songs.genres import compose
from songs.render import RATE, Take, perform
from songs.song import Song

FONTS = ("/usr/share/sounds/sf2/FluidR3_GM.sf2", "/usr/share/sounds/sf3/MuseScore_General_Lite.sf3")
SHARD = 50


def excerpt(seed: int, seconds: float, fonts: list[Fluid], only: str = "") -> tuple[Song, Take]:
    rng = np.random.default_rng([20261125, seed])
    song = compose(rng, seconds, only)
    return song, perform(song, seconds, fonts, rng)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--genre", default="")
    parser.add_argument("--wav", action="store_true", help="write the audio and its beats too")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    fonts = [Fluid(font, RATE) for font in FONTS]
    for first in range(args.first, args.first + args.count, SHARD):
        path = args.out / f"{first:06d}.npz"
        if path.exists():
            continue
        began = time.process_time()
        rows, stacked = [], []
        for seed in range(first, min(first + SHARD, args.first + args.count)):
            song, take = excerpt(seed, args.seconds, fonts, args.genre)
            stacked.append(features.packed(features.levels(take.samples)))
            rows.append((song, take))
            if args.wav:
                write_wav(args.out / f"{seed:06d}-{song.genre.replace(' ', '_')}", take)
        beats = np.full((len(rows), max(1, *(t.beats_s.size for _, t in rows))), -1.0)
        down = np.full(beats.shape, -1, np.int8)
        for k, (_, take) in enumerate(rows):
            beats[k, : take.beats_s.size] = take.beats_s
            down[k, : take.beats_s.size] = take.down
        np.savez_compressed(
            path, levels=np.stack(stacked), beats=beats, down=down,
            genre=np.array([s.genre for s, _ in rows]), meter=np.array([s.meter for s, _ in rows]),
            split=np.array([s.split for s, _ in rows]), bpm=np.array([s.bpm for s, _ in rows]),
        )  # fmt: skip
        print(path, f"{time.process_time() - began:.1f} s", flush=True)


def write_wav(stem: Path, take: Take) -> None:
    from scipy.io import wavfile

    wavfile.write(stem.with_suffix(".wav"), int(RATE), (take.samples * 32767).clip(-32767, 32767).astype(np.int16))
    lines = [f"{t:.4f} {int(d)}" for t, d in zip(take.beats_s, take.down, strict=True)]
    stem.with_suffix(".beats").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
