"""What may be shown at all: a mask over the catalogue, made before anything is ranked, so that lists never run short
because of what was left out afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.catalogue import Catalogue, Filters
from core.recommend.signals import Bools, Rows

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

    def __or__(self, other: Known) -> Known:
        return Known(
            np.concatenate([self.liked, other.liked]),
            np.concatenate([self.seen, other.seen]),
            np.concatenate([self.dropped, other.dropped]),
            np.concatenate([self.dismissed, other.dismissed]),
        )


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
        known: Known,
        *,
        filters: Filters | None = None,
        adult: bool = False,
        min_members: int | None = None,
        next_seasons: bool = False,
        also_touched: Rows | None = None,
    ) -> Bools:
        """Rows that may be picked, bool (N,).

        Of every franchise only its entry point, and nothing of a franchise of which anything is known or unwanted
        (or named in `also_touched`); with `next_seasons` the next season of those whose earlier seasons are known.
        Adult titles only with `adult`; what has not aired and music videos only where the filters name them.

        Raises UserError (`filter-unknown`) for a filter that names nothing of this catalogue.
        """
        catalogue, conditions = self._catalogue, filters or Filters()
        touched = self._touched(
            known.all if also_touched is None else np.concatenate([known.all, also_touched])
        )
        keep = self._is_entry & ~touched
        if next_seasons:
            keep[self._next_seasons(known)] = True
        keep[known.all] = False
        if not conditions.types:
            keep &= ~self._side
        if conditions.status is None:
            keep &= ~self._upcoming
        if filters is None and adult:
            pass
        elif filters is None:
            keep &= ~catalogue.is_adult
        else:
            keep &= filters.mask(catalogue, adult=adult)
        if min_members:
            keep &= catalogue.members >= min_members
        return keep

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
        """The season after the last of an unbroken run of known ones. Titles that share a number (a remake, a
        recut) are one step: knowing one of them is enough."""
        for step in self._steps(group):
            if not watched.intersection(step):
                first = step == self._steps(group)[0]
                return [] if first else step[:1]
        return []

    def _steps(self, group: int) -> list[list[int]]:
        catalogue = self._catalogue
        order, starts = self._by_group
        rows = order[starts[group] : starts[group + 1]]
        steps: dict[tuple[int, int], list[int]] = {}
        entry = int(catalogue.entry_rows[rows[0]])
        for row in sorted(rows.tolist(), key=lambda r: (int(catalogue.aired[r]) or 99999999, r)):
            season, part = int(catalogue.season_number[row]), int(catalogue.part_number[row])
            if row == entry:
                season = season or 1
            elif season == 0 or catalogue.types.get(row) not in _SEASON_TYPES:
                continue
            steps.setdefault((season, max(part, 1)), []).append(row)
        return [steps[key] for key in sorted(steps)]

    @cached_property
    def _by_group(self) -> tuple[Rows, Rows]:
        order = np.argsort(self.groups, kind="stable")
        return order, np.searchsorted(self.groups[order], np.arange(int(self.groups.max(initial=-1)) + 2))


def _codes(vocab: tuple[str, ...], names: tuple[str, ...]) -> list[int]:
    return [vocab.index(name) for name in names if name in vocab]
