"""How far long work is, shown now and then while the answer is still being made."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress


class Progress(ABC):
    """Told the share done (0 to 1) from any thread; shows it at most once in `pause` seconds, never after `finish`."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._loop = asyncio.get_running_loop()
        self._shown_at = self._loop.time()
        self._showing: asyncio.Task[None] | None = None
        self._over = False

    def __call__(self, share: float) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody is shown anything any more
            self._loop.call_soon_threadsafe(self._told, share)

    async def finish(self) -> None:
        """Nothing is shown any more; waits for what is being shown."""
        self._over = True
        if self._showing is not None:
            await asyncio.gather(self._showing, return_exceptions=True)

    def wanted(self) -> bool:
        """Whether it may be shown yet."""
        return True

    @abstractmethod
    async def show(self, percent: int) -> None:
        """Shows it; never raises for what the platform refuses."""

    def _told(self, share: float) -> None:
        soon = self._loop.time() - self._shown_at < self._pause
        busy = self._showing is not None and not self._showing.done()
        if self._over or soon or busy or not self.wanted():
            return
        self._shown_at = self._loop.time()
        self._showing = asyncio.ensure_future(self.show(round(100 * share)))
