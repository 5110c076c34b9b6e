"""The catalogue's own words for type, status, source, age rating and season, and which group a genre belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.catalogue.importers.cells import known

_TYPES = {
    "tv": "TV", "tvshort": "TV", "movie": "Movie", "ova": "OVA", "ona": "ONA", "special": "Special",
    "tvspecial": "TV Special", "music": "Music", "cm": "CM", "pv": "CM",
}  # fmt: skip
_STATUSES = {
    "finished": "finished", "finishedairing": "finished", "completed": "finished",
    "airing": "airing", "currentlyairing": "airing", "ongoing": "airing", "releasing": "airing", "hiatus": "airing",
    "upcoming": "upcoming", "notyetaired": "upcoming", "notyetreleased": "upcoming",
    "cancelled": "cancelled", "canceled": "cancelled",
}  # fmt: skip
_SOURCE_NAMES = (
    "4_koma_manga", "book", "card_game", "digital_manga", "game", "light_novel", "manga", "mixed_media", "music",
    "novel", "original", "other", "picture_book", "radio", "video_game", "visual_novel", "web_manga", "web_novel",
)  # fmt: skip
_SOURCES = {name.replace("_", ""): name for name in _SOURCE_NAMES} | {
    "multimediaproject": "mixed_media", "doujinshi": "other", "comic": "other", "anime": "other", "liveaction": "other",
}  # fmt: skip
_SEASONS = {"winter": "winter", "spring": "spring", "summer": "summer", "fall": "fall", "autumn": "fall"}
_RATINGS = {"g": "G", "pg": "PG", "pg-13": "PG-13", "pg13": "PG-13", "r": "R", "r+": "R+", "rx": "Rx"}

GENRES = (
    "Action", "Adventure", "Avant Garde", "Award Winning", "Boys Love", "Comedy", "Dementia", "Drama", "Ecchi",
    "Erotica", "Fantasy", "Girls Love", "Gourmet", "Hentai", "Horror", "Mystery", "Romance", "Sci-Fi", "Shoujo Ai",
    "Shounen Ai", "Slice of Life", "Sports", "Supernatural", "Suspense", "Thriller", "Yaoi", "Yuri",
)  # fmt: skip
DEMOGRAPHICS = ("Josei", "Kids", "Seinen", "Shoujo", "Shounen")
ADULT_WORDS = frozenset(("hentai", "erotica", "18 restricted", "pornography", "adult", "xxx"))
_PERHAPS_ADULT = frozenset(("yaoi", "yuri"))  # until 2021 these two named explicit titles and tame ones alike
_COMMERCIAL = re.compile(r"\bCMs?\b")
_GENRE = {name.casefold(): name for name in GENRES}
_DEMOGRAPHIC = {name.casefold(): name for name in DEMOGRAPHICS}


def type_of(value: object) -> str | None:
    return _TYPES.get(_squeezed(value))


def status_of(value: object) -> str | None:
    return _STATUSES.get(_squeezed(value))


def source_of(value: object) -> str | None:
    return _SOURCES.get(_squeezed(value))


def season_of(value: object) -> str | None:
    return _SEASONS.get(_squeezed(value))


def rating_of(value: object) -> str | None:
    """The short form of `R - 17+ (violence & profanity)`, `pg_13` and the like."""
    words = (known(value, 60) or "").casefold().replace("_", "-").split()
    return _RATINGS.get(words[0]) if words else None


def premiere_of(value: object) -> tuple[str | None, str | None]:
    """Season and year (as written) of `Spring 1998`."""
    words = (known(value, 40) or "").split()
    return (season_of(words[0]), words[1]) if len(words) == 2 else (None, None)


def genre_named(name: str) -> str | None:
    """The genre as the catalogue spells it; None for what is no genre."""
    return _GENRE.get(name.casefold())


def groups(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Genres, themes and demographics, told apart as MyAnimeList does today; what is neither is a theme."""
    found: tuple[list[str], list[str], list[str]] = ([], [], [])
    for name in names:
        folded = name.casefold()
        if folded in _GENRE:
            found[0].append(_GENRE[folded])
        elif folded in _DEMOGRAPHIC:
            found[2].append(_DEMOGRAPHIC[folded])
        else:
            found[1].append(name)
    return tuple(found[0]), tuple(found[1]), tuple(found[2])


def is_adult(genres: Iterable[str], age_rating: str | None) -> bool | None:
    """Whether these facts say that a title is adult; None where neither genres nor an age rating tell."""
    folded = {name.casefold() for name in genres}
    if age_rating == "Rx" or folded & ADULT_WORDS:
        return True
    if age_rating is None and (not folded or folded & _PERHAPS_ADULT):
        return None
    return False


def is_commercial(title: str) -> bool:
    """Whether a title names a commercial: the catalogue holds none."""
    return _COMMERCIAL.search(title) is not None


def _squeezed(value: object) -> str:
    return "".join(c for c in (known(value, 60) or "").casefold() if c.isalnum())
