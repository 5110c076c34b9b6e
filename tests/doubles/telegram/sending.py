"""Methods that put something into a chat."""

from __future__ import annotations

import itertools
from typing import Any

from tests.doubles.telegram import limits
from tests.doubles.telegram.calls import Call
from tests.doubles.telegram.chats import Chat, Message
from tests.doubles.telegram.entities import MarkupError, check_explicit, trimmed, with_found
from tests.doubles.telegram.errors import Json, Refusal, bad_request
from tests.doubles.telegram.files import StoredFile
from tests.doubles.telegram.html_markup import parse_html
from tests.doubles.telegram.markdown_markup import parse_markdown_v2
from tests.doubles.telegram.methods import method
from tests.doubles.telegram.state import Event, State

_albums = itertools.count(13_900_000_000_000_001)
_RIGHTS = {"photo": "photos", "document": "documents", "video": "videos", "animation": "animations"}


def formatted(text: str, parse_mode: str, entities: Any) -> tuple[str, list[Json]]:
    """Plain text and entities of what the bot wrote.

    Raises Refusal when the markup or an entity is wrong.
    """
    mode = parse_mode.lower()
    if mode not in ("", "html", "markdownv2"):
        raise bad_request("unsupported parse_mode")
    found: list[Json] = []
    if mode:
        try:
            text, found = (parse_html if mode == "html" else parse_markdown_v2)(text)
        except MarkupError as error:
            raise Refusal(400, f"Bad Request: can't parse entities: {error}") from None
    elif entities:
        found = check_explicit(text, entities)
    return trimmed(text, found)


def text_content(call: Call) -> Json:
    text, entities = formatted(call.text("text"), call.text("parse_mode"), call.parsed("entities"))
    limits.check_text(text, entities)
    return with_entities("text", text, "entities", entities)


def caption_content(caption: str, parse_mode: str, entities: Any) -> Json:
    text, found = formatted(caption, parse_mode, entities)
    limits.check_caption(text, found)
    return with_entities("caption", text, "caption_entities", found) if text else {}


def with_entities(name: str, text: str, entities_name: str, entities: list[Json]) -> Json:
    shown = with_found(text, entities)
    return {name: text, entities_name: shown} if shown else {name: text}


async def the_file(state: State, call: Call, name: str, value: str, kind: str) -> StoredFile:
    """The file of a parameter: in a part of its own, behind `attach://`, by id or by address."""
    if name in call.files:
        return await state.files.uploaded(call.files[name], kind)
    if value.startswith("attach://"):
        upload = call.files.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad_request("can't parse InputMedia: media not found")
        return await state.files.uploaded(upload, kind)
    if not value:
        raise bad_request(f"there is no {kind} in the request")
    return await state.files.named(value, kind)


def file_content(state: State, file: StoredFile) -> Json:
    if file.kind == "photo":
        return {"photo": [state.files.show(size) for size in file.sizes]}
    shown = state.files.show(file)
    return {"animation": shown, "document": shown} if file.kind == "animation" else {file.kind: shown}


def target(state: State, call: Call, right: str) -> Chat:
    """The chat to send to, with the right to send such a thing there."""
    chat = state.writable(call.text("chat_id"))
    if right in chat.forbidden:
        raise bad_request(f"not enough rights to send {right} to the chat")
    thread = call.number("message_thread_id")
    if thread and thread not in chat.threads:
        raise bad_request("message thread not found")
    return chat


def reply_content(call: Call, chat: Chat) -> Json:
    given = call.parsed("reply_parameters") or {}
    if not given and call.number("reply_to_message_id"):
        given = {
            "message_id": call.number("reply_to_message_id"),
            "allow_sending_without_reply": call.flag("allow_sending_without_reply"),
        }
    if not given:
        return {}
    answered = chat.messages.get(int(given.get("message_id", 0)))
    if answered is None or answered.deleted:
        if given.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    quoted = answered.json()
    quoted.pop("reply_to_message", None)
    return {"reply_to_message": quoted}


def frame(call: Call, chat: Chat) -> Json:
    """What every kind of message may carry: markup, reply, thread, protection."""
    content = reply_content(call, chat)
    markup = limits.check_markup(call.parsed("reply_markup"))
    if markup is not None:
        content["reply_markup"] = markup
    if call.number("message_thread_id"):
        content |= {"message_thread_id": call.number("message_thread_id"), "is_topic_message": True}
    if call.flag("protect_content"):
        content["has_protected_content"] = True
    return content


def post(state: State, chat: Chat, content: Json, file: StoredFile | None = None) -> Json:
    message = state.add_message(chat, content, sender=state.bot_json(), by_bot=True, file=file)
    state.note(Event("sent", chat, message))
    return message.json()


@method("sendMessage")
async def send_message(state: State, call: Call) -> Json:
    content = text_content(call)
    chat = target(state, call, "text messages")
    return post(state, chat, content | frame(call, chat))


@method("sendPhoto", "sendDocument", "sendVideo", "sendAnimation")
async def send_file(state: State, call: Call) -> Json:
    kind = call.method.lower().removeprefix("send")
    caption = caption_content(call.text("caption"), call.text("parse_mode"), call.parsed("caption_entities"))
    chat = target(state, call, _RIGHTS[kind])
    extra = frame(call, chat)
    file = await the_file(state, call, kind, call.text(kind), kind)
    content = file_content(state, file) | caption | extra
    for name in ("has_spoiler", "show_caption_above_media"):
        if call.flag(name):
            content["has_media_spoiler" if name == "has_spoiler" else name] = True
    return post(state, chat, content, file)


async def media_content(state: State, call: Call, item: Any) -> tuple[Json, StoredFile]:
    """The content and the file of an InputMedia."""
    if not isinstance(item, dict) or item.get("type") not in _RIGHTS:
        kind = item.get("type", "") if isinstance(item, dict) else ""
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    caption = caption_content(
        str(item.get("caption", "")), str(item.get("parse_mode", "")), item.get("caption_entities")
    )
    file = await the_file(state, call, "", str(item.get("media", "")), item["type"])
    return file_content(state, file) | caption, file


@method("sendMediaGroup")
async def send_media_group(state: State, call: Call) -> list[Json]:
    media = call.parsed("media")
    if not media:
        raise bad_request("there are no messages to send")
    if len(media) > limits.ALBUM[-1]:
        raise bad_request("too many messages to send as an album")
    if len(media) < limits.ALBUM[0]:
        raise bad_request("too few messages to send as an album")
    kinds = {item.get("type") for item in media if isinstance(item, dict)}
    if "animation" in kinds:
        raise bad_request("can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup")
    if "document" in kinds and len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    chat = target(state, call, "documents" if "document" in kinds else "photos")
    extra = frame(call, chat)
    extra.pop("reply_markup", None)
    ready: list[tuple[Json, StoredFile]] = []
    for position, item in enumerate(media, 1):
        try:
            ready.append(await media_content(state, call, item))
        except Refusal as refusal:
            code = refusal.description.removeprefix("Bad Request: ")
            if not code.isupper():
                raise
            raise bad_request(f'failed to send message #{position} with the error message "{code}"') from None
    group = {"media_group_id": str(next(_albums))}
    return [post(state, chat, content | group | extra, file) for content, file in ready]


@method("sendChatAction")
async def send_chat_action(state: State, call: Call) -> bool:
    chat = state.writable(call.text("chat_id"))
    if call.text("action") not in limits.CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.actions.append((call.text("action"), state.clock.now()))
    state.note(Event("action", chat))
    return True


def _original(state: State, call: Call, what: str) -> Message:
    chat = state.chat_for(call.text("from_chat_id"))
    message = chat.messages.get(call.number("message_id"))
    if message is None or message.deleted:
        raise bad_request(f"message to {what} not found")
    return message


@method("copyMessage")
async def copy_message(state: State, call: Call) -> Json:
    original = _original(state, call, "copy")
    chat = target(state, call, "text messages")
    names = ("text", "entities", "caption", "caption_entities", "photo", "document", "video", "animation")
    content = {name: original.data[name] for name in names if name in original.data}
    if "caption" in call.values and "text" not in content:
        content.pop("caption", None)
        content.pop("caption_entities", None)
        content |= caption_content(
            call.text("caption"), call.text("parse_mode"), call.parsed("caption_entities")
        )
    return {"message_id": post(state, chat, content | frame(call, chat), original.file)["message_id"]}


@method("forwardMessage")
async def forward_message(state: State, call: Call) -> Json:
    original = _original(state, call, "forward")
    chat = target(state, call, "text messages")
    content = {
        name: value
        for name, value in original.data.items()
        if name not in ("message_id", "date", "chat", "from", "reply_markup", "reply_to_message", "edit_date")
    }
    origin: Json = {"date": original.data["date"]}
    if "from" in original.data:
        origin |= {"type": "user", "sender_user": original.data["from"]}
    else:
        origin |= {"type": "channel", "chat": original.chat.json(), "message_id": original.message_id}
    content.pop("sender_chat", None)
    return post(state, chat, content | {"forward_origin": origin}, original.file)
