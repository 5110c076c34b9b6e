"""How well vectors tell characters apart: pure functions on L2-normalised vectors, used to evaluate recognisers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.characters.gallery import BEST_EXEMPLARS, PROTOTYPE_SHARE
from core.training.faces import Face, crop

Vectors = NDArray[np.float32]
Labels = NDArray[np.str_]


def normalised(vectors: NDArray[np.floating]) -> Vectors:
    """Rows scaled to length 1; float32."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def prototypes(vectors: Vectors, labels: Labels) -> tuple[Vectors, Labels]:
    """The normalised mean vector [C, D] of every label, and the labels [C] in sorted order."""
    names = np.unique(labels)
    return normalised(np.stack([vectors[labels == name].mean(0) for name in names])), names


def by_prototypes(
    references: Vectors, labels: Labels, queries: Vectors
) -> tuple[NDArray[np.float32], Labels]:
    """Cosines [Q, C] of each query to the mean of every label, and the labels [C]."""
    means, names = prototypes(references, labels)
    return queries @ means.T, names


def by_neighbours(
    references: Vectors, labels: Labels, queries: Vectors, count: int = 5, sharpness: float = 10.0
) -> tuple[NDArray[np.float32], Labels]:
    """Votes [Q, C] of each query's `count` nearest references, each worth exp(sharpness * cosine)."""
    names, index = np.unique(labels, return_inverse=True)
    cosines = queries @ references.T
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
    votes = np.zeros((len(queries), len(names)), np.float32)
    for row, columns in enumerate(nearest):
        np.add.at(votes[row], index[columns], np.exp(sharpness * (cosines[row, columns] - 1)))
    return votes, names


def by_gallery(references: Vectors, labels: Labels, queries: Vectors) -> tuple[NDArray[np.float32], Labels]:
    """Scores [Q, C] as galleries give them at run time: half the prototype, half the three best exemplars."""
    scores, names = by_prototypes(references, labels, queries)
    cosines = queries @ references.T
    best = np.stack(
        [-np.sort(-cosines[:, labels == name], axis=1)[:, :BEST_EXEMPLARS].mean(1) for name in names], axis=1
    )
    return np.asarray(PROTOTYPE_SHARE * scores + (1 - PROTOTYPE_SHARE) * best, dtype=np.float32), names


Scores = Callable[[Vectors, Labels, Vectors], tuple[NDArray[np.float32], Labels]]


def top(scores: NDArray[np.float32], names: Labels, wanted: Labels, count: int = 1) -> NDArray[np.bool_]:
    """Whether the right name [Q] is among the `count` best."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :count]
    found: NDArray[np.bool_] = (names[best] == wanted[:, None]).any(1)
    return found


@dataclass(frozen=True)
class Share:
    """A share with the number it was measured on and, where drawn at random, a 95 % interval."""

    value: float
    count: int
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        interval = f" [{self.low:.3f}, {self.high:.3f}]" if self.low is not None else ""
        return f"{self.value:.3f}{interval} ({self.count})"


def share(right: NDArray[np.bool_]) -> Share:
    """The share of true values."""
    return Share(float(right.mean()) if len(right) else float("nan"), len(right))


def few_shot(
    vectors: Vectors, labels: Labels, *, ways: int, shots: int, draws: int = 500, seed: int = 0
) -> Share | None:
    """Share of queries named right when `ways` characters are known by `shots` pictures each.

    Each draw picks characters and their reference pictures at random; one more picture of each is asked about, by
    the mean of the references. The interval comes from drawing characters anew (bootstrap over per-character
    shares): pictures of one character are not independent. None when too few characters have enough pictures.
    """
    rng = np.random.default_rng(seed)
    rows_of = {name: np.flatnonzero(labels == name) for name in np.unique(labels)}
    able = [name for name, rows in rows_of.items() if len(rows) > shots]
    if len(able) < ways:
        return None
    right: dict[str, list[bool]] = {name: [] for name in able}
    for _ in range(draws):
        chosen = rng.choice(len(able), ways, replace=False)
        rows = np.stack([rng.choice(rows_of[able[n]], shots + 1, replace=False) for n in chosen])
        means = normalised(vectors[rows[:, :shots]].mean(1))
        named = (vectors[rows[:, shots]] @ means.T).argmax(1)
        for way, n in enumerate(chosen):
            right[able[n]].append(bool(named[way] == way))
    per_character = np.array([np.mean(found) for found in right.values() if found])
    again = rng.choice(per_character, (1000, len(per_character))).mean(1)
    low, high = np.quantile(again, [0.025, 0.975])
    return Share(float(per_character.mean()), len(able), float(low), float(high))


def one_shot_across(
    references: tuple[Vectors, Labels],
    queries: tuple[Vectors, Labels],
    *,
    ways: int,
    draws: int = 500,
    seed: int = 0,
) -> Share | None:
    """As `few_shot` with one reference of one kind of picture and queries of another kind."""
    rng = np.random.default_rng(seed)
    able = sorted(set(references[1].tolist()) & set(queries[1].tolist()))
    if len(able) < ways:
        return None
    right: dict[str, list[bool]] = {name: [] for name in able}
    rows = [{name: np.flatnonzero(labels == name) for name in able} for _, labels in (references, queries)]
    for _ in range(draws):
        chosen = [able[n] for n in rng.choice(len(able), ways, replace=False)]
        known = references[0][[rng.choice(rows[0][name]) for name in chosen]]
        asked = queries[0][[rng.choice(rows[1][name]) for name in chosen]]
        named = (asked @ known.T).argmax(1)
        for way, name in enumerate(chosen):
            right[name].append(bool(named[way] == way))
    per_character = np.array([np.mean(found) for found in right.values() if found])
    again = rng.choice(per_character, (1000, len(per_character))).mean(1)
    low, high = np.quantile(again, [0.025, 0.975])
    return Share(float(per_character.mean()), len(able), float(low), float(high))


def identified(
    known: NDArray[np.float32], right: NDArray[np.bool_], unknown: NDArray[np.float32], rate: float
) -> float:
    """Share of known faces named right above the threshold that `rate` of the unknown ones pass.

    `known` and `unknown` are best scores, `right` says whether the best name of a known face is the right one.
    """
    threshold = np.quantile(unknown, 1 - rate)
    return float((right & (known > threshold)).mean())


def left_out(
    scores_of: Scores,
    references: tuple[Vectors, Labels],
    queries: tuple[Vectors, Labels],
    *,
    rates: Sequence[float],
    folds: int = 5,
    seed: int = 0,
) -> dict[float, Share]:
    """Open set: every fold takes a part of the characters out of the gallery; their faces are the unknown ones.

    Returns for each rate of false identification the share of known faces named right, averaged over the folds.
    """
    rng = np.random.default_rng(seed)
    names = rng.permutation(np.unique(references[1]))
    found: dict[float, list[float]] = {rate: [] for rate in rates}
    for fold in range(folds):
        absent = np.isin(references[1], names[fold::folds])
        unknown = np.isin(queries[1], names[fold::folds])
        if not unknown.any() or unknown.all() or absent.all():
            continue
        scores, known = scores_of(references[0][~absent], references[1][~absent], queries[0])
        best, right = scores.max(1), top(scores, known, queries[1])
        for rate in rates:
            found[rate].append(identified(best[~unknown], right[~unknown], best[unknown], rate))
    return {rate: Share(float(np.mean(values)), len(queries[1])) for rate, values in found.items() if values}


def colour_histograms(faces: Sequence[Face]) -> Vectors:
    """The baseline: square roots of 12 x 4 x 4 HSV histograms in 2 x 2 cells, as vectors [N, 768]."""
    rows = []
    for face in faces:
        picture = cv2.cvtColor(crop(face.pixels, face.square, 64), cv2.COLOR_RGB2HSV)
        cells = [picture[top : top + 32, left : left + 32] for top in (0, 32) for left in (0, 32)]
        counted = [
            cv2.calcHist([np.ascontiguousarray(cell)], [0, 1, 2], None, [12, 4, 4], [0, 180, 0, 256, 0, 256])
            for cell in cells
        ]
        rows.append(np.sqrt(np.concatenate([part.ravel() for part in counted])))
    return normalised(np.stack(rows))
