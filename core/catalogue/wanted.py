"""The season, part, year or type that a query asks for besides a name ("aot s3 p2", "berserk 1997", "naruto
movie")."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.catalogue.catalogue import Catalogue
from core.catalogue.scoring import Match
from core.catalogue.seasons import numbers_in

_FITS_TOO = 85.0
_YEAR = re.compile(r"^(19[5-9]\d|20[0-4]\d)$")
_NUMBER = re.compile(r"^[sp]\d{1,2}$")
_TYPES = {
    "movie": "Movie", "movies": "Movie", "film": "Movie", "ova": "OVA", "oad": "OVA", "ovas": "OVA", "ona": "ONA",
    "special": "Special", "specials": "Special", "tv": "TV", "anime": "TV", "劇場版": "Movie", "映画": "Movie",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for of the series named `base` (folded)."""

    base: str
    season: int = 0
    part: int = 0
    final: bool = False
    year: int = 0
    type: str | None = None
    number: int = 0  # of the film or special

    @property
    def said(self) -> bool:
        return bool(self.season or self.part or self.final or self.year or self.type)

    @classmethod
    def of(cls, folded: str) -> Wanted:
        """Read the words of a folded query; all but the first may ask for something."""
        words = folded.split()
        numbers = numbers_in(words)
        base: list[str] = []
        year, kind, number = 0, None, 0
        for i, word in enumerate(words):
            if i and _YEAR.match(word):
                year = int(word)
            elif word in _TYPES and len(words) > 1:
                kind = _TYPES[word]
            elif i and words[i - 1] in _TYPES and word.isdecimal() and len(word) < 3:
                number = int(word)
            elif i == 0 or not (_NUMBER.match(word) or word == "final"):
                base.append(word)
        return cls(" ".join(base), numbers.season, numbers.part, numbers.final, year, kind, number)

    def row(
        self,
        catalogue: Catalogue,
        named: int,
        found: Mapping[int, Match],
        words_of: Callable[[int], set[str]],
        allowed: NDArray[np.bool_],
    ) -> int | None:
        """The row of the franchise of the row `named` that is asked for; None where there is none. Among
        several the one whose own names fit the whole text well (`found`), then the most popular one."""
        rows = [row for row in catalogue.franchise_rows(int(catalogue.franchise[named])) if allowed[row]]
        if self.year:
            rows = [row for row in rows if catalogue.year[row] == self.year]
        if self.type:
            rows = [row for row in rows if catalogue.types.get(row) == self.type]
            if numbered := [row for row in rows if self.number and str(self.number) in words_of(row)]:
                rows = numbered
            elif self.number:
                return rows[self.number - 1] if len(rows) >= self.number else None
        if self.final:
            rows = [row for row in rows if catalogue.is_final[row]]
        if self.season:
            rows = [row for row in rows if catalogue.season_number[row] == self.season]
        if self.part:
            rows = self._of_part(catalogue, rows)
        if not rows:
            return None
        return max(rows, key=lambda row: self._rank(catalogue, row, named, found))

    def _of_part(self, catalogue: Catalogue, rows: list[int]) -> list[int]:
        parts = [row for row in rows if max(int(catalogue.part_number[row]), 1) == self.part]
        if parts or self.season or self.final:
            return parts
        return [row for row in rows if catalogue.season_number[row] == self.part]

    def _rank(
        self, catalogue: Catalogue, row: int, named: int, found: Mapping[int, Match]
    ) -> tuple[bool, bool, bool, bool, float]:
        return (
            row == named,
            catalogue.types.get(row) == (self.type or "TV"),
            catalogue.part_number[row] <= 1 or bool(self.part),
            row in found and found[row].score >= _FITS_TOO,
            float(catalogue.members[row]),
        )
