"""Art channels: groups and channels that tag what is posted there, edits, corrections, what is replayed or deleted."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator

import pytest

from bot.art import ArtDesk
from bot.reply import Answer
from bot.telegram import limits
from tests.bot.telegram.conftest import Bot, MakeBot, program
from tests.doubles.telegram import Chat, Message, Person, TelegramDouble
from tests.tiny_models import drawn


@pytest.fixture(autouse=True)
def _short_albums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ALBUM_SECONDS", 0.5)


@pytest.fixture
def bob(telegram: TelegramDouble) -> Person:
    person = telegram.add_user("Bob")
    telegram.private(person)
    return person


@pytest.fixture
def club(telegram: TelegramDouble, ada: Person, bob: Person, chat: Chat) -> Chat:
    """A group whose administrator is Ada; the bot sees everything."""
    telegram.state.settings.can_read_all_group_messages = True
    group = telegram.add_group("Art club", members=[ada, bob])
    group.admins.add(ada.id)
    return group


async def enable(ada: Person, club: Chat, options: str = "") -> None:
    answer = await ada.send(club, f"/artchannel@OsusumeBot enable {options}", patience=30)
    assert answer.text.startswith("Done. From now on I answer every picture"), answer.text


async def silence(ada: Person, club: Chat) -> None:
    """Proves that nothing is under way: what Ada asks next is the next thing that is said."""
    before = len(club.bot_messages)
    await ada.send(club, "/anime@OsusumeBot mushishi", patience=30)
    assert len(club.bot_messages) == before + 1


async def test_every_picture_is_tagged(
    telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat
) -> None:
    await bob.post_photo(club, drawn("blue"))
    await enable(ada, club)
    since = len(telegram.requests)
    answer = await bob.send_photo(club, drawn("red"), caption="my new one", patience=30)
    assert answer.text.startswith("Caption: Makise Kurisu with red hair and red eyes.")
    assert "\n\nTags: 1girl · solo · red hair" in answer.text
    assert "Alt text: An illustration of Makise Kurisu" in answer.text
    sent = [request for request in telegram.requests[since:] if request.method == "sendMessage"]
    assert sent[0].parameters["disable_notification"] == "true"
    assert answer.reply_to is not None
    as_file = bob.post_document(club, drawn("green"), "x.png")
    second = await telegram.wait_message(club, lambda message: "Nagato Yuki" in message.text)
    assert second.reply_to == as_file.message_id
    bob.post(club, "just talk that nobody keeps")
    bob.post_document(club, b"words", "notes.txt")
    await silence(ada, club)
    await bot.stop()
    assert b"just talk" not in (bot.settings.home / "osusume.db").read_bytes()
    telegram.assert_clean()


async def test_an_album_gets_one_answer(
    telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat
) -> None:
    await enable(ada, club)
    before = len(club.bot_messages)
    posted = await bob.post_album(club, [drawn("red"), drawn("green"), drawn("blue")], caption="three")
    answer = await telegram.wait_message(club, lambda message: "3. Tags" in message.text, patience=30)
    assert "1. Caption: Makise Kurisu" in answer.text
    assert answer.reply_to == posted[0].message_id
    assert len(club.bot_messages) == before + 1
    await bob.edit_photo(posted[1], drawn("magenta"))
    await telegram.wait_edit(answer)
    assert "2. Caption: Nagato Yuki" not in answer.text
    assert "3. Caption: Ikari Shinji" in answer.text
    telegram.assert_clean()


async def test_a_late_part_of_an_album_joins_the_answer(
    telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat
) -> None:
    await enable(ada, club)
    posting = asyncio.ensure_future(bob.post_album(club, [drawn("red"), drawn("blue")], gap=600))
    answer = await telegram.wait_message(club, lambda message: "Makise" in message.text, patience=30)
    telegram.clock.advance(601)
    await posting
    await telegram.wait_edit(answer, patience=30)
    assert "1. Caption: Makise Kurisu" in answer.text
    assert "2. Caption: Ikari Shinji" in answer.text
    assert len(club.bot_messages) == 2
    telegram.assert_clean()


async def test_an_album_edited_after_a_restart_keeps_its_answer(
    telegram: TelegramDouble, bot: Bot, make_bot: MakeBot, ada: Person, bob: Person, club: Chat
) -> None:
    await enable(ada, club)
    posted = await bob.post_album(club, [drawn("red"), drawn("blue")])
    answer = await telegram.wait_message(club, lambda message: "2. Tags" in message.text, patience=30)
    await bot.stop()
    await make_bot().start()
    await bob.edit_photo(posted[0], drawn("green"))
    await silence(bob, club)
    assert answer.edits == 0
    telegram.assert_clean()


async def test_edits_change_the_answer(
    telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat
) -> None:
    await enable(ada, club)
    posted = await bob.post_photo(club, drawn("red"), caption="first")
    answer = await telegram.wait_message(club, lambda message: "Makise Kurisu" in message.text, patience=30)
    bob.edit(posted, "only the words changed")
    await bob.edit_photo(posted, drawn("blue"))
    await telegram.wait_edit(answer)
    assert "Ikari Shinji" in answer.text
    assert answer.edits == 1
    assert answer.find("Fix tags")
    old = await bob.post_photo(telegram.add_group("Elsewhere", members=[bob]), drawn("red"))
    bob.edit(old, "no art channel")
    await silence(bob, club)
    telegram.assert_clean()


async def corrected(person: Person, answer: Message, tag: str) -> None:
    await person.click(answer, "Fix tags", expect="edit")
    await person.click(answer, f"Not: {tag}", expect="edit")


async def test_corrections(telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat) -> None:
    await enable(ada, club)
    eve = telegram.add_user("Eve")
    club.members.append(eve.account)
    posted = await bob.post_photo(club, drawn("red"))
    answer = await telegram.wait_message(club, lambda message: "smile" in message.text, patience=30)
    refused = await eve.click(answer, "Fix tags", expect="answer")
    assert refused.answer_text == "Only who posted the picture and moderators can change its tags."
    assert refused.alert
    assert answer.edits == 0
    await corrected(bob, answer, "smile")  # who posted it
    assert " smile" not in answer.text
    await corrected(ada, answer, "sky")  # an administrator
    assert " sky" not in answer.text
    await bob.click(answer, "Fix tags", expect="edit")
    await bob.click(answer, "Add a tag", expect="edit")
    await bob.click(answer, answer.buttons[0].callback_data or "", expect="edit")
    added = answer.buttons[0].text
    await bob.click(answer, answer.buttons[0].callback_data or "", expect="edit")
    assert added in answer.text
    await bob.edit_photo(posted, drawn("red", number=1))
    await telegram.wait_until(lambda: answer.edits >= 8, "the edited answer", 30)
    assert " smile" not in answer.text  # people's word counts above the model's
    assert added in answer.text
    telegram.assert_clean()


async def test_deleted_messages_are_forgotten(
    telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat
) -> None:
    await enable(ada, club)
    posted = await bob.post_photo(club, drawn("red"))
    answer = await telegram.wait_message(club, lambda message: "smile" in message.text, patience=30)
    key = f"telegram:{club.id}/{posted.message_id}"
    assert await bot.osusume.art_posts.post(key) is not None
    bob.delete(posted)
    await bob.click(answer, "Fix tags")
    await telegram.wait_until(lambda: answer.deleted, "the answer to go", 30)
    assert await bot.osusume.art_posts.post(key) is None

    again = await bob.post_photo(club, drawn("blue"))
    second = await telegram.wait_message(club, lambda message: "Ikari" in message.text)
    second.deleted = True
    await bob.edit_photo(again, drawn("green"))
    await silence(bob, club)
    assert await bot.osusume.art_posts.post(f"telegram:{club.id}/{again.message_id}") is None
    telegram.assert_clean("message to edit not found")


class Waiting:
    """Holds the desk's answer back, as a long queue would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go = asyncio.Event(), asyncio.Event()
        answer = ArtDesk._answer

        async def slow(desk: ArtDesk, *arguments: object) -> Answer | None:
            self.reached.set()
            await self.go.wait()
            return await answer(desk, *arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(ArtDesk, "_answer", slow)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Waiting]:
    holding = Waiting(monkeypatch)
    yield holding
    holding.go.set()


async def test_deleted_while_it_is_looked_at(
    telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat, waiting: Waiting
) -> None:
    await enable(ada, club)
    posted = await bob.post_photo(club, drawn("red"))
    await asyncio.wait_for(waiting.reached.wait(), 120)
    bob.delete(posted)
    waiting.go.set()
    await telegram.wait_until(lambda: telegram.violations, "the refused answer", 30)
    await bob.send(club, "/anime@OsusumeBot mushishi")
    assert await bot.osusume.art_posts.post(f"telegram:{club.id}/{posted.message_id}") is None
    telegram.assert_clean("message to be replied not found")


@pytest.mark.parametrize("held", ["getFile", "sendMessage"])
async def test_killed_in_the_middle(
    held: str, telegram: TelegramDouble, bot: Bot, make_bot: MakeBot, ada: Person, bob: Person, club: Chat
) -> None:
    """A post is answered once, whether the end came while it was looked at or while the answer was on its way."""
    await enable(ada, club)
    before = len(club.bot_messages)
    await bot.stop()
    async with program(telegram, bot.settings.home, bot.osusume.data) as process:
        gate = telegram.hold(held)
        await bob.post_photo(club, drawn("red"))
        await gate.reached(120)
        await telegram.wait_taken(30)
        await process.end(signal.SIGKILL)
    telegram.faults.gates.clear()
    gate.release()
    await make_bot().start()
    await telegram.wait_message(club, lambda message: "Makise Kurisu" in message.text, patience=60)
    telegram.deliver_again()
    await silence(ada, club)
    assert len(club.bot_messages) == before + 2
    telegram.assert_clean()


async def test_who_is_left_alone(
    telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat
) -> None:
    await enable(ada, club, "alt:no caption:no most:3")
    short = await bob.send_photo(club, drawn("red"), patience=30)
    assert short.text.startswith("Tags: ")
    assert "Alt text" not in short.text
    bob.post(club, "/artchannel optout")
    private = telegram.private(bob)
    assert (await telegram.wait_message(private)).text.startswith("Your pictures are left alone")
    await bob.post_photo(club, drawn("blue"))
    await silence(bob, club)
    assert (await ada.send(club, "/artchannel disable")).text.startswith("Done. Pictures posted here")
    await ada.post_photo(club, drawn("blue"))
    await silence(ada, club)
    telegram.assert_clean()


async def test_only_administrators_and_only_where_it_can_work(
    telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat, chat: Chat
) -> None:
    telegram.state.settings.can_read_all_group_messages = False
    refused = await bob.send(club, "/artchannel enable", patience=30)
    assert refused.text == "Only those who manage this server can change that."
    lacking = await ada.send(club, "/artchannel enable")
    assert "I cannot tag pictures here yet" in lacking.text
    assert "@BotFather (/setprivacy)" in lacking.text
    telegram.set_bot_status(club, "administrator", ada)
    await enable(ada, club)
    private = await ada.send(chat, "/artchannel enable")
    assert private.text.startswith("Art channels are for servers and groups")
    answer = await bob.send_photo(club, drawn("red"))
    assert "Makise Kurisu" in answer.text
    telegram.assert_clean()


async def test_a_channel(telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person) -> None:
    """Posts have no author: the channel is enabled by a post, and its administrators correct."""
    channel = telegram.add_channel("Gallery", username="gallery", admins=[ada])
    ada.post(channel, "hello, readers of the gallery")
    ada.post(channel, "/fav add Mushishi")
    channel.withheld.add("can_post_messages")
    ada.post(channel, "/artchannel enable")
    await telegram.wait_until(lambda: telegram.violations, "the refused answer", 30)
    assert not channel.bot_messages
    channel.withheld.clear()
    enabled = await ada.send(channel, "/artchannel enable", patience=30)
    assert enabled.text.startswith("Done.")
    answer = await ada.send_photo(channel, drawn("red"), patience=30)
    assert "Makise Kurisu" in answer.text
    post = await bot.osusume.art_posts.post(f"telegram:{channel.id}/{answer.reply_to}")
    assert post is not None
    assert post.author == f"telegram:{channel.id}"
    assert post.link == f"https://t.me/gallery/{answer.reply_to}"
    refused = await bob.click(answer, "Fix tags", expect="answer")
    assert "moderators" in refused.answer_text
    await corrected(ada, answer, "smile")
    assert " smile" not in answer.text
    await ada.post_album(channel, [drawn("blue"), drawn("green")])
    both = await telegram.wait_message(channel, lambda message: "2. Tags" in message.text)
    assert "1. Caption: Ikari Shinji" in both.text
    question = next(message for message in channel.messages.values() if message.message_id == answer.reply_to)
    await ada.edit_photo(question, drawn("green"))
    await telegram.wait_until(lambda: "Nagato Yuki" in answer.text, "the edited answer", 30)
    assert len(channel.bot_messages) == 3
    telegram.assert_clean("need administrator rights")


async def test_anonymous_administrators(telegram: TelegramDouble, bot: Bot, ada: Person, club: Chat) -> None:
    telegram.post_anonymously(club, "/artchannel enable")
    enabled = await telegram.wait_message(club, patience=30)
    assert enabled.text.startswith("Done.")
    telegram.post_anonymously(club, "/fav add Mushishi")
    await telegram.wait_message(club, lambda message: "in the name of a group" in message.text)
    telegram.assert_clean()


async def test_topics_count_as_their_group(
    telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat
) -> None:
    club.threads.add(77)
    await enable(ada, club, "most:2 alt:no")
    answer = await bob.send_photo(club, drawn("red"), thread=77, patience=30)
    assert answer.data["message_thread_id"] == 77
    assert "Alt text" not in answer.text
    await corrected(bob, answer, "1girl")
    assert "Alt text" not in answer.text  # the group's style counts for corrections, too
    telegram.assert_clean()


async def test_a_group_that_moves_stays_an_art_channel(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    telegram.state.settings.can_read_all_group_messages = True
    group = telegram.add_group("Small", members=[ada], supergroup=False)
    group.admins.add(ada.id)
    await enable(ada, group, "alt:no")
    await bot.osusume.people.set_server(f"telegram:{group.id}", blocked_tags="sky")
    new = telegram.migrate(group)
    new.admins.add(ada.id)
    await silence(ada, new)
    answer = await ada.send_photo(new, drawn("red"), patience=30)
    assert "Makise Kurisu" in answer.text
    assert "Alt text" not in answer.text
    assert (await bot.osusume.people.server(f"telegram:{new.id}")).blocked_tags == "sky"
    assert await bot.osusume.art.style((f"telegram:{group.id}",)) is None
    telegram.assert_clean()
