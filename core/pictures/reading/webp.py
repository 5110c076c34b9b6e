"""WebP and animated WebP taken apart (RFC 9649)."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.pictures.reading.exif import orientation
from core.pictures.reading.kind import Kind
from core.pictures.reading.source import Source, broken, frame_seconds, truncated, without_image

_NEEDED = {b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}
_ANIMATED, _ALPHA = 0x02, 0x10


def parse(data: bytes) -> Source:
    """Raises:
    UserError: `picture-truncated`, `picture-broken`, `picture-without-image`.
    """
    if len(data) < 20:
        truncated(Kind.WEBP)
    (riff,) = struct.unpack_from("<I", data, 4)
    if riff + 8 > len(data) + 1:  # a last pad byte is often left out
        truncated(Kind.WEBP)
    end = min(riff + 8, len(data))
    size: tuple[int, int] | None = None
    extended = b""
    parts: list[bytes] = []
    icc, turned, at, pictures = None, 1, 12, 0
    delays: list[float] = []
    while at + 8 <= end:
        name, length = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        body = data[at + 8 : at + 8 + length]
        if len(body) < length:
            truncated(Kind.WEBP)
        if name == b"VP8X":
            if length < 10 or extended or parts:
                broken(Kind.WEBP)
            size = 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
            extended = body[:10]
        elif name == b"ICCP":
            icc = body
        elif name == b"EXIF":
            turned = orientation(body)
        elif name == b"ANMF":
            if length < 24:
                broken(Kind.WEBP)
            delays.append(frame_seconds(int.from_bytes(body[12:15], "little") / 1000))
            pictures += 1
        elif name in (b"VP8 ", b"VP8L"):
            inner = _size(name, body)
            if size is not None and inner != size:
                broken(Kind.WEBP)
            size = inner
            pictures += 1
        if name in _NEEDED:
            parts.append(_chunk(name, body))
        at += 8 + length + (length & 1)
    if size is None or not pictures:
        without_image(Kind.WEBP)
    if extended:
        parts.insert(0, _chunk(b"VP8X", bytes([extended[0] & (_ANIMATED | _ALPHA)]) + extended[1:]))
    inside = b"WEBP" + b"".join(parts)
    clean = b"RIFF" + struct.pack("<I", len(inside)) + inside
    animated = bool(extended) and bool(extended[0] & _ANIMATED) and len(delays) > 1
    return Source(Kind.WEBP, *size, clean, turned, icc, tuple(delays) if animated else (0.0,))


def _size(name: bytes, body: bytes) -> tuple[int, int]:
    if name == b"VP8L":
        if len(body) < 5 or body[0] != 0x2F:
            broken(Kind.WEBP)
        (bits,) = struct.unpack_from("<I", body, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if len(body) < 10 or body[3:6] != b"\x9d\x01\x2a":
        broken(Kind.WEBP)
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


class Decoded:
    """A picture without motion as OpenCV decodes it: the same pixels as Pillow's, in 6 bytes a pixel instead of 15.
    Rows are taken out of it as from a picture of Pillow's."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        """`pixels`: uint8 [height, width, 3 or 4], blue, green, red, alpha."""
        self._pixels = pixels
        self.height, self.width = pixels.shape[:2]

    def crop(self, box: tuple[int, int, int, int]) -> Image.Image:
        """The part from left, top to right, bottom, RGB or RGBA."""
        left, top, right, bottom = box
        part = self._pixels[top:bottom, left:right]
        return Image.fromarray(np.ascontiguousarray(part[..., [2, 1, 0, 3][: part.shape[2]]]))


def decode(source: Source) -> Decoded | None:
    """None where it moves, or cannot be decoded: then Pillow, which takes more memory, says what is wrong."""
    import cv2  # a tenth of a second: only for large files

    if source.clean[12:16] == b"VP8X" and source.clean[20] & _ANIMATED:
        return None
    pixels = cv2.imdecode(
        np.frombuffer(source.clean, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    )
    if pixels is None or pixels.shape[:2] != (source.height, source.width):
        return None
    return Decoded(np.asarray(pixels, np.uint8)) if pixels.ndim == 3 and pixels.shape[2] in (3, 4) else None
