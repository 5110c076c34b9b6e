"""A drawn tile that stands in for a cover where there is none or none may be fetched."""

from __future__ import annotations

import colorsys
import io
import random

from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_jp import sans_path

SIZE = (300, 424)
"""Pixels; the proportions of a printed cover."""

_MARGIN = 26
_SIZES = (46, 40, 34, 29, 25, 21)


def draw_tile(title: str, mal_id: int) -> bytes:
    """A PNG of `SIZE` with the title over a quiet pattern; the same title always looks the same."""
    chance = random.Random(mal_id)  # noqa: S311 - for looks, not for secrets
    hue = chance.random()
    top, bottom = _colour(hue, 0.55, 0.42), _colour(hue + 0.09, 0.62, 0.17)
    gradient = Image.linear_gradient("L").resize(SIZE)
    tile = Image.composite(Image.new("RGB", SIZE, bottom), Image.new("RGB", SIZE, top), gradient)
    # Seigaiha: the overlapping waves of Japanese paper.
    waves = Image.new("L", (SIZE[0] * 2, SIZE[1] * 2), 0)
    pen = ImageDraw.Draw(waves)
    radius = chance.choice((54, 66, 80))
    for row, y in enumerate(range(SIZE[1] * 2 + radius, SIZE[1], -radius // 2)):
        for x in range(-radius * (row % 2), SIZE[0] * 2 + radius, radius * 2):
            for step in (1.0, 0.72, 0.44):
                reach = radius * step
                pen.ellipse((x - reach, y - reach, x + reach, y + reach), outline=70, width=3)
    tile.paste(
        Image.new("RGB", SIZE, _colour(hue, 0.35, 0.85)), mask=waves.resize(SIZE, Image.Resampling.LANCZOS)
    )
    moon = Image.new("L", (SIZE[0] * 2, SIZE[1] * 2), 0)
    x, y, reach = chance.randint(300, 500), chance.randint(110, 190), chance.randint(60, 95)
    ImageDraw.Draw(moon).ellipse((x - reach, y - reach, x + reach, y + reach), fill=60)
    tile.paste(Image.new("RGB", SIZE, "white"), mask=moon.resize(SIZE, Image.Resampling.LANCZOS))
    _write(ImageDraw.Draw(tile), title)
    stream = io.BytesIO()
    tile.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _write(pen: ImageDraw.ImageDraw, title: str) -> None:
    """The title at the largest size at which it fits, cut with an ellipsis when none does."""
    width, room = SIZE[0] - 2 * _MARGIN, SIZE[1] // 2
    for size in _SIZES:
        font = ImageFont.truetype(str(sans_path()), size)
        wrapped = _wrap(pen, title, font, width)
        if len(wrapped) * size * 1.25 <= room:
            break
    else:
        most = int(room // (_SIZES[-1] * 1.25))
        wrapped = [*wrapped[: most - 1], wrapped[most - 1][:-1] + "…"]
    pen.multiline_text(
        (_MARGIN, _MARGIN + 8), "\n".join(wrapped), fill="white", font=font, spacing=round(size * 0.2)
    )


def _wrap(pen: ImageDraw.ImageDraw, title: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Lines no wider than `width` pixels; broken between words, and inside those that are wider by themselves."""
    lines = [""]
    for word in title[:200].split() or ["?"]:
        joined = f"{lines[-1]} {word}".strip()
        if pen.textlength(joined, font) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if pen.textlength(lines[-1] + character, font) > width:
                lines.append("")
            lines[-1] += character
    return lines
