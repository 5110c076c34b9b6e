"""What two people share and where they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.catalogue import Catalogue, ListColumn
from core.recommend.question import Comparison
from core.recommend.rules import Rules
from core.recommend.signals import Floats, Rows, Signal

MORE = 1.5
"""A genre is one person's more than the other's when its share of the favourites is so many times as large."""
LEAST_SHARE = 0.15
"""A genre counts as loved from this share of somebody's favourites, and from two titles."""
UNPOPULAR = 0.6
"""Novelty at which scores are compared: what everybody likes says nothing about two people."""


def compare(
    catalogue: Catalogue,
    rules: Rules,
    signal: Signal,
    labels: ListColumn,
    first: Sequence[int],
    second: Sequence[int],
) -> Comparison:
    """`first` and `second` are MAL ids of favourites; where either is empty the similarity is 0."""
    mine, theirs = rules.rows(first), rules.rows(second)
    groups_mine, groups_theirs = set(rules.groups[mine].tolist()), set(rules.groups[theirs].tolist())
    both = groups_mine & groups_theirs

    def ids(rows: Rows, wanted: set[int], inside: bool) -> tuple[int, ...]:
        """The first title of each franchise that is, or is not, in `wanted`."""
        found: dict[int, int] = {}
        for row in rows.tolist():
            group = int(rules.groups[row])
            if (group in wanted) == inside:
                found.setdefault(group, int(catalogue.mal_ids[row]))
        return tuple(found.values())

    share_mine, share_theirs = _shares(labels, mine), _shares(labels, theirs)
    least = np.minimum(share_mine, share_theirs)

    def names(strength: Floats, keep: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[str, ...]:
        order = np.argsort(-strength, kind="stable")
        return tuple(labels.vocab[i] for i in order.tolist() if keep[i])[:6]

    return Comparison(
        similarity=_similarity(signal, mine, theirs, len(both) / max(len(groups_mine | groups_theirs), 1)),
        shared=ids(mine, both, True),
        only_first=ids(mine, both, False),
        only_second=ids(theirs, both, False),
        shared_genres=names(least, least >= LEAST_SHARE),
        first_genres=names(
            share_mine - share_theirs, (share_mine >= LEAST_SHARE) & (share_mine >= MORE * share_theirs)
        ),
        second_genres=names(
            share_theirs - share_mine, (share_theirs >= LEAST_SHARE) & (share_theirs >= MORE * share_mine)
        ),
    )


def _shares(labels: ListColumn, rows: Rows) -> Floats:
    """(labels,) share of the titles that have each; one title alone is no habit, so each count is lessened by .5."""
    counts = np.zeros(len(labels.vocab), np.float32)
    for row in rows.tolist():
        counts[labels.indices[labels.indptr[row] : labels.indptr[row + 1]]] += 1
    lessened = np.clip(counts - 0.5, 0, None) if len(rows) > 2 else counts
    return np.asarray(lessened / max(len(rows), 1), np.float32)


def _similarity(signal: Signal, mine: Rows, theirs: Rows, overlap: float) -> float:
    """Correlation of what would be recommended to each, raised by the favourites they have in common."""
    if not len(mine) or not len(theirs):
        return 0.0
    scores = [
        signal.scores(rows.tolist(), None, novelty=UNPOPULAR, new_franchise=False).astype(np.float64)
        for rows in (mine, theirs)
    ]
    centred = [values - values.mean() for values in scores]
    lengths = [float(np.sqrt((values**2).sum())) for values in centred]
    alike = float(centred[0] @ centred[1]) / max(lengths[0] * lengths[1], 1e-12)
    return float(np.clip(max(alike, 0.0) + (1 - max(alike, 0.0)) * overlap, 0, 1))
