"""The part of a picture that a recogniser is shown."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.pictures import Box, Picture
from core.pictures.cropping import face_hash, is_whole, square_crop, surroundings


def slope(width: int, height: int) -> NDArray[np.uint8]:
    """Red grows with x, green with y, so that a pixel tells where it is from."""
    across = np.linspace(0, 255, width)
    down = np.linspace(0, 255, height)
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0], pixels[..., 1] = across[None, :], down[:, None]
    return pixels


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_crop_shows_what_lies_in_the_square(data: st.DataObject) -> None:
    width, height = (data.draw(st.integers(20, 900)) for _ in "wh")
    x, y = data.draw(st.floats(0, width)), data.draw(st.floats(0, height))
    side = data.draw(st.floats(4, 700))
    size = 64
    cropped = square_crop(slope(width, height), x, y, side, size)
    assert cropped.shape == (size, size, 3)
    for column in (4, 32, 60):
        wanted = x + ((column + 0.5) / size - 0.5) * side  # in pixels of the picture, edges repeated beyond
        inside = min(max(wanted, 0.5), width - 0.5) - 0.5
        shown = float(cropped[32, column, 0])
        # One pixel of what is seen, whichever is coarser, and the rounding of colours.
        pixel = max(1.0, side / size) * 255 / (width - 1)
        assert abs(shown - inside * 255 / (width - 1)) <= 1.6 * pixel + 2


def test_the_edge_is_repeated_outside() -> None:
    pixels = np.zeros((20, 20, 3), np.uint8)
    pixels[:, -1] = 200
    assert (square_crop(pixels, 20, 10, 20, 40)[:, 25:] == 200).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1)])
def test_narrow_pictures_can_be_cropped(shape: tuple[int, int]) -> None:
    assert square_crop(np.zeros((*shape, 3), np.uint8), 0.5, 0.5, 300, 16).shape == (16, 16, 3)


def picture(width: int = 400, height: int = 300) -> Picture:
    return Picture(slope(width, height), None, "x", "PNG")


@given(st.floats(0, 399), st.floats(0, 299), st.floats(0.1, 400), st.floats(0.1, 300))
def test_surroundings_hold_the_head_and_lie_in_the_picture(x: float, y: float, w: float, h: float) -> None:
    head = Box(x, y, w, h).within(400, 300)
    part = surroundings(picture(), head)
    assert part.size > 0
    assert part.shape[1] >= np.floor(head.w)
    assert part.shape[0] >= np.floor(head.h)
    assert part.shape[1] <= 400
    assert part.shape[0] <= 300


def test_a_face_crop_is_taken_whole() -> None:
    assert is_whole(picture(), Box(0, 0, 400, 300))
    assert not is_whole(picture(), Box(0, 0, 400, 299))
    assert surroundings(picture(), Box(0, 0, 400, 300)).shape == (300, 400, 3)


def test_what_is_transparent_is_seen_on_white() -> None:
    clear = Picture(slope(40, 40), np.zeros((40, 40), np.uint8), "x", "PNG")
    assert (surroundings(clear, Box(5, 5, 10, 10)) == 255).all()


def test_a_copy_of_a_drawing_has_nearly_the_same_hash_and_another_one_not() -> None:
    rng = np.random.default_rng(0)

    def drawing() -> Picture:
        cells = rng.integers(0, 255, (12, 16, 3)).astype(np.uint8)
        return Picture(np.asarray(cv2.resize(cells, (400, 300)), np.uint8), None, "x", "PNG")

    one, other, head = drawing(), drawing(), Box(100, 80, 160, 160)
    packed = cv2.imencode(".jpg", cv2.resize(one.pixels, (200, 150)), [cv2.IMWRITE_JPEG_QUALITY, 50])[1]
    copy = Picture(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8), None, "y", "JPEG")
    hashes = [face_hash(one, head), face_hash(copy, Box(50, 40, 80, 80)), face_hash(other, head)]
    assert all(len(value) == 16 for value in hashes)
    known, copied, strange = (int(value, 16) for value in hashes)
    assert (known ^ copied).bit_count() <= 8
    assert (known ^ strange).bit_count() > 8
