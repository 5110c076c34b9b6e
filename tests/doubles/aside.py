"""A double on a loop of its own, for code that brings its own loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any

PATIENCE = 60
"""Seconds for starting and for stopping: machines under load."""


@contextmanager
def served_aside(serving: AbstractAsyncContextManager[Any]) -> Iterator[None]:
    """Serves in a thread until the block ends."""
    ready, over = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with serving:
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(PATIENCE)
    yield
    loop.call_soon_threadsafe(over.set)
    thread.join(PATIENCE)
    loop.close()
