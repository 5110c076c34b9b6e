"""The one thing wanted from EXIF: which way is up."""

from __future__ import annotations

import struct

_ORIENTATION = 0x0112


def orientation(exif: bytes) -> int:
    """1 to 8 as EXIF numbers them; 1 where there is none or the block is broken.

    Only the first directory is read, each entry once, so no chain of offsets can loop.
    """
    tiff = exif[6:] if exif.startswith(b"Exif\0\0") else exif
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for entry in range(count):
            tag, kind, number = struct.unpack_from(order + "HHI", tiff, start + 2 + 12 * entry)
            if tag == _ORIENTATION:
                where = start + 2 + 12 * entry + 8
                (value,) = struct.unpack_from(order + ("I" if kind == 4 else "H"), tiff, where)
                return int(value) if number == 1 and 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1
