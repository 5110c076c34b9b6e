"""The pictures of the README, drawn anew from real answers.

    python -m tests.tools.screenshots [FOLDER]

Writes web.png, discord.png and telegram.png into FOLDER, which is docs/ when none is named. Needs Chromium.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

import numpy as np
from PIL import Image

from tests.bot.web import screenshot as web
from tests.tools import discord_card, telegram_card

ROOT = Path(__file__).parents[2]
MOST = 250_000
"""Bytes of one picture; all who clone the repository load them."""

FLAT = 24
"""How many of a picture's commonest colours are kept as they are."""


def shrink(path: Path) -> int:
    """Rewrites a PNG with the 256 colours that fit it best; its size in bytes.

    Raises:
        ValueError: it is larger than `MOST` even so.
    """
    with Image.open(path) as picture:
        full = picture.convert("RGB")
    counted = sorted(full.getcolors(full.width * full.height) or (), reverse=True)[:FLAT]
    flat = [cast("tuple[int, ...]", colour) for _, colour in counted]
    fitted = full.quantize(256 - len(flat), Image.Quantize.MEDIANCUT, kmeans=2).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in flat for part in colour] + fitted)
    # Gradients need dithering against bands; surfaces of one colour would get specks from it, as Pillow
    # looks palettes up coarsely.
    few = full.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    pixels = np.asarray(full)
    for number, colour in enumerate(flat):
        few.paste(number, mask=Image.fromarray((pixels == colour).all(axis=-1)))
    few.save(path, optimize=True)
    size = path.stat().st_size
    if size > MOST:
        raise ValueError(f"{path.name} has {size:,} bytes, more than {MOST:,}")
    return size


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, platform in (("web", web), ("discord", discord_card), ("telegram", telegram_card)):
        path = folder / f"{name}.png"
        platform.screenshot(path)
        print(f"{path}: {shrink(path):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs")
