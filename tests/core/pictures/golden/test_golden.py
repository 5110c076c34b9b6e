"""Annotated drawings against pictures that were looked at and found good.

Fonts and scaling differ by a hair between versions of the libraries, so what counts is the mean absolute difference of
the pixels, and that of the worst part: a label that moved or changed shows in one part, not in the mean.

    OSUSUME_GOLDEN=write pytest tests/core/pictures/golden   # to draw them anew; then look at them
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.pictures import Box
from core.pictures.drawing import Label, annotate
from tests.tools.drawing import Drawing, Pose, draw_scene, made_up

HERE = Path(__file__).parent
MEAN, WORST = 3.0, 12.0
"""Tolerance of 255: over the picture, and over the worst square of 16 pixels. 2.0 and 2.9 are taken by the steps that
the colours are kept in, for size."""

_STEP = 8
_PART = 16

NAMES = (
    "初音ミク", "牧瀬紅莉栖", "Hatsune Miku", "レム", "Saber (Fate)", "綾波レイ", "Nagato Yuki", "桜木花道",
    "Frieren", "涼宮ハルヒ", "Ikari Shinji", "ぼっち",
)  # fmt: skip


def drawing(count: int) -> Drawing:
    """So many characters in rows of four."""
    rows = -(-count // 4)
    size = 0.9 if count == 1 else 0.52 if rows == 1 else 0.42
    people = []
    for number in range(count):
        row, column = divmod(number, 4)
        across = 480 / min(4, count)
        pose = Pose(
            across * (column + 0.5), 150 + 118 * row if rows > 1 else 210, size, turn=0.2 * (column - 1)
        )
        people.append((made_up(number + 20), pose))
    return draw_scene(people, width=480, height=480, scale=1)


def labels(drawn: Drawing) -> list[Label]:
    return [
        Label(Box(*head), None if number == 2 else NAMES[number], None if number == 2 else 0.97 - number / 20,
              None if number == 2 else NAMES[number])
        for number, head in enumerate(drawn.heads)
    ]  # fmt: skip


def half(pixels: NDArray[np.uint8]) -> Image.Image:
    image = Image.fromarray(pixels)
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)


def differences(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Mean absolute difference, and that of the worst part."""
    apart = np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).mean(axis=2)
    height, width = (side // _PART * _PART for side in apart.shape)
    parts = apart[:height, :width].reshape(height // _PART, _PART, width // _PART, _PART).mean(axis=(1, 3))
    return float(apart.mean()), float(parts.max())


def golden(count: int) -> Image.Image:
    with Image.open(HERE / f"{count}.webp") as image:
        return image.convert("RGB")


@pytest.mark.parametrize("count", [1, 3, 12])
def test_annotated_as_it_was_found_good(count: int) -> None:
    drawn = drawing(count)
    made = half(annotate(np.asarray(drawn.image.convert("RGB")), labels(drawn)))
    if os.environ.get("OSUSUME_GOLDEN") == "write":
        steps = np.asarray(made) // _STEP * _STEP + _STEP // 2
        Image.fromarray(steps.astype(np.uint8)).save(
            HERE / f"{count}.webp", lossless=True, quality=100, method=6
        )
    expected = golden(count)
    assert made.size == expected.size
    mean, worst = differences(made, expected)
    assert mean <= MEAN
    assert worst <= WORST


@pytest.mark.parametrize("change", ["a label missing", "a name changed", "a box moved", "a colour changed"])
def test_the_tolerance_is_narrow_enough(change: str) -> None:
    drawn = drawing(3)
    said = labels(drawn)
    first = said[0]
    if change == "a label missing":
        said = said[1:]
    elif change == "a name changed":
        said[0] = Label(first.box, "秒速五センチ", first.score, first.key)
    elif change == "a box moved":
        said[0] = Label(
            Box(first.box.x + 12, first.box.y, first.box.w, first.box.h), first.name, first.score, first.key
        )
    else:
        said[0] = Label(first.box, first.name, first.score, "somebody else")
    made = half(annotate(np.asarray(drawn.image.convert("RGB")), said))
    assert differences(made, golden(3))[1] > WORST
