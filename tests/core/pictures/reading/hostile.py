"""Hostile files, each with what must come of it: the key of its refusal, or "read"."""

from __future__ import annotations

import gzip
import random
import struct
import zlib
from functools import cache

import numpy as np
from PIL import Image

from tests.core.pictures.reading.making import (
    HTML,
    PDF,
    SVG,
    SVGZ,
    after_header,
    after_start,
    box,
    chunk,
    exif,
    png,
    riff,
    saved,
    scene,
    segment,
    sound_files,
    video,
    zipped,
)

Case = tuple[bytes, str]


@cache
def hostile_files() -> dict[str, Case]:
    """Name to (file, expected)."""
    return (
        _not_pictures()
        | _sizes()
        | _cut()
        | _bombs()
        | _png()
        | _jpeg()
        | _gif()
        | _others()
        | _films()
        | _doubles()
    )


def _not_pictures() -> dict[str, Case]:
    noise = random.Random(8).randbytes(4000)
    return {
        "empty": (b"", "picture-empty"),
        "one byte": (b"\x89", "picture-unknown"),
        "random bytes": (b"\x91" + noise, "picture-unknown"),
        "zeros": (bytes(3000), "picture-unknown"),
        "too many bytes": (saved(scene(), "JPEG") + bytes(21 * 2**20), "picture-too-many-bytes"),
        "svg": (SVG, "picture-is-svg"),
        "svg without prologue": (b"  \n<svg onload='x()'/>", "picture-is-svg"),
        "svg in utf-16": (SVG.decode().encode("utf-16"), "picture-is-svg"),
        "svgz": (SVGZ, "picture-is-svg"),
        "pdf": (PDF, "picture-is-pdf"),
        "pdf behind junk": (b"\0\1\2 junk\n" + PDF, "picture-is-pdf"),
        "html": (HTML, "picture-is-html"),
        "html with a mark": (b"\xef\xbb\xbf<html><script>1</script>", "picture-is-html"),
        "php": (b"<?php system($_GET['x']); ?>", "picture-is-html"),
        "elf": (b"\x7fELF\x02\x01\x01" + noise[:400], "picture-is-program"),
        "exe": (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + noise[:400], "picture-is-program"),
        "shell script": (b"#!/bin/sh\nrm -rf ~\n", "picture-is-program"),
        "java class": (b"\xca\xfe\xba\xbe\0\0\0\x34" + noise[:99], "picture-is-program"),
        "zip": (zipped(a=b"1"), "picture-is-archive"),
        "zip bomb": (zipped(a=bytes(50 * 2**20)), "picture-is-archive"),
        "gzip bomb": (gzip.compress(bytes(50 * 2**20)), "picture-is-archive"),
        "tar": (bytes(257) + b"ustar\x0000" + bytes(300), "picture-is-archive"),
        "7z": (b"7z\xbc\xaf\x27\x1c" + noise[:64], "picture-is-archive"),
        "text": (b"please look at this", "picture-is-text"),
        "json": (b'{"image": null}', "picture-is-text"),
        "mp3": (video("mp3", picture=False, sound=True), "picture-is-audio"),
        "bare mp3": (b"\xff\xfb\x90\x64" + noise[:800], "picture-is-audio"),
        "ogg": (video("ogg", picture=False, sound=True), "picture-is-audio"),
        "wav": (b"RIFF\x24\0\0\0WAVEfmt " + noise[:64], "picture-is-audio"),
        "tiff": (saved(scene(), "TIFF"), "picture-other-format"),
        "ico": (saved(scene(), "ICO"), "picture-other-format"),
        "jpeg 2000": (saved(scene(), "JPEG2000"), "picture-other-format"),
        "heic": (box(b"ftyp", b"heic\0\0\0\0mif1heic") + noise[:99], "picture-other-format"),
        "photoshop": (b"8BPS\0\x01" + noise[:99], "picture-other-format"),
        "avi": (b"RIFF\xff\0\0\0AVI LIST" + noise[:99], "picture-other-format"),
    }


def _sizes() -> dict[str, Case]:
    def plain(width: int, height: int, kind: str = "PNG") -> bytes:
        return saved(Image.new("RGB", (width, height), "red"), kind)

    gif, avif = sound_files()["gif"], bytearray(sound_files()["avif"])
    at = avif.index(b"ispe") + 8
    avif[at : at + 8] = struct.pack(">II", 15000, 15000)
    webp = struct.pack("<I", 0x10) + (16000 - 1).to_bytes(3, "little") * 2
    bitmap = bytearray(sound_files()["bmp"])
    bitmap[18:26] = struct.pack("<ii", 2**31 - 1, 1)
    jpeg = bytearray(sound_files()["jpeg"])
    frame = jpeg.index(b"\xff\xc0") + 5
    jpeg[frame : frame + 4] = struct.pack(">HH", 15000, 15000)
    return {
        "one pixel": (plain(1, 1), "picture-too-small"),
        "one pixel gif": (plain(1, 1, "GIF"), "picture-too-small"),
        "no width": (png(0, 100), "picture-too-small"),
        "no height": (png(100, 0), "picture-too-small"),
        "20000 x 1": (plain(20000, 1), "picture-too-long-side"),
        "1 x 20000": (plain(1, 20000), "picture-too-long-side"),
        "1 x 20000 jpeg": (plain(1, 20000, "JPEG"), "picture-too-long-side"),
        "16384 x 1": (plain(16384, 1), "picture-too-small"),
        "15 x 300": (plain(15, 300, "WEBP"), "picture-too-small"),
        "16 x 16": (plain(16, 16), "read"),
        "huge png": (png(2**31 - 1, 2**31 - 1), "picture-too-long-side"),
        "png of 52 megapixels": (png(8000, 6500), "picture-too-large"),
        "huge gif screen": (gif[:6] + b"\xff\xff\xff\xff" + gif[10:], "picture-too-long-side"),
        "large gif screen": (gif[:6] + struct.pack("<HH", 12000, 12000) + gif[10:], "picture-too-large"),
        "huge jpeg": (bytes(jpeg), "picture-too-large"),
        "huge webp": (riff((b"VP8X", webp), (b"VP8L", b"\x2f\0\0\0\0")), "picture-broken"),
        "huge animated webp": (
            riff((b"VP8X", b"\x02\0\0\0" + webp[4:]), (b"ANIM", bytes(6)), (b"ANMF", bytes(40))),
            "picture-too-large",
        ),
        "huge avif": (bytes(avif), "picture-too-large"),
        "huge bmp": (bytes(bitmap), "picture-truncated"),
    }


def _cut() -> dict[str, Case]:
    """Every format, cut at many places; a cut film may still show its first frames."""
    cases: dict[str, Case] = {}
    for name, data in sound_files().items():
        if name in ("mp4", "webm"):
            continue
        for share in (5, 40, 70, 90):
            cut = data[: max(12, len(data) * share // 100)]
            moving_on = name in ("apng", "gif-moving") and share >= 40
            cases[f"{name} cut at {share} %"] = (cut, "read" if moving_on else "picture-truncated")
    return cases


def _bombs() -> dict[str, Case]:
    whole = sound_files()["png"]
    blank = zlib.compress(bytes(60 * 2**20), 9)
    much = bytes(40 * 2**20)
    return {
        "png with more pixels than it says": (png(64, 64, pixels=much), "read"),
        "png text bomb": (after_header(whole, *[chunk(b"zTXt", b"Comment\0\0" + blank)] * 3), "read"),
        "png itxt bomb": (after_header(whole, chunk(b"iTXt", b"XML\0\1\0\0\0" + blank)), "read"),
        "png profile bomb": (after_header(whole, chunk(b"iCCP", b"icc\0\0" + blank)), "read"),
        "png full of chunks": (after_header(whole, *[chunk(b"tEXt", b"a\0b")] * 50_000), "read"),
        "flat png of 39 megapixels": (saved(Image.new("1", (7800, 5000)), "PNG"), "read"),
        "flat gif of 36 megapixels": (saved(Image.new("P", (6000, 6000)), "GIF"), "read"),
        "flat webp of 36 megapixels": (
            saved(Image.new("RGB", (6000, 6000)), "WEBP", method=0, quality=1),
            "read",
        ),
        "jpeg of a thousand scans": (_many_scans(), "picture-broken"),
    }


def _many_scans() -> bytes:
    data = saved(scene(), "JPEG", progressive=True)
    at = data.rindex(b"\xff\xda")
    return data[:at] + data[at:-2] * 1000 + data[-2:]


def _png() -> dict[str, Case]:
    whole = sound_files()["png"]
    moving = sound_files()["apng"]
    idat = whole.index(b"IDAT")
    control = moving.index(b"acTL")
    wrong = bytearray(whole)
    wrong[29] ^= 0xFF
    flipped = bytearray(whole)
    flipped[idat + 40] ^= 0xFF
    lengthened = bytearray(whole)
    lengthened[idat - 4 : idat] = b"\xff\xff\xff\xff"
    longer = bytearray(whole)
    longer[idat - 4 : idat] = struct.pack(">I", 2**30)
    return {
        "png with a wrong header checksum": (bytes(wrong), "picture-broken"),
        "png with flipped pixels": (bytes(flipped), "picture-broken"),
        "png chunk of 4 GiB": (bytes(lengthened), "picture-broken"),
        "png chunk of 1 GiB": (bytes(longer), "picture-truncated"),
        "png without pixels": (whole[:33] + chunk(b"IEND", b""), "picture-without-image"),
        "png with another first chunk": (whole[:8] + chunk(b"tEXt", b"a\0b" + bytes(30)) + whole[8:], "picture-broken"),
        "png of an impossible depth": (png(32, 32, depth=3), "picture-broken"),
        "png palette missing": (png(32, 32, colour=3, pixels=bytes(33 * 32)), "picture-broken"),
        "png palette too long": (png(32, 32, chunk(b"PLTE", bytes(900)), colour=3), "picture-broken"),
        "png palette too short": (
            png(32, 32, chunk(b"PLTE", bytes(3)), colour=3, pixels=(b"\0" + b"\xff" * 32) * 32),
            "read",
        ),
        "png pixels not deflated": (
            whole[:33] + chunk(b"IDAT", b"not deflated at all" * 9) + chunk(b"IEND", b""),
            "picture-broken",
        ),
        "png with too few pixels": (png(200, 200, pixels=bytes(100)), "picture-truncated"),
        "apng of four thousand million frames": (
            moving[: control + 4] + struct.pack(">I", 2**32 - 1) + moving[control + 8 :],
            "read",
        ),
        "apng of no frames": (moving[: control + 4] + bytes(4) + moving[control + 8 :], "read"),
        "apng with frames outside": (
            after_header(whole, chunk(b"acTL", struct.pack(">II", 2, 0)),
                         chunk(b"fcTL", struct.pack(">5IHHBB", 0, 9999, 9999, 0, 0, 1, 10, 0, 0))),
            "read",
        ),
        "png exif that loops": (
            after_header(whole, chunk(b"eXIf", b"MM\0*\0\0\0\x08" + b"\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08" * 40)),
            "read",
        ),
    }  # fmt: skip


def _jpeg() -> dict[str, Case]:
    whole = sound_files()["jpeg"]
    looping = (
        b"Exif\0\0II*\0\x08\0\0\0\x02\0" + struct.pack("<HHII", 0x8769, 4, 1, 8) * 2 + struct.pack("<I", 8)
    )
    frame = whole.index(b"\xff\xc0")
    twelve = whole[: frame + 4] + b"\x0c" + whole[frame + 5 :]
    tables = whole.index(b"\xff\xc4")
    return {
        "jpeg exif that loops": (after_start(whole, segment(0xE1, looping)), "read"),
        "jpeg exif of garbage": (after_start(whole, segment(0xE1, b"Exif\0\0" + b"\xff" * 900)), "read"),
        "jpeg with a list of pictures": (
            after_start(whole, segment(0xE2, b"MPF\0MM\0*\0\0\0\x08" + b"\xff" * 60)),
            "read",
        ),
        "jpeg profile in missing parts": (
            after_start(whole, segment(0xE2, b"ICC_PROFILE\0\x03\x09" + bytes(90))),
            "read",
        ),
        "jpeg photoshop block of garbage": (
            after_start(whole, segment(0xED, b"Photoshop 3.0\x008BIM\xff\xff")),
            "read",
        ),
        "jpeg of 12 bits": (twelve, "picture-broken"),
        "jpeg of two frames": (whole[:frame] + whole[frame : frame + 19] + whole[frame:], "picture-broken"),
        "jpeg without tables": (whole[:tables] + whole[whole.index(b"\xff\xda") :], "read"),
        "jpeg segment too short": (after_start(whole, b"\xff\xe5\0\x01"), "picture-broken"),
        "jpeg start and end": (b"\xff\xd8\xff\xd9", "picture-broken"),
        "jpeg start": (b"\xff\xd8\xff", "picture-truncated"),
    }


def _gif() -> dict[str, Case]:
    whole = sound_files()["gif"]
    head = whole[: 13 + (3 << (whole[10] & 7) + 1)]
    image = whole.rindex(b",", 0, len(head) + 30)
    return {
        "gif without frames": (head + b";", "picture-without-image"),
        "gif of nothing but comments": (head + b"\x21\xfe\x03abc\0" * 9000 + b";", "picture-without-image"),
        "gif full of comments": (head + b"\x21\xfe\x03abc\0" * 90_000 + whole[image:], "read"),
        "gif with junk between blocks": (head + b"\x99\x99" + whole[image:], "picture-broken"),
        "gif with a wide code": (whole[: image + 10] + b"\x20" + whole[image + 11 :], "picture-broken"),
        "gif with an empty frame": (whole[: image + 5] + bytes(4) + whole[image + 9 :], "picture-broken"),
        "gif frame far outside": (
            whole[: image + 1] + struct.pack("<HHHH", 65000, 65000, 48, 36) + whole[image + 9 :],
            "picture-too-long-side",
        ),
        "gif of a script": (b"GIF89a/*" + b"=1;alert(1)//" * 9, "picture-broken"),
    }


def _others() -> dict[str, Case]:
    bitmap = bytearray(sound_files()["bmp"])
    far = bytearray(bitmap)
    far[10:14] = struct.pack("<I", 2**31 - 1)
    odd = bytearray(bitmap)
    odd[28:30] = struct.pack("<H", 7)
    packed = bytearray(bitmap)
    packed[18:34] = struct.pack("<iiHHI", 6000, 6000, 1, 8, 1)
    webp = sound_files()["webp"]
    inner = webp[20:]
    canvas = bytes(4) + (99).to_bytes(3, "little") * 2
    avif = sound_files()["avif"]
    deep = b""
    for _ in range(30):
        deep = box(b"moov", deep)
    return {
        "bmp that starts beyond its end": (bytes(far), "picture-truncated"),
        "bmp of 7 bits": (bytes(odd), "picture-broken"),
        "bmp packed too large": (bytes(packed), "picture-other-format"),
        "bmp of a jpeg": (
            bytes(bitmap[:30]) + struct.pack("<I", 4) + bytes(bitmap[34:]),
            "picture-other-format",
        ),
        "webp of two sizes": (riff((b"VP8X", canvas), (b"VP8 ", inner)), "picture-broken"),
        "webp without pictures": (riff((b"VP8X", canvas), (b"JUNK", b"1234")), "picture-without-image"),
        "webp of garbage": (riff((b"VP8 ", inner[:10] + b"\xff" * 300)), "picture-broken"),
        "webp frames of garbage": (
            riff((b"VP8X", b"\x02\0\0\0" + canvas[4:]), (b"ANIM", bytes(6)), (b"ANMF", b"\xff" * 60)),
            "picture-broken",
        ),
        "avif of one box": (avif[: struct.unpack(">I", avif[:4])[0]] + bytes(60), "picture-without-image"),
        "avif without pictures": (box(b"ftyp", b"avif\0\0\0\0mif1avif", bytes(60)), "picture-without-image"),
        "avif of garbage": (
            avif[: avif.index(b"mdat") + 4] + b"\xaa" * (len(avif) - avif.index(b"mdat") - 4),
            "picture-broken",
        ),
        "avif within avif": (box(b"ftyp", b"avif\0\0\0\0avif") + deep, "picture-broken"),
    }


def _films() -> dict[str, Case]:
    whole, web = sound_files()["mp4"], sound_files()["webm"]
    kind = box(b"ftyp", b"isom\0\0\2\0isommp41")
    sizes = whole.index(b"stsz")
    many = whole[: sizes + 8] + struct.pack(">II", 1, 2**30) + whole[sizes + 16 :]
    times = whole.index(b"stts")
    timed = whole[: times + 8] + struct.pack(">I", 2**31) + whole[times + 12 :]
    return {
        "mp4 of nothing": (kind, "picture-truncated"),
        "mp4 without streams": (kind + box(b"moov", box(b"mvhd", bytes(100))), "picture-without-image"),
        "mp4 of sound": (video(picture=False, sound=True), "picture-is-audio"),
        "mp4 cut in the middle": (whole[: len(whole) // 3], "picture-truncated"),
        "mp4 of garbage": (kind + box(b"moov", b"\xff" * 400), "picture-broken"),
        "mp4 of a thousand million samples": (many, "picture-broken"),
        "mp4 of endless times": (timed, "picture-broken"),
        "mp4 of another codec": (video(codec="mpeg4"), "picture-video-codec"),
        "webm of sound": (video("webm", picture=False, sound=True), "picture-is-audio"),
        "webm of another codec": (video("matroska", "mpeg4"), "picture-video-codec"),
        "webm cut in its head": (web[:60], "picture-broken"),
        "webm of garbage": (web[:40] + b"\xee" * 900, "picture-broken"),
        "tiny film": (video(frames=[np.zeros((8, 8, 3), np.uint8)] * 3), "picture-too-small"),
    }


def _doubles() -> dict[str, Case]:
    """Files that are two things at once: read as the picture they are, or refused, never passed on."""
    whole, small = sound_files(), zipped(evil=b"1")
    return {
        "jpeg and zip": (whole["jpeg"] + small, "read"),
        "gif and jar": (whole["gif"] + small, "read"),
        "png and html": (whole["png"] + HTML, "read"),
        "jpeg with html in a comment": (after_start(whole["jpeg"], segment(0xFE, HTML)), "read"),
        "png with php in a text": (after_header(whole["png"], chunk(b"tEXt", b"x\0<?php evil() ?>")), "read"),
        "pdf and jpeg": (PDF + whole["jpeg"], "picture-is-pdf"),
        "zip and png": (small + whole["png"], "picture-is-archive"),
        "html and png": (HTML + whole["png"], "picture-is-html"),
        "jpeg that says where it was taken": (saved(scene(), "JPEG", exif=exif(1)), "read"),
        "png in a png": (after_header(whole["png"], chunk(b"prVt", whole["png"])), "read"),
        "gif then gif": (whole["gif"] * 2, "read"),
    }
