"""What may be shown at all: a mask over the catalogue, made before anything is ranked, so that lists never run short
because of what was left out afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.catalogue import Catalogue, Filters
from core.recommend.signals import Bools, Floats, Rows

_SEASON_TYPES = ("TV", "ONA")
_SIDE_TYPES = ("Music",)
"""Shown only to those who filter for them."""


@dataclass(frozen=True, slots=True)
class Known:
    """Rows that a person knows or does not want. `liked`: favourites."""

    liked: Rows
    seen: Rows
    dropped: Rows
    dismissed: Rows

    @property
    def all(self) -> Rows:
        return np.concatenate([self.liked, self.seen, self.dropped, self.dismissed])


class Rules:
    """The rules over one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        # Franchise ids are MAL ids; numbered from 0 they index arrays.
        self.groups: Rows = np.unique(catalogue.franchise, return_inverse=True)[1].astype(np.int64)
        self._is_entry: Bools = catalogue.entry_rows == np.arange(len(catalogue))
        self._side: Bools = np.isin(catalogue.types.codes, _codes(catalogue.types.vocab, _SIDE_TYPES))
        self._upcoming: Bools = np.isin(
            catalogue.statuses.codes, _codes(catalogue.statuses.vocab, ("upcoming",))
        )

    def rows(self, mal_ids: Iterable[int]) -> Rows:
        """Rows of the ids that the catalogue holds, in the order given, none twice."""
        wanted = np.array(list(dict.fromkeys(mal_ids)), np.int64)
        if not len(wanted) or not len(self._catalogue):
            return np.zeros(0, np.int64)
        at = np.searchsorted(self._catalogue.mal_ids, wanted).clip(max=len(self._catalogue) - 1)
        return np.asarray(at[self._catalogue.mal_ids[at] == wanted], np.int64)

    def known(
        self, liked: Iterable[int], seen: Iterable[int], dropped: Iterable[int], dismissed: Iterable[int]
    ) -> Known:
        return Known(self.rows(liked), self.rows(seen), self.rows(dropped), self.rows(dismissed))

    def may_show(
        self,
        people: Sequence[Known],
        *,
        filters: Filters | None = None,
        adult: bool = False,
        min_members: int | None = None,
        next_seasons: bool = False,
        named: Rows | None = None,
    ) -> Bools:
        """Rows that may be picked for all of `people` at once, bool (N,).

        Of every franchise only its entry point, and nothing of a franchise of which any of them knows or does not
        want anything; with `next_seasons` also the next season of those whose earlier seasons all of them know.
        Nothing of the franchises of `named` (what the question goes by). Adult titles only with `adult`; what has
        not aired and music videos only where the filters name them.

        Raises UserError (`filter-unknown`) for a filter that names nothing of this catalogue.
        """
        conditions = filters or Filters()
        known = np.concatenate([np.zeros(0, np.int64), *(person.all for person in people)])
        keep = self._is_entry & ~self._touched(known)
        if next_seasons and people:
            keep[sorted(set.intersection(*(set(self._next_seasons(person)) for person in people)))] = True
        keep[known] = False
        if named is not None:
            keep &= ~self._touched(named)
        if not conditions.types:
            keep &= ~self._side
        if conditions.status is None:
            keep &= ~self._upcoming
        keep &= conditions.mask(self._catalogue, adult=adult)
        if min_members:
            keep &= self._catalogue.members >= min_members
        return keep

    def lift_seasons(self, scores: Floats) -> Floats:
        """(N,) with every title that is no entry point at its franchise's best score: a next season is wanted as much
        as what it continues, however few lists name it yet."""
        best = np.full(int(self.groups.max(initial=-1)) + 1, -np.inf, np.float32)
        np.maximum.at(best, self.groups, scores)
        return np.where(self._is_entry, scores, best[self.groups])

    def continuing(self, favourites: Rows) -> Bools:
        """Rows for the list that may hold later seasons of the favourites, bool (N,): entry points, and everything
        of the favourites' own franchises but what they name; never adult."""
        keep = self._is_entry | self._touched(favourites)
        keep[favourites] = False
        return keep & ~self._catalogue.is_adult

    def _touched(self, rows: Rows) -> Bools:
        marks = np.zeros(int(self.groups.max(initial=-1)) + 1, np.bool_)
        marks[self.groups[rows]] = True
        return marks[self.groups]

    def _next_seasons(self, known: Known) -> list[int]:
        """Rows of the next unseen season of every franchise that is known up to there and was not given up."""
        watched = set(known.liked.tolist()) | set(known.seen.tolist())
        given_up = set(self.groups[np.concatenate([known.dropped, known.dismissed])].tolist())
        found: list[int] = []
        for group in {int(self.groups[row]) for row in watched} - given_up:
            found += self._next_of(group, watched)
        return found

    def _next_of(self, group: int, watched: set[int]) -> list[int]:
        """The first unseen season whose line of earlier ones is known. A franchise may hold several lines (Index and
        Railgun) and remakes: of each earlier season the title that is named most alike is the one that counts."""
        steps = self._steps(group)
        for place, step in enumerate(steps[1:], 1):
            for row in step:
                if row not in watched and watched.issuperset(
                    self._most_alike(row, past) for past in steps[:place]
                ):
                    return [row]
        return []

    def _most_alike(self, row: int, others: Sequence[int]) -> int:
        """Of `others` the one that shares the longest beginning with the title at `row`; of equals the last."""
        title = self._catalogue.title
        return max(reversed(others), key=lambda other: _same_start(title(row), title(other)))

    def _steps(self, group: int) -> list[list[int]]:
        catalogue = self._catalogue
        order, starts = self._by_group
        rows = order[starts[group] : starts[group + 1]]
        steps: dict[tuple[int, int], list[int]] = {}
        entry = int(catalogue.entry_rows[rows[0]])
        for row in sorted(rows.tolist(), key=lambda r: (int(catalogue.aired[r]) or 99999999, r)):
            season, part = int(catalogue.season_number[row]), int(catalogue.part_number[row])
            if row == entry:
                season = part = 1  # whatever number its title holds ("Kaijuu 8-gou")
            elif season == 0 or catalogue.types.get(row) not in _SEASON_TYPES:
                continue
            steps.setdefault((season, max(part, 1)), []).append(row)
        return [steps[key] for key in sorted(steps)]

    @cached_property
    def _by_group(self) -> tuple[Rows, Rows]:
        order = np.argsort(self.groups, kind="stable")
        return order, np.searchsorted(self.groups[order], np.arange(int(self.groups.max(initial=-1)) + 2))


def _same_start(first: str, second: str) -> int:
    """How many letters two titles begin with alike."""
    pairs = zip(first, second, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))


def _codes(vocab: tuple[str, ...], names: tuple[str, ...]) -> list[int]:
    return [vocab.index(name) for name in names if name in vocab]
