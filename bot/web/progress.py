"""How far work is that is still going on, for whoever asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.request import untold


class _Share:
    """0 to 1; None while nothing was told."""

    __slots__ = ("done",)

    def __init__(self) -> None:
        self.done: float | None = None

    def __call__(self, done: float) -> None:
        self.done = done


class Shares:
    """By event, in memory, only while the event is being answered. Told from any thread, asked on the event loop."""

    def __init__(self) -> None:
        self._going: dict[str, _Share] = {}

    @contextmanager
    def of(self, event: str | None) -> Iterator[Callable[[float], None]]:
        """What is told the share done; nobody asks about an event without a name, or about one sent again."""
        if event is None or event in self._going:
            yield untold
            return
        self._going[event] = share = _Share()
        try:
            yield share
        finally:
            del self._going[event]

    def percent(self, event: str) -> int | None:
        """None where no such event is going on, or its work does not take long enough to tell."""
        share = self._going.get(event)
        return None if share is None or share.done is None else round(100 * share.done)
