"""Linear probes of tags, cross-validated by picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Folds = NDArray[np.int64]

_RESAMPLINGS = 1000


@dataclass(frozen=True)
class Probes:
    """How probes are fitted and asked about: `folds` parts of the pictures, `regular` the inverse strength of the
    penalty, `seed` of what is drawn."""

    folds: int = 5
    regular: float = 3.0
    seed: int = 0

    def fitted(self, rows: Floats, mirrored: Floats, wanted: Bools) -> LogisticRegression:
        """Logistic regression on the pictures and their mirror images, both answers weighing the same."""
        model = LogisticRegression(C=self.regular, max_iter=500, class_weight="balanced")
        return model.fit(np.concatenate([rows, mirrored]), np.concatenate([wanted, wanted]))

    def folds_of(self, wanted: Bools, number: int) -> Folds:
        """A fold for every picture, pictures with the tag spread evenly; another division for every `number`."""
        chance = np.random.default_rng(self.seed + number)
        folds = np.zeros(len(wanted), np.int64)
        for value in (False, True):
            chosen = chance.permutation(np.flatnonzero(wanted == value))
            folds[chosen] = np.arange(len(chosen)) % self.folds
        return folds

    def out_of_fold(self, rows: Floats, mirrored: Floats, wanted: Bools, folds: Folds) -> Floats:
        """The logit of every picture by a model that has not seen it."""
        logits = np.zeros(len(wanted))
        for fold in range(self.folds):
            held = folds == fold
            model = self.fitted(rows[~held], mirrored[~held], wanted[~held])
            logits[held] = model.decision_function(rows[held])
        return logits


@dataclass(frozen=True)
class Figures:
    """How a tag did, cross-validated. `surer`: share of resamplings in which it beats the base rate."""

    tag: str
    pictures: int
    base_rate: float
    average_precision: float
    surer: float
    precision: float
    recall: float
    f1: float
    threshold: float


def best_threshold(scores: Floats, wanted: Bools) -> float:
    """The cut with the best F1, in the middle between two pictures."""
    ordered = np.sort(scores)
    cuts = np.concatenate([[ordered[0] - 1], (ordered[1:] + ordered[:-1]) / 2])
    return float(cuts[int(np.argmax([f1(scores >= cut, wanted)[2] for cut in cuts]))])


def f1(said: Bools, wanted: Bools) -> tuple[float, float, float]:
    """Precision, recall and F1; 0 where nothing was said or wanted."""
    right = float((said & wanted).sum())
    precision = right / said.sum() if said.any() else 0.0
    recall = right / wanted.sum() if wanted.any() else 0.0
    return precision, recall, 2 * right / max(1.0, float(said.sum() + wanted.sum()))


def said_at_best(scores: Floats, wanted: Bools, folds: Folds) -> Bools:
    """What is said of each picture at the threshold that is best for those of the other folds; nothing, where none of
    them has the tag."""
    said = np.zeros(len(wanted), np.bool_)
    for fold in np.unique(folds):
        held = folds == fold
        if wanted[~held].any():
            said[held] = scores[held] >= best_threshold(scores[~held], wanted[~held])
    return said


def average_precision(wanted: Bools, scores: Floats) -> float:
    """Of bool [n] and scores [n], at least one of them wanted: the sum over thresholds t, one at each distinct score
    from the highest down, of (R(t) - R(before t)) P(t), with precision P and recall R of what scores t or more.

    Equals scikit-learn's `average_precision_score`, without the checks that take most of its time on short lists.
    """
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))  # the last of each tied score
    right = np.cumsum(wanted[order])[ends]
    return float(np.diff(right, prepend=0) @ (right / (ends + 1)) / right[-1])


def evaluate(probes: Probes, tag: str, logits: Sequence[Floats], wanted: Bools) -> tuple[Figures, Floats]:
    """Figures of one tag from the out-of-fold logits of one or more divisions (0, 1, ...), and their mean."""
    precisions = [average_precision(wanted, found) for found in logits]
    totals = [
        f1(said_at_best(found, wanted, probes.folds_of(wanted, number)), wanted)
        for number, found in enumerate(logits)
    ]
    chance = np.random.default_rng(probes.seed)
    won = 0
    for _ in range(_RESAMPLINGS):
        drawn = chance.integers(0, len(wanted), len(wanted))
        if wanted[drawn].any():
            won += bool(average_precision(wanted[drawn], logits[0][drawn]) > wanted[drawn].mean())
    precision, recall, share = np.mean(totals, 0)
    mean: Floats = np.mean(logits, 0)
    return (
        Figures(
            tag, int(wanted.sum()), float(wanted.mean()), float(np.mean(precisions)), won / _RESAMPLINGS,
            float(precision), float(recall), float(share), best_threshold(mean, wanted),
        ),
        mean,
    )  # fmt: skip


def calibration(logits: Floats, wanted: Bools) -> tuple[float, float]:
    """Platt scaling on logits of pictures not seen: probability = sigmoid(slope * logit + offset)."""
    model = LogisticRegression(C=1.0).fit(logits[:, None], wanted)
    return float(model.coef_[0, 0]), float(model.intercept_[0])
