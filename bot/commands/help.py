"""/help: how to show a picture, every command with its description, and what to try first."""

from __future__ import annotations

from collections.abc import Iterable

from bot.commands.declare import Command
from bot.reply import Reply
from bot.request import Request
from core.osusume import Osusume


def help_command(others: Iterable[Command]) -> Command:
    """The command that lists the others and itself."""
    listed = tuple(others)

    async def answer(request: Request, _: Osusume) -> Reply:
        texts = request.texts
        platform = request.place.platform
        lines = [
            f"/{command.name} — {texts(f'command-{command.key}')}"
            for command in listed
            if command.offered(platform)
        ]
        if platform.showing is not None:
            lines.insert(0, texts(platform.showing))
        return Reply(text=texts("help-heading"), items=tuple(lines), private=True)

    return Command("help", answer, private=True)
