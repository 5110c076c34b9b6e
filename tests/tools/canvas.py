"""A small canvas for drawing in code: smooth shapes, gradients, soft edges and lines that swell and taper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Point = tuple[float, float]
Colour = tuple[int, int, int]
Points = NDArray[np.float64]

_SHIFT = 4  # bits of a pixel's fraction that OpenCV's polygons keep


@dataclass(frozen=True, slots=True)
class Mask:
    """What a shape covers, float32 0-1, from the canvas's own pixel (x, y) on; nothing beyond."""

    x: int
    y: int
    cover: NDArray[np.float32]

    def crop(self, x0: int, y0: int, x1: int, y1: int) -> NDArray[np.float32]:
        """The cover of a rectangle of the canvas."""
        part = np.zeros((y1 - y0, x1 - x0), np.float32)
        height, width = self.cover.shape
        left, top = max(x0, self.x), max(y0, self.y)
        right, bottom = min(x1, self.x + width), min(y1, self.y + height)
        if left < right and top < bottom:
            inside = self.cover[top - self.y : bottom - self.y, left - self.x : right - self.x]
            part[top - y0 : bottom - y0, left - x0 : right - x0] = inside
        return part


@dataclass(frozen=True, slots=True)
class Gradient:
    """Colours from one point to another; `stops` are equally far apart."""

    start: Point
    end: Point
    stops: tuple[Colour, ...]


Paint = Colour | Gradient


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """A colour between two; `share` is how much of the other."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def smooth(
    points: Sequence[Point], *, closed: bool = True, corners: Sequence[int] = (), steps: int = 14
) -> Points:
    """A Catmull-Rom curve through points, float64 (n, 2); at the places named in `corners` it may bend."""
    count = len(points)
    bends = {corner % count for corner in corners}
    array = np.array(points, np.float64)
    curve: list[Points] = []
    for i in range(count if closed else count - 1):
        p1, p2 = array[i], array[(i + 1) % count]
        before = array[i - 1] if i or closed else p1
        after = array[(i + 2) % count] if closed or i + 2 < count else p2
        m1 = np.zeros(2) if i in bends else (p2 - before) / 2
        m2 = np.zeros(2) if (i + 1) % count in bends else (after - p1) / 2
        t = np.linspace(0, 1, steps, endpoint=False)[:, None]
        h00, h10 = 2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t
        h01, h11 = -2 * t**3 + 3 * t**2, t**3 - t**2
        curve.append(h00 * p1 + h10 * m1 + h01 * p2 + h11 * m2)
    if not closed:
        curve.append(array[-1:])
    return np.concatenate(curve)


def moved(points: Points, dx: float, dy: float) -> Points:
    """Points elsewhere, float64 (n, 2)."""
    there: Points = points + np.array([dx, dy])
    return there


def ellipse(centre: Point, rx: float, ry: float, turn: float = 0.0) -> Points:
    """The outline of an ellipse, float64 (n, 2); `turn` in degrees."""
    t = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    x, y, a = rx * np.cos(t), ry * np.sin(t), np.radians(turn)
    return np.stack([centre[0] + x * np.cos(a) - y * np.sin(a), centre[1] + x * np.sin(a) + y * np.cos(a)], 1)


class Canvas:
    """A picture in the making. Coordinates are final pixels; everything is drawn `scale` times larger."""

    def __init__(self, width: int, height: int, paint: Paint = (255, 255, 255), scale: int = 2) -> None:
        self.width, self.height, self.scale = width, height, scale
        self._pixels: NDArray[np.float32] = np.zeros((height * scale, width * scale, 3), np.float32)
        self.matrix: NDArray[np.float64] = np.array([[1.0, 0, 0], [0, 1, 0]])
        whole = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
        self.fill(whole, paint)

    def place(self, x: float, y: float, size: float, tilt: float = 0.0, squeeze: float = 1.0) -> None:
        """From now on coordinates are those of a thing at (x, y), `size` pixels a unit, tilted (degrees)."""
        a = np.radians(tilt)
        turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
        self.matrix = np.column_stack([turn @ np.diag([size * squeeze, size]), [x, y]])

    def where(self, points: Points) -> Points:
        """Points in final pixels."""
        placed: Points = points @ self.matrix[:, :2].T + self.matrix[:, 2]
        return placed

    def mask(self, shape: Points, blur: float = 0.0) -> Mask:
        """What a shape covers of the canvas; `blur` in units of the shape."""
        margin = 3 * self._length(blur) + 2
        where = self.where(shape) * self.scale
        height, width = self._pixels.shape[:2]
        x0, y0 = (max(0, int(value)) for value in np.floor(where.min(0) - margin))
        x1, y1 = (int(value) for value in np.ceil(where.max(0) + margin))
        cover = np.zeros((max(0, min(height, y1) - y0), max(0, min(width, x1) - x0)), np.uint8)
        if cover.size:
            corners = np.round((where - (x0, y0)) * (1 << _SHIFT)).astype(np.int32)
            cv2.fillPoly(cover, [corners], 255, cv2.LINE_AA, _SHIFT)
            if blur:
                cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), self._length(blur)), np.uint8)
        return Mask(x0, y0, (cover / np.float32(255)).astype(np.float32))

    def fill(
        self,
        shape: Points,
        paint: Paint,
        *,
        alpha: float = 1.0,
        blur: float = 0.0,
        within: Mask | None = None,
        outside: Mask | None = None,
        way: str = "cover",
    ) -> None:
        """Paint a shape; `way` is "cover", "multiply" (shade) or "screen" (light)."""
        mask = self.mask(shape, blur)
        x0, y0 = mask.x, mask.y
        y1, x1 = y0 + mask.cover.shape[0], x0 + mask.cover.shape[1]
        if not mask.cover.size:
            return
        cover = mask.cover.astype(np.float64) * alpha
        if within is not None:
            cover *= within.crop(x0, y0, x1, y1)
        if outside is not None:
            cover *= 1 - outside.crop(x0, y0, x1, y1)
        under = self._pixels[y0:y1, x0:x1]
        colour: NDArray[np.floating[Any]] = self._colours(paint, x0, y0, x1, y1)
        if way == "multiply":
            colour = under * colour / 255
        elif way == "screen":
            colour = 255 - (255 - under) * (255 - colour) / 255
        under += (colour - under) * cover[:, :, None]

    def line(
        self,
        points: Points,
        paint: Paint,
        width: float,
        *,
        ends: tuple[float, float] = (0.15, 0.15),
        alpha: float = 1.0,
        within: Mask | None = None,
        outside: Mask | None = None,
    ) -> None:
        """A line that is widest in the middle; `ends` are the shares of the width at its two ends."""
        if len(points) < 2:
            return
        along = np.linspace(0, 1, len(points))
        swell = np.sin(np.pi * along)
        half = width / 2 * (swell + (1 - swell) * (ends[0] * (1 - along) + ends[1] * along))
        tangent = np.gradient(points, axis=0)
        tangent /= np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-9)[:, None]
        normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1) * half[:, None]
        self.fill(np.concatenate([points + normal, (points - normal)[::-1]]), paint, alpha=alpha, within=within,
                  outside=outside)  # fmt: skip

    def tint(self, colour: Colour, alpha: float, way: str = "multiply") -> None:
        """One light over the whole picture."""
        here, self.matrix = self.matrix, np.array([[1.0, 0, 0], [0, 1, 0]])
        corners = [(0, 0), (self.width, 0), (self.width, self.height), (0, self.height)]
        self.fill(np.array(corners, np.float64), colour, alpha=alpha, way=way)
        self.matrix = here

    def image(self) -> Image.Image:
        """The picture, RGB, in its final size."""
        pixels = np.clip(self._pixels, 0, 255)
        small = cv2.resize(pixels, (self.width, self.height), interpolation=cv2.INTER_AREA)
        return Image.fromarray(np.round(small).astype(np.uint8))

    def _length(self, units: float) -> float:
        return float(units * np.hypot(self.matrix[0, 1], self.matrix[1, 1]) * self.scale)

    def _colours(self, paint: Paint, x0: int, y0: int, x1: int, y1: int) -> NDArray[np.float32]:
        if not isinstance(paint, Gradient):
            return np.array(paint, np.float32)
        start, end = self.where(np.array([paint.start, paint.end], np.float64)) * self.scale
        way = end - start
        ys, xs = np.mgrid[y0:y1, x0:x1].astype(np.float32)
        share = ((xs - start[0]) * way[0] + (ys - start[1]) * way[1]) / max(float(way @ way), 1e-9)
        stops = np.array(paint.stops, np.float32)
        places = np.linspace(0, 1, len(stops))
        return np.stack([np.interp(share, places, stops[:, i]) for i in range(3)], 2).astype(np.float32)
