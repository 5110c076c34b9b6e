"""The item-to-item weights: linear regression from a few named favourites to the rest of a list, in closed form."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Weights = NDArray[np.float64]

GOOD, BEST = 7, 8
"""A title rated so much counts as liked, and as liked fully; in between it is worth GOOD_SHARE as a target."""
GOOD_SHARE = 0.6
NAMED = 10
"""How many favourites a person is taken to name (half of the list where that is less)."""
RIDGE = 2.0
"""Ridge on the expected Gram matrix of the named titles, in users; of a title with the mean number of likes."""
RIDGE_POWER = 0.5
"""The ridge grows with (likes)^RIDGE_POWER, so rare titles keep their voice (tail and coverage)."""
LIST_POWER = 0.3
"""A user weighs (list length)^LIST_POWER: long lists say more about rare titles."""


def liked(ratings: sp.csr_matrix, least: int) -> sp.csr_matrix:
    """1 where the rating (stored + 1) is at least `least`."""
    out = ratings.copy()
    out.data = (out.data >= least + 1).astype(np.float32)
    out.eliminate_zeros()
    return out


def named_to_rest(
    ratings: sp.csr_matrix,
    *,
    named: int = NAMED,
    ridge: float = RIDGE,
    list_power: float = LIST_POWER,
    good_share: float = GOOD_SHARE,
) -> Weights:
    """(n, n) weights W, zero diagonal, so that the sum of W's rows of ten favourites predicts the list.

    A user with n liked titles names k = min(named, n // 2) of them at random. With x the named and y the
    whole list, W minimises the expectation of sum_u w_u |y_u - x_u W|^2 + ridge |W|^2 subject to
    diag(W) = 0, which has the closed form of EASE (Steck 2019) and EDLAE (Steck 2020) with
    E[x_i x_j] = k(k-1) / n(n-1), E[x_i^2] = k/n, E[x_i y_j] = k/n in place of the Gram matrix and dropout.
    """
    x, best = liked(ratings, GOOD), liked(ratings, BEST)
    size = np.asarray(x.sum(axis=1)).ravel()
    enough = size >= 4
    x, best, size = x[enough], best[enough], size[enough].astype(np.float64)
    k = np.minimum(named, size // 2)
    weight = size**list_power
    weight /= weight.mean()
    single = weight * k / size
    gram = (x.T @ sp.diags(single * (k - 1) / (size - 1)) @ x).toarray().astype(np.float64)
    likes = np.maximum(np.asarray(x.sum(axis=0)).ravel(), 1.0)
    ridges = ridge * (likes / likes.mean()) ** RIDGE_POWER
    np.fill_diagonal(gram, np.asarray(x.T @ single).ravel() + ridges)
    target = good_share * x + (1 - good_share) * best
    cross = (x.T @ sp.diags(single) @ target).toarray().astype(np.float64)
    inverse = np.linalg.inv(gram)
    out = inverse @ cross
    out -= inverse * (np.diag(out) / np.diag(inverse))[None, :]
    np.fill_diagonal(out, 0)
    return np.asarray(out)
