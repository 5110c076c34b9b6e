"""Finding titles by what people type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from core.catalogue.catalogue import Catalogue
from core.catalogue.filters import Filters
from core.catalogue.folding import compact, fold, loosen, romanise
from core.catalogue.index import KeyIndex
from core.catalogue.keys import Kind
from core.catalogue.links import mal_or_anilist_id
from core.catalogue.wanted import Wanted

MatchKind = Literal["exact", "alias", "prefix", "fuzzy"]

_MOST_LETTERS = 200  # of a query: no title is longer, and the rest would only cost time
_CANDIDATES = 300
_UNKNOWN_MEMBERS = 5000.0  # popularity of a title whose members nobody counted, mostly recent ones
_EXACT_PENALTY = np.array([0.0, 0.0, 0.0, 2.0, 1.0, 4.0])  # by Kind
_ALIASES = (Kind.SYNONYM, Kind.ABBREVIATION, Kind.STEM)
_CLEAR_LEAD = 5.0
_CLOSE = 3.0
_FITS = 70.0


@dataclass(frozen=True, slots=True)
class Match:
    """A title found: its row, how well it fits (0-100) and by what."""

    row: int
    score: float
    kind: MatchKind


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name means: one `clear` row, or `candidates` in a close race, or, where nothing fits, the `nearest`."""

    clear: int | None = None
    candidates: tuple[int, ...] = ()
    nearest: tuple[int, ...] = ()


class TitleSearch:
    """Search over every name of every title of a catalogue. Building it takes about a tenth of a second."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._index = KeyIndex(catalogue.keys)
        members = np.where(catalogue.members > 0, catalogue.members, _UNKNOWN_MEMBERS)
        self._popularity = (np.log10(members) / 6.5).clip(0, 1).astype(np.float32)
        is_entry = catalogue.entry_rows == np.arange(len(catalogue))
        shown = np.isin(
            catalogue.types.codes, [i for i, t in enumerate(catalogue.types.vocab) if t in ("TV", "Movie")]
        )
        self._standing = np.where(is_entry, 2.0, 0.0) - np.where(shown | is_entry, 0.0, 1.5)
        self._prior = (1 + 0.4 * self._popularity)[self._index.rows]

    def search(
        self, query: str, *, filters: Filters | None = None, adult: bool = False, limit: int = 10
    ) -> list[Match]:
        """Titles that fit, best first; never empty while any title is allowed. An empty query gives the most
        popular ones. Raises UserError `filter-unknown` for an unknown name in `filters`."""
        allowed = (filters or Filters()).mask(self._catalogue, adult=adult)
        if (row := self._row_named(query)) is not None and allowed[row]:
            return [Match(row, 100.0, "exact")]
        folded = fold(query[:_MOST_LETTERS])
        found = self._find(folded, allowed) if folded else {}
        if not found:
            return [Match(row, 0.0, "fuzzy") for row in self._most_popular(allowed, limit)]
        ranked = sorted(found.values(), key=lambda m: (-m.score, -self._popularity[m.row], m.row))
        return ranked[:limit]

    def complete(self, text: str, *, adult: bool = False, limit: int = 25) -> list[Match]:
        """Titles for autocompletion: as `search`, without those that hardly fit."""
        found = self.search(text, adult=adult, limit=limit)
        return [match for match in found if match.score >= 50] or found[:5]

    def resolve(self, query: str, *, adult: bool = False) -> Resolution:
        """What title a name means. MAL ids ("#457", "mal:457") and MAL or AniList addresses are understood."""
        found = self.search(query, adult=adult, limit=8)
        if not found or not fold(query[:_MOST_LETTERS]):
            return Resolution()
        best = found[0]
        if best.score < _FITS:
            return Resolution(nearest=tuple(match.row for match in found[:3]))
        close = [match for match in found[1:] if best.score - match.score < self._race(best, match)]
        if not close:
            return Resolution(clear=best.row)
        return Resolution(candidates=(best.row, *(match.row for match in close[:4])))

    def random(
        self, filters: Filters | None = None, *, adult: bool = False, seed: int | None = None
    ) -> int | None:
        """A row that passes the filters, at random; None where none does. The same seed draws the same."""
        rows = np.flatnonzero((filters or Filters()).mask(self._catalogue, adult=adult))
        return int(np.random.default_rng(seed).choice(rows)) if len(rows) else None

    def season(self, year: int, season: str, *, adult: bool = False) -> list[int]:
        """Rows that began in a season ("winter", "spring", "summer", "fall"), most members first."""
        filters = Filters(year_from=year, year_to=year, season=season)
        return self._most_popular(filters.mask(self._catalogue, adult=adult), None)

    def _race(self, best: Match, other: Match) -> float:
        """How near `other` must come to `best` to be worth a question."""
        if best.kind in ("exact", "alias"):
            return 0.5 if other.kind in ("exact", "alias") else 0.0
        catalogue = self._catalogue
        same = catalogue.franchise[best.row] == catalogue.franchise[other.row]
        if same and catalogue.entry_rows[best.row] == best.row:
            return 0.0
        return _CLOSE if best.score >= 90 else _CLEAR_LEAD

    def _row_named(self, query: str) -> int | None:
        named = mal_or_anilist_id(query)
        if named is None:
            return None
        site, number = named
        if site == "mal":
            return self._catalogue.row_of(number)
        anime = self._catalogue.by_anilist_id(number)
        return anime.row if anime else None

    def _most_popular(self, allowed: NDArray[np.bool_], limit: int | None) -> list[int]:
        rows = np.flatnonzero(allowed)
        order = np.argsort(-self._catalogue.members[rows], kind="stable")[:limit]
        return [int(row) for row in rows[order]]

    def _find(self, folded: str, allowed: NDArray[np.bool_]) -> dict[int, Match]:
        found = self._by_text(folded, allowed)
        if not folded.isascii() and (latin := romanise(folded)):
            _merge(found, self._by_text(latin, allowed))
        wanted = Wanted.of(folded)
        if wanted.said and wanted.base:
            bases = sorted(self._by_text(wanted.base, allowed).values(), key=lambda m: -m.score)[:6]
            hinted: dict[int, Match] = {}
            for base in bases:
                row = wanted.row(self._catalogue, base.row, allowed)
                if row is not None:
                    kind: MatchKind = "alias" if base.kind == "exact" else base.kind
                    hinted.setdefault(row, Match(row, base.score - 0.5, kind))
            _merge(found, hinted)
        return found

    def _by_text(self, folded: str, allowed: NDArray[np.bool_]) -> dict[int, Match]:
        index = self._index
        key = compact(folded.encode())
        allowed_keys = allowed[index.rows]
        exact = np.asarray(index.exact(key), np.int64)
        prefixed = np.asarray(index.prefix(key), np.int64)
        prefixed = prefixed[allowed_keys[prefixed]]
        if len(prefixed) > _CANDIDATES // 2:
            best = np.argpartition(-self._worth(prefixed), _CANDIDATES // 2)[: _CANDIDATES // 2]
            prefixed = prefixed[best]
        near = index.near(key.decode(), self._prior * allowed_keys, _CANDIDATES)
        candidates = np.unique(np.concatenate([exact[allowed_keys[exact]], prefixed, near]))
        return self._score(folded, key.decode(), candidates) if len(candidates) else {}

    def _worth(self, keys: NDArray[np.int64]) -> NDArray[np.float64]:
        rows = self._index.rows[keys]
        return 8 * self._popularity[rows] + self._standing[rows] - 0.1 * self._index.lengths[keys]

    def _score(self, folded: str, key: str, candidates: NDArray[np.int64]) -> dict[int, Match]:
        index = self._index
        loose = loosen(folded.encode()).decode()
        numbers = candidates.tolist()
        compacts = [index.compact[i] for i in numbers]
        spaced = [index.spaced[i] for i in numbers]
        ratio = process.cdist([key], compacts, scorer=fuzz.ratio, workers=1)[0]
        sorted_ratio = process.cdist([loose], spaced, scorer=fuzz.token_sort_ratio, workers=1)[0]
        partial = process.cdist([key], compacts, scorer=fuzz.partial_ratio, workers=1)[0]
        share = np.minimum(1.0, len(key) / np.maximum(index.lengths[candidates], 1))
        rows = index.rows[candidates]
        kinds = index.kinds[candidates]
        popularity = self._popularity[rows]
        fuzzy = np.maximum(0.97 * ratio, 0.96 * sorted_ratio)
        if len(key) >= 4:
            longer = index.lengths[candidates] >= len(key)
            fuzzy = np.maximum(fuzzy, longer * partial * (0.74 + 0.12 * share))
        score = fuzzy + 3 * popularity + self._standing[rows]
        text = f" {loose}"
        begins = np.array([name.startswith(key) for name in compacts])
        inside = np.array([text in f" {name}" for name in spaced])
        whole = np.array([f"{text} " in f" {name} " for name in spaced])
        bonus = 8 * popularity + self._standing[rows]
        score = np.where(inside, np.maximum(score, 70 + 10 * share + 2 * whole + bonus), score)
        score = np.where(begins, np.maximum(score, 76 + 10 * share + 2 * whole + bonus), score)
        score = np.minimum(score, 96.0)
        exact = np.array([name == key for name in compacts])
        spelt = np.array([index.folded[i] == folded for i in numbers])
        equal = 100 - _EXACT_PENALTY[kinds] - 0.5 * ~spelt - 1.0 * (1 - popularity)
        score = np.where(exact, equal, score)
        found: dict[int, Match] = {}
        for i in np.argsort(-score, kind="stable").tolist():
            row = int(rows[i])
            if row not in found:
                kind: MatchKind = "fuzzy"
                if exact[i]:
                    kind = "alias" if kinds[i] in _ALIASES else "exact"
                elif begins[i]:
                    kind = "prefix"
                found[row] = Match(row, round(float(score[i]), 2), kind)
        return found


def _merge(found: dict[int, Match], more: dict[int, Match]) -> None:
    for row, match in more.items():
        if row not in found or found[row].score < match.score:
            found[row] = match
