"""Albums: their parts arrive one by one and are one question."""

from __future__ import annotations

import asyncio

import pytest

from bot.telegram import limits
from tests.bot.telegram.conftest import Bot, MakeBot, left_over
from tests.doubles.telegram import Chat, Person, TelegramDouble
from tests.tiny_models import drawn


@pytest.fixture(autouse=True)
def _short_albums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ALBUM_SECONDS", 0.5)


@pytest.fixture
def club(telegram: TelegramDouble, ada: Person) -> Chat:
    return telegram.add_group("Art club", members=[ada], privacy=False)


@pytest.mark.parametrize("captioned", [0, 1, 2])
async def test_an_album_is_one_answer(
    captioned: int, telegram: TelegramDouble, bot: Bot, ada: Person, club: Chat
) -> None:
    pictures = [drawn("red"), drawn("green"), drawn("blue")]
    posted = await ada.post_album(club, pictures, caption="/identify", captioned=captioned)
    words = await telegram.wait_message(club, lambda message: bool(message.buttons), patience=30)
    assert words.text.startswith("3 faces found\n\nPicture 1\n1. Makise Kurisu")
    assert "Picture 2\n1. Nagato Yuki" in words.text
    assert "Picture 3\n1. Ikari Shinji" in words.text
    *photos, last = club.bot_messages
    assert last is words
    assert [message.photo is not None for message in photos] == [True] * 3
    assert len({message.data["media_group_id"] for message in photos}) == 1
    assert photos[0].reply_to == posted[captioned].message_id
    # A reply to any one of them is about them all.
    again = await ada.send(club, "/tag", reply_to=posted[1])
    assert "Picture 3" in again.text
    assert await left_over(bot) == 0
    telegram.assert_clean()


async def test_a_silent_album_in_private(telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat) -> None:
    await ada.post_album(chat, [drawn("red"), drawn()])
    words = await telegram.wait_message(chat, lambda message: bool(message.buttons), patience=30)
    assert "Picture 1\n1. Makise Kurisu" in words.caption
    assert "Picture 2\nNo anime face here." in words.caption
    assert chat.bot_messages == [words]
    telegram.assert_clean()


async def test_a_late_part_is_for_what_the_others_were_for(
    telegram: TelegramDouble, bot: Bot, ada: Person, club: Chat
) -> None:
    posting = asyncio.ensure_future(
        ada.post_album(club, [drawn("red"), drawn("blue")], caption="/identify", gap=600)
    )
    first = await telegram.wait_message(club, patience=30)
    assert "1. Makise Kurisu" in first.caption
    telegram.clock.advance(601)
    await posting
    late = await telegram.wait_message(club, lambda message: "Ikari" in message.caption, patience=30)
    assert "Makise Kurisu" not in late.caption
    assert len(club.bot_messages) == 2
    telegram.assert_clean()


async def test_an_album_with_gaps_does_not_hold_others_up(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ALBUM_SECONDS", 60)
    await ada.post_album(chat, [drawn("red"), drawn("blue")], gap=0.05)
    # The very person who sent it is answered meanwhile.
    assert "no favourites yet" in (await ada.send(chat, "/fav list", patience=30)).text
    assert len(chat.bot_messages) == 1
    assert await left_over(bot) == 2
    telegram.assert_clean()


async def test_an_album_survives_a_restart(
    telegram: TelegramDouble, bot: Bot, make_bot: MakeBot, ada: Person, chat: Chat,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(limits, "ALBUM_SECONDS", 60)
    await ada.post_album(chat, [drawn("red"), drawn("blue")], caption="/identify")
    await telegram.wait_taken()
    assert not chat.bot_messages
    await bot.stop()
    monkeypatch.setattr(limits, "ALBUM_SECONDS", 0.5)
    again = await make_bot().start()
    words = await telegram.wait_message(chat, lambda message: bool(message.buttons), patience=30)
    assert "Picture 2\n1. Ikari Shinji" in words.text
    assert len(chat.bot_messages) == 3
    await ada.send(chat, "/fav list")
    assert len(chat.bot_messages) == 4
    assert await left_over(again) == 0
    telegram.assert_clean()
