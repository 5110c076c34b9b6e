"""What the double takes and refuses: requests, texts, keyboards, edits."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.doubles.telegram import Chat, Person, TelegramDouble
from tests.doubles.telegram.entities import MarkupError
from tests.doubles.telegram.html_markup import parse_html
from tests.doubles.telegram.markdown_markup import parse_markdown_v2
from tests.doubles.telegram.raw import call, keyboard, picture, refused

# Requests


async def test_every_way_to_pass_parameters(telegram: TelegramDouble, chat: Chat) -> None:
    url = f"{telegram.base_url}123:abc/SENDMESSAGE"
    async with aiohttp.ClientSession() as session:
        for arguments in (
            {"params": {"chat_id": str(chat.id), "text": "a"}},
            {"data": {"chat_id": str(chat.id), "text": "a"}},
            {"json": {"chat_id": chat.id, "text": "a"}},
            {"data": aiohttp.FormData({"chat_id": str(chat.id), "text": "a"}, default_to_multipart=True)},
        ):
            async with session.post(url, **arguments) as answer:
                assert (await answer.json())["result"]["text"] == "a"
        async with session.get(f"{url}?chat_id={chat.id}&text=b") as answer:
            assert answer.content_type == "application/json"
            assert (await answer.json())["ok"]
    assert [m.text for m in chat.bot_messages] == ["a", "a", "a", "a", "b"]


async def test_paths_and_tokens(telegram: TelegramDouble) -> None:
    expected = {
        f"{telegram.base_url}nonsense/getMe": (404, "Not Found"),
        f"{telegram.base_url}123:other/getMe": (401, "Unauthorized"),
        f"{telegram.base_url}123:abc/noSuchMethod": (404, "Not Found: method not found"),
        f"{telegram.base_file_url}123:abc/photos/none.jpg": (404, "Not Found"),
        f"http://127.0.0.1:{telegram.port}/else": (404, "Not Found"),
    }
    async with aiohttp.ClientSession() as session:
        for url, (status, description) in expected.items():
            async with session.get(url) as answer:
                assert answer.status == status
                assert await answer.json() == {"ok": False, "error_code": status, "description": description}


async def test_text_that_is_not_unicode(telegram: TelegramDouble, chat: Chat) -> None:
    for text in ("\ud800", "\udfff broken"):
        assert await refused(telegram, "sendMessage", chat_id=chat.id, text=text) == (
            "Bad Request: strings must be encoded in UTF-8"
        )


# Lengths and formats


async def test_text_length_counts_utf16_units_after_parsing(telegram: TelegramDouble, chat: Chat) -> None:
    async def send(text: str, mode: str = "") -> dict[str, Any]:
        return await call(telegram, "sendMessage", chat_id=chat.id, text=text, parse_mode=mode)

    assert (await send("x" * 4096))["ok"]
    assert (await send("<b>" + "x" * 4096 + "</b>", "HTML"))["ok"]
    assert (await send("🍥" * 2048))["ok"]
    assert (await send("🍥" * 2048 + "x"))["description"] == "Bad Request: message is too long"
    for empty in ("", "  \n ", "<b></b>"):
        assert (await send(empty, "HTML"))["description"] == "Bad Request: message text is empty"


async def test_caption_length(telegram: TelegramDouble, chat: Chat) -> None:
    telegram.add_web_file("https://example.org/a.png", picture())
    photo = {"chat_id": chat.id, "photo": "https://example.org/a.png"}
    assert (await call(telegram, "sendPhoto", caption="x" * 1024, **photo))["ok"]
    assert await refused(telegram, "sendPhoto", caption="x" * 1025, **photo) == (
        "Bad Request: message caption is too long"
    )
    assert await refused(telegram, "sendPhoto", chat_id=chat.id, photo="https://example.org/none.png") == (
        "Bad Request: failed to get HTTP URL content"
    )


async def test_entities_reach_the_reader(telegram: TelegramDouble, chat: Chat) -> None:
    await call(
        telegram,
        "sendMessage",
        chat_id=chat.id,
        parse_mode="HTML",
        text='🏟 <b>Fate &amp; Zero</b> <a href="https://example.org">page</a> /help\n',
    )
    shown = chat.bot_messages[-1]
    assert shown.text == "🏟 Fate & Zero page /help"
    assert shown.entities == [
        {"type": "bold", "offset": 3, "length": 11},
        {"type": "text_link", "offset": 15, "length": 4, "url": "https://example.org/"},
        {"type": "bot_command", "offset": 20, "length": 5},
    ]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("🏟<b", "Unclosed start tag at byte offset 4"),
        ("Love & <War>", 'Unsupported start tag "war" at byte offset 7'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<i><b>x</b>", 'Can\'t find end tag corresponding to start tag "i"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
    ],
)
async def test_html_errors(telegram: TelegramDouble, chat: Chat, text: str, error: str) -> None:
    assert await refused(telegram, "sendMessage", chat_id=chat.id, text=text, parse_mode="HTML") == (
        f"Bad Request: can't parse entities: {error}"
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("K-On!", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("a|b", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("🏟 🏟_abac * asd ", "Can't find end of Bold entity at byte offset 15"),
        ("🏟 🏟__🏟 🏟_", "Can't find end of Italic entity at byte offset 20"),
        ("🏟 🏟```a ", "Can't find end of PreCode entity at byte offset 9"),
        ("[telegram\\.org](asd\\)", "Can't find end of a URL at byte offset 16"),
    ],
)
async def test_markdown_errors(telegram: TelegramDouble, chat: Chat, text: str, error: str) -> None:
    assert await refused(telegram, "sendMessage", chat_id=chat.id, text=text, parse_mode="MarkdownV2") == (
        f"Bad Request: can't parse entities: {error}"
    )


def test_markup_that_parses() -> None:
    assert parse_html("<pre><code class='language-py'>x</code></pre>&lt;&laquo;") == (
        "x<&laquo;",
        [{"type": "pre", "offset": 0, "length": 1, "language": "py"}],
    )
    assert parse_html("<blockquote expandable>q</blockquote><a href='http://localhost/'>x</a>") == (
        "qx",
        [{"type": "expandable_blockquote", "offset": 0, "length": 1}],
    )
    assert parse_markdown_v2("*b _bi_*\n>q\n||s|| `c` ![x](tg://emoji?id=5)") == (
        "b bi\nq\ns c x",
        [
            {"type": "bold", "offset": 0, "length": 4},
            {"type": "italic", "offset": 2, "length": 2},
            {"type": "blockquote", "offset": 5, "length": 2},
            {"type": "spoiler", "offset": 7, "length": 1},
            {"type": "code", "offset": 9, "length": 1},
            {"type": "custom_emoji", "offset": 11, "length": 1, "custom_emoji_id": "5"},
        ],
    )
    with pytest.raises(MarkupError, match="Unsupported start tag"):
        parse_html("a<b<c>")


async def test_explicit_entities(telegram: TelegramDouble, chat: Chat) -> None:
    async def send(*entities: dict[str, Any]) -> dict[str, Any]:
        return await call(telegram, "sendMessage", chat_id=chat.id, text="🍥 ok", entities=list(entities))

    assert (await send({"type": "bold", "offset": 0, "length": 2}))["result"]["entities"][0]["length"] == 2
    assert (
        "middle of a UTF-16 symbol" in (await send({"type": "bold", "offset": 1, "length": 2}))["description"]
    )
    assert (
        "ends after the end of the text"
        in (await send({"type": "bold", "offset": 3, "length": 9}))["description"]
    )
    many = [{"type": "bold", "offset": 3, "length": 1}] * 101
    assert (await send(*many))["description"] == "Bad Request: ENTITIES_TOO_LONG"


# Keyboards


async def test_keyboard_limits(telegram: TelegramDouble, chat: Chat) -> None:
    async def send(markup: dict[str, Any]) -> str:
        body = await call(telegram, "sendMessage", chat_id=chat.id, text="x", reply_markup=markup)
        return str(body.get("description", "ok"))

    assert await send(keyboard(["あ" * 21 + "x"])) == "ok"  # 64 bytes
    assert await send(keyboard(["あ" * 21 + "xx"])) == "Bad Request: BUTTON_DATA_INVALID"
    assert await send({"inline_keyboard": [[{"text": "x", "callback_data": ""}]]}) == (
        "Bad Request: BUTTON_DATA_INVALID"
    )
    assert await send(keyboard(*[["x"] * 8] * 12, ["x"] * 4)) == "ok"
    assert await send(keyboard(*[["x"] * 8] * 12, ["x"] * 5)) == "Bad Request: REPLY_MARKUP_TOO_LONG"
    assert await send(keyboard(["x"] * 9)) == "Bad Request: REPLY_MARKUP_TOO_LONG"
    assert "Text buttons are unallowed" in await send({"inline_keyboard": [[{"text": "x"}]]})
    assert "must be non-empty" in await send({"inline_keyboard": [[{"text": "", "callback_data": "x"}]]})
    assert "Wrong HTTP URL" in await send({"inline_keyboard": [[{"text": "x", "url": "http://localhost"}]]})
    assert await send({"keyboard": [["yes", "no"]]}) == "ok"
    below = await call(
        telegram, "sendMessage", chat_id=chat.id, text="x", reply_markup={"keyboard": [["yes"]]}
    )
    assert "reply_markup" not in below["result"]  # only inline keyboards belong to the message
    assert await refused(
        telegram, "editMessageText", chat_id=chat.id, message_id=below["result"]["message_id"], text="y"
    ) == ("Bad Request: message can't be edited")


# Editing and deleting


async def test_editing_rules(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    sent = await call(telegram, "sendMessage", chat_id=chat.id, text="a", reply_markup=keyboard(["x"]))
    mine = {"chat_id": chat.id, "message_id": sent["result"]["message_id"]}
    same = await refused(telegram, "editMessageText", text=" a ", reply_markup=keyboard(["x"]), **mine)
    assert same.startswith("Bad Request: message is not modified: specified new message content")
    assert (await call(telegram, "editMessageText", text="<b>a</b>", parse_mode="HTML", **mine))["ok"]
    shown = chat.bot_messages[0]
    assert shown.edits == 1
    assert shown.keyboard == []  # an edit without a keyboard takes it away
    assert await refused(telegram, "editMessageCaption", caption="c", **mine) == (
        "Bad Request: there is no caption in the message to edit"
    )
    theirs = ada.post(chat, "hello")
    assert await refused(
        telegram, "editMessageText", chat_id=chat.id, message_id=theirs.message_id, text="x"
    ) == ("Bad Request: message can't be edited")
    assert await refused(telegram, "editMessageText", chat_id=chat.id, message_id=9999, text="x") == (
        "Bad Request: message to edit not found"
    )


async def test_deleting_rules(telegram: TelegramDouble, ada: Person) -> None:
    group = telegram.add_group("Club", members=[ada])
    sent = await call(telegram, "sendMessage", chat_id=group.id, text="a")
    mine = {"chat_id": group.id, "message_id": sent["result"]["message_id"]}
    theirs = ada.post(group, "b")
    assert await refused(telegram, "deleteMessage", chat_id=group.id, message_id=theirs.message_id) == (
        "Bad Request: message can't be deleted"
    )
    assert (await call(telegram, "deleteMessage", **mine))["result"] is True
    assert await refused(telegram, "deleteMessage", **mine) == "Bad Request: message to delete not found"
    assert (
        await refused(telegram, "editMessageText", text="x", **mine)
        == "Bad Request: message to edit not found"
    )
    late = await call(telegram, "sendMessage", chat_id=group.id, text="late")
    telegram.clock.advance(48 * 3600)
    assert await refused(
        telegram, "deleteMessage", chat_id=group.id, message_id=late["result"]["message_id"]
    ) == ("Bad Request: message can't be deleted")


async def test_replies(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    asked = ada.post(chat, "hello")
    answer = {"chat_id": chat.id, "text": "x"}
    assert (await call(telegram, "sendMessage", reply_parameters={"message_id": asked.message_id}, **answer))[
        "ok"
    ]
    assert chat.bot_messages[-1].reply_to == asked.message_id
    assert await refused(telegram, "sendMessage", reply_parameters={"message_id": 77}, **answer) == (
        "Bad Request: message to be replied not found"
    )
    lenient = {"message_id": 77, "allow_sending_without_reply": True}
    assert (await call(telegram, "sendMessage", reply_parameters=lenient, **answer))["ok"]
    assert await refused(telegram, "sendMessage", message_thread_id=5, **answer) == (
        "Bad Request: message thread not found"
    )
