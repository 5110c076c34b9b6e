"""Contact sheets: pictures in rows, each with a few words below it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.errors import UserError

_SIDE, _TEXT, _COLUMNS = 128, 40, 8
_MOST = 200
_PROJECT = Path(__file__).resolve().parents[2]


def write_sheet(pictures: Sequence[tuple[NDArray[np.uint8], str]], path: Path) -> Path:
    """At most 200 pictures (RGB uint8 [height, width, 3]) with texts of a line or two, in the form the name says.

    Raises:
        UserError: `sheet-inside`, when it would lie in the project itself: pictures of others do not belong there;
            `sheet-unwritable`.
    """
    if path.resolve().is_relative_to(_PROJECT):
        raise UserError("sheet-inside", path=path.name)
    shown = pictures[:_MOST]
    rows = max(1, -(-len(shown) // _COLUMNS))
    sheet = Image.new("RGB", (_COLUMNS * (_SIDE + 8), rows * (_SIDE + _TEXT)), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(10)
    for at, (pixels, text) in enumerate(shown):
        left, top = at % _COLUMNS * (_SIDE + 8) + 4, at // _COLUMNS * (_SIDE + _TEXT)
        picture = Image.fromarray(pixels)
        picture.thumbnail((_SIDE, _SIDE))
        sheet.paste(picture, (left, top))
        for line, part in enumerate(text.split("\n")[:3]):
            draw.text((left, top + _SIDE + 1 + 12 * line), _fitting(draw, part, font), (20, 20, 20), font)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sheet.save(path)
    except (OSError, ValueError) as problem:
        raise UserError("sheet-unwritable", path=path.name) from problem
    return path


def _fitting(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    while text and draw.textlength(text, font) > _SIDE:
        text = text[:-1]
    return text
