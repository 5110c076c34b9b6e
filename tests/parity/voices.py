"""Four ways to say a command and to read everything that came back."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import discord
from rich.console import Console

from bot.discord import serve as serve_discord
from bot.request import Person
from bot.telegram import serve as serve_telegram
from bot.terminal.chat import Chat as TerminalChat
from bot.texts import Texts
from bot.web import serve as serve_web
from core.osusume import Osusume
from core.settings import Settings, read_settings
from tests.doubles.discord import DiscordDouble, Upload
from tests.doubles.telegram import Message, TelegramDouble
from tests.doubles.telegram import Person as TelegramPerson
from tests.tiny_models import drawn, tiny_models

Options = Mapping[str, Any]
"""By name; `pictures` is the colour of the head in a picture that goes along."""

PEOPLE = ("ada", "bob")
NAMES_PEOPLE = ("with", "member")
PICTURES = "pictures"


class Voice(Protocol):
    async def say(self, who: str, command: str, options: Options) -> str:
        """Everything that the platform shows in answer, as one text."""


def line(command: str, options: Options) -> str:
    given = (f"{name}:{value}" for name, value in options.items() if name != PICTURES)
    return f"/{command} " + " ".join(given)


@asynccontextmanager
async def opened(home: Path, **more: Any) -> AsyncIterator[tuple[Osusume, Settings]]:
    """With tiny picture models, that go by colours."""
    settings = read_settings(home=home, database_url=None, cooldown=0, **more)
    data = home / "data"
    data.mkdir()
    async with Osusume.open(settings, data=tiny_models(data)) as osusume:
        yield osusume, settings


class DiscordVoice:
    def __init__(self, double: DiscordDouble) -> None:
        self._people = {name: double.add_user(name) for name in PEOPLE}

    async def say(self, who: str, command: str, options: Options) -> str:
        given = dict(options)
        given |= {name: self._people[given[name]] for name in NAMES_PEOPLE if name in given}
        if PICTURES in given:
            given[PICTURES] = Upload("picture.png", drawn(given[PICTURES]), "image/png")
        given |= {name: value == "yes" for name, value in given.items() if value in ("yes", "no")}
        person = self._people[who]
        reply = await (await person.slash(person.dm, command, **given)).final()
        menus = [option["label"] for part in reply.components for option in part.options]
        return " ".join(
            [
                reply.texts,
                json.dumps(reply.embeds, ensure_ascii=False),
                *menus,
                *(f.filename for f in reply.files),
            ]
        )


@asynccontextmanager
async def on_discord(home: Path) -> AsyncIterator[Voice]:
    async with AsyncExitStack() as stack:
        double = await stack.enter_async_context(DiscordDouble(token="not.a-real.token"))
        stack.enter_context(double.route(discord))
        osusume, settings = await stack.enter_async_context(
            opened(
                home,
                discord_token="not.a-real.token",
                discord_api_base=double.api_base,
                discord_gateway=double.gateway_url,
            )
        )
        await stack.enter_async_context(running(serve_discord(osusume, settings)))
        await double.ready()
        yield DiscordVoice(double)


class TelegramVoice:
    def __init__(self, double: TelegramDouble) -> None:
        self._people = {name: double.add_user(name) for name in PEOPLE}
        self._double = double
        self._group = double.add_group("Anime", members=list(self._people.values()))

    async def say(self, who: str, command: str, options: Options) -> str:
        person, text = self._people[who], line(command, options)
        chat = self._double.private(person)
        other = next((options[name] for name in NAMES_PEOPLE if name in options), None)
        if other is not None:
            message = await self._mentioning(person, text, self._people[other])
        elif PICTURES in options:
            # As a file: what is sent as a photo is packed anew.
            message = await person.send_document(
                chat, drawn(options[PICTURES]), "picture.png", caption=text, patience=60
            )
        else:
            # A file comes as a message of its own, after the words: the one from the last answer may still arrive.
            message = await person.send(chat, text, until=lambda said: bool(said.plain), patience=60)
        buttons = [button.text for row in message.keyboard for button in row]
        return " ".join([message.plain, *buttons])

    async def _mentioning(self, person: TelegramPerson, text: str, other: TelegramPerson) -> Message:
        """What a member's app sends when they pick somebody from the list: a mention that carries the account."""
        name = other.account.first_name
        state, since = self._double.state, len(self._double.state.events)
        mention = {
            "type": "text_mention",
            "offset": text.rindex(name),
            "length": len(name),
            "user": other.account.json(),
        }
        entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}, mention]
        content = {"text": text, "entities": entities}
        message = state.add_message(self._group, content, sender=person.account.json(), by_bot=False)
        state.deliver("message", message)
        return await person.heard(self._group, since, patience=60)


@asynccontextmanager
async def on_telegram(home: Path) -> AsyncIterator[Voice]:
    async with AsyncExitStack() as stack:
        double = await stack.enter_async_context(TelegramDouble(token="123:abc", username="OsusumeBot"))
        osusume, settings = await stack.enter_async_context(
            opened(
                home, telegram_token="123:abc", telegram_base_url=double.base_url,
                telegram_base_file_url=double.base_file_url,
            )
        )  # fmt: skip
        await stack.enter_async_context(running(serve_telegram(osusume, settings)))
        await double.wait_ready()
        yield TelegramVoice(double)


class WebVoice:
    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session, self._address = session, address

    async def say(self, who: str, command: str, options: Options) -> str:
        given: dict[str, Any] = dict(options)
        given |= {name: [await self._name(given[name])] for name in NAMES_PEOPLE if name in given}
        if PICTURES in given:
            data = base64.b64encode(drawn(given[PICTURES])).decode()
            given[PICTURES] = [{"name": "picture.png", "media_type": "image/png", "data": data}]
        body = {"command": command, "options": given}
        async with self._session.post(
            f"{self._address}api/ask", json=body, headers=self._as(who)
        ) as response:
            said = await response.text()
        for name in PEOPLE:  # here people are called by what friends find them as
            said = said.replace(await self._name(name), name)
        return said

    async def _name(self, who: str) -> str:
        async with self._session.get(f"{self._address}api/commands", headers=self._as(who)) as response:
            return str((await response.json())["name"])

    def _as(self, who: str) -> dict[str, str]:
        return {"X-Osusume-Person": f"{who}-0123456789abcdef"}


@asynccontextmanager
async def on_the_web(home: Path) -> AsyncIterator[Voice]:
    async with AsyncExitStack() as stack:
        osusume, settings = await stack.enter_async_context(opened(home, web_port=0))
        address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        await stack.enter_async_context(running(serve_web(osusume, settings, ready=address.set_result)))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield WebVoice(session, await address)


class TerminalVoice:
    def __init__(self, osusume: Osusume) -> None:
        self._osusume = osusume

    async def say(self, who: str, command: str, options: Options) -> str:
        shown = io.StringIO()
        console = Console(file=shown, width=5000, highlight=False)
        chat = TerminalChat(self._osusume, console, Person(f"terminal:{who}", who), Texts("en"))
        text = line(command, options)
        if PICTURES in options:
            picture = self._osusume.settings.home / "picture.png"
            picture.write_bytes(drawn(options[PICTURES]))
            text += f" {PICTURES}:{picture}"
        await chat.say(text)
        return shown.getvalue()


@asynccontextmanager
async def in_the_terminal(home: Path) -> AsyncIterator[Voice]:
    async with opened(home) as (osusume, _):
        yield TerminalVoice(osusume)


@asynccontextmanager
async def running(service: Any) -> AsyncIterator[None]:
    task = asyncio.ensure_future(service)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
