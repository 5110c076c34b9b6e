"""The header of a Windows bitmap."""

from __future__ import annotations

import struct

from core.errors import UserError
from core.pictures.reading.kind import Kind
from core.pictures.reading.source import Source, broken, truncated

_RUN_LENGTH = (1, 2)
_PLAIN = (0, 3, 6)
_MOST_PACKED = 4_000_000
"""Pixels and bytes of a run-length bitmap: Pillow unpacks those in Python, about 10 million pixels a second."""


def parse(data: bytes) -> Source:
    """Raises:
    UserError: `picture-truncated`, `picture-broken`, `picture-other-format`.
    """
    if len(data) < 26:
        truncated(Kind.BMP)
    offset, header = struct.unpack_from("<II", data, 10)
    compression = 0
    if header == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
    else:
        if len(data) < 14 + header:
            truncated(Kind.BMP)
        width, height, _, bits, compression = struct.unpack_from("<iiHHI", data, 18)
    height = abs(height)
    if width < 0 or bits not in (1, 4, 8, 16, 24, 32) or offset > 2**31:
        broken(Kind.BMP)
    if compression in _RUN_LENGTH:
        if width * height > _MOST_PACKED or len(data) > _MOST_PACKED:
            raise UserError("picture-other-format", format="RLE BMP")
    elif compression not in _PLAIN:
        raise UserError("picture-other-format", format=Kind.BMP.value)
    elif offset + (width * bits + 31) // 32 * 4 * height > len(data):
        truncated(Kind.BMP)
    return Source(Kind.BMP, width, height, data)
