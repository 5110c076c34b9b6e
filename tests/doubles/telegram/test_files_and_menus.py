"""What the double takes and refuses: pictures, documents, albums, downloads, command menus."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InputMediaPhoto,
)
from telegram.error import (
    BadRequest,
    InvalidToken,
    NetworkError,
)

from tests.doubles.telegram import Chat, Person, TelegramDouble
from tests.doubles.telegram.raw import picture, refused

# Files


async def test_photo_rules(telegram: TelegramDouble, chat: Chat) -> None:
    async with Bot("123:abc", base_url=telegram.base_url, base_file_url=telegram.base_file_url) as bot:
        sent = await bot.send_photo(chat.id, picture(2000, 1500), caption="<i>card</i>", parse_mode="HTML")
        assert [(size.width, size.height) for size in sent.photo] == [
            (90, 68),
            (320, 240),
            (800, 600),
            (1280, 960),
        ]
        assert len({size.file_unique_id for size in sent.photo}) == 4
        shown = chat.bot_messages[-1]
        assert shown.caption == "card"
        assert shown.photo is not None
        assert shown.photo.width == 1280
        again = await bot.send_photo(chat.id, sent.photo[0].file_id)
        assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
        assert again.photo[-1].file_id != sent.photo[-1].file_id
        for data, error in (
            (picture(60, 1201), "Photo_invalid_dimensions"),
            (picture(9000, 1001), "Photo_invalid_dimensions"),
            (b"no picture at all", "Image_process_failed"),
            (b"\x89PNG" + bytes(10 << 20), "is too big for a photo; the maximum size is 10485760 bytes"),
        ):
            with pytest.raises(BadRequest, match=error):
                await bot.send_photo(chat.id, data)
        with pytest.raises(BadRequest, match="unsupported extension"):
            await bot.send_photo(chat.id, picture(), filename="cover.avif")
        with pytest.raises(BadRequest, match="Wrong file identifier"):
            await bot.send_photo(chat.id, "AgACnothing")
        document = await bot.send_document(chat.id, b"data", filename="list.xml")
        assert document.document is not None
        with pytest.raises(BadRequest, match=r"(?i)can't use file of type Document as Photo"):
            await bot.send_photo(chat.id, document.document.file_id)
        with pytest.raises(NetworkError, match="Request Entity Too Large"):
            await bot.send_document(chat.id, bytes((50 << 20) + 1))


async def test_download(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    async with Bot("123:abc", base_url=telegram.base_url, base_file_url=telegram.base_file_url) as bot:
        sent = ada.post_document(chat, b"<myanimelist/>", "liste.xml", mime_type="text/xml")
        file = await bot.get_file(sent.data["document"]["file_id"])
        assert bytes(await file.download_as_bytearray()) == b"<myanimelist/>"
        telegram.clock.advance(3601)
        with pytest.raises(InvalidToken, match="Not Found"):
            await file.download_as_bytearray()
        huge = ada.post_document(chat, b"x", "film.mkv", size=(20 << 20) + 1)
        with pytest.raises(BadRequest, match="File is too big"):
            await bot.get_file(huge.data["document"]["file_id"])
        with pytest.raises(BadRequest, match="Wrong file_id or the file is temporarily unavailable"):
            await bot.get_file("nothing")


async def test_albums_sent_by_the_bot(telegram: TelegramDouble, chat: Chat) -> None:
    async with Bot("123:abc", base_url=telegram.base_url) as bot:
        sent = await bot.send_media_group(
            chat.id, [InputMediaPhoto(picture(), caption="two"), InputMediaPhoto(picture())]
        )
        assert len({message.media_group_id for message in sent}) == 1
        with pytest.raises(BadRequest, match="Too many messages to send as an album"):
            await bot.send_media_group(chat.id, [InputMediaPhoto("x")] * 11)
        with pytest.raises(BadRequest, match="Too few messages"):
            await bot.send_media_group(chat.id, [InputMediaPhoto(picture())])
        with pytest.raises(
            BadRequest, match=r'(?i)send message #2 with the error message "PHOTO_INVALID_DIMENSIONS"'
        ):
            await bot.send_media_group(chat.id, [InputMediaPhoto(picture()), InputMediaPhoto(picture(1, 21))])


# Commands and menus


async def test_command_menus(telegram: TelegramDouble, ada: Person, chat: Chat) -> None:
    async with Bot("123:abc", base_url=telegram.base_url) as bot:
        await bot.set_my_commands([BotCommand("help", "Help")])
        await bot.set_my_commands([BotCommand("help", "ヘルプ")], language_code="ja")
        assert telegram.commands("default", "ja") == {"help": "ヘルプ"}
        assert telegram.menu(ada, chat) == {"help": "ヘルプ"}
        await bot.set_my_commands([BotCommand("mine", "Only here")], scope=BotCommandScopeChat(chat.id))
        assert telegram.menu(ada, chat) == {"mine": "Only here"}
        assert [c.command for c in await bot.get_my_commands()] == ["help"]
        await bot.delete_my_commands(scope=BotCommandScopeChat(chat.id))
        assert telegram.menu(ada, chat) == {"help": "ヘルプ"}


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"commands": [{"command": "Help", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "x" * 33, "description": "x"}]}, "command length must not exceed 32"),
        ({"commands": [{"command": "x", "description": " "}]}, "command description must be non-empty"),
        (
            {"commands": [{"command": "x", "description": "x" * 257}]},
            "command description length must not exceed 256",
        ),
        ({"commands": [{"command": "x", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": [], "language_code": "jpn"}, "invalid language code specified"),
        ({"commands": [], "scope": {"type": "chat", "chat_id": 1}}, "chat not found"),
        (
            {"commands": [], "scope": {"type": "some"}},
            "can't parse BotCommandScope: invalid scope type specified",
        ),
    ],
)
async def test_command_rules(telegram: TelegramDouble, parameters: dict[str, Any], error: str) -> None:
    assert await refused(telegram, "setMyCommands", **parameters) == f"Bad Request: {error}"
