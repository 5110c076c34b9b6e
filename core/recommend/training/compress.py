"""From the full weights to a small file's arrays: low rank in int8, and the largest residuals of each title."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

Array = NDArray[np.generic]


def quantise(values: NDArray[np.floating]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """int8 rows and the scale of each."""
    scale = np.abs(values).max(axis=1, initial=0) / 127
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    return np.rint(values / scale[:, None]).astype(np.int8), scale


def factors(
    weights: NDArray[np.floating], importance: NDArray[np.floating], rank: int, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """left (n, rank), right (n, rank): left @ right.T is close to `weights`; row i errs at importance[i] a unit."""
    u, s, vt = randomized_svd(weights * importance[:, None], rank, n_iter=6, random_state=seed)
    root = np.sqrt(s)
    return (u / importance[:, None] * root).astype(np.float32), (vt.T * root).astype(np.float32)


def compress(
    weights: NDArray[np.floating], importance: NDArray[np.floating], *, rank: int, residuals: int, seed: int
) -> dict[str, Array]:
    """`weights` (n, n) as the arrays of the learned file."""
    left, right = factors(weights, importance, rank, seed)
    left_q, left_scale = quantise(left)
    right_q, right_scale = quantise(right)
    error = weights - (left_q * left_scale[:, None]) @ (right_q * right_scale[:, None]).T
    # The largest of each column: a rare title is told by few others, and they are what low rank forgets.
    ranked = np.abs(error) * importance[:, None]
    np.fill_diagonal(ranked, 0)
    count = min(residuals, len(weights) - 1)
    source = np.argpartition(-ranked, count, axis=0)[:count].T
    values, residual_scale = quantise(np.take_along_axis(error.T, source, 1))
    return {
        "left": left_q, "left_scale": left_scale, "right": right_q, "right_scale": right_scale,
        "residual_from": source.astype(np.uint16), "residual": values, "residual_scale": residual_scale,
    }  # fmt: skip
