"""Art channels as adapters use them: what is kept follows what is posted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.art import ArtDesk, Posted
from bot.dispatch import Dispatcher
from bot.reply import File
from bot.request import Person, Place, Request
from bot.texts import Texts
from core.errors import UserError
from core.osusume import Osusume
from core.settings import read_settings
from tests.tiny_models import drawn, tiny_models

ADA = Person("discord:1", "Ada")
MESSAGE = "discord:2/10"


@pytest.fixture
async def osusume(tmp_path: Path) -> AsyncIterator[Osusume]:
    (tmp_path / "data").mkdir()
    settings = read_settings(_env_file=None, home=tmp_path / "home", cooldown=0)
    async with Osusume.open(settings, data=tiny_models(tmp_path / "data"), warm=False) as opened:
        await opened.art.enable("discord:2", "discord:9")
        yield opened


def posted(*pictures: bytes) -> Posted:
    async def fetch() -> Sequence[File]:
        return [File(f"{number}.png", "image/png", data) for number, data in enumerate(pictures)]

    place = Place("discord:9", admin=True, channel="discord:2")
    return Posted(
        MESSAGE, ("discord:2",), place, ADA, False, "https://example.org/2/10", 100.0, "en", fetch
    )  # fmt: skip


def written(folder: Path) -> bytes:
    """All that the database has in its files."""
    return b"".join(path.read_bytes() for path in (folder / "home").glob("osusume.db*"))


async def test_pictures_that_are_edited_away_are_forgotten(osusume: Osusume) -> None:
    desk = ArtDesk(osusume, Dispatcher(osusume))
    assert await desk.posted(posted(drawn("red"))) is not None
    await desk.replied(MESSAGE, "2/11")
    assert len(await osusume.art_posts.pictures(MESSAGE)) == 1
    assert await desk.edited(posted()) == ("2/11", None)
    assert await osusume.art_posts.pictures(MESSAGE) == ()


async def test_turning_a_channel_off_erases_what_was_found_there(osusume: Osusume, tmp_path: Path) -> None:
    dispatcher, one = Dispatcher(osusume), posted(drawn("red"))
    desk = ArtDesk(osusume, dispatcher)
    await desk.posted(one)
    await desk.replied(MESSAGE, "2/11")
    (found,) = await osusume.art_posts.pictures(MESSAGE)
    vectors = found.vectors.astype("<f2").tobytes()
    assert vectors in written(tmp_path)
    answer = await dispatcher.answer(Request("artchannel disable", ADA, Texts("en"), place=one.place))
    assert answer is not None
    assert "erased" in answer.reply.text
    assert await osusume.art_posts.pictures(MESSAGE) == ()
    assert vectors not in written(tmp_path)
    assert await desk.edited(posted(drawn("blue"))) is None, "it is off"
    assert await desk.deleted(MESSAGE) == "2/11", "our answer still goes with its message"


async def test_file_names_stay_out_of_the_log(osusume: Osusume, caplog: pytest.LogCaptureFixture) -> None:
    async def fetch() -> Sequence[File]:
        raise UserError("file-long", name="my diary.png", most=20)

    caplog.set_level("INFO")
    desk = ArtDesk(osusume, Dispatcher(osusume))
    assert await desk.posted(replace(posted(), fetch=fetch)) is None
    assert "file-long" in caplog.text
    assert "diary" not in caplog.text
