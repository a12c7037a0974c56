"""Write shards of labelled features: `generate.py OUT --first SEED --count N [--kind NAME] [--wav]`.

Excerpt `i` depends on seed `i` only. A shard holds `fine` (excerpts, steps, channels, fine bins; uint8, thirtieths), `tuning` heard and `detuned` played (semitones),
`measures`, `key` (0 to 11 major from C, 12 to 23 minor; -1 for none) and `kind`.
"""

import argparse
import ctypes
import time
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

import features
from pieces.keyless import keyless
from pieces.kinds import compose
from pieces.theory import seed_of
from songs.fluid import Fluid
from songs.render import RATE, perform

FONTS = ("/usr/share/sounds/sf2/FluidR3_GM.sf2", "/usr/share/sounds/sf3/MuseScore_General_Lite.sf3")
SHARD = 25
STEPS_OF_ONE = 30.0


def excerpt(seed: int, seconds: float, fonts: list[Fluid], only: str = "") -> tuple[np.ndarray, float, int, str]:
    """Samples at `RATE`, detuning in semitones, key and kind."""
    rng = seed_of(seed)
    detuned = float(rng.normal(0, 0.05) if rng.random() < 0.6 else rng.uniform(-0.38, 0.38))
    if only == "none" or (not only and rng.random() < 0.06):
        sound, kind = keyless(rng, seconds, fonts)
        return sound, detuned, -1, kind
    song, key, kind = compose(rng, seconds, only)
    return perform(song, seconds, fonts, rng).samples, detuned, key, kind


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=28.0)
    parser.add_argument("--kind", default="")
    parser.add_argument("--wav", action="store_true", help="write the audio too")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    fonts = [Fluid(font, RATE) for font in FONTS]
    for font in fonts:
        # Every voice, linear interpolation: a third of the time is saved, and what it adds lies above the peaks that are read.
        font.lib.fluid_synth_set_interp_method(ctypes.c_void_p(font.synth), -1, 1)
    for first in range(args.first, args.first + args.count, SHARD):
        path = args.out / f"{first:06d}.npz"
        if path.exists():
            continue
        began = time.process_time()
        rows = []
        for seed in range(first, min(first + SHARD, args.first + args.count)):
            sound, detuned, key, kind = excerpt(seed, args.seconds, fonts, args.kind)
            # A record played faster is higher: the rate that the front end is told makes the detuning.
            fine, tuning, measures = features.steps(resample_poly(sound, 1, 2), features.RATE_HZ * 2 ** (detuned / 12))
            rows.append((fine, tuning, measures, key, kind, detuned))
            if args.wav:
                write_wav(args.out / f"{seed:06d}-{kind.replace(' ', '_')}-{key}.wav", sound)
        np.savez_compressed(
            path, fine=np.stack([np.clip(np.round(r[0] * STEPS_OF_ONE), 0, 255).astype(np.uint8) for r in rows]), tuning=np.array([r[1] for r in rows]),
            measures=np.stack([r[2] for r in rows]), key=np.array([r[3] for r in rows]), kind=np.array([r[4] for r in rows]), detuned=np.array([r[5] for r in rows]),
        )  # fmt: skip
        print(path, f"{time.process_time() - began:.1f} s", flush=True)


def write_wav(path: Path, sound: np.ndarray) -> None:
    from scipy.io import wavfile

    wavfile.write(path, int(RATE), (sound * 32767).clip(-32767, 32767).astype(np.int16))


if __name__ == "__main__":
    main()
