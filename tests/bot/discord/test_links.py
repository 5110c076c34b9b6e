"""Links to attachments that are not good any more: the message is fetched anew, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pydantic import SecretStr

from core.osusume import Osusume
from core.settings import read_settings
from tests.bot.discord.stage import TOKEN, Stage, playing
from tests.doubles.discord import DiscordDouble, Message, Reply, Upload
from tests.doubles.discord.gateway import MESSAGE_CONTENT
from tests.tiny_models import drawn, tiny_models

pytestmark = pytest.mark.asyncio(loop_scope="session")

EXPIRED = "expired, unsigned or unknown file address"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seeing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Osusume]:
    settings = read_settings(
        _env_file=None, home=tmp_path_factory.mktemp("home"), cooldown=0, discord_token=SecretStr(TOKEN)
    )
    data = tiny_models(tmp_path_factory.mktemp("data"))
    async with Osusume.open(settings, data=data, warm=False) as osusume:
        yield osusume


@pytest_asyncio.fixture(loop_scope="session")
async def stage(seeing: Osusume) -> AsyncIterator[Stage]:
    """A bot that may read messages; only links that had expired may have been refused."""
    double = DiscordDouble(token=TOKEN, privileged_intents=MESSAGE_CONTENT)
    async with playing(seeing, double=double) as stage:
        yield stage
        assert [one.message for one in double.violations if one.message != EXPIRED] == []


def picture(*colours: str, name: str = "art.png") -> Upload:
    return Upload(name, drawn(*colours), "image/png")


async def too_late(stage: Stage, menu: str, message: Message) -> Reply:
    """Uses a menu of a message; its links expire while Discord delivers that."""
    double = stage.double
    kept, double.files.lifetime = double.files.lifetime, 1.0
    async with double.out_of_order():
        asking = asyncio.ensure_future(stage.bob.context_menu(stage.channel, menu, message))
        await asyncio.sleep(0)  # it has been sent, and is held
        assert not asking.done()
        double.advance(1.5)
        double.files.lifetime = kept
    return await asking


def fetched(stage: Stage, message: Message) -> int:
    """How often the bot fetched a message."""
    return len(stage.double.calls(f"GET *channels/{stage.channel.id}/messages/{message.id}"))


def files(stage: Stage) -> list[int | None]:
    """What the file server answered, in turn."""
    return [one.status for one in stage.double.calls("GET /attachments/*")]


@pytest.mark.parametrize(
    ("menu", "said"), [("Who is this?", "Makise Kurisu"), ("Tags", "smile"), ("Alt text", "llustration")]
)
async def test_fresh_links_are_asked_for_once(stage: Stage, menu: str, said: str) -> None:
    posted = await stage.ada.message(stage.channel, attachments=[picture("red"), picture("blue")])
    reply = await too_late(stage, menu, posted)
    assert said in reply.texts
    assert "Picture 2" in reply.texts
    assert fetched(stage, posted) == 1
    assert files(stage) == [404, 200, 200]


async def test_a_forbidden_link_is_an_expired_one(stage: Stage) -> None:
    posted = await stage.ada.message(stage.channel, attachments=[picture("red")])
    stage.double.force(status=403, route="GET /attachments/*")
    assert "Makise Kurisu" in (await stage.bob.context_menu(stage.channel, "Who is this?", posted)).texts
    assert files(stage) == [403, 200]


async def test_links_that_are_good_cost_no_further_request(stage: Stage) -> None:
    posted = await stage.ada.message(stage.channel, attachments=[picture("red")])
    assert "smile" in (await stage.bob.context_menu(stage.channel, "Tags", posted)).texts
    assert fetched(stage, posted) == 0


async def test_a_file_that_is_gone_gets_one_sentence(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    posted = await stage.ada.message(stage.channel, attachments=[picture("red", name="gone.png")])
    stage.double.files.forget(posted.files[0])
    with caplog.at_level(logging.ERROR):
        reply = await stage.bob.context_menu(stage.channel, "Who is this?", posted)
    assert "gone.png" in reply.texts
    assert reply.ephemeral
    assert fetched(stage, posted) == 1
    assert files(stage) == [404, 404]
    assert caplog.records == [], "it is no bug"


@pytest.mark.parametrize("gone", ["deleted", "unreadable"])
async def test_a_message_that_cannot_be_fetched_gets_the_same_sentence(stage: Stage, gone: str) -> None:
    posted = await stage.ada.message(stage.channel, attachments=[picture("red")])
    status = 404 if gone == "deleted" else 403
    stage.double.force(status=status, route=f"GET *channels/{stage.channel.id}/messages/*")
    reply = await too_late(stage, "Tags", posted)
    assert "art.png" in reply.texts
    assert reply.ephemeral
    assert files(stage) == [404]


async def test_without_the_content_intent_nothing_fresh_is_to_be_had(seeing: Osusume) -> None:
    """Discord empties what such a bot fetches."""
    async with playing(seeing) as stage:
        posted = await stage.ada.message(stage.channel, attachments=[picture("red")])
        reply = await too_late(stage, "Tags", posted)
        assert "art.png" in reply.texts
        assert fetched(stage, posted) == 1
        assert files(stage) == [404]


async def test_art_channels_ask_for_fresh_links_too(seeing: Osusume) -> None:
    double = DiscordDouble(token=TOKEN, privileged_intents=MESSAGE_CONTENT)
    async with playing(seeing, double=double, discord_message_content=True) as stage:
        await stage.say(stage.ada, "artchannel enable")
        stage.double.force(status=404, route="GET /attachments/*")
        posted = await stage.bob.message(stage.channel, attachments=[picture("red")])
        await double.until(
            lambda: any(one.reply_to is posted for one in stage.channel.messages), "the answer in the channel"
        )
        answer = next(one for one in stage.channel.messages if one.reply_to is posted)
        assert "Makise Kurisu" in answer.texts
        assert files(stage) == [404, 200]
        await stage.say(stage.ada, "artchannel disable")
