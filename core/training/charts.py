"""Charts as PNG: lines with intervals, one panel below the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from core.errors import UserError

_WIDTH, _HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 26, 22
_GRID, _INK, _FAINT = (225, 225, 225), (40, 40, 40), (170, 170, 170)
_COLOURS = ((30, 100, 200), (210, 90, 30), (40, 150, 80), (150, 60, 160))


@dataclass(frozen=True)
class Point:
    """`low` and `high` are the ends of an interval about `y`, where there is one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Line:
    """Points in the order of x."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Chart:
    """A panel. With `stretched`, x grows by factors; `between` are the ends of the y axis, else those of the points;
    with `diagonal` a line shows where y is x."""

    title: str
    lines: Sequence[Line]
    stretched: bool = False
    between: tuple[float, float] | None = None
    diagonal: bool = False


def draw_charts(charts: Sequence[Chart], path: Path) -> Path:
    """Write the charts as one PNG.

    Raises:
        UserError: `sheet-unwritable`.
    """
    sheet = Image.new("RGB", (_WIDTH, _HEIGHT * max(1, len(charts))), "white")
    for number, chart in enumerate(charts):
        sheet.paste(_panel(chart), (0, number * _HEIGHT))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sheet.save(path, "PNG")
    except OSError as problem:
        raise UserError("sheet-unwritable", path=path.name) from problem
    return path


def _panel(chart: Chart) -> Image.Image:
    panel = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    draw, font = ImageDraw.Draw(panel), ImageFont.load_default(12)
    draw.text((_LEFT, 6), chart.title, _INK, font)
    points = [point for line in chart.lines for point in line.points]
    if not points:
        return panel
    low, high = chart.between or _ends([value for point in points for value in _values(point)])
    first, last = min(point.x for point in points), max(point.x for point in points)
    if chart.diagonal:
        first, last = low, high
    wide, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    place = math.log if chart.stretched and first > 0 else float

    def at(x: float, y: float) -> tuple[float, float]:
        share = (place(x) - place(first)) / max(place(last) - place(first), 1e-12)
        return _LEFT + wide * share, _TOP + tall * (high - min(max(y, low), high)) / (high - low)

    for part in range(5):
        y = _TOP + tall * part / 4
        draw.line([(_LEFT, y), (_WIDTH - _RIGHT, y)], _GRID)
        draw.text((6, y - 7), f"{high - (high - low) * part / 4:.4g}", _INK, font)
    for x, anchor in _ticks(chart, first, last):
        draw.text((at(x, low)[0], _HEIGHT - _BOTTOM + 4), f"{x:.6g}", _INK, font, anchor=anchor)
    if chart.diagonal:
        draw.line([at(low, low), at(high, high)], _FAINT)
    names = _LEFT + draw.textlength(chart.title, font) + 24
    for number, line in enumerate(chart.lines):
        colour = _COLOURS[number % len(_COLOURS)]
        for point in line.points:
            if point.low is not None and point.high is not None:
                draw.line([at(point.x, point.low), at(point.x, point.high)], colour)
        places = [at(point.x, point.y) for point in line.points]
        if len(places) > 1:
            draw.line(places, colour, 2)
        if len(places) == 1 or chart.stretched or chart.diagonal:
            for x, y in places:
                draw.ellipse([x - 2, y - 2, x + 2, y + 2], colour)
        if len(chart.lines) > 1:
            draw.text((names, 6), line.name, colour, font)
            names += draw.textlength(line.name, font) + 16
    return panel


def _values(point: Point) -> list[float]:
    return [value for value in (point.y, point.low, point.high) if value is not None]


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high - low >= 1e-12 else (low - 0.5, high + 0.5)


def _ticks(chart: Chart, first: float, last: float) -> list[tuple[float, str]]:
    """The ends; where the points are few, each of them."""
    inner = sorted({point.x for line in chart.lines for point in line.points} - {first, last})
    middle = [(x, "ma") for x in inner] if chart.stretched and len(inner) <= 6 else []
    return [(first, "la"), *middle, (last, "ra")]
