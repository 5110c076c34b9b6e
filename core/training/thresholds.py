"""From which score a tag is said: the cuts of best F1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.training.tag_probes import Bools, Floats, Folds

_LEAST = 0.01


def best_cut(scores: Floats, wanted: Bools) -> float:
    """The lowest cut of best F1 over scores [n], in the middle between two of them, below all where everything is best
    said. The same as `tag_probes.best_threshold`, in one pass over the sorted scores."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))  # the last of each tied score
    right = np.cumsum(wanted[order])[ends]
    f1 = 2 * right / (ends + 1 + wanted.sum())
    best = len(f1) - 1 - int(np.argmax(f1[::-1]))  # of equals, the one that says most
    lowest = ranked[ends[best]]
    return float(lowest - 1 if best == len(ends) - 1 else (lowest + ranked[ends[best] + 1]) / 2)


def said_at_best(scores: Floats, wanted: Bools, folds: Folds) -> Bools:
    """What is said of each picture [n] at the cut that is best for those of the other folds; nothing, where none of
    them has the tag."""
    said = np.zeros(len(wanted), np.bool_)
    for fold in np.unique(folds):
        held = folds == fold
        if wanted[~held].any():
            said[held] = scores[held] >= best_cut(scores[~held], wanted[~held])
    return said


def tuned(scores: Floats, wanted: Bools, *, least: int) -> NDArray[np.float64]:
    """A threshold for each tag [T] from probabilities [N, T]: that of its best F1 where at least `least` pictures have
    it, else the one that is best for all tags together; 0.5 where nothing is wanted at all."""
    if not wanted.any():
        return np.full(scores.shape[1], 0.5)
    common = best_cut(scores.ravel(), wanted.ravel())
    own = [
        best_cut(scores[:, at], wanted[:, at]) if wanted[:, at].sum() >= max(1, least) else common
        for at in range(scores.shape[1])
    ]
    return np.asarray(np.clip(own, _LEAST, 1.0), np.float64).round(4)
