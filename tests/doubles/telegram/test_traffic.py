"""What passes between Telegram and a bot: queries, updates, who may write to whom."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram import (
    Bot,
)
from telegram.error import (
    ChatMigrated,
)

from tests.doubles.telegram import Chat, NothingHappened, Person, TelegramDouble
from tests.doubles.telegram.raw import call, keyboard, picture, refused, updates

# Queries


async def test_callback_answers_once_and_in_time(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    await call(telegram, "sendMessage", chat_id=chat.id, text="x", reply_markup=keyboard(["go"]))
    message = chat.bot_messages[0]
    click = ada.press(message, "go")
    assert telegram.unanswered() == [click.query]
    with pytest.raises(AssertionError, match=r"without an answer: \['go'\]"):
        telegram.assert_clean()
    answer = {"callback_query_id": click.query.id}
    assert (
        await refused(telegram, "answerCallbackQuery", text="x" * 201, **answer)
        == "Bad Request: MESSAGE_TOO_LONG"
    )
    assert (await call(telegram, "answerCallbackQuery", text="done", show_alert=True, **answer))["ok"]
    assert (click.answer_text, click.alert) == ("done", True)
    old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await refused(telegram, "answerCallbackQuery", **answer) == old
    late = ada.press(message, "go")
    telegram.clock.advance(16)
    assert await refused(telegram, "answerCallbackQuery", callback_query_id=late.query.id) == old
    assert telegram.unanswered() == [late.query]


async def test_inline_answer_rules(telegram: TelegramDouble, ada: Person) -> None:
    def article(number: int, **extra: Any) -> dict[str, Any]:
        content = {"message_text": "x"}
        return {"type": "article", "id": str(number), "title": "t", "input_message_content": content, **extra}

    asking = asyncio.ensure_future(ada.inline("mushi"))
    await telegram.wait_until(lambda: telegram.state.inlines, "the query")
    query = next(iter(telegram.state.inlines))

    async def answer(*results: dict[str, Any], **extra: Any) -> str:
        body = await call(
            telegram, "answerInlineQuery", inline_query_id=query, results=list(results), **extra
        )
        return str(body.get("description", "ok")).removeprefix("Bad Request: ")

    assert await answer(*[article(n) for n in range(51)]) == "RESULTS_TOO_MUCH"
    assert await answer(article(1), article(1)) == "RESULT_ID_DUPLICATE"
    assert await answer(article(1, id="x" * 65)) == "RESULT_ID_INVALID"
    assert await answer(article(1, id="")) == "RESULT_ID_EMPTY"
    assert await answer(article(1, title="")) == "ARTICLE_TITLE_EMPTY"
    assert await answer(article(1, input_message_content={"message_text": "x" * 4097})) == "MESSAGE_TOO_LONG"
    assert (
        await answer(article(1, input_message_content={"message_text": "<b", "parse_mode": "HTML"}))
    ).startswith("can't parse entities")
    assert await answer(article(1, reply_markup=keyboard(["x" * 65]))) == "BUTTON_DATA_INVALID"
    assert await answer(article(1), next_offset="x" * 65) == "NEXT_OFFSET_INVALID"
    assert (
        await answer(article(1), button={"text": "b", "start_parameter": "no way"}) == "START_PARAM_INVALID"
    )
    assert await answer(*[article(n) for n in range(50)], next_offset="50") == "ok"
    found = await asking
    assert (len(found.results), found.next_offset, found.from_cache) == (50, "50", False)
    assert (await answer(article(1))).startswith("query is too old")
    assert (await ada.inline("mushi")).from_cache
    telegram.clock.advance(301)
    with pytest.raises(NothingHappened):
        await ada.inline("mushi", patience=0.05)


# Updates


async def test_updates_are_confirmed_by_offset(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    for text in ("a", "b", "c"):
        ada.post(chat, text)
    first = await updates(telegram, limit=2)
    assert [u["message"]["text"] for u in first] == ["a", "b"]
    assert await updates(telegram, limit=2) == first  # until confirmed it comes again
    second = await updates(telegram, offset=first[-1]["update_id"] + 1)
    assert [u["update_id"] for u in second] == [first[-1]["update_id"] + 1]
    assert await updates(telegram, offset=second[-1]["update_id"] + 1) == []
    assert await updates(telegram) == []
    for text in ("d", "e"):
        ada.post(chat, text)
    assert [u["message"]["text"] for u in await updates(telegram, offset=-1)] == ["e"]
    assert len(await updates(telegram)) == 1


async def test_updates_expire_after_a_day(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    ada.post(chat, "old")
    telegram.clock.advance(24 * 3600 + 1)
    ada.post(chat, "new")
    assert [u["message"]["text"] for u in await updates(telegram)] == ["new"]


async def test_long_poll_and_allowed_updates(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    polling = asyncio.ensure_future(updates(telegram, timeout=60, allowed_updates=["edited_message"]))
    await telegram.wait_ready()
    message = ada.post(chat, "a")
    ada.edit(message, "b")
    (update,) = await polling
    assert update["edited_message"]["text"] == "b"
    assert "edit_date" in update["edited_message"]


async def test_conflicts(telegram: TelegramDouble) -> None:
    first = asyncio.ensure_future(call(telegram, "getUpdates", timeout=30))
    await telegram.wait_ready()
    second = asyncio.ensure_future(call(telegram, "getUpdates", timeout=30))
    assert (await first)["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    await telegram.wait_until(lambda: telegram.state.queue.polling, "the second poll")
    await call(telegram, "setWebhook", url="http://127.0.0.1:9/hook")
    assert (await second)["description"] == "Conflict: terminated by setWebhook request"
    assert (await call(telegram, "getUpdates"))["description"] == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    assert await refused(telegram, "setWebhook", url="http://127.0.0.1:9/hook") == (
        "Too Many Requests: retry after 1"
    )
    await call(telegram, "deleteWebhook")
    assert (await call(telegram, "getUpdates"))["result"] == []


async def test_webhook_rules(telegram: TelegramDouble) -> None:
    telegram.settings.local_mode = False
    for parameters, error in (
        ({"url": "http://example.org/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://example.org:81/hook"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        (
            {"url": "https://example.org/", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
        ({"url": "https://example.org/", "max_connections": 101}, "max_connections is out of range"),
    ):
        telegram.clock.advance(1)
        assert await refused(telegram, "setWebhook", **parameters) == f"Bad Request: {error}"


# Who may be written to


async def test_forbidden_chats(telegram: TelegramDouble, ada: Person) -> None:
    async def send(chat_id: int | str) -> str:
        return await refused(telegram, "sendMessage", chat_id=chat_id, text="x")

    assert await send(ada.id) == "Forbidden: bot can't initiate conversation with a user"
    chat = telegram.private(ada)
    assert (await call(telegram, "sendMessage", chat_id=ada.id, text="x"))["ok"]
    telegram.block(ada)
    assert await send(ada.id) == "Forbidden: bot was blocked by the user"
    (update,) = await updates(telegram)
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert update["my_chat_member"]["chat"]["id"] == chat.id
    telegram.unblock(ada)
    telegram.deactivate(ada)
    assert await send(ada.id) == "Forbidden: user is deactivated"
    assert await send(424242) == "Bad Request: chat not found"
    assert await send("") == "Bad Request: chat_id is empty"
    group = telegram.add_group("Club", members=[ada])
    group.forbidden.add("photos")
    assert await refused(telegram, "sendPhoto", chat_id=group.id, photo="x") == (
        "Bad Request: not enough rights to send photos to the chat"
    )
    telegram.set_bot_status(group, "kicked", ada)
    assert await send(group.id) == "Forbidden: bot was kicked from the supergroup chat"
    telegram.set_bot_status(group, "left", ada)
    assert await send(group.id) == "Forbidden: bot is not a member of the supergroup chat"


async def test_migration(telegram: TelegramDouble, ada: Person) -> None:
    group = telegram.add_group("Club", members=[ada], supergroup=False)
    new = telegram.migrate(group)
    async with Bot("123:abc", base_url=telegram.base_url) as bot:
        with pytest.raises(ChatMigrated) as caught:
            await bot.send_message(group.id, "x")
        assert caught.value.new_chat_id == new.id
        await bot.send_message(new.id, "x")
    service = [u["message"] for u in await updates(telegram)]
    assert service[0]["migrate_to_chat_id"] == new.id
    assert service[1]["migrate_from_chat_id"] == group.id


async def test_privacy_mode(telegram: TelegramDouble, ada: Person) -> None:
    async def seen(group: Chat) -> list[str]:
        await call(telegram, "sendMessage", chat_id=group.id, text="hello")
        mine = group.bot_messages[-1]
        ada.post(group, "just talk")
        ada.post(group, "/help")
        ada.post(group, "/help@osusumebot")
        ada.post(group, "/help@OtherBot")
        ada.post(group, "an answer", reply_to=mine)
        await ada.post_photo(group, picture())
        await ada.post_photo(group, picture(), caption="/find this")
        found = [u["message"] for u in await updates(telegram)]
        await updates(telegram, offset=telegram.state.queue.next_id)
        return [message.get("text") or message.get("caption") or "picture" for message in found]

    hidden = ["/help", "/help@osusumebot", "an answer", "/find this"]
    everything = [
        "just talk",
        "/help",
        "/help@osusumebot",
        "/help@OtherBot",
        "an answer",
        "picture",
        "/find this",
    ]
    assert await seen(telegram.add_group("on", members=[ada])) == hidden
    assert await seen(telegram.add_group("admin", members=[ada], bot_admin=True)) == everything
    assert await seen(telegram.add_group("off", members=[ada], privacy=False)) == everything
    telegram.settings.can_read_all_group_messages = True
    assert (await call(telegram, "getMe"))["result"]["can_read_all_group_messages"] is True
    assert await seen(telegram.add_group("mode off", members=[ada])) == everything
    assert await seen(telegram.add_group("on", members=[ada], privacy=True)) == hidden


async def test_channel_posts_and_anonymous_administrators(telegram: TelegramDouble, ada: Person) -> None:
    channel = telegram.add_channel("News", username="news")
    telegram.post_in_channel(channel, "hello")
    group = telegram.add_group("Club", members=[ada])
    telegram.post_anonymously(group, "/help")
    post, anonymous = await updates(telegram)
    assert "from" not in post["channel_post"]
    assert post["channel_post"]["sender_chat"]["id"] == channel.id
    assert anonymous["message"]["from"]["username"] == "GroupAnonymousBot"
    assert anonymous["message"]["sender_chat"]["id"] == group.id
    mine = (await call(telegram, "sendMessage", chat_id="@news", text="x"))["result"]
    assert mine["sender_chat"]["id"] == channel.id
    assert "from" not in mine


async def test_administrators_post_in_the_name_of_their_channel(
    telegram: TelegramDouble, ada: Person
) -> None:
    channel = telegram.add_channel("News", admins=[ada])
    posted = await ada.post_photo(channel, picture(), caption="one")
    ada.edit(posted, "two")
    await ada.edit_photo(posted, picture(80, 60))
    post, words, changed = await updates(telegram)
    assert "from" not in post["channel_post"]
    assert words["edited_channel_post"]["caption"] == "two"
    assert changed["edited_channel_post"]["caption"] == "two"
    ids = {
        update["photo"][-1]["file_unique_id"]
        for update in (post["channel_post"], changed["edited_channel_post"])
    }
    assert len(ids) == 2
    channel.admins.clear()
    with pytest.raises(RuntimeError, match="may not post"):
        ada.post(channel, "x")
    channel.withheld.add("can_post_messages")
    own = (await call(telegram, "getChatMember", chat_id=channel.id, user_id=123))["result"]
    assert own["can_post_messages"] is False
    assert own["can_edit_messages"] is True
    assert "need administrator rights" in await refused(telegram, "sendMessage", chat_id=channel.id, text="x")


async def test_what_is_deleted_is_not_announced(telegram: TelegramDouble, ada: Person) -> None:
    group = telegram.add_group("Club", members=[ada], privacy=False)
    question = ada.post(group, "look")
    asked = {"message_id": question.message_id}
    sent = await call(
        telegram,
        "sendMessage",
        chat_id=group.id,
        text="x",
        reply_parameters=asked,
        reply_markup=keyboard(["go"]),
    )
    answer = group.messages[sent["result"]["message_id"]]
    ada.press(answer, "go")
    ada.delete(question)
    ada.press(answer, "go")
    _, before, after = await updates(telegram)
    assert before["callback_query"]["message"]["reply_to_message"]["message_id"] == question.message_id
    assert "reply_to_message" not in after["callback_query"]["message"]
    assert "not found" in await refused(
        telegram, "sendMessage", chat_id=group.id, text="x", reply_parameters=asked
    )


async def test_album_updates_come_one_by_one(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    posting = asyncio.ensure_future(ada.post_album(chat, [picture()] * 3, caption="who?", gap=600))
    (first,) = await updates(telegram, timeout=5)
    assert first["message"]["caption"] == "who?"
    for _ in range(2):
        telegram.clock.advance(601)
        offset = telegram.state.queue.pending[-1].update_id + 1
        (update,) = await updates(telegram, offset=offset, timeout=5)
        assert update["message"]["media_group_id"] == first["message"]["media_group_id"]
        assert "caption" not in update["message"]
    assert len(await posting) == 3
