"""Answers to button presses and inline queries."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.doubles.telegram import limits
from tests.doubles.telegram.calls import Call
from tests.doubles.telegram.entities import utf16_length
from tests.doubles.telegram.errors import QUERY_TOO_OLD, Json, Refusal, bad_request
from tests.doubles.telegram.methods import method
from tests.doubles.telegram.sending import formatted, with_entities
from tests.doubles.telegram.state import Event, Query, State

_TYPES = frozenset(
    [
        "article",
        "photo",
        "gif",
        "mpeg4_gif",
        "video",
        "audio",
        "voice",
        "document",
        "location",
        "venue",
        "contact",
        "game",
        "sticker",
    ]
)


def _open(state: State, queries: dict[str, Query], query_id: str, lifetime: float) -> Query:
    """The query, when it may still be answered: once, and not too late."""
    query = queries.get(query_id)
    if query is None or query.answer is not None or state.clock.now() - query.asked > lifetime:
        raise bad_request(QUERY_TOO_OLD)
    return query


@method("answerCallbackQuery")
async def answer_callback_query(state: State, call: Call) -> bool:
    query = _open(
        state, state.callbacks, call.required("callback_query_id"), state.settings.callback_lifetime
    )
    if utf16_length(call.text("text")) > limits.CALLBACK_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    url = call.text("url")
    if url and not url.startswith((f"https://t.me/{state.username}?", f"t.me/{state.username}?")):
        raise bad_request("URL_INVALID")
    query.answer = {"text": call.text("text"), "show_alert": call.flag("show_alert"), "url": url}
    state.note(Event("answered", query.message.chat if query.message else None, query.message, query.id))
    return True


def _content(result: Json) -> Json:
    """The message a result would send: text with entities, or a caption; checked like any message."""
    content = result.get("input_message_content")
    if content is None:
        if result["type"] == "article":
            raise bad_request("can't parse inline query result: can't find field \"input_message_content\"")
        caption, entities = formatted(
            str(result.get("caption", "")), str(result.get("parse_mode", "")), result.get("caption_entities")
        )
        if utf16_length(caption) > limits.CAPTION:
            raise bad_request("MEDIA_CAPTION_TOO_LONG")
        return with_entities("caption", caption, "caption_entities", entities) if caption else {}
    if "message_text" not in content:
        return {}
    text, entities = formatted(
        str(content["message_text"]), str(content.get("parse_mode", "")), content.get("entities")
    )
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > limits.TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    limits.check_entity_count(entities)
    return with_entities("text", text, "entities", entities)


def _checked(result: Any, ids: set[str]) -> Json:
    if not isinstance(result, dict) or result.get("type") not in _TYPES:
        raise bad_request("can't parse inline query result: unsupported result type")
    result_id = str(result.get("id", ""))
    if not result_id:
        raise bad_request("RESULT_ID_EMPTY")
    if len(result_id.encode()) > limits.INLINE_RESULT_ID:
        raise bad_request("RESULT_ID_INVALID")
    if result_id in ids:
        raise bad_request("RESULT_ID_DUPLICATE")
    ids.add(result_id)
    if result["type"] == "article" and not str(result.get("title", "")).strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    if result["type"] == "photo" and "photo_file_id" not in result:
        for name, code in (
            ("photo_url", "PHOTO_CONTENT_URL_EMPTY"),
            ("thumbnail_url", "PHOTO_THUMB_URL_EMPTY"),
        ):
            if not urlsplit(str(result.get(name, ""))).netloc:
                raise bad_request(code)
    markup = limits.check_markup(result.get("reply_markup"))
    checked = {**result, "sends": _content(result)}
    checked.pop("reply_markup", None)
    return checked | ({"reply_markup": markup} if markup else {})


@method("answerInlineQuery")
async def answer_inline_query(state: State, call: Call) -> bool:
    query = _open(state, state.inlines, call.required("inline_query_id"), state.settings.inline_lifetime)
    results = call.parsed("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results: expected an Array of InlineQueryResult")
    if len(results) > limits.INLINE_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len(call.text("next_offset").encode()) > limits.INLINE_OFFSET:
        raise bad_request("NEXT_OFFSET_INVALID")
    button = call.parsed("button")
    if button is not None:
        if not str(button.get("text", "")):
            raise Refusal(400, "Bad Request: can't parse inline query results button: text is empty")
        if "start_parameter" in button:
            limits.check_start_parameter(str(button["start_parameter"]))
    ids: set[str] = set()
    answer: Json = {
        "results": [_checked(result, ids) for result in results],
        "next_offset": call.text("next_offset"),
        "is_personal": call.flag("is_personal"),
        "cache_time": call.number("cache_time", 300),
        "button": button,
    }
    query.answer = answer
    offset, _, text = query.data.partition("\n")
    key = (query.by.id if answer["is_personal"] else None, text, offset)
    if answer["cache_time"] > 0:
        state.inline_cache[key] = (state.clock.now() + answer["cache_time"], answer)
    state.note(Event("answered", query_id=query.id))
    return True
