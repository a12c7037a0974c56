"""Measures excerpts of music with `balanced analyze`: one JSON file per collection, numbers only.

    python collect.py BALANCED OUT_FOLDER COLLECTION_FOLDER...

Each collection folder holds the audio of one source (one Debian package). Up to 60 files of a collection are read, 30 s at 10 s, and of
small collections 30 s more from the middle of files over 90 s; of these at most 30 excerpts, evenly. Each is measured as it is, and what
trial equalisers do to its peaks once more with each fault in both grades, really filtered.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile as sf
from scipy.signal import lfilter

from model import ATOMS, GRADES_DB, balance, biquad, changes, features, usable

SECONDS = 30
SUFFIXES = {".ogg", ".oga", ".opus", ".mp3", ".flac", ".wav"}
MOST_FILES = 60
MOST_EXCERPTS = 30


def excerpts(path: Path, both: bool):
    """Yields start and samples of the excerpts of a file that is long enough; stereo, at -20 dBFS or the peak at -1."""
    try:
        info = sf.info(path)
    except sf.LibsndfileError:
        return
    if info.duration < SECONDS + 2 or info.samplerate < 32_000:
        return
    starts = [min(10.0, info.duration - SECONDS - 1)]
    if both and info.duration > 90:
        starts.append(0.55 * info.duration)
    for start in starts:
        try:
            samples, rate = sf.read(path, start=int(start * info.samplerate), frames=SECONDS * info.samplerate, always_2d=True)
        except sf.LibsndfileError:
            continue
        samples = samples.repeat(2, 1) if samples.shape[1] == 1 else samples[:, :2]
        rms = np.sqrt((samples**2).mean())
        if len(samples) > (SECONDS - 1) * rate and rms > 1e-4:
            samples = samples * (0.1 / rms)
            yield start, samples * min(1.0, 0.9 / np.abs(samples).max()), rate


def measure(balanced: str, files: list[Path], families: str) -> list[dict]:
    """What `balanced analyze` says of the files, in their order."""
    command = [balanced, "analyze", "--json", "--only", families, *map(str, files)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


def faulty(samples, rate: int):
    """Yields the excerpt with each fault in each grade."""
    for kind, (form, corner_hz, sign, q) in ATOMS.items():
        for grade_db in GRADES_DB[kind]:
            b, a = biquad(form, corner_hz, sign * grade_db, q, rate)
            yield lfilter(b, a, samples, axis=0)


def row(balanced: str, name: str, samples, rate: int, scratch: Path) -> dict | None:
    """Numbers of one excerpt; None where a band of it is missing."""
    clip = scratch / "clean.wav"
    sf.write(clip, samples, rate, subtype="PCM_24")
    [clean] = measure(balanced, [clip], "loudness,dynamics,spectrum,stereo")
    if not usable(clean):
        return None
    clips = []
    for number, audio in enumerate(faulty(samples, rate)):
        clips.append(scratch / f"{number}.wav")
        sf.write(clips[-1], audio, rate, subtype="FLOAT")
    return {
        "name": name,
        "balance": balance(clean),
        "features": features(clean).tolist(),
        "changes": changes(clean),
        "faulty": [changes(analysis) for analysis in measure(balanced, clips, "dynamics")],
    }


def collection(balanced: str, folder: Path) -> list[dict]:
    files = [file for file in sorted(folder.rglob("*")) if file.suffix.lower() in SUFFIXES]
    files = files[:: -(-len(files) // MOST_FILES) or 1]
    places = [(file, start) for file in files for start, _, _ in excerpts(file, both=len(files) < 30)]
    if len(places) > MOST_EXCERPTS:
        places = [places[index] for index in np.linspace(0, len(places) - 1, MOST_EXCERPTS).astype(int)]
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for file in dict.fromkeys(file for file, _ in places):
            for start, samples, rate in excerpts(file, both=len(files) < 30):
                if (file, start) in places:
                    rows.append(row(balanced, f"{file.relative_to(folder)} at {start:.0f} s", samples, rate, Path(scratch)))
    return [found for found in rows if found]


def main():
    balanced, out, *folders = sys.argv[1:]
    for folder in map(Path, folders):
        rows = collection(balanced, folder)
        (Path(out) / f"{folder.name}.json").write_text(json.dumps(rows))
        print(folder.name, len(rows), flush=True)


if __name__ == "__main__":
    main()
