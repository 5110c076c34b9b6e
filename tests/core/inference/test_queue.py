"""The queue in front of the models: whose turn it is, who is refused, who is told to stop."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import Unavailable
from core.inference import Cancelled, Counters, InferenceQueue, cancelled, stop_if_cancelled

PATIENCE = 20
"""Seconds after which a test gives up waiting for another thread."""


class Bench:
    """Functions for the queue that run until they are let go, and say on the event loop when they begin."""

    def __init__(self, queue: InferenceQueue) -> None:
        self.queue = queue
        self.starts: list[str] = []
        self.news: asyncio.Queue[str] = asyncio.Queue()
        self.tasks: dict[str, asyncio.Task[str]] = {}
        self._gates: dict[str, threading.Event] = {}
        self._begun: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._loop = asyncio.get_running_loop()

    async def ask(
        self,
        owner: str,
        name: str,
        deadline: float | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> None:
        """Puts work in the queue; returns when it waits or runs."""
        self._gates[name] = threading.Event()
        task = asyncio.create_task(
            self.queue.run(owner, self._work, name, deadline=deadline, on_position=on_position), name=name
        )
        self.tasks[name] = task
        await asyncio.sleep(0)

    def _work(self, name: str) -> str:
        self._loop.call_soon_threadsafe(self._began, name)
        assert self._gates[name].wait(PATIENCE)
        return name

    def _began(self, name: str) -> None:
        self.starts.append(name)
        self.news.put_nowait(name)
        self._begun[name].set()

    async def begun(self, name: str) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._begun[name].wait()

    async def end(self, name: str) -> str:
        """Lets one go and waits for its answer."""
        self._gates[name].set()
        async with asyncio.timeout(PATIENCE):
            return await self.tasks[name]

    async def end_all(self) -> None:
        for gate in self._gates.values():
            gate.set()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*self.tasks.values(), return_exceptions=True)


@asynccontextmanager
async def bench(
    workers: int = 1, limit: int = 300, per_owner_limit: int = 200, counters: Counters | None = None
) -> AsyncIterator[Bench]:
    queue = InferenceQueue(workers, limit, per_owner_limit, counters)
    working = Bench(queue)
    try:
        yield working
    finally:
        await working.end_all()
        await queue.close()


async def test_runs_in_a_worker_thread_with_the_callers_context() -> None:
    language: ContextVar[str] = ContextVar("language")
    language.set("ja")
    queue = InferenceQueue(1)
    name, said = await queue.run("ada", lambda: (threading.current_thread().name, language.get()))
    assert name.startswith("inference")
    assert said == "ja"
    await queue.close()


async def test_a_hundred_pictures_delay_anothers_by_the_running_one() -> None:
    async with bench() as working:
        for number in range(100):
            await working.ask("ada", f"ada {number}")
        await working.begun("ada 0")
        await working.ask("ben", "ben 0")
        await working.end_all()
        assert working.starts[:3] == ["ada 0", "ben 0", "ada 1"]
        assert working.starts[2:] == [f"ada {number}" for number in range(1, 100)]


async def test_owners_take_turns_with_several_workers() -> None:
    async with bench(workers=2) as working:
        for number in range(4):
            await working.ask("ada", f"ada {number}")
        await working.begun("ada 1")
        await working.ask("ben", "ben 0")
        await working.ask("eve", "eve 0")
        await working.end("ada 0")
        await working.begun("ben 0")  # ada still has one running
        await working.end("ada 1")
        await working.begun("eve 0")
        await working.end_all()


async def test_newcomers_do_not_starve_who_waits() -> None:
    async with bench() as working:
        await working.ask("ada", "ada 0")
        await working.ask("ada", "ada 1")
        await working.begun("ada 0")
        await working.ask("ben", "ben 0")
        await working.end("ada 0")
        await working.begun("ben 0")
        await working.ask("eve", "eve 0")  # came after ada had waited for a turn
        await working.end("ben 0")
        await working.begun("ada 1")
        await working.end_all()


Event = tuple[str, int]
EVENTS = st.lists(
    st.one_of(st.tuples(st.just("ask"), st.integers(0, 3)), st.tuples(st.just("end"), st.integers(0, 2))),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(EVENTS, st.integers(1, 3))
@example([("ask", 0), ("ask", 1), ("ask", 0), ("ask", 2), ("end", 1)], 2)
def test_turns_are_fair_whatever_comes(events: list[Event], workers: int) -> None:
    """Who has the least running is served; an owner with nothing running is overtaken by each other owner at most once;
    an own line keeps its order; no worker rests while something waits; and the place that was told is right."""
    asyncio.run(_drive(events, workers))


async def _drive(events: list[Event], workers: int) -> None:
    async with bench(workers) as working:
        owners: dict[str, str] = {}
        running: list[str] = []
        waiting: list[str] = []
        overtaken: dict[str, Counter[str]] = {}

        async def catch_up() -> None:
            """Waits for the starts that must come now, and judges them."""
            while waiting and len(running) < workers:
                async with asyncio.timeout(PATIENCE):
                    name = await working.news.get()
                assert name == next(one for one in waiting if owners[one] == owners[name])
                share = Counter(owners[one] for one in running)
                assert share[owners[name]] == min(share[owners[one]] for one in waiting)
                waiting.remove(name)
                running.append(name)
                overtaken.pop(owners[name], None)
                for other in {owners[one] for one in waiting} - {owners[one] for one in running}:
                    if other in overtaken:
                        overtaken[other][owners[name]] += 1
                        assert overtaken[other][owners[name]] <= 1

        for number, (event, which) in enumerate(events):
            if event == "ask":
                owner, name = f"owner {which}", f"owner {which} {number}"
                owners[name] = owner
                waiting.append(name)
                await working.ask(owner, name)
                assert working.queue.waiting == max(0, len(waiting) + len(running) - workers)
            elif running:
                name = running.pop(which % len(running))
                await working.end(name)
            await catch_up()
            busy = {owners[one] for one in running}
            for owner in {owners[one] for one in waiting}:
                if owner in busy:
                    overtaken.pop(owner, None)
                else:
                    overtaken.setdefault(owner, Counter())
        if workers == 1:
            ahead = working.queue.ahead("owner 0")
            assert ahead <= len(waiting) + len(running)
            before = len(working.starts) - len(running)
            await working.ask("owner 0", "last")
            owners["last"] = "owner 0"
            waiting.append("last")
            await catch_up()
            while "last" not in working.starts:
                await working.end(running.pop(0))
                await catch_up()
            assert working.starts.index("last") - before == ahead


async def test_a_full_queue_says_how_many_are_ahead() -> None:
    counters = Counters()
    async with bench(limit=3, counters=counters) as working:
        for name in ("ada 0", "ada 1", "ada 2", "ada 3"):
            await working.ask("ada", name)
        with pytest.raises(Unavailable) as refusal:
            await working.queue.run("ada", str)
        assert (refusal.value.key, refusal.value.arguments) == ("busy-ahead", {"ahead": 4})
        with pytest.raises(Unavailable) as refusal:
            await working.queue.run("ben", str)
        assert refusal.value.arguments == {"ahead": 1}
        assert counters.value("osusume_requests_total", kind="picture", outcome="busy") == 2
        assert counters.value("osusume_queue_length") == 3


async def test_one_owner_cannot_fill_the_queue() -> None:
    async with bench(per_owner_limit=2) as working:
        await working.ask("ada", "ada 0")
        await working.ask("ada", "ada 1")
        with pytest.raises(Unavailable) as refusal:
            await working.queue.run("ada", str)
        assert (refusal.value.key, refusal.value.arguments) == ("busy-yours", {"waiting": 2})
        await working.ask("ben", "ben 0")
        assert working.queue.waiting == 2


async def test_what_has_not_begun_in_time_is_given_up() -> None:
    async with bench() as working:
        await working.ask("ada", "ada 0")
        await working.begun("ada 0")
        await working.ask("ben", "ben 0", deadline=0.01)
        with pytest.raises(Unavailable) as problem:
            async with asyncio.timeout(PATIENCE):
                await working.tasks["ben 0"]
        assert problem.value.key == "deadline"
        assert working.queue.waiting == 0
        await working.end("ada 0")
        assert working.starts == ["ada 0"]


def _until_cancelled(began: Callable[[], object]) -> str:
    began()
    pause = threading.Event()
    while not cancelled():
        assert not pause.wait(0.002)
    raise Cancelled


async def test_a_running_function_is_told_when_its_time_is_up() -> None:
    queue = InferenceQueue(1)
    with pytest.raises(Unavailable) as problem:
        async with asyncio.timeout(PATIENCE):
            await queue.run("ada", _until_cancelled, bool, time_limit=0.05)
    assert problem.value.key == "deadline"
    await queue.close()


async def test_what_began_in_time_or_ends_after_its_limit_counts() -> None:
    queue = InferenceQueue(1)
    assert await queue.run("ada", lambda: (cancelled(), "done"), deadline=0) == (False, "done")
    assert await queue.run("ada", lambda: (cancelled(), "done"), time_limit=0) == (True, "done")
    await queue.close()


async def test_cancelling_takes_waiting_work_out_at_once() -> None:
    counters = Counters()
    async with bench(counters=counters) as working:
        await working.ask("ada", "ada 0")
        await working.ask("ben", "ben 0")
        await working.ask("eve", "eve 0")
        working.tasks["ben 0"].cancel()
        await asyncio.wait({working.tasks["ben 0"]})
        assert working.queue.waiting == 1
        await working.end("ada 0")
        await working.end("eve 0")
        assert working.starts == ["ada 0", "eve 0"]
        assert counters.value("osusume_requests_total", kind="picture", outcome="cancelled") == 1


async def test_cancelling_tells_the_running_function_and_frees_its_worker() -> None:
    queue, began = InferenceQueue(1), asyncio.Event()
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(
        queue.run("ada", _until_cancelled, lambda: loop.call_soon_threadsafe(began.set))
    )
    async with asyncio.timeout(PATIENCE):
        await began.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await queue.run("ben", lambda: "next") == "next"
    await queue.close()


async def test_a_time_limit_of_the_caller_tells_the_function() -> None:
    queue = InferenceQueue(1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await queue.run("ada", _until_cancelled, bool)
    async with asyncio.timeout(PATIENCE):
        assert await queue.run("ben", lambda: "next") == "next"
    await queue.close()


def _raise(problem: BaseException) -> None:
    raise problem


@pytest.mark.parametrize(
    ("raised", "heard"),
    [
        (ValueError("broken picture"), ValueError),
        (MemoryError(), MemoryError),
        (Unavailable("model-broken", model="wd"), Unavailable),
        (StopIteration(), RuntimeError),
        (SystemExit(3), RuntimeError),
        (Cancelled(), Cancelled),
    ],
)
async def test_a_crash_fails_its_request_alone(raised: BaseException, heard: type[Exception]) -> None:
    counters = Counters()
    queue = InferenceQueue(1, counters=counters)
    first, second = await asyncio.gather(
        queue.run("ada", _raise, raised), queue.run("ben", lambda: "fine"), return_exceptions=True
    )
    assert type(first) is heard
    assert second == "fine"
    assert counters.value("osusume_requests_total", kind="picture", outcome="failed") == 1
    assert counters.value("osusume_requests_total", kind="picture", outcome="done") == 1
    assert counters.value("osusume_wait_seconds_count", kind="picture") == 2
    await queue.close()


async def test_positions_are_told_as_they_change() -> None:
    told: list[int] = []
    async with bench() as working:
        for name in ("ada 0", "ben 0"):
            await working.ask(name[:3], name)
        await working.ask("eve", "eve 0", on_position=told.append)
        await working.begun("ada 0")
        await working.end("ada 0")
        await working.begun("ben 0")
        await working.ask("kim", "kim 0")  # behind eve: nothing changes for her
        await working.end("ben 0")
        await working.begun("eve 0")
        assert told == [2, 1, 0]


async def test_a_failing_listener_hurts_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def fails(position: int) -> None:
        raise OSError("the message is gone")

    async with bench() as working:
        await working.ask("ada", "ada 0")
        await working.ask("ben", "ben 0", on_position=fails)
        await working.begun("ada 0")
        await working.end("ada 0")
        assert await working.end("ben 0") == "ben 0"
    assert "telling a position failed" in caplog.text


async def test_closing_refuses_what_waits_and_tells_what_runs() -> None:
    queue, began = InferenceQueue(1), asyncio.Event()
    loop = asyncio.get_running_loop()
    running = asyncio.create_task(
        queue.run("ada", _until_cancelled, lambda: loop.call_soon_threadsafe(began.set))
    )
    waiting = asyncio.create_task(queue.run("ben", str))
    async with asyncio.timeout(PATIENCE):
        await began.wait()
        await queue.close()
        answers = await asyncio.gather(running, waiting, queue.run("eve", str), return_exceptions=True)
    assert [problem.key for problem in answers if isinstance(problem, Unavailable)] == ["closing"] * 3


async def test_closing_can_finish_what_waits() -> None:
    async with bench() as working:
        for number in range(3):
            await working.ask("ada", f"ada {number}")
        closing = asyncio.create_task(working.queue.close(finish=True))
        await asyncio.sleep(0)
        assert not closing.done()
        await working.end_all()
        async with asyncio.timeout(PATIENCE):
            await closing
        assert [task.result() for task in working.tasks.values()] == ["ada 0", "ada 1", "ada 2"]


def test_outside_of_a_queue_nothing_is_cancelled() -> None:
    assert not cancelled()
    stop_if_cancelled()
