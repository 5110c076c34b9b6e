"""Any mode and colour profile to 8-bit sRGB with straight alpha, upright."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageCms

from core.pictures.reading.kind import Kind
from core.pictures.reading.source import Source

_SPACES = {"RGB": "RGB ", "L": "GRAY", "CMYK": "CMYK"}
"""Pillow's modes to the names that profiles give their colour space."""

Pixels = NDArray[np.uint8]


def to_srgb(image: Image.Image, source: Source) -> tuple[Pixels, Pixels | None]:
    """uint8 [height, width, 3] and uint8 [height, width] (None when opaque), turned as `source` says, read-only."""
    alpha: Pixels | None = None
    if image.mode == "I;16":
        image, alpha = _from_16_bits(image)
    elif image.mode == "CMYK" and not source.inverted:
        image = ImageChops.invert(image)  # Pillow takes every file for one of Adobe's
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image if image.mode == "RGBA" else image.convert("RGBA")
        alpha = np.asarray(image.getchannel("A"))
        image = image.convert("RGB")
    elif image.mode not in _SPACES:
        image = image.convert("L" if image.mode == "1" else "RGB")
    pixels = np.asarray(_managed(image, source.icc))
    if alpha is not None and (int(alpha.min()) == 255 or (source.kind is Kind.BMP and not alpha.any())):
        alpha = None  # programs that know no alpha leave 0 in 32-bit bitmaps
    return turned(pixels, source.orientation), None if alpha is None else turned(alpha, source.orientation)


def turned(pixels: Pixels, orientation: int) -> Pixels:
    """Upright, contiguous and read-only; `orientation` as in EXIF (CIPA DC-008, 4.6.4)."""
    if orientation >= 5:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    pixels = np.ascontiguousarray(pixels)
    pixels.flags.writeable = False
    return pixels


def _from_16_bits(image: Image.Image) -> tuple[Image.Image, Pixels | None]:
    grey = np.asarray(image)
    see_through = image.info.get("transparency")
    alpha = np.where(grey == see_through, 0, 255).astype(np.uint8) if isinstance(see_through, int) else None
    # Dividing by 257 maps 65535 to 255 exactly.
    return Image.fromarray(((grey.astype(np.uint32) + 128) // 257).astype(np.uint8)), alpha


def _managed(image: Image.Image, icc: bytes | None) -> Image.Image:
    """RGB, by the profile where it is sound and fits the picture; pictures without one are sRGB."""
    if icc:
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            space = profile.profile.xcolor_space
            if space == "RGB " and image.mode == "L":
                image = image.convert("RGB")
            if space == _SPACES[image.mode] and not _is_srgb(profile):
                converted = ImageCms.profileToProfile(
                    image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
                )
                if converted is not None:
                    return converted
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a broken profile: the colours as they are beat no picture at all
    return image if image.mode == "RGB" else image.convert("RGB")


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Most profiles in files are sRGB's own; converting would cost a second for 40 megapixels and change nothing."""
    return "srgb" in (profile.profile.profile_description or "").lower()
