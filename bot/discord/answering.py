"""Answering an interaction in time: at once when the core is quick, announced when it is not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import discord

from bot.commands.declare import Command
from bot.discord import limits
from bot.discord.declare import Interaction
from bot.discord.render import Message, render, tile_wanted
from bot.reply import Answer
from core.errors import OsusumeError
from core.pictures import draw_tile

if TYPE_CHECKING:
    from bot.discord.client import OsusumeClient

log = logging.getLogger("osusume.discord")

Work = Callable[[], Awaitable[Answer | None]]

TOO_LATE = {10062, 10015, 40060, 50027}
"""Codes that say that this interaction was answered, or can no longer be: nothing is left to do."""


async def _guarded(client: OsusumeClient, interaction: Interaction, work: Work) -> Answer | None:
    """The answer, also where reading the request itself failed."""
    try:
        return await work()
    except OsusumeError as problem:
        texts = await client.dispatcher.texts_for(f"discord:{interaction.user.id}", str(interaction.locale))
        return Answer("", client.dispatcher.sentence(problem, texts))


async def answer_command(
    client: OsusumeClient, command: Command, interaction: Interaction, work: Work
) -> None:
    task = asyncio.ensure_future(_guarded(client, interaction, work))
    hint = asyncio.ensure_future(client.dispatcher.is_private(command, f"discord:{interaction.user.id}"))
    await asyncio.wait({task, hint}, timeout=limits.WAIT_SECONDS)
    private = hint.result() if hint.done() and hint.exception() is None else command.private
    try:
        if task.done():
            hint.cancel()
            await _send(client, interaction, task.result())
            return
        await interaction.response.defer(ephemeral=private, thinking=True)
        answer = await task
        if answer is None:
            await interaction.delete_original_response()
            return
        message = await _rendered(client, answer)
        if answer.reply.private and not private:
            # How private an answer is was fixed when it was announced: this one has to be said anew.
            await interaction.delete_original_response()
            await interaction.followup.send(**message.for_sending(), ephemeral=True)
        else:
            await interaction.edit_original_response(**message.for_editing())
    except discord.HTTPException as problem:
        _late(problem)


async def answer_press(client: OsusumeClient, interaction: Interaction, work: Work) -> None:
    task = asyncio.ensure_future(_guarded(client, interaction, work))
    await asyncio.wait({task}, timeout=limits.WAIT_SECONDS)
    try:
        announced = not task.done()
        if announced:
            await interaction.response.defer()
        answer = await task
        if answer is None:
            if not announced:
                await interaction.response.defer()
            return
        if not answer.reply.update:
            if announced:
                message = await _rendered(client, answer)
                await interaction.followup.send(**message.for_sending(), ephemeral=answer.reply.private)
            else:
                await _send(client, interaction, answer)
            return
        message = await _rendered(client, answer)
        if announced:
            await interaction.edit_original_response(**message.for_editing())
        else:
            await interaction.response.edit_message(**message.for_editing())
    except discord.HTTPException as problem:
        _late(problem)


async def _send(client: OsusumeClient, interaction: Interaction, answer: Answer | None) -> None:
    if answer is None:
        return
    message = await _rendered(client, answer)
    await interaction.response.send_message(**message.for_sending(), ephemeral=answer.reply.private)


async def _rendered(client: OsusumeClient, answer: Answer) -> Message:
    card = tile_wanted(answer.reply, covers=client.settings.covers)
    tile = await client.osusume.work(draw_tile, card.title, card.mal_id) if card is not None else None
    return render(answer, tile=tile)


def _late(problem: discord.HTTPException) -> None:
    if problem.code not in TOO_LATE:
        raise problem
    log.warning("an interaction was answered already, or too late (code %s)", problem.code)
