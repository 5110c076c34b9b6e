"""Starting: the menus, what the host is told, tokens, a server that is not there yet, webhooks."""

from __future__ import annotations

import asyncio
import gc
import logging

import aiohttp
import pytest

from bot.commands import REGISTRY
from bot.telegram import limits
from tests.bot.telegram.conftest import Bot, MakeBot, webhook
from tests.doubles.telegram import Chat, Person, TelegramDouble


async def test_menus_are_sent_once_and_when_they_change(
    telegram: TelegramDouble, make_bot: MakeBot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = await make_bot(first=True).start()
    await telegram.wait_ready()
    first = len(telegram.calls("setMyCommands"))
    assert first == 16  # four scopes, four languages
    await bot.stop()
    await bot.start()
    await ada.send(chat, "/help")
    assert len(telegram.calls("setMyCommands")) == first
    await bot.stop()
    monkeypatch.setattr("bot.telegram.menus.limits.COMMAND_DESCRIPTION", 20)
    await bot.start()
    await ada.send(chat, "/help")
    assert len(telegram.calls("setMyCommands")) == 2 * first
    telegram.assert_clean()


async def test_menus_fit_the_place(telegram: TelegramDouble, make_bot: MakeBot, ada: Person) -> None:
    await make_bot(first=True).start()
    await telegram.wait_ready()
    private = telegram.menu(ada, telegram.private(ada))
    group = telegram.menu(ada, telegram.add_group("Club", members=[ada]))
    admins = telegram.commands("all_chat_administrators")
    assert private["fav_add"] == "Add an anime to your favourites"
    assert {"privacy_erase", "settings_me", "link"} <= set(private)
    assert "settings_server" not in private
    assert "recommend" in group
    assert not {"privacy_show", "fav_export", "settings_server"} & set(group)
    for_admins = {name for name, command in REGISTRY.commands.items() if command.private and command.admin}
    assert set(admins) - set(group) == {name.replace(" ", "_") for name in for_admins}
    assert "artchannel_enable" in group
    assert "artchannel_enable" not in private
    everything = {command.name.replace(" ", "_") for command in REGISTRY.commands.values()}
    assert set(private) | set(admins) == everything
    for language in ("ja", "vi", "es"):
        assert set(telegram.commands("all_private_chats", language)) == set(private)
    telegram.assert_clean()


async def test_menus_refused_do_not_stop_the_bot(
    telegram: TelegramDouble, make_bot: MakeBot, ada: Person, chat: Chat
) -> None:
    telegram.force("setMyCommands", status=400, times=99)
    bot = await make_bot(first=True).start()
    assert (await ada.send(chat, "/help", patience=20)).text
    await bot.stop()
    telegram.faults.waiting.clear()
    await bot.start()
    await ada.send(chat, "/help")
    assert telegram.menu(ada, chat)


@pytest.mark.parametrize("sees_everything", [False, True])
async def test_privacy_mode_is_pointed_out(
    sees_everything: bool, telegram: TelegramDouble, make_bot: MakeBot, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.settings.can_read_all_group_messages = sees_everything
    await make_bot().start()
    await telegram.wait_ready()
    warned = [record for record in caplog.records if "/setprivacy" in record.getMessage()]
    assert len(warned) == (0 if sees_everything else 1)


@pytest.mark.parametrize("token", ["123:wrong", "nonsense"])
async def test_a_wrong_token_is_one_sentence(
    token: str, telegram: TelegramDouble, make_bot: MakeBot, caplog: pytest.LogCaptureFixture
) -> None:
    bot = await make_bot(telegram_token=token).start()
    problem = await bot.failure()
    assert problem.key == "telegram-token-wrong"
    assert problem.__cause__ is None
    assert token not in caplog.text


async def test_a_token_revoked_while_running(telegram: TelegramDouble, bot: Bot) -> None:
    telegram.state.token = "123:new"
    telegram.state.queue.end_poll(RuntimeError)  # type: ignore[arg-type]
    assert (await bot.failure()).key == "telegram-token-wrong"


async def test_a_server_that_comes_up_later(
    telegram: TelegramDouble, make_bot: MakeBot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RETRY_SECONDS", (0.01,))
    telegram.go_down()
    bot = await make_bot().start()
    ada.post(chat, "/help")
    heard = asyncio.Event()
    handler = logging.Handler()
    handler.emit = lambda record: heard.set() if "cannot be reached" in record.getMessage() else None  # type: ignore[method-assign]
    logging.getLogger("osusume.telegram").addHandler(handler)
    try:
        await asyncio.wait_for(heard.wait(), 120)
    finally:
        logging.getLogger("osusume.telegram").removeHandler(handler)
    telegram.come_back()
    await telegram.wait_message(chat, patience=20)
    assert bot.running
    telegram.assert_clean()


async def test_two_programs_with_one_token(
    telegram: TelegramDouble, bot: Bot, caplog: pytest.LogCaptureFixture, ada: Person, chat: Chat
) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{telegram.base_url}123:abc/getUpdates"
        async with session.post(url, json={"timeout": 0, "offset": 0}):
            pass
    await telegram.wait_until(lambda: "another program" in caplog.text, "the warning")
    assert (await ada.send(chat, "/help", patience=60)).text
    telegram.assert_clean("Conflict")


# Webhook


async def test_webhook(telegram: TelegramDouble, make_bot: MakeBot, ada: Person, chat: Chat) -> None:
    settings = webhook()
    bot = await make_bot(**settings).start()
    await telegram.wait_ready()
    telegram.deliver_twice()
    added = await ada.send(chat, "/fav add Mushishi", patience=20)
    await ada.click(added, "Undo", expect="edit")
    update = {"update_id": 1, "message": ada.post(chat, "/fav list").json()}
    await telegram.wait_until(lambda: len(chat.bot_messages) == 2, "the list")
    async with aiohttp.ClientSession() as session:
        for secret in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
            url = settings["telegram_webhook_url"]
            async with session.post(url, json=update, headers=secret) as answer:
                assert answer.status == 403
    assert len(chat.bot_messages) == 2
    assert not telegram.calls("getUpdates")
    await bot.stop()
    ada.post(chat, "/fav add Monster")  # waits at Telegram while the bot is down
    telegram.clock.advance(2)
    await bot.start()
    telegram.clock.advance(60)
    await telegram.wait_message(chat, lambda message: "Monster" in message.text, 20)
    telegram.assert_clean()


async def test_a_webhook_that_telegram_refuses(telegram: TelegramDouble, make_bot: MakeBot) -> None:
    telegram.settings.local_mode = False
    bot = await make_bot(**webhook()).start()
    problem = await bot.failure()
    assert problem.key == "telegram-webhook-wrong"
    assert "https url must be provided" in str(problem.arguments["problem"])


@pytest.mark.filterwarnings(
    "ignore:unclosed <socket:ResourceWarning"
)  # tornado forgets the one it cannot bind
async def test_a_port_that_is_taken(telegram: TelegramDouble, make_bot: MakeBot) -> None:
    bot = await make_bot(**webhook(telegram_webhook_port=telegram.port)).start()
    assert (await bot.failure()).key == "telegram-webhook-wrong"
    gc.collect()
