"""The program as a host starts it: `osusume discord` in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.discord.stage import TOKEN, Stage, program
from tests.doubles.discord import DiscordDouble

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_day_with_the_program(tmp_path: Path) -> None:
    """Commands are sent once; buttons outlive a restart; tiles where the host wants no covers; no secret is logged."""
    async with DiscordDouble(token=TOKEN) as double:
        stage = Stage(double)
        async with program(double, tmp_path, COVERS="false", LOG_LEVEL="debug") as running:
            reply = await stage.say(stage.ada, "recommend", count=3)
            assert reply.files[0].filename == "tile.png"
            assert reply.embeds[0]["thumbnail"]["url"] == "attachment://tile.png"
            last = await stage.ada.start_slash(stage.channel, "fav add", title="Mushishi")
            await last.acknowledged()
            assert await running.stop() == 0
            assert "now among" in (await last.final()).content
        double.advance(10)
        shown = reply.embeds[0]["url"]
        async with program(double, tmp_path) as running:
            turned = await stage.ada.click(reply, label="›")
            assert turned.embeds[0]["url"] != shown
            assert turned.embeds[0]["thumbnail"]["url"].startswith("https://")
            liked = await stage.ada.click(reply, label="★ Favourite")
            assert liked.button("★ Favourited").disabled
            undone = await stage.ada.click(last, label="↩ Undo")
            assert "no longer among" in undone.content
            listed = await stage.say(stage.ada, "fav list")
            assert "Your favourite:" in listed.texts
            assert await running.stop() == 0
        assert len(double.calls("PUT /applications/*")) == 1
        assert double.violations == []
        assert f"client_id={double.application_id}" in running.log
        assert not [part for part in (TOKEN, *TOKEN.split(".")[1:]) if part in running.log]
        assert all(token not in running.log for token in double.desk.by_token)
        assert "Traceback" not in running.log


async def test_a_wrong_token_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    async with DiscordDouble(token=TOKEN) as double:
        async with program(double, tmp_path, token="some.wrong.token", ready=False) as running:
            assert await running.process.wait() == 1
        assert running.log.strip().splitlines() == [
            "Discord refuses the token in OSUSUME_DISCORD_TOKEN. Copy it anew from the developer portal."
        ]


async def test_no_token_is_one_line_too(tmp_path: Path) -> None:
    async with DiscordDouble(token=TOKEN) as double:
        async with program(double, tmp_path, token="", ready=False) as running:
            assert await running.process.wait() == 1
        assert running.log.strip() == "OSUSUME_DISCORD_TOKEN is missing. See .env.example."
        assert double.requests == []
