"""The Telegram double drives python-telegram-bot, unmodified, as people would."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from PIL import Image
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
)
from telegram.error import (
    Forbidden,
)
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from tests.doubles.telegram import Chat, NothingHappened, Person, Settings, TelegramDouble
from tests.doubles.telegram.errors import Refusal
from tests.doubles.telegram.raw import call, picture, updates

Context = ContextTypes.DEFAULT_TYPE


async def start(update: Update, context: Context) -> None:
    assert update.message is not None
    query = " ".join(context.args or [])
    buttons = [
        InlineKeyboardButton(name, callback_data=name.lower()) for name in ("Fav", "Toast", "More", "Gone")
    ]
    buttons.append(InlineKeyboardButton("Page", url="https://example.org"))
    await update.message.reply_html(f"<b>{query}</b>", reply_markup=InlineKeyboardMarkup([buttons]))


async def pressed(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer("Saved" if query.data == "toast" else None)
    if query.data == "fav":
        await query.edit_message_text("★ saved")
    elif query.data == "more":
        await context.bot.send_message(query.from_user.id, "more")
    elif query.data == "gone":
        await query.delete_message()


async def inline(update: Update, context: Context) -> None:
    assert update.inline_query is not None
    text = update.inline_query.query
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Fav", callback_data="fav")]])
    content = InputTextMessageContent(f"<i>{text}</i>", parse_mode="HTML")
    result = InlineQueryResultArticle("1", text.title(), content, reply_markup=markup, description="TV")
    await update.inline_query.answer([result], cache_time=60)


async def pictured(update: Update, context: Context) -> None:
    assert update.message is not None
    file = await update.message.photo[-1].get_file()
    data = bytes(await file.download_as_bytearray())
    await update.message.reply_photo(data, caption=f"{Image.open(io.BytesIO(data)).size}")


def application(telegram: TelegramDouble) -> Application[Any, Any, Any, Any, Any, Any]:
    builder = Application.builder().token("123:abc").base_url(telegram.base_url)
    app = (
        builder.base_file_url(telegram.base_file_url)
        .concurrent_updates(True)
        .read_timeout(60)
        .pool_timeout(60)
        .build()
    )
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CallbackQueryHandler(pressed))
    app.add_handler(InlineQueryHandler(inline))
    app.add_handler(MessageHandler(filters.PHOTO, pictured))
    return app


@asynccontextmanager
async def running(
    telegram: TelegramDouble, **options: Any
) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    app = application(telegram)
    async with app:
        await app.start()
        assert app.updater is not None
        if "webhook_url" in options:
            await app.updater.start_webhook(**options)
        else:
            await app.updater.start_polling(**options)
        try:
            yield app
        finally:
            await app.updater.stop()
            await app.stop()


async def test_bot_answers_commands_and_buttons(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    async with running(telegram):
        reply = await ada.send(chat, "/start Steins;Gate & 0")
        assert reply.text == "Steins;Gate & 0"
        assert [button.text for button in reply.buttons] == ["Fav", "Toast", "More", "Gone", "Page"]
        after = await ada.click(reply, "Fav")
        assert after.edited is reply
        assert reply.text == "★ saved"
        assert reply.keyboard == []
        reply = await ada.send(chat, "/start x")
        assert (await ada.click(reply, "toast")).answer_text == "Saved"
        assert [m.text for m in (await ada.click(reply, "More", expect="message")).messages] == ["more"]
        with pytest.raises(LookupError, match="does not call the bot"):
            ada.press(reply, "Page")
        with pytest.raises(LookupError, match="'Fav', 'Toast'"):
            ada.press(reply, "Nope")
        assert (await ada.click(reply, "Gone")).deleted
        await telegram.wait_taken()
    telegram.assert_clean()


async def test_bot_answers_inline(telegram: TelegramDouble, ada: Person) -> None:
    telegram.settings.inline_feedback = True
    elsewhere = telegram.add_group("Without the bot", members=[ada], with_bot=False)
    async with running(telegram):
        answer = await ada.inline("mushishi")
        assert [(r.title, r.text, r.description) for r in answer.results] == [("Mushishi", "mushishi", "TV")]
        message = ada.choose(answer, 0, elsewhere)
        assert message.text == "mushishi"
        after = await ada.click(message, "Fav", expect="edit")
        assert after.edited is message
        assert message.text == "★ saved"
    telegram.assert_clean()


async def test_bot_answers_pictures(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    async with running(telegram):
        reply = await ada.send_photo(chat, picture(1600, 800))
        assert reply.photo is not None
        assert reply.caption == "(1280, 640)"
        answered = await ada.send_album(
            chat, [picture(100, 100)] * 2, until=lambda m: m.caption == "(100, 100)"
        )
        assert answered.photo is not None
    telegram.assert_clean()


async def test_a_silent_bot_is_reported(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    await call(telegram, "sendChatAction", chat_id=chat.id, action="typing")
    with pytest.raises(NothingHappened, match=r"an answer to '/nothing'(.|\n)*sendChatAction"):
        await ada.send(chat, "/nothing", patience=0.05)


async def test_a_killed_bot_gets_its_updates_again(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    ada.post(chat, "/start again")
    first = await updates(telegram)  # taken, and lost before the next getUpdates
    async with running(telegram):
        assert (await telegram.wait_message(chat)).text == "again"
    assert telegram.state.queue.pending == []
    assert len(first) == 1
    assert await updates(telegram) == []


async def test_pending_updates_dropped_on_request(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    ada.post(chat, "/start old")
    async with running(telegram, drop_pending_updates=True):
        assert (await ada.send(chat, "/start new")).text == "new"
    assert [m.text for m in chat.bot_messages] == ["new"]


async def test_updates_delivered_twice(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    async with running(telegram):
        telegram.deliver_twice()
        await ada.send(chat, "/start twice")
        await telegram.wait_until(lambda: len(chat.bot_messages) == 2, "both answers")
        telegram.deliver_again()
        await telegram.wait_until(lambda: len(chat.bot_messages) == 3, "the third answer")
        assert (await ada.send(chat, "/start once")).text == "once"
    assert [m.text for m in chat.bot_messages] == ["twice", "twice", "twice", "once"]


async def test_webhook_delivery(
    telegram: TelegramDouble, ada: Person, chat: Chat, unused_tcp_port: int
) -> None:
    bob = telegram.add_user("Bob")
    async with running(
        telegram,
        listen="127.0.0.1",
        port=unused_tcp_port,
        url_path="hook",
        webhook_url=f"http://127.0.0.1:{unused_tcp_port}/hook",
        secret_token="s3cret",
        max_connections=2,
    ):
        await telegram.wait_ready()
        telegram.deliver_twice()
        replies = await asyncio.gather(
            ada.send(chat, "/start a"), bob.send(telegram.private(bob), "/start b")
        )
        assert sorted(reply.text for reply in replies) == ["a", "b"]
        await telegram.wait_until(lambda: len(telegram.state.sender.deliveries) == 3, "three deliveries")
        assert {d.status for d in telegram.state.sender.deliveries} == {200}
        assert len({d.update_id for d in telegram.state.sender.deliveries}) == 2
        assert (await call(telegram, "getWebhookInfo"))["result"]["pending_update_count"] == 0
    telegram.assert_clean()


async def test_webhook_repeats_until_taken(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    received: list[tuple[str | None, str]] = []

    async def hook(request: aiohttp.web.Request) -> aiohttp.web.Response:
        body = await request.json()
        received.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), body["message"]["text"]))
        return aiohttp.web.Response(status=500 if len(received) < 3 else 200)

    app = aiohttp.web.Application()
    app.router.add_post("/hook", hook)
    runner = aiohttp.web.AppRunner(app)
    await runner.setup()
    site = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        telegram.state.sender.first_wait = 0.01
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        await call(telegram, "setWebhook", url=url, secret_token="s3cret")
        ada.post(chat, "first")
        ada.post(chat, "second")
        await telegram.wait_taken()
        assert received == [("s3cret", "first")] * 3 + [("s3cret", "second")]
        info = (await call(telegram, "getWebhookInfo"))["result"]
        assert info["last_error_message"] == "Wrong response from the webhook: 500"
    finally:
        await runner.cleanup()


async def test_webhook_connections_are_limited(telegram: TelegramDouble) -> None:
    waiting: list[asyncio.Future[None]] = []

    async def hook(request: aiohttp.web.Request) -> aiohttp.web.Response:
        waiting.append(asyncio.get_running_loop().create_future())
        telegram.state.look_again()
        await waiting[-1]
        return aiohttp.web.Response()

    app = aiohttp.web.Application()
    app.router.add_post("/hook", hook)
    runner = aiohttp.web.AppRunner(app)
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        await call(telegram, "setWebhook", url=url, max_connections=2)
        for number in range(5):
            person = telegram.add_user(f"P{number}")
            person.post(telegram.private(person), "x")
        for taken in range(5):
            await telegram.wait_until(lambda: len(waiting) >= min(taken + 2, 5), "the next update")  # noqa: B023
            waiting[taken].set_result(None)
        await telegram.wait_taken()
        assert telegram.state.sender.hook.most_at_once == 2
    finally:
        await runner.cleanup()


async def test_blocked_people_cost_no_more_than_an_error(telegram: TelegramDouble, ada: Person) -> None:
    telegram.private(ada)
    telegram.block(ada)
    async with Bot("123:abc", base_url=telegram.base_url) as bot:
        with pytest.raises(Forbidden, match="blocked by the user"):
            await bot.send_message(ada.id, "x")
    with pytest.raises(AssertionError, match="blocked"):
        telegram.assert_clean()
    telegram.assert_clean("bot was blocked")


async def test_settings_reach_get_me() -> None:
    settings = Settings(inline_mode=False)
    async with (
        TelegramDouble(token="7:x", username="Other", settings=settings) as double,
        Bot("7:x", base_url=double.base_url) as bot,
    ):
        assert (bot.id, bot.username, bot.supports_inline_queries) == (7, "Other", False)


async def test_a_hundred_people_at_once(telegram: TelegramDouble) -> None:
    people = [telegram.add_user(f"P{number}") for number in range(100)]
    async with running(telegram):
        replies = await asyncio.gather(
            *(p.send(telegram.private(p), f"/start {p.id}", patience=60) for p in people)
        )
        assert [reply.text for reply in replies] == [str(person.id) for person in people]
        clicks = await asyncio.gather(
            *(person.click(reply, "Fav", patience=60) for person, reply in zip(people, replies, strict=True))
        )
        assert all(click.edited for click in clicks)
    telegram.assert_clean()


async def test_forged_presses_unknown_updates_and_deep_links(
    telegram: TelegramDouble, ada: Person, chat: Chat
) -> None:
    async with running(telegram):
        reply = await ada.start(chat, "link_42")
        assert reply.text == "link_42"
        telegram.deliver("telepathy", {"thought": "?"})
        forged = ada.forge(reply, "fav", inaccessible=True)
        await telegram.wait_until(lambda: forged.edited, "the edit")
        with pytest.raises(Refusal, match="START_PARAM_INVALID"):
            await ada.start(chat, "x" * 65)
    telegram.assert_clean()


PROGRAM = """
import sys
from telegram.ext import Application, CommandHandler

async def start(update, context):
    await update.message.reply_text("I am " + sys.argv[2])

app = Application.builder().token("123:abc").base_url(sys.argv[1]).build()
app.add_handler(CommandHandler("start", start))
app.run_polling()
"""


async def test_a_program_killed_and_started_again(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    async def program(name: str) -> asyncio.subprocess.Process:
        arguments = ("-c", PROGRAM, telegram.base_url, name)
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments)
        await telegram.wait_ready()
        return process

    first = await program("first")
    assert (await ada.send(chat, "/start")).text == "I am first"
    first.kill()
    await first.wait()
    ada.post(chat, "/start")
    second = await program("second")
    assert (await telegram.wait_message(chat, lambda m: m.text == "I am second")).reply_to is None
    second.terminate()
    await second.wait()
    telegram.assert_clean()
