"""Hostile files get their own friendly refusal or, where they hold a sound picture, are read for that alone."""

import re
import struct
from collections.abc import Callable

import numpy as np
import pytest

from bot.texts import LANGUAGES, Texts
from core.errors import UserError
from core.pictures import Picture
from core.pictures.reading import Limits, read_frames, read_picture
from core.settings import read_settings
from tests.core.pictures.reading.hostile import hostile_files
from tests.core.pictures.reading.making import SIZE, moving, saved, scene, video

FILES = hostile_files()
LIMITS = Limits()


def test_there_are_many() -> None:
    assert len(FILES) >= 60


def outcome(read: Callable[[], Picture]) -> tuple[str, UserError | None]:
    """ "read", or the key of the refusal."""
    try:
        picture = read()
    except UserError as refusal:
        return refusal.key, refusal
    assert min(picture.width, picture.height) >= 16
    return "read", None


@pytest.mark.parametrize("name", FILES)
def test_each_gets_what_it_deserves(name: str) -> None:
    data, expected = FILES[name]
    got, refusal = outcome(lambda: read_picture(data, LIMITS))
    assert got == expected, str(refusal)
    if refusal:
        for language in LANGUAGES:
            sentence = Texts(language)(refusal.key, **refusal.arguments)
            assert 15 < len(sentence) < 200
            assert not re.search(r"[{}]|\n", sentence)


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith("flat")])
def test_animations_are_read_as_carefully(name: str) -> None:
    data, expected = FILES[name]
    assert outcome(lambda: next(read_frames(data, LIMITS).every())[1])[0] == expected


def test_limits_are_settings() -> None:
    data = hostile_files()["16 x 16"][0]
    for limits, key in (
        (Limits(bytes=50), "picture-too-many-bytes"),
        (Limits(pixels=255), "picture-too-large"),
        (Limits(side=15), "picture-too-long-side"),
    ):
        with pytest.raises(UserError, match=key):
            read_picture(data, limits)


def test_settings_become_limits() -> None:
    settings = read_settings(
        picture_mebibytes=3,
        picture_megapixels=2,
        picture_side=999,
        video_frames=5,
        video_seconds=7,
        _env_file=None,
    )
    assert Limits.of(settings) == Limits(3 * 2**20, 2_000_000, 999, 5, 7.0)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_endless_animations_on_a_large_canvas_are_cut(kind: str) -> None:
    """A frame of one pixel takes a few bytes of the file, and the whole canvas to show."""
    frames = read_frames(moving(kind, count=8), Limits(work=3 * SIZE[0] * SIZE[1]))
    assert frames.cut
    assert frames.watched == pytest.approx(0.75)
    assert len(list(frames.every())) == 3


@pytest.mark.parametrize("codec", ["libx264", "libsvtav1"])
def test_mp4_whose_boxes_lie_about_its_size(codec: str) -> None:
    data = bytearray(video(codec=codec, frames=[np.zeros((240, 320, 3), np.uint8)] * 3))
    for at in [match.end() for match in re.finditer(b"avc1|av01", data)]:
        if data[at + 24 : at + 28] == struct.pack(">HH", 320, 240):
            data[at + 24 : at + 28] = struct.pack(">HH", 32, 24)
    got, _ = outcome(lambda: read_picture(bytes(data), Limits(pixels=30_000)))
    assert got in ("picture-too-large", "picture-broken", "picture-truncated")
    assert outcome(lambda: read_picture(bytes(data), Limits()))[0] == "read"


@pytest.mark.parametrize("reduced", [True, False])
def test_avif_whose_boxes_lie_about_its_size(reduced: bool) -> None:
    """Decoders make room for what the coded picture announces, not for what the boxes around it say."""
    frames = [scene((200, 200), seed) for seed in range(1 if reduced else 2)]
    data = bytearray(saved(frames[0], "AVIF", save_all=not reduced, append_images=frames[1:]))
    for at in [match.end() for match in re.finditer(b"ispe", data)]:
        data[at + 4 : at + 12] = struct.pack(">II", 50, 50)
    for at in [match.end() for match in re.finditer(b"av01", data)]:
        if data[at + 24 : at + 28] == struct.pack(">HH", 200, 200):
            data[at + 24 : at + 28] = struct.pack(">HH", 50, 50)
    assert outcome(lambda: read_picture(bytes(data), Limits(pixels=30_000)))[0] == "picture-too-large"
    assert read_picture(bytes(data), Limits()).width in (50, 200)
