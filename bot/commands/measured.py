"""What can be said of any picture, by measuring it: shape, size and main colours."""

from __future__ import annotations

from bot.texts import Texts
from core.pictures import Findings, Picture

SQUARE = 1.1
"""Ratio of the sides up to which a picture is called square."""

COLOURS = 3
SHARE = 0.12
"""Part of all pixels from which a colour is a main one."""


def main_colours(picture: Picture) -> tuple[str, ...]:
    """Names of colours as `caption-colour-...` has them, the one with most pixels first; at least one. Blocks."""
    from core.pictures.taggers.pixels import (
        colour_shares,
        shrunk,
    )  # OpenCV: only where pictures are looked at

    shares = list(colour_shares(shrunk(picture)).items())
    return tuple(
        name for number, (name, share) in enumerate(shares[:COLOURS]) if share >= SHARE or not number
    )


def look_line(findings: Findings, colours: tuple[str, ...], texts: Texts) -> str:
    """Shape, size and main colours in one line."""
    width, height = findings.width, findings.height
    shape = "wide" if width > height * SQUARE else "tall" if height > width * SQUARE else "square"
    named = " · ".join(texts(f"caption-colour-{name}") for name in colours)
    return texts("picture-look", shape=shape, width=str(width), height=str(height), colours=named)
