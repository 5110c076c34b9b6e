"""How far long work is, shown now and then while the answer is still being made."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from threading import Lock


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


class Together:
    """One share of several pieces of work, told from any thread; it never goes back. Pieces that end without having
    told anything (still pictures beside clips) took no time and do not count."""

    def __init__(self, told: Callable[[float], None], count: int) -> None:
        self._told = told
        self._count = count
        self._shares: dict[int, float] = {}
        self._over: set[int] = set()
        self._lock = Lock()

    def share(self, number: int, share: float) -> None:
        """Piece `number` is done by a share from 0 to 1."""
        with self._lock:
            if number not in self._over:
                self._shares[number] = share
                self._tell()

    def over(self, number: int) -> None:
        """Nothing more comes of piece `number`."""
        with self._lock:
            self._over.add(number)
            if number in self._shares:
                self._shares[number] = 1.0
            else:
                self._count -= 1
            if self._shares:
                self._tell()

    def _tell(self) -> None:
        self._told(sum(self._shares.values()) / self._count)
