"""Packing a drawn picture below a platform's limits; no metadata of the original is in it."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.pictures.drawing.annotate import LONGEST_SIDE

_FEW_COLOURS = 256


@dataclass(frozen=True, slots=True)
class Room:
    """What a platform takes: bytes, and, where it has such limits, pixels of width plus height and their ratio."""

    bytes: int = 8 * 1024 * 1024
    sides: int | None = None
    ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    data: bytes
    media_type: str
    extension: str


def pack(pixels: NDArray[np.uint8], room: Room) -> Packed:
    """A file of uint8 [height, width, 3] within `room`.

    Pictures of at most 256 colours (pixel art, screens) become PNG when that fits, everything else JPEG: a PNG of a
    painted picture takes far longer to write and is several times larger. Quality goes down first, then size.
    """
    image = _within(Image.fromarray(pixels), room)
    # A thumbnail without blending has few colours only where the picture has few.
    if image.resize((96, 96), Image.Resampling.NEAREST).getcolors(_FEW_COLOURS) is not None:
        few = image.getcolors(_FEW_COLOURS)
        if few is not None:
            stream = io.BytesIO()
            image.save(stream, "PNG", compress_level=6)
            if stream.tell() <= room.bytes:
                return Packed(stream.getvalue(), "image/png", "png")
    quality = 90
    while True:
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=quality, subsampling=0 if quality >= 90 else 2)
        if stream.tell() <= room.bytes or max(image.size) <= 16:
            return Packed(stream.getvalue(), "image/jpeg", "jpg")
        if quality > 60:
            quality -= 15
        else:
            image = image.resize(
                (max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)), Image.Resampling.LANCZOS
            )


def _within(image: Image.Image, room: Room) -> Image.Image:
    if room.ratio is not None:
        # A strip narrower than the platform takes is laid on a wider ground.
        width = max(image.width, math.ceil(image.height / room.ratio))
        height = max(image.height, math.ceil(image.width / room.ratio))
        if (width, height) != image.size:
            ground = Image.new("RGB", (width, height), (24, 24, 28))
            ground.paste(image, ((width - image.width) // 2, (height - image.height) // 2))
            image = ground
    scale = min(1.0, LONGEST_SIDE / max(image.size))
    if room.sides is not None:
        scale = min(scale, room.sides / (image.width + image.height))
    if scale < 1:
        size = max(1, int(image.width * scale)), max(1, int(image.height * scale))
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image
