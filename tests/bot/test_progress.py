"""What shows how far long work is, apart from any platform."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.dispatch import Dispatcher
from bot.progress import Progress, Together
from bot.reply import File
from bot.request import Person, Place
from bot.texts import Texts
from core.osusume import Osusume
from core.settings import read_settings
from tests.bot.telegram.test_progress import clip
from tests.tiny_models import drawn, tiny_models


class Noted(Progress):
    def __init__(self) -> None:
        super().__init__(pause=0.0)
        self.shown: list[int] = []
        self.seen = asyncio.Event()

    async def show(self, percent: int) -> None:
        self.shown.append(percent)
        self.seen.set()


def test_work_that_outlives_the_event_loop_is_not_disturbed() -> None:
    async def begin() -> Noted:
        progress = Noted()
        await asyncio.to_thread(progress, 0.25)
        await progress.seen.wait()
        return progress

    progress = asyncio.run(begin())
    progress(0.5)
    assert progress.shown == [25]


def test_several_clips_have_one_share_that_never_goes_back() -> None:
    told: list[float] = []
    together = Together(told.append, 4)
    together.over(2)
    assert told == [], "a still picture tells nothing"
    for number, share in ((0, 0.5), (1, 0.25), (0, 1.0)):
        together.share(number, share)
    together.over(0)
    together.over(3)
    assert told[-1] == (1.0 + 0.25) / 2
    together.over(1)  # it could not be watched to its end
    together.share(1, 0.5)  # told late by its thread
    assert told[-1] == 1.0
    assert told == sorted(told)
    assert told[0] == 0.5 / 3


async def test_a_message_with_several_clips_and_a_picture(tmp_path: Path) -> None:
    settings = read_settings(home=tmp_path / "home")
    files = [
        File("a.gif", "image/gif", clip("red")),
        File("b.png", "image/png", drawn("green")),
        File("c.gif", "image/gif", clip("blue")),
    ]
    told: list[float] = []
    (tmp_path / "data").mkdir()
    async with Osusume.open(settings, data=tiny_models(tmp_path / "data"), warm=False) as osusume:
        answer = await Dispatcher(osusume).answer_line(
            "/identify", Person("web:1", "Ada"), Texts("en"), Place(), None,
            people=lambda _: None, files=files, progress=told.append,
        )  # fmt: skip
    assert answer is not None
    assert "Ikari Shinji" in str(answer.reply)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len([share for share in told if share < 0.5]) >= 6, "one clip of two is half of the work"
