"""The Bot API's numbers, and the checks that need nothing but the value itself.

Numbers and texts follow the Bot API page 10.1 and tdlib's sources; README.md lists the ones we chose.
"""

from __future__ import annotations

import re
from typing import Any

from tests.doubles.telegram.entities import MAX_ENTITIES, utf16_length
from tests.doubles.telegram.errors import Json, bad_request

TEXT = 4096  # UTF-16 units, after parsing
CAPTION = 1024
CALLBACK_DATA = 64  # bytes
BUTTONS = 100
BUTTONS_IN_ROW = 8
INLINE_RESULTS = 50
INLINE_RESULT_ID = 64  # bytes
INLINE_QUERY = 256
INLINE_OFFSET = 64  # bytes
CALLBACK_TEXT = 200
COMMANDS = 100
COMMAND_NAME = 32
COMMAND_DESCRIPTION = 256
PHOTO_BYTES = 10 << 20
PHOTO_SIDES = 10_000  # width + height
PHOTO_RATIO = 20
UPLOAD_BYTES = 50 << 20
DOWNLOAD_BYTES = 20 << 20
WEB_PHOTO_BYTES = 5 << 20
WEB_FILE_BYTES = 20 << 20
ALBUM = range(2, 11)
DELETE_AGE = 48 * 3600  # seconds
UPDATE_AGE = 24 * 3600  # seconds
POLL_TIMEOUT = 50  # seconds
ANSWER_BYTES = 4 << 20
CHAT_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def check_text(text: str, entities: list[Json]) -> None:
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > TEXT:
        raise bad_request("message is too long")
    check_entity_count(entities)


def check_caption(caption: str, entities: list[Json]) -> None:
    if utf16_length(caption) > CAPTION:
        raise bad_request("message caption is too long")
    check_entity_count(entities)


def check_entity_count(entities: list[Json]) -> None:
    if len(entities) > MAX_ENTITIES:
        raise bad_request("ENTITIES_TOO_LONG")


def check_button(button: Any) -> Json:
    """One inline button, as it will be shown."""
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request("can't parse inline keyboard button: can't find field \"text\"")
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    used = [name for name in _ACTIONS if name in button]
    if not used:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(used) > 1:
        raise bad_request("BUTTON_TYPE_INVALID")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not re.match(r"(?:https?://)?[^\s/:]+\.[^\s/]+|tg://\S+", str(button["url"])):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return button


def check_markup(markup: Any) -> Json | None:
    """A reply markup of any kind; None for an empty one."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = markup["inline_keyboard"]
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise bad_request(
                'can\'t parse inline keyboard: field "inline_keyboard" must be an Array of Arrays '
                "of InlineKeyboardButton"
            )
        rows = [[check_button(button) for button in row] for row in rows if row]
        if sum(map(len, rows)) > BUTTONS or any(len(row) > BUTTONS_IN_ROW for row in rows):
            raise bad_request("REPLY_MARKUP_TOO_LONG")
        return {"inline_keyboard": rows} if rows else None
    if "keyboard" in markup:
        shown = [[{"text": b} if isinstance(b, str) else b for b in row] for row in markup["keyboard"]]
        if sum(map(len, shown)) > 300 or any(len(row) > 12 for row in shown):
            raise bad_request("REPLY_MARKUP_TOO_LONG")
        return {**markup, "keyboard": shown}
    if "remove_keyboard" in markup or "force_reply" in markup:
        return markup
    return None


def check_commands(commands: Any) -> list[Json]:
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    result: list[Json] = []
    for command in commands:
        if not isinstance(command, dict) or not {"command", "description"} <= command.keys():
            raise bad_request("can't parse BotCommand: expected an Object with command and description")
        name, description = str(command["command"]).removeprefix("/"), str(command["description"]).strip()
        if not name:
            raise bad_request("command must be non-empty")
        if len(name) > COMMAND_NAME:
            raise bad_request(f"command length must not exceed {COMMAND_NAME}")
        if not description:
            raise bad_request("command description must be non-empty")
        if len(description) > COMMAND_DESCRIPTION:
            raise bad_request(f"command description length must not exceed {COMMAND_DESCRIPTION}")
        if not re.fullmatch(r"[a-z0-9_]+", name):
            raise bad_request("BOT_COMMAND_INVALID")
        result.append({"command": name, "description": description})
    return result


def check_language(code: str) -> str:
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def check_start_parameter(parameter: str) -> str:
    if not _START_PARAMETER.fullmatch(parameter):
        raise bad_request("START_PARAM_INVALID")
    return parameter


def check_photo_sides(width: int, height: int) -> None:
    if width + height > PHOTO_SIDES or max(width, height) > PHOTO_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
