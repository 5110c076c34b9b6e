"""Picks that differ from each other: maximal marginal relevance (Carbonell and Goldstein 1998)."""

from __future__ import annotations

import numpy as np

from core.catalogue import ListColumn
from core.recommend.signals import Floats, Rows

POOL_PER_PICK = 8
LEAST_POOL = 40


class Variety:
    """`labels` are the genres, themes and demographics; `vectors` (N, d) or None add likeness of stories."""

    def __init__(self, labels: ListColumn) -> None:
        self._labels = labels

    def chosen(self, rows: Rows, scores: Floats, count: int, strength: float) -> list[int]:
        """Up to `count` of `rows` (R,), best first: each next one has the most of (1 - strength) x score less
        strength x its greatest Jaccard likeness to those before. `scores` (R,) descend and are scaled by the best."""
        if strength <= 0 or len(rows) <= 1:
            return [int(row) for row in rows[:count]]
        pool = rows[: max(LEAST_POOL, POOL_PER_PICK * count)]
        best = max(float(scores[0]), 1e-9)
        worth = (1 - strength) * scores[: len(pool)] / best
        likeness = self.likeness(pool)
        nearest = np.zeros(len(pool), np.float32)
        open_ = np.ones(len(pool), np.bool_)
        picked: list[int] = []
        while len(picked) < min(count, len(pool)):
            at = int(np.argmax(np.where(open_, worth - strength * nearest, -np.inf)))
            picked.append(int(pool[at]))
            open_[at] = False
            np.maximum(nearest, likeness[at], out=nearest)
        return picked

    def likeness(self, rows: Rows) -> Floats:
        """(R, R) Jaccard similarity of the titles' names."""
        has = np.zeros((len(rows), len(self._labels.vocab)), np.float32)
        for i, row in enumerate(rows.tolist()):
            has[i, self._labels.indices[self._labels.indptr[row] : self._labels.indptr[row + 1]]] = 1
        both = has @ has.T
        sizes = has.sum(axis=1)
        return np.asarray(both / np.maximum(sizes[:, None] + sizes[None, :] - both, 1), np.float32)


def ranked(scores: Floats, may_show: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], most: int) -> Rows:
    """The up to `most` best rows that may be shown, best first; ties go to the lower row."""
    rows = np.flatnonzero(may_show)
    if len(rows) > most:
        # All that tie with the last place stay in, so that which of them is kept does not depend on the partition.
        least = np.partition(scores[rows], len(rows) - most)[len(rows) - most]
        rows = rows[scores[rows] >= least]
    order = np.argsort(-scores[rows], kind="stable")[:most]
    return rows[order].astype(np.int64)
