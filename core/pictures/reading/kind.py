"""What a file is, by its first bytes alone: names and declared types are never looked at."""

from __future__ import annotations

import codecs
import re
import zlib
from enum import StrEnum
from typing import NoReturn

from core.errors import UserError


class Kind(StrEnum):
    """The value is what people call it."""

    PNG = "PNG"
    JPEG = "JPEG"
    WEBP = "WebP"
    GIF = "GIF"
    BMP = "BMP"
    AVIF = "AVIF"
    MP4 = "MP4"
    WEBM = "WebM"

    HEIC = "HEIC"
    TIFF = "TIFF"
    PHOTOSHOP = "Photoshop"
    GIMP = "GIMP"
    CLIP_STUDIO = "Clip Studio"
    JPEG_XL = "JPEG XL"
    JPEG_2000 = "JPEG 2000"
    ICON = "ICO"
    QOI = "QOI"
    DDS = "DDS"
    AVI = "AVI"
    ASF = "WMV"
    MPEG = "MPEG"
    FLV = "FLV"

    SVG = "SVG"
    PDF = "PDF"
    HTML = "HTML"
    PROGRAM = "program"
    ARCHIVE = "archive"
    AUDIO = "audio"
    TEXT = "text"
    EMPTY = "empty"
    UNKNOWN = "unknown"


VIDEOS = frozenset({Kind.MP4, Kind.WEBM})
STILLS = frozenset({Kind.PNG, Kind.JPEG, Kind.WEBP, Kind.GIF, Kind.BMP, Kind.AVIF})
_OTHER = frozenset(list(Kind)[list(Kind).index(Kind.HEIC) : list(Kind).index(Kind.SVG)])

_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"\x1a\x45\xdf\xa3", Kind.WEBM),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
    (b"II+\0", Kind.TIFF),
    (b"8BPS", Kind.PHOTOSHOP),
    (b"gimp xcf", Kind.GIMP),
    (b"CSFCHUNK", Kind.CLIP_STUDIO),
    (b"\xff\x0a", Kind.JPEG_XL),
    (b"\0\0\0\x0cJXL \r\n\x87\n", Kind.JPEG_XL),
    (b"\0\0\0\x0cjP  \r\n\x87\n", Kind.JPEG_2000),
    (b"\xff\x4f\xff\x51", Kind.JPEG_2000),
    (b"\0\0\x01\0", Kind.ICON),
    (b"qoif", Kind.QOI),
    (b"DDS ", Kind.DDS),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind.ASF),
    (b"\0\0\x01\xba", Kind.MPEG),
    (b"\0\0\x01\xb3", Kind.MPEG),
    (b"FLV\x01", Kind.FLV),
    (b"%PDF-", Kind.PDF),
    (b"\x7fELF", Kind.PROGRAM),
    (b"\xfe\xed\xfa\xce", Kind.PROGRAM),
    (b"\xfe\xed\xfa\xcf", Kind.PROGRAM),
    (b"\xce\xfa\xed\xfe", Kind.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Kind.PROGRAM),
    (b"\xca\xfe\xba\xbe", Kind.PROGRAM),
    (b"\0asm", Kind.PROGRAM),
    (b"dex\n", Kind.PROGRAM),
    (b"#!AMR", Kind.AUDIO),
    (b"#!", Kind.PROGRAM),
    (b"PK\x03\x04", Kind.ARCHIVE),
    (b"PK\x05\x06", Kind.ARCHIVE),
    (b"PK\x07\x08", Kind.ARCHIVE),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"\xfd7zXZ\0", Kind.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Kind.ARCHIVE),
    (b"\x04\x22\x4d\x18", Kind.ARCHIVE),
    (b"MSCF", Kind.ARCHIVE),
    (b"OggS", Kind.AUDIO),
    (b"ID3", Kind.AUDIO),
    (b"fLaC", Kind.AUDIO),
    (b"MThd", Kind.AUDIO),
    (b"FORM", Kind.AUDIO),
    (b"MAC ", Kind.AUDIO),
)
_RIFF = {b"WEBP": Kind.WEBP, b"WAVE": Kind.AUDIO, b"AVI ": Kind.AVI}
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_STILL_CONTAINERS = {b"mif1", b"msf1", b"mif2", b"miaf"}
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "}
_BMP_HEADERS = {12, 40, 52, 56, 64, 108, 124}
_HTML = re.compile(
    r"<(!doctype\s+html|html|head|body|script|iframe|title|meta|table|div|a\s|p>|h1|\?php)", re.I
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MP3 = re.compile(rb"\xff[\xe2-\xe7\xf0-\xfd][\x00-\xef]", re.S)
"""The eleven bits that begin a frame of MP3 or ADTS, less a byte order mark."""

_HEAD = 4096


def sniff(data: bytes) -> Kind:
    """The kind of a file by its content; cheap, looks at the first 4 KiB and never fails."""
    if not data:
        return Kind.EMPTY
    if data.startswith(b"\x1f\x8b"):
        return _gzip(data)
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data.startswith((b"RIFF", b"RIFX", b"RF64")):
        return _RIFF.get(data[8:12], Kind.UNKNOWN)
    if data[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"moof", b"styp"):
        return _iso(data)
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BMP_HEADERS:
        return Kind.BMP
    if data.startswith(b"BM") and len(data) < 18 and not _is_text(data):
        return Kind.BMP
    if data.startswith(b"MZ") and not _is_text(data[:256]):
        return Kind.PROGRAM
    if data[257:262] == b"ustar":
        return Kind.ARCHIVE
    return Kind.AUDIO if _MP3.match(data) else _words(data)


def refuse(kind: Kind) -> NoReturn:
    """Raises:
    UserError: what this kind of file is, and what to send instead.
    """
    if kind in _OTHER:
        raise UserError("picture-other-format", format=kind.value)
    match kind:
        case Kind.EMPTY:
            raise UserError("picture-empty")
        case Kind.SVG:
            raise UserError("picture-is-svg")
        case Kind.PDF:
            raise UserError("picture-is-pdf")
        case Kind.HTML:
            raise UserError("picture-is-html")
        case Kind.PROGRAM:
            raise UserError("picture-is-program")
        case Kind.ARCHIVE:
            raise UserError("picture-is-archive")
        case Kind.AUDIO:
            raise UserError("picture-is-audio")
        case Kind.TEXT:
            raise UserError("picture-is-text")
        case _:
            raise UserError("picture-unknown")


def _gzip(data: bytes) -> Kind:
    """SVGZ is a gzip of SVG: its first bytes tell, and no more than that is inflated."""
    try:
        start = zlib.decompressobj(wbits=31).decompress(data[: 4 * _HEAD], _HEAD)
    except zlib.error:
        return Kind.ARCHIVE
    return Kind.SVG if start and _words(start) is Kind.SVG else Kind.ARCHIVE


def _iso(data: bytes) -> Kind:
    """Files of boxes: the brands in the first one tell pictures from video and sound."""
    if data[4:8] != b"ftyp":
        return Kind.MP4
    length = min(int.from_bytes(data[:4], "big"), 512)
    major = data[8:12]
    brands = {major} | {data[at : at + 4] for at in range(16, min(length, len(data)) - 3, 4)}
    if major in _AVIF_BRANDS or (major in _STILL_CONTAINERS and brands & _AVIF_BRANDS):
        return Kind.AVIF
    if major in _HEIC_BRANDS or major in _STILL_CONTAINERS:
        return Kind.HEIC
    return Kind.AUDIO if major in _AUDIO_BRANDS else Kind.MP4


def _words(data: bytes) -> Kind:
    """Something that people or programs read as text, or nothing known."""
    if b"%PDF-" in data[:1024]:
        return Kind.PDF
    text = _text(data)
    # Browsers take markup for markup whatever follows it.
    lower = (data[:_HEAD].decode("latin-1") if text is None else text).lstrip().lower()
    if lower.startswith("<svg") or (lower.startswith(("<?xml", "<!doctype svg", "<!--")) and "<svg" in lower):
        return Kind.SVG
    if lower.startswith("<") and _HTML.search(lower):
        return Kind.HTML
    return Kind.UNKNOWN if text is None or not lower else Kind.TEXT


def _is_text(data: bytes) -> bool:
    return _text(data) is not None


def _text(data: bytes) -> str | None:
    head = data[:_HEAD]
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text
