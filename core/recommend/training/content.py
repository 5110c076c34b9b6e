"""The mapping from a title's facts to the learned space, for titles that no list named."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from core.recommend.taste import (
    MEMBERS,
    SCORES,
    SETS,
    SINGLE,
    YEARS,
    Facts,
    Floats,
    Ints,
    Labels,
    TitleFeatures,
    kernel,
    mapping_targets,
)
from core.recommend.training.compress import Array

LEAST_TITLES = 3
"""A word (genre, studio, ...) is used when at least so many of the learned titles have it."""
WIDTH = 0.1
"""Of the Gaussian kernel; two titles differing in k one-of facts are 2k apart."""
RIDGE = 0.1
LANDMARKS = 1_000
LEAST_PIVOT = 1e-6
"""What the landmarks so far leave of a title's own kernel; below, it is a copy of one of them."""
WEIGHT_POWER = 0.5
"""A title weighs (likes + 1)^WEIGHT_POWER: the factors of rarely liked ones are noisy."""


def fact_names(features: TitleFeatures, rows: Ints) -> list[str]:
    """The facts in use, as `column=value`."""
    count: Counter[str] = Counter()
    for column in SETS:
        labels: Labels = getattr(features, column)
        space = "studios" if column == "studios" else "genres"
        for row in rows:
            words = labels.indices[labels.indptr[row] : labels.indptr[row + 1]]
            count.update(f"{space}={labels.vocab[j]}" for j in words)
    for column in SINGLE:
        cells = getattr(features, column)
        count.update(f"{column}={cells[row]}" for row in rows)
    out = sorted(name for name, n in count.items() if n >= LEAST_TITLES)
    for column, knots in (("year", YEARS), ("members", MEMBERS), ("score", SCORES)):
        out += [f"{column}={knot:g}" for knot in knots] + [f"{column}=None"]
    return out


def _landmarks(x: Floats, importance: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Rows that span the kernel best: pivoted Cholesky of the importance-weighted kernel."""
    count = min(count, len(x))
    left: NDArray[np.floating] = importance
    factor = np.zeros((count, len(x)), np.float32)
    chosen: list[int] = []
    for k in range(count):
        pivot = int(np.argmax(left))
        if left[pivot] < LEAST_PIVOT:
            break
        chosen.append(pivot)
        column = kernel(x[pivot : pivot + 1], x, WIDTH)[0]
        scaled = column * np.sqrt(importance[pivot] * importance)
        factor[k] = (scaled - factor[:k, pivot] @ factor[:k]) / np.sqrt(left[pivot])
        left = np.maximum(left - np.square(factor[k]), 0)
        left[chosen] = -1
    return np.array(chosen)


def fit(features: TitleFeatures, rows: Ints, left: Floats, right: Floats, likes: Floats) -> dict[str, Array]:
    """Arrays of the learned file: kernel ridge regression (Nystroem) from facts to `mapping_targets`.

    `rows` (n,) are the catalogue rows of the n learned titles, the others (n, ...) their factors and likes.
    """
    names = fact_names(features, rows)
    facts = Facts(features, names)
    x = facts.rows(slice(0, facts.size))[rows]
    x = np.asarray(np.rint(x * 127) / 127, np.float32)
    targets = mapping_targets(left, right, likes).astype(np.float64)
    weight = (likes.astype(np.float64) + 1) ** WEIGHT_POWER
    weight /= weight.mean()
    chosen = x[_landmarks(x, np.sqrt(weight), LANDMARKS)]
    mean = np.average(targets, axis=0, weights=weight)
    to_all = kernel(x, chosen, WIDTH).astype(np.float64)
    among = kernel(chosen, chosen, WIDTH).astype(np.float64)
    system = (to_all * weight[:, None]).T @ to_all + RIDGE * among + 1e-6 * np.eye(len(chosen))
    solved = np.linalg.solve(system, (to_all * weight[:, None]).T @ (targets - mean))
    return {
        "fact_names": np.array(names), "landmarks": np.rint(chosen * 127).astype(np.int8),
        "mapping": solved.astype(np.float16), "mapping_mean": mean.astype(np.float32),
    }  # fmt: skip
