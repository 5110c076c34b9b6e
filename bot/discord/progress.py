"""How far long work is, shown in the answer that is still being made."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import discord

from bot.discord import limits
from bot.discord.declare import Interaction

log = logging.getLogger("osusume.discord")


class Progress:
    """Told the share done from any thread; edits an announced answer now and then, never after it was given."""

    def __init__(self, interaction: Interaction, say: Callable[[int], str]) -> None:
        """`say` puts a percentage into words."""
        self._interaction = interaction
        self._say = say
        self._loop = asyncio.get_running_loop()
        self._shown_at = self._loop.time()
        self._editing: asyncio.Task[None] | None = None
        self._over = False

    def __call__(self, share: float) -> None:
        self._loop.call_soon_threadsafe(self._told, share)

    async def finish(self) -> None:
        """Nothing is shown any more; waits for what is being shown."""
        self._over = True
        if self._editing is not None:
            await asyncio.gather(self._editing, return_exceptions=True)

    def _told(self, share: float) -> None:
        announced = (
            self._interaction.response.type is discord.InteractionResponseType.deferred_channel_message
        )
        soon = self._loop.time() - self._shown_at < limits.PROGRESS_SECONDS
        if self._over or not announced or soon or (self._editing is not None and not self._editing.done()):
            return
        self._shown_at = self._loop.time()
        self._editing = asyncio.ensure_future(self._show(round(100 * share)))

    async def _show(self, percent: int) -> None:
        try:
            await self._interaction.edit_original_response(content=self._say(percent))
        except discord.HTTPException as problem:
            log.info("progress could not be shown (status %s)", problem.status)
