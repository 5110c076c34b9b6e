"""PNG and animated PNG taken apart (PNG specification, third edition, sections 5 and 11)."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

from core.pictures.reading.exif import orientation
from core.pictures.reading.kind import Kind
from core.pictures.reading.source import Source, broken, frame_seconds, truncated, without_image

_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Bit depths allowed for each colour type."""

_CRITICAL = {b"IHDR", b"PLTE", b"IDAT", b"tRNS"}
_LARGEST_PROFILE = 4 * 2**20


@dataclass(slots=True)
class _Frame:
    control: bytes
    data: list[bytes] = field(default_factory=list)


def parse(data: bytes) -> Source:
    """Raises:
    UserError: `picture-truncated`, `picture-broken`, `picture-without-image`.
    """
    if len(data) < 33:
        truncated(Kind.PNG)
    if data[8:16] != b"\0\0\0\x0dIHDR":
        broken(Kind.PNG)
    width, height, depth, colour, method, filters, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    if depth not in _DEPTHS.get(colour, ()) or method or filters or interlaced > 1:
        broken(Kind.PNG)
    chunks = _Chunks(depth, colour)
    at = 8
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        end = at + 12 + length
        if name == b"IEND":
            break
        if length > 0x7FFFFFFF or not name.isalpha():
            if chunks.pixels:  # what was needed has been read
                break
            broken(Kind.PNG)
        if end > len(data):
            if name == b"IDAT" or not chunks.pixels:
                truncated(Kind.PNG)
            break
        body = data[at + 8 : at + 8 + length]
        if name in _CRITICAL and struct.unpack_from(">I", data, end - 4)[0] != zlib.crc32(
            body, zlib.crc32(name)
        ):
            broken(Kind.PNG)
        chunks.take(name, body)
        at = end
    if not chunks.pixels:
        without_image(Kind.PNG) if data[at + 4 : at + 8] == b"IEND" else truncated(Kind.PNG)
    if colour == 3 and chunks.palette is None:
        broken(Kind.PNG)
    frames = chunks.sound_frames(width, height)
    clean = [data[:33], *chunks.head()]
    if len(frames) > 1:
        # A first frame without data of its own is the picture itself (IDAT).
        clean += [_chunk(b"acTL", struct.pack(">II", len(frames), 0))]
        order = 0
        own = chunks.default_animated
        if own:
            clean.append(_chunk(b"fcTL", struct.pack(">I", order) + frames[0].control[4:]))
            order += 1
        clean += [_chunk(b"IDAT", part) for part in chunks.pixels]
        for frame in frames[1:] if own else frames:
            clean.append(_chunk(b"fcTL", struct.pack(">I", order) + frame.control[4:]))
            order += 1
            for part in frame.data:
                clean.append(_chunk(b"fdAT", struct.pack(">I", order) + part[4:]))
                order += 1
    else:
        clean += [_chunk(b"IDAT", part) for part in chunks.pixels]
    clean.append(_chunk(b"IEND", b""))
    return Source(
        Kind.PNG,
        width,
        height,
        b"".join(clean),
        chunks.orientation,
        chunks.icc,
        tuple(_delay(frame.control) for frame in frames) if len(frames) > 1 else (0.0,),
        skipped=int(len(frames) > 1 and not chunks.default_animated),
    )


class _Chunks:
    """The chunks that matter, in the order they come."""

    def __init__(self, depth: int, colour: int) -> None:
        self.depth, self.colour = depth, colour
        self.pixels: list[bytes] = []
        self.palette: bytes | None = None
        self.transparency: bytes | None = None
        self.icc: bytes | None = None
        self.orientation = 1
        self.default_animated = False
        self._animated = False
        self._frames: list[_Frame] = []
        self._next = 0
        self._closed = False
        """Something in the animation was out of order: what came before it is kept."""

    def take(self, name: bytes, body: bytes) -> None:
        match name:
            case b"IDAT":
                self.pixels.append(body)
            case b"PLTE" if self.palette is None and not self.pixels:
                if not body or len(body) % 3 or len(body) > 768:
                    broken(Kind.PNG)
                self.palette = body
            case b"tRNS" if not self.pixels:
                self.transparency = self._scaled(body)
            case b"iCCP" if self.icc is None:
                self.icc = _profile(body)
            case b"eXIf":
                self.orientation = orientation(body)
            case b"acTL" if len(body) == 8 and not self.pixels:
                self._animated = True
            case b"fcTL" | b"fdAT" if self._animated and not self._closed:
                self._take_frame(name, body)

    def _take_frame(self, name: bytes, body: bytes) -> None:
        if len(body) < 4 or struct.unpack_from(">I", body)[0] != self._next:
            self._closed = True
            return
        self._next += 1
        if name == b"fcTL":
            if len(body) != 26 or (self._frames and not self._frames[-1].data and not self._default_awaits()):
                self._closed = True
                return
            self.default_animated |= not self.pixels
            self._frames.append(_Frame(body))
        elif not self._frames or not self.pixels or (len(self._frames) == 1 and self.default_animated):
            self._closed = True
        else:
            self._frames[-1].data.append(body)

    def _default_awaits(self) -> bool:
        """Whether the last frame is the first one, whose data are the IDAT chunks."""
        return self.default_animated and len(self._frames) == 1 and bool(self.pixels)

    def _scaled(self, body: bytes) -> bytes | None:
        """Transparency as Pillow expects it, which scales pixels to 8 bits but not the transparent grey or colour."""
        if self.colour == 3:
            return body[:256] or None
        if self.colour == 0 and len(body) == 2:
            (grey,) = struct.unpack(">H", body)
            grey &= (1 << self.depth) - 1
            return struct.pack(">H", grey * 255 // ((1 << self.depth) - 1) if self.depth in (2, 4) else grey)
        if self.colour == 2 and len(body) == 6:
            shift = self.depth - 8
            return struct.pack(">3H", *(value >> shift & 255 for value in struct.unpack(">3H", body)))
        return None

    def head(self) -> list[bytes]:
        wanted = ((b"PLTE", self.palette if self.colour == 3 else None), (b"tRNS", self.transparency))
        return [_chunk(name, body) for name, body in wanted if body is not None]

    def sound_frames(self, width: int, height: int) -> list[_Frame]:
        """The frames up to the first that lies outside the picture or has no data."""
        sound: list[_Frame] = []
        for number, frame in enumerate(self._frames):
            w, h, x, y = struct.unpack_from(">4I", frame.control, 4)
            first = number == 0 and self.default_animated
            if (
                not w
                or not h
                or x + w > width
                or y + h > height
                or frame.control[24] > 2
                or frame.control[25] > 1
            ):
                break
            if first and (w, h) != (width, height):
                break
            if not first and not frame.data:
                break
            sound.append(frame)
        return sound


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(name)))


def _delay(control: bytes) -> float:
    up, down = struct.unpack_from(">HH", control, 20)
    return frame_seconds(up / (down or 100))


def _profile(body: bytes) -> bytes | None:
    """The colour profile, unless inflating it would take more than any real one has."""
    name, _, rest = body.partition(b"\0")
    if not name or len(name) > 79 or rest[:1] != b"\0":
        return None
    inflater = zlib.decompressobj()
    try:
        profile = inflater.decompress(rest[1:], _LARGEST_PROFILE)
    except zlib.error:
        return None
    return profile if inflater.eof else None
