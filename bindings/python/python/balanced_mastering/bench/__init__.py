"""Benchmark for researchers: this package and the installed peers on annotated audio.

`python -m balanced_mastering.bench DATASET` prints tables of mir_eval scores with confidence intervals, time and memory, and
saves JSON and plots. It needs `pip install balanced-mastering[bench]`; the peers librosa, essentia, madmom and pyloudnorm
take part if they are installed.
"""
