"""Finding titles by what people type."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.catalogue.catalogue import Catalogue
from core.catalogue.filters import Filters
from core.catalogue.folding import fold, romanise
from core.catalogue.links import mal_or_anilist_id
from core.catalogue.scoring import Match, MatchKind, Scorer
from core.catalogue.wanted import Wanted

_MOST_LETTERS = 200  # of a query: no title is longer, and the rest would only cost time
_FITS = 80.0  # below this score nothing fits
_CLOSE = 3.0  # titles that come this near to the best are worth a question
_CLOSE_UNSURE = 5.0  # the same where the best does not fit well
_CLOSE_ALIAS = 2.0  # the same between two nicknames
_SURE = 87.0
_HARDLY = 50.0  # completion leaves out what fits less
_KNOWN_TOO = 0.05  # of the members of the best: from there on a title of the same name is worth a question


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name means: one `clear` row, or `candidates` in a close race, or, where nothing fits, the
    `nearest`."""

    clear: int | None = None
    candidates: tuple[int, ...] = ()
    nearest: tuple[int, ...] = ()


class TitleSearch:
    """Search over every name of every title of a catalogue. Building it takes about a tenth of a second."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._scorer = Scorer(catalogue)

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
        ranked = sorted(found.values(), key=lambda m: (-m.score, -self._scorer.popularity[m.row], m.row))
        return ranked[:limit]

    def complete(self, text: str, *, adult: bool = False, limit: int = 25) -> list[Match]:
        """Titles for autocompletion: as `search`, without those that hardly fit."""
        found = self.search(text, adult=adult, limit=limit)
        return [match for match in found if match.score >= _HARDLY] or found

    def resolve(self, query: str, *, adult: bool = False) -> Resolution:
        """What title a name means. MAL ids ("#457", "mal:457") and MAL or AniList addresses are
        understood."""
        found = self.search(query, adult=adult, limit=8)
        if not found or not fold(query[:_MOST_LETTERS]):
            return Resolution()
        best = found[0]
        if best.score < _FITS:
            return Resolution(nearest=tuple(match.row for match in found[:3]))
        close = [match for match in found[1:] if self._may_be_meant(match, best)]
        if not close and best.score < _SURE and best.kind == "fuzzy":
            close = found[1:3]
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

    def _may_be_meant(self, other: Match, best: Match) -> bool:
        """Whether `other` comes so near to the best match that the person should be asked."""
        catalogue = self._catalogue
        alias = best.kind == other.kind == "alias" and best.score - other.score < _CLOSE_ALIAS
        if other.kind == "exact" or alias:
            later = catalogue.season_number[other.row] > 1
            known = catalogue.members[other.row] > _KNOWN_TOO * catalogue.members[best.row]
            return bool(known and not (later and self._begins(best.row, other.row)))
        if best.kind in ("exact", "alias") or self._begins(best.row, other.row):
            return False
        return best.score - other.score < (_CLOSE if best.score >= _SURE else _CLOSE_UNSURE)

    def _begins(self, row: int, other: int) -> bool:
        """Whether `row` is the entry point of the franchise of `other`."""
        return bool(self._catalogue.entry_rows[other] == row)

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
        found = self._scorer.matches(folded, allowed)
        if not folded.isascii() and (latin := romanise(folded)):
            _merge(found, self._scorer.matches(latin, allowed))
        wanted = Wanted.of(folded)
        if wanted.said and wanted.base and not any(m.kind in ("exact", "alias") for m in found.values()):
            bases = sorted(self._scorer.matches(wanted.base, allowed).values(), key=lambda m: -m.score)[:6]
            hinted: dict[int, Match] = {}
            for base in bases:
                row = wanted.row(self._catalogue, base.row, found, self._scorer.words_of, allowed)
                if row is not None:
                    kind: MatchKind = "alias" if base.kind == "exact" else base.kind
                    hinted.setdefault(row, Match(row, base.score - 0.5, kind))
            _merge(found, hinted)
        words = folded.split()
        if len(words) > 1 and all(match.score < _SURE for match in found.values()):
            _merge(found, self._scorer.of_series(words, self._catalogue, allowed))
        return found


def _merge(found: dict[int, Match], more: dict[int, Match]) -> None:
    for row, match in more.items():
        if row not in found or found[row].score < match.score:
            found[row] = match
