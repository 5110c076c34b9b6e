"""Methods that change or remove what is already in a chat."""

from __future__ import annotations

from tests.doubles.telegram import limits
from tests.doubles.telegram.calls import Call
from tests.doubles.telegram.chats import Chat, Message
from tests.doubles.telegram.errors import NOT_MODIFIED, Json, bad_request
from tests.doubles.telegram.files import StoredFile
from tests.doubles.telegram.methods import method
from tests.doubles.telegram.sending import caption_content, media_content, text_content
from tests.doubles.telegram.state import Event, State

_FILES = ("photo", "document", "video", "animation")


def _to_edit(state: State, call: Call) -> Message:
    inline_id = call.text("inline_message_id")
    if inline_id:
        message = state.inline_messages.get(inline_id)
        if message is None:
            raise bad_request("MESSAGE_ID_INVALID")
        return message
    chat = state.writable(call.text("chat_id"))
    if not call.text("message_id"):
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(call.number("message_id"))
    if message is None or message.deleted:
        raise bad_request("message to edit not found")
    if not message.by_bot or "forward_origin" in message.data:
        raise bad_request("message can't be edited")
    if message.data.get("reply_markup") and "inline_keyboard" not in message.data["reply_markup"]:
        raise bad_request("message can't be edited")
    return message


def _seen(data: Json) -> list[object]:
    """What counts for "is not modified": text, entities, markup and which file it is."""
    unique: list[str] = []
    for name in _FILES:
        shown = data.get(name)
        if shown:
            unique.append((shown[-1] if isinstance(shown, list) else shown)["file_unique_id"])
    markup = data.get("reply_markup") or None
    names = ("text", "entities", "caption", "caption_entities")
    return [*(data.get(name) or None for name in names), markup, unique]


def _edit(
    state: State,
    call: Call,
    message: Message,
    without: tuple[str, ...],
    content: Json,
    file: StoredFile | None = None,
) -> Json | bool:
    """Replace part of a message; the inline keyboard goes unless the request brings one."""
    markup = limits.check_markup(call.parsed("reply_markup"))
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    kept = {name: value for name, value in message.data.items() if name not in (*without, "reply_markup")}
    changed = kept | content
    if markup is not None:
        changed["reply_markup"] = markup
    if _seen(changed) == _seen(message.data):
        raise bad_request(NOT_MODIFIED)
    message.versions.append(message.data)
    message.data = changed | {"edit_date": int(state.clock.now())}
    if file is not None:
        message.file = file
    state.note(Event("edited", message.chat, message))
    return True if message.inline_message_id and call.text("inline_message_id") else message.json()


@method("editMessageText")
async def edit_message_text(state: State, call: Call) -> Json | bool:
    content = text_content(call)
    message = _to_edit(state, call)
    if "text" not in message.data:
        raise bad_request("there is no text in the message to edit")
    return _edit(state, call, message, ("text", "entities"), content)


@method("editMessageCaption")
async def edit_message_caption(state: State, call: Call) -> Json | bool:
    content = caption_content(call.text("caption"), call.text("parse_mode"), call.parsed("caption_entities"))
    message = _to_edit(state, call)
    if not any(name in message.data for name in _FILES):
        raise bad_request("there is no caption in the message to edit")
    return _edit(state, call, message, ("caption", "caption_entities"), content)


@method("editMessageMedia")
async def edit_message_media(state: State, call: Call) -> Json | bool:
    message = _to_edit(state, call)
    content, file = await media_content(state, call, call.parsed("media"))
    if "media_group_id" in message.data and (file.kind == "document") != ("document" in message.data):
        raise bad_request("can't change media type in the album")
    without = (*_FILES, "text", "entities", "caption", "caption_entities")
    return _edit(state, call, message, without, content, file)


@method("editMessageReplyMarkup")
async def edit_message_reply_markup(state: State, call: Call) -> Json | bool:
    return _edit(state, call, _to_edit(state, call), (), {})


def _delete(state: State, chat: Chat, message_id: int) -> None:
    message = chat.messages.get(message_id)
    if message is None or message.deleted:
        raise bad_request("message to delete not found")
    mine = message.by_bot or chat.type == "private" or chat.bot_status == "administrator"
    if not mine or (
        state.clock.now() - message.date >= limits.DELETE_AGE and chat.bot_status != "administrator"
    ):
        raise bad_request("message can't be deleted")
    message.deleted = True
    state.note(Event("deleted", chat, message))


@method("deleteMessage")
async def delete_message(state: State, call: Call) -> bool:
    _delete(state, state.writable(call.text("chat_id")), call.number("message_id"))
    return True


@method("deleteMessages")
async def delete_messages(state: State, call: Call) -> bool:
    chat = state.writable(call.text("chat_id"))
    ids = call.parsed("message_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
        raise bad_request("message identifiers are not specified")
    for message_id in ids:
        if message_id in chat.messages and not chat.messages[message_id].deleted:
            _delete(state, chat, message_id)
    return True


@method("pinChatMessage", "unpinChatMessage", "setMessageReaction")
async def mark_message(state: State, call: Call) -> bool:
    chat = state.writable(call.text("chat_id"))
    message = chat.messages.get(call.number("message_id"))
    if message is None or message.deleted:
        raise bad_request(
            "message to react not found" if "reaction" in call.method.lower() else "message to pin not found"
        )
    return True
