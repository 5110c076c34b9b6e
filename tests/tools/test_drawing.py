"""The drawn characters that other tests look at, and the pictures of the demo."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.tools.draw_demo import PICTURES
from tests.tools.drawing import Drawing, Look, Pose, draw_portrait, draw_scene, made_up

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
CASCADE = ROOT.parent / "shared" / "data" / "detection" / "lbpcascade_animeface.xml"


def _small(seed: int, look: Look | None = None) -> Drawing:
    return draw_portrait(seed, size=160, look=look, scale=1)


def test_a_seed_draws_the_same_again() -> None:
    first, again, other = _small(3), _small(3), _small(4)
    assert first.image.tobytes() == again.image.tobytes()
    assert first.heads == again.heads
    assert first.image.tobytes() != other.image.tobytes()


@pytest.mark.parametrize("seed", range(6))
def test_the_head_lies_within_the_picture_and_shows_hair_and_skin(seed: int) -> None:
    look = Look("green", (40, 200, 60), (70, 120, 220), accessory="none")
    drawing = _small(seed, look)
    (box,) = drawing.heads
    x, y, width, height = box
    assert x >= 0
    assert y >= 0
    assert x + width <= drawing.image.width
    assert y + height <= drawing.image.height
    pixels = np.asarray(drawing.image, np.int32)
    top = pixels[int(y + 0.1 * height) : int(y + 0.3 * height), int(x + 0.35 * width) : int(x + 0.65 * width)]
    assert (top[..., 1] > top[..., 0]).mean() > 0.8
    chin = pixels[
        int(y + 0.82 * height) : int(y + 0.9 * height), int(x + 0.46 * width) : int(x + 0.54 * width)
    ]
    assert (chin[..., 0] > chin[..., 1]).mean() > 0.8


def test_as_many_heads_as_characters_in_their_order() -> None:
    people = [(made_up(seed), Pose(60.0 + 90 * seed, 80, 0.5)) for seed in range(3)]
    heads = draw_scene(people, width=320, height=180, scale=1).heads
    assert [round(x + width / 2) for x, _, width, _ in heads] == [60, 150, 240]


def test_the_demo_has_every_picture_small_enough_to_send() -> None:
    files = {path.stem: path for path in DEMO.glob("*.webp")}
    assert files.keys() == PICTURES.keys()
    card = (DEMO / "README.md").read_text(encoding="utf-8")
    for name, path in files.items():
        assert path.stat().st_size < 120_000
        with Image.open(path) as image:
            assert 800 <= max(image.size) <= 1200
        assert f"`{path.name}`" in card, name


@pytest.mark.parametrize(
    ("name", "faces"),
    [("hotaru_school", 1), ("hotaru_evening", 1), ("hotaru_festival", 1), ("friends", 3), ("ritsu_library", 1),
     ("komachi_spring", 1), ("lake_at_dawn", 0)],
)  # fmt: skip
def test_a_detector_of_others_sees_the_drawn_faces(name: str, faces: int) -> None:
    if not CASCADE.exists():
        pytest.skip("needs ../shared/data/detection")
    with Image.open(DEMO / f"{name}.webp") as image:
        grey = cv2.equalizeHist(np.asarray(image.convert("L")))
    cascade = cv2.CascadeClassifier(str(CASCADE))
    assert len(cascade.detectMultiScale(grey, 1.1, 5, minSize=(24, 24))) == faces
