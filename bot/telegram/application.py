"""The Telegram application: connects, turns updates into requests, answers."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging

from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
    Update,
)
from telegram.error import InvalidToken
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder, TypeHandler

from bot.commands import REGISTRY
from bot.commands.declare import Registry
from bot.telegram import limits
from bot.telegram.answering import Answering
from bot.telegram.inbox import DurableQueue, PersonOrder
from bot.telegram.render import cut
from bot.texts import LANGUAGES, Texts
from core.errors import SettingsError
from core.osusume import Osusume
from core.settings import Settings

log = logging.getLogger("osusume.telegram")

AT_ONCE = 64
"""Updates of different people handled side by side."""

WANTED = ("message", "callback_query", "inline_query")


def build(osusume: Osusume, settings: Settings) -> Application:  # type: ignore[type-arg]
    """The application, not yet started."""
    assert settings.telegram_token is not None
    application = (
        ApplicationBuilder()
        .token(settings.telegram_token.get_secret_value())
        .base_url(settings.telegram_base_url)
        .base_file_url(settings.telegram_base_file_url)
        .update_queue(DurableQueue(osusume.inbox))
        .concurrent_updates(PersonOrder(AT_ONCE))
        .rate_limiter(AIORateLimiter(max_retries=5))
        .build()
    )
    answering = Answering(osusume, settings, application.bot)
    application.add_handler(TypeHandler(Update, answering.update))
    return application


async def serve(osusume: Osusume, settings: Settings) -> None:
    """Runs until cancelled; then finishes what it is answering.

    Raises:
        SettingsError: `telegram-token-wrong` when Telegram refuses the token.
    """
    application = build(osusume, settings)
    try:
        await application.initialize()
    except InvalidToken as problem:
        raise SettingsError("telegram-token-wrong") from problem
    try:
        await _announce(application, settings)
        queue = application.update_queue
        assert isinstance(queue, DurableQueue)
        await queue.put_pending(application.bot)
        await application.start()
        assert application.updater is not None
        try:
            if settings.telegram_mode == "webhook":
                assert settings.telegram_webhook_secret is not None
                await application.updater.start_webhook(
                    listen=settings.telegram_webhook_listen,
                    port=settings.telegram_webhook_port,
                    webhook_url=settings.telegram_webhook_url,
                    secret_token=settings.telegram_webhook_secret.get_secret_value(),
                    allowed_updates=WANTED,
                )
            else:
                await application.updater.start_polling(allowed_updates=WANTED)
            await asyncio.Event().wait()
        finally:
            await application.updater.stop()
            await application.stop()
    finally:
        await application.shutdown()


async def _announce(application: Application, settings: Settings) -> None:  # type: ignore[type-arg]
    """The command menus, sent when they are not the ones sent last; and a word when privacy mode hides messages."""
    bot = application.bot
    if not bot.bot.can_read_all_group_messages:
        log.warning(
            "group privacy mode is on: in groups the bot sees commands and replies to it, nothing else; "
            "switch it off with /setprivacy at @BotFather if it should see more"
        )
    menus = {language: menu(REGISTRY, Texts(language)) for language in LANGUAGES}
    digest = hashlib.sha256(json.dumps(menus, ensure_ascii=False).encode()).hexdigest()
    kept = settings.home / f"telegram-commands-{bot.id}.sha256"
    if await asyncio.to_thread(lambda: kept.exists() and kept.read_text() == digest):
        return
    for scope in (BotCommandScopeDefault(), BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats()):
        for language, commands in menus.items():
            await bot.set_my_commands(
                [BotCommand(name, description) for name, description in commands],
                scope=scope,
                language_code=None if language == LANGUAGES[0] else language,
            )
    await asyncio.to_thread(kept.write_text, digest)


def menu(registry: Registry, texts: Texts) -> list[tuple[str, str]]:
    """(name, description) of each command's first word; Telegram knows no subcommands."""
    shown: dict[str, str] = {}
    for command in registry.commands.values():
        first, _, second = command.name.partition(" ")
        described = texts(f"group-{first}" if second else f"command-{command.key}")
        shown.setdefault(first, cut(described, limits.COMMAND_DESCRIPTION))
    return list(shown.items())
