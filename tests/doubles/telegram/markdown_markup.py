"""The MarkdownV2 parse mode, with the server's own error texts (td: MessageEntity.cpp, parse_markdown_v2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from tests.doubles.telegram.entities import MarkupError, link_entity, sort_entities
from tests.doubles.telegram.errors import Json

_RESERVED = b"_*[]()~`>#+-=|{}.!\n"
_NAMES = {  # entity type -> how the server's error texts call it
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "precode": "PreCode",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
_ENDS = {
    "bold": b"*",
    "code": b"`",
    "pre": b"```",
    "precode": b"```",
    "text_link": b"]",
    "custom_emoji": b"]",
    "underline": b"__",
    "strikethrough": b"~",
    "spoiler": b"||",
    "italic": b"_",
}


@dataclass
class _Open:
    kind: str
    argument: str
    offset: int
    at: int
    begin: int


class _Reader:
    def __init__(self, text: str) -> None:
        self.bytes = text.encode() + b"\0\0\0\0"
        self.size = len(self.bytes) - 4
        self.at = 0
        self.out = bytearray()
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []
        self.quoting = False
        self.quote_may_start = True

    def sees(self, expected: bytes) -> bool:
        return self.bytes.startswith(expected, self.at)

    def reserved(self) -> NoReturn:
        character = chr(self.bytes[self.at])
        raise MarkupError(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")

    def unended(self, entity: _Open) -> NoReturn:
        raise MarkupError(f"Can't find end of {_NAMES[entity.kind]} entity at byte offset {entity.at}")

    def copy(self) -> None:
        byte = self.bytes[self.at]
        if byte & 0xC0 != 0x80:
            self.offset += 2 if byte >= 0xF0 else 1
        self.out.append(byte)
        self.at += 1
        if byte != ord("\r"):
            self.quote_may_start = byte == ord("\n")

    def ends(self) -> bool:
        if not self.open:
            return False
        if self.quoting and self.sees(b"\n") and self.bytes[self.at + 1] != ord(">"):
            return True
        kind = self.open[-1].kind
        if kind == "blockquote":
            return False
        if kind == "italic" and self.sees(b"__"):
            return False
        return self.sees(_ENDS[kind])

    def begin(self) -> None:
        at = self.at
        argument = ""
        if self.sees(b"\n"):
            self.copy()
            return
        if self.sees(b">"):
            if not self.quote_may_start:
                self.reserved()
            self.at += 1
            if self.quoting:
                return
            self.quoting = True
            self.open.append(_Open("blockquote", "", self.offset, at, len(self.out)))
            return
        kinds = (
            (b"__", "underline"),
            (b"_", "italic"),
            (b"*", "bold"),
            (b"~", "strikethrough"),
            (b"||", "spoiler"),
            (b"![", "custom_emoji"),
            (b"[", "text_link"),
            (b"```", "pre"),
            (b"`", "code"),
        )
        mark, kind = next((pair for pair in kinds if self.sees(pair[0])), (b"", ""))
        if not kind:
            self.reserved()
        self.at += len(mark)
        if kind == "pre":
            end = self.at
            while self.bytes[end] not in b" \t\r\n\0\v`":
                end += 1
            if end != self.at and end < self.size and self.bytes[end] != ord("`"):
                kind, argument = "precode", self.bytes[self.at : end].decode()
                self.at = end
            if self.sees(b"\r\n") or self.sees(b"\n\r"):
                self.at += 2
            elif self.sees(b"\n") or self.sees(b"\r"):
                self.at += 1
        self.open.append(_Open(kind, argument, self.offset, at, len(self.out)))

    def address(self, what: str) -> str:
        """What stands between the parentheses after a link's text."""
        self.at += 1
        begin = self.at
        address = bytearray()
        while self.at < self.size and not self.sees(b")"):
            if self.sees(b"\\") and 0 < self.bytes[self.at + 1] <= 126:
                self.at += 1
            address.append(self.bytes[self.at])
            self.at += 1
        if self.at >= self.size:
            raise MarkupError(f"Can't find end of {what} at byte offset {begin}")
        self.at += 1
        return address.decode(errors="replace")

    def end(self) -> None:
        if self.quoting and self.sees(b"\n"):
            self.end_quote()
            return
        entity = self.open.pop()
        self.at += len(_ENDS[entity.kind])
        found: Json | None = {
            "type": entity.kind,
            "offset": entity.offset,
            "length": self.offset - entity.offset,
        }
        assert found is not None
        if entity.kind == "text_link":
            text = self.out[entity.begin :].decode()
            url = self.address("a URL") if self.sees(b"(") else text
            found = link_entity(url, entity.offset, self.offset - entity.offset)
        elif entity.kind == "custom_emoji":
            if not self.sees(b"("):
                raise MarkupError("Custom emoji entity must contain a tg://emoji URL")
            url = self.address("a custom emoji URL")
            if not url.startswith("tg://emoji?id=") or not url[14:].isdigit():
                raise MarkupError("Custom emoji URL must have an emoji identifier")
            found["custom_emoji_id"] = url[14:]
        elif entity.kind == "precode":
            found |= {"type": "pre", "language": entity.argument}
        if found is not None and self.offset > entity.offset:
            self.entities.append(found)

    def end_quote(self) -> None:
        """A line break that no `>` follows, or the end of the text, ends a block quotation."""
        kind = "blockquote"
        top = self.open[-1]
        if top.kind == "spoiler" and top.at == self.at - 2:  # "||" just before the end: an expandable one
            self.open.pop()
            kind = "expandable_blockquote"
        if self.open[-1].kind != "blockquote":
            self.unended(self.open[-1])
        entity = self.open.pop()
        self.quoting = False
        if self.at < self.size:
            self.copy()
        self.quote_may_start = True
        if self.offset > entity.offset:
            self.entities.append(
                {"type": kind, "offset": entity.offset, "length": self.offset - entity.offset}
            )

    def read(self) -> tuple[str, list[Json]]:
        while self.at < self.size:
            byte = self.bytes[self.at]
            if byte == ord("\\") and 0 < self.bytes[self.at + 1] <= 126:
                self.at += 1
                self.copy()
                continue
            verbatim = bool(self.open) and self.open[-1].kind in ("code", "pre", "precode")
            if byte not in (b"`" if verbatim else _RESERVED):
                self.copy()
            elif self.ends():
                self.end()
            else:
                self.begin()
        if self.quoting:
            self.end_quote()
        if self.open:
            self.unended(self.open[-1])
        return self.out.decode(), sort_entities(self.entities)


def parse_markdown_v2(text: str) -> tuple[str, list[Json]]:
    """Plain text and entities of a MarkdownV2 text.

    Raises MarkupError with the server's words.
    """
    return _Reader(text).read()
