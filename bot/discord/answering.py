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
from bot.discord.render import Message, pack_files, render, tile_wanted
from bot.reply import Answer, Reply
from bot.texts import Texts
from core.errors import OsusumeError, UserError
from core.pictures import draw_tile

if TYPE_CHECKING:
    from bot.discord.client import OsusumeClient

log = logging.getLogger("osusume.discord")

Work = Callable[[], Awaitable[Answer | None]]

GONE = {10008, 10015, 10062, 40060, 50027}
"""Codes that say that this was answered already, can no longer be, or that its message was deleted."""


async def answer(
    client: OsusumeClient, interaction: Interaction, work: Work, command: Command | None = None
) -> None:
    """Runs `work` and shows what comes of it; never raises. `command` is None for a press."""
    task = asyncio.ensure_future(_outcome(client, interaction, work))
    try:
        await asyncio.wait({task}, timeout=limits.WAIT_SECONDS)
        hidden = False
        if not task.done():
            hidden = await _announce(client, interaction, command)
        await _show(client, interaction, await task, hidden=hidden)
    except discord.HTTPException as problem:
        if problem.code in GONE:
            log.warning("an interaction was answered already, or too late (code %s)", problem.code)
        elif problem.status == 429 or problem.status >= 500:
            log.warning("Discord took no answer (status %s, code %s)", problem.status, problem.code)
        else:
            await _apologise(client, interaction)
    except Exception:
        await _apologise(client, interaction)


async def _outcome(client: OsusumeClient, interaction: Interaction, work: Work) -> Answer | None:
    """The answer, also where reading the request itself failed."""
    try:
        return await work()
    except OsusumeError as problem:
        return Answer("", client.dispatcher.sentence(problem, await client.texts(interaction)))
    except Exception:
        return Answer("", _apology(client, interaction))


async def _announce(client: OsusumeClient, interaction: Interaction, command: Command | None) -> bool:
    """Tells Discord that the answer is being made; whether only the asker sees it, which is fixed by this."""
    if command is None:
        await interaction.response.defer()
        return False
    try:
        private = client.dispatcher.is_private(command, f"discord:{interaction.user.id}")
        hidden = await asyncio.wait_for(private, limits.PREFERENCE_SECONDS)
    except (TimeoutError, OsusumeError):
        hidden = command.private
    await interaction.response.defer(ephemeral=hidden, thinking=True)
    return hidden


async def _show(
    client: OsusumeClient, interaction: Interaction, answer: Answer | None, *, hidden: bool
) -> None:
    response = interaction.response
    thinking = response.type is discord.InteractionResponseType.deferred_channel_message
    if answer is None:  # this very event was answered before
        if thinking:
            await interaction.delete_original_response()
        return
    message = await _message(client, interaction, answer)
    private = answer.reply.private
    if answer.reply.update and interaction.type is discord.InteractionType.component:
        if response.is_done():
            await interaction.edit_original_response(**message.for_editing())
        else:
            await response.edit_message(**message.for_editing())
    elif not response.is_done():
        await response.send_message(**message.for_sending(), ephemeral=private)
    elif thinking and private == hidden:
        await interaction.edit_original_response(**message.for_editing())
    else:
        if thinking:  # announced to everybody, but meant for one
            await interaction.delete_original_response()
        await interaction.followup.send(**message.for_sending(), ephemeral=private)


async def _message(client: OsusumeClient, interaction: Interaction, answer: Answer) -> Message:
    card = tile_wanted(answer.reply, covers=client.settings.covers)
    tile = await client.osusume.work(draw_tile, card.title, card.mal_id) if card is not None else None
    files = (*answer.reply.pictures, *answer.reply.files)
    if files:
        room = min(interaction.filesize_limit, limits.REQUEST_BYTES)
        try:
            files = await client.osusume.work(pack_files, files, room)
        except UserError as problem:
            return render(Answer("", client.dispatcher.sentence(problem, await client.texts(interaction))))
    return render(answer, tile=tile, files=files)


def _apology(client: OsusumeClient, interaction: Interaction) -> Reply:
    return client.dispatcher.apology(Texts(str(interaction.locale)), "an interaction on Discord")


async def _apologise(client: OsusumeClient, interaction: Interaction) -> None:
    """For a bug in showing an answer: logged whole, and said where Discord still listens."""
    message = render(Answer("", _apology(client, interaction)))
    try:
        if interaction.response.is_done():
            await interaction.followup.send(**message.for_sending(), ephemeral=True)
        else:
            await interaction.response.send_message(**message.for_sending(), ephemeral=True)
    except discord.HTTPException as problem:
        log.warning("could not apologise (status %s, code %s)", problem.status, problem.code)
