"""How far probabilities can be trusted: tenths, expected calibration error, reliability curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.training.charts import Chart, Line, Point, draw_charts

_BINS = 10

Bins = list[dict[str, float]]


def calibration(said: NDArray[np.floating], right: NDArray[np.bool_]) -> Bins:
    """By tenths of what was said: how many answers, the mean of what was said, the share that was right."""
    tenths = np.minimum(_BINS - 1, (np.asarray(said, np.float64) * _BINS).astype(int))
    return [
        {
            "from": part / _BINS, "pictures": int(rows.sum()), "said": float(said[rows].mean()),
            "right": float(right[rows].mean()),
        }
        for part in range(_BINS)
        if (rows := tenths == part).any()
    ]  # fmt: skip


def calibration_error(bins: Sequence[Mapping[str, float]]) -> float:
    """The expected calibration error over tenths (Naeini et al., 2015)."""
    total = sum(row["pictures"] for row in bins)
    return sum(row["pictures"] * abs(row["right"] - row["said"]) for row in bins) / max(1, total)


def draw_reliability(found: Mapping[str, Sequence[Mapping[str, float]]], path: Path) -> Path:
    """One panel for each: share that was right against what was said, with 95 % intervals (Wilson, 1927), as PNG.

    Raises:
        UserError: as `draw_charts`.
    """
    charts = []
    for name, bins in found.items():
        points = [Point(row["said"], row["right"], *_wilson(row["right"], row["pictures"])) for row in bins]
        title = f"{name}: right against said, ECE {calibration_error(bins):.3f}"
        charts.append(Chart(title, [Line(name, points)], between=(0.0, 1.0), diagonal=True))
    return draw_charts(charts, path)


def _wilson(part: float, count: float) -> tuple[float, float]:
    z = 1.96
    middle = (part + z * z / (2 * count)) / (1 + z * z / count)
    reach = z * np.sqrt(part * (1 - part) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return float(middle - reach), float(middle + reach)
