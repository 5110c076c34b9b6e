"""What every command of the program does around its work: settings, core, output."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.osusume import Osusume
from core.settings import Settings, read_settings

R = TypeVar("R")


def with_core(work: Callable[[Osusume], Awaitable[R]], *, warm: bool = False) -> R:
    """Opens the core, runs `work` with it and closes it."""

    async def run() -> R:
        async with Osusume.open(ready_settings(), warm=warm) as osusume:
            return await work(osusume)

    return asyncio.run(run())


def ready_settings() -> Settings:
    """The settings, with logging set up as they say."""
    settings = read_settings()
    logging.basicConfig(
        level=settings.log_level.upper(),
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    libraries = (
        "httpx",
        "httpcore",
        "discord",
        "telegram",
        "tornado",
        "aiosqlite",
        "alembic",
        "sqlalchemy",
        "faiss",
        "PIL",
    )
    for library in libraries:
        # Their debug lines hold request addresses, and with them tokens, what people write, and EXIF of pictures.
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLogger().level))
    return settings


def print_json(value: object) -> None:
    """One JSON value on standard output."""
    print(json.dumps(value, ensure_ascii=False, default=str))
