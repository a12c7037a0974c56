"""Heads of one's own: training on embeddings and files, reading, and scikit-learn as the reference."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

NAMES = ["calm", "dark", "wild"]


def cloud(each: int, spread: float, seed: int, labels: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Points about one centre for each label, on a scale of their own in every dimension."""
    random = np.random.default_rng(seed)
    truth = np.arange(each * labels) % labels
    centres = np.random.default_rng(7).normal(size=(labels, 200))
    points = (centres[truth] + spread * random.normal(size=(len(truth), 200))) * np.geomspace(0.05, 20, 200) + 3.0
    return points.astype(np.float32), truth


def tracks(points: np.ndarray, truth: np.ndarray) -> list[tuple[Any, ...]]:
    return [(point, NAMES[label], f"artist {index // 6}") for index, (point, label) in enumerate(zip(points, truth, strict=True))]


@pytest.mark.parametrize(("labels", "spread"), [(3, 4.0), (2, 4.0), (3, 9.0)])
def test_weights_are_those_of_scikit_learn(labels: int, spread: float) -> None:
    points, truth = cloud(60, spread, 1, labels)
    head = bm.train_head(tracks(points, truth), name="mood")
    assert head.kind == "one_label" and [label.label for label in head.labels] == NAMES[:labels]
    # With two classes scikit-learn has one row of weights, whose penalty counts twice what two opposite halves pay.
    c = (2.0 if labels == 2 else 1.0) / head.training.penalty
    reference = make_pipeline(StandardScaler(), LogisticRegression(C=c, tol=1e-9, max_iter=10_000))
    reference.fit(points.astype(float), truth)
    fresh, _ = cloud(40, spread, 2, labels)
    logits = np.stack([fresh.astype(float) @ label.weights + label.bias for label in head.labels], axis=1)
    ours = np.exp(logits - logits.max(axis=1, keepdims=True))
    ours /= ours.sum(axis=1, keepdims=True)
    assert np.abs(ours - reference.predict_proba(fresh.astype(float))).max() < 1e-3
    # What predict says is that, sharpened or softened by the calibration.
    slope = head.labels[0].slope
    scaled = np.exp(slope * (logits - logits.max(axis=1, keepdims=True)))
    said = {tag.label: tag.probability for tag in head.predict(fresh[5]).labels}
    assert [said[name] for name in NAMES[:labels]] == pytest.approx(scaled[5] / scaled[5].sum(), abs=1e-4)


def test_labels_of_their_own_are_those_of_scikit_learn() -> None:
    points, truth = cloud(60, 5.0, 3)
    several = [["loud"] * int(label != 0) + ["wild"] * int(label == 2) for label in truth]
    head = bm.train_head([(point, labels) for point, labels in zip(points, several, strict=True)], name="moods")
    assert head.kind == "any_labels"
    for index, name in enumerate(["loud", "wild"]):
        reference = make_pipeline(StandardScaler(), LogisticRegression(C=1 / head.training.penalty, tol=1e-9, max_iter=10_000))
        reference.fit(points.astype(float), [name in labels for labels in several])
        label = head.labels[index]
        logits = points.astype(float) @ label.weights + label.bias
        assert np.abs(1 / (1 + np.exp(-logits)) - reference.predict_proba(points.astype(float))[:, 1]).max() < 1e-3
        assert label.slope > 0


def test_the_report_is_about_unseen_tracks() -> None:
    points, truth = cloud(80, 8.0, 5)
    report = bm.train_head(tracks(points, truth)).training.report
    fresh, fresh_truth = cloud(400, 8.0, 6)
    head = bm.train_head(tracks(points, truth))
    right = np.mean(
        [head.predict(point).labels[0].label == NAMES[label] for point, label in zip(fresh, fresh_truth, strict=True)]
    )
    assert report.accuracy.low - 0.03 < right < report.accuracy.high + 0.08, (report.accuracy, right)
    assert report.accuracy_of_most_common == pytest.approx(1 / 3, abs=1e-3)
    assert [row.tracks for row in report.labels] == [80, 80, 80]
    assert "95 % intervals" in head.to_text()


def test_a_head_is_saved_read_and_used_by_analyze(demo_path: Path, tmp_path: Path) -> None:
    points, truth = cloud(20, 3.0, 9)
    head = bm.train_head(tracks(points, truth), name="mood", date="2026-11-30")
    path = tmp_path / "mood.json"
    head.save(path)
    assert bm.tag_head(path) == head == bm.TagHead.from_json(head.to_json()) and head.training.date == "2026-11-30"
    tags = {**bm.AnalysisConfig().to_dict()["tags"], "embedding": True}
    config = bm.AnalysisConfig(families=["tags"], tags=tags, tag_heads=[path])
    assert config.hash != bm.AnalysisConfig(families=["tags"], tags=tags).hash
    assert bm.AnalysisConfig.from_json(config.to_json()) == config
    analysis = bm.analyze(demo_path, config=config)
    assert analysis.tags is not None and [found.name for found in analysis.tags.heads] == ["mood"]
    assert analysis.tags.heads[0] == head.predict(analysis) == head.predict(analysis.tags.embedding)
    printed = subprocess.run(
        [os.environ["BALANCED_COMMAND"], "analyze", demo_path, "--only", "tags", "--tag-head", path, "--json"],
        capture_output=True,
        check=True,
    )
    assert json.loads(printed.stdout)["tags"]["heads"] == analysis.tags.to_dict()["heads"]
    assert bm.tags(demo_path).heads == []


def test_mistakes_name_their_place(tmp_path: Path) -> None:
    points, truth = cloud(20, 3.0, 9)
    good = tracks(points, truth)
    for slip, words in [
        ([*good, (points[0],)], r"tracks\[60\] is no tuple"),
        ([*good, (points[0], 3)], r"tracks\[60\] has labels or a group"),
        ([*good, (points[0], "calm", 3)], r"tracks\[60\] has labels or a group"),
        ([*good, (points[0][:5], "calm")], r"tracks\[60\].embedding"),
        ([*good, ("no numbers", "calm")], r"tracks\[60\] is no embedding"),
        ([*good, (points[0], "rare")], 'label "rare" has 1 tracks'),
    ]:
        with pytest.raises(bm.SettingsError, match=words):
            bm.train_head(slip)
    head = bm.train_head(good)
    broken = head.to_dict()
    broken = {**broken, "embedding": {**broken["embedding"], "sha256": "0" * 64}}
    with pytest.raises(bm.SettingsError, match="train the head again"):
        bm.AnalysisConfig(tag_heads=[broken])
    with pytest.raises(bm.SettingsError, match="3 values"):
        head.predict([1.0, 2.0, 3.0])
    with pytest.raises(bm.SettingsError, match="cannot be read"):
        bm.tag_head(tmp_path / "none.json")
    token = bm.CancelToken()
    token.cancel()
    with pytest.raises(bm.CancelledError):
        bm.train_head(good, cancel=token)


def test_a_table_of_files_is_measured(demo_path: Path, tmp_path: Path) -> None:
    """Files are measured as `analyze` does, and one that is no audio is an error, or left out."""
    audio, rate = bm.read(demo_path)
    rows = []
    for index in range(20):
        path = tmp_path / f"{index}.wav"
        part = audio[:, index * 9000 : index * 9000 + int(3.2 * rate)]
        noise = 0.1 * np.random.default_rng(index).normal(size=part.shape)
        bm.write(path, noise if index % 2 else part, rate, bits="16")
        rows.append(f"{path.name},{'noise' if index % 2 else 'music'}")
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(rows), encoding="utf-8")
    head = bm.train_head(table, name="kind")
    assert head.training.tracks == 20 and head.training.report.accuracy.value > 0.9
    (tmp_path / "text.wav").write_text("no audio")
    table.write_text("\n".join([*rows, "text.wav,noise"]), encoding="utf-8")
    with pytest.raises(bm.SettingsError, match="skip_unreadable"):
        bm.train_head(table)
    assert bm.train_head(table, name="kind", skip_unreadable=True).to_dict() == head.to_dict()
