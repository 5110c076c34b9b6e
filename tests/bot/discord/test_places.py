"""Where it was said: servers, threads, direct messages, private channels, users' own installations; adult titles."""

from __future__ import annotations

import itertools

import pytest

from core.catalogue import Anime
from core.osusume import Osusume
from tests.bot.discord.stage import Stage
from tests.doubles.discord import Channel, User
from tests.doubles.discord.world import USE_EXTERNAL_APPS

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_direct_messages(stage: Stage) -> None:
    reply = await stage.bob.slash(stage.bob.dm, "fav add", title="Mushishi")
    assert "now among your favourites" in reply.content
    await stage.bob.click(reply, label="↩ Undo")
    assert await stage.favourites(stage.bob) == []
    refused = await stage.bob.slash(stage.bob.dm, "settings server", adult=True)
    assert "not in private" in refused.content or "Only those" in refused.content


async def test_users_who_installed_it_for_themselves(stage: Stage) -> None:
    carol = stage.double.add_user("carol", installed=True)
    group = stage.double.add_group_dm(carol, stage.bob)
    elsewhere = stage.double.add_guild("Elsewhere", bot_member=False).add_channel("chat")
    for channel in (group, elsewhere):
        reply = await carol.slash(channel, "recommend", count=3)
        assert "> " in reply.embeds[0]["description"]
        turned = await carol.click(reply, label="›")
        assert turned.button("2 / 3")
        liked = await stage.bob.click(reply, label="★ Favourite")
        assert liked.ephemeral
    choices = await carol.autocomplete(elsewhere, "anime details", "title", "mushi")
    assert choices[0].name.startswith("Mushi")


async def test_servers_may_make_answers_of_outside_apps_private(stage: Stage) -> None:
    carol = stage.double.add_user("carol", installed=True)
    guild = stage.double.add_guild("Strict", bot_member=False)
    guild.permissions[carol.id] = guild.permissions_of(carol) & ~USE_EXTERNAL_APPS
    reply = await carol.slash(guild.add_channel("chat"), "recommend", count=3)
    assert reply.ephemeral
    assert (await carol.click(reply, label="›")).button("2 / 3")


@pytest.fixture(scope="module")
def adult(core: Osusume) -> Anime:
    """The best known adult title."""
    rows = range(len(core.catalogue))
    found = [anime for anime in map(core.catalogue.anime, rows) if anime.is_adult]
    return max(found, key=lambda anime: anime.members or 0)


async def sees(user: User, channel: Channel, adult: Anime) -> bool:
    """Whether an adult title is shown, the same by every way to it."""
    by_name = await user.slash(channel, "anime details", title=adult.title)
    by_id = await user.slash(channel, "anime details", title=f"#{adult.mal_id}")
    search = await user.slash(channel, "anime search", title=adult.title)
    typed = await user.autocomplete(channel, "anime details", "title", adult.title)
    options = [option["label"] for one in search.components for option in one.options]
    ways = {
        any(embed.get("url", "").endswith(f"/{adult.mal_id}") for embed in by_name.embeds),
        any(embed.get("url", "").endswith(f"/{adult.mal_id}") for embed in by_id.embeds),
        any(label.startswith(adult.title) for label in options),
        f"#{adult.mal_id}" in {choice.value for choice in typed},
    }
    assert len(ways) == 1, ways
    return ways.pop()


async def test_adult_titles_need_channel_server_and_own_wish(stage: Stage, adult: Anime) -> None:
    await sees(stage.ada, stage.channel, adult)
    for server, own in itertools.product((False, True), repeat=2):
        await stage.say(stage.ada, "settings server", adult=server)
        await stage.say(stage.ada, "settings me", adult=own)
        for channel in (stage.channel, stage.restricted, stage.restricted.add_thread(), stage.ada.dm):
            if channel.parent is not None:
                await stage.double.announce(stage.guild)
            restricted = channel.guild is not None and channel.age_restricted
            assert await sees(stage.ada, channel, adult) == (server and own and restricted), (
                server, own, channel.name,
            )  # fmt: skip


async def test_old_buttons_obey_a_server_that_changed_its_mind(stage: Stage, adult: Anime) -> None:
    await stage.say(stage.ada, "settings server", adult=True)
    await stage.say(stage.ada, "settings me", adult=True)
    found = await stage.ada.slash(stage.restricted, "anime search", title=adult.title)
    (menu,) = [one for one in found.components if one.type == 3]
    token = next(option["value"] for option in menu.options if option["label"].startswith(adult.title))
    assert (await stage.ada.select(found, token)).embeds
    await stage.say(stage.ada, "settings server", adult=False)
    assert not (await stage.ada.select(found, token)).embeds
