"""One core for all tests here; every test has its own Discord with its own people."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.discord import limits
from core.osusume import Osusume
from core.settings import read_settings
from tests.bot.discord.stage import TOKEN, Stage, playing


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def core(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Osusume]:
    settings = read_settings(
        _env_file=None, home=tmp_path_factory.mktemp("home"), cooldown=0, discord_token=SecretStr(TOKEN)
    )
    async with Osusume.open(settings) as osusume:
        yield osusume


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> float:
    """Answers come directly even on a busy machine; gives the real time after which they are announced."""
    real = limits.WAIT_SECONDS
    monkeypatch.setattr(limits, "WAIT_SECONDS", 60.0)
    return real


@pytest_asyncio.fixture(loop_scope="session")
async def stage(core: Osusume) -> AsyncIterator[Stage]:
    async with playing(core) as stage:
        yield stage
        assert stage.double.violations == []
