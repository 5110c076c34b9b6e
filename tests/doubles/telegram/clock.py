"""A clock that tests can move: time passes as usual, and `advance` adds to it at once."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """Seconds since the epoch. With `running=False` only `advance` moves it."""

    def __init__(self, *, running: bool = True) -> None:
        self._running = running
        self._base = time.time()
        self._started = time.monotonic()
        self._added = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        passed = time.monotonic() - self._started if self._running else 0.0
        return self._base + passed + self._added

    def advance(self, seconds: float) -> None:
        """Move the time forward and wake whoever was waiting for a moment that has now come."""
        if seconds < 0:
            raise ValueError("time only moves forward")
        self._added += seconds
        self._wake()

    async def sleep(self, seconds: float) -> None:
        """Wait until this clock shows `seconds` more, whether that time passes or is added."""
        if seconds <= 0:
            return
        loop = asyncio.get_running_loop()
        sleeper = (self.now() + seconds, loop.create_future())
        self._sleepers.append(sleeper)
        timer = loop.call_later(seconds, self._wake) if self._running else None
        try:
            await sleeper[1]
        finally:
            if timer is not None:
                timer.cancel()
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)

    def _wake(self) -> None:
        # A millisecond of tolerance: the loop's timer may fire a hair before the wall says so.
        now = self.now() + 0.001
        for when, future in list(self._sleepers):
            if when <= now and not future.done():
                future.set_result(None)
