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
    """One request's word to stop. It may be given from any thread; a passed deadline gives it by itself."""

    def __init__(self, deadline: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """`deadline`: a moment of `clock`, in seconds."""
        self._told = threading.Event()
        self._given: Reason = "cancelled"
        self._deadline = deadline
        self._clock = clock

    def cancel(self, reason: Reason = "cancelled") -> None:
        """The first reason given stays."""
        if not self._told.is_set():
            self._given = reason
            self._told.set()

    @property
    def reason(self) -> Reason | None:
        if self._told.is_set():
            return self._given
        if self._deadline is not None and self._clock() >= self._deadline:
            return "deadline"
        return None


CURRENT: ContextVar[Cancellation | None] = ContextVar("osusume_cancellation", default=None)
"""The request that this code works for; None outside of a queue."""


def cancelled() -> bool:
    """Whether the work at hand should stop: its member deleted the message, its deadline passed, or the bot closes.

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
