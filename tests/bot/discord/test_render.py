"""Whatever a command answers, Discord takes it: judged by the double's own rules, written by discord.py itself.

The long run: OSUSUME_EXAMPLES=100000 pytest tests/bot/discord/test_render.py
"""

from __future__ import annotations

import json

import discord
import pytest
from discord.http import handle_message_parameters
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.discord.render import Message, cut, cut_front, pack_files, render, tile_wanted
from bot.reply import Answer, Card, Choice, Fact, File, Pager, Reply
from core.errors import UserError
from tests.bot.replies import EXAMPLES, answers, texts
from tests.doubles.discord import Channel, DiscordDouble, Upload, messages
from tests.doubles.discord.limits import DEFAULT_FILE_BYTES

TILE = b"\x89PNG, as far as this test cares"


def take(channel: Channel, message: Message, *, edit: bool = False) -> messages.Message:
    """The message as Discord would store it; raises what Discord would answer."""
    given = message.for_editing() if edit else message.for_sending()
    with handle_message_parameters(**given) as parameters:
        body, uploads = parameters.payload, {}
        if parameters.multipart:
            body = json.loads(parameters.multipart[0]["value"])
            for number, part in enumerate(parameters.multipart[1:]):
                uploads[number] = Upload(part["filename"], part["value"].read())
        return messages.create(
            channel.double, channel, json.loads(json.dumps(body)), uploads, file_bytes=DEFAULT_FILE_BYTES
        )


@pytest.fixture(scope="module")
def channel() -> Channel:
    return DiscordDouble().add_guild().add_channel()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(answer=answers, covers=st.booleans(), edit=st.booleans())
def test_discord_takes_every_reply(channel: Channel, answer: Answer, covers: bool, edit: bool) -> None:
    card = tile_wanted(answer.reply, covers=covers)
    message = render(answer, tile=TILE if card is not None else None)
    taken = take(channel, message, edit=edit)
    assert channel.double.violations == []
    assert taken.files or taken.content or taken.embeds
    if answer.reply.cards:
        picture = taken.payload()["embeds"][0]["thumbnail"]["url"]
        assert picture.startswith("http" if card is None else channel.double.base_url + "/attachments/")
    pressed = [one.custom_id for one in taken.components if one.custom_id]
    assert len(pressed) == len(set(pressed))
    channel.messages.clear()


@settings(max_examples=EXAMPLES, deadline=None)
@given(text=texts, most=st.integers(2, 300))
def test_cutting_keeps_within_bounds(text: str, most: int) -> None:
    for short in (cut(text, most), cut_front(text, most)):
        assert len(short.encode("utf-16-le")) <= 2 * most
        assert (short == text.strip()) == (len(text.strip().encode("utf-16-le")) <= 2 * most)


def test_a_card_shows_everything_in_order(channel: Channel) -> None:
    card = Card(
        "A_b*c*", 1, subtitle="B", url="https://a.example", image_url="https://a.example/c.jpg", body="Story.",
        facts=(Fact("Format", "TV"), Fact("Aired", "2005"), Fact("Genres", "x" * 80), Fact("Studio", "Y")),
        why="Because.", footer="Also", choices=(Choice("Go", "pick.seen", emoji="★"),),
    )  # fmt: skip
    taken = take(channel, render(Answer("id", Reply("Heading", cards=(card,)))))
    embed = taken.embeds[0]
    assert taken.content == "Heading"
    assert embed["title"] == r"A\_b\*c\*"
    assert embed["description"] == "*B*\nTV  |  2005\n\n> Because.\n\nStory."
    assert [(field["name"], field["inline"]) for field in embed["fields"]] == [
        ("Genres", True),
        ("Studio", True),
    ]
    assert embed["footer"]["text"] == "Also"
    assert embed["thumbnail"]["url"] == "https://a.example/c.jpg"
    assert [one.label for one in taken.components] == ["★ Go"]


def test_long_lists_jump_and_turn(channel: Channel) -> None:
    reply = Reply("List", items=("one",), pager=Pager(30, 100, "fav.list"))
    taken = take(channel, render(Answer("id", reply)))
    jump, before, here, after = taken.components
    assert len(jump.options) == 25
    assert [option["label"] for option in jump.options if option.get("default")] == ["31 / 100"]
    assert (before.label, here.label, after.label) == ("‹", "31 / 100", "›")
    assert (before.custom_id, after.custom_id) == ("osusume:id.p29", "osusume:id.p31")
    assert here.disabled


def test_nothing_in_a_text_is_markup_or_mention(channel: Channel) -> None:
    text = "**bold** @everyone [x](https://a.example)\n# big\n> quote"
    taken = take(channel, render(Answer("", Reply(text))))
    assert "**" not in taken.content
    assert "@everyone" not in taken.content
    assert all(line.startswith("\\") for line in taken.content.splitlines()[1:])


def test_files_too_large_are_zipped_or_refused() -> None:
    export = File("everything.json", "application/json", b"[" + b"0, " * 1000 + b"0]")
    assert pack_files((export,), 10_000) == (export,)
    (packed,) = pack_files((export,), 1000)
    assert packed.name == "everything.zip"
    assert len(packed.data) <= 1000
    with pytest.raises(UserError, match="file-too-large"):
        pack_files((export,), 10)


def test_no_picture_points_nowhere(channel: Channel) -> None:
    card = Card("T", 1, image_url="javascript:alert(1)")
    assert tile_wanted(Reply(cards=(card,)), covers=True) is card
    assert tile_wanted(Reply(cards=(card,)), covers=False) is card
    message = render(Answer("", Reply(cards=(card,))), tile=TILE)
    assert isinstance(message.files[0], discord.File)
    assert message.embeds[0].thumbnail.url == "attachment://tile.png"
    assert take(channel, message).files[0].filename == "tile.png"
