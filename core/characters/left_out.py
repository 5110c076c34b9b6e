"""A gallery asked about its own faces, each left out in turn: how its scores become probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.characters.calibration import Calibration, fit
from core.characters.gallery import BEST_EXEMPLARS, PROTOTYPE_SHARE, Vectors, normalised

_LEAST = 20
"""Right and wrong answers, of each, from which a calibration is fitted."""

_MOST = 3000
"""Faces asked about; drawn at random from larger galleries."""

_CHUNK = 256


def own_calibration(vectors: Vectors, labels: NDArray[np.integer]) -> Calibration | None:
    """Fitted to answers about faces [faces, dimensions] of characters [faces]; None where they are too few.

    Each face is asked about twice: without itself (right when its character comes first), and without its whole
    character, as a stranger (never right). So the probabilities are those of a place where half of the faces are
    strangers.
    """
    if len(np.unique(labels)) < 3:
        return None
    asked = np.arange(len(vectors))
    if len(asked) > _MOST:
        asked = np.sort(np.random.default_rng(0).choice(asked, _MOST, replace=False))
    scores = np.concatenate(
        [
            left_out_scores(vectors, labels, asked[start : start + _CHUNK])
            for start in range(0, len(asked), _CHUNK)
        ]
    )
    rows = np.arange(len(asked))
    own = scores[rows, labels[asked]].copy()
    scores[rows, labels[asked]] = -np.inf
    first, second = -np.partition(-scores, 1, axis=1)[:, :2].T
    known = np.isfinite(own)
    best = np.maximum(own, first)[known]
    lead = np.where(own > first, own - first, first - np.maximum(own, second))[known]
    right = (own > first)[known]
    right_or_not = np.concatenate([right, np.zeros(len(first), bool)])
    if right.sum() < _LEAST or (~right_or_not).sum() < _LEAST:
        return None
    return fit(np.concatenate([best, first]), np.concatenate([lead, first - second]), right_or_not)


def left_out_scores(
    vectors: Vectors, labels: NDArray[np.integer], asked: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Scores [asked, characters] as `Gallery.nearest` gives them, the face asked about not being in the gallery;
    minus infinity where it was the only one."""
    count = int(labels.max()) + 1
    cosines = (vectors[asked] @ vectors.T).astype(np.float64)
    cosines[np.arange(len(asked)), asked] = -np.inf
    scores = np.empty((len(asked), count))
    for character in range(count):
        rows = np.flatnonzero(labels == character)
        total = vectors[rows].sum(axis=0)
        prototypes = np.broadcast_to(normalised(total), (len(asked), vectors.shape[1])).copy()
        mine = np.flatnonzero(labels[asked] == character)
        prototypes[mine] = normalised(total - vectors[asked[mine]])
        best = -np.sort(-cosines[:, rows], axis=1)[:, :BEST_EXEMPLARS]
        there = np.isfinite(best)
        mean = np.where(there, best, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
        score = PROTOTYPE_SHARE * (prototypes * vectors[asked]).sum(axis=1) + (1 - PROTOTYPE_SHARE) * mean
        scores[:, character] = np.where(there.any(axis=1), score, -np.inf)
    return scores
