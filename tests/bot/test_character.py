"""Teaching a server whom its pictures show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.character import add, list_all
from bot.reply import File
from bot.request import Person, Request
from bot.texts import Texts
from core.errors import UserError
from core.osusume import Osusume
from core.settings import read_settings
from tests.tiny_models import drawn, tiny_models

ADA = Person("discord:1", "Ada")


@pytest.fixture
async def osusume(tmp_path: Path) -> AsyncIterator[Osusume]:
    (tmp_path / "data").mkdir()
    settings = read_settings(home=tmp_path / "home")
    async with Osusume.open(settings, data=tiny_models(tmp_path / "data"), warm=False) as opened:
        yield opened


def teaching(*pictures: bytes) -> Request:
    files = tuple(File(f"{number}.png", "image/png", data) for number, data in enumerate(pictures))
    return Request("character add", ADA, Texts("en"), {"name": "Yuzu", "pictures": files})


async def test_a_refused_picture_among_several_leaves_nothing_half_done(osusume: Osusume) -> None:
    with pytest.raises(UserError, match="character-no-face"):
        await add(teaching(drawn("yellow"), drawn()), osusume)
    asked = Request("character list", ADA, Texts("en"))
    assert (await list_all(asked, osusume)).data == []
    reply = await add(teaching(drawn("yellow")), osusume)
    assert reply.data == {"name": "Yuzu", "added": 1}
    assert [choice.action for choice in reply.choices] == ["character.forget"]
