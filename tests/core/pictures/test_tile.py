"""Drawn tiles: the same for the same title, readable for any."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.pictures import draw_tile
from core.pictures.tile import SIZE


def test_same_title_same_tile() -> None:
    assert draw_tile("Mushishi", 457) == draw_tile("Mushishi", 457)
    assert draw_tile("Mushishi", 457) != draw_tile("Monster", 19)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300), st.integers(0, 10**7))
def test_any_title_can_be_drawn(title: str, mal_id: int) -> None:
    with Image.open(io.BytesIO(draw_tile(title, mal_id))) as picture:
        assert picture.size == SIZE
