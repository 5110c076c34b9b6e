"""Updates are written down before Telegram forgets them, and come in order for each person."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable
from typing import Any

from telegram import Bot, Update
from telegram.error import NetworkError
from telegram.ext import BaseUpdateProcessor

from bot.telegram.reading import concerns_us
from core.errors import OsusumeError
from core.storage import Inbox

log = logging.getLogger("osusume.telegram")


def event_of(update: Update) -> str:
    return f"telegram:{update.update_id}"


class DurableQueue(asyncio.Queue[object]):
    """The library's update queue; what it accepts is on disk first, and an update seen before is dropped.

    Both ways of fetching put updates here before they tell Telegram that they have them. Talk between others is
    neither written down nor queued; questions of the inline mode are queued only, since they go stale in seconds.
    """

    def __init__(self, inbox: Inbox) -> None:
        super().__init__()
        self._inbox = inbox

    async def put(self, item: object) -> None:
        """
        Raises:
            NetworkError: it could not be written down; Telegram will be asked for it again.
        """
        if isinstance(item, Update):
            if not concerns_us(item):
                return
            if item.inline_query is None and not await self._begin(item):
                return
        await super().put(item)

    async def _begin(self, update: Update) -> bool:
        user = f"telegram:{update.effective_user.id}" if update.effective_user else None
        try:
            return await self._inbox.begin(event_of(update), user, update.to_json())
        except OsusumeError as problem:
            log.error("an update could not be written down (%s); it will be fetched again", problem.key)
            # The one kind of error after which the library goes on fetching.
            raise NetworkError("the update could not be written down") from problem

    async def put_pending(self, bot: Bot) -> None:
        """Queues what an earlier process received and never answered."""
        for _, payload in await self._inbox.pending("telegram"):
            await super().put(Update.de_json(json.loads(payload), bot))

    async def done(self, update: Update) -> None:
        """The update was answered."""
        if update.inline_query is None:
            await self._inbox.done(event_of(update))


class PersonOrder(BaseUpdateProcessor):
    """Many people at once, each person's updates one after another."""

    def __init__(self, at_once: int) -> None:
        super().__init__(1_000_000)  # waiting for one's own turn must not take a place from others
        self._places = asyncio.Semaphore(at_once)
        self._locks: dict[int, tuple[asyncio.Lock, int]] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        user = update.effective_user if isinstance(update, Update) else None
        key = user.id if user is not None else 0
        lock, waiting = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, waiting + 1)
        try:
            async with lock, self._places:
                await coroutine
        finally:
            lock, waiting = self._locks[key]
            if waiting == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, waiting - 1)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to put away."""
