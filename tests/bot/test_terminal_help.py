"""What the terminal offers: no channels, which it has none of, and how one shows a picture there."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from rich.console import Console

from bot.request import Person
from bot.terminal.chat import Chat, CommandCompleter
from bot.texts import LANGUAGES, Texts
from core.osusume import Osusume
from core.settings import read_settings


@pytest.fixture
async def osusume(tmp_path: Path) -> AsyncIterator[Osusume]:
    async with Osusume.open(read_settings(_env_file=None, home=tmp_path), warm=False) as opened:
        yield opened


@pytest.mark.parametrize("language", LANGUAGES)
async def test_help(osusume: Osusume, language: str) -> None:
    shown = io.StringIO()
    console = Console(file=shown, width=5000, highlight=False)
    chat = Chat(osusume, console, Person("terminal:ada", "ada"), Texts(language))
    await chat.say("/help")
    assert Texts(language)("help-showing-terminal") in shown.getvalue()
    assert "/character add" in shown.getvalue()
    assert "/artchannel" not in shown.getvalue()
    assert "/settings server" not in shown.getvalue()


async def test_completion(osusume: Osusume) -> None:
    chat = Chat(osusume, Console(file=io.StringIO()), Person("terminal:ada", "ada"), Texts("en"))
    completer = CommandCompleter(chat.dispatcher, Texts("en"))
    offered = [one.text for one in completer.get_completions(Document("/"), CompleteEvent())]
    assert "/character add " in offered
    assert not [text for text in offered if text.startswith(("/artchannel", "/settings server"))]
    assert not list(completer.get_completions(Document("/artch"), CompleteEvent()))
