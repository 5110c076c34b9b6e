"""One playground and one Chromium for each file of tests; every test visits as somebody new."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.bot.web.visiting import CHROMIUM, CHROMIUM_ARGUMENTS, Client, playground
from tests.tiny_models import tiny_models


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with playground(tmp_path_factory.mktemp("home"), covers=False) as address:
        yield address


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def picture_site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A playground with tiny picture models."""
    data = tiny_models(tmp_path_factory.mktemp("data"))
    async with playground(
        tmp_path_factory.mktemp("home"), data=data, covers=False, picture_mebibytes=8
    ) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="module")
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(site: str, session: aiohttp.ClientSession) -> Client:
    return Client(session, site, secrets.token_hex(16))


@pytest.fixture
def looking(picture_site: str, session: aiohttp.ClientSession) -> Client:
    """Somebody new where pictures are looked at."""
    return Client(session, picture_site, secrets.token_hex(16))


@pytest.fixture
def other(site: str, session: aiohttp.ClientSession) -> Client:
    return Client(session, site, secrets.token_hex(16))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium here: apt-get install chromium fonts-ipaexfont-gothic")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        await browser.close()
