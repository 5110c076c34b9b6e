"""The command menus: per language, and per scope what makes sense there."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable
from pathlib import Path

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.commands.declare import Command, Registry
from bot.telegram import limits
from bot.telegram.render import cut
from bot.texts import LANGUAGES, Texts

log = logging.getLogger("osusume.telegram")

# In groups a menu offers what is answered there, and to administrators what only they may do.
SCOPES: tuple[tuple[BotCommandScope, Callable[[Command], bool]], ...] = (
    (BotCommandScopeDefault(), lambda command: not command.admin),
    (BotCommandScopeAllPrivateChats(), lambda command: not command.admin),
    (BotCommandScopeAllGroupChats(), lambda command: not command.private),
    (BotCommandScopeAllChatAdministrators(), lambda command: not command.private or command.admin),
)


def menu(registry: Registry, texts: Texts, fits: Callable[[Command], bool]) -> list[tuple[str, str]]:
    """(name, description) of each command. Telegram's names have no spaces: `fav add` is `/fav_add` there."""
    return [
        (command.name.replace(" ", "_"), cut(texts(f"command-{command.key}"), limits.COMMAND_DESCRIPTION))
        for command in registry.commands.values()
        if fits(command)
    ]


async def announce(bot: Bot, registry: Registry, home: Path) -> None:
    """Sends the menus when they are not the ones sent last; without them the commands work all the same."""
    menus = [
        (scope, language, menu(registry, Texts(language), fits))
        for scope, fits in SCOPES
        for language in LANGUAGES
    ]
    shown = [(scope.type, language, commands) for scope, language, commands in menus]
    digest = hashlib.sha256(json.dumps(shown).encode()).hexdigest()
    kept = home / f"telegram-commands-{bot.id}.sha256"
    if await asyncio.to_thread(lambda: kept.exists() and kept.read_text() == digest):
        return
    try:
        for scope, language, commands in menus:
            await bot.set_my_commands(
                [BotCommand(name, description) for name, description in commands],
                scope=scope,
                language_code=None if language == LANGUAGES[0] else language,
            )
    except TelegramError as problem:
        log.warning("the command menus could not be set (%s); the next start tries again", problem.message)
        return
    await asyncio.to_thread(kept.write_text, digest)
