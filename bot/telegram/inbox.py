"""Updates are written down before Telegram forgets them, and come in order for each person."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from typing import Any

from telegram import Bot, Update
from telegram.ext import BaseUpdateProcessor

from core.storage import Inbox


def event_of(update: Update) -> str:
    return f"telegram:{update.update_id}"


class DurableQueue(asyncio.Queue[object]):
    """The library's update queue; what it accepts is on disk first, and an update seen before is dropped.

    Both ways of fetching put updates here before they tell Telegram that they have them.
    """

    def __init__(self, inbox: Inbox) -> None:
        super().__init__()
        self._inbox = inbox

    async def put(self, item: object) -> None:
        if isinstance(item, Update):
            user = f"telegram:{item.effective_user.id}" if item.effective_user else None
            if not await self._inbox.begin(event_of(item), user, item.to_json()):
                return
        await super().put(item)

    async def put_pending(self, bot: Bot) -> int:
        """Queues what an earlier process received and never answered; how many."""
        pending = await self._inbox.pending("telegram")
        for _, payload in pending:
            await super().put(Update.de_json(json.loads(payload), bot))
        return len(pending)


class PersonOrder(BaseUpdateProcessor):
    """Many people at once, each person's updates one after another."""

    def __init__(self, at_once: int) -> None:
        super().__init__(at_once)
        self._locks: dict[int, tuple[asyncio.Lock, int]] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        user = update.effective_user if isinstance(update, Update) else None
        if user is None:
            await coroutine
            return
        lock, waiting = self._locks.get(user.id, (asyncio.Lock(), 0))
        self._locks[user.id] = (lock, waiting + 1)
        try:
            async with lock:
                await coroutine
        finally:
            lock, waiting = self._locks[user.id]
            if waiting == 1:
                del self._locks[user.id]
            else:
                self._locks[user.id] = (lock, waiting - 1)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to put away."""
