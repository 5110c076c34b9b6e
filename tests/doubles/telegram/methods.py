"""The Bot API methods the double plays, by lower-case name (names are case-insensitive)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.doubles.telegram.calls import Call
from tests.doubles.telegram.state import State

Handler = Callable[[State, Call], Awaitable[Any]]
METHODS: dict[str, Handler] = {}


def method(*names: str) -> Callable[[Handler], Handler]:
    """Register a handler; it returns the JSON of `result` or raises Refusal."""

    def register(handler: Handler) -> Handler:
        for name in names:
            METHODS[name.lower()] = handler
        return handler

    return register
