"""Boxes and names on a picture, readable at any size, on the canvas, none over another."""

from __future__ import annotations

import colorsys
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_jp import sans_path

from core.pictures.drawing.placing import Rectangle, place
from core.pictures.picture import Box

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

SHORTEST_SIDE = 480
"""Pixels: a smaller picture is enlarged to it, or names would be as large as faces."""

LONGEST_SIDE = 2560
"""Pixels: chats show no more, and a larger one is slow to draw and to send."""

_GREY: Colour = (156, 163, 175)
_FONT_SHARES = (1.0, 0.85, 0.72)
"""Sizes tried, largest first, until every name has room."""

_SMALLEST_FONT = 13
_LONGEST_NAME = 28


@dataclass(frozen=True, slots=True)
class Label:
    """One box with what is said of it: a name (None: nobody known), a probability, a number where names do not fit.

    `key` decides the colour: the same character has the same colour everywhere.
    """

    box: Box
    name: str | None
    score: float | None = None
    key: str | None = None


def colour_for(key: str | None) -> Colour:
    """A bright colour that belongs to `key`; grey for None."""
    if key is None:
        return _GREY
    number = int.from_bytes(hashlib.blake2s(key.encode(), digest_size=4).digest(), "big")
    # Steps of the golden angle keep neighbours apart; two brightnesses double the number of colours.
    hue = (number % 1009) * 0.618034 % 1
    red, green, blue = colorsys.hls_to_rgb(hue, 0.62 if number & 1 else 0.54, 0.85)
    return round(red * 255), round(green * 255), round(blue * 255)


def annotate(pixels: Pixels, labels: Sequence[Label]) -> Pixels:
    """The picture with a rounded box and a plate for every label, uint8 [height, width, 3].

    Small pictures come back enlarged to `SHORTEST_SIDE`, large ones shrunk to `LONGEST_SIDE`. Where the names cannot
    all be placed clear of each other, boxes carry numbers and a legend is added below the picture.
    """
    import cv2  # a tenth of a second: only where something is drawn

    height, width = pixels.shape[:2]
    scale = min(max(1.0, SHORTEST_SIDE / min(height, width)), LONGEST_SIDE / max(height, width))
    if scale != 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
        canvas = np.ascontiguousarray(cv2.resize(pixels, size, interpolation=how), dtype=np.uint8)
    else:
        canvas = pixels.copy()
    height, width = canvas.shape[:2]
    scaled = [
        Label(Box(x.box.x * scale, x.box.y * scale, x.box.w * scale, x.box.h * scale), x.name, x.score, x.key)
        for x in labels
    ]
    stroke = max(2, round((width * height) ** 0.5 / 320))
    for label in scaled:
        _outline(canvas, label.box, colour_for(label.key), stroke)
    texts = [_words(label) for label in scaled]
    base = max(_SMALLEST_FONT + 2, round((width * height) ** 0.5 / 34))
    for share in _FONT_SHARES:
        size_ = max(_SMALLEST_FONT, round(base * share))
        plates = _plates(scaled, texts, size_, width, height)
        placed = [plate for plate in plates if plate is not None]
        if len(placed) == len(plates):
            return _write(canvas, list(zip(placed, texts, scaled, strict=True)), size_)
    return _numbered(canvas, scaled, texts, base)


def _words(label: Label) -> str:
    # Names that people gave may hold control characters, which no font draws.
    name = "".join(filter(str.isprintable, label.name or "")).strip() or "?"
    if len(name) > _LONGEST_NAME:
        name = name[: _LONGEST_NAME - 1].rstrip() + "…"
    return name if label.score is None else f"{name} {round(label.score * 100)} %"


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(sans_path()), size)


def _size(text: str, font_size: int) -> tuple[int, int]:
    """Width and height in pixels of a plate with that text."""
    return round(_font(font_size).getlength(text)) + font_size, round(font_size * 1.5)


def _plates(
    labels: Sequence[Label], texts: Sequence[str], font_size: int, width: int, height: int
) -> list[Rectangle | None]:
    sizes = [_size(text, font_size) for text in texts]
    return place([label.box for label in labels], sizes, width, height)


def _outline(canvas: Pixels, box: Box, colour: Colour, stroke: int) -> None:
    """A rounded frame with a dark edge, so that it shows on light and dark alike."""
    import cv2

    inside = box.within(canvas.shape[1], canvas.shape[0])
    left, top = inside.x + stroke / 2, inside.y + stroke / 2
    right, bottom = inside.x + inside.w - stroke / 2 - 1, inside.y + inside.h - stroke / 2 - 1
    if right <= left or bottom <= top:
        return
    radius = min(right - left, bottom - top) * 0.12
    turns = np.linspace(0, np.pi / 2, 8)
    corners = (
        (right - radius, bottom - radius, 0.0), (left + radius, bottom - radius, np.pi / 2),
        (left + radius, top + radius, np.pi), (right - radius, top + radius, np.pi * 1.5),
    )  # fmt: skip
    points = np.concatenate([
        np.stack((x + radius * np.cos(turns + start), y + radius * np.sin(turns + start)), axis=1)
        for x, y, start in corners
    ])  # fmt: skip
    outline = [np.rint(points * 8).astype(np.int32)]  # three binary digits after the point
    cv2.polylines(canvas, outline, True, (20, 20, 24), stroke + max(2, stroke // 2), cv2.LINE_AA, 3)
    cv2.polylines(canvas, outline, True, colour, stroke, cv2.LINE_AA, 3)


def _write(canvas: Pixels, plates: Sequence[tuple[Rectangle, str, Label]], font_size: int) -> Pixels:
    """Writes into the canvas, converting only what lies under a plate."""
    for (left, top, right, bottom), text, label in plates:
        part = canvas[top:bottom, left:right]
        image = Image.fromarray(part)
        pen = ImageDraw.Draw(image)
        colour = colour_for(label.key)
        width, height = image.size
        pen.rounded_rectangle((0, 0, width - 1, height - 1), radius=font_size * 0.35, fill=colour)
        pen.text((width / 2, height / 2), text, fill=_ink(colour), font=_font(font_size), anchor="mm")
        part[...] = np.asarray(image)
    return canvas


def _ink(colour: Colour) -> Colour:
    """Black or white, whichever reads better (luma of ITU-R BT.601)."""
    red, green, blue = colour
    return (16, 16, 20) if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else (255, 255, 255)


def _numbered(canvas: Pixels, labels: Sequence[Label], texts: Sequence[str], base: int) -> Pixels:
    """Small numbers at the boxes, names in a legend under the picture."""
    height, width = canvas.shape[:2]
    numbered = [(str(number), label) for number, label in enumerate(labels, 1)]
    size = _SMALLEST_FONT
    # Where not even all numbers fit, those that do are still right.
    plates = _plates([label for _, label in numbered], [text for text, _ in numbered], size, width, height)
    shown = [(plate, *one) for plate, one in zip(plates, numbered, strict=True) if plate is not None]
    canvas = _write(canvas, shown, size)
    line = max(_SMALLEST_FONT + 3, min(base, 28))
    legend = [f"{number}  {text}" for number, text in enumerate(texts, 1)]
    widest = max(_size(text, line)[0] for text in legend)
    columns = max(1, width // (widest + line))
    rows = -(-len(legend) // columns)
    step = round(line * 1.6)
    strip = Image.new("RGB", (width, rows * step + line), (24, 24, 28))
    pen = ImageDraw.Draw(strip)
    for position, (text, label) in enumerate(zip(legend, labels, strict=True)):
        column, row = divmod(position, rows)
        x, y = line // 2 + column * (width // columns), line // 2 + row * step
        fitting = text
        while len(fitting) > 2 and _font(line).getlength(fitting) > width // columns - line:
            fitting = fitting[:-2] + "…"
        pen.text((x, y), fitting, fill=colour_for(label.key), font=_font(line))
    return np.concatenate((canvas, np.asarray(strip)))
