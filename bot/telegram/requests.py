"""Requests to Telegram that survive a bad line: paced, repeated where that is safe, and a refused token noticed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
from telegram.error import NetworkError, TimedOut
from telegram.ext import AIORateLimiter
from telegram.request import HTTPXRequest

from bot.telegram import limits

log = logging.getLogger("osusume.telegram")

Result = bool | dict[str, Any] | list[dict[str, Any]]

FLOOD_RETRIES = 5


class Requests(HTTPXRequest):
    """The library's HTTP client; `refused` is set once Telegram no longer accepts the token.

    Without it a token that is revoked while the bot runs would end the polling without a word to us.
    """

    def __init__(self, refused: asyncio.Event) -> None:
        super().__init__(read_timeout=limits.READ_SECONDS, pool_timeout=limits.READ_SECONDS)
        self._refused = refused

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, payload = await super().do_request(*args, **kwargs)
        if status == 401:
            self._refused.set()
        return status, payload


class Pace(AIORateLimiter):
    """Telegram's flood limits, and a second try for what did not get through.

    A message whose confirmation is lost is not sent again: there is nothing by which Telegram could tell that it has
    it already. Everything else may be repeated without harm.
    """

    def __init__(self) -> None:
        super().__init__(max_retries=FLOOD_RETRIES)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Result:
        for pause in limits.RETRY_SECONDS:
            try:
                return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)
            except NetworkError as problem:
                if not _repeatable(endpoint, problem):
                    raise
                log.info("%s did not get through (%s); once more in %s s", endpoint, problem.message, pause)
                await asyncio.sleep(pause)
        return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)


def _repeatable(endpoint: str, problem: NetworkError) -> bool:
    if isinstance(problem, TimedOut):
        unsent = not isinstance(problem.__cause__, httpx.ReadTimeout)
        return unsent or not endpoint.startswith("send") or endpoint == "sendChatAction"
    return type(problem) is NetworkError  # a refusal (BadRequest) stays one
