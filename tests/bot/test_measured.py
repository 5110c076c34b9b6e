"""A picture with nobody in it and few tags is told by what can be measured, and by nothing that was not found."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest
from PIL import Image, ImageDraw

from bot.dispatch import Dispatcher
from bot.reply import File, Reply
from bot.request import Person, Request
from bot.texts import LANGUAGES, Texts
from core.osusume import Osusume
from core.pictures.taggers.pixels import _HUES
from core.settings import read_settings
from tests.tiny_models import drawn, tiny_models


@pytest.fixture
async def osusume(tmp_path: Path) -> AsyncIterator[Osusume]:
    (tmp_path / "data").mkdir()
    settings = read_settings(_env_file=None, home=tmp_path / "home", cooldown=0)
    async with Osusume.open(settings, data=tiny_models(tmp_path / "data"), warm=False) as opened:
        # The tiny tagger is sure of something everywhere; what somebody blocks is not shown, as if it were not there.
        first = await tagged(opened, landscape(1200, 700))
        assert isinstance(first.data, dict)
        seen = [row["tag"] for row in cast(list[dict[str, str]], first.data["tags"])]
        await opened.people.set_preferences("web:1", blocked_tags=",".join(sorted(seen)))
        yield opened


def landscape(width: int, height: int) -> bytes:
    """Sky above a meadow, with a grey hill between them."""
    image = Image.new("RGB", (width, height), (40, 70, 120))
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, height // 2), (width // 2, height // 4), (width, height // 2)], fill=(90, 90, 92))
    draw.rectangle((0, height // 2, width, height), fill=(30, 90, 40))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


async def tagged(osusume: Osusume, data: bytes, language: str = "en", **options: str) -> Reply:
    request = Request(
        "tag",
        Person("web:1", "Ada"),
        Texts(language),
        {"pictures": (File("a.png", "image/png", data),), **options},
    )
    answer = await Dispatcher(osusume).answer(request)
    assert answer is not None
    return answer.reply


async def test_a_landscape(osusume: Osusume) -> None:
    reply = await tagged(osusume, landscape(1200, 700))
    facts = {fact.label: fact.value for fact in reply.facts}
    assert facts["Look"] == "Wide picture of 1200 × 700 pixels. Main colours: green · blue · grey"
    assert facts["Tags"] == "No drawn face found, and no tag I am sure of."
    assert "Look" not in {fact.label for fact in (await tagged(osusume, drawn("red"))).facts}


@pytest.mark.parametrize(
    ("size", "shape"), [((300, 700), "Tall"), ((500, 480), "Square"), ((640, 360), "Wide")]
)
async def test_its_shape(osusume: Osusume, size: tuple[int, int], shape: str) -> None:
    reply = await tagged(osusume, landscape(*size))
    assert any(fact.value.startswith(f"{shape} picture of {size[0]} × {size[1]} ") for fact in reply.facts)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_in_every_language(osusume: Osusume, language: str) -> None:
    texts = Texts(language)
    reply = await tagged(osusume, landscape(1200, 700), language)
    (look,) = [fact.value for fact in reply.facts if fact.label == texts("fact-look")]
    assert "1200 × 700" in look
    assert all(texts(f"caption-colour-{name}") in look for name in ("green", "blue", "grey"))
    for name in {*(name for _, name in _HUES), "brown", "white", "grey", "black"}:
        assert texts.has(f"caption-colour-{name}"), name
