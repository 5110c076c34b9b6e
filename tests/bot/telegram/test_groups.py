"""Groups: who is meant, what is said to everybody, whose buttons they are, topics, groups that move."""

from __future__ import annotations

import pytest

from tests.bot.telegram.conftest import Bot, MakeBot
from tests.doubles.telegram import Chat, Person, TelegramDouble


@pytest.fixture
def bob(telegram: TelegramDouble) -> Person:
    person = telegram.add_user("Bob", username="bobby")
    telegram.private(person)
    return person


@pytest.fixture
def club(telegram: TelegramDouble, ada: Person, bob: Person) -> Chat:
    return telegram.add_group("Anime club", members=[ada, bob], privacy=False)


async def test_only_what_is_meant_for_us(telegram: TelegramDouble, bot: Bot, ada: Person, club: Chat) -> None:
    for text in ("/help@OtherBot", "/ban ada", "what do you watch?", "https://example.org /help"):
        ada.post(club, text)
    answer = await ada.send(club, "/anime@OsusumeBot mushishi")
    assert "Tap one" in answer.text
    assert answer.reply_to is not None
    assert club.bot_messages == [answer]
    wrong = await ada.send(club, "/xyzzy@OsusumeBot")
    assert "I do not know “xyzzy”" in wrong.text
    assert not await rows(bot, "what do you watch")
    telegram.assert_clean()


async def rows(bot: Bot, text: str) -> list[str]:
    """What of a text is in the database's file."""
    data = (bot.settings.home / "osusume.db-wal").read_bytes() + (
        bot.settings.home / "osusume.db"
    ).read_bytes()
    return [text] if text.encode() in data else []


async def test_private_answers_go_to_the_private_chat(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, club: Chat
) -> None:
    ada.post(club, "/privacy show")
    assert "kept about you" in (await telegram.wait_message(chat)).text
    await ada.send(chat, "/settings me private:yes")
    ada.post(club, "/recommend")
    await telegram.wait_message(chat, lambda message: "varied start" in message.text)
    assert not club.bot_messages
    telegram.assert_clean()


async def test_who_never_wrote_to_the_bot_is_told_how(telegram: TelegramDouble, bot: Bot) -> None:
    eve = telegram.add_user("Eve")
    club = telegram.add_group("Club", members=[eve])
    hint = await eve.send(club, "/privacy export")
    assert hint.text.endswith("Open a chat with me first: https://t.me/OsusumeBot")
    telegram.assert_clean("can't initiate conversation")


async def test_buttons_of_somebody_else(
    telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat
) -> None:
    answer = await ada.send(club, "/recommend")
    before = answer.text
    paged = await bob.click(answer, "›", expect="answer")
    assert "belongs to somebody else" in paged.answer_text
    assert paged.alert
    kept = await bob.click(answer, "★ Favourite", expect="answer")
    assert "is now among your favourites" in kept.answer_text
    assert not kept.alert
    await bob.click(answer, "Details", expect="answer")
    details = await telegram.wait_message(telegram.private(bob))
    assert details.find("MyAnimeList")
    own = await bob.click(details, "Seen")
    assert own.edited or own.answer_text
    assert (answer.text, answer.edits) == (before, 0)
    assert len(club.bot_messages) == 1
    title = before.split("\n")[2]
    assert title in (await bob.send(telegram.private(bob), "/fav list")).text
    assert title not in (await ada.send(telegram.private(ada), "/fav list")).text
    telegram.assert_clean()


async def test_compare_with_whom_one_replies_to(
    telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat
) -> None:
    await ada.send(telegram.private(ada), "/fav import Mushishi; Monster; Nana")
    await bob.send(telegram.private(bob), "/fav import Mushishi; Monster; Planetes")
    said = bob.post(club, "I love slow shows")
    answer = await ada.send(club, "/compare", reply_to=said)
    assert answer.text.startswith("You and Bob: ")
    assert "Mushishi" in answer.text
    telegram.assert_clean()


async def test_compare_with_a_text_mention(
    telegram: TelegramDouble, bot: Bot, ada: Person, club: Chat
) -> None:
    eve = telegram.add_user("Eve Marie", last_name="Smith")
    telegram.private(eve)
    await ada.send(telegram.private(ada), "/fav import Mushishi; Monster; Nana")
    await eve.send(telegram.private(eve), "/fav import Mushishi; Monster; Planetes")
    since = len(telegram.state.events)
    text = "/compare 😀Eve Marie"
    mention = {"type": "text_mention", "offset": 11, "length": 9, "user": eve.account.json()}
    content = {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": 8}, mention]}
    content["text"] = text.replace("😀", "  ")
    message = telegram.state.add_message(club, content, sender=ada.account.json(), by_bot=False)
    telegram.state.deliver("message", message)
    answer = await ada.heard(club, since)
    assert answer.text.startswith("You and Eve_Marie: ")
    together = {**content, "text": "/recommend with Eve Marie, novelty high"}
    together["entities"] = [{**mention, "offset": 16}]
    message = telegram.state.add_message(club, together, sender=ada.account.json(), by_bot=False)
    since = len(telegram.state.events)
    telegram.state.deliver("message", message)
    assert (await ada.heard(club, since)).text.startswith("For you and Eve_Marie:")
    telegram.assert_clean()


async def test_a_bare_name_cannot_be_known(
    telegram: TelegramDouble, bot: Bot, ada: Person, club: Chat
) -> None:
    answer = await ada.send(club, "/compare @bobby")
    assert "I cannot tell who @bobby is" in answer.text
    assert "reply to one of their messages" in answer.text
    telegram.assert_clean()


async def test_settings_of_the_group_are_for_administrators(
    telegram: TelegramDouble, bot: Bot, ada: Person, bob: Person, club: Chat, chat: Chat
) -> None:
    club.admins.add(ada.id)
    refused = await bob.send(club, "/settings server language:ja")
    assert refused.text == "Only those who manage this server can change that."
    ada.post(club, "/settings server language:ja")
    await telegram.wait_message(chat)
    assert (await bot.osusume.people.server(f"telegram:{club.id}")).language == "ja"
    assert len(telegram.calls("getChatMember")) == 2
    await bob.send(club, "/anime mushishi")
    assert len(telegram.calls("getChatMember")) == 2  # asked only where it matters
    telegram.assert_clean()


async def test_anonymous_administrators_have_no_favourites(
    telegram: TelegramDouble, bot: Bot, club: Chat
) -> None:
    telegram.post_anonymously(club, "/fav add Mushishi")
    assert "in the name of a group" in (await telegram.wait_message(club)).text
    telegram.assert_clean()


async def test_topics(telegram: TelegramDouble, bot: Bot, ada: Person, club: Chat) -> None:
    club.threads.add(77)

    async def ask(thread: int) -> int | None:
        content = {"text": "/recommend", "message_thread_id": thread, "is_topic_message": True}
        message = telegram.state.add_message(club, content, sender=ada.account.json(), by_bot=False)
        since = len(telegram.state.events)
        telegram.state.deliver("message", message)
        answer = await ada.heard(club, since)
        thread_of = answer.data.get("message_thread_id")
        more = await ada.click(answer, "More like this", expect="message")
        assert more.messages[0].data.get("message_thread_id") == thread_of
        return int(thread_of) if thread_of else None

    assert await ask(77) == 77
    assert await ask(78) is None  # the topic was deleted meanwhile
    telegram.assert_clean("message thread not found")


async def test_a_group_that_moves_keeps_its_settings(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    group = telegram.add_group("Small", members=[ada], supergroup=False)
    group.admins.add(ada.id)
    ada.post(group, "/settings server language:ja")
    await telegram.wait_message(chat)
    new = telegram.migrate(group)
    new.admins.add(ada.id)
    await ada.send(new, "/anime mushishi")
    assert (await bot.osusume.people.server(f"telegram:{new.id}")).language == "ja"
    ada.post(group, "/anime monster")  # came before the move, answered after it
    await telegram.wait_until(lambda: len(new.bot_messages) == 2, "the second answer")
    assert new.bot_messages[1].find("Monster (2004")
    telegram.assert_clean("upgraded to a supergroup")


async def test_a_group_without_the_right_to_write(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, club: Chat
) -> None:
    club.forbidden.add("text messages")
    ada.post(club, "/recommend")
    await ada.send(chat, "/help")
    telegram.set_bot_status(club, "kicked", ada)
    assert (await ada.send(chat, "/fav list")).text
    telegram.assert_clean("not enough rights")


async def test_our_own_inline_cards_are_no_commands(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    cards = await ada.inline("mushishi")
    ada.choose(cards, 0, chat)
    answer = await ada.send(chat, "/fav list")
    assert chat.bot_messages == [answer]
    telegram.assert_clean()


async def test_adult_titles_never_appear(
    telegram: TelegramDouble, make_bot: MakeBot, ada: Person, club: Chat, chat: Chat
) -> None:
    bot = await make_bot().start()
    club.admins.add(ada.id)
    catalogue = bot.osusume.catalogue
    adult = [catalogue.anime(row) for row in range(len(catalogue.members)) if catalogue.anime(row).is_adult]
    title = max(adult, key=lambda anime: anime.members or 0).title
    await ada.send(chat, "/settings me adult:yes", patience=30)
    ada.post(club, "/settings server adult:yes")
    await telegram.wait_message(chat, lambda message: "age-restricted" in message.text)
    for place in (chat, club):
        answer = await ada.send(place, f"/anime search {title}")
        assert all(not button.text.startswith(title + " (") for button in answer.buttons)
    assert all(card.title != title for card in (await ada.inline(title)).results)
    telegram.assert_clean()
