"""Slow cores, lost connections, refusals and repetitions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from bot.discord import limits
from core.errors import SettingsError, Unavailable
from core.osusume import Osusume
from tests.bot.discord.stage import TOKEN, Stage, playing
from tests.doubles.discord import DiscordDouble

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def slow(core: Osusume, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The core computes nothing until the function that this gives is called."""
    released, work = asyncio.Event(), core.work

    async def waiting(*given: Any, **named: Any) -> Any:
        await released.wait()
        return await work(*given, **named)

    monkeypatch.setattr(core, "work", waiting)
    return released.set


@pytest.fixture
def hasty(patience: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Announces at once what is not answered at once, so that tests need not wait."""
    monkeypatch.setattr(limits, "WAIT_SECONDS", 0.02)


async def test_a_slow_answer_is_announced_in_time(
    stage: Stage, slow: Callable[[], None], patience: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WAIT_SECONDS", patience)
    reply = await stage.ada.start_slash(stage.channel, "anime details", title="Mushishi")
    await reply.acknowledged()
    assert (reply.response_type, reply.ephemeral) == (5, False)
    assert patience < 2, "a second is left of the three that Discord gives"
    assert reply.message.loading
    slow()
    await reply.final()
    assert reply.embeds[0]["title"] == "Mushishi"
    assert reply.button("★ Favourite")


@pytest.mark.usefixtures("hasty")
async def test_a_slow_private_answer_is_announced_privately(stage: Stage, slow: Callable[[], None]) -> None:
    await stage.say(stage.ada, "settings me", private=True)
    reply = await stage.ada.start_slash(stage.channel, "recommend")
    await reply.acknowledged()
    assert (reply.response_type, reply.ephemeral) == (5, True)
    slow()
    assert "> " in (await reply.final()).embeds[0]["description"]


@pytest.mark.usefixtures("hasty")
async def test_a_slow_error_is_still_private(stage: Stage, slow: Callable[[], None]) -> None:
    reply = await stage.ada.start_slash(stage.channel, "anime details", title="qqqq zzzz xxxx")
    await reply.acknowledged()
    slow()
    private = await reply.followup()
    assert reply.deleted
    assert private.ephemeral
    assert "no anime called" in private.content


async def test_slow_buttons_are_announced(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, core: Osusume
) -> None:
    reply = await stage.say(stage.ada, "recommend", count=3)
    monkeypatch.setattr(limits, "WAIT_SECONDS", 0.02)
    released, work = asyncio.Event(), core.work

    async def waiting(*given: Any, **named: Any) -> Any:
        await released.wait()
        return await work(*given, **named)

    monkeypatch.setattr(core, "work", waiting)
    more = await stage.ada.start_click(reply, label="≈ More like this")
    seen = await stage.ada.start_click(reply, label="👁 Seen")
    for one in (more, seen):
        await one.acknowledged()
        assert one.response_type == 6
    released.set()
    assert (await more.followup()).content.startswith("If you like")
    await seen.final()
    assert "marked as seen" in reply.content


async def test_a_repeated_event_is_answered_once(stage: Stage) -> None:
    reply = await stage.say(stage.ada, "fav add", title="Mushishi", note="first")
    await stage.say(stage.ada, "fav remove", title="Mushishi")
    requests = len(stage.double.requests)
    await stage.double.replay_last(4)
    await stage.say(stage.ada, "help")
    assert len(stage.double.requests) == requests + 1
    assert await stage.favourites(stage.ada) == []
    undone = await stage.ada.click(reply, label="↩ Undo")
    requests = len(stage.double.requests)
    await stage.double.replay_last(1)
    await stage.say(stage.ada, "help")
    assert len(stage.double.requests) == requests + 1
    assert undone.message.edits == 1


async def test_rate_limits_and_server_errors_are_waited_out(stage: Stage) -> None:
    stage.double.force(status=429, route="POST /interactions/*", times=2)
    limited = await stage.say(stage.ada, "help")
    assert "/recommend" in limited.texts
    stage.double.force(status=503, route="POST /interactions/*")
    failed = await stage.say(stage.ada, "help")
    assert "/recommend" in failed.texts


async def test_an_answer_that_discord_refuses_does_not_stop_the_next(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    refusals: list[dict[str, Any]] = [
        {"status": 429, "via": False},
        {"status": 404, "body": {"code": 10062, "message": "Unknown interaction"}},
    ]
    for number, refusal in enumerate(refusals, 1):
        stage.double.force(route="POST /interactions/*", **refusal)
        lost = await stage.ada.start_slash(stage.channel, "help")
        await stage.double.until(lambda: forced(stage) == number, "the refusal")  # noqa: B023
        assert lost.response_type is None
    assert "/recommend" in (await stage.say(stage.ada, "help")).texts
    assert caplog.text.count("WARNING  osusume.discord") == 2
    assert "Traceback" not in caplog.text


def forced(stage: Stage) -> int:
    """Requests that got the answer ordered by the test."""
    return sum(request.forced and request.status is not None for request in stage.double.requests)


async def test_a_deleted_message_is_let_go(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    reply = await stage.say(stage.ada, "recommend", count=3)
    press = reply.button("›").custom_id or ""
    await stage.ada.delete(reply.message)
    await stage.ada.forge_click(reply, press)
    await stage.double.until(lambda: bool(stage.double.violations), "the refusal")
    assert [one.code for one in stage.double.violations] == [10008]
    stage.double.violations.clear()
    await stage.say(stage.ada, "help")
    assert "Traceback" not in caplog.text


async def test_it_resumes_after_every_kind_of_disconnect(stage: Stage) -> None:
    await stage.double.reconnect()
    await stage.double.resumed()
    assert (await stage.say(stage.ada, "help")).ephemeral
    await stage.double.disconnect(4000)
    waiting = await stage.ada.start_slash(stage.channel, "fav add", title="Mushishi")
    await stage.double.resumed()
    assert "now among" in (await waiting.final()).content
    stage.double.advance(10)
    await stage.double.invalidate(resumable=False)
    await stage.double.resumed()
    assert (await stage.say(stage.ada, "help")).ephemeral
    assert len(stage.double.calls("PUT /applications/*")) == 1


async def test_several_shards(core: Osusume) -> None:
    double = DiscordDouble(token=TOKEN, shards=2, max_concurrency=2)
    async with playing(core, double=double) as stage:
        for shard in (0, 1):
            guild = double.add_guild(shard=shard)
            channel = guild.add_channel("anime")
            await double.announce(guild)
            assert (await stage.ada.slash(channel, "help")).ephemeral
        assert (await stage.ada.slash(stage.ada.dm, "help")).content == ""
        assert double.violations == []


async def test_no_privileged_intents(stage: Stage) -> None:
    (identify,) = stage.double.gateway.identifies
    assert identify["intents"] == 1


@pytest.mark.usefixtures("hasty")
async def test_a_shutdown_finishes_what_it_is_answering(stage: Stage, slow: Callable[[], None]) -> None:
    reply = await stage.ada.start_slash(stage.channel, "fav add", title="Mushishi")
    await reply.acknowledged()
    assert stage.serving is not None
    stage.serving.cancel()
    late = await stage.bob.start_slash(stage.channel, "fav add", title="Mushishi")
    await asyncio.sleep(0)
    assert not stage.serving.done()
    slow()
    assert "now among" in (await reply.final()).content
    await asyncio.wait({stage.serving})
    assert late.response_type is None
    assert await stage.favourites(stage.bob) == []


async def test_a_wrong_token_is_a_setting_to_mend(core: Osusume) -> None:
    with pytest.raises(SettingsError, match="discord-token-wrong"):
        async with playing(core, discord_token=SecretStr("some.other.token")):
            pass


async def test_a_token_that_was_changed_meanwhile(core: Osusume) -> None:
    async with playing(core) as stage:
        stage.double.token = "another.token"
        await stage.double.disconnect(4007)
        assert stage.serving is not None
        await asyncio.wait({stage.serving}, timeout=60)
        with pytest.raises(SettingsError, match="discord-token-wrong"):
            stage.serving.result()


async def test_no_connection_is_said_plainly(core: Osusume) -> None:
    with pytest.raises(Unavailable, match="discord-unreachable"):
        async with playing(core, discord_api_base="http://127.0.0.1:9/api/v10"):
            pass
