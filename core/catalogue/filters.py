"""What people filter by: genres and themes by name, years, types, lengths and the like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from core.catalogue.catalogue import Catalogue
from core.catalogue.folding import compact, fold_plain
from core.errors import UserError

# What people write → the catalogue's name.
GENRE_ALIASES: Mapping[str, str] = {
    "science fiction": "Sci-Fi",
    "sf": "Sci-Fi",
    "sol": "Slice of Life",
    "bl": "Boys Love",
    "yaoi": "Boys Love",
    "shounen ai": "Boys Love",
    "gl": "Girls Love",
    "yuri": "Girls Love",
    "shoujo ai": "Girls Love",
    "cute girls doing cute things": "CGDCT",
    "cute girls": "CGDCT",
    "magical girl": "Mahou Shoujo",
    "magical girls": "Mahou Shoujo",
    "avantgarde": "Avant Garde",
    "experimental": "Avant Garde",
    "healing": "Iyashikei",
    "robots": "Mecha",
    "food": "Gourmet",
    "cooking": "Gourmet",
    "thriller": "Suspense",
    "vampires": "Vampire",
    "history": "Historical",
    "children": "Kids",
    "yakuza": "Organized Crime",
    "mafia": "Organized Crime",
    "superhero": "Super Power",
    "superpowers": "Super Power",
    "otome": "Reverse Harem",
    "idol": "Idols (Female)",
    "idols": "Idols (Female)",
    "funny": "Comedy",
    "scary": "Horror",
}
TYPE_ALIASES: Mapping[str, str] = {
    "film": "Movie",
    "films": "Movie",
    "movies": "Movie",
    "series": "TV",
    "tv show": "TV",
}
SEASON_ALIASES: Mapping[str, str] = {"autumn": "fall"}
_SURE = 84.0  # rapidfuzz ratio of folded names from which a misspelt name is taken for a known one


@dataclass(frozen=True, slots=True)
class Filters:
    """Every condition that is set must hold; empty means no condition.

    `genres`, `exclude` and `themes` are names of genres, themes, demographics or tags; all of `genres` and `themes`
    must be there and none of `exclude`; of `studios` and `types` one is enough. `min_score` is 1-10, minutes
    are per episode. A title whose value is unknown does not pass a condition on it.
    """

    genres: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    studios: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    season: str | None = None
    status: str | None = None
    min_score: float | None = None
    min_minutes: float | None = None
    max_minutes: float | None = None
    min_episodes: int | None = None
    max_episodes: int | None = None
    min_members: int | None = None

    def mask(self, catalogue: Catalogue, *, adult: bool) -> NDArray[np.bool_]:
        """Which rows pass, bool (rows). Raises UserError `filter-unknown` (name, nearest) for a name that is
        no genre, theme, studio, type, season or status of the catalogue."""
        keep = np.ones(len(catalogue), np.bool_) if adult else ~catalogue.is_adult
        for name in (*self.genres, *self.themes):
            keep &= _rows_of_genre(catalogue, name)
        for name in self.exclude:
            keep &= ~_rows_of_genre(catalogue, name)
        if self.studios:
            names = [_known(name, catalogue.studios.vocab, {}) for name in self.studios]
            keep &= catalogue.studios.rows_with(catalogue.studios.vocab.index(name) for name in names)
        if self.types:
            names = [_known(name, catalogue.types.vocab, TYPE_ALIASES) for name in self.types]
            keep &= np.isin(catalogue.types.codes, [catalogue.types.vocab.index(name) for name in names])
        for value, column in ((self.season, catalogue.seasons), (self.status, catalogue.statuses)):
            if value is not None:
                keep &= column.codes == column.vocab.index(_known(value, column.vocab, SEASON_ALIASES))
        least: list[tuple[float | None, NDArray[Any]]] = [
            (self.year_from, catalogue.year),
            (self.min_score, catalogue.score),
            (self.min_minutes, catalogue.minutes),
            (self.min_episodes, catalogue.episodes),
            (self.min_members, catalogue.members),
        ]
        most: list[tuple[float | None, NDArray[Any]]] = [
            (self.year_to, catalogue.year),
            (self.max_minutes, catalogue.minutes),
            (self.max_episodes, catalogue.episodes),
        ]
        for bound, values in least:
            if bound is not None:
                keep &= values >= bound
        for bound, values in most:
            if bound is not None:
                keep &= (values <= bound) & (values > 0)
        return keep


def genre_names(catalogue: Catalogue) -> tuple[str, ...]:
    """Names of all genres, themes and demographics, for completion."""
    columns = (catalogue.genres, catalogue.themes, catalogue.demographics)
    return tuple(sorted({name for column in columns for name in column.vocab}))


def _rows_of_genre(catalogue: Catalogue, name: str) -> NDArray[np.bool_]:
    columns = (catalogue.genres, catalogue.themes, catalogue.demographics, catalogue.tags)
    vocab = dict.fromkeys(known for column in columns for known in column.vocab)
    found = _known(name, list(vocab), GENRE_ALIASES)
    names = {found} | {known for known in vocab if GENRE_ALIASES.get(fold_plain(known)) == found}
    keep = np.zeros(len(catalogue), np.bool_)
    for column in columns:
        codes = [column.vocab.index(known) for known in names if known in column.vocab]
        if codes:
            keep |= column.rows_with(codes)
    return keep


def _known(name: str, vocab: Sequence[str], aliases: Mapping[str, str]) -> str:
    folded = fold_plain(name)
    by_key = {_key(known): known for known in vocab}
    by_key |= {_key(alias): known for alias, known in aliases.items() if known in vocab}
    if exact := by_key.get(_key(name)):
        return exact
    nearest = _nearest(folded, by_key)
    if nearest and nearest[0][1] >= _SURE:
        return nearest[0][0]
    raise UserError("filter-unknown", name=name[:100], nearest=", ".join(known for known, _ in nearest))


def _nearest(folded: str, by_key: Mapping[str, str], limit: int = 3) -> list[tuple[str, float]]:
    scored: Iterable[tuple[str, float, int]] = process.extract(
        compact(folded.encode()).decode(), list(by_key), scorer=fuzz.ratio, limit=3 * limit
    )
    best: dict[str, float] = {}
    for key, score, _ in scored:
        best.setdefault(by_key[key], score)
    return list(best.items())[:limit]


def _key(name: str) -> str:
    return compact(fold_plain(name).encode()).decode()
