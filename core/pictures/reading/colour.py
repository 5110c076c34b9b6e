"""Any mode and colour profile to 8-bit sRGB with straight alpha, upright."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageCms

from core.pictures.reading.kind import Kind
from core.pictures.reading.source import Source

_SPACES = {"RGB": "RGB ", "L": "GRAY", "CMYK": "CMYK"}
"""Pillow's modes to the names that profiles give their colour space."""

Pixels = NDArray[np.uint8]

_AT_ONCE = 2**16
"""Pixels that are converted at once: with four times as many the parts are so large that the C library fetches each
anew from the system, and reading a picture of 1 megapixel took 12 ms instead of 6."""


class Rows(Protocol):
    """What is needed of a decoded picture: its size in pixels, and parts of it (left, top, right, bottom)."""

    width: int
    height: int

    def crop(self, box: tuple[int, int, int, int]) -> Image.Image: ...


def to_srgb(image: Image.Image | Rows, source: Source) -> tuple[Pixels, Pixels | None]:
    """uint8 [height, width, 3] and uint8 [height, width] (None when opaque), turned as `source` says, read-only.

    A few rows at a time, written where they belong once turned: besides the decoder's picture there is only the result.
    """
    upright, stored = _room(image, source.orientation, 3)
    alpha: Pixels | None = None
    alpha_stored: Pixels | None = None
    convert: Callable[[Image.Image], Image.Image] | None = None
    step = max(1, _AT_ONCE // image.width)
    for top in range(0, image.height, step):
        rows = slice(top, min(top + step, image.height))
        part, see_through = _split(image.crop((0, rows.start, image.width, rows.stop)), source)
        convert = convert or _conversion(part.mode, source.icc)
        stored[rows] = np.asarray(convert(part))
        if see_through is not None:
            if alpha_stored is None:
                alpha, alpha_stored = _room(image, source.orientation)
            alpha_stored[rows] = see_through
    if alpha is not None and (int(alpha.min()) == 255 or (source.kind is Kind.BMP and not alpha.any())):
        alpha = None  # programs that know no alpha leave 0 in 32-bit bitmaps
    for done in (upright, alpha):
        if done is not None:
            done.flags.writeable = False
    return upright, alpha


def _room(image: Image.Image | Rows, orientation: int, *channels: int) -> tuple[Pixels, Pixels]:
    """An upright array, and a view of it in which the rows lie as they are stored; `orientation` as in EXIF
    (CIPA DC-008, 4.6.4)."""
    sides = (image.width, image.height) if orientation >= 5 else (image.height, image.width)
    upright: Pixels = np.empty((*sides, *channels), np.uint8)
    stored = upright
    if orientation in (3, 4, 7, 8):
        stored = stored[::-1]
    if orientation in (2, 3, 6, 7):
        stored = stored[:, ::-1]
    if orientation >= 5:
        stored = stored.swapaxes(0, 1)
    return upright, stored


def _split(part: Image.Image, source: Source) -> tuple[Image.Image, Pixels | None]:
    """Some rows as RGB, L or CMYK, and their alpha where they have one."""
    alpha: Pixels | None = None
    if part.mode == "I;16":
        part, alpha = _from_16_bits(part)
    elif part.mode == "CMYK" and not source.inverted:
        part = ImageChops.invert(part)  # Pillow takes every file for one of Adobe's
    if part.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in part.info:
        part = part if part.mode == "RGBA" else part.convert("RGBA")
        return part.convert("RGB"), np.asarray(part.getchannel("A"))
    if part.mode not in _SPACES:
        part = part.convert("L" if part.mode == "1" else "RGB")
    return part, alpha


def _from_16_bits(image: Image.Image) -> tuple[Image.Image, Pixels | None]:
    grey = np.asarray(image)
    see_through = image.info.get("transparency")
    alpha = np.where(grey == see_through, 0, 255).astype(np.uint8) if isinstance(see_through, int) else None
    # Dividing by 257 maps 65535 to 255 exactly.
    return Image.fromarray(((grey.astype(np.uint32) + 128) // 257).astype(np.uint8)), alpha


def _conversion(mode: str, icc: bytes | None) -> Callable[[Image.Image], Image.Image]:
    """To RGB, by the profile where it is sound and fits the picture; pictures without one are sRGB."""
    if icc:
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            space = profile.profile.xcolor_space
            given = "RGB" if space == "RGB " and mode == "L" else mode
            if space == _SPACES[given] and not _is_srgb(profile):
                transform = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), given, "RGB")
                return lambda part: _transformed(part, given, transform)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a broken profile: the colours as they are beat no picture at all
    return lambda part: part if part.mode == "RGB" else part.convert("RGB")


def _transformed(part: Image.Image, mode: str, transform: ImageCms.ImageCmsTransform) -> Image.Image:
    converted = ImageCms.applyTransform(part if part.mode == mode else part.convert(mode), transform)
    assert converted is not None  # only in place there is nothing to return
    return converted


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Most profiles in files are sRGB's own; converting would cost a second for 40 megapixels and change nothing."""
    return "srgb" in (profile.profile.profile_description or "").lower()
