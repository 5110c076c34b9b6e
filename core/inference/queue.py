"""One queue in front of the models: bounded, fair between people, with deadlines and cancellation."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import math
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

from core.errors import Unavailable
from core.inference.cancellation import CURRENT, Cancellation, Cancelled
from core.inference.counters import Counters

log = logging.getLogger(__name__)

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")
OnPosition = Callable[[int], None]


@dataclass(eq=False, slots=True)
class _Work:
    owner: Hashable
    kind: str
    call: Callable[[], Any]
    context: Context
    cancellation: Cancellation
    answer: asyncio.Future[Any]
    asked: float
    time_limit: float | None
    on_position: OnPosition | None
    position: int | None = None
    timer: asyncio.TimerHandle | None = None
    waits: bool = True


@dataclass(eq=False, slots=True)
class _Line:
    """One owner's work. `turn` grows when a line forms and each time a work of it ends: the smallest is served next."""

    turn: int
    waiting: deque[_Work] = field(default_factory=deque)
    running: int = 0


class InferenceQueue:
    """Runs functions in a fixed number of worker threads. Used from one event loop; it never computes there.

    Owners take turns, whatever the number of their requests: who has nothing running comes before who has, and then
    who has waited longest since the own last request ended. So a hundred pictures of one owner delay a single one of
    another by no more than the picture that is running.
    """

    def __init__(
        self,
        workers: int = 2,
        limit: int = 300,
        per_owner_limit: int = 100,
        counters: Counters | None = None,
    ) -> None:
        """`limit` and `per_owner_limit` count requests that wait; the latter also those that run."""
        self._workers = workers
        self._limit = limit
        self._per_owner_limit = per_owner_limit
        self._counters = counters
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="inference")
        self._lines: dict[Hashable, _Line] = {}
        self._turns = itertools.count()
        self._waiting = 0
        self._running: set[_Work] = set()
        self._listeners = 0
        self._telling = False
        self._closed = False
        self._emptied: asyncio.Future[None] | None = None

    @property
    def waiting(self) -> int:
        """Requests that have not begun."""
        return self._waiting

    @property
    def running(self) -> int:
        return len(self._running)

    def ahead(self, owner: Hashable) -> int:
        """How many requests would begin or end before a new one of this owner could begin, if nobody else came."""
        if len(self._running) < self._workers:
            return 0
        line = self._lines.get(owner)
        place = (line.running + len(line.waiting), line.turn) if line else (0, math.inf)
        return len(self._running) + sum(rank < place for rank, _ in self._ranked())

    async def run(
        self,
        owner: Hashable,
        function: Callable[[*Arguments], Result],
        /,
        *args: *Arguments,
        deadline: float | None = None,
        time_limit: float | None = None,
        on_position: OnPosition | None = None,
        kind: str = "picture",
    ) -> Result:
        """The result of `function(*args)`, called in a worker thread when it is this owner's turn.

        What the function raises is raised here. Cancelling the awaiting task removes waiting work at once; a running
        function is told (`core.inference.cancelled()`) and its worker is free when it returns.

        `deadline`: seconds from now by which it must have begun. `time_limit`: seconds after its beginning at which
        the function is told to stop; if it ends all the same, its result counts. `on_position`: called on the event
        loop with the number of requests ahead, whenever that changes, at last with 0 when it begins.

        Raises:
            Unavailable: `busy-ahead` (the queue is full), `busy-yours` (too many of this owner), `deadline` (of either
                kind), `closing`.
        """
        self._admit(owner, kind)
        loop = asyncio.get_running_loop()
        now = loop.time()
        work = _Work(
            owner=owner,
            kind=kind,
            call=partial(function, *args),
            context=copy_context(),
            cancellation=Cancellation(),
            time_limit=time_limit,
            answer=loop.create_future(),
            asked=now,
            on_position=on_position,
        )
        work.context.run(CURRENT.set, work.cancellation)
        line = self._lines.get(owner)
        if line is None:
            line = self._lines[owner] = _Line(next(self._turns))
        line.waiting.append(work)
        self._waiting += 1
        self._listeners += on_position is not None
        self._serve()
        if work.waits and deadline is not None:
            work.timer = loop.call_later(deadline, self._abandon, work, "deadline")
        try:
            return await work.answer  # type: ignore[no-any-return]  # futures of all results wait in one queue
        except asyncio.CancelledError:
            if work.waits:
                self._abandon(work, "cancelled")
            else:
                work.cancellation.cancel()
            raise

    async def close(self, *, finish: bool = False) -> None:
        """Takes nothing more. With `finish`, does what waits; without, refuses it and tells what runs to stop.
        Returns when no function runs any longer.
        """
        self._closed = True
        if not finish:
            for work in [work for line in self._lines.values() for work in line.waiting]:
                self._abandon(work, "closing")
            for work in self._running:
                work.cancellation.cancel("closing")
        try:
            if self._running:
                self._emptied = self._emptied or asyncio.get_running_loop().create_future()
                await asyncio.shield(self._emptied)
        finally:
            self._pool.shutdown(wait=False)

    def _admit(self, owner: Hashable, kind: str) -> None:
        if self._closed:
            self._count(kind, "closing")
            raise Unavailable("closing")
        line = self._lines.get(owner)
        own = line.running + len(line.waiting) if line else 0
        if own >= self._per_owner_limit:
            self._count(kind, "busy")
            raise Unavailable("busy-yours", waiting=own)
        if self._waiting >= self._limit and len(self._running) >= self._workers:
            self._count(kind, "busy")
            raise Unavailable("busy-ahead", ahead=self.ahead(owner))

    def _serve(self) -> None:
        """Starts what can start and tells the others where they stand."""
        while self._waiting and len(self._running) < self._workers:
            line = min(
                (line for line in self._lines.values() if line.waiting),
                key=lambda line: (line.running, line.turn),
            )
            self._start(line.waiting.popleft(), line)
        if self._counters:
            self._counters.queue(self._waiting, len(self._running))
        if self._listeners and not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_soon(self._tell)

    def _start(self, work: _Work, line: _Line) -> None:
        loop = asyncio.get_running_loop()
        self._left_waiting(work)
        line.running += 1
        self._running.add(work)
        if self._counters:
            self._counters.waited(work.kind, loop.time() - work.asked)
        if work.time_limit is not None:
            work.cancellation.limit(work.time_limit)
        if work.on_position:
            loop.call_soon(self._tell_one, work, 0)

        def ended(future: Future[Any]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed over our head: nobody waits
                loop.call_soon_threadsafe(self._finish, work, future)

        self._pool.submit(work.context.run, work.call).add_done_callback(ended)

    def _finish(self, work: _Work, future: Future[Any]) -> None:
        self._running.discard(work)
        line = self._lines[work.owner]
        line.running -= 1
        line.turn = next(self._turns)
        self._forget_empty(work.owner)
        self._answer(work, future)
        self._serve()
        if self._emptied and not self._running and not self._emptied.done():
            self._emptied.set_result(None)

    def _answer(self, work: _Work, future: Future[Any]) -> None:
        problem = future.exception()
        reason = work.cancellation.reason
        if work.answer.done():  # the awaiting task was cancelled
            self._count(work.kind, "cancelled")
        elif problem is None:
            work.answer.set_result(future.result())
            self._count(work.kind, "done")
        elif isinstance(problem, Cancelled) and reason:
            work.answer.set_exception(Unavailable(reason))
            self._count(work.kind, reason)
        else:
            if not isinstance(problem, Exception) or isinstance(problem, StopIteration):
                # a future cannot carry StopIteration, and SystemExit in a worker must not end the event loop
                stopped = RuntimeError(f"{type(problem).__name__} in a worker")
                stopped.__cause__, problem = problem, stopped
            work.answer.set_exception(problem)
            self._count(work.kind, "failed")

    def _abandon(self, work: _Work, reason: str) -> None:
        """Takes work that waits out of the queue."""
        if not work.waits:
            return
        self._lines[work.owner].waiting.remove(work)
        self._left_waiting(work)
        self._forget_empty(work.owner)
        if not work.answer.done():
            work.answer.set_exception(Unavailable(reason))
        self._count(work.kind, reason)
        self._serve()

    def _left_waiting(self, work: _Work) -> None:
        work.waits = False
        self._waiting -= 1
        self._listeners -= work.on_position is not None
        if work.timer:
            work.timer.cancel()

    def _forget_empty(self, owner: Hashable) -> None:
        line = self._lines[owner]
        if not line.waiting and not line.running:
            del self._lines[owner]

    def _ranked(self) -> list[tuple[tuple[int, int], _Work]]:
        """Everything that waits with its rank; sorted, the order in which it will begin (exact for one worker)."""
        return [
            ((line.running + place, line.turn), work)
            for line in self._lines.values()
            for place, work in enumerate(line.waiting)
        ]

    def _tell(self) -> None:
        self._telling = False
        for place, (_, work) in enumerate(sorted(self._ranked(), key=lambda ranked: ranked[0])):
            if work.on_position:
                self._tell_one(work, len(self._running) + place)

    def _tell_one(self, work: _Work, position: int) -> None:
        if work.on_position is None or work.position == position or work.answer.done():
            return
        work.position = position
        try:
            work.on_position(position)
        except Exception:
            log.exception("telling a position failed")

    def _count(self, kind: str, outcome: str) -> None:
        if self._counters:
            self._counters.request(kind, outcome)
