"""A bench for researchers: ours and whichever peers are installed over annotated audio.

`python -m balanced_mastering.bench DATASET` prints mir_eval tables with confidence intervals, time and memory, and saves JSON
and plots. It needs `pip install balanced-mastering[bench]`; peers (librosa, essentia, madmom, pyloudnorm) join when they
are installed.
"""
