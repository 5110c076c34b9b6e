"""What is kept of a server goes some time after the bot was removed from it; an outage or a return changes nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from pydantic import SecretStr

from core.osusume import Osusume
from core.settings import read_settings
from tests.bot.discord.stage import TOKEN, Stage, playing, served
from tests.doubles.discord import DiscordDouble
from tests.doubles.discord.world import ADMINISTRATOR, Guild

DAY = 86_400
FACE = np.ones(8, np.float32)


@asynccontextmanager
async def opened(home: Path, days: int = 30) -> AsyncIterator[Osusume]:
    settings = read_settings(
        _env_file=None, home=home, cooldown=0, left_days=days, discord_token=SecretStr(TOKEN)
    )
    async with Osusume.open(settings, warm=False) as core:
        yield core


async def furnish(stage: Stage, guild: Guild) -> str:
    """Something is kept of the server; its key."""
    place, user = f"discord:{guild.id}", f"discord:{stage.ada.id}"
    channel = f"discord:{guild.channels[0].id}" if guild.channels else f"discord:{guild.id + 1}"
    await stage.core.people.set_server(place, blocked_tags="sky")
    await stage.core.server_galleries.add(place, user, "Hinata", FACE, "faces@1", "0-0")
    await stage.core.art.enable(channel, place)
    await stage.core.art.ignore(channel, place, f"discord:{stage.bob.id}")
    return place


async def kept(core: Osusume, place: str) -> int:
    """How many kinds of things are known of a place."""
    server, art = await core.people.server(place), await core.art.of_server(place)
    faces, log = await core.server_galleries.list(place, "faces@1"), await core.server_galleries.log(place)
    return sum(map(bool, (server.blocked_tags, art, faces, log)))


async def noted(core: Osusume, until: float) -> set[str]:
    return set(await core.people.left_places("discord", until))


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Asks the database again and again; what it waits for is sent to nobody."""
    async with asyncio.timeout(60):
        while not await holds():
            pass


async def test_removed_from_a_server(tmp_path: Path) -> None:
    async with opened(tmp_path, days=0) as core, playing(core) as stage:
        other = stage.double.add_guild("Other")
        await stage.double.announce(other)
        place, elsewhere = await furnish(stage, stage.guild), await furnish(stage, other)
        outage = {"id": str(other.id), "unavailable": True}
        await stage.double.gateway.dispatch("GUILD_DELETE", outage, other.id)
        await stage.double.leave(stage.guild)

        async def gone() -> bool:
            return await kept(core, place) == 0

        await until(gone)
        assert await kept(core, elsewhere) == 4, "a server that is out of order is not left"
        assert await core.art.style((f"discord:{stage.channel.id}",)) is None
        assert await noted(core, time.time()) == set()
        assert stage.double.violations == []


async def test_added_again_in_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as core, playing(core) as stage:
        place = await furnish(stage, stage.guild)
        await stage.double.leave(stage.guild)

        async def left() -> bool:
            return await noted(core, time.time()) == {place}

        await until(left)
        stage.guild.bot_member = True
        await stage.double.announce(stage.guild)

        async def back() -> bool:
            return await noted(core, time.time()) == set()

        await until(back)
        assert await kept(core, place) == 4


async def test_what_happened_while_the_bot_was_off(tmp_path: Path) -> None:
    """Removed; removed long ago; removed, noted, and added again: all of it shows in the list of servers."""
    async with opened(tmp_path) as core, DiscordDouble(token=TOKEN, shards=2) as double:
        double.max_concurrency = 2
        stage = Stage(double, core)
        guilds = [double.add_guild(name, bot_member=False) for name in ("fresh", "old")]
        guilds += [double.add_guild(name, shard=shard) for name, shard in (("back", 0), ("back too", 1))]
        fresh, old, back, back_too = [await furnish(stage, guild) for guild in guilds]
        private = f"discord:{stage.bob.id}"
        await core.server_galleries.add(private, private, "Rin", FACE, "faces@1", "0-0")
        before = time.time()
        for place in (old, back, back_too):
            await core.people.leave_place(place, before - 31 * DAY)
        async with served(stage):

            async def looked_through() -> bool:
                return await kept(core, old) == 0

            await until(looked_through)
        assert await noted(core, time.time()) == {fresh}
        assert await noted(core, before - 1) == set(), "its time begins now"
        assert [await kept(core, place) for place in (fresh, back, back_too)] == [4, 4, 4]
        assert await core.server_galleries.list(private, "faces@1"), "a person's own is not a server's"
        assert double.violations == []


async def test_a_server_that_people_use_by_their_own_installation(tmp_path: Path) -> None:
    async with opened(tmp_path) as core, playing(core) as stage:
        carol = stage.double.add_user("carol", installed=True)
        guild = stage.double.add_guild("Elsewhere", bot_member=False)
        guild.permissions[carol.id] = ADMINISTRATOR
        channel = guild.add_channel("chat")
        place = await furnish(stage, guild)
        await core.people.leave_place(place, time.time() - 29 * DAY)
        await carol.slash(channel, "anime search", title="mushishi")

        async def begun_anew() -> bool:
            return await noted(core, time.time() - 28 * DAY) == set()

        await until(begun_anew)
        assert await noted(core, time.time()) == {place}
