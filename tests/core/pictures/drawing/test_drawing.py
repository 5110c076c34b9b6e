"""Boxes and names on pictures, and packing for sending, through what the package shows."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from core.pictures import Box
from core.pictures.drawing import Label, Room, annotate, colour_for, pack
from core.pictures.drawing.placing import place

sizes = st.integers(24, 1400)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[int, int, list[Box], list[tuple[int, int]]]:
    width, height = draw(sizes), draw(sizes)
    boxes, plates = [], []
    for _ in range(draw(st.integers(0, 12))):
        x, y = draw(st.floats(-20, width)), draw(st.floats(-20, height))
        boxes.append(Box(x, y, draw(st.floats(2, width)), draw(st.floats(2, height))))
        plates.append((draw(st.integers(8, 300)), draw(st.integers(10, 40))))
    return width, height, boxes, plates


@given(scenes())
@settings(max_examples=300, deadline=None)
def test_plates_stay_on_the_canvas_and_clear_of_each_other(
    scene: tuple[int, int, list[Box], list[tuple[int, int]]],
) -> None:
    width, height, boxes, plates = scene
    found = place(boxes, plates, width, height)
    assert len(found) == len(boxes)
    placed = [
        (rectangle, size) for rectangle, size in zip(found, plates, strict=True) if rectangle is not None
    ]
    for index, ((left, top, right, bottom), size) in enumerate(placed):
        assert (right - left, bottom - top) == size
        assert left >= 0
        assert top >= 0
        assert right <= width
        assert bottom <= height
        for other, _ in placed[:index]:
            apart = left >= other[2] or other[0] >= right or top >= other[3] or other[1] >= bottom
            assert apart


def test_a_single_plate_always_finds_a_place() -> None:
    assert place([Box(0, 0, 100, 100)], [(60, 20)], 100, 100) != [None]
    assert place([Box(0, 0, 10, 10)], [(60, 20)], 50, 50) == [None], "wider than the picture"


def _blank(width: int, height: int) -> NDArray[np.uint8]:
    return np.full((height, width, 3), 90, np.uint8)


def test_the_frame_is_drawn_on_the_box_in_the_characters_colour() -> None:
    box = Box(200, 300, 150, 180)
    drawn = annotate(_blank(900, 800), [Label(box, "初音ミク", 0.93, "hatsune_miku")])
    assert drawn.shape == (800, 900, 3)
    column = drawn[300 + 90, 196:208].astype(int)
    distance = np.abs(column - np.array(colour_for("hatsune_miku"))).sum(axis=1)
    assert distance.min() < 30, "the left edge of the box has its colour"
    assert (drawn[390, 250:300] == 90).all(), "inside the box nothing is painted"
    assert (drawn[700:, :100] == 90).all()


def test_colours_belong_to_characters_and_differ() -> None:
    colours = [colour_for(f"character_{number}") for number in range(60)]
    assert colours == [colour_for(f"character_{number}") for number in range(60)]
    assert len(set(colours)) > 55
    assert colour_for(None) not in colours


def test_small_pictures_are_enlarged_so_that_names_can_be_read() -> None:
    assert annotate(_blank(120, 90), [Label(Box(10, 10, 50, 50), "Rei")]).shape == (480, 640, 3)
    assert annotate(_blank(200, 1600), []).shape == (2560, 320, 3), "no longer than what is sent"


def test_large_pictures_are_drawn_at_the_size_they_are_sent_in() -> None:
    pixels = np.zeros((3000, 4000, 3), np.uint8)
    pixels[500:1500, 1000:2000] = 200
    before = pixels.copy()
    drawn = annotate(pixels, [Label(Box(1000, 500, 1000, 1000), "Rei", 0.9, "rei")])
    assert drawn.shape == (1920, 2560, 3)
    assert np.array_equal(pixels, before), "the picture itself is not painted on"
    left, top, right, bottom = (round(edge * 0.64) for edge in (1000, 500, 2000, 1500))
    assert (drawn[top + 60 : bottom - 60, left + 60 : right - 60] == 200).all(), (
        "the box lies where it belongs"
    )
    colour = np.array(colour_for("rei"))
    column = drawn[(top + bottom) // 2, left - 4 : left + 12].astype(int)
    assert np.abs(column - colour).sum(axis=1).min() < 30
    assert max(_open(pack(drawn, Room()).data).size) == 2560


def test_a_crowd_gets_numbers_and_a_legend() -> None:
    crowd = [
        Label(Box(x * 30, y * 30, 28, 28), f"Somebody Important {x}-{y}", 0.5, f"{x}-{y}")
        for x in range(16)
        for y in range(14)
    ]
    drawn = annotate(_blank(500, 480), crowd)
    assert drawn.shape[1] == 500
    assert drawn.shape[0] > 480, "the legend is below the picture"


@given(
    width=st.integers(1, 90),
    height=st.integers(1, 90),
    box=st.tuples(*[st.floats(-50, 120)] * 2, *[st.floats(0, 150)] * 2),
    name=st.text(max_size=40),
)
@settings(max_examples=60, deadline=None)
def test_any_box_and_name_can_be_drawn(
    width: int, height: int, box: tuple[float, float, float, float], name: str
) -> None:
    drawn = annotate(_blank(width, height), [Label(Box(*box), name, 0.5, name)])
    assert drawn.dtype == np.uint8
    assert drawn.shape[0] >= height


def _open(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def _noise(width: int, height: int) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("room", [200_000, 20_000, 3_000])
def test_a_file_keeps_to_its_bytes(room: int) -> None:
    packed = pack(_noise(900, 700), Room(bytes=room))
    assert len(packed.data) <= room
    assert _open(packed.data).format == "JPEG"


def test_few_colours_become_png_and_painted_ones_jpeg() -> None:
    assert pack(_blank(300, 300), Room()).media_type == "image/png"
    assert pack(_noise(300, 300), Room()).extension == "jpg"


@pytest.mark.parametrize(("width", "height"), [(3000, 20), (20, 3000), (2500, 2400)])
def test_a_platforms_shape_limits_are_kept(width: int, height: int) -> None:
    image = _open(pack(_noise(width, height), Room(sides=1000, ratio=20)).data)
    assert image.width + image.height <= 1000
    assert max(image.size) / min(image.size) <= 20.5
