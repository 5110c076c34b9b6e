"""Genres, themes and demographics as one set of names, and what two titles share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.catalogue import Catalogue, ListColumn

GROUPS = ("genres", "themes", "demographics")
PLAIN = ("Comedy", "Action", "Shounen", "Seinen", "Shoujo", "Josei", "Award Winning", "Adult Cast", "Kids")
"""Names that say least about why two titles are alike; told last."""


def joined(catalogue: Catalogue, groups: Sequence[str] = GROUPS) -> ListColumn:
    """Several list columns as one; a name that stands in two of them is one name, and once per title."""
    columns: list[ListColumn] = [getattr(catalogue, group) for group in groups]
    vocab = tuple(sorted({name for column in columns for name in column.vocab}))
    place = {name: i for i, name in enumerate(vocab)}
    rows: list[NDArray[np.int64]] = []
    codes: list[NDArray[np.int64]] = []
    for column in columns:
        renamed = np.array([place[name] for name in column.vocab], np.int64)
        rows.append(np.repeat(np.arange(len(catalogue)), np.diff(column.indptr)))
        codes.append(renamed[column.indices] if len(renamed) else np.zeros(0, np.int64))
    pairs = np.unique(np.concatenate(rows) * max(len(vocab), 1) + np.concatenate(codes))
    row, code = np.divmod(pairs, max(len(vocab), 1))
    indptr = np.searchsorted(row, np.arange(len(catalogue) + 1)).astype(np.int32)
    return ListColumn(vocab, indptr, code.astype(np.int32))


def names_of(catalogue: Catalogue, row: int) -> tuple[str, ...]:
    """Genres, themes and demographics of a title, the telling ones first."""
    names = dict.fromkeys(
        [*catalogue.themes.get(row), *catalogue.genres.get(row), *catalogue.demographics.get(row)]
    )
    return tuple(sorted(names, key=lambda name: name in PLAIN))


def shared_by(catalogue: Catalogue, row: int, others: Sequence[int]) -> tuple[str, ...]:
    """What the title at `row` has in common with the first of `others`, or where that is nothing, with the next:
    themes and genres, then studios."""
    for other in others:
        theirs = set(names_of(catalogue, other))
        studios = set(catalogue.studios.get(other))
        found = [name for name in names_of(catalogue, row) if name in theirs]
        found += [name for name in catalogue.studios.get(row) if name in studios]
        if found:
            return tuple(found)
    return ()
