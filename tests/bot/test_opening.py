"""Which thread opens what ships: nothing of it is read while everybody waits."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.dispatch import Dispatcher
from bot.reply import File
from bot.request import Person, Press, Request
from bot.texts import Texts
from core.osusume import Osusume
from core.settings import read_settings
from tests.tiny_models import drawn, tiny_models

ADA = Person("discord:1", "Ada")
TEXTS = Texts("en")


class _Opened:
    """Which files this process opens, and in which threads, by Python's own audit events."""

    def __init__(self) -> None:
        self._into: list[tuple[Path, int]] | None = None
        sys.addaudithook(self._hear)  # it cannot be taken away again

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._into is not None and event == "open" and isinstance(arguments[0], str | Path):
            self._into.append((Path(arguments[0]), threading.get_ident()))

    @contextmanager
    def listening(self) -> Iterator[list[tuple[Path, int]]]:
        found: list[tuple[Path, int]] = []
        self._into = found
        try:
            yield found
        finally:
            self._into = None


@pytest.fixture(scope="session")
def opened() -> _Opened:
    return _Opened()


def names(files: list[tuple[Path, int]], data: Path, *, here: bool) -> set[str]:
    """Names of the files of `data` that were opened in this thread, or in others."""
    own = threading.get_ident()
    return {path.name for path, thread in files if path.is_relative_to(data) and (thread == own) is here}


async def test_the_event_loop_opens_nothing_that_ships(tmp_path: Path, opened: _Opened) -> None:
    data = tmp_path / "data"
    data.mkdir()
    tiny_models(data)
    settings = read_settings(_env_file=None, home=tmp_path / "home", cooldown=0)
    picture = File("a.png", "image/png", drawn("red", "yellow"))
    with opened.listening() as files:
        async with Osusume.open(settings, data=data) as osusume:
            asked = Request("identify", ADA, TEXTS, {"pictures": (picture,)})
            answer = await Dispatcher(osusume).answer(asked)
        assert answer is not None
        assert not answer.reply.error
        assert {"characters.jsonl.gz", "manifest.toml", "gallery.npz"} <= names(files, data, here=False)
        assert names(files, data, here=True) == set()
    for action in ("pictures.guesses", "pictures.wrong"):
        with opened.listening() as files:  # a button that is pressed first after a restart
            choice = next(choice for choice in answer.reply.every_choice() if choice.action == action)
            async with Osusume.open(settings, data=data) as osusume:
                told = await Dispatcher(osusume).press(Press(answer.token(choice), ADA, TEXTS))
            assert told is not None
            assert not told.reply.error
            assert "characters.jsonl.gz" in names(files, data, here=False)
            assert names(files, data, here=True) == set()
