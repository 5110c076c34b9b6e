"""The queue of updates: confirmed by offset, kept for a day, given to one poller at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.telegram import limits
from tests.doubles.telegram.clock import Clock
from tests.doubles.telegram.errors import OTHER_POLLER, Json, conflict

KINDS = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    ]
)
BY_REQUEST_ONLY = frozenset(("chat_member", "message_reaction", "message_reaction_count"))


@dataclass(eq=False)
class Entry:
    """One waiting update. `again` marks a second copy, which is given out once whatever was confirmed."""

    update_id: int
    kind: str
    content: Json
    chat: object
    created: float
    again: bool = False
    attempts: int = 0
    in_flight: bool = False

    def body(self) -> Json:
        return {"update_id": self.update_id, self.kind: self.content}


@dataclass
class UpdateQueue:
    clock: Clock
    on_push: Callable[[], None] = lambda: None
    on_poll: Callable[[], None] = lambda: None
    polls: int = 0
    next_id: int = 731_000_001
    pending: list[Entry] = field(default_factory=list)
    pushed: list[Entry] = field(default_factory=list)
    allowed: frozenset[str] = KINDS - BY_REQUEST_ONLY
    duplicates: int = 0
    _poll: asyncio.Future[None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def allow(self, kinds: list[str] | None) -> None:
        """`allowed_updates` of a request: None leaves the choice as it is, an empty list is the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) & KINDS if kinds else KINDS - BY_REQUEST_ONLY

    def push(self, kind: str, content: Json, chat: object, *, always: bool = False) -> int | None:
        """Queue an update; None when the bot did not ask for this kind (unless `always`)."""
        if kind not in self.allowed and not always:
            return None
        entry = Entry(self.next_id, kind, content, chat, self.clock.now())
        self.next_id += 1
        self.pushed.append(entry)
        self.pending.append(entry)
        if self.duplicates:
            self.duplicates -= 1
            self.repeat(entry)
        self._announce()
        return entry.update_id

    def repeat(self, entry: Entry) -> None:
        """Queue the same update, under the same id, once more."""
        copy = Entry(entry.update_id, entry.kind, entry.content, entry.chat, self.clock.now(), again=True)
        self.pending.append(copy)
        self._announce()

    def _announce(self) -> None:
        self._news.set()
        self.on_push()

    def expire(self) -> None:
        oldest = self.clock.now() - limits.UPDATE_AGE
        self.pending = [entry for entry in self.pending if entry.created >= oldest]

    def confirm(self, offset: int) -> None:
        if offset > 0:
            self.pending = [entry for entry in self.pending if entry.update_id >= offset or entry.again]
        elif offset < 0:
            self.pending = self.pending[offset:]

    def drop(self) -> None:
        self.pending.clear()

    @property
    def polling(self) -> bool:
        return self._poll is not None

    def end_poll(self, error: Exception) -> None:
        """Answer the waiting getUpdates with an error."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(error)
        self._poll = None

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """One getUpdates. A poll already waiting is ended with 409, as the real server does.

        Raises Refusal when a newer poll or setWebhook ends this one.
        """
        if self._poll is not None:
            # A poller that has just hung up gets the time to be noticed: it is no second instance.
            for _ in range(3):
                await asyncio.sleep(0)
            self.end_poll(conflict(OTHER_POLLER))
        self.expire()
        self.confirm(offset)
        self.polls += 1
        self.on_poll()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + min(max(seconds, 0), limits.POLL_TIMEOUT)
        mine: asyncio.Future[None] = loop.create_future()
        self._poll = mine
        try:
            awaited: list[asyncio.Future[Any]]
            while True:
                self.expire()
                batch = self._batch(limit)
                left = deadline - loop.time()
                if batch or left <= 0:
                    return batch
                self._news.clear()
                news: asyncio.Future[Any] = asyncio.ensure_future(self._news.wait())
                awaited = [news, mine]
                try:
                    await asyncio.wait(awaited, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    news.cancel()
                if mine.done():
                    mine.result()
        finally:
            if self._poll is mine:
                self._poll = None
            if mine.done():
                mine.exception()  # seen: a poller that left meanwhile leaves no warning behind

    def _batch(self, limit: int) -> list[Json]:
        batch: list[Json] = []
        size = 0
        for entry in self.pending[:limit]:
            body = entry.body()
            size += len(json.dumps(body))
            if batch and size > limits.ANSWER_BYTES:
                break
            batch.append(body)
            if entry.again:
                self.pending.remove(entry)
        return batch
