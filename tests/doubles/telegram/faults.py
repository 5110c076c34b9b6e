"""Trouble on purpose: forced failures, held answers, flood limits at rates the test sets."""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Literal

from tests.doubles.telegram.clock import Clock
from tests.doubles.telegram.errors import Refusal, too_many_requests

_TEXTS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass
class Fault:
    """One kind of trouble for one method ("*": any), for the next `times` matching calls."""

    method: str
    how: Literal["refuse", "hang", "drop"]
    refusal: Refusal
    stored: bool
    times: int
    chat_id: int | None = None


@dataclass
class Gate:
    """Holds the answers to a method until `release`; the work itself is done before."""

    method: str
    _opened: asyncio.Event = field(default_factory=asyncio.Event)
    _reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def reached(self, patience: float = 5.0) -> None:
        """Wait until the bot has made a call that is being held."""
        await asyncio.wait_for(self._reached.wait(), patience)

    def release(self) -> None:
        self._opened.set()

    async def pass_through(self) -> None:
        self._reached.set()
        await self._opened.wait()


@dataclass(frozen=True)
class FloodLimits:
    """Most messages in a time: (number, seconds). None is no limit; `advised` is what the Bot FAQ says."""

    overall: tuple[int, float] | None = None
    per_chat: tuple[int, float] | None = None
    per_group: tuple[int, float] | None = None

    @classmethod
    def advised(cls) -> FloodLimits:
        return cls(overall=(30, 1.0), per_chat=(1, 1.0), per_group=(20, 60.0))


class FloodControl:
    """Counts messages in sliding windows, by the clock of the double."""

    def __init__(self, clock: Clock) -> None:
        self.limits = FloodLimits()
        self._clock = clock
        self._sent: dict[object, deque[float]] = defaultdict(deque)

    def check(self, chat_id: str, messages: int) -> None:
        """Raises Refusal 429 with the seconds to wait."""
        now = self._clock.now()
        group = chat_id.startswith(("-", "@"))
        windows: list[tuple[object, tuple[int, float] | None]] = [
            ("all", self.limits.overall),
            (("chat", chat_id), self.limits.per_chat),
            (("group", chat_id), self.limits.per_group if group else None),
        ]
        wait = 0.0
        for key, limit in windows:
            if limit is None:
                continue
            sent = self._sent[key]
            while sent and sent[0] <= now - limit[1]:
                sent.popleft()
            if len(sent) + messages > limit[0] and sent:
                wait = max(wait, sent[min(len(sent), len(sent) + messages - limit[0]) - 1] + limit[1] - now)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for key, limit in windows:
            if limit is not None:
                self._sent[key].extend([now] * messages)


class Faults:
    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.gates: list[Gate] = []

    def force(
        self,
        method: str,
        *,
        status: int = 500,
        description: str | None = None,
        retry_after: int | None = None,
        times: int = 1,
        how: Literal["refuse", "hang", "drop"] = "refuse",
        stored: bool = False,
        chat_id: int | None = None,
    ) -> None:
        if status == 429 and description is None:
            refusal = too_many_requests(1 if retry_after is None else retry_after)
        else:
            refusal = Refusal(status, description or _TEXTS.get(status, "Error"), retry_after=retry_after)
        self.waiting.append(Fault(method.lower(), how, refusal, stored, times, chat_id))

    def take(self, method: str, chat_id: str) -> Fault | None:
        for fault in self.waiting:
            if fault.method in ("*", method.lower()) and fault.chat_id in (None, _number(chat_id)):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    async def hold(self, method: str) -> None:
        for gate in list(self.gates):
            if gate.method == method.lower():
                await gate.pass_through()


def _number(chat_id: str) -> int | None:
    return int(chat_id) if chat_id.lstrip("-").isdigit() else None
