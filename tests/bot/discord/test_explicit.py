"""An explicit picture on Discord: what is missing until it may be looked at, said in turn."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image
from pydantic import SecretStr

from core.osusume import Osusume
from core.settings import read_settings
from tests.bot.discord.stage import TOKEN, Stage, playing
from tests.doubles.discord import Upload
from tests.tiny_models import rate, tiny_models

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    settings = read_settings(
        _env_file=None, home=tmp_path_factory.mktemp("home"), cooldown=0, discord_token=SecretStr(TOKEN)
    )
    data = tiny_models(tmp_path_factory.mktemp("data"))
    rate(data)
    async with Osusume.open(settings, data=data, warm=False) as core, playing(core) as stage:
        yield stage
        assert stage.double.violations == []


def dark() -> Upload:
    """What the tagger calls explicit, with a small bright head."""
    image = Image.new("RGB", (160, 120), (10, 10, 10))
    image.paste((235, 40, 40), (60, 40, 84, 64))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return Upload("dark.png", stream.getvalue(), "image/png")


async def test_each_refusal_names_what_is_missing_and_the_last_step_opens(stage: Stage) -> None:
    async def asked(channel: object) -> str:
        return str((await stage.bob.slash(channel, "describe", pictures=dark())).texts)  # type: ignore[arg-type]

    for channel in (stage.channel, stage.bob.dm):
        assert "In an age-restricted channel of a server" in await asked(channel)
    late = stage.restricted
    first = await asked(late)
    assert "this server has not allowed" in first
    assert "/settings server adult:yes" in first
    await stage.ada.slash(late, "settings server", adult=True)
    second = await asked(late)
    assert "your own settings" in second
    assert "/settings me adult:yes" in second
    await stage.bob.slash(late, "settings me", adult=True)
    assert "Makise Kurisu" in await asked(late)
    assert "In an age-restricted channel of a server" in await asked(stage.channel)
