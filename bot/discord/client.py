"""The Discord client: connects, turns interactions into requests, answers in time."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands

from bot.art import ArtDesk
from bot.commands.declare import Command, Menu
from bot.discord import limits
from bot.discord.answering import Work, answer
from bot.discord.art import ArtFeed, lacking
from bot.discord.attachments import read_options, read_pictures
from bot.discord.declare import FluentTranslator, Interaction, add_commands
from bot.discord.progress import Progress
from bot.discord.render import BUTTON, MENU, PAGES, cut_front
from bot.dispatch import Dispatcher
from bot.leaving import LeftPlaces
from bot.reply import Answer
from bot.request import Person, Place, Platform, Press, Request, Value
from bot.settling import settle
from bot.texts import Texts
from core.errors import SettingsError, Unavailable
from core.osusume import Osusume
from core.settings import Settings

log = logging.getLogger("osusume.discord")

TOKEN_REFUSED = 4004
"""The gateway's close code."""

INTENT_REFUSED = 4014

PLATFORM = Platform(servers=True, age_limits=True, showing="help-showing-discord")

FINISH_SECONDS = 10.0
"""How long a shutdown waits for answers under way."""


class OsusumeClient(discord.AutoShardedClient):
    """One connection (or several shards) to Discord for one core."""

    def __init__(self, osusume: Osusume, settings: Settings) -> None:
        # Slash commands, buttons and their answers need no privileged intent; reading art channels does.
        reads = settings.discord_message_content
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=reads, message_content=reads),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.osusume = osusume
        self.settings = settings
        self.dispatcher = Dispatcher(osusume)
        self.tree = app_commands.CommandTree(self)
        self._art = (
            ArtFeed(osusume, ArtDesk(osusume, self.dispatcher), settings.picture_mebibytes) if reads else None
        )
        self._answering: set[asyncio.Task[None]] = set()
        self._catching_up: asyncio.Task[None] | None = None
        self._left = LeftPlaces(osusume, "discord", self._is_in, self._places)
        self._finishing = False
        add_commands(self.tree, self.dispatcher.registry, self._run, self._run_menu, self._complete)

    async def setup_hook(self) -> None:
        await self.tree.set_translator(FluentTranslator())
        await self.sync()
        invitation = f"https://discord.com/oauth2/authorize?client_id={self.application_id}"
        log.info("logged in as %s; to add it to a server or to your own account: %s", self.user, invitation)

    async def sync(self) -> bool:
        """Sends the command definitions to Discord when they are not the ones sent last; whether it did."""
        translator = self.tree.translator
        assert translator is not None
        payload = [
            await command.get_translated_payload(self.tree, translator)
            for command in self.tree.get_commands()
        ]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()
        kept = self.settings.home / f"discord-commands-{self.application_id}.sha256"
        if await asyncio.to_thread(lambda: kept.exists() and kept.read_text() == digest):
            return False
        await self.tree.sync()
        await asyncio.to_thread(kept.write_text, digest)
        log.info("commands sent to Discord")
        return True

    async def _run(self, command: Command, interaction: Interaction, values: dict[str, Any]) -> None:
        async def work() -> Answer | None:
            texts = await self.texts(interaction)
            options, names = await read_options(command, values, self.settings.picture_mebibytes)
            return await self._answer(command, interaction, texts, options, names)

        await self._track(interaction, work, command)

    async def _run_menu(
        self, command: Command, menu: Menu, interaction: Interaction, message: discord.Message
    ) -> None:
        async def work() -> Answer | None:
            texts, options = await self.texts(interaction), dict[str, Value](menu.options)
            for option in command.options:
                if option.kind == "pictures":
                    options[option.name] = await read_pictures(
                        message, self.settings.picture_mebibytes, int(option.maximum or 1)
                    )
            return await self._answer(command, interaction, texts, options, {})

        await self._track(interaction, work, command)

    async def _answer(
        self,
        command: Command,
        interaction: Interaction,
        texts: Texts,
        options: dict[str, Value],
        names: dict[str, str],
    ) -> Answer | None:
        person, place, event = person_of(interaction), place_of(interaction), event_of(interaction)
        progress = Progress(interaction, lambda percent: texts("picture-watching", percent=percent))
        lacking = self._lacking(interaction)
        try:
            return await self.dispatcher.answer(
                Request(command.name, person, texts, options, place, event, names, lacking, progress)
            )
        finally:
            await progress.finish()

    def _lacking(self, interaction: Interaction) -> Callable[[], Awaitable[Sequence[str]]]:
        async def asked() -> Sequence[str]:
            return lacking(
                interaction.app_permissions,
                content=self.settings.discord_message_content,
                in_thread=isinstance(interaction.channel, discord.Thread),
            )

        return asked

    async def _complete(
        self, command: Command, option: str, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        texts, person = await self.texts(interaction), person_of(interaction)
        found = await self.dispatcher.complete(
            command.name, option, current, person, place_of(interaction), texts
        )
        shown: dict[str, app_commands.Choice[str]] = {}
        for suggestion in found:
            label = cut_front(suggestion.label, limits.AUTOCOMPLETE_TEXT)
            if label and 0 < len(suggestion.value) <= limits.AUTOCOMPLETE_TEXT:
                shown.setdefault(label, app_commands.Choice(name=label, value=suggestion.value))
        return list(shown.values())[: limits.AUTOCOMPLETE]

    async def on_interaction(self, interaction: Interaction) -> None:
        """Presses of our buttons and menus; commands go through the tree."""
        if interaction.type is not discord.InteractionType.component or interaction.data is None:
            return
        custom_id = str(interaction.data.get("custom_id", ""))
        chosen = interaction.data.get("values") or []
        token = pressed_token(custom_id, chosen if isinstance(chosen, list) else [])
        if token is None:
            return

        async def work() -> Answer | None:
            texts = await self.texts(interaction)
            press = Press(
                token, person_of(interaction), texts, place_of(interaction), event_of(interaction),
                looks_after=_moderates(interaction),
            )  # fmt: skip
            return await self.dispatcher.press(press)

        await self._track(interaction, work)

    async def on_ready(self) -> None:
        # Of every shard the list of servers is known now; those that are unavailable for the moment are on it.
        self._left.watch()
        if self._art is not None and self._catching_up is None:
            self._catching_up = asyncio.ensure_future(self._art.catch_up(self))
            self._catching_up.add_done_callback(_log_bug)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._left.entered(f"discord:{guild.id}", time.time())

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._left.left(f"discord:{guild.id}", time.time())

    def _places(self) -> set[str]:
        return {f"discord:{guild.id}" for guild in self.guilds}

    async def _is_in(self, place: str) -> bool:
        return place in self._places()

    async def on_message(self, message: discord.Message) -> None:
        if self._art is not None and not self._finishing:
            await self._art.posted(message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        if self._art is not None and not self._finishing:
            await self._art.edited(event)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        if self._art is not None:
            await self._art.deleted(event.channel_id, event.message_id, self)

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        if self._art is not None:
            for message in event.message_ids:
                await self._art.deleted(event.channel_id, message, self)

    async def texts(self, interaction: Interaction) -> Texts:
        return await self.dispatcher.texts_for(
            person_of(interaction).key, str(interaction.locale), place_of(interaction).server
        )

    async def _track(self, interaction: Interaction, work: Work, command: Command | None = None) -> None:
        """Answers, so that a shutdown can wait for it; while shutting down nothing new is begun."""
        if self._finishing:
            return
        task = asyncio.ensure_future(answer(self, interaction, work, command))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        await task
        if interaction.guild_id is not None and self.get_guild(interaction.guild_id) is None:
            await self._left.visited(f"discord:{interaction.guild_id}")

    async def finish(self) -> None:
        """Lets answers under way end, then closes."""
        self._finishing = True
        if self._catching_up is not None:
            self._catching_up.cancel()
            await asyncio.gather(self._catching_up, return_exceptions=True)
        await self._left.stop()
        if self._answering:
            await asyncio.wait(set(self._answering), timeout=FINISH_SECONDS)
        await self.close()


def _log_bug(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a bug while catching up with art channels", exc_info=task.exception())


def pressed_token(custom_id: str, chosen: Sequence[object]) -> str | None:
    """The token of a press, from the button's id or a menu's chosen value; None when it is none of ours."""
    if custom_id.startswith((MENU, PAGES)):
        token = str(chosen[0]) if chosen else ""
    elif custom_id.startswith(BUTTON):
        token = custom_id.removeprefix(BUTTON)
    else:
        return None
    return token if re.fullmatch(r"[\w.-]{1,40}", token, re.ASCII) else None


def _moderates(interaction: Interaction) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return interaction.permissions.manage_messages

    return asked


def person_of(interaction: Interaction) -> Person:
    return Person(f"discord:{interaction.user.id}", interaction.user.display_name)


def event_of(interaction: Interaction) -> str:
    return f"discord:{interaction.id}"


def place_of(interaction: Interaction) -> Place:
    if interaction.guild_id is None:
        return Place(platform=PLATFORM)
    channel = interaction.channel
    restricted = bool(getattr(channel, "nsfw", False))
    if isinstance(channel, discord.Thread):
        restricted = channel.is_nsfw()
    return Place(
        f"discord:{interaction.guild_id}",
        restricted,
        interaction.permissions.manage_guild,
        f"discord:{interaction.channel_id}",
        PLATFORM,
    )


async def serve(osusume: Osusume, settings: Settings) -> None:
    """Runs until cancelled; then finishes what it is answering.

    Raises:
        SettingsError: `discord-token-wrong` when Discord refuses the token.
        Unavailable: `discord-unreachable` when it cannot be reached at the start.
    """
    assert settings.discord_token is not None
    if settings.discord_api_base is not None:
        discord.http.Route.BASE = settings.discord_api_base
    if settings.discord_gateway is not None:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    client = OsusumeClient(osusume, settings)
    settle()
    try:
        await client.start(settings.discord_token.get_secret_value())
    except discord.PrivilegedIntentsRequired as problem:
        raise SettingsError("discord-intent-refused") from problem
    except discord.LoginFailure as problem:
        raise SettingsError("discord-token-wrong") from problem
    except discord.ConnectionClosed as problem:
        if problem.code == TOKEN_REFUSED:
            raise SettingsError("discord-token-wrong") from problem
        if problem.code == INTENT_REFUSED:
            raise SettingsError("discord-intent-refused") from problem
        raise
    except (discord.DiscordServerError, discord.GatewayNotFound, aiohttp.ClientError, OSError) as problem:
        raise Unavailable("discord-unreachable", problem=str(problem)) from problem
    finally:
        await client.finish()
