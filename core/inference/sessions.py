"""Loaded models within a memory budget: each is loaded once, lent out, and let go when others need the room."""

from __future__ import annotations

import ctypes
import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from core.errors import OsusumeError, Unavailable
from core.inference.cancellation import Cancelled
from core.inference.counters import Counters

log = logging.getLogger(__name__)

T = TypeVar("T")

_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1
"""The numbers of these parameters in glibc's malloc.h."""


@dataclass(eq=False, slots=True)
class _Entry:
    label: str
    cost_mb: float
    users: int = 0
    used_at: float = 0.0
    value: Any = None
    ended: threading.Event = field(default_factory=threading.Event)
    """Set when loading succeeded or failed."""

    failed: bool = False


class LoadedModels:
    """A cache of models that threads borrow. What is borrowed is never let go; of the rest, the least recently used
    goes first when room is needed, and whatever was not borrowed for a while.

    The budget holds before a load begins, so costs must be known then. A model that alone is dearer than the budget is
    loaded all the same, after everything idle was let go, and stays until another one is used.
    """

    def __init__(
        self,
        memory_mb: float,
        idle_seconds: float,
        counters: Counters | None = None,
        clock: Callable[[], float] = time.monotonic,
        broken_seconds: float = 300,
    ) -> None:
        """`idle_seconds` 0: nothing is let go for being idle. `broken_seconds`: a failed load is remembered so long."""
        self._budget = memory_mb
        self._idle = idle_seconds
        self._counters = counters
        self._clock = clock
        self._broken_seconds = broken_seconds
        self._lock = threading.Lock()
        self._entries: dict[Hashable, _Entry] = {}
        self._broken: dict[Hashable, float] = {}
        self._timer: threading.Timer | None = None
        self._closed = False

    @property
    def used_mb(self) -> float:
        """The sum of the costs of what is loaded."""
        with self._lock:
            return self._used()

    @property
    def labels(self) -> tuple[str, ...]:
        """What is loaded, least recently used first."""
        with self._lock:
            return tuple(e.label for e in sorted(self._entries.values(), key=lambda entry: entry.used_at))

    @contextmanager
    def lend(self, key: Hashable, label: str, cost_mb: float, load: Callable[[], T]) -> Iterator[T]:
        """The model of `key`, loaded by `load` when it is not here; for the length of the `with` block it stays.

        One thread loads, others who want the same one wait for it.

        Raises:
            Unavailable: `model-broken` (its argument is `label`) when `load` fails, logged once and then remembered
                for a while; an `OsusumeError` of `load` itself is passed on.
        """
        entry = self._borrow(key, label, cost_mb, load)
        try:
            yield entry.value
        finally:
            self._give_back(entry)

    def sweep(self) -> None:
        """Lets go what has been idle for too long. A timer calls this; it runs only while something idle is loaded."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
                self._timer = None
            due = self._clock() - self._idle
            gone = [
                self._drop(key, "idle")
                for key, entry in self._unused()
                if self._idle and entry.used_at <= due
            ]
            self._arm()
        _free(gone)

    def close(self) -> None:
        """Lets go everything that is not borrowed, and stops the timer."""
        with self._lock:
            self._closed = True
            if self._timer:
                self._timer.cancel()
            gone = [self._drop(key, "closing") for key, _ in self._unused()]
        _free(gone)

    def _borrow(self, key: Hashable, label: str, cost_mb: float, load: Callable[[], T]) -> _Entry:
        while True:
            with self._lock:
                entry = self._entries.get(key)
                loads = entry is None
                gone: list[Any] = []
                if entry is None:
                    if self._broken.get(key, 0.0) > self._clock():
                        raise Unavailable("model-broken", model=label)
                    entry = self._entries[key] = _Entry(label, cost_mb)
                    gone = self._make_room(entry)
                entry.users += 1
                entry.used_at = self._clock()
            _free(gone)
            if loads:
                self._load(key, entry, load)
                return entry
            entry.ended.wait()
            if not entry.failed:
                return entry
            # The loader failed. If that is remembered, the next turn says so; else (it was cancelled, say) we load.

    def _load(self, key: Hashable, entry: _Entry, load: Callable[[], Any]) -> None:
        try:
            entry.value = load()
        except BaseException as problem:
            broken = isinstance(problem, Exception) and not isinstance(problem, OsusumeError | Cancelled)
            with self._lock:
                entry.failed = True
                del self._entries[key]
                now = self._clock()
                self._broken = {known: until for known, until in self._broken.items() if until > now}
                if broken:
                    self._broken[key] = now + self._broken_seconds
            entry.ended.set()
            if not broken:
                raise
            log.warning("the model %s cannot be loaded", entry.label, exc_info=problem)
            raise Unavailable("model-broken", model=entry.label) from problem
        trim_memory()
        entry.ended.set()
        if self._counters:
            self._counters.loaded(entry.label)
        with self._lock:
            self._show()

    def _give_back(self, entry: _Entry) -> None:
        with self._lock:
            entry.users -= 1
            entry.used_at = self._clock()
            if self._closed:
                gone = [self._drop(key, "closing") for key, _ in self._unused()]
            else:
                gone = self._make_room(entry)
                self._arm()
        _free(gone)

    def _unused(self) -> list[tuple[Hashable, _Entry]]:
        """What is not borrowed, least recently used first."""
        unused = [(key, entry) for key, entry in self._entries.items() if entry.users == 0]
        return sorted(unused, key=lambda pair: pair[1].used_at)

    def _make_room(self, keep: _Entry) -> list[Any]:
        """Drops until the budget holds, or nothing but `keep` and what is borrowed is left."""
        gone = []
        for key, entry in self._unused():
            if self._used() > self._budget and entry is not keep:
                gone.append(self._drop(key, "memory"))
        return gone

    def _drop(self, key: Hashable, reason: str) -> Any:
        """The value of what is taken out, to be freed outside of the lock."""
        entry = self._entries.pop(key)
        value, entry.value = entry.value, None
        if self._counters:
            self._counters.dropped(entry.label, reason)
        self._show()
        return value

    def _arm(self) -> None:
        """One timer at a time, for the moment at which the next model will have been idle for too long."""
        unused = self._unused()
        if self._timer or self._closed or not self._idle or not unused:
            return
        wait = unused[0][1].used_at + self._idle - self._clock()
        self._timer = threading.Timer(max(wait, 0.01), self.sweep)
        self._timer.daemon = True
        self._timer.start()

    def _used(self) -> float:
        return sum(entry.cost_mb for entry in self._entries.values())

    def _show(self) -> None:
        if self._counters:
            self._counters.memory(len(self._entries), self._used(), self._budget)


def _free(values: list[Any]) -> None:
    if values:
        values.clear()
        trim_memory()


def trim_memory() -> None:
    """Gives freed memory back to the system, where the C library can (glibc).

    Loading a model leaves twice its size in freed blocks behind (measured: 138 MB after loading a 45 MB file, 45 MB
    after this; it takes about 10 ms).
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def return_large_blocks() -> None:
    """Has the C library (glibc) give blocks of 4 MiB and more back to the system as soon as they are freed.

    By itself it stops doing so for sizes that were freed once (`mallopt(3)`, M_MMAP_THRESHOLD), and what pictures and
    intermediate results took stays with the process: measured 490 to 530 MB after forty pictures of 1 megapixel, about
    400 MB after this, at some 5 % more processor time. Of smaller blocks, 8 MiB are kept at hand. It holds for the
    whole process.
    """
    with suppress(OSError, AttributeError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, 4 * 2**20)
        library.mallopt(_TRIM_THRESHOLD, 8 * 2**20)
