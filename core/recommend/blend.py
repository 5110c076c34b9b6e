"""Several signals as one score: each scaled alike, weighted and added, and told apart again for every pick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.recommend.signals import Bools, Floats, Rows, Signal

TOP = 10
"""A part's scale is set by the mean of so many of its best titles: one outlier does not flatten the rest."""
DISLIKE = 0.3
"""What all dislikes together weigh at most, against 1 for all likes."""


@dataclass(frozen=True, slots=True)
class Taste:
    """What one person (or one question) names: rows that speak for a title and rows that speak against it.

    `weights` (F,) float32 belong to `liked`.
    """

    liked: Rows
    weights: Floats
    disliked: Rows

    def scores(self, signal: Signal, *, novelty: float, new_franchise: bool) -> Floats:
        """(N,): the signal's scores, lessened by what the dislikes lead to; at least one liked row is needed."""
        liked = signal.scores(self.liked.tolist(), self.weights, novelty=novelty, new_franchise=new_franchise)
        if not len(self.disliked):
            return liked
        against = signal.scores(self.disliked.tolist(), None, novelty=novelty, new_franchise=new_franchise)
        share = DISLIKE * min(1.0, len(self.disliked) / len(self.liked))
        return liked - np.float32(share) * against


@dataclass(frozen=True, slots=True)
class Part:
    """One signal's share in a blend: `scores` (N,) scaled to about 0..1, times `weight`."""

    name: str
    weight: float
    scores: Floats


def scaled(scores: Floats, may_show: Bools) -> Floats:
    """(N,) at 0 where a title is no better than the middle of those that may be shown, about 1 for the best."""
    rows = scores[may_show]
    if not len(rows):
        return np.zeros_like(scores)
    low = float(np.median(rows))
    top = float(np.partition(rows, max(len(rows) - TOP, 0))[-TOP:].mean())
    return np.asarray(np.clip((scores - low) / max(top - low, 1e-9), 0, None), np.float32)


def blended(parts: Sequence[Part]) -> Floats:
    """(N,) sum of the parts, over the sum of their weights."""
    total = np.zeros_like(parts[0].scores)
    for part in parts:
        total += np.float32(part.weight) * part.scores
    return total / np.float32(max(sum(part.weight for part in parts), 1e-9))


def shares(parts: Sequence[Part], row: int) -> list[float]:
    """What each part adds to a title's blended score, as shares that sum to 1."""
    added = [part.weight * max(float(part.scores[row]), 0.0) for part in parts]
    whole = sum(added)
    return [value / whole for value in added] if whole > 0 else [1 / len(parts)] * len(parts)
