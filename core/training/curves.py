"""Learning curves as a picture, from the CSV files that a training writes."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from core.training.charts import Chart, Line, Point, draw_charts


def read_curves(path: Path) -> dict[str, list[tuple[float, float]]]:
    """Every column of a CSV file beside `step`, as points (step, value); what is no finite number is left out."""
    found: dict[str, list[tuple[float, float]]] = {}
    if not path.exists():
        return found
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name, text in row.items():
                if name in ("step", "seconds") or not text:
                    continue
                try:
                    value = float(text)
                except ValueError:
                    continue
                if math.isfinite(value):
                    found.setdefault(name, []).append((float(row["step"]), value))
    return found


def draw_curves(curves: dict[str, list[tuple[float, float]]], path: Path) -> Path:
    """One panel for each curve, one below the other, as PNG."""
    panels = {name: points for name, points in curves.items() if points} or {"nothing logged": []}
    charts = [Chart(name, [Line(name, [Point(x, y) for x, y in points])]) for name, points in panels.items()]
    return draw_charts(charts, path)


def curves_of(folder: Path) -> Path:
    """Draw `curves.png` from the `log.csv` and `validation.csv` of a training's folder."""
    curves = read_curves(folder / "log.csv")
    curves |= {f"validation: {name}": found for name, found in read_curves(folder / "validation.csv").items()}
    return draw_curves(curves, folder / "curves.png")
