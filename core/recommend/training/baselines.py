"""The classical methods that the learned model is measured against, fitted on the same lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from core.recommend.taste import Floats, Ints
from core.recommend.training.fit import BEST, GOOD, liked

Scorer = Callable[[Sequence[int], bool], Floats]
"""Catalogue rows of the favourites, and whether new franchises are asked for -> scores (N,)."""
EASE_RIDGE = 200.0


def baselines(ratings: sp.csr_matrix, rows: Ints, size: int) -> dict[str, Scorer]:
    """Popularity, item-item cosine and EASE (Steck 2019) over a catalogue of `size` rows; item i is row rows[i]."""
    item = np.full(size, -1)
    item[rows] = np.arange(len(rows))
    x = liked(ratings, GOOD)
    gram = (x.T @ x).toarray().astype(np.float64)
    length = np.sqrt(np.maximum(np.diag(gram), 1))
    cosine = gram / length[:, None] / length[None, :]
    np.fill_diagonal(cosine, 0)
    inverse = np.linalg.inv(gram + EASE_RIDGE * np.eye(len(gram)))
    ease = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(ease, 0)
    best = np.asarray(liked(ratings, BEST).sum(axis=0)).ravel()

    def spread(values: NDArray[np.floating]) -> Floats:
        out = np.full(size, -1e9, np.float32)
        out[rows] = values
        return out

    def linear(weights: NDArray[np.float64]) -> Scorer:
        def scorer(favourites: Sequence[int], _: bool) -> Floats:
            named = item[np.asarray(favourites, np.int64)]
            return spread(weights[named[named >= 0]].sum(axis=0))

        return scorer

    def popularity(_: Sequence[int], __: bool) -> Floats:
        return spread(best)

    return {"popularity": popularity, "item-item": linear(cosine), "EASE": linear(ease)}
