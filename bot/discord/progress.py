"""How far long work is, shown in the answer that was announced."""

from __future__ import annotations

import logging
from collections.abc import Callable

import discord

from bot import progress
from bot.discord import limits
from bot.discord.declare import Interaction

log = logging.getLogger("osusume.discord")


class Progress(progress.Progress):
    def __init__(self, interaction: Interaction, say: Callable[[int], str]) -> None:
        """`say` puts a percentage into words."""
        super().__init__(limits.PROGRESS_SECONDS)
        self._interaction = interaction
        self._say = say

    def wanted(self) -> bool:
        announced = discord.InteractionResponseType.deferred_channel_message
        return self._interaction.response.type is announced

    async def show(self, percent: int) -> None:
        try:
            await self._interaction.edit_original_response(content=self._say(percent))
        except discord.HTTPException as problem:
            log.info("progress could not be shown (status %s)", problem.status)
