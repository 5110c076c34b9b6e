"""How far long work is, shown in a message of its own that gives way to the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from telegram import Bot
from telegram.error import TelegramError

from bot import progress
from bot.reply import Answer, Reply
from bot.telegram import limits
from bot.telegram.sending import Sender, Where

log = logging.getLogger("osusume.telegram")


class Progress(progress.Progress):
    def __init__(self, bot: Bot, sender: Sender, where: Where, say: Callable[[int], str]) -> None:
        """`say` puts a percentage into words."""
        super().__init__(limits.PROGRESS_SECONDS)
        self._bot = bot
        self._sender = sender
        self._where = replace(where, quiet=True)
        self._say = say
        self._placeholder: int | None = None

    @property
    def visible(self) -> bool:
        return self._placeholder is not None

    async def show(self, percent: int) -> None:
        answer = Answer("", Reply(self._say(percent)))
        try:
            if self._placeholder is None:
                sent = await self._sender.send(answer, self._where)
                self._placeholder = sent[0] if sent else None
            else:
                await self._sender.replace(answer, self._where.chat, self._placeholder)
        except TelegramError as problem:
            log.info("progress could not be shown: %s", problem.message)

    async def finish(self) -> None:
        """Takes the message away. An edit that waits for its turn is not waited for: the answer comes first."""
        if self._placeholder is not None and self._showing is not None:
            self._showing.cancel()
        await super().finish()
        if self._placeholder is not None:
            with suppress(TelegramError):
                await self._bot.delete_message(self._where.chat, self._placeholder)
