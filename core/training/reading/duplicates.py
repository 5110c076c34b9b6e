"""The same drawing twice: perceptual hashes that differ in few bits, found exactly among hundreds of thousands."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

NEAR = 6
"""Bits of 64 in which two hashes may differ to count as the same drawing, resized, re-encoded or lightly cut."""

Hashes = NDArray[np.uint64]
Indices = NDArray[np.int64]

_AT_ONCE = 2048  # rows of one block of comparisons: 2048 x 2048 x 8 bytes


def near_pairs(hashes: Hashes, within: int = NEAR) -> Iterator[Indices]:
    """Every pair that differs in at most `within` (0 to 63) bits, as int64 [pairs, 2] with the lower index first, in
    pieces; a pair may come more than once.

    The 64 bits are cut into `within + 1` bands. Two hashes with no more differing bits than `within` agree in at least
    one band, so that only those that share a band are compared (multi-index hashing: Norouzi, Punjani, Fleet, "Fast
    Search in Hamming Space with Multi-Index Hashing", 2012).
    """
    if not len(hashes):
        return
    ends = np.linspace(0, 64, within + 2).astype(int)
    for first, last in itertools.pairwise(ends):
        band = (hashes >> np.uint64(first)) & np.uint64((1 << int(last - first)) - 1)
        order = np.argsort(band, kind="stable")
        starts = np.flatnonzero(np.diff(band[order], prepend=~band[order[:1]]))
        for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
            if end - start > 1:
                yield from _compare(hashes, order[start:end], within)


def _compare(hashes: Hashes, members: Indices, within: int) -> Iterator[Indices]:
    for top in range(0, len(members), _AT_ONCE):
        rows = members[top : top + _AT_ONCE]
        for left in range(top, len(members), _AT_ONCE):
            columns = members[left : left + _AT_ONCE]
            differing = np.bitwise_count(hashes[rows][:, None] ^ hashes[columns][None, :])
            one, other = np.nonzero(differing <= within)
            pairs = np.stack((rows[one], columns[other]), axis=1)
            pairs = pairs[pairs[:, 0] != pairs[:, 1]]
            if len(pairs):
                yield np.sort(pairs, axis=1)


def clusters(hashes: Hashes, within: int = NEAR) -> Indices:
    """int64 [len(hashes)]: the same number for hashes that are linked by steps of at most `within` bits."""
    unique, place = np.unique(hashes, return_inverse=True)
    return linked(len(unique), near_pairs(unique, within))[place]


def linked(count: int, pairs: Iterator[Indices] | Sequence[Indices]) -> Indices:
    """int64 [count]: the same number for what is linked by pairs, directly or through others."""
    found = [np.unique(piece, axis=0) for piece in pairs]
    joined = np.concatenate([np.zeros((0, 2), np.int64), *found])
    matrix = coo_matrix((np.ones(len(joined), np.bool_), (joined[:, 0], joined[:, 1])), (count, count))
    return np.asarray(connected_components(matrix, directed=False)[1], np.int64)
