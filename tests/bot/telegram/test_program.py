"""The program as a host runs it, in a process of its own: signals, kills, restarts, what it writes to the log."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from tests.bot.telegram.conftest import TOKEN, Bot, MakeBot, program, webhook
from tests.doubles.telegram import Chat, Person, TelegramDouble

PATIENCE = 60.0


async def test_a_kill_loses_no_acknowledged_favourite(
    telegram: TelegramDouble, tmp_path: Path, ada: Person, chat: Chat
) -> None:
    """Killed after Telegram was told that the message was received and before the answer arrived."""
    people = [ada, *(telegram.add_user(f"P{number}") for number in range(5))]
    chats = [telegram.private(person) for person in people]
    async with program(telegram, tmp_path) as first:
        await telegram.wait_ready(PATIENCE)
        telegram.force("sendMessage", how="hang", times=len(people))
        for person, private in zip(people, chats, strict=True):
            person.post(private, "/fav add Mushishi")
        await telegram.wait_taken(PATIENCE)
        await first.end(signal.SIGKILL)
    telegram.faults.waiting.clear()
    assert not any(private.bot_messages for private in chats)
    async with program(telegram, tmp_path) as second:
        await telegram.wait_until(
            lambda: all(private.bot_messages for private in chats), "the answers", PATIENCE
        )
        for private in chats:
            assert "Mushishi is" in private.bot_messages[0].text  # now, or already
        telegram.deliver_again(0)
        listed = await ada.send(chat, "/fav list", patience=PATIENCE)
        assert "Mushishi" in listed.text
        assert [len(private.bot_messages) for private in chats] == [2, 1, 1, 1, 1, 1]
        assert await second.end(signal.SIGTERM) == 0
    telegram.assert_clean()


async def test_the_program_and_its_log(
    telegram: TelegramDouble, tmp_path: Path, ada: Person, chat: Chat
) -> None:
    """Wordy logs, a full conversation, trouble: the token is in none of it, nor what people say."""
    async with program(telegram, tmp_path, log_level="debug") as running:
        answer = await ada.send(chat, "/recommend", patience=PATIENCE)
        await ada.click(answer, "★ Favourite", expect="edit", patience=PATIENCE)
        telegram.force("sendMessage", status=502)
        telegram.force("getUpdates", status=500)
        await ada.send(chat, "/fav add secretlonging", patience=PATIENCE)
        ada.post_document(chat, b"Mushishi", "list.txt")
        telegram.force("download", status=404)
        await telegram.wait_message(chat, lambda message: "could not fetch" in message.text, PATIENCE)
        ada.post(chat, "/anime mushishi")  # answered although the signal comes first
        await telegram.wait_taken(PATIENCE)
        assert await running.end(signal.SIGTERM) == 0
    assert any("Tap one" in message.text for message in chat.bot_messages)
    assert "answering as @OsusumeBot (polling)" in running.said
    assert "/setprivacy" in running.said
    assert TOKEN not in running.said
    assert "secretlonging" not in running.said
    telegram.assert_clean()


async def test_a_wrong_token(telegram: TelegramDouble, tmp_path: Path) -> None:
    async with program(telegram, tmp_path, telegram_token="123:wrong") as running:
        assert await running.end() == 1
    assert "@BotFather" in running.said
    assert "123:wrong" not in running.said
    assert "Traceback" not in running.said


# The rest runs in this process, which is quicker


async def test_old_buttons_work_after_a_restart(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    answer = await ada.send(chat, "/recommend")
    added = await ada.send(chat, "/fav add Mushishi")
    await bot.stop()
    await bot.start()
    await ada.click(answer, "›", expect="edit")
    assert answer.find("2 / 5")
    await ada.click(answer, "Seen", expect="edit")
    await ada.click(added, "Undo", expect="edit")
    assert "no favourites yet" in (await ada.send(chat, "/fav list")).text
    telegram.assert_clean()


async def test_an_update_seen_before_a_restart_is_not_answered_again(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    added = await ada.send(chat, "/fav add Mushishi")
    await ada.click(added, "Undo", expect="edit")
    await bot.stop()
    telegram.deliver_again(0)
    telegram.deliver_again(1)
    await bot.start()
    listed = await ada.send(chat, "/fav list")
    assert chat.bot_messages == [added, listed]
    assert "no favourites yet" in listed.text
    telegram.assert_clean()


async def test_stopping_finishes_what_is_being_answered(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    gate = telegram.hold("sendMessage")
    ada.post(chat, "/fav import Mushishi; Monster")
    await gate.reached()
    stopping = asyncio.ensure_future(bot.stop())
    await asyncio.sleep(0)
    ada.post(chat, "/fav list")  # comes too late; the next start answers it
    gate.release()
    await stopping
    assert [message.text.split("\n")[0] for message in chat.bot_messages] == [
        "Matched 2 titles of your list."
    ]
    telegram.faults.gates.clear()
    await bot.start()
    await telegram.wait_message(chat, lambda message: "Your 2 favourites" in message.text)
    assert len(chat.bot_messages) == 2
    telegram.assert_clean()


async def test_a_kill_in_webhook_mode(
    telegram: TelegramDouble, tmp_path: Path, make_bot: MakeBot, ada: Person, chat: Chat
) -> None:
    """Telegram was told 200 only after the update was on disk."""
    settings = webhook()
    async with program(telegram, tmp_path, **{name: str(value) for name, value in settings.items()}) as first:
        await telegram.wait_ready(PATIENCE)
        telegram.force("sendMessage", how="hang")
        ada.post(chat, "/fav add Mushishi")
        await telegram.wait_taken(PATIENCE)
        await first.end(signal.SIGKILL)
    assert not chat.bot_messages
    telegram.faults.waiting.clear()
    telegram.clock.advance(2)
    await make_bot(**settings).start()
    answer = await telegram.wait_message(chat, patience=PATIENCE)
    assert "Mushishi is" in answer.text
    telegram.deliver_again()
    listed = await ada.send(chat, "/fav list")
    assert chat.bot_messages == [answer, listed]
    telegram.assert_clean()
