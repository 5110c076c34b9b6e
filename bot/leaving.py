"""Places that the bot was removed from: once they were left for long enough, what is kept of them is erased."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

from core.errors import OsusumeError
from core.osusume import Osusume

log = logging.getLogger("osusume")

DAY = 86_400


class LeftPlaces:
    """The places of one platform, each `platform:id`. Times are seconds since 1970."""

    def __init__(
        self,
        osusume: Osusume,
        platform: str,
        is_back: Callable[[str], Awaitable[bool | None]],
        present: Callable[[], Collection[str]] | None = None,
    ) -> None:
        """`is_back`: whether the bot is in a place, None where that cannot be known now. `present`: all places that it
        is in, where the platform tells."""
        self._osusume = osusume
        self._platform = platform
        self._is_back = is_back
        self._present = present
        self._watching: asyncio.Task[None] | None = None

    async def left(self, place: str, at: float) -> None:
        """The bot was removed from a place. May raise `Unavailable`."""
        await self._osusume.people.leave_place(place, min(at, time.time()))
        await self._erase()

    async def entered(self, place: str, at: float) -> None:
        """The bot was added to a place, or is known to be in it. May raise `Unavailable`."""
        await self._osusume.people.enter_place(place, at)

    async def visited(self, place: str) -> None:
        """Somebody uses the bot in a place that it is not in, by an installation of their own."""
        try:
            await self._osusume.people.visit_place(place, time.time())
        except OsusumeError as problem:
            log.warning("a visit could not be noted (%s)", problem.key)

    def watch(self) -> None:
        """Looks now, and from now on once a day, what is to be erased."""
        if self._watching is not None:
            self._watching.cancel()
        self._watching = asyncio.ensure_future(self._watch())

    async def stop(self) -> None:
        """Looks no more."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching

    async def _watch(self) -> None:
        while True:
            try:
                await self._look()
            except OsusumeError as problem:
                log.warning("what is kept of left places could not be looked through (%s)", problem.key)
            except Exception:
                log.exception("a bug while looking through what is kept of left places")
            await asyncio.sleep(DAY)

    async def _look(self) -> None:
        if self._present is not None:
            await self._osusume.people.compare_places(self._platform, self._present(), time.time())
        await self._erase()

    async def _erase(self) -> None:
        people, now = self._osusume.people, time.time()
        due = []
        for place in await people.left_places(self._platform, now - self._osusume.settings.left_days * DAY):
            back = await self._is_back(place)
            if back:
                await people.enter_place(place, now)
            elif back is False:
                due.append(place)
        if due and await people.erase_places(due):
            self._osusume.art.changed()
            self._osusume.server_galleries.changed()
            log.info("erased what was kept of %d places that the bot was removed from", len(due))
