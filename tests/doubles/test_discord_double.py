"""The loopback Discord, driven by the unmodified discord.py client and, for what that never sends, by raw HTTP."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands
from yarl import URL

from .discord import ClientRefused, DiscordDouble, NoAnswer, Reply, Upload
from .discord.commands import is_command_name

Json = dict[str, Any]
TITLES = ["Mushishi", "Monster", "Mononoke"]
AGENT = {"User-Agent": "DiscordBot (https://example.org, 1.0)"}


class Question(discord.ui.Modal, title="Tell us"):
    why: discord.ui.Label[Any] = discord.ui.Label(
        text="Why?", component=discord.ui.TextInput(custom_id="why", min_length=3)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.why.component, discord.ui.TextInput)
        await interaction.response.send_message(f"because {self.why.component.value}", ephemeral=True)


class Controls(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Site", url="https://example.org"))
        self.add_item(discord.ui.Button(label="Gone", custom_id="gone", disabled=True))

    @discord.ui.button(label="Seen", custom_id="seen")
    async def seen(self, interaction: discord.Interaction, button: discord.ui.Button[Controls]) -> None:
        await interaction.response.edit_message(content=f"seen by {interaction.user.name}")

    @discord.ui.button(label="Later", custom_id="later")
    async def later(self, interaction: discord.Interaction, button: discord.ui.Button[Controls]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="later")
        await interaction.followup.send("one more", ephemeral=True)
        await interaction.followup.send("and another")

    @discord.ui.button(label="Ask", custom_id="ask")
    async def ask(self, interaction: discord.Interaction, button: discord.ui.Button[Controls]) -> None:
        await interaction.response.send_modal(Question())

    @discord.ui.select(
        custom_id="pick", placeholder="Pick", options=[discord.SelectOption(label="A", value="a")]
    )
    async def pick(self, interaction: discord.Interaction, select: discord.ui.Select[Controls]) -> None:
        await interaction.response.edit_message(content=f"picked {select.values[0]}")


class SampleBot(discord.AutoShardedClient):
    """A small honest bot: what a test needs and nothing more."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default(), guild_ready_timeout=0.01)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[str] = []
        self.go_on = asyncio.Event()
        self.errors: asyncio.Queue[discord.HTTPException] = asyncio.Queue()
        _add_commands(self)

    async def setup_hook(self) -> None:
        self.add_view(Controls())
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        return None

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.append(message.content)
            if message.content == "ping" or message.guild is None:
                await message.channel.send("pong", file=discord.File(io.BytesIO(b"x"), "x.txt"))


def _add_commands(bot: SampleBot) -> None:
    fav = app_commands.Group(
        name="fav", description="Favourites", allowed_installs=app_commands.AppInstallationType()
    )

    @fav.command(name="add", description="Add one")
    async def add(
        interaction: discord.Interaction, name: str, stars: app_commands.Range[int, 1, 5] = 3
    ) -> None:
        embed = discord.Embed(title=name, description="★" * stars).set_image(url="attachment://card.png")
        card = discord.File(io.BytesIO(b"\x89PNG"), "card.png")
        await interaction.response.send_message("added", embed=embed, file=card, view=Controls())

    @add.autocomplete("name")
    async def names(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=one, value=one) for one in TITLES if typed.lower() in one.lower()]

    bot.tree.add_command(fav)

    @bot.tree.command(description="A slow one")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def slow(interaction: discord.Interaction, quiet: bool = False) -> None:
        await interaction.response.defer(ephemeral=quiet, thinking=True)
        await bot.go_on.wait()
        try:
            await interaction.edit_original_response(content="done")
        except discord.HTTPException as error:
            bot.errors.put_nowait(error)

    @bot.tree.command(description="Late")
    async def late(interaction: discord.Interaction) -> None:
        await bot.go_on.wait()
        try:
            await interaction.response.send_message("too late")
        except discord.HTTPException as error:
            bot.errors.put_nowait(error)

    @bot.tree.command(description="Look at a picture")
    async def look(interaction: discord.Interaction, picture: discord.Attachment) -> None:
        data = await picture.read()
        await interaction.response.send_message(f"{picture.filename}: {len(data)} bytes", ephemeral=True)

    @bot.tree.command(name="adult", description="For adults", nsfw=True)
    async def adult(interaction: discord.Interaction, who: discord.User | None = None) -> None:
        assert isinstance(interaction.channel, discord.TextChannel)
        await interaction.response.send_message(f"{interaction.channel.nsfw} {who} {interaction.locale}")

    @bot.tree.context_menu(name="Name it")
    async def name_it(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"{message.content} {len(message.attachments)}")

    @bot.tree.context_menu(name="Taste")
    async def taste(interaction: discord.Interaction, user: discord.User) -> None:
        await interaction.response.send_message(user.name)


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
    assert 0 < reply.acknowledged_after < 3
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
    assert (await asyncio.wait_for(stage.bot.errors.get(), 5)).code == 10062
    assert [one.code for one in stage.double.violations] == [10062]
    assert reply.response_type is None


async def test_token_dies_after_fifteen_minutes(stage: Stage) -> None:
    reply = await (await stage.ada.start_slash(stage.channel, "slow")).acknowledged()
    stage.double.advance(15 * 60 + 1)
    stage.bot.go_on.set()
    assert (await asyncio.wait_for(stage.bot.errors.get(), 5)).code == 50027
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


# From here on raw HTTP: what discord.py itself would never send.


class Wire:
    """A double with registered commands and a raw HTTP session, but no bot."""

    def __init__(self, double: DiscordDouble, http: aiohttp.ClientSession) -> None:
        self.double, self.http = double, http
        self.auth = AGENT | {"Authorization": f"Bot {double.token}"}
        self.guild = double.add_guild()
        self.channel = self.guild.add_channel()
        self.ada = double.add_user("ada")
        options = [{"type": 3, "name": "title", "description": "t", "autocomplete": True}]
        double.registry.replace(None, [{"name": "find", "description": "Find", "options": options}])

    async def call(self, method: str, path: str, body: object = None, **more: Any) -> tuple[int, Json]:
        """Status and JSON body; ``body`` is sent as JSON unless ``data`` is given."""
        more.setdefault("headers", self.auth)
        if body is not None:
            more["json"] = body
        async with self.http.request(method, self.double.api_base + path, **more) as answer:
            return answer.status, {} if answer.status == 204 else await answer.json()

    async def send(self, body: Json) -> tuple[int, Json]:
        return await self.call("POST", f"/channels/{self.channel.id}/messages", body)

    async def respond(self, reply: Reply, body: Json, **more: Any) -> tuple[int, Json]:
        """The first response to an interaction."""
        path = f"/interactions/{reply.interaction.id}/{reply.interaction.token}/callback?with_response=1"
        return await self.call("POST", path, body, headers={}, **more)

    def original(self, reply: Reply) -> str:
        return f"/webhooks/{self.double.application_id}/{reply.interaction.token}/messages/@original"


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with DiscordDouble(timeout=1) as double, aiohttp.ClientSession() as http:
        yield Wire(double, http)


def field_error(body: Json, path: str) -> str:
    """The code of the first error at a dotted path of a 50035 body."""
    assert body["code"] == 50035, body
    node = body["errors"]
    for key in path.split(".") if path else ():
        assert key in node, f"{path} is not in {json.dumps(body)}"
        node = node[key]
    return str(node["_errors"][0]["code"])


def row(*components: Json) -> list[Json]:
    return [{"type": 1, "components": list(components)}]


def button(number: int = 0, **more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "x", "custom_id": f"b{number}"} | more


def menu(**more: Any) -> Json:
    return {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}]} | more


FIELDS = [{"name": "n", "value": "v"}]
V2 = 1 << 15
MESSAGE_RULES: list[tuple[Json, str]] = [
    ({"content": "x" * 2001}, "content"),
    ({"embeds": [{"title": "x"}] * 11}, "embeds"),
    ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
    ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
    ({"embeds": [{"fields": FIELDS * 26}]}, "embeds.0.fields"),
    ({"embeds": [{"fields": [{"name": "x" * 257, "value": "v"}]}]}, "embeds.0.fields.0.name"),
    ({"embeds": [{"fields": [{"name": "n", "value": "x" * 1025}]}]}, "embeds.0.fields.0.value"),
    ({"embeds": [{"fields": [{"name": "n", "value": " "}]}]}, "embeds.0.fields.0.value"),
    ({"embeds": [{"title": "t", "footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text"),
    ({"embeds": [{"title": "t", "author": {"name": "x" * 257}}]}, "embeds.0.author.name"),
    ({"embeds": [{"title": "t", "image": {"url": "ftp://x/y.png"}}]}, "embeds.0.image.url"),
    ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
    ({"embeds": [{}]}, "embeds.0.description"),
    ({"content": "x", "nonce": "x" * 26}, "nonce"),
    ({"content": "x", "flags": 1 << 20}, "flags"),
    ({"content": "x", "allowed_mentions": {"users": ["1"] * 101}}, "allowed_mentions.users"),
    ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions"),
    ({"content": "x", "message_reference": {"message_id": "1"}}, "message_reference"),
    ({"components": row(button()) * 6}, "components"),
    ({"components": row(*(button(one) for one in range(6)))}, "components.0.components"),
    ({"components": row(button(), menu())}, "components.0.components.1"),
    ({"components": row(button(), button())}, "components"),
    ({"components": row(button(custom_id="x" * 101))}, "components.0.components.0.custom_id"),
    ({"components": row(button(custom_id=""))}, "components.0.components.0.custom_id"),
    ({"components": row(button(label="x" * 81))}, "components.0.components.0.label"),
    ({"components": row(button(label=None))}, "components.0.components.0"),
    ({"components": row(button(style=5, url="https://x.org"))}, "components.0.components.0.custom_id"),
    ({"components": row(menu(options=[]))}, "components.0.components.0.options"),
    ({"components": row(menu(placeholder="x" * 151))}, "components.0.components.0.placeholder"),
    ({"components": row(menu(max_values=26))}, "components.0.components.0.max_values"),
    ({"components": [{"type": 10, "content": "x"}]}, "components.0.type"),
    ({"components": [{"type": 10, "content": "x"}] * 41, "flags": V2}, "components"),
    ({"components": [{"type": 10, "content": "x" * 2001}] * 2, "flags": V2}, "components"),
    ({"components": [{"type": 10, "content": "x"}], "content": "x", "flags": V2}, "content"),
    ({"components": [{"type": 12, "items": []}], "flags": V2}, "components.0.items"),
    (
        {"components": [{"type": 13, "file": {"url": "https://x.org/a"}}], "flags": V2},
        "components.0.media.url",
    ),
    (
        {"components": [{"type": 13, "file": {"url": "attachment://a"}}], "flags": V2},
        "components.0.media.url",
    ),
]


@pytest.mark.parametrize(("body", "path"), MESSAGE_RULES)
async def test_message_rules(wire: Wire, body: Json, path: str) -> None:
    status, answer = await wire.send(body)
    assert status == 400
    assert field_error(answer, path)
    assert len(wire.double.violations) == 1
    assert wire.channel.messages == []
    reply = await wire.ada.start_slash(wire.channel, "find")
    if "message_reference" not in body:
        status, answer = await wire.respond(reply, {"type": 4, "data": body})
        assert status == 400
        assert field_error(answer, f"data.{path}")
        assert reply.response_type is None, "a refused response leaves the interaction open"


async def test_the_limits_themselves_are_allowed(wire: Wire) -> None:
    embed = {"title": " " + "x" * 256 + " ", "description": "x" * 4096, "footer": {"text": "x" * 1648}}
    buttons = [button(one, custom_id=f"{one}" + "x" * 98, label="x" * 80) for one in range(10, 15)]
    body = {"content": "x" * 2000, "embeds": [embed], "components": row(*buttons)}
    assert (await wire.send(body))[0] == 200
    assert wire.double.violations == []


COMMAND: Json = {"name": "find", "description": "Find"}
TEXT_OPTION: Json = {"type": 3, "name": "a", "description": "d"}
COMMAND_RULES: list[tuple[Json, str]] = [
    (COMMAND | {"name": "Find"}, "0.name"),
    (COMMAND | {"name": "fi nd"}, "0.name"),
    (COMMAND | {"name": "x" * 33}, "0.name"),
    (COMMAND | {"description": ""}, "0.description"),
    (COMMAND | {"description": "x" * 101}, "0.description"),
    (COMMAND | {"name_localizations": {"ja": "さ がす"}}, "0.name_localizations.ja"),
    (COMMAND | {"description_localizations": {"jp": "x"}}, "0.description_localizations.jp"),
    (COMMAND | {"options": [TEXT_OPTION | {"name": f"a{one}"} for one in range(26)]}, "0.options"),
    (COMMAND | {"options": [TEXT_OPTION, TEXT_OPTION]}, "0.options"),
    (COMMAND | {"options": [TEXT_OPTION, TEXT_OPTION | {"name": "b", "required": True}]}, "0.options.1"),
    (COMMAND | {"options": [TEXT_OPTION | {"choices": [{"name": "", "value": "x"}]}]}, "0.options.0.choices.0.name"),
    (COMMAND | {"options": [TEXT_OPTION | {"choices": [{"name": "x", "value": 1}]}]}, "0.options.0.choices.0.value"),
    (COMMAND | {"options": [TEXT_OPTION | {"max_length": 6001}]}, "0.options.0.max_length"),
    (COMMAND | {"options": [TEXT_OPTION | {"type": 4, "max_value": 2**53}]}, "0.options.0.max_value"),
    (COMMAND | {"options": [TEXT_OPTION | {"type": 11, "autocomplete": True}]}, "0.options.0.autocomplete"),
    (COMMAND | {"options": [TEXT_OPTION | {"type": 1, "options": [TEXT_OPTION | {"type": 1}]}]}, "0.options.0.options.0.type"),
    (COMMAND | {"options": [TEXT_OPTION | {"description": "x" * 100, "name": f"a{n}", "choices": [
        {"name": f"{c:03}" + "x" * 40, "value": f"{c:03}" + "x" * 40} for c in range(25)]} for n in range(4)]}, "0"),
    ({"type": 2, "name": "Look", "description": "no"}, "0.description"),
    ({"type": 3, "name": "x" * 33}, "0.name"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "path"), COMMAND_RULES)
async def test_command_rules(wire: Wire, command: Json, path: str) -> None:
    status, answer = await wire.call("PUT", f"/applications/{wire.double.application_id}/commands", [command])
    assert status == 400
    assert field_error(answer, path)
    assert [one["name"] for one in wire.double.commands] == ["find"], "a refused set replaces nothing"


async def test_command_counts_and_single_command_routes(wire: Wire) -> None:
    base = f"/applications/{wire.double.application_id}/commands"
    many = [COMMAND | {"name": f"c{number}"} for number in range(101)]
    assert (await wire.call("PUT", base, many))[1]["code"] == 30032
    assert field_error((await wire.call("PUT", base, [COMMAND, COMMAND]))[1], "1.name")
    menus = [{"type": 2, "name": f"Menu {number}"} for number in range(16)]
    assert (await wire.call("PUT", base, menus))[1]["code"] == 30032
    status, created = await wire.call("POST", base, COMMAND | {"name": "探す"})
    assert status == 201
    assert (await wire.call("POST", base, COMMAND | {"name": "探す", "description": "new"}))[0] == 200
    assert (await wire.call("PATCH", f"{base}/{created['id']}", {"description": "newer"}))[0] == 200
    assert (await wire.call("DELETE", f"{base}/{created['id']}"))[0] == 204
    assert (await wire.call("GET", f"{base}/{created['id']}"))[1]["code"] == 10063
    for _ in range(2):
        first, second = ([COMMAND | {"name": f"{mark}{number}"} for number in range(100)] for mark in "xy")
        await wire.call("PUT", base, first)
        status, answer = await wire.call("PUT", base, second)
    assert answer["code"] == 30034, "200 creates a day"


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("fav-add_2", True),
        ("jojo's", True),
        ("เพิ่ม", True),
        ("जोड़ें", True),
        ("さがす", True),
        ("a.b", False),
        ("É", False),
    ],
)
def test_command_names(name: str, fine: bool) -> None:
    assert is_command_name(name) is fine


async def test_callback_types_fit_the_interaction(wire: Wire) -> None:
    posted = await wire.call("POST", f"/channels/{wire.channel.id}/messages", {"components": row(button())})
    shown = wire.channel.message(posted[1]["id"])
    assert shown is not None
    allowed = {"command": {4, 5, 9}, "click": {4, 5, 6, 7, 9}}
    modal = {
        "title": "t",
        "custom_id": "m",
        "components": row({"type": 4, "custom_id": "i", "style": 1, "label": "l"}),
    }
    for kind in (1, 4, 5, 6, 7, 8, 9, 10):
        data: Json = modal if kind == 9 else {} if kind in (5, 6) else {"content": "x"}
        for source in ("command", "click"):
            reply = await (
                wire.ada.start_slash(wire.channel, "find")
                if source == "command"
                else wire.ada.start_click(shown, label="x")
            )
            status, answer = await wire.respond(reply, {"type": kind, "data": data})
            shown.raw_components = row(button())
            assert (status == 200) is (kind in allowed[source]), (source, kind, answer)
            if status != 200:
                assert field_error(answer, "type") == "BASE_TYPE_CHOICES"


async def test_second_response_unknown_tokens_and_early_followup(wire: Wire) -> None:
    reply = await wire.ada.start_slash(wire.channel, "find")
    assert (await wire.call("PATCH", wire.original(reply), {"content": "x"}))[1]["code"] == 10015
    assert (await wire.respond(reply, {"type": 5, "data": {"flags": 1 << 15}}))[0] == 400
    _, answer = await wire.respond(reply, {"type": 5, "data": {"flags": 64}})
    assert answer["interaction"]["response_message_loading"] is True
    assert (await wire.respond(reply, {"type": 4, "data": {"content": "x"}}))[1]["code"] == 40060
    assert (await wire.call("POST", "/interactions/1/nonsense/callback", {"type": 4}))[1]["code"] == 10062
    assert (await wire.call("POST", "/webhooks/1/nonsense", {"content": "x"}))[1]["code"] == 10015
    webhook = f"/webhooks/{wire.double.application_id}/{reply.interaction.token}"
    _, answer = await wire.call("POST", webhook, {"content": "fills the deferred message"}, headers={})
    assert answer["id"] == str(reply.message_id)
    assert answer["flags"] == 64, "private-ness is fixed by the first response"
    assert (await wire.call("DELETE", wire.original(reply)))[0] == 204
    assert (await wire.call("GET", wire.original(reply)))[1]["code"] == 10008


async def test_autocomplete_answers(wire: Wire) -> None:
    wrong: list[tuple[list[Json], str]] = [
        ([{"name": f"{number}", "value": "v"} for number in range(26)], "data.choices"),
        ([{"name": "", "value": "v"}], "data.choices.0.name"),
        ([{"name": "x" * 101, "value": "v"}], "data.choices.0.name"),
        ([{"name": "x", "value": "v" * 101}], "data.choices.0.value"),
        ([{"name": "x", "value": 1}], "data.choices.0.value"),
    ]
    asked = asyncio.create_task(wire.ada.autocomplete(wire.channel, "find", "title", "mu"))
    await asyncio.sleep(0)
    (interaction,) = wire.double.desk.by_token.values()
    assert interaction.payload()["data"]["options"] == [
        {"type": 3, "name": "title", "value": "mu", "focused": True}
    ]
    for choices, path in wrong:
        status, answer = await wire.respond(Reply(interaction), {"type": 8, "data": {"choices": choices}})
        assert status == 400
        assert field_error(answer, path)
    await wire.respond(
        Reply(interaction), {"type": 8, "data": {"choices": [{"name": "Mushishi", "value": "1"}]}}
    )
    assert [(one.name, one.value) for one in await asked] == [("Mushishi", "1")]


@pytest.mark.parametrize(
    ("modal", "path"),
    [
        ({"title": "x" * 46}, "title"),
        ({"custom_id": ""}, "custom_id"),
        ({"components": []}, "components"),
        ({"components": row({"type": 4, "custom_id": "i", "style": 1, "label": "x" * 46})}, "components.0.components.0.label"),
        ({"components": [{"type": 18, "label": "l", "component": button()}]}, "components.0.component.type"),
    ],
)  # fmt: skip
async def test_modal_rules(wire: Wire, modal: Json, path: str) -> None:
    whole = {
        "title": "t",
        "custom_id": "m",
        "components": row({"type": 4, "custom_id": "i", "style": 1, "label": "l"}),
    }
    reply = await wire.ada.start_slash(wire.channel, "find")
    assert field_error((await wire.respond(reply, {"type": 9, "data": whole | modal}))[1], f"data.{path}")


async def test_uploads_match_their_entries_and_sizes(wire: Wire) -> None:
    path = f"/channels/{wire.channel.id}/messages"

    async def upload(attachments: object, **files: bytes) -> tuple[int, Json]:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", json.dumps({"content": "x", "attachments": attachments}))
        for number, (name, data) in enumerate(files.items()):
            form.add_field(f"files[{number}]", io.BytesIO(data), filename=f"{name}.png")
        return await wire.call("POST", path, data=form)

    assert (await upload([{"id": 0}], a=b"1"))[1]["attachments"][0]["filename"] == "a.png"
    assert field_error((await upload([{"id": 1}], a=b"1"))[1], "attachments.0.id") == "ATTACHMENT_NOT_FOUND"
    assert field_error((await upload([], a=b"1"))[1], "attachments") == "ATTACHMENT_NOT_LISTED"
    assert field_error(
        (await upload([{"id": 0, "description": "x" * 1025}], a=b"1"))[1], "attachments.0.description"
    )
    assert (await upload(None, **{f"f{number}": b"1" for number in range(11)}))[1]["code"] == 30015
    status, answer = await upload(None, a=bytes(10 * 1024 * 1024 + 1))
    assert (status, answer["code"]) == (413, 40005)
    wire.double.too_large = 50045
    assert (await upload(None, a=bytes(10 * 1024 * 1024 + 1)))[1]["code"] == 50045
    wire.guild.premium_tier = 2
    assert (await upload(None, a=bytes(10 * 1024 * 1024 + 1)))[0] == 200
    assert (await upload(None, a=bytes(13 * 1024 * 1024), b=bytes(13 * 1024 * 1024)))[1]["code"] == 40005


async def test_edits_keep_or_replace_files(wire: Wire) -> None:
    reply = await wire.ada.start_slash(wire.channel, "find")
    form = aiohttp.FormData(quote_fields=False)
    embeds = [{"title": "t", "image": {"url": "attachment://missing.png"}}]
    form.add_field("payload_json", json.dumps({"type": 4, "data": {"content": "x", "embeds": embeds}}))
    form.add_field("files[0]", b"1", filename="a.png")
    path = f"/interactions/{reply.interaction.id}/{reply.interaction.token}/callback"
    assert (await wire.call("POST", path, data=form, headers={}))[0] == 204, "no body without with_response"
    assert "missing.png" in wire.double.violations[0].message
    assert len((await wire.call("PATCH", wire.original(reply), {"content": "y"}))[1]["attachments"]) == 1
    assert (await wire.call("PATCH", wire.original(reply), {"attachments": []}))[1]["attachments"] == []
    assert (await wire.call("PATCH", wire.original(reply), {"content": "", "embeds": []}))[1]["code"] == 50006


async def test_what_every_request_has_to_pass(wire: Wire) -> None:
    path = f"/channels/{wire.channel.id}/messages"
    cases: list[tuple[int, int, str, str, Json]] = [
        (404, 0, "GET", "/nothing/here", {}),
        (405, 0, "DELETE", "/users/@me", {}),
        (401, 0, "GET", "/users/@me", {"headers": AGENT}),
        (403, 40333, "GET", "/users/@me", {"headers": {"Authorization": f"Bot {wire.double.token}"}}),
        (
            400,
            50109,
            "POST",
            path,
            {"data": b"{", "headers": wire.auth | {"Content-Type": "application/json"}},
        ),
        (400, 50035, "POST", path, {"data": b"x", "headers": wire.auth | {"Content-Type": "text/plain"}}),
        (400, 50006, "POST", path, {"json": {"content": "  "}}),
        (404, 10003, "POST", "/channels/1/messages", {"json": {"content": "x"}}),
        (404, 10008, "GET", f"{path}/1", {}),
    ]
    for status, code, method, where, more in cases:
        answer = await wire.call(method, where, **more)
        assert (answer[0], answer[1]["code"]) == (status, code), where
    assert [(one.status, one.code) for one in wire.double.violations] == [case[:2] for case in cases]
    assert len(wire.double.buckets.invalid) == 2


async def test_permissions_of_plain_messages(wire: Wire) -> None:
    view, send = 1 << 10, 1 << 11
    for permissions, body, code in (
        (0, {"content": "x"}, 50001),
        (view, {"content": "x"}, 50013),
        (view | send, {"embeds": [{"title": "x"}]}, 50013),
        (view | send, {"content": "x", "message_reference": {"message_id": "1"}}, 160002),
    ):
        wire.channel.bot_permissions = permissions
        assert (await wire.send(body))[1]["code"] == code
    wire.ada.dms_closed = True
    _, dm = await wire.call("POST", "/users/@me/channels", {"recipient_id": str(wire.ada.id)})
    assert (await wire.call("POST", f"/channels/{dm['id']}/messages", {"content": "x"}))[1]["code"] == 50007
    foreign = await wire.ada.message(wire.channel, "mine")
    wire.channel.bot_permissions = view | send
    path = f"/channels/{wire.channel.id}/messages/{foreign.id}"
    assert (await wire.call("PATCH", path, {"content": "x"}))[1]["code"] == 50005


async def test_buckets_nonces_and_the_global_limit(wire: Wire) -> None:
    frozen = wire.double.now()
    wire.double.clock = lambda: frozen
    wire.double.limit("POST /channels/*/messages", 2, 5.0)
    body = {"content": "x", "nonce": "1", "enforce_nonce": True}
    first, second, third = [await wire.send(body) for _ in range(3)]
    assert first[1]["id"] == second[1]["id"]
    assert (third[0], third[1]["global"]) == (429, False)
    assert 0 < third[1]["retry_after"] <= 5
    wire.double.advance(5)
    async with wire.http.get(wire.double.api_base + "/users/@me", headers=wire.auth) as answer:
        assert {"X-RateLimit-Limit", "X-RateLimit-Bucket", "X-RateLimit-Reset-After"} <= answer.headers.keys()
        assert answer.headers["Content-Type"] == "application/json"
    answers = [await wire.call("GET", "/users/@me") for _ in range(51)]
    assert [status for status, _ in answers].count(429) == 2
    assert answers[-1][1]["global"] is True


async def test_followups_of_a_user_install_are_five(wire: Wire) -> None:
    wire.double.registry.replace(None, [COMMAND | {"integration_types": [1], "contexts": [0, 1, 2]}])
    wire.ada.installed = True
    away = wire.double.add_guild(bot_member=False).add_channel()
    reply = await wire.ada.start_slash(away, "find")
    await wire.respond(reply, {"type": 4, "data": {"content": "x"}})
    webhook = f"/webhooks/{wire.double.application_id}/{reply.interaction.token}"
    answers = [await wire.call("POST", webhook, {"content": "x"}) for _ in range(6)]
    assert [status for status, _ in answers] == [200] * 5 + [400]
    assert answers[-1][1]["code"] == 40094
    assert (await wire.call("POST", f"/channels/{away.id}/messages", {"content": "x"}))[1]["code"] == 50001


IDENTIFY: Json = {
    "token": "test.token",
    "intents": 53575421,
    "properties": {"os": "x", "browser": "x", "device": "x"},
}
RESUME: Json = {"op": 6, "d": {"token": "test.token", "session_id": "x", "seq": 0}}


@pytest.mark.parametrize(
    ("frames", "close"),
    [
        ([{"op": 2, "d": IDENTIFY | {"token": "wrong"}}], 4004),
        ([{"op": 2, "d": IDENTIFY | {"intents": 1 << 30}}], 4013),
        ([{"op": 2, "d": IDENTIFY | {"intents": 1 << 15}}], 4014),
        ([{"op": 2, "d": IDENTIFY | {"shard": [2, 2]}}], 4010),
        ([{"op": 2, "d": IDENTIFY}, {"op": 2, "d": IDENTIFY}], 4005),
        ([{"op": 3, "d": {}}], 4003),
        ([{"op": 99}], 4001),
        (["nonsense"], 4002),
        ([{"op": 1, "d": "x" * 5000}], 4002),
        ([{"op": 1, "d": None}] * 121, 4008),
    ],
)
async def test_gateway_close_codes(wire: Wire, frames: list[Any], close: int) -> None:
    address = wire.double.gateway_url + "?v=10&encoding=json"
    async with wire.http.ws_connect(address) as socket:
        assert (await socket.receive_json())["op"] == 10
        for frame in frames:
            await socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))
        async for _ in socket:
            pass
        assert socket.close_code == close
    assert [one.code for one in wire.double.violations] == [close]


async def test_gateway_version_heartbeat_unknown_session_and_identify_pace(wire: Wire) -> None:
    async with wire.http.ws_connect(wire.double.gateway_url + "?v=6&encoding=json") as socket:
        await socket.receive()
        assert socket.close_code == 4012
    address = wire.double.gateway_url + "?v=10&encoding=json"
    async with wire.http.ws_connect(address) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 1, "d": None})
        assert (await socket.receive_json())["op"] == 11
        wire.double.gateway.acknowledge = False
        await socket.send_json({"op": 1, "d": None})
        await socket.send_json(RESUME)
        assert await socket.receive_json() == {"op": 9, "d": False}, "no ack, and the session is unknown"
        await socket.send_json({"op": 2, "d": IDENTIFY})
        assert [(await socket.receive_json())["t"] for _ in range(2)] == ["READY", "GUILD_CREATE"]
    async with wire.http.ws_connect(address) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 2, "d": IDENTIFY})
        assert (await socket.receive_json())["op"] == 9, "one identify in five seconds"
    wire.double.gateway.heartbeat_interval_ms = 10
    async with wire.http.ws_connect(address) as socket:
        await socket.receive_json()
        await socket.receive()
        assert socket.close_code == 4009, "a silent client is dropped"
