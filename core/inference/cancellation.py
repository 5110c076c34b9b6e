"""How a function in a worker thread learns that nobody waits for its result any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Literal

Reason = Literal["cancelled", "closing", "deadline"]


class Cancelled(Exception):
    """Raised inside a function that was told to stop; the one who waited hears why from the queue."""


class Cancellation:
    """One request's word to stop. It may be given from any thread; a passed time limit gives it by itself."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._told = threading.Event()
        self._given: Reason = "cancelled"
        self._ends: float | None = None
        self._clock = clock

    def limit(self, seconds: float) -> None:
        """From now on, so many seconds are left."""
        self._ends = self._clock() + seconds

    def cancel(self, reason: Reason = "cancelled") -> None:
        """The first reason given stays."""
        if not self._told.is_set():
            self._given = reason
            self._told.set()

    @property
    def reason(self) -> Reason | None:
        if self._told.is_set():
            return self._given
        if self._ends is not None and self._clock() >= self._ends:
            return "deadline"
        return None


CURRENT: ContextVar[Cancellation | None] = ContextVar("osusume_cancellation", default=None)
"""The request that this code works for; None outside of a queue."""


def cancelled() -> bool:
    """Whether the work at hand should stop: its member deleted the message, its time is up, or the bot closes.

    Long functions ask between steps; `Session.run` asks by itself.
    """
    cancellation = CURRENT.get()
    return cancellation is not None and cancellation.reason is not None


def stop_if_cancelled() -> None:
    """
    Raises:
        Cancelled: when `cancelled()`.
    """
    if cancelled():
        raise Cancelled
