"""What a dispatcher says when the storage itself fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dispatch import Dispatcher
from bot.request import Person, Press, Request
from bot.texts import Texts
from core.osusume import Osusume
from core.settings import read_settings


def damage(home: Path) -> None:
    for path in home.glob("osusume.db*"):
        path.write_bytes(b"no database" * 20_000)


async def test_a_broken_database_is_said_and_is_no_bug(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ada, texts = Person("discord:1", "Ada"), Texts("en")
    async with Osusume.open(read_settings(home=tmp_path), warm=False) as osusume:
        dispatcher = Dispatcher(osusume)
        damage(tmp_path)
        answers = [
            await dispatcher.answer(Request("help", ada, texts, event="discord:7")),
            await dispatcher.press(Press("abc.0-0000", ada, texts, event="discord:8")),
        ]
    for answer in answers:
        assert answer is not None
        assert answer.reply.error
        assert "osusume.db" in answer.reply.text
    assert "bug" not in caplog.text
