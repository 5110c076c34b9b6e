"""What shows how far long work is, apart from any platform."""

from __future__ import annotations

import asyncio

from bot.progress import Progress


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
