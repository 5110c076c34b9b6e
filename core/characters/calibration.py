"""From how alike a face and a character are to the probability that it is them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

import numpy as np
from numpy.typing import NDArray

MOST_MARGIN = 0.3
"""A lead over the next character counts up to here: in a small gallery nobody else may be alike at all."""

_RIDGE = 1e-2
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic regression (Platt 1999) on the score and on its lead over the next character's.

    `threshold`: probability from which a face is named; `one_shot`: the same for a character known by one picture.
    """

    slope: float = 12.0
    margin: float = 6.0
    intercept: float = -7.0
    threshold: float = 0.5
    one_shot: float = 0.65

    def probability(self, score: float, margin: float) -> float:
        """`score`: -1 to 1. `margin`: score less the best of any other character, 0 where there is none."""
        lead = min(max(margin, -MOST_MARGIN), MOST_MARGIN)
        odds = self.slope * score + self.margin * lead + self.intercept
        return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))

    def needed(self, shots: int) -> float:
        """The probability from which a character known by so many pictures is named."""
        return max(self.threshold, self.one_shot) if shots == 1 else self.threshold

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """Raises ValueError where it is no JSON object with exactly these numbers."""
        content = json.loads(text)
        names = {field.name for field in fields(cls)}
        if not isinstance(content, dict) or content.keys() != names:
            raise ValueError("not a calibration")
        values = {name: float(value) for name, value in content.items()}
        if not np.isfinite(list(values.values())).all():
            raise ValueError("not finite")
        return cls(**values)


def fit(
    scores: NDArray[np.floating], margins: NDArray[np.floating], right: NDArray[np.bool_],
    threshold: float = 0.5, one_shot: float = 0.65,
) -> Calibration:  # fmt: skip
    """A calibration from faces whose character is known: for each the best candidate's score and margin, and whether
    it was right (a face of somebody who is not in the gallery never is).

    Newton's method with a little ridge, so that it also ends where right and wrong do not overlap. More alike never
    means less likely: where the data say so, score or margin does not count.

    Raises:
        ValueError: all were right, or none was.
    """
    if right.all() or not right.any():
        raise ValueError("a calibration needs right and wrong answers")
    used = [True, True]
    while True:
        columns = [np.clip(values, -MOST_MARGIN if n else -1, MOST_MARGIN if n else 1)
                   for n, values in enumerate((scores, margins)) if used[n]]  # fmt: skip
        weights = _logistic(np.stack([*columns, np.ones(len(right))], axis=1), right.astype(np.float64))
        found = iter(weights[:-1])
        slopes = [float(next(found)) if use else 0.0 for use in used]
        if min(slopes) >= 0:
            return Calibration(slopes[0], slopes[1], float(weights[-1]), threshold, one_shot)
        used = [use and slope >= 0 for use, slope in zip(used, slopes, strict=True)]


def _logistic(rows: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = np.zeros(rows.shape[1])
    ridge = np.full(rows.shape[1], _RIDGE)
    ridge[-1] = 1e-9
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (likely - right) + ridge * weights
        curve = (rows * (likely * (1 - likely))[:, None]).T @ rows + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    return weights
