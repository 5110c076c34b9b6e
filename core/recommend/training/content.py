"""The mapping from a title's facts to the learned space, for titles that no list named."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.recommend.taste import MEMBERS, SCORES, SETS, YEARS, Labels, TitleFeatures, hat
from core.recommend.training.data import Catalogue

LEAST_TITLES = 3
"""A word (genre, studio, ...) gets a weight when at least so many of the learned titles have it."""
RIDGE = 10.0


def names(features: TitleFeatures, rows: NDArray[np.int32]) -> list[str]:
    """The features' names as `column=value`, `bias` first."""
    out = {"bias": None}
    count: dict[str, int] = {}
    for column in SETS:
        labels: Labels = getattr(features, column)
        prefix = "studios" if column == "studios" else "genres"
        for row in rows:
            for j in labels.indices[labels.indptr[row] : labels.indptr[row + 1]]:
                name = f"{prefix}={labels.vocab[j]}"
                count[name] = count.get(name, 0) + 1
    for column in ("type", "source", "rating"):
        for row in rows:
            name = f"{column}={getattr(features, column)[row]}"
            count[name] = count.get(name, 0) + 1
    out |= {name: None for name, n in sorted(count.items()) if n >= LEAST_TITLES}
    for column, knots in (("year", YEARS), ("members", MEMBERS), ("score", SCORES)):
        out |= {f"{column}={knot:g}": None for knot in knots} | {f"{column}=None": None}
    return list(out)


def design(features: TitleFeatures, feature_names: list[str]) -> NDArray[np.float32]:
    """(N, len(feature_names)) matrix, so that design @ weights equals `taste.map_content`."""
    place = {name: i for i, name in enumerate(feature_names)}
    out = np.zeros((len(features.year), len(place)), np.float32)
    out[:, place["bias"]] = 1
    for column in SETS:
        labels: Labels = getattr(features, column)
        prefix = "studios" if column == "studios" else "genres"
        picked = np.array([place.get(f"{prefix}={word}", -1) for word in labels.vocab], np.int64)
        row = np.repeat(np.arange(len(out)), np.diff(labels.indptr))
        if len(row):
            at = picked[labels.indices]
            np.add.at(out, (row[at >= 0], at[at >= 0]), 1)
    for column in ("type", "source", "rating"):
        for row, cell in enumerate(getattr(features, column)):
            if (at := place.get(f"{column}={cell}")) is not None:
                out[row, at] = 1
    for column, knots, values in (
        ("year", YEARS, features.year),
        ("members", MEMBERS, np.log1p(features.members)),
        ("score", SCORES, features.score),
    ):
        first = place[f"{column}={knots[0]:g}"]
        out[:, first : first + len(knots)] = hat(values, knots)
        out[:, place[f"{column}=None"]] = np.isnan(values)
    return out


def fit(
    catalogue: Catalogue,
    rows: NDArray[np.int32],
    left: NDArray[np.float32],
    right: NDArray[np.float32],
    likes: NDArray[np.float32],
    ridge: float = RIDGE,
) -> tuple[list[str], NDArray[np.float32]]:
    """Names and weights (names, 2 rank + 1) of the ridge regression from facts to [left, right, log(1 + likes)].

    `rows` (n,) are the catalogue rows of the n learned titles. Every title weighs the same.
    """
    feature_names = names(catalogue.features, rows)
    x = design(catalogue.features, feature_names)[rows].astype(np.float64)
    y = np.column_stack([left, right, np.log1p(likes)])
    penalty = np.full(x.shape[1], ridge)
    penalty[0] = 1e-3
    weights = np.linalg.solve(x.T @ x + np.diag(penalty), x.T @ y)
    return feature_names, weights.astype(np.float32)
