"""Figures of tags from scores: F1 at fixed and tuned thresholds, average precision, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

from core.training.calibration import calibration, calibration_error
from core.training.tag_probes import Bools, Floats, Folds
from core.training.thresholds import said_at_best

FOLDS = 5
FIXED = 0.5


def figures(wanted: Bools, said: Bools, names: Sequence[str]) -> dict[str, Any]:
    """Of what was said of pictures [N, tags]: per tag right, false, missed and F1; over all of them micro F1, and macro
    F1 over the tags that occur."""
    rows: dict[str, dict[str, float]] = {}
    for at, name in enumerate(names):
        right = int((wanted[:, at] & said[:, at]).sum())
        false, missed = int(said[:, at].sum()) - right, int(wanted[:, at].sum()) - right
        rows[name] = {"right": right, "false": false, "missed": missed, "f1": _f1(right, false, missed)}
    occurring = [row["f1"] for row in rows.values() if row["right"] + row["missed"]]
    total = [sum(row[key] for row in rows.values()) for key in ("right", "false", "missed")]
    return {
        "micro_f1": _f1(*total),
        "macro_f1": sum(occurring) / max(1, len(occurring)),
        "tags": rows,
    }


def scored(wanted: Bools, scores: Floats, names: Sequence[str], fixed: Bools, folds: Folds) -> dict[str, Any]:
    """`figures` of what is said at fixed thresholds; beside it micro and macro F1 at thresholds tuned for each tag on
    the pictures of other `folds` [N, tags] (`tuned_micro_f1`, `tuned_macro_f1`), and average precision by tag and its
    mean over the tags that occur. A picture of which a tag is not said at all has the score 0, and no threshold makes
    it said."""
    found = figures(wanted, fixed, names)
    occurring = [at for at in range(len(names)) if wanted[:, at].any()]
    tuned = fixed.copy()  # as for tags that do not occur: there is nothing to tune them on
    for at in occurring:
        tuned[:, at] = said_at_best(scores[:, at], wanted[:, at], folds[:, at]) & (scores[:, at] > 0)
        precision = float(average_precision_score(wanted[:, at], scores[:, at]))
        found["tags"][names[at]]["average_precision"] = precision
    best = figures(wanted, tuned, names)
    precisions = [found["tags"][names[at]]["average_precision"] for at in occurring]
    return {
        "micro_f1": found["micro_f1"],
        "macro_f1": found["macro_f1"],
        "tuned_micro_f1": best["micro_f1"],
        "tuned_macro_f1": best["macro_f1"],
        "mean_average_precision": float(np.mean(precisions)) if precisions else None,
        "tags": found["tags"],
    }


def trusted(wanted: Bools, scores: Floats) -> dict[str, Any]:
    """Calibration of all scores [N, tags] together: a table by tenths and the expected calibration error."""
    bins = calibration(scores.ravel(), wanted.ravel())
    return {"calibration": bins, "calibration_error": calibration_error(bins)}


def of_network(wanted: Bools, scores: Floats, names: Sequence[str], thresholds: Floats) -> dict[str, Any]:
    """Everything above of a network's probabilities [N, tags]: `own_…` at its own thresholds [tags], `tuned_…` at those
    tuned on other pictures of these, without a prefix at 0.5, the same for all."""
    own = figures(wanted, scores >= thresholds, names)
    return {
        "pictures": len(wanted),
        "own_micro_f1": own["micro_f1"],
        "own_macro_f1": own["macro_f1"],
        **scored(wanted, scores, names, scores >= FIXED, divided(wanted.shape)),
        **trusted(wanted, scores),
    }


def divided(shape: tuple[int, ...], seed: int = 0) -> Folds:
    """A fold [N, tags] for each picture, the same for every tag."""
    folds = np.random.default_rng(seed).permutation(shape[0]) % FOLDS
    return np.repeat(folds[:, None], shape[1], 1)


def _f1(right: float, false: float, missed: float) -> float:
    return 2 * right / max(1.0, 2 * right + false + missed)
