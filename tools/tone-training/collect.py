"""Measures excerpts of music with `balanced analyze`: one JSON file per collection, numbers only.

    python collect.py BALANCED OUT_FOLDER COLLECTION_FOLDER...

Each collection folder holds the audio of one source (one Debian package). Up to 60 files of a collection are read, 30 s at 10 s, and of
small collections 30 s more from the middle of files over 90 s.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile as sf

SECONDS = 30
SUFFIXES = {".ogg", ".oga", ".opus", ".mp3", ".flac", ".wav"}
MOST_FILES = 60
BATCH = 8


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


def measure(balanced: str, files: list[Path]) -> list[dict]:
    """The families that the model reads, without their curves."""
    command = [balanced, "analyze", "--json", "--only", "loudness,dynamics,spectrum,stereo", *map(str, files)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    found = []
    for line in lines:
        analysis = json.loads(line)
        row = {family: analysis[family] for family in ("loudness", "dynamics", "spectrum", "stereo")}
        for family, curve in (("loudness", "curve"), ("dynamics", "sections"), ("stereo", "correlation_curve")):
            row[family].pop(curve, None)
        found.append(row)
    return found


def collection(balanced: str, folder: Path) -> list[dict]:
    files = [file for file in sorted(folder.rglob("*")) if file.suffix.lower() in SUFFIXES]
    files = files[:: -(-len(files) // MOST_FILES) or 1]
    rows: list[dict] = []
    with tempfile.TemporaryDirectory() as scratch:
        waiting: list[tuple[Path, str]] = []

        def flush():
            for (clip, name), row in zip(waiting, measure(balanced, [clip for clip, _ in waiting]), strict=True):
                rows.append({"name": name, **row})
                clip.unlink()
            waiting.clear()

        for number, file in enumerate(files):
            for start, samples, rate in excerpts(file, both=len(files) < 30):
                clip = Path(scratch) / f"{number}_{start:.0f}.wav"
                sf.write(clip, samples, rate, subtype="PCM_24")
                waiting.append((clip, f"{file.relative_to(folder)} at {start:.0f} s"))
            if len(waiting) >= BATCH:
                flush()
        if waiting:
            flush()
    return rows


def main():
    balanced, out, *folders = sys.argv[1:]
    for folder in map(Path, folders):
        rows = collection(balanced, folder)
        (Path(out) / f"{folder.name}.json").write_text(json.dumps(rows))
        print(folder.name, len(rows), flush=True)


if __name__ == "__main__":
    main()
