"""Bytes to one picture."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock

from PIL import AvifImagePlugin, Image

from core.errors import UserError
from core.pictures.picture import Picture
from core.pictures.reading import bmp, boxes, gif, jpeg, png, webp
from core.pictures.reading.colour import to_srgb
from core.pictures.reading.exif import orientation
from core.pictures.reading.kind import STILLS, VIDEOS, Kind, refuse, sniff
from core.pictures.reading.limits import Limits
from core.pictures.reading.source import Source, broken, truncated

logger = logging.getLogger(__name__)

# Pictures are read in as many threads as the host allows; the decoder must not multiply them.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1

_LARGE = 4_000_000
"""Pixels from which pictures are decoded one at a time: a decoder takes 4 bytes a pixel and more besides the result,
for a short while, and those of several workers would add up."""

_one_large = Lock()

_PARSERS = {
    Kind.PNG: png.parse,
    Kind.JPEG: jpeg.parse,
    Kind.GIF: gif.parse,
    Kind.WEBP: webp.parse,
    Kind.BMP: bmp.parse,
}


def read_picture(data: bytes, limits: Limits) -> Picture:
    """The picture in a file, or the first frame of an animation or video, upright, in sRGB, without metadata.

    Blocks for as long as decoding takes: call it in a worker thread. Everything that can be known from headers is
    checked before pixels are decoded.

    Raises:
        UserError: `picture-…`: what is wrong with the file and what to send instead.
    """
    limits.check_bytes(len(data))
    kind = sniff(data)
    digest = hashlib.sha256(data).hexdigest()
    if kind in VIDEOS:
        # PyAV takes 0.1 s to import, which pictures need not wait for.
        from core.pictures.reading.video import first_frame

        pixels, alpha = first_frame(data, kind, limits), None
    elif kind in STILLS:
        source = take_apart(data, kind, limits)
        large = source.width * source.height > _LARGE
        with _one_large if large else nullcontext(), decoding(kind), open_image(source) as image:
            decoded = webp.decode(source) if large and kind is Kind.WEBP else None
            if decoded is None:
                image.load()
            pixels, alpha = to_srgb(decoded or image, with_own_orientation(image, source))
    else:
        refuse(kind)
    return Picture(pixels, alpha, digest, kind.value)


def take_apart(data: bytes, kind: Kind, limits: Limits) -> Source:
    """The parts of a still or animated picture, its size within the limits.

    Raises:
        UserError: as `read_picture`.
    """
    if kind is Kind.AVIF:
        return boxes.parse_avif(data, limits)
    source = _PARSERS[kind](data)
    limits.check_size(source.width, source.height)
    return source


def open_image(source: Source) -> Image.Image:
    """Opened by the one decoder that its content asks for, nothing decoded yet."""
    image = Image.open(io.BytesIO(source.clean), formats=[source.kind.name])
    if (image.width, image.height) != (source.width, source.height) and source.kind is not Kind.AVIF:
        broken(source.kind)
    return image


def with_own_orientation(image: Image.Image, source: Source) -> Source:
    """AVIF turns by boxes, which only its decoder reads."""
    if source.kind is not Kind.AVIF:
        return source
    return Source(
        source.kind,
        image.width,
        image.height,
        source.clean,
        orientation(image.info.get("exif", b"")),
        image.info.get("icc_profile"),
    )


@contextmanager
def decoding(kind: Kind) -> Iterator[None]:
    """Turns whatever decoders raise on broken files into what to tell the person."""
    try:
        yield
    except (UserError, MemoryError):  # running out of memory is not the file's fault
        raise
    except Exception as problem:  # decoders raise nearly anything on hostile bytes
        logger.debug("%s not decoded: %r", kind.value, problem)
        if "truncated" in str(problem).lower():
            truncated(kind)
        broken(kind)
