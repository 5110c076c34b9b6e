"""A bad line, a slow core, crowds, people who leave, and Telegram repeating itself."""

from __future__ import annotations

import asyncio

import pytest

from bot.dispatch import Dispatcher
from bot.reply import Answer, Reply
from bot.telegram import limits
from bot.texts import Texts
from core.errors import Unavailable
from tests.bot.telegram.conftest import Bot
from tests.doubles.telegram import Chat, FloodLimits, Person, TelegramDouble


@pytest.fixture
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RETRY_SECONDS", (0.01, 0.02, 0.03))


@pytest.mark.usefixtures("_short_pauses")
@pytest.mark.parametrize("how", ["refuse", "drop"])
async def test_trouble_at_telegram_is_waited_out(
    how: str, telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    for method in ("sendMessage", "answerCallbackQuery", "editMessageText"):
        telegram.force(method, status=502, times=2, how=how)  # type: ignore[arg-type]
    answer = await ada.send(chat, "/recommend")
    click = await ada.click(answer, "★ Favourite", expect="edit")
    assert "favourites" in click.answer_text
    assert chat.bot_messages == [answer]
    telegram.assert_clean()


async def test_flood_limits_are_waited_out(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    telegram.force("sendMessage", status=429, retry_after=1)
    assert "I recommend" in (await ada.send(chat, "/help")).text
    assert len(chat.bot_messages) == 1
    telegram.assert_clean()


async def test_a_crowd_stays_within_the_advised_limits(
    telegram: TelegramDouble, bot: Bot, ada: Person
) -> None:
    telegram.flood.limits = FloodLimits(overall=(30, 1.0))
    people = [telegram.add_user(f"P{number}") for number in range(45)]
    chats = [telegram.private(person) for person in people]
    for person, chat in zip(people, chats, strict=True):
        person.post(chat, "/fav add Mushishi")
    await telegram.wait_until(lambda: all(chat.bot_messages for chat in chats), "every answer", 30)
    assert all(len(chat.bot_messages) == 1 for chat in chats)


async def test_a_lost_confirmation_sends_nothing_twice(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.stop()
    monkeypatch.setattr(limits, "READ_SECONDS", 0.3)
    await bot.start()
    telegram.force("sendMessage", how="hang", stored=True)
    await ada.send(chat, "/fav add Mushishi")
    listed = await ada.send(chat, "/fav list")
    assert "Mushishi" in listed.text
    assert len(chat.bot_messages) == 2
    telegram.force("editMessageText", how="hang", stored=True)
    await ada.click(chat.bot_messages[0], "Undo", expect="edit")
    assert "no favourites yet" in (await ada.send(chat, "/fav list")).text
    telegram.assert_clean("not modified")


async def test_updates_that_come_twice_are_answered_once(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    telegram.deliver_twice(2)
    added = await ada.send(chat, "/fav add Mushishi")
    await ada.click(added, "Undo", expect="edit")
    telegram.deliver_again()
    telegram.deliver_again(0)
    listed = await ada.send(chat, "/fav list")
    assert chat.bot_messages == [added, listed]
    assert "no favourites yet" in listed.text
    assert len(telegram.calls("answerCallbackQuery")) == 1
    telegram.assert_clean()


async def test_edits_and_unknown_updates_are_ignored(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    message = ada.post(chat, "/fav add Mushishi")
    await telegram.wait_message(chat)
    ada.edit(message, "/fav add Monster")
    telegram.deliver("hologram", {"id": 1})
    telegram.deliver("edited_message", {**message.json(), "edit_date": 1})
    await ada.send(chat, "/fav list")
    assert len(chat.bot_messages) == 2
    telegram.assert_clean()


async def test_fifty_people_at_once_each_in_order(telegram: TelegramDouble, bot: Bot) -> None:
    people = [telegram.add_user(f"P{number}") for number in range(50)]
    chats = [telegram.private(person) for person in people]
    for line in ("/fav add Mushishi", "/fav remove Mushishi"):
        for person, chat in zip(people, chats, strict=True):
            person.post(chat, line)
    await telegram.wait_until(lambda: all(len(chat.bot_messages) == 2 for chat in chats), "all answers", 60)
    for chat in chats:
        said = [message.text.split("\n")[0] for message in chat.bot_messages]
        assert said == [
            "★ Mushishi is now among your favourites.",
            "Mushishi is no longer among your favourites.",
        ]
    telegram.assert_clean()


class Slow:
    """Holds the core back until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go = asyncio.Event()
        run, press = Dispatcher._run, Dispatcher.press

        async def slow_run(dispatcher: Dispatcher, *arguments: object) -> Reply:
            await self.go.wait()
            return await run(dispatcher, *arguments)  # type: ignore[arg-type]

        async def slow_press(dispatcher: Dispatcher, *arguments: object) -> Answer | None:
            await self.go.wait()
            return await press(dispatcher, *arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(Dispatcher, "_run", slow_run)
        monkeypatch.setattr(Dispatcher, "press", slow_press)


async def test_a_slow_core_shows_that_it_writes(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await ada.send(chat, "/recommend")
    monkeypatch.setattr(limits, "TYPING_AFTER_SECONDS", 0.05)
    monkeypatch.setattr(limits, "TYPING_SECONDS", 0.05)
    monkeypatch.setattr(limits, "ACKNOWLEDGE_SECONDS", 0.05)
    slow = Slow(monkeypatch)
    bob = telegram.add_user("Bob")
    ada.post(chat, "/fav list")
    await telegram.wait_until(lambda: len(chat.actions) > 2, "typing")
    assert {action for action, _ in chat.actions} == {"typing"}
    click = bob.press(answer, "★ Favourite")
    await telegram.wait_until(lambda: click.answered, "the acknowledgement")
    assert len(chat.bot_messages) == 1
    slow.go.set()
    await telegram.wait_message(chat, lambda message: "no favourites yet" in message.text)
    # Its notice was given away already, so what the press did is said in a message.
    await telegram.wait_message(chat, lambda message: "is now among" in message.text)
    telegram.assert_clean()


async def test_a_person_who_blocked_the_bot(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch)
    ada.post(chat, "/fav add Mushishi")
    await telegram.wait_taken()
    telegram.block(ada)
    slow.go.set()
    await telegram.wait_until(lambda: telegram.violations, "the refused answer")
    telegram.unblock(ada)
    assert "Mushishi" in (await ada.send(chat, "/fav list")).text
    assert len(chat.bot_messages) == 1
    telegram.assert_clean("bot was blocked by the user")


async def test_presses_on_what_is_gone(telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat) -> None:
    answer = await ada.send(chat, "/recommend")
    page = answer.find("›").callback_data or ""
    old = await ada.click(answer, "›", inaccessible=True, expect="edit")  # too old for Telegram to show it
    assert old.edited
    for forged in ("o:", "o:nothing.0", "o:" + "x" * 62, "something else", page[:-1], page + "9" * 30):
        click = ada.forge(answer, forged)
        await telegram.wait_until(lambda click=click: click.answered, "an answer")  # type: ignore[misc]
    deleted = ada.forge(answer, answer.find("›").callback_data or "")
    answer.deleted = True
    await telegram.wait_until(lambda: deleted.answered and len(chat.bot_messages) > 0, "a new message")
    assert chat.bot_messages[-1].find("›")
    telegram.assert_clean("message to edit not found", "not modified")


async def test_a_bug_ends_in_an_apology(
    telegram: TelegramDouble,
    bot: Bot,
    ada: Person,
    chat: Chat,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object, **__: object) -> Answer:
        raise RuntimeError("broken on purpose")

    answer = await ada.send(chat, "/recommend")
    with monkeypatch.context() as patch:
        patch.setattr(Dispatcher, "answer_line", broken)
        patch.setattr(Dispatcher, "press", broken)
        assert "Something went wrong on my side" in (await ada.send(chat, "/fav list")).text
        assert "Something went wrong on my side" in (await ada.click(answer, "Seen")).answer_text
    assert "broken on purpose" in caplog.text
    assert "no favourites yet" in (await ada.send(chat, "/fav list")).text
    telegram.assert_clean()


async def test_an_update_is_fetched_again_until_it_is_written_down(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([Unavailable("disk-full"), Unavailable("database-busy", name="osusume.db")])
    inbox = bot.osusume.inbox
    begin = inbox.begin

    async def failing(*arguments: object, **named: object) -> bool:
        for problem in failures:
            raise problem
        return await begin(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox, "begin", failing)
    added = await ada.send(chat, "/fav add Mushishi", patience=60)
    assert "now among" in added.text
    assert next(failures, None) is None
    assert bot.running
    assert chat.bot_messages == [added]
    telegram.assert_clean()


async def test_a_failing_database_is_said_and_is_no_bug(
    telegram: TelegramDouble,
    bot: Bot,
    ada: Person,
    chat: Chat,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def failing(*_: object) -> bool:
        raise Unavailable("database-busy", name="osusume.db")

    answer = await ada.send(chat, "/recommend")
    with monkeypatch.context() as patch:
        patch.setattr(bot.osusume.people, "preferences", failing)
        patch.setattr(bot.osusume.inbox, "done", failing)
        said = (await ada.send(chat, "/fav list")).text
        shown = (await ada.click(answer, "Seen")).answer_text
    expected = Texts("en")("database-busy", name="osusume.db")
    assert (said, shown) == (expected, expected)
    assert "bug" not in caplog.text
    assert "no favourites yet" in (await ada.send(chat, "/fav list")).text
    telegram.assert_clean()
