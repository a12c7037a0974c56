"""Drums of the beat training: the one place where its builder of drums is called."""

from songs import genres
from songs.song import Rng, Song


def add_drums(song: Song, row: genres.Genre, rng: Rng) -> list[range]:
    """A drum part as `row` has it; returns the sections it was made in."""
    parts = genres.sections(song, rng)
    genres.drum_part(song, row, genres.drum_family(row, song.meter, song.split, rng), parts, rng)
    return parts
