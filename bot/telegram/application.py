"""The Telegram application: connects, turns updates into requests, answers."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, TypeHandler, Updater

from bot.commands import REGISTRY
from bot.settling import settle
from bot.telegram import limits
from bot.telegram.answering import Answering
from bot.telegram.attached import Albums, Gathered
from bot.telegram.inbox import DurableQueue, PersonOrder
from bot.telegram.menus import announce
from bot.telegram.progress import clear
from bot.telegram.requests import Pace, Requests
from core.errors import SettingsError
from core.osusume import Osusume
from core.settings import Settings

log = logging.getLogger("osusume.telegram")

WANTED = (
    "message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "inline_query",
    "my_chat_member",
)  # fmt: skip

Bot = Application[Any, Any, Any, Any, Any, Any]


def build(
    osusume: Osusume, settings: Settings, queue: DurableQueue, albums: Albums, refused: asyncio.Event
) -> tuple[Bot, Answering]:
    """The application, not yet started, and what answers in it. `refused` is set when Telegram no longer accepts the
    token."""
    assert settings.telegram_token is not None
    application = (
        ApplicationBuilder()
        .token(settings.telegram_token.get_secret_value())
        .base_url(settings.telegram_base_url)
        .base_file_url(settings.telegram_base_file_url)
        .request(Requests(refused))
        .get_updates_request(Requests(refused))
        .update_queue(queue)
        .concurrent_updates(PersonOrder(limits.AT_ONCE))
        .rate_limiter(Pace())
        .build()
    )
    answering = Answering(osusume, application.bot, queue, albums)
    application.add_handler(TypeHandler(Update, answering.update))
    application.add_handler(TypeHandler(Gathered, answering.album))
    return application, answering


async def serve(osusume: Osusume, settings: Settings) -> None:
    """Runs until cancelled; then finishes what it is answering.

    Raises:
        SettingsError: `telegram-token-wrong` when Telegram refuses the token, `telegram-webhook-wrong` when it
            refuses the webhook or the port to listen on is taken.
    """
    albums, refused = Albums(), asyncio.Event()
    queue = DurableQueue(osusume.inbox, osusume.art, albums)
    application, answering = build(osusume, settings, queue, albums, refused)
    updater = application.updater
    assert updater is not None
    settle()
    try:
        await _connect(application)
        bot = application.bot
        if not bot.bot.can_read_all_group_messages:
            log.warning(
                "group privacy mode is on: in groups the bot sees commands and replies to it, nothing else; for art "
                "channels in groups switch it off with /setprivacy at @BotFather, or make the bot an administrator"
            )
        await announce(bot, REGISTRY, settings.home)
        await clear(bot, await osusume.inbox.shown("telegram"))
        await queue.put_pending(bot)
        await application.start()
        await _listen(updater, settings)
        answering.left.watch()
        log.info("answering as @%s (%s)", bot.username, settings.telegram_mode)
        await refused.wait()
        raise SettingsError("telegram-token-wrong")
    except InvalidToken:
        raise SettingsError("telegram-token-wrong") from None  # the library's words hold the token
    finally:
        if updater.running:
            await updater.stop()
        answering.stop()
        await answering.left.stop()
        if application.running:
            await application.stop()
        await application.shutdown()
        await application.bot.shutdown()  # also where the application never came to life


async def _connect(application: Bot) -> None:
    """Waits for Telegram as long as it takes: a host's line may come up after the bot."""
    pause = 1.0
    while True:
        try:
            await application.initialize()
            return
        except NetworkError as problem:
            log.warning("Telegram cannot be reached (%s); trying again in %g s", problem.message, pause)
            await asyncio.sleep(pause)
            pause = min(60.0, 2 * pause)


async def _listen(updater: Updater, settings: Settings) -> None:
    if settings.telegram_mode == "polling":
        await updater.start_polling(
            allowed_updates=WANTED, bootstrap_retries=-1, error_callback=_polling_failed
        )
        return
    assert settings.telegram_webhook_url is not None
    assert settings.telegram_webhook_secret is not None
    try:
        await updater.start_webhook(
            listen=settings.telegram_webhook_listen,
            port=settings.telegram_webhook_port,
            url_path=urlsplit(settings.telegram_webhook_url).path,
            webhook_url=settings.telegram_webhook_url,
            secret_token=settings.telegram_webhook_secret.get_secret_value(),
            allowed_updates=WANTED,
        )
    except InvalidToken:
        raise
    except (TelegramError, OSError) as problem:
        raise SettingsError("telegram-webhook-wrong", problem=str(problem)) from problem


def _polling_failed(problem: TelegramError) -> None:
    if isinstance(problem, Conflict):
        log.error("another program fetches this bot's updates; only one may run with a token")
    else:
        log.warning("fetching updates failed: %s", problem.message)
