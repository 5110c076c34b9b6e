"""Answers that were given, so that their buttons work after a restart, for their owner, until they expire."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.storage.engine import Storage
from core.storage.schema import answers, presses

DAY = 86_400


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    owner: str
    reply_json: str
    expired: bool


class AnswerStore:
    """Replies with buttons, kept as JSON under an id until they expire, so that presses work after a restart. Every
    method may raise `Unavailable` where the database cannot be used."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def save(self, owner: str, reply_json: str, days: int) -> str:
        """Keeps an answer and gives it an id of 12 URL-safe characters; expired ones are thrown out on the way."""
        answer_id, now = secrets.token_urlsafe(9), int(time.time())
        async with self._storage.write() as connection:
            await connection.execute(delete(answers).where(answers.c.expires_at < now))
            await connection.execute(
                insert(answers).values(
                    id=answer_id, owner=owner, reply=reply_json, expires_at=now + days * DAY
                )
            )
        return answer_id

    async def load(self, answer_id: str) -> StoredAnswer | None:
        """The answer, also an expired one; None where there is none of that id (any more)."""
        async with self._storage.read() as connection:
            row = (await connection.execute(select(answers).where(answers.c.id == answer_id))).first()
        return None if row is None else StoredAnswer(row.owner, row.reply, row.expires_at < time.time())

    async def replace(self, answer_id: str, reply_json: str) -> None:
        """Puts another reply in its place; owner and expiry stay. Nothing happens where it is gone."""
        async with self._storage.write() as connection:
            await connection.execute(
                update(answers).where(answers.c.id == answer_id).values(reply=reply_json)
            )

    async def press_once(self, answer_id: str, choice: str, user: str) -> bool:
        """True the first time that this person presses this choice."""
        try:
            async with self._storage.write() as connection:
                await connection.execute(insert(presses).values(answer=answer_id, choice=choice, user=user))
        except IntegrityError:
            return False
        return True
