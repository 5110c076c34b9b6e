"""Floods, forced failures, held answers."""

from __future__ import annotations

import asyncio

import pytest
from telegram import (
    Bot,
)
from telegram.error import (
    NetworkError,
    RetryAfter,
    TimedOut,
)

from tests.doubles.telegram import Chat, FloodLimits, Person, TelegramDouble
from tests.doubles.telegram.raw import call, refused

# Floods and forced trouble


async def test_flood_limits(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    telegram.flood.limits = FloodLimits(per_chat=(2, 1.0), per_group=(3, 60.0))
    message = {"chat_id": chat.id, "text": "x"}
    for _ in range(2):
        assert (await call(telegram, "sendMessage", **message))["ok"]
    body = await call(telegram, "sendMessage", **message)
    assert body["description"] == "Too Many Requests: retry after 1"
    assert body["parameters"] == {"retry_after": 1}
    telegram.clock.advance(1.1)
    assert (await call(telegram, "sendMessage", **message))["ok"]
    group = telegram.add_group("Club", members=[ada])
    for _ in range(3):
        telegram.clock.advance(2)
        assert (await call(telegram, "sendMessage", chat_id=group.id, text="x"))["ok"]
    telegram.clock.advance(2)
    waiting = (await call(telegram, "sendMessage", chat_id=group.id, text="x"))["parameters"]["retry_after"]
    assert 50 <= waiting <= 56
    telegram.clock.advance(waiting - 2)
    assert not (await call(telegram, "sendMessage", chat_id=group.id, text="x"))["ok"]
    telegram.clock.advance(3)
    assert (await call(telegram, "sendMessage", chat_id=group.id, text="x"))["ok"]


async def test_forced_failures(telegram: TelegramDouble, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # the client's error for a 429 warns otherwise
    async with Bot("123:abc", base_url=telegram.base_url) as bot:
        telegram.force("sendMessage", status=429, retry_after=3)
        with pytest.raises(RetryAfter, match="Retry in 0:00:03"):
            await bot.send_message(chat.id, "a")
        telegram.force("sendMessage", status=502, times=2)
        for _ in range(2):
            with pytest.raises(NetworkError, match="Bad Gateway"):
                await bot.send_message(chat.id, "b")
        assert chat.bot_messages == []
        telegram.force("sendMessage", status=502, stored=True)
        with pytest.raises(NetworkError):
            await bot.send_message(chat.id, "c")
        telegram.force("sendMessage", how="drop", stored=True)
        with pytest.raises(NetworkError):
            await bot.send_message(chat.id, "d")
        telegram.force("sendMessage", how="hang", stored=True)
        with pytest.raises(TimedOut):
            await bot.send_message(chat.id, "e", read_timeout=0.05)
        telegram.go_down()
        with pytest.raises(NetworkError):
            await bot.send_message(chat.id, "f")
        telegram.come_back()
        await bot.send_message(chat.id, "g")
    assert [m.text for m in chat.bot_messages] == ["c", "d", "e", "g"]
    assert telegram.violations == []


async def test_held_answers(telegram: TelegramDouble, chat: Chat) -> None:
    gate = telegram.hold("sendMessage")
    sending = asyncio.ensure_future(call(telegram, "sendMessage", chat_id=chat.id, text="x"))
    await gate.reached()
    assert [m.text for m in chat.bot_messages] == ["x"]
    assert not sending.done()
    gate.release()
    assert (await sending)["ok"]


async def test_a_send_goes_on_when_its_sender_hangs_up(telegram: TelegramDouble, chat: Chat) -> None:
    gate = telegram.hold("sendMessage")
    async with Bot("123:abc", base_url=telegram.base_url) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(chat.id, "x", read_timeout=0.05)
    gate.release()
    await telegram.wait_until(lambda: telegram.calls("sendMessage"), "the end of the send")
    assert [m.text for m in chat.bot_messages] == ["x"]


async def test_chat_actions(telegram: TelegramDouble, chat: Chat) -> None:
    assert (await call(telegram, "sendChatAction", chat_id=chat.id, action="typing"))["ok"]
    assert [action for action, _ in chat.actions] == ["typing"]
    assert await refused(telegram, "sendChatAction", chat_id=chat.id, action="thinking") == (
        "Bad Request: wrong parameter action in request"
    )
