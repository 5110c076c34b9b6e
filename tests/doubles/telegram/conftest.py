"""A double, a person and their chat with the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.doubles.telegram import Chat, Person, TelegramDouble


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble(token="123:abc") as double:
        yield double


@pytest.fixture
def ada(telegram: TelegramDouble) -> Person:
    return telegram.add_user("Ada", language_code="ja")


@pytest.fixture
def chat(telegram: TelegramDouble, ada: Person) -> Chat:
    return telegram.private(ada)
