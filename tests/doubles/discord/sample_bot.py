"""A small honest bot for the tests of the double: every way of answering once."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import discord
from discord import app_commands

TITLES = ["Mushishi", "Monster", "Mononoke"]


class Question(discord.ui.Modal, title="Tell us"):
    why: discord.ui.Label[Any] = discord.ui.Label(
        text="Why?", component=discord.ui.TextInput(custom_id="why", min_length=3)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.why.component, discord.ui.TextInput)
        await interaction.response.send_message(f"because {self.why.component.value}", ephemeral=True)


class Survey(discord.ui.Modal, title="Survey"):
    """One field of every kind that a modal may hold."""

    mood: discord.ui.Label[Any] = discord.ui.Label(
        text="Mood", component=discord.ui.Select(options=[discord.SelectOption(label="Calm", value="calm")])
    )
    shots: discord.ui.Label[Any] = discord.ui.Label(
        text="Shots", component=discord.ui.FileUpload(max_values=2, required=False)
    )
    pace: discord.ui.Label[Any] = discord.ui.Label(
        text="Pace",
        component=discord.ui.RadioGroup(
            options=[
                discord.RadioGroupOption(label="Slow", value="s"),
                discord.RadioGroupOption(label="Fast", value="f"),
            ]
        ),
    )
    agree: discord.ui.Label[Any] = discord.ui.Label(text="Agree", component=discord.ui.Checkbox())

    async def on_submit(self, interaction: discord.Interaction) -> None:
        fields = [self.mood.component, self.shots.component, self.pace.component, self.agree.component]
        mood, shots, pace, agree = fields
        assert isinstance(mood, discord.ui.Select)
        assert isinstance(shots, discord.ui.FileUpload)
        assert isinstance(pace, discord.ui.RadioGroup)
        assert isinstance(agree, discord.ui.Checkbox)
        sizes = [len(await one.read()) for one in shots.values]
        await interaction.response.send_message(f"{mood.values} {sizes} {pace.value} {agree.value}")


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

    @bot.tree.command(description="Survey")
    async def survey(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Survey())

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
