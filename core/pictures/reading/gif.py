"""GIF taken apart (GIF89a specification)."""

from __future__ import annotations

import struct

from core.pictures.reading.kind import Kind
from core.pictures.reading.source import Source, broken, frame_seconds, truncated, without_image


def parse(data: bytes) -> Source:
    """Raises:
    UserError: `picture-truncated`, `picture-broken`, `picture-without-image`.
    """
    if len(data) < 13:
        truncated(Kind.GIF)
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    clean = [data[:at]]
    delays: list[float] = []
    control = b""
    while True:
        if at >= len(data):
            if not delays:
                truncated(Kind.GIF)
            break
        block = data[at]
        if block == 0x3B:
            break
        if block == 0x21:
            end = _skip(data, at + 2)
            if end is None:
                if not delays:
                    truncated(Kind.GIF)
                break
            if data[at + 1] == 0xF9:
                if data[at + 2] != 4:
                    broken(Kind.GIF)
                control = data[at : at + 7] + b"\0"
        elif block == 0x2C:
            if at + 11 > len(data):
                if not delays:
                    truncated(Kind.GIF)
                break
            x, y, w, h, local = struct.unpack_from("<HHHHB", data, at + 1)
            colours = at + 10 + (3 << (local & 7) + 1 if local & 0x80 else 0)
            end = _skip(data, colours + 1)
            if end is None:
                if not delays:
                    truncated(Kind.GIF)
                break
            if not w or not h or not 1 <= data[colours] <= 11:
                if not delays:
                    broken(Kind.GIF)
                break
            clean += [control, data[at:end]]
            delays.append(frame_seconds(struct.unpack_from("<H", control, 4)[0] / 100 if control else 0.0))
            control = b""
            # Some writers leave the screen at 0; frames that stick out widen the picture, as Pillow does.
            width, height = max(width, x + w), max(height, y + h)
        elif delays:
            break  # junk behind the last picture
        else:
            broken(Kind.GIF)
        at = end
    if not delays:
        without_image(Kind.GIF)
    clean.append(b";")
    return Source(
        Kind.GIF, width, height, b"".join(clean), delays=tuple(delays) if len(delays) > 1 else (0.0,)
    )


def _skip(data: bytes, at: int) -> int | None:
    """Behind a chain of sub-blocks, None where the file ends before it does."""
    while at < len(data):
        if data[at] == 0:
            return at + 1
        at += 1 + data[at]
    return None
