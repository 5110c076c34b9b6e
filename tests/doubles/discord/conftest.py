"""The fixture of the raw tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from . import DiscordDouble
from .wire import Wire


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with DiscordDouble() as double, aiohttp.ClientSession() as http:
        yield Wire(double, http)
