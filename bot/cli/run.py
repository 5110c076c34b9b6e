"""`osusume discord|telegram|web|serve|chat|ask|backup`: running the bot and talking to it."""

from __future__ import annotations

import asyncio
import datetime
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.session import print_json, ready_settings, with_core
from bot.texts import Texts
from core.errors import SettingsError
from core.osusume import Osusume
from core.settings import Settings

Platform = Callable[[Osusume, Settings], Awaitable[None]]


def add(app: typer.Typer) -> None:
    """Registers these commands."""
    for command in (discord, telegram, web, serve, chat, ask, backup):
        app.command()(command)


def discord() -> None:
    """Run the Discord bot."""
    _run(_discord_token, _discord)


def telegram() -> None:
    """Run the Telegram bot."""
    _run(_telegram_token, _telegram)


def web() -> None:
    """Serve the web playground."""
    _run(lambda _: None, _web)


def serve() -> None:
    """Run every platform whose token is set; the web playground too."""
    settings = ready_settings()
    platforms: list[Platform] = [_web]
    if settings.discord_token is not None:
        platforms.append(_discord)
    if settings.telegram_token is not None:
        _telegram_token(settings)
        platforms.append(_telegram)
    _run(lambda _: None, *platforms)


def _discord_token(settings: Settings) -> None:
    if settings.discord_token is None:
        raise SettingsError("setting-missing", name="OSUSUME_DISCORD_TOKEN")


def _telegram_token(settings: Settings) -> None:
    if settings.telegram_token is None:
        raise SettingsError("setting-missing", name="OSUSUME_TELEGRAM_TOKEN")
    if settings.telegram_mode == "webhook":
        for name in ("telegram_webhook_url", "telegram_webhook_secret"):
            if getattr(settings, name) is None:
                raise SettingsError("setting-missing", name=f"OSUSUME_{name.upper()}")


async def _discord(osusume: Osusume, settings: Settings) -> None:
    from bot.discord import serve as serve_discord

    await serve_discord(osusume, settings)


async def _telegram(osusume: Osusume, settings: Settings) -> None:
    from bot.telegram import serve as serve_telegram

    await serve_telegram(osusume, settings)


async def _web(osusume: Osusume, settings: Settings) -> None:
    from bot.web import serve as serve_web

    def ready(address: str) -> None:
        print(Texts(settings.language)("web-ready", address=address), flush=True)

    await serve_web(osusume, settings, ready=ready)


def _run(check: Callable[[Settings], None], *platforms: Platform) -> None:
    """Runs platforms side by side until a signal or a failure; each finishes what it is answering."""
    settings = ready_settings()
    check(settings)

    async def run() -> None:
        async with Osusume.open(settings) as osusume:
            tasks = [asyncio.ensure_future(platform(osusume, settings)) for platform in platforms]
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            for name in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(name, stop.set)
            waiting = asyncio.ensure_future(stop.wait())
            await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in (waiting, *tasks):
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            for result in ended:
                if isinstance(result, Exception):
                    raise result

    asyncio.run(run())


def chat(
    user: Annotated[str, typer.Option(help="Whose favourites these are.")] = "me",
    language: Annotated[str | None, typer.Option(help="en, ja, vi or es.")] = None,
) -> None:
    """Chat in the terminal; reads piped input to its end as well."""

    async def work(osusume: Osusume) -> None:
        from bot.request import Person
        from bot.terminal.chat import chat as converse

        texts = Texts(language or osusume.settings.language)
        await converse(osusume, Person(f"terminal:{user}", user), texts)

    with_core(work, warm=True)


def ask(
    words: Annotated[
        list[str] | None, typer.Argument(help='A command, e.g. -- "/recommend mood:cozy"')
    ] = None,
    user: Annotated[str, typer.Option(help="Whose favourites count.")] = "me",
    language: Annotated[str | None, typer.Option(help="en, ja, vi or es.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """One command, one reply. Exit code 1 when the reply is an error."""
    line = os.fsencode(" ".join(words or [])).decode("utf-8", "replace")

    async def work(osusume: Osusume) -> bool:
        from rich.console import Console

        from bot.dispatch import Dispatcher
        from bot.request import Person
        from bot.terminal.asking import HERE, by_name, read_files, save_files, watching
        from bot.terminal.render import render

        dispatcher = Dispatcher(osusume, pause=0)
        person = Person(f"terminal:{user}", user)
        texts = Texts(language) if language else await dispatcher.texts_for(person.key, None)
        with watching(texts) as progress:
            answer = await dispatcher.answer_line(
                line, person, texts, HERE, None, people=by_name, read=read_files, progress=progress
            )
        assert answer is not None  # it has no event, so it cannot be a repetition
        reply = answer.reply
        if as_json:
            print_json({"error": reply.text} if reply.error else reply_json(reply))
        else:
            console = Console(highlight=False)
            console.print(render(reply))
            save_files(console, (*reply.pictures, *reply.files), Path.cwd())
        return not reply.error

    if not with_core(work):
        sys.exit(1)


def reply_json(reply: object) -> dict[str, object]:
    """A reply for scripts: its sentence, its lines, its data."""
    from bot.reply import Reply

    assert isinstance(reply, Reply)
    cards = [{"mal_id": card.mal_id, "title": card.title, "why": card.why} for card in reply.cards]
    return {"text": reply.text, "items": list(reply.items), "cards": cards, "data": reply.data}


def backup(
    target: Annotated[Path | None, typer.Argument(help="File to write; default: in the home folder.")] = None,
) -> None:
    """Copy the database consistently, while the bot runs."""

    async def work(osusume: Osusume) -> Path:
        stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
        return await osusume.storage.backup(
            target or osusume.settings.home / "backups" / f"osusume-{stamp}.db"
        )

    print(with_core(work))
