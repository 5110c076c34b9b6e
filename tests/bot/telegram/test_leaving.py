"""What is kept of a group or channel goes some time after the bot was removed from it."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.telegram import limits
from core.people import People
from core.storage import Inbox, Storage
from tests.bot.telegram.conftest import Bot, MakeBot
from tests.core.people.test_leaving import of_a_person
from tests.core.people.test_places import about, lively
from tests.doubles.telegram import Chat, Person, TelegramDouble

DAY = 86_400


async def kept(bot: Bot, chat: Chat) -> dict[str, int]:
    """What is known of a place; columns about who wrote in its name left out."""
    storage = await Storage.open(bot.settings)
    try:
        found = await about(storage, f"telegram:{chat.id}")
    finally:
        await storage.close()
    return {name: rows for name, rows in found.items() if name not in of_a_person(found)}


@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_removed_from_a_group_and_from_a_channel(
    telegram: TelegramDouble, make_bot: MakeBot, ada: Person, status: str
) -> None:
    bot = await make_bot(left_days=0).start()
    await telegram.wait_ready()
    group, stays = telegram.add_group("Club", members=[ada]), telegram.add_group("Other", members=[ada])
    channel = telegram.add_channel("Pictures", admins=[ada])
    for chat in (group, stays, channel):
        await lively(bot.osusume.storage, f"telegram:{chat.id}")
    telegram.set_bot_status(group, status, ada)  # type: ignore[arg-type]
    telegram.set_bot_status(channel, status, ada)  # type: ignore[arg-type]
    telegram.set_bot_status(stays, "administrator", ada)
    await telegram.wait_taken()
    await bot.stop()
    assert await kept(bot, group) == {}
    assert await kept(bot, channel) == {}
    assert len(await kept(bot, stays)) >= 6
    telegram.assert_clean()


async def test_it_waits_and_coming_back_ends_the_wait(
    telegram: TelegramDouble, bot: Bot, ada: Person
) -> None:
    club, back = telegram.add_group("Club", members=[ada]), telegram.add_group("Back", members=[ada])
    for chat in (club, back):
        await lively(bot.osusume.storage, f"telegram:{chat.id}")
        telegram.set_bot_status(chat, "kicked", ada)
    telegram.set_bot_status(back, "member", ada)
    await telegram.wait_taken()
    await bot.stop()
    assert (await kept(bot, club))["left_places.server"] == 1
    assert len(await kept(bot, club)) >= 7
    assert "left_places.server" not in await kept(bot, back)
    telegram.assert_clean()


async def test_who_blocks_the_bot_in_private_loses_nothing(
    telegram: TelegramDouble, make_bot: MakeBot, ada: Person, chat: Chat
) -> None:
    await make_bot(left_days=0).start()
    await telegram.wait_ready()
    await ada.send(chat, "/fav add Mushishi")
    telegram.block(ada)
    await telegram.wait_taken()
    telegram.unblock(ada)
    assert "Mushishi" in (await ada.send(chat, "/fav list")).text
    telegram.assert_clean()


async def test_once_the_time_is_over_telegram_is_asked_before(
    telegram: TelegramDouble, make_bot: MakeBot, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps updates for a day: that the bot was added again may never have been told."""
    bot = make_bot()
    chats = {name: telegram.add_group(name, members=[ada]) for name in ("gone", "back", "unknown", "hidden")}
    storage = await Storage.open(bot.settings)
    people = People(storage)
    for chat in chats.values():
        await lively(storage, f"telegram:{chat.id}")
        await Inbox(storage).done(f"telegram:{chat.id}-event")
        await people.leave_place(f"telegram:{chat.id}", time.time() - 31 * DAY)
    await storage.close()
    chats["gone"].bot_status = "kicked"
    del telegram.state.chats[chats["unknown"].id]
    telegram.force("getChatMember", status=500, times=99, chat=chats["hidden"])
    monkeypatch.setattr(limits, "RETRY_SECONDS", ())
    await bot.start()
    async with asyncio.timeout(60):
        while await bot.osusume.people.left_places("telegram", time.time()) != (
            f"telegram:{chats['hidden'].id}",
        ):
            pass
    assert len({call.parameters["chat_id"] for call in telegram.calls("getChatMember")}) == 4
    await bot.stop()
    assert "left_places.server" in await kept(bot, chats["hidden"]), "asked again tomorrow"
    assert len(await kept(bot, chats["hidden"])) >= 7
    assert await kept(bot, chats["gone"]) == {}
    assert await kept(bot, chats["unknown"]) == {}
    assert len(await kept(bot, chats["back"])) >= 6
    assert "left_places.server" not in await kept(bot, chats["back"])
    telegram.assert_clean("chat not found")
