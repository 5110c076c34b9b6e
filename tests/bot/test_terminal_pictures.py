"""Drawn pictures go into a folder of their own, which is told, and never over one that is there."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.request import Person
from bot.terminal.chat import Chat
from bot.texts import Texts
from core.osusume import Osusume
from core.settings import read_settings
from tests.tiny_models import drawn, tiny_models


async def test_where_drawn_pictures_and_files_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, data, home = tmp_path / "here", tmp_path / "data", tmp_path / "home"
    here.mkdir()
    data.mkdir()
    monkeypatch.chdir(here)
    (here / "drawing.png").write_bytes(drawn("red"))
    shown = io.StringIO()
    console = Console(file=shown, width=60, highlight=False)
    async with Osusume.open(
        read_settings(_env_file=None, home=home), data=tiny_models(data), warm=False
    ) as osusume:
        chat = Chat(osusume, console, Person("terminal:ada", "ada"), Texts("en"))
        assert await chat.say("/identify drawing.png")
        (first,) = (home / "pictures").iterdir()
        before = first.read_bytes()
        assert await chat.say("/identify drawing.png")
        assert await chat.say("/privacy export")
    saved = sorted((home / "pictures").iterdir())
    assert len(saved) == 2
    assert first.read_bytes() == before
    assert all(f"→ {path}\n" in shown.getvalue() for path in saved), "whole, not broken to fit the line"
    assert {path.name for path in here.iterdir()} == {"drawing.png", "osusume-everything.json"}
    assert "→ osusume-everything.json\n" in shown.getvalue()
