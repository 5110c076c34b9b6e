"""The chat in a terminal, and the single question of `osusume ask`: the same parser and core."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from rich.console import Console

from bot.commands.parse import MAX_LINE
from bot.dispatch import Dispatcher
from bot.reply import Answer, Reply
from bot.request import Person, Press
from bot.terminal.asking import HERE, by_name, read_files, save_files, watching
from bot.terminal.render import render
from bot.texts import Texts
from core.osusume import Osusume

PICTURES = "pictures"
"""Folder in the home folder that drawn pictures are written into; files that were asked for go where one stands."""


class CommandCompleter(Completer):
    """Completes command names, option names and titles."""

    def __init__(self, dispatcher: Dispatcher, texts: Texts) -> None:
        self._dispatcher = dispatcher
        self._texts = texts

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:  # noqa: ARG002
        typed = document.text_before_cursor
        if not typed.startswith("/"):
            return
        commands = self._dispatcher.registry.commands
        command = next((c for name, c in commands.items() if typed.startswith(f"/{name} ")), None)
        if command is None:
            for name, known in commands.items():
                if f"/{name}".startswith(typed) and known.offered(HERE.platform):
                    described = self._texts(f"command-{known.key}")
                    yield Completion(f"/{name} ", -len(typed), display=f"/{name}", display_meta=described)
            return
        word = typed.rsplit(" ", 1)[-1]
        for option in command.options:
            if option.name.startswith(word) and f"{option.name}:" not in typed:
                described = self._texts(f"option-{option.name}")
                yield Completion(f"{option.name}:", -len(word), display_meta=described)
        kinds = {option.kind for option in command.options}
        name = typed.removeprefix(f"/{command.name} ")
        if "title" in kinds and len(name) >= 2:
            search = self._dispatcher.osusume.search
            for match in search.complete(name, limit=8):
                title = self._dispatcher.osusume.catalogue.anime(match.row).title
                yield Completion(title, -len(name))


class Chat:
    """One person's conversation; numbers press the buttons of the last answer."""

    def __init__(self, osusume: Osusume, console: Console, person: Person, texts: Texts) -> None:
        self.dispatcher = Dispatcher(osusume, pause=0)
        self._console = console
        self._person = person
        self._texts = texts
        self._last: Answer | None = None
        self._pictures = osusume.settings.home / PICTURES

    async def say(self, line: str) -> bool:
        """Answers one line; False when the conversation should end."""
        line = line.strip()
        if line in ("/quit", "/exit", "exit", "quit"):
            return False
        if not line:
            return True
        answer = await self._pressed(line) or await self._asked(line)
        if answer is not None:
            self._console.print(render(answer.reply, numbered=bool(answer.id)))
            save_files(self._console, answer.reply.pictures, self._pictures)
            save_files(self._console, answer.reply.files, Path.cwd())
            if answer.id:
                self._last = answer
            self._texts = await self.dispatcher.texts_for(self._person.key, self._texts.language)
        return True

    async def _pressed(self, line: str) -> Answer | None:
        last = self._last
        if last is None:
            return None
        pager = last.reply.pager
        if line in ("n", "p") and pager is not None and not last.reply.cards:
            page = (pager.page + (1 if line == "n" else -1)) % pager.pages
            token = last.page_token(page)
        elif line.isascii() and line.isdigit() and 0 < int(line) <= sum(1 for _ in last.reply.every_choice()):
            choice = list(last.reply.every_choice())[int(line) - 1]
            if choice.url:
                self._console.print(choice.url)
                return Answer("", Reply())
            token = last.token(choice)
        else:
            return None
        return await self.dispatcher.press(Press(token, self._person, self._texts, HERE))

    async def _asked(self, line: str) -> Answer | None:
        if not line.startswith("/"):
            line = f"/recommend {line}"
        with watching(self._texts) as progress:
            return await self.dispatcher.answer_line(
                line,
                self._person,
                self._texts,
                HERE,
                None,
                people=by_name,
                read=read_files,
                progress=progress,
            )


async def chat(osusume: Osusume, person: Person, texts: Texts) -> None:
    """Runs until the end of the input. Piped input is read to its end, one command a line."""
    console = Console(highlight=False)
    conversation = Chat(osusume, console, person, texts)
    if not sys.stdin.isatty():
        for raw in sys.stdin.buffer:
            line = raw[: MAX_LINE * 4 + 1].decode("utf-8", "replace").rstrip("\r\n")
            if line:
                console.print(f"> {line[:200]}", style="dim", markup=False)
            if not await conversation.say(line):
                return
        return
    console.print(texts("terminal-welcome"), markup=False)
    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory(),  # a file would keep what people typed, out of reach of erasing
        completer=CommandCompleter(conversation.dispatcher, texts),
        complete_while_typing=True,
    )
    while True:
        try:
            line = await session.prompt_async("> ")
        except (EOFError, KeyboardInterrupt):
            return
        if not await conversation.say(line):
            return
