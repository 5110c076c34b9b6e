"""Clips that take a while show how far they are, in one message that gives way to the answer."""

from __future__ import annotations

import asyncio
import io
import itertools
import re
import threading

import pytest
from PIL import Image

from bot.telegram import limits
from core.pictures import Pipeline
from core.storage import Inbox, Storage
from tests.bot.telegram.conftest import Bot, MakeBot
from tests.doubles.telegram import Chat, Message, Person, TelegramDouble
from tests.tiny_models import drawn


def clip(colour: str = "blue", frames: int = 12) -> bytes:
    looks = [Image.open(io.BytesIO(drawn(colour, number=number))) for number in range(frames)]
    stream = io.BytesIO()
    looks[0].save(stream, "GIF", save_all=True, append_images=looks[1:], duration=250, loop=0)
    return stream.getvalue()


async def watched(
    telegram: TelegramDouble, person: Person, chat: Chat, **how: str
) -> tuple[Message, list[str]]:
    """The answer to a clip, and every text that the bot showed on the way."""
    since = len(telegram.requests)
    answer = await person.send_document(
        chat, clip(), "a.gif", kind="animation", until=lambda message: bool(message.caption), patience=60, **how,  # type: ignore[arg-type]
    )  # fmt: skip
    shown = [
        request.parameters["text"]
        for request in telegram.requests[since:]
        if request.method in ("sendMessage", "editMessageText")
    ]
    return answer, shown


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Watching"), ("ja", "見ています"), ("es", "Mirando"), ("vi", "Đang xem")]
)
async def test_a_clip_shows_how_far_it_is_in_one_message(
    telegram: TelegramDouble, bot: Bot, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setattr(limits, "PROGRESS_SECONDS", 0.0)
    person = telegram.add_user("Eva", language_code=language)
    chat = telegram.private(person)
    answer, shown = await watched(telegram, person, chat)
    assert "Ikari Shinji" in answer.caption or "碇シンジ" in answer.caption
    assert shown
    assert all(re.search(r"\d+ ?[%％]", text) for text in shown), shown
    assert all(said in text for text in shown), shown
    shares = [int(re.findall(r"\d+", text)[0]) for text in shown]
    assert shares == sorted(shares)
    assert len([one for one in telegram.requests if one.method == "sendMessage"]) == 1
    await telegram.wait_until(lambda: chat.bot_messages == [answer], "the message to give way")
    telegram.assert_clean("message is not modified")


async def test_in_a_group_it_answers_quietly_and_goes(
    telegram: TelegramDouble, bot: Bot, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PROGRESS_SECONDS", 0.0)
    group = telegram.add_group("Clips", members=[ada])
    answer, shown = await watched(telegram, ada, group, caption="/identify@OsusumeBot")
    first = next(one for one in telegram.requests if one.method == "sendMessage")
    assert shown
    assert first.parameters["disable_notification"] == "true"
    assert "reply_parameters" in first.parameters, "it is seen whom it is for"
    assert group.bot_messages == [answer]
    telegram.assert_clean("message is not modified")


async def test_not_more_often_than_is_allowed(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 60 / limits.PROGRESS_SECONDS <= 12, "twenty a minute in a group, the answer among them"
    monkeypatch.setattr(limits, "PROGRESS_SECONDS", 3600.0)
    _, shown = await watched(telegram, ada, chat)
    assert shown == []
    telegram.assert_clean()


async def test_what_telegram_refuses_of_it_does_not_cost_the_answer(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PROGRESS_SECONDS", 0.0)
    telegram.force("editMessageText", status=400, times=100)
    telegram.force("deleteMessage", status=400)
    answer, shown = await watched(telegram, ada, chat)
    assert "Ikari Shinji" in answer.caption
    assert shown


async def test_a_clip_that_cannot_be_watched_leaves_nothing_behind(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PROGRESS_SECONDS", 0.0)
    answer = await ada.send_document(
        chat, clip()[:400], "a.gif", kind="animation", until=lambda said: "%" not in said.text, patience=60
    )
    assert answer.text
    assert chat.bot_messages == [answer]
    telegram.assert_clean("message is not modified")


async def test_a_crash_leaves_no_message_behind(
    telegram: TelegramDouble, make_bot: MakeBot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PROGRESS_SECONDS", 0.0)
    held, go, find = threading.Event(), threading.Event(), Pipeline.find
    looks = itertools.count()

    def slow(pipeline: Pipeline, *arguments: object) -> object:
        if next(looks) == 4:
            held.set()
            go.wait(60)
        return find(pipeline, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Pipeline, "find", slow)
    bot = await make_bot().start()
    await telegram.wait_ready()
    ada.post_document(chat, clip(), "a.gif", kind="animation")
    left = await telegram.wait_message(chat, lambda message: "%" in message.text, patience=60)
    await asyncio.to_thread(held.wait, 60)
    async with asyncio.timeout(60):
        while not await bot.osusume.inbox.shown("telegram"):
            pass
    database = bot.settings.home / "osusume.db"
    crashed = await bot.osusume.storage.backup(bot.settings.home / "crashed.db")
    telegram.force("deleteMessage", status=400)  # what a killed process does not do
    go.set()
    answer = await telegram.wait_message(chat, lambda message: bool(message.caption), patience=60)
    await bot.stop()
    assert left in chat.bot_messages
    for path in bot.settings.home.glob("osusume.db*"):
        path.unlink()
    crashed.rename(database)

    bot = await make_bot().start()
    again = await telegram.wait_message(
        chat, lambda message: bool(message.caption) and message is not answer, patience=60
    )
    await bot.stop()
    assert "Ikari Shinji" in again.caption
    assert chat.bot_messages == [answer, again]
    storage = await Storage.open(bot.settings)
    assert await Inbox(storage).shown("telegram") == []
    await storage.close()
    telegram.assert_clean("message is not modified")
