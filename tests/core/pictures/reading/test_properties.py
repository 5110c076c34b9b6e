"""Whatever the bytes: they are sniffed without failing, and read or refused."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.pictures import Picture
from core.pictures.reading import Kind, Limits, read_frames, read_picture, sniff
from core.pictures.reading.exif import orientation
from tests.core.pictures.reading.making import box, chunk, riff, segment

LIMITS = Limits(pixels=1_000_000)
BLOB = st.binary(max_size=60)
NAMES = st.sampled_from(
    [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"acTL", b"fcTL", b"fdAT", b"iCCP", b"eXIf", b"IEND"]
)
HEADER = chunk(b"IHDR", bytes.fromhex("00000020000000200803000000"))
PARTS = st.sampled_from([b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"EXIF"])
BOXES = st.sampled_from(
    [b"meta", b"iinf", b"iloc", b"ispe", b"moov", b"trak", b"stsd", b"stsz", b"stco", b"mdat", b"trun"]
)
ANY = st.one_of(
    BLOB,
    st.lists(st.tuples(NAMES, BLOB)).map(
        lambda parts: b"\x89PNG\r\n\x1a\n" + HEADER + b"".join(chunk(name, body) for name, body in parts)
    ),
    st.lists(st.tuples(st.integers(0xC0, 0xFE), BLOB)).map(
        lambda parts: b"\xff\xd8" + b"".join(segment(marker, body) for marker, body in parts)
    ),
    st.lists(st.tuples(PARTS, BLOB)).map(lambda parts: riff(*parts)),
    BLOB.map(lambda body: b"GIF89a\x20\0\x20\0\0\0\0" + body),
    st.tuples(st.sampled_from([12, 40, 108, 124]), BLOB).map(
        lambda parts: b"BM" + bytes(12) + bytes([parts[0], 0, 0, 0]) + parts[1]
    ),
    st.tuples(st.sampled_from([b"avif", b"isom"]), st.lists(st.tuples(BOXES, BLOB))).map(
        lambda parts: box(b"ftyp", parts[0] + bytes(4)) + b"".join(box(name, body) for name, body in parts[1])
    ),
    BLOB.map(lambda body: b"\x1a\x45\xdf\xa3" + body),
)


def still(data: bytes) -> Sequence[Picture]:
    return [read_picture(data, LIMITS)]


def moving(data: bytes) -> Sequence[Picture]:
    return [picture for _, picture in read_frames(data, LIMITS)]


@pytest.mark.parametrize("read", [still, moving])
@settings(max_examples=120, deadline=None)
@given(ANY)
def test_read_or_refused(read: Callable[[bytes], Sequence[Picture]], data: bytes) -> None:
    assert isinstance(sniff(data), Kind)
    refused = ""
    pictures: Sequence[Picture] = ()
    try:
        pictures = read(data)
    except UserError as refusal:
        refused = refusal.key
    assert bool(pictures) != refused.startswith("picture-")


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"Exif\0\0"]), st.sampled_from([b"II*\0", b"MM\0*", b""])
)
def test_orientation_is_always_one_of_eight(body: bytes, start: bytes, order: bytes) -> None:
    assert 1 <= orientation(start + order + body) <= 8
