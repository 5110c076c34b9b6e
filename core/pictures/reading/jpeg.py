"""JPEG taken apart (ITU-T T.81, annex B)."""

from __future__ import annotations

import re
import struct

from core.pictures.reading.exif import orientation
from core.pictures.reading.kind import Kind
from core.pictures.reading.source import Source, broken, truncated

_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
"""In scan data 0xFF is followed by 0 or is a restart marker (D0 to D7); anything else ends the scan."""

_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_MOST_SCANS = 100
"""Usual progressive files have 10. Each scan is a pass over the whole picture, however few bytes it has."""


def parse(data: bytes) -> Source:
    """Raises:
    UserError: `picture-truncated`, `picture-broken`.
    """
    clean = [b"\xff\xd8"]
    profile: dict[int, bytes] = {}
    size: tuple[int, int] | None = None
    turned, inverted, scans, at = 1, False, 0, 2
    while True:
        found = _MARKER.search(data, at)
        if found is None:
            if not scans:
                truncated(Kind.JPEG)
            clean.append(data[at:])
            break
        marker = found[1][0]
        if scans:
            clean.append(data[at : found.start()])
        at = found.end()
        if marker == 0xD9:
            clean.append(b"\xff\xd9")
            break
        if marker in (0x01, 0xD8):
            continue
        if at + 2 > len(data):
            truncated(Kind.JPEG)
        (length,) = struct.unpack_from(">H", data, at)
        body = data[at + 2 : at + length]
        if length < 2:
            broken(Kind.JPEG)
        if len(body) < length - 2:
            truncated(Kind.JPEG)
        at += length
        keep = marker < 0xE0
        if marker in _FRAMES:
            if size is not None or len(body) < 6 or body[0] != 8 or body[5] not in (1, 3, 4):
                broken(Kind.JPEG)
            height, width = struct.unpack_from(">HH", body, 1)
            size = width, height
        elif marker == 0xE1 and body.startswith(b"Exif\0\0") and turned == 1:
            turned = orientation(body)
        elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\0") and len(body) > 14:
            profile[body[12]] = body[14:]
        elif marker == 0xEE and body.startswith(b"Adobe"):
            keep = inverted = True
        elif marker == 0xE0 and body.startswith(b"JFIF"):
            keep = True
        elif marker == 0xDA:
            scans += 1
            if scans > _MOST_SCANS or size is None:
                broken(Kind.JPEG)
        if keep:
            clean.append(struct.pack(">BBH", 0xFF, marker, length) + body)
    if size is None or not scans:
        broken(Kind.JPEG)
    icc = b"".join(profile[number] for number in sorted(profile)) or None
    return Source(Kind.JPEG, *size, b"".join(clean), turned, icc, inverted=inverted)
