"""Events received, so that each is answered once: platforms deliver some of them twice."""

from __future__ import annotations

import time

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.storage.engine import Storage
from core.storage.schema import inbox

KEPT_SECONDS = 2 * 86_400
"""Longer than any platform repeats an event (Telegram keeps updates for a day)."""


class Inbox:
    """Which of the platforms' events were taken in hand and which were answered, so that each is answered once. Every
    method may raise `Unavailable` where the database cannot be used."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def begin(self, event: str, user: str | None = None, payload: str | None = None) -> bool:
        """Writes an event down before it is handled, durably. False: it is known already.

        `payload` is for platforms that forget an event once it is fetched: `pending` gives it back after a crash.
        """
        now = int(time.time())
        try:
            async with self._storage.write() as connection:
                await connection.execute(delete(inbox).where(inbox.c.received_at < now - KEPT_SECONDS))
                await connection.execute(
                    insert(inbox).values(event=event, user=user, payload=payload, received_at=now)
                )
        except IntegrityError:
            return False
        return True

    async def done(self, event: str) -> None:
        """The event was answered; what it said is no longer kept."""
        async with self._storage.write() as connection:
            await connection.execute(
                update(inbox)
                .where(inbox.c.event == event)
                .values(answered_at=int(time.time()), payload=None, user=None, showing=None)
            )

    async def shows(self, event: str, message: str) -> None:
        """While the event is being answered, `message` (the platform's own id) tells how far it is."""
        async with self._storage.write() as connection:
            await connection.execute(update(inbox).where(inbox.c.event == event).values(showing=message))

    async def shown(self, platform: str) -> list[str]:
        """Messages that tell how far an answer is which was never finished."""
        async with self._storage.read() as connection:
            rows = await connection.execute(
                select(inbox.c.showing).where(
                    inbox.c.event.startswith(f"{platform}:"), inbox.c.showing.is_not(None)
                )
            )
            return [row.showing for row in rows]

    async def pending(self, platform: str) -> list[tuple[str, str]]:
        """(event, payload) of a platform that were received and never answered, oldest first."""
        async with self._storage.read() as connection:
            rows = await connection.execute(
                select(inbox.c.event, inbox.c.payload)
                .where(inbox.c.event.startswith(f"{platform}:"), inbox.c.answered_at.is_(None))
                .where(inbox.c.payload.is_not(None))
                .order_by(inbox.c.received_at, inbox.c.event)
            )
            return [(row.event, row.payload) for row in rows]
