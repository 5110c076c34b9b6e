"""Art channels on Discord: one quiet answer to each picture, kept true to the message, corrected by people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.discord.art import message_key
from core.art import ArtPost
from core.errors import SettingsError
from core.osusume import Osusume
from core.settings import read_settings
from tests.bot.discord.stage import TOKEN, Stage, playing, served
from tests.doubles.discord import Channel, DiscordDouble, Message, Upload
from tests.doubles.discord.gateway import MESSAGE_CONTENT
from tests.tiny_models import drawn, tiny_models

pytestmark = pytest.mark.asyncio(loop_scope="session")

ONE_QUIET_SECOND = 0.6


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seeing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Osusume]:
    """A core with tiny picture models."""
    settings = read_settings(
        _env_file=None, home=tmp_path_factory.mktemp("home"), cooldown=0, discord_token=SecretStr(TOKEN)
    )
    async with Osusume.open(settings, data=tiny_models(tmp_path_factory.mktemp("data"))) as osusume:
        yield osusume


def reading_double() -> DiscordDouble:
    return DiscordDouble(token=TOKEN, privileged_intents=MESSAGE_CONTENT)


@pytest_asyncio.fixture(loop_scope="session")
async def stage(seeing: Osusume) -> AsyncIterator[Stage]:
    """A bot that may read messages, on a server whose art channel is on."""
    async with playing(seeing, double=reading_double(), discord_message_content=True) as stage:
        enabled = await stage.say(stage.ada, "artchannel enable")
        assert "From now on" in enabled.texts
        yield stage
        await stage.say(stage.ada, "artchannel disable")
        assert stage.double.violations == []


def art(*colours: str, number: int = 0, name: str = "art.png") -> Upload:
    return Upload(name, drawn(*colours, number=number), "image/png")


async def answer_to(channel: Channel, message: Message) -> Message:
    """Our answer to a message."""

    def found() -> Message | None:
        for other in channel.messages:
            if other.reply_to is message and other.author.is_bot and not other.deleted:
                return other
        return None

    await channel.double.until(lambda: found() is not None, "an answer in the art channel")
    answer = found()
    assert answer is not None
    return answer


async def stays_quiet(stage: Stage, channel: Channel) -> bool:
    """Whether the bot writes nothing there for a while."""
    before = len([one for one in channel.messages if one.author.is_bot])
    return not await stage.double.holds_within(
        ONE_QUIET_SECOND, lambda: len([one for one in channel.messages if one.author.is_bot]) > before
    )


async def test_every_posted_picture_gets_one_quiet_answer(stage: Stage) -> None:
    posted = await stage.bob.message(stage.channel, "look!", attachments=[art("red")])
    answer = await answer_to(stage.channel, posted)
    assert "Makise Kurisu" in answer.texts
    assert "smile" in answer.texts
    assert "llustration" in answer.texts, "alt text"
    sent = stage.double.calls("POST /channels/*/messages")[-1].body
    assert sent["flags"] & 1 << 12, "without a sound"
    assert sent["allowed_mentions"]["parse"] == []
    assert not sent["allowed_mentions"].get("replied_user")


async def test_what_is_no_picture_and_other_bots_are_left_alone(stage: Stage) -> None:
    await stage.bob.message(stage.channel, "only words")
    await stage.bob.message(stage.channel, attachments=[Upload("a.txt", b"x", "text/plain")])
    robot = stage.double.add_user("robot")
    robot.is_bot = True
    await robot.message(stage.channel, attachments=[art("red", number=9)])
    other = stage.guild.add_channel("general")
    await stage.double.announce(stage.guild)
    await stage.bob.message(other, attachments=[art("red", number=10)])
    assert await stays_quiet(stage, stage.channel)
    assert not [one for one in other.messages if one.author.is_bot]


async def test_a_replayed_message_is_answered_once(stage: Stage) -> None:
    posted = await stage.bob.message(stage.channel, attachments=[art("green")])
    await answer_to(stage.channel, posted)
    await stage.double.replay_last()
    await stage.double.reconnect()
    await stage.double.resumed()
    assert await stays_quiet(stage, stage.channel)
    answers = [one for one in stage.channel.messages if one.reply_to is posted and one.author.is_bot]
    assert len(answers) == 1


async def test_threads_count_as_their_parent(stage: Stage) -> None:
    thread = stage.channel.add_thread()
    await stage.double.announce(stage.guild)
    posted = await stage.bob.message(thread, attachments=[art("blue")])
    assert "Ikari Shinji" in (await answer_to(thread, posted)).texts


async def test_edits_and_deletions_are_followed(stage: Stage) -> None:
    posted = await stage.bob.message(stage.channel, attachments=[art("red", number=1), art("blue", number=2)])
    answer = await answer_to(stage.channel, posted)
    assert "Ikari Shinji" in answer.texts
    await stage.bob.edit(posted, attachments=[art("red", number=1)])
    await stage.double.until(lambda: "Ikari Shinji" not in answer.texts, "the edited answer")
    assert "Makise Kurisu" in answer.texts
    await stage.bob.delete(posted)
    await stage.double.until(lambda: answer.deleted, "the answer to go with its message")
    assert await stage.core.art_posts.post(f"discord:{stage.channel.id}/{posted.id}") is None


async def test_a_picture_added_later_is_answered_and_the_last_taken_away_ends_it(stage: Stage) -> None:
    posted = await stage.bob.message(stage.channel, "soon")
    await stage.bob.edit(posted, attachments=[art("green", number=4)])
    answer = await answer_to(stage.channel, posted)
    await stage.bob.edit(posted, attachments=[])
    await stage.double.until(lambda: answer.deleted, "the answer to go")


async def test_deleted_while_it_is_looked_at(stage: Stage, seeing: Osusume) -> None:
    begun, go_on = asyncio.Semaphore(0), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold() -> None:
        loop.call_soon_threadsafe(begun.release)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()

    queue = seeing.pictures.queue
    held = [asyncio.ensure_future(queue.run(f"h{n}", hold)) for n in range(seeing.settings.picture_workers)]
    for _ in held:
        await begun.acquire()
    try:
        fetched = len(stage.double.calls("GET /attachments/*"))
        posted = await stage.bob.message(stage.channel, attachments=[art("red", number=30)])
        await stage.double.until(
            lambda: (
                len([one for one in stage.double.calls("GET /attachments/*") if one.status == 200]) > fetched
            ),
            "the picture to be fetched; then it waits for a worker",
        )
        await stage.bob.delete(posted)
    finally:
        go_on.set()
        await asyncio.gather(*held)
    assert await stays_quiet(stage, stage.channel)
    assert await stage.core.art_posts.post(f"discord:{stage.channel.id}/{posted.id}") is None


async def test_author_and_moderators_correct_tags_others_do_not(stage: Stage) -> None:
    posted = await stage.bob.message(stage.channel, attachments=[art("red", number=5)])
    answer = await answer_to(stage.channel, posted)
    stranger = stage.double.add_user("stranger")
    refused = await stage_click(stranger, answer)
    assert refused is not None
    assert "moderators" in refused
    await stage.bob.click(answer, label="✎ Fix tags")
    await stage.bob.select(answer, "Not: smile")
    assert "smile" not in answer.texts.split("Alt")[0].replace("Removed: smile", "")
    await stage.ada.click(answer, label="✎ Fix tags")
    await stage.ada.click(answer, label="＋ Add a tag")
    await stage.ada.select(answer, "Hair")
    await stage.ada.select(answer, "blonde hair")
    assert "blonde hair" in answer.texts
    kept = await stage.core.art_posts.corrections(f"discord:{stage.channel.id}/{posted.id}")
    assert (kept.added, kept.removed) == (("blonde_hair",), ("smile",))
    assert "Makise Kurisu" in answer.texts
    await stage.bob.click(answer, label="✎ Fix tags")
    await stage.bob.select(answer, "Not: Makise Kurisu")
    await stage.double.until(lambda: "Fix tags" in str(answer.components), "the answer again")
    assert "Makise Kurisu" not in answer.texts.replace("Removed: makise kurisu", "")


async def stage_click(user: object, answer: Message) -> str | None:
    """What somebody hears who presses "Fix tags"."""
    reply = await user.click(answer, label="✎ Fix tags")  # type: ignore[attr-defined]
    return str(reply.texts) if reply.ephemeral else None


async def test_style_ignored_members_and_opting_out(stage: Stage) -> None:
    await stage.say(stage.ada, "artchannel settings", alt=False, caption=False, block="smile", most=2)
    posted = await stage.bob.message(stage.channel, attachments=[art("red", number=6)])
    answer = await answer_to(stage.channel, posted)
    assert "Alt text" not in answer.texts
    assert "smile" not in answer.texts
    await stage.say(stage.ada, "artchannel settings", alt=True, caption=True, block="-", most=15)
    await stage.say(stage.ada, "artchannel ignore", member=stage.bob)
    await stage.bob.message(stage.channel, attachments=[art("red", number=7)])
    assert await stays_quiet(stage, stage.channel)
    await stage.say(stage.ada, "artchannel ignore", member=stage.bob, on=False)
    await stage.say(stage.bob, "artchannel optout")
    await stage.bob.message(stage.channel, attachments=[art("red", number=8)])
    assert await stays_quiet(stage, stage.channel)
    await stage.say(stage.bob, "artchannel optout", on=False)


async def test_erasing_ones_data_takes_the_posts_along(stage: Stage) -> None:
    carol = stage.double.add_user("carol")
    posted = await carol.message(stage.channel, attachments=[art("blue", number=11)])
    await answer_to(stage.channel, posted)
    key = f"discord:{stage.channel.id}/{posted.id}"
    assert (await stage.core.people.everything(f"discord:{carol.id}"))["art_posts"]
    await stage.core.people.erase(f"discord:{carol.id}")
    assert await stage.core.art_posts.post(key) is None
    assert await stage.core.art_posts.pictures(key) == ()


async def test_only_who_manages_the_server_turns_it_on(stage: Stage) -> None:
    refused = await stage.say(stage.bob, "artchannel disable")
    assert refused.ephemeral
    assert "only one" in (await stage.say(stage.bob, "artchannel status")).texts


async def test_what_is_missing_is_said_before_it_is_on(seeing: Osusume) -> None:
    async with playing(seeing) as blind:
        reply = await blind.say(blind.ada, "artchannel enable")
        assert reply.ephemeral
        assert "Message Content Intent" in reply.texts
        status = await blind.say(blind.ada, "artchannel status")
        assert "no art channel" in status.texts


async def test_a_refused_intent_is_one_clear_line(seeing: Osusume) -> None:
    with pytest.raises(SettingsError, match="discord-intent-refused"):
        async with playing(seeing, discord_message_content=True):
            pass


async def test_a_restart_in_the_middle_answers_once(seeing: Osusume) -> None:
    """Taken in hand, then the process was gone: the next one answers; what was answered already is found."""
    async with reading_double() as double:
        stage = Stage(double, seeing)
        async with served(stage, discord_message_content=True):
            await stage.say(stage.ada, "artchannel enable")
            answered = await stage.bob.message(stage.channel, attachments=[art("red", number=20)])
            answer = await answer_to(stage.channel, answered)
        missed = await stage.bob.message(stage.channel, attachments=[art("green", number=21)])
        # As a crash leaves it: both are taken in hand, neither is known to have an answer.
        await seeing.art_posts.forget(message_key(stage.channel.id, answered.id))
        for message in (answered, missed):
            await seeing.art_posts.begin(taken_in_hand(stage, message))
        double.advance(6)  # Discord lets a bot identify once in five seconds
        async with served(stage, discord_message_content=True):
            assert "Nagato Yuki" in (await answer_to(stage.channel, missed)).texts
            assert await stays_quiet(stage, stage.channel)
        assert sum(one.reply_to is answered for one in stage.channel.messages) == 1
        post = await seeing.art_posts.post(message_key(stage.channel.id, answered.id))
        assert post is not None
        assert post.reply == f"{stage.channel.id}/{answer.id}"
        await seeing.art.disable(f"discord:{stage.channel.id}")
        assert double.violations == []


def taken_in_hand(stage: Stage, message: Message) -> ArtPost:
    key = message_key(stage.channel.id, message.id)
    channel, server = f"discord:{stage.channel.id}", f"discord:{stage.guild.id}"
    return ArtPost(key, channel, server, f"discord:{stage.bob.id}", None, time.time())
