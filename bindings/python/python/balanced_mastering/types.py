"""Types for annotations: the classes of all results, and the names that arguments take.

>>> from balanced_mastering.types import Analysis, FamilyName, Tempo
>>> def bpm(tempo: Tempo | None) -> float | None:
...     return None if tempo is None else tempo.bpm
"""

from typing import Literal, TypeAlias

from balanced_mastering import _model
from balanced_mastering._model import *  # noqa: F403

#: Family of measurements, one of `FAMILIES`.
FamilyName: TypeAlias = Literal["loudness", "dynamics", "spectrum", "stereo", "tempo", "key", "tags", "defects"]
#: Built-in target, one of `targets()`.
TargetName: TypeAlias = Literal[
    "streaming",
    "loud",
    "club",
    "spotify",
    "apple-music",
    "youtube",
    "tidal",
    "amazon",
    "deezer",
    "soundcloud",
    "broadcast-r128",
    "atsc-a85",
    "arib-tr-b32",
    "podcast",
    "cd",
    "vinyl-premaster",
    "acoustic-dynamic",
    "quiet-premaster",
]
#: Sample format of a file: integers of 16, 24 or 32 bits, or floats of 32 or 64.
Bits: TypeAlias = Literal["16", "24", "32", "32f", "64f", 16, 24, 32]
#: File format that can be written.
FormatName: TypeAlias = Literal["wav", "aiff", "flac"]

__all__ = ["Bits", "FamilyName", "FormatName", "TargetName"]
__all__ += _model.__all__
