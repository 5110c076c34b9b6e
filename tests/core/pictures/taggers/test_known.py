"""Tags that follow from faces and from pixels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.pictures import Box, Face, Picture, Trait
from core.pictures.taggers.known import face_tags
from core.pictures.taggers.pixels import colour_shares, pixel_tags, size_tags


def face(gender: str = "female", sure: float = 0.9, box: Box | None = None, hair: str = "blue") -> Face:
    traits = (Trait("hair", hair, 0.9), Trait("eyes", "red", 0.8), Trait("gender", gender, sure))
    return Face(box or Box(30, 10, 20, 20), 1.0, (), True, traits)


def names(*faces: Face, width: int = 100, height: int = 100) -> set[str]:
    return {tag.name for tag in face_tags(faces, width, height)}


@pytest.mark.parametrize(
    ("genders", "expected"),
    [
        (["female"], {"1girl", "solo"}),
        (["male"], {"1boy", "solo"}),
        (["other"], {"solo"}),
        (["female", "female"], {"2girls", "multiple_girls"}),
        (["female", "male"], {"1girl", "1boy"}),
        (["female"] * 7, {"6+girls", "multiple_girls"}),
        (["female", "female", "other"], {"multiple_girls"}),
    ],
)
def test_counts(genders: list[str], expected: set[str]) -> None:
    found = names(*(face(gender) for gender in genders))
    assert {name for name in found if "hair" not in name and "eyes" not in name} - {
        "upper_body",
        "portrait",
    } == expected


def test_unsure_gender_counts_nobody() -> None:
    assert not {"1girl", "1boy"} & names(face("female", 0.55))
    assert face_tags((), 10, 10) == ()


def test_colours_come_from_traits() -> None:
    assert {"blue_hair", "red_eyes"} <= names(face())
    assert {"grey_hair", "blue_hair"} <= names(face(hair="gray"), face())


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Box(5, 5, 90, 90), {"close-up"}),
        (Box(25, 20, 50, 50), {"portrait"}),
        (Box(35, 10, 30, 30), {"upper_body"}),
        (Box(45, 5, 10, 10), set()),
        (Box(10, 40, 80, 30), set()),
    ],
)
def test_framing_only_where_geometry_carries_it(box: Box, expected: set[str]) -> None:
    framings = {"close-up", "portrait", "upper_body", "full_body", "cowboy_shot"}
    assert names(face(box=box)) & framings == expected
    assert not names(face(box=box), face(box=Box(0, 0, 5, 5))) & framings


def picture(pixels: NDArray[np.uint8], alpha: NDArray[np.uint8] | None = None) -> Picture:
    return Picture(pixels, alpha, "", "PNG")


def shapes(background: tuple[int, int, int], figure: tuple[int, int, int]) -> NDArray[np.uint8]:
    """A figure of several shades in the lower middle."""
    pixels = np.empty((160, 120, 3), np.uint8)
    pixels[:] = background
    for row in range(60, 160):
        pixels[row, 35:85] = np.clip(np.asarray(figure) + (row % 16) * 3, 0, 255)
    return pixels


def seen(pixels: NDArray[np.uint8], alpha: NDArray[np.uint8] | None = None) -> set[str]:
    return {tag.name for tag in pixel_tags(picture(pixels, alpha)) if tag.category == "general"}


def test_plain_backgrounds() -> None:
    assert {"simple_background", "white_background"} <= seen(shapes((255, 255, 255), (200, 80, 60)))
    assert {"simple_background", "blue_background"} <= seen(shapes((40, 60, 220), (200, 80, 60)))
    noise = np.random.default_rng(1).integers(0, 255, (120, 120, 3)).astype(np.uint8)
    assert not {"simple_background", "white_background"} & seen(noise)


def test_transparent_background() -> None:
    alpha = np.zeros((160, 120), np.uint8)
    alpha[40:160, 30:90] = 255
    found = seen(shapes((255, 255, 255), (200, 80, 60)), alpha)
    assert "transparent_background" in found
    assert "white_background" not in found


def test_grey_one_colour_and_coloured() -> None:
    assert {"greyscale", "monochrome"} <= seen(shapes((200, 200, 200), (20, 20, 20)))
    blue = np.zeros((90, 90, 3), np.uint8)
    blue[..., 2] = np.linspace(90, 255, 90)[None, :]
    assert "monochrome" in seen(blue)
    assert "greyscale" not in seen(blue)
    mixed = shapes((255, 220, 40), (40, 60, 220))
    assert not {"monochrome", "greyscale"} & seen(mixed)


def test_colour_theme_and_darkness() -> None:
    assert "green_theme" in seen(shapes((20, 160, 40), (240, 80, 60)))
    assert "dark" in seen(shapes((8, 8, 20), (40, 20, 20)))
    assert "dark" not in seen(shapes((255, 255, 255), (200, 80, 60)))


@pytest.mark.parametrize(
    ("colour", "name"),
    [((255, 0, 0), "red"), ((0, 0, 255), "blue"), ((0, 200, 0), "green"), ((255, 220, 0), "yellow"),
     ((255, 130, 0), "orange"),
     ((120, 70, 30), "brown"), ((255, 150, 190), "pink"), ((140, 40, 200), "purple"), ((0, 220, 220), "aqua"),
     ((128, 128, 128), "grey"), ((250, 250, 250), "white"), ((10, 10, 10), "black")],
)  # fmt: skip
def test_colours_have_their_usual_names(colour: tuple[int, int, int], name: str) -> None:
    assert next(iter(colour_shares(np.full((4, 4, 3), colour, np.uint8)))) == name


def test_sizes() -> None:
    assert {tag.name for tag in size_tags(3200, 100)} == {"absurdres", "highres"}
    assert {tag.name for tag in size_tags(1600, 100)} == {"highres"}
    assert {tag.name for tag in size_tags(100, 1200)} == {"highres"}
    assert {tag.name for tag in size_tags(900, 900)} == set()
    assert {tag.name for tag in size_tags(400, 400)} == {"lowres"}
