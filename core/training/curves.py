"""Learning curves as a picture, from the CSV files that a training writes."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_WIDTH, _HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 26, 22
_LINE, _GRID, _INK = (30, 100, 200), (225, 225, 225), (40, 40, 40)

Points = Sequence[tuple[float, float]]


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
    panels = [(name, points) for name, points in curves.items() if points] or [("nothing logged", [])]
    sheet = Image.new("RGB", (_WIDTH, _HEIGHT * len(panels)), "white")
    for number, (name, points) in enumerate(panels):
        sheet.paste(_panel(name, points), (0, number * _HEIGHT))
    sheet.save(path, "PNG")
    return path


def curves_of(folder: Path) -> Path:
    """Draw `curves.png` from the `log.csv` and `validation.csv` of a training's folder."""
    curves = read_curves(folder / "log.csv")
    curves |= {f"validation: {name}": found for name, found in read_curves(folder / "validation.csv").items()}
    return draw_curves(curves, folder / "curves.png")


def _panel(name: str, points: Points) -> Image.Image:
    panel = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    draw, font = ImageDraw.Draw(panel), ImageFont.load_default(12)
    draw.text((_LEFT, 6), name, _INK, font)
    if not points:
        return panel
    low, high = min(y for _, y in points), max(y for _, y in points)
    if high - low < 1e-12:
        low, high = low - 0.5, high + 0.5
    first, last = min(x for x, _ in points), max(x for x, _ in points)
    wide, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    for part in range(5):
        y = _TOP + tall * part / 4
        draw.line([(_LEFT, y), (_WIDTH - _RIGHT, y)], _GRID)
        draw.text((6, y - 7), f"{high - (high - low) * part / 4:.4g}", _INK, font)
    for share, anchor in ((0.0, "la"), (1.0, "ra")):
        at = (_LEFT + wide * share, _HEIGHT - _BOTTOM + 4)
        draw.text(at, f"{first + (last - first) * share:.0f}", _INK, font, anchor=anchor)
    line = [
        (_LEFT + wide * (x - first) / max(last - first, 1e-12), _TOP + tall * (high - y) / (high - low))
        for x, y in points
    ]
    if len(line) == 1:
        x, y = line[0]
        draw.ellipse([x - 2, y - 2, x + 2, y + 2], _LINE)
    else:
        draw.line(line, _LINE, 2)
    return panel
