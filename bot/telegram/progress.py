"""How far long work is, shown in a message of its own that gives way to the answer."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from telegram import Bot
from telegram.error import TelegramError

from bot import progress
from bot.reply import Answer, Reply
from bot.telegram import limits
from bot.telegram.sending import Sender, Where
from core.errors import OsusumeError

log = logging.getLogger("osusume.telegram")


class Progress(progress.Progress):
    def __init__(
        self,
        bot: Bot,
        sender: Sender,
        where: Where,
        say: Callable[[int], str],
        note: Callable[[str], Awaitable[None]],
    ) -> None:
        """`say` puts a percentage into words; `note` is told of the message (`chat/message`) once it is there."""
        super().__init__(limits.PROGRESS_SECONDS)
        self._bot = bot
        self._sender = sender
        self._where = replace(where, quiet=True)
        self._say = say
        self._note = note
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
                if sent:
                    await self._note(f"{self._where.chat}/{sent[0]}")
            else:
                await self._sender.replace(answer, self._where.chat, self._placeholder)
        except TelegramError as problem:
            log.info("progress could not be shown: %s", problem.message)
        except OsusumeError as problem:
            log.warning("a message that shows progress could not be noted (%s)", problem.key)

    async def finish(self) -> None:
        """Takes the message away. An edit that waits for its turn is not waited for: the answer comes first."""
        if self._placeholder is not None and self._showing is not None:
            self._showing.cancel()
        await super().finish()
        if self._placeholder is not None:
            with suppress(TelegramError):
                await self._bot.delete_message(self._where.chat, self._placeholder)


async def clear(bot: Bot, messages: Sequence[str]) -> None:
    """Takes away messages (`chat/message`) that a crash left; the answers they tell of begin anew."""
    for message in messages:
        chat, number = map(int, message.split("/"))
        with suppress(TelegramError):
            await bot.delete_message(chat, number)
