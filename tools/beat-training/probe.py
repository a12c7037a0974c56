"""The groove probe: every drum pattern of `songs/grooves.py`, played plainly, must be read at its plain level.

`probe.py RHYTHM_FOLDER --work FOLDER` plays each pattern to a click, alone, at three tempi between 70 and 180 BPM at which its
family is tapped as written (`FELT_BPM`), on a recorded kit or our own, and prints how many are read within 4 %, by family.
"""

import argparse
from pathlib import Path

import numpy as np

import features
from choose import excerpts, near
from generate import FONTS
from songs.fluid import Fluid
from songs.genres import COUNT
from songs.grooves import FELT_BPM, GROOVES, groove_notes
from songs.render import RATE, perform
from songs.song import DRUMS, Part, Song

SECONDS, SLOWEST_BPM, FASTEST_BPM = 24.0, 70.0, 180.0
KITS = (0, -1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rhythm", type=Path)
    parser.add_argument("--work", type=Path, default=Path("/tmp"))
    args = parser.parse_args()
    shards = args.work / "grooves"
    if not shards.exists():
        render(shards)
    found = excerpts(shards, False, args.rhythm, args.work)
    right: dict[str, list[bool]] = {}
    for excerpt in found:
        said = excerpt.said["measured"]["bpm"] or 0.0
        right.setdefault(excerpt.genre, []).append(near(said, excerpt.bpm))
        if not right[excerpt.genre][-1]:
            print(f"  {excerpt.genre}: {said:.1f} for {excerpt.bpm:.1f}")
    for family, hits in right.items():
        print(f"{family:12s} {sum(hits)} of {len(hits)}")
    total = [hit for hits in right.values() for hit in hits]
    print(f"all          {sum(total)} of {len(total)}: {np.mean(total):.3f}")


def render(out: Path) -> None:
    """One shard of all takes."""
    fonts = [Fluid(font, RATE) for font in FONTS]
    rows, stacked = [], []
    for family, (slow, fast) in FELT_BPM.items():
        lowest, highest = max(slow, SLOWEST_BPM), min(fast, FASTEST_BPM)
        tempi = np.geomspace(lowest, highest, 5)[1:4].tolist() if highest > lowest else []
        meter, split = COUNT.get(family, (4, 2))
        for number, groove in enumerate(GROOVES[family]):
            for turn, bpm in enumerate(tempi):
                kit = KITS[(number + turn) % len(KITS)]
                rng = np.random.default_rng([number, turn])
                bars = int(np.ceil((SECONDS + 4) * bpm / 60 / meter)) + 2
                song = Song(family, float(bpm), meter, split, 0.5, bars)
                song.parts.append(Part(DRUMS, groove_notes(song, groove, range(bars), rng, 8), kit=kit, loose_s=0.003))
                take = perform(song, SECONDS, fonts, rng)
                rows.append((song, take))
                stacked.append(features.packed(features.levels(take.samples)))
    beats = np.full((len(rows), max(t.beats_s.size for _, t in rows)), -1.0)
    down = np.full(beats.shape, -1, np.int8)
    for k, (_, take) in enumerate(rows):
        beats[k, : take.beats_s.size], down[k, : take.beats_s.size] = take.beats_s, take.down
    out.mkdir(parents=True)
    names, meters = np.array([s.genre for s, _ in rows]), np.array([s.meter for s, _ in rows])
    np.savez_compressed(out / "grooves.npz", levels=np.stack(stacked), beats=beats, down=down, genre=names, meter=meters)


if __name__ == "__main__":
    main()
