"""Perceptual hashes of drawn pictures."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from core.pictures import difference, perceptual_hash
from tests.tools.drawing import Pose, draw_scene, made_up

Pixels = NDArray[np.uint8]


def scene(seed: int) -> Image.Image:
    """One drawn character, somewhere else for every seed."""
    dice = np.random.default_rng(seed)
    pose = Pose(
        float(dice.uniform(110, 210)), float(dice.uniform(90, 150)), float(dice.uniform(0.6, 1.1)),
        turn=float(dice.uniform(-0.8, 0.8)),
    )  # fmt: skip
    return draw_scene([(made_up(seed), pose)], width=320, height=280, scale=1).image.convert("RGB")


@pytest.fixture(scope="module")
def scenes() -> list[Image.Image]:
    return [scene(seed) for seed in range(8)]


def encoded(image: Image.Image, form: str, **options: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return Image.open(buffer).convert("RGB")


def hashed(image: Image.Image) -> int:
    return perceptual_hash(np.asarray(image))


def test_the_same_drawing_resized_and_recompressed_differs_in_few_bits(scenes: list[Image.Image]) -> None:
    for image in scenes:
        own = hashed(image)
        assert 0 <= own < 2**64
        for changed in (
            encoded(image, "JPEG", quality=30), encoded(image, "WEBP", quality=20),
            image.resize((160, 140), Image.Resampling.LANCZOS), image.resize((960, 840), Image.Resampling.BICUBIC),
            encoded(image.resize((200, 175)), "JPEG", quality=60), ImageEnhance.Brightness(image).enhance(0.85),
        ):  # fmt: skip
            assert difference(own, hashed(changed)) <= 6


def test_other_drawings_differ_in_many_bits(scenes: list[Image.Image]) -> None:
    hashes = [hashed(image) for image in scenes]
    apart = [difference(a, b) for n, a in enumerate(hashes) for b in hashes[:n]]
    assert min(apart) > 10
    assert np.mean(apart) > 20
    assert difference(hashes[0], hashed(scenes[0].transpose(Image.Transpose.FLIP_LEFT_RIGHT))) > 10


def test_difference_counts_bits() -> None:
    assert difference(0, 0) == 0
    assert difference(0, 2**64 - 1) == 64
    assert difference(0b1010, 0b0110) == 2


@pytest.mark.parametrize("shape", [(16, 2000, 3), (1000, 17, 3), (16, 16, 3)])
def test_every_shape_and_plain_pictures_have_one(shape: tuple[int, int, int]) -> None:
    assert 0 <= perceptual_hash(np.full(shape, 200, np.uint8)) < 2**64
