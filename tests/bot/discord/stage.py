"""The bot on the loopback Discord: in this process, and as hosts start it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import discord

from bot.discord import serve
from core.osusume import Osusume
from tests.doubles.discord import DiscordDouble, Reply, User
from tests.doubles.discord.world import ADMINISTRATOR

ROOT = Path(__file__).parents[3]
TOKEN = "not.a-real.token"
START = "from bot.cli import main; main()"


class Stage:
    """A server with an ordinary and an age-restricted channel; `ada` manages the server, `bob` does not."""

    def __init__(self, double: DiscordDouble, core: Osusume | None = None) -> None:
        self.double, self._core = double, core
        self.serving: asyncio.Task[None] | None = None
        self.guild = double.add_guild()
        self.channel = self.guild.add_channel("anime")
        self.restricted = self.guild.add_channel("late", nsfw=True)
        self.ada, self.bob = double.add_user("ada"), double.add_user("bob")
        self.guild.permissions[self.ada.id] = ADMINISTRATOR

    @property
    def core(self) -> Osusume:
        assert self._core is not None, "the core is in another process"
        return self._core

    async def favour(self, user: User, *titles: str) -> None:
        """The favourites that a user adds in the channel."""
        for title in titles:
            await self.say(user, "fav add", title=title)

    async def favourites(self, user: User) -> list[int]:
        """MAL ids, newest first."""
        profile = await self.core.people.profile(f"discord:{user.id}")
        return [entry.mal_id for entry in profile.favourites]

    async def say(self, user: User, command: str, /, **options: object) -> Reply:
        return await user.slash(self.channel, command, **options)


@asynccontextmanager
async def playing(
    core: Osusume, *, double: DiscordDouble | None = None, **changes: object
) -> AsyncIterator[Stage]:
    """Serves `core` on a double; `changes` are settings."""
    async with double or DiscordDouble(token=TOKEN) as double:
        stage = Stage(double, core)
        async with served(stage, **changes):
            yield stage


@asynccontextmanager
async def served(stage: Stage, **changes: object) -> AsyncIterator[None]:
    """Runs the bot on the stage's double; once more after it was stopped is a restart."""
    core, double = stage.core, stage.double
    with double.route(discord):
        settings = core.settings.model_copy(
            update={
                "discord_token": core.settings.discord_token,
                "discord_api_base": double.api_base,
                "discord_gateway": double.gateway_url,
                **changes,
            }
        )
        stage.serving = running = asyncio.create_task(serve(core, settings))
        try:
            waiting = asyncio.create_task(double.ready())
            await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


class Program:
    """`osusume discord` in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process, self._log = process, log

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    async def stop(self) -> int:
        """Asks it to end, as a service manager does; the exit code."""
        if self.process.returncode is None:
            self.process.terminate()
        return await self.process.wait()


@asynccontextmanager
async def program(
    double: DiscordDouble, home: Path, *, token: str = TOKEN, ready: bool = True, **settings: str
) -> AsyncIterator[Program]:
    """Runs the program against `double`; `settings` are environment variables without their prefix."""
    given = {
        "DISCORD_TOKEN": token, "DISCORD_API_BASE": double.api_base, "DISCORD_GATEWAY": double.gateway_url,
        "HOME": str(home), "COOLDOWN": "0", **settings,
    }  # fmt: skip
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OSUSUME_")}
    environment |= {f"OSUSUME_{key}": value for key, value in given.items()}
    environment |= {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    log = home / "log.txt"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", START, "discord", cwd=home, env=environment, stdout=output, stderr=output
        )
    running = Program(process, log)
    try:
        if ready:
            waiting = asyncio.create_task(double.ready(40))
            ended = asyncio.create_task(process.wait())
            await asyncio.wait({waiting, ended}, return_when=asyncio.FIRST_COMPLETED)
            assert waiting.done(), running.log
            ended.cancel()
            await waiting
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
