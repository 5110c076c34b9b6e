"""Formatted text as the Bot API reads it: parse modes, explicit entities, lengths in UTF-16 code units."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit, urlunsplit

from tests.doubles.telegram.errors import Json, bad_request

MAX_ENTITIES = 100
# Which of two entities over the same characters comes first (td: MessageEntity.cpp, get_type_priority).
_PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_FOUND = (
    ("bot_command", re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
    ("url", re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)\]'\"]")),
)


class MarkupError(Exception):
    """A text that its parse mode cannot read; the message is what follows "can't parse entities: "."""


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the unit of every Bot API length and offset."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def sort_entities(entities: list[Json]) -> list[Json]:
    return sorted(entities, key=lambda e: (e["offset"], -e["length"], _PRIORITY.get(e["type"], 50)))


def link_entity(url: str, offset: int, length: int) -> Json | None:
    """The entity of a link, or None where Telegram silently leaves the text unlinked (no real host)."""
    try:
        parts = urlsplit(url.strip())
        if parts.scheme == "tg":
            user = parse_qs(parts.query).get("id", [""])[0]
            if (parts.netloc or parts.path) == "user" and user.isdigit():
                mentioned = {"id": int(user), "is_bot": False, "first_name": ""}
                return {"type": "text_mention", "offset": offset, "length": length, "user": mentioned}
            return {"type": "text_link", "offset": offset, "length": length, "url": url}
        if parts.scheme not in ("http", "https"):
            parts = urlsplit("http://" + url.strip())
        host = parts.hostname or ""
        if not re.fullmatch(r"[^\s.@]+(\.[^\s.@]+)*\.[^\s.@]{2,}|\d+(\.\d+){3}", host):
            return None
    except ValueError:
        return None
    checked = urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, parts.fragment))
    return {"type": "text_link", "offset": offset, "length": length, "url": checked}


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Text without white space around it, entities moved and cut to match."""
    left = utf16_length(text) - utf16_length(text.lstrip())
    kept = text.strip()
    size = utf16_length(kept)
    result = []
    for entity in entities:
        start = max(entity["offset"] - left, 0)
        end = min(entity["offset"] + entity["length"] - left, size)
        if end > start:
            result.append({**entity, "offset": start, "length": end - start})
    return kept, result


def check_explicit(text: str, entities: object) -> list[Json]:
    """Entities given as JSON instead of a parse mode.

    Raises Refusal when one is malformed, leaves the text or splits a UTF-16 pair.
    """
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    encoded = text.encode("utf-16-le")
    result: list[Json] = []
    for entity in entities:
        if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
            raise bad_request("can't parse MessageEntity: expected an Object")
        offset, length = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 0:
            raise bad_request("can't parse MessageEntity: field must be of type Number")
        for edge in (offset, offset + length):
            if 2 * edge > len(encoded):
                raise bad_request(
                    f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
                    f"at byte offset {len(text.encode())}"
                )
            unit = encoded[2 * edge : 2 * edge + 2]
            if unit and 0xDC00 <= int.from_bytes(unit, "little") <= 0xDFFF:
                before = len(encoded[: 2 * edge - 2].decode("utf-16-le").encode())
                kind = "begins" if edge == offset else "ends"
                raise bad_request(f"entity {kind} in a middle of a UTF-16 symbol at byte offset {before}")
        if entity["type"] == "text_link":
            linked = link_entity(str(entity.get("url", "")), offset, length)
            if linked is None:
                raise bad_request(f"entity text_link has invalid URL '{entity.get('url', '')}'")
            entity = linked
        if length:
            result.append(dict(entity))
    return sort_entities(result)


def with_found(text: str, entities: list[Json]) -> list[Json]:
    """The entities plus those Telegram finds by itself: commands, mentions, hashtags and addresses."""
    taken = [
        (e["offset"], e["offset"] + e["length"])
        for e in entities
        if e["type"] in ("code", "pre", "text_link", "text_mention")
    ]
    result = list(entities)
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            start, end = utf16_length(text[: match.start()]), utf16_length(text[: match.end()])
            if all(end <= first or start >= last for first, last in taken):
                taken.append((start, end))
                result.append({"type": kind, "offset": start, "length": end - start})
    return sort_entities(result)


def entity_text(text: str, entity: Json) -> str:
    """The characters an entity covers."""
    units = text.encode("utf-16-le")
    return units[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")
