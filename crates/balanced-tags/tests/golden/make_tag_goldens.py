#!/usr/bin/env python3
"""Write the golden values of the tag networks: what librosa and onnxruntime make of a signal that a formula gives.

Usage:  pip install librosa onnxruntime numpy; ./make_tag_goldens.py
Writes tag_mel.f32 (every 16th frame, 96 values each), tag_probabilities.f32 (MSD then MTT, 50 values each, for the patch of
frames 0 to 186, then for 187 to 373) and tag_embedding.f32 (MSD, 200 values, first patch), little-endian.
"""

from pathlib import Path

import librosa
import numpy as np
import onnxruntime

HERE = Path(__file__).parent
RATE = 16_000


def signal() -> np.ndarray:
    """Seven seconds: two notes in turn with a decaying noise burst every half second."""
    t = np.arange(7 * RATE) / RATE
    pitch = np.where(t.astype(int) % 2 == 0, 110.0, 164.81)
    tone = sum(np.sin(2 * np.pi * pitch * h * t) / h for h in range(1, 6))
    state, noise = 1, np.empty(len(t))
    for i in range(len(t)):
        state = (1_664_525 * state + 1_013_904_223) % 2**32
        noise[i] = state / 2**31 - 1
    return (0.1 * tone + 0.3 * noise * np.exp(-12 * (t % 0.5))).astype(np.float32)


def main() -> None:
    mel = librosa.feature.melspectrogram(y=signal(), sr=RATE, n_fft=512, hop_length=256, n_mels=96)
    log_mel = np.log10(10_000 * mel + 1).astype(np.float32).T
    log_mel[::16].astype("<f4").tofile(HERE / "tag_mel.f32")
    patches = np.stack([log_mel[:187], log_mel[187:374]])
    tags, embedding = [], None
    for name in ("MSD", "MTT"):
        session = onnxruntime.InferenceSession(HERE / f"../../models/{name}_musicnn.onnx")
        scores, values = session.run(["model/tags:0", "model/emb:0"], {"model/x:0": patches})
        tags.append(scores)
        embedding = values[0] if embedding is None else embedding
    np.concatenate(tags, axis=1).astype("<f4").tofile(HERE / "tag_probabilities.f32")
    np.asarray(embedding).astype("<f4").tofile(HERE / "tag_embedding.f32")


if __name__ == "__main__":
    main()
