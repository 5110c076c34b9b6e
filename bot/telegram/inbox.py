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

from bot.telegram.attached import Album, Albums, Gathered
from bot.telegram.places import places
from bot.telegram.reading import art_message, concerns_us
from core.art import ArtChannels
from core.errors import OsusumeError
from core.storage import Inbox

log = logging.getLogger("osusume.telegram")


def event_of(update: Update) -> str:
    return f"telegram:{update.update_id}"


class DurableQueue(asyncio.Queue[object]):
    """The library's update queue; what it accepts is on disk first, and an update seen before is dropped.

    Both ways of fetching put updates here before they tell Telegram that they have them. Talk between others is
    neither written down nor queued, but for what is posted in art channels; questions of the inline mode are queued
    only, since they go stale in seconds.
    """

    def __init__(self, inbox: Inbox, art: ArtChannels, albums: Albums) -> None:
        super().__init__()
        self._inbox = inbox
        self._art = art
        self._albums = albums

    async def put(self, item: object) -> None:
        """
        Raises:
            NetworkError: it could not be written down; Telegram will be asked for it again.
        """
        if not isinstance(item, Update):
            await super().put(item)
            return
        try:
            await self._accept(item)
        except OsusumeError as problem:
            log.error("an update could not be written down (%s); it will be fetched again", problem.key)
            # The one kind of error after which the library goes on fetching.
            raise NetworkError("the update could not be written down") from problem

    async def _accept(self, update: Update) -> None:
        message, edited = update.effective_message, update.edited_message or update.edited_channel_post
        ours = concerns_us(update, update.get_bot().username) or await self._is_art(update)
        pressed = update.callback_query is not None
        album = self._albums.note(message) if message is not None and not pressed else None
        if album is None or edited is not None:
            if ours:
                await self._write(update)
            return
        await self._accept_part(update, album, ours=ours)

    async def _accept_part(self, update: Update, album: Album, *, ours: bool) -> None:
        """Any part of an album may be the one that says what it is for; then those before it count too."""
        if all(update.update_id != other.update_id for other in album.unwritten):
            album.unwritten.append(update)
        album.ours = album.ours or ours
        while album.ours and album.unwritten:
            await self._write(album.unwritten[0])
            del album.unwritten[0]

    async def _is_art(self, update: Update) -> bool:
        message = art_message(update)
        return message is not None and await self._art.style(places(message)) is not None

    async def _write(self, update: Update) -> None:
        user = f"telegram:{update.effective_user.id}" if update.effective_user else None
        if update.inline_query is None and not await self._inbox.begin(
            event_of(update), user, update.to_json()
        ):
            return
        await super().put(update)

    async def put_pending(self, bot: Bot) -> None:
        """Queues what an earlier process received and never answered."""
        for _, payload in await self._inbox.pending("telegram"):
            update = Update.de_json(json.loads(payload), bot)
            message = update.message or update.channel_post
            album = self._albums.note(message) if message is not None else None
            if album is not None:
                album.ours = True
            await super().put(update)

    async def done(self, update: Update) -> None:
        """The update was answered."""
        if update.inline_query is None:
            await self._inbox.done(event_of(update))


class PersonOrder(BaseUpdateProcessor):
    """Many people at once, each person's updates one after another; a channel or group that writes counts as one."""

    def __init__(self, at_once: int) -> None:
        super().__init__(1_000_000)  # waiting for one's own turn must not take a place from others
        self._places = asyncio.Semaphore(at_once)
        self._locks: dict[int, tuple[asyncio.Lock, int]] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        first = update.updates[0] if isinstance(update, Gathered) else update
        sender = first.effective_sender if isinstance(first, Update) else None
        key = sender.id if sender is not None else 0
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
