"""The loopback Discord, driven by the unmodified discord.py client."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord
import pytest
from yarl import URL

from .discord import ClientRefused, DiscordDouble, NoAnswer, Upload
from .discord.sample_bot import SampleBot


class Stage:
    """A double with a server, a channel, a user and the sample bot."""

    def __init__(self, double: DiscordDouble, bot: SampleBot) -> None:
        self.double, self.bot = double, bot
        self.guild = double.add_guild()
        self.channel = self.guild.add_channel()
        self.ada = double.add_user("ada", locale="ja")
        self.bob = double.add_user("bob")


@asynccontextmanager
async def playing(double: DiscordDouble) -> AsyncIterator[Stage]:
    async with double:
        with double.route(discord):
            bot = SampleBot()
            stage = Stage(double, bot)
            running = asyncio.create_task(bot.start(double.token))
            try:
                await double.ready()
                yield stage
            finally:
                await bot.close()
                await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with playing(DiscordDouble()) as stage:
        yield stage


async def test_slash_command_with_embed_and_file(stage: Stage) -> None:
    reply = await stage.ada.slash(stage.channel, "fav add", name="Mushishi", stars=5)
    assert reply.content == "added"
    assert reply.embeds[0]["description"] == "★★★★★"
    assert reply.files[0].data == b"\x89PNG"
    assert reply.acknowledged_after > 0
    assert (reply.deferred, reply.ephemeral) == (False, False)
    assert reply.message.payload()["embeds"][0]["image"]["url"].startswith(
        stage.double.base_url + "/attachments/"
    )
    assert {command["name"] for command in stage.double.commands} > {"fav", "slow", "Name it"}
    assert stage.double.violations == []


async def test_the_users_client_refuses_what_discord_would_not_offer(stage: Stage) -> None:
    ada, channel = stage.ada, stage.channel
    for command, options in (
        ("fav", {}),
        ("fav add", {}),
        ("fav add", {"name": "x", "stars": 6}),
        ("fav add", {"name": 5}),
        ("fav add", {"title": "x"}),
        ("nothing", {}),
        ("adult", {}),
        ("look", {"picture": "x"}),
    ):
        with pytest.raises(ClientRefused):
            await ada.slash(channel, command, **options)
    assert stage.double.calls("POST /interactions/*") == []


async def test_autocomplete(stage: Stage) -> None:
    choices = await stage.ada.autocomplete(stage.channel, "fav add", "name", "mo")
    assert [choice.value for choice in choices] == ["Monster", "Mononoke"]


async def test_deferred_answer_is_awaited_and_keeps_its_privacy(stage: Stage) -> None:
    reply = await stage.ada.start_slash(stage.channel, "slow", quiet=True)
    await reply.acknowledged()
    assert (reply.message.loading, reply.answered) == (True, False)
    stage.bot.go_on.set()
    await reply.final()
    assert (reply.content, reply.deferred, reply.ephemeral, len(reply.edits)) == ("done", True, True, 1)
    with pytest.raises(ClientRefused, match="does not see"):
        await stage.bob.click(reply, label="Seen")


async def test_buttons_update_defer_and_follow_up(stage: Stage) -> None:
    reply = await stage.ada.slash(stage.channel, "fav add", name="Mushishi")
    assert [one.label for one in reply.components[:5]] == ["Seen", "Later", "Ask", "Site", "Gone"]
    updated = await stage.bob.click(reply, label="Seen")
    assert updated.content == reply.content == "seen by bob"
    assert updated.message_id == reply.message_id
    assert reply.files, "an update without attachments keeps the files"
    later = await stage.ada.click(reply, custom_id="later")
    assert later.response_type == 6
    assert (await later.followup(0)).ephemeral
    await later.settled(quiet=0.02)
    assert [one.content for one in later.followups] == ["one more", "and another"]
    picked = await stage.ada.select(reply, "A")
    assert picked.content == "picked a"
    for label in ("Gone", "Site", "Unknown"):
        with pytest.raises(ClientRefused):
            await stage.ada.click(reply, label=label)
    assert stage.double.violations == []


async def test_modal(stage: Stage) -> None:
    opened = await stage.ada.click(await stage.ada.slash(stage.channel, "fav add", name="x"), label="Ask")
    assert opened.modal["title"] == "Tell us"
    with pytest.raises(ClientRefused, match="3 to"):
        await stage.ada.submit(opened, {"Why?": "no"})
    reply = await stage.ada.submit(opened, {"Why?": "it rains"})
    assert (reply.content, reply.ephemeral) == ("because it rains", True)


async def test_modal_with_every_kind_of_field(stage: Stage) -> None:
    opened = await stage.ada.slash(stage.channel, "survey")
    for wrong in ({"Mood": "Wild"}, {"Mood": "Calm"}, {"Mood": "Calm", "Pace": "Fast", "Name": "x"}):
        with pytest.raises(ClientRefused):
            await stage.ada.submit(opened, wrong)
    fields = {
        "Mood": "Calm",
        "Shots": [Upload("a.png", b"12"), Upload("b.png", b"3")],
        "Pace": "Fast",
        "Agree": True,
    }
    assert (await stage.ada.submit(opened, fields)).content == "['calm'] [2, 1] f True"
    assert stage.double.violations == []


async def test_attachment_option_and_expiring_address(stage: Stage) -> None:
    upload = Upload("a.png", b"12345", content_type="image/png", width=1, height=1)
    reply = await stage.ada.slash(stage.channel, "look", picture=upload)
    assert reply.content == "a.png: 5 bytes"
    address = stage.double.calls("GET /ephemeral-attachments/*")[0]
    assert set(address.query) == {"ex", "is", "hm"}
    async with aiohttp.ClientSession() as http:
        full = URL(stage.double.base_url + address.path).with_query(address.query)
        assert (await http.get(full)).status == 200
        assert (await http.get(full.with_query(None))).status == 404
        stage.double.advance(stage.double.files.lifetime)
        assert (await http.get(full)).status == 404


async def test_context_menus_age_restricted_channels_and_locale(stage: Stage) -> None:
    written = await stage.bob.message(stage.channel, "who is this?", attachments=[Upload("a.png", b"1")])
    named = await stage.ada.context_menu(stage.channel, "Name it", target=written)
    assert named.content == "who is this? 1"
    assert (await stage.ada.context_menu(stage.channel, "Taste", target=stage.bob)).content == "bob"
    adults = stage.guild.add_channel("adults", nsfw=True)
    await stage.double.announce(stage.guild)
    assert (await stage.ada.slash(adults, "adult", who=stage.bob)).content == "True bob ja"


async def test_direct_messages_and_user_installs(stage: Stage) -> None:
    stage.bot.go_on.set()
    assert (await stage.ada.slash(stage.ada.dm, "slow")).content == "done"
    elsewhere = stage.double.add_guild(bot_member=False).add_channel()
    group = stage.double.add_group_dm(stage.ada, stage.bob)
    with pytest.raises(ClientRefused, match="not installed"):
        await stage.ada.slash(elsewhere, "slow")
    stage.ada.installed = True
    assert (await stage.ada.slash(elsewhere, "slow")).interaction.owners == {"1": str(stage.ada.id)}
    assert (await stage.ada.slash(group, "slow")).interaction.payload()["context"] == 2
    assert elsewhere.guild is not None
    elsewhere.guild.permissions[stage.ada.id] = 1 << 31
    assert (await stage.ada.slash(elsewhere, "slow")).ephemeral, (
        "without USE_EXTERNAL_APPS answers are private"
    )


async def test_message_content_needs_the_intent_but_for_mentions_and_direct_messages(stage: Stage) -> None:
    mention = f"{stage.double.bot.mention} hello"
    for channel, text in ((stage.channel, "secret"), (stage.channel, mention), (stage.ada.dm, "ping")):
        await stage.ada.message(channel, text)
    answer = await stage.ada.dm.next_message()
    assert (answer.content, answer.files[0].data) == ("pong", b"x")
    assert stage.bot.heard == ["", mention, "ping"]


async def test_first_response_within_three_seconds(stage: Stage) -> None:
    reply = await stage.ada.start_slash(stage.channel, "late")
    stage.double.advance(3.1)
    stage.bot.go_on.set()
    assert (await asyncio.wait_for(stage.bot.errors.get(), 60)).code == 10062
    assert [one.code for one in stage.double.violations] == [10062]
    assert reply.response_type is None


async def test_token_dies_after_fifteen_minutes(stage: Stage) -> None:
    reply = await (await stage.ada.start_slash(stage.channel, "slow")).acknowledged()
    stage.double.advance(15 * 60 + 1)
    stage.bot.go_on.set()
    assert (await asyncio.wait_for(stage.bot.errors.get(), 60)).code == 50027
    assert not reply.answered


async def test_an_unanswered_interaction_fails_with_the_traffic_shown(stage: Stage) -> None:
    stage.double.timeout = 0.05
    with pytest.raises(NoAnswer, match=r"answer to ada's 'late'(?s:.)*PUT /applications"):
        await stage.ada.slash(stage.channel, "late")


@pytest.mark.parametrize("trouble", ["close", "op 7", "op 9"])
async def test_resume_brings_what_was_missed(stage: Stage, trouble: str) -> None:
    double = stage.double
    if trouble == "close":
        await double.disconnect(code=4000)
    elif trouble == "op 7":
        await double.reconnect()
    else:
        await double.invalidate(resumable=True)
    reply = await stage.ada.slash(stage.channel, "fav add", name="Mushishi")
    await double.resumed()
    assert reply.content == "added"
    assert [session.resumes for session in double.gateway.sessions.values()] == [1]
    assert len(double.gateway.identifies) == 1


async def test_lost_session_identifies_anew_and_loses_events(stage: Stage) -> None:
    double = stage.double
    double.timeout = 0.05
    await double.invalidate(resumable=False)
    with pytest.raises(NoAnswer):
        await stage.ada.slash(stage.channel, "fav add", name="Mushishi")
    double.advance(5)
    await double.ready()
    double.timeout = 5
    assert (await stage.ada.slash(stage.channel, "fav add", name="Mushishi")).content == "added"


async def test_replay_and_reordering(stage: Stage) -> None:
    await stage.ada.message(stage.ada.dm, "twice")
    await stage.double.replay_last()
    await stage.double.until(lambda: len(stage.ada.dm.messages) == 3, "both answers")
    other = stage.guild.add_channel("other")
    await stage.double.announce(stage.guild)
    stage.bot.heard.clear()
    tag = stage.double.bot.mention
    async with stage.double.out_of_order():
        for number, channel in enumerate((stage.channel, other, stage.channel)):
            await stage.bob.message(channel, f"{tag} {number}")
    await stage.bob.message(stage.bob.dm, "end")
    await stage.bob.dm.next_message()
    assert stage.bot.heard == [f"{tag} 1", f"{tag} 0", f"{tag} 2", "end"]


async def test_two_shards() -> None:
    async with playing(DiscordDouble(shards=2, max_concurrency=2)) as stage:
        double = stage.double
        first, second = (double.add_guild(shard=number) for number in (0, 1))
        for guild in (first, second):
            channel = guild.add_channel()
            await double.announce(guild)
            assert (await stage.ada.slash(channel, "fav add", name="Mushishi")).content == "added"
        assert [one["shard"] for one in double.gateway.identifies] == [[0, 2], [1, 2]]
        assert {stage.bot.get_guild(one.id).shard_id for one in (first, second)} == {0, 1}  # type: ignore[union-attr]


@pytest.mark.parametrize("is_global", [False, True])
async def test_forced_429_is_retried_with_via_and_fails_without(stage: Stage, is_global: bool) -> None:
    stage.double.force(status=429, route="POST /channels/*/messages", retry_after=0.01, is_global=is_global)
    channel = stage.bot.get_partial_messageable(stage.channel.id)
    await channel.send("hello")
    assert [call.status for call in stage.double.calls("POST /channels/*/messages")] == [429, 200]
    stage.double.force(status=429, via=False)
    with pytest.raises(discord.HTTPException) as refused:
        await channel.send("hello")
    assert refused.value.status == 429
    stage.double.force(status=503)
    with pytest.raises(discord.DiscordServerError):
        await channel.send("hello")
    assert stage.double.violations == [], "ordered failures are no violations"


async def test_wrong_token_never_logs_in() -> None:
    async with DiscordDouble(token="right") as double:
        with double.route(discord):
            bot = SampleBot()
            with pytest.raises(discord.LoginFailure):
                await bot.start("wrong")
            await bot.close()
        assert discord.http.Route.BASE.startswith("https://"), "route() restores the addresses"


BOT_PROGRAM = """
import os, discord, yarl
from discord import app_commands
discord.http.Route.BASE = os.environ["OSUSUME_DISCORD_API_BASE"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["OSUSUME_DISCORD_GATEWAY"])
client = discord.AutoShardedClient(intents=discord.Intents.none())
tree = app_commands.CommandTree(client)
client.setup_hook = tree.sync
@tree.command(description="Say hello")
async def hello(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("hello")
client.run("secret", log_handler=None)
"""


async def test_a_bot_in_its_own_process() -> None:
    async with DiscordDouble(token="secret") as double:
        channel, ada = double.add_guild().add_channel(), double.add_user("ada")
        addresses = {
            "OSUSUME_DISCORD_API_BASE": double.api_base,
            "OSUSUME_DISCORD_GATEWAY": double.gateway_url,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-W", "ignore", "-c", BOT_PROGRAM, env={**os.environ, **addresses}
        )
        try:
            await double.ready()
            assert (await ada.slash(channel, "hello")).content == "hello"
        finally:
            process.terminate()
            await process.wait()
