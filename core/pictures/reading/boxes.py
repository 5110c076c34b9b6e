"""Files made of boxes (ISO/IEC 14496-12): AVIF, and the tables of MP4 that must be believable."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from core.pictures.reading.kind import Kind
from core.pictures.reading.limits import Limits
from core.pictures.reading.source import Source, broken, truncated, without_image

_CONTAINERS = {
    b"moov",
    b"trak",
    b"mdia",
    b"minf",
    b"stbl",
    b"moof",
    b"traf",
    b"mvex",
    b"edts",
    b"iprp",
    b"ipco",
}
_MOST_BOXES = 100_000


class _Boxes:
    """All boxes of a file, containers before what is in them, as (name, start of the body, end)."""

    def __init__(self, data: bytes, kind: Kind) -> None:
        self._data, self._kind, self._count = data, kind, 0
        self.cut = False
        """The last box at the top level is longer than the file."""

    def walk(self, start: int, end: int, depth: int = 0) -> Iterator[tuple[bytes, int, int]]:
        at = start
        while at + 8 <= end:
            self._count += 1
            if self._count > _MOST_BOXES or depth > 12:
                broken(self._kind)
            length, name = struct.unpack_from(">I4s", self._data, at)
            body = at + 8
            if length == 1 and at + 16 <= end:
                (length,) = struct.unpack_from(">Q", self._data, at + 8)
                body = at + 16
            elif length == 0:
                length = end - at
            stop = at + length
            if length < body - at:
                broken(self._kind)
            if stop > end:
                if depth and not self.cut:
                    broken(self._kind)
                self.cut = True
                stop = end
            yield name, body, stop
            if name == b"meta" and self._kind is Kind.AVIF:
                yield from self.walk(body + 4, stop, depth + 1)
            elif name in _CONTAINERS:
                yield from self.walk(body, stop, depth + 1)
            at = stop


def parse_avif(data: bytes, limits: Limits) -> Source:
    """Raises:
    UserError: `picture-truncated`, `picture-broken`, `picture-without-image`, and those of `Limits.check_size`.
    """
    boxes = _Boxes(data, Kind.AVIF)
    sizes: list[tuple[int, int]] = []
    metadata: list[int] = []
    coded: list[int] = []
    for name, start, end in boxes.walk(0, len(data)):
        match name:
            case b"ispe" if end - start >= 12:
                sizes.append(struct.unpack_from(">II", data, start + 4))
            case b"iinf":
                metadata += _metadata_items(data, start, end)
            case b"iloc":
                coded += _item_starts(data, start, end)
            case b"stsd" if data[start + 12 : start + 16] == b"av01" and start + 44 <= end:
                sizes.append(struct.unpack_from(">HH", data, start + 40))
            case b"stco" if end - start >= 12:
                coded.append(struct.unpack_from(">I", data, start + 8)[0])
            case b"co64" if end - start >= 16:
                coded.append(struct.unpack_from(">Q", data, start + 8)[0])
    if not sizes:
        truncated(Kind.AVIF) if boxes.cut or len(data) < 64 else without_image(Kind.AVIF)
    if boxes.cut:
        truncated(Kind.AVIF)
    # The largest counts: tiles are no larger than what they make up, and a thumbnail is small.
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    limits.check_size(width, height)
    for at in coded:
        inner = _sequence_size(data, at)
        if inner is not None and inner[0] * inner[1] > limits.pixels:
            limits.check_size(*inner)
    clean = bytearray(data)
    for at in metadata:
        clean[at : at + 4] = b"skip"
    return Source(Kind.AVIF, width, height, bytes(clean))


def _metadata_items(data: bytes, start: int, end: int) -> Iterator[int]:
    """Where the types of EXIF and XMP items stand; turning is said by boxes of its own in AVIF."""
    at = start + (6 if data[start : start + 1] == b"\0" else 8)
    while at + 20 <= end:
        length, name = struct.unpack_from(">I4s", data, at)
        if length < 12 or name != b"infe" or at + length > end:
            return
        kind = at + 12 + (4 if data[at + 8] == 3 else 2) + 2
        if data[at + 8] >= 2 and data[kind : kind + 4] in (b"Exif", b"mime"):
            yield kind
        at += length


def _item_starts(data: bytes, start: int, end: int) -> Iterator[int]:
    """Offsets in the file at which coded items begin (ISO/IEC 14496-12, 8.11.3)."""
    try:
        version = data[start]
        sizes, more = data[start + 4], data[start + 5]
        offset_size, length_size = sizes >> 4, sizes & 15
        base_size, index_size = more >> 4, more & 15 if version else 0
        wide = version == 2
        count = int.from_bytes(data[start + 6 : start + (10 if wide else 8)], "big")
        at = start + (10 if wide else 8)
        for _ in range(min(count, 4096)):
            at += (4 if wide else 2) + (2 if version else 0) + 2
            base = int.from_bytes(data[at : at + base_size], "big")
            at += base_size
            (extents,) = struct.unpack_from(">H", data, at)
            at += 2
            for number in range(extents):
                at += index_size
                if number == 0:
                    yield base + int.from_bytes(data[at : at + offset_size], "big")
                at += offset_size + length_size
                if at > end:
                    return
    except (IndexError, struct.error):
        return


def _sequence_size(data: bytes, at: int) -> tuple[int, int] | None:
    """Largest frame that an AV1 stream announces (AV1 bitstream specification, 5.5.1), which is what a decoder makes
    room for, whatever the boxes say. None where no such header stands there."""
    for _ in range(4):
        if at + 2 > len(data):
            return None
        head = data[at]
        if head & 0x81 or not head & 2:
            return None
        at += 2 if head & 4 else 1
        length = 0
        for shift in range(0, 35, 7):
            if at >= len(data):
                return None
            byte = data[at]
            at += 1
            length |= (byte & 127) << shift
            if not byte & 128:
                break
        if head >> 3 == 1:
            return _frame_size(data[at : at + min(length, 64)])
        at += length
    return None


def _frame_size(header: bytes) -> tuple[int, int] | None:
    bits = int.from_bytes(header, "big")
    left = len(header) * 8

    def take(count: int) -> int:
        nonlocal left
        left -= count
        return bits >> left & (1 << count) - 1 if left >= 0 else 0

    take(4)  # profile, still picture
    if take(1):  # reduced header
        take(5)
    else:
        if take(1):  # timing is given: not in pictures, and not worth following
            return None
        take(1)
        for _ in range(take(5) + 1):
            take(12)
            if take(5) > 7:
                take(1)
    width_bits, height_bits = take(4) + 1, take(4) + 1
    size = take(width_bits) + 1, take(height_bits) + 1
    return size if left >= 0 else None


def check_tables(data: bytes) -> None:
    """Refuses MP4 whose tables announce more samples than the file has bytes: a demuxer makes room for each.

    Raises:
        UserError: `picture-broken`.
    """
    for name, start, end in _Boxes(data, Kind.MP4).walk(0, len(data)):
        if name == b"stsz" and end - start >= 12:
            each, count = struct.unpack_from(">II", data, start + 4)
            if count * max(each, 1) > len(data):
                broken(Kind.MP4)
        elif name in (b"stz2", b"trun") and end - start >= 12:
            (count,) = struct.unpack_from(">I", data, start + (8 if name == b"stz2" else 4))
            if count > len(data):
                broken(Kind.MP4)
        elif name in (b"stts", b"ctts", b"stsc", b"stco", b"co64", b"stss", b"elst") and end - start >= 8:
            (count,) = struct.unpack_from(">I", data, start + 4)
            if count * 4 > end - start:
                broken(Kind.MP4)
