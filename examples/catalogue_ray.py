"""Analyses the audio of a folder or bucket on Ray, and counts what came of it."""

from __future__ import annotations

import sys

from balanced_mastering import catalogue

if __name__ == "__main__":
    source, output = sys.argv[1:]
    job = catalogue.Job(output)
    parts = catalogue.planned(catalogue.listed(source), job)
    for result in catalogue.ray(parts, job):
        print(result.name, result.kinds)
