"""A group that becomes a supergroup gets another id, and keeps all that it had."""

from __future__ import annotations

from tests.bot.telegram.conftest import Bot
from tests.bot.telegram.test_art import enable, silence
from tests.doubles.telegram import Chat, Person, TelegramDouble
from tests.tiny_models import drawn


async def test_gallery_wishes_and_posts_go_along(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    telegram.state.settings.can_read_all_group_messages = True
    bob, carol = telegram.add_user("Bob"), telegram.add_user("Carol")
    group = telegram.add_group("Small", members=[ada, bob, carol], supergroup=False)
    group.admins.add(ada.id)
    await enable(ada, group, "alt:no")
    taught = await ada.send_photo(group, drawn("yellow"), caption="/character add Hinata", patience=30)
    assert "Hinata" in taught.text
    ada.post(group, "/artchannel@OsusumeBot ignore", reply_to=bob.post(group, "look what I draw"))
    left_alone = await telegram.wait_message(chat)  # what is meant for her alone
    telegram.post_anonymously(group, "/artchannel@OsusumeBot optout")
    await telegram.wait_message(group, lambda message: "left alone in every art channel" in message.text)
    answered = await carol.send_photo(group, drawn("red"), patience=30)
    assert "Makise Kurisu" in answered.text
    old, post = f"telegram:{group.id}", f"telegram:{group.id}/{answered.reply_to}"
    art = bot.osusume.art
    assert await art.left_alone((old,), f"telegram:{bob.id}"), left_alone.text
    assert await art.left_alone((), old)

    new = telegram.migrate(group)
    new.admins.add(ada.id)
    await silence(ada, new)
    place = f"telegram:{new.id}"
    found = await ada.send_photo(new, drawn("yellow", number=1), caption="/identify", patience=30)
    assert "1. Hinata" in found.caption
    assert "Hinata" in (await ada.send(new, "/character@OsusumeBot list")).text
    moved = await bot.osusume.art_posts.post(post)
    assert moved is not None
    assert (moved.channel, moved.server) == (place, place)
    assert await art.left_alone((), place)
    assert not await art.left_alone((), old)
    await bob.post_photo(new, drawn("red", number=2))
    await silence(ada, new)
    again = await carol.send_photo(new, drawn("blue"), patience=30)
    assert "Ikari Shinji" in again.text
    assert "Alt text" not in again.text
    telegram.assert_clean()


async def test_a_group_is_known_by_what_the_new_one_says_too(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    """The word from the old group may have been lost: Telegram keeps updates for a day."""
    group = telegram.add_group("Small", members=[ada], supergroup=False)
    await bot.osusume.people.set_server(f"telegram:{group.id}", blocked_tags="sky")
    await bot.stop()
    new = telegram.migrate(group)
    updates = telegram.state.queue
    updates.pending[:] = [one for one in updates.pending if "migrate_to_chat_id" not in one.content]
    await bot.start()
    await ada.send(new, "/anime@OsusumeBot mushishi", patience=30)
    assert (await bot.osusume.people.server(f"telegram:{new.id}")).blocked_tags == "sky"
    telegram.assert_clean()
