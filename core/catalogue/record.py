"""What is known about one anime: `Record` to write a catalogue, `Anime` to read from one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """The facts about one anime, as the builder and the importers give them to `write_pack`.

    Unknown is None or an empty tuple. Dates are `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. `minutes` is per episode.
    `is_adult` must be True where it is not known (the writer of the record decides, never the reader).
    `season_number` is the number of the season that the source gives, where it gives one.
    """

    mal_id: int
    title: str
    anilist_id: int | None = None
    title_english: str | None = None
    title_japanese: str | None = None
    synonyms: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    type: str | None = None
    episodes: int | None = None
    minutes: float | None = None
    status: str | None = None
    aired_from: str | None = None
    aired_to: str | None = None
    season: str | None = None
    year: int | None = None
    source: str | None = None
    age_rating: str | None = None
    is_adult: bool = True
    genres: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    demographics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    studios: tuple[str, ...] = ()
    producers: tuple[str, ...] = ()
    score: float | None = None
    members: int | None = None
    members_2020: int | None = None
    franchise_id: int | None = None
    season_number: int | None = None
    image_url: str | None = None
    synopsis: str | None = None


@dataclass(frozen=True, slots=True)
class Anime:
    """One anime of an open catalogue. `row` is its place there and changes when the catalogue is rebuilt;
    `mal_id` is what to store. Fields are those of `Record`."""

    row: int
    mal_id: int
    anilist_id: int | None
    title: str
    title_english: str | None
    title_japanese: str | None
    synonyms: tuple[str, ...]
    abbreviations: tuple[str, ...]
    type: str | None
    episodes: int | None
    minutes: float | None
    status: str | None
    aired_from: str | None
    aired_to: str | None
    season: str | None
    year: int | None
    source: str | None
    age_rating: str | None
    is_adult: bool
    genres: tuple[str, ...]
    themes: tuple[str, ...]
    demographics: tuple[str, ...]
    tags: tuple[str, ...]
    studios: tuple[str, ...]
    producers: tuple[str, ...]
    score: float | None
    members: int | None
    franchise_id: int
    image_url: str | None
    synopsis: str | None

    def display_title(self, preference: str = "romaji") -> str:
        """The title to show; `preference` is "romaji", "english" or "japanese", falling back to romaji."""
        chosen = {"english": self.title_english, "japanese": self.title_japanese}.get(preference)
        return chosen or self.title
