"""The HTML parse mode, with the server's own error texts (td/telegram/MessageEntity.cpp, parse_html).

Works on UTF-8 bytes because errors name byte offsets, and counts UTF-16 units because entities use those.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.doubles.telegram.entities import MarkupError, link_entity, sort_entities, utf16_length
from tests.doubles.telegram.errors import Json

_PLAIN = re.compile(rb"[^<][^<&]*")
_SPACE = b" \t\r\n\0\v"
_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}


@dataclass
class _Open:
    tag: str
    argument: str
    offset: int
    begin: int


class _Reader:
    def __init__(self, text: str) -> None:
        # The zero bytes stand for the end, so that looking ahead never leaves the text.
        self.bytes = text.encode() + b"\0\0\0\0"
        self.size = len(self.bytes) - 4
        self.at = 0
        self.out = bytearray()
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def peek(self) -> int:
        return self.bytes[self.at]

    def skip_space(self) -> None:
        while self.at < self.size and self.peek() in _SPACE:
            self.at += 1

    def write(self, character: str) -> None:
        self.out += character.encode()
        self.offset += 2 if ord(character) > 0xFFFF else 1

    def plain(self) -> None:
        """Everything up to what may be markup; at least one byte."""
        run = _PLAIN.match(self.bytes, self.at, self.size)
        assert run is not None
        self.out += run[0]
        self.offset += utf16_length(run[0].decode())
        self.at = run.end()

    def reference(self) -> str | None:
        """A character reference here: `&lt;`, `&#12;`, `&#xA;`; None leaves it as it stands."""
        at = self.at + 1
        if self.bytes[at : at + 1] == b"#":
            at += 1
            hexadecimal = self.bytes[at : at + 1] == b"x"
            at += hexadecimal
            digits = b"0123456789abcdefABCDEF" if hexadecimal else b"0123456789"
            begin = at
            while self.bytes[at] in digits:
                at += 1
            code = int(self.bytes[begin:at] or b"0", 16 if hexadecimal else 10)
            if code == 0 or code >= 0x10FFFF or at - self.at >= 10 or 0xD800 <= code <= 0xDFFF:
                return None
            character = chr(code)
        else:
            begin = at
            while chr(self.bytes[at]).isascii() and chr(self.bytes[at]).isalpha():
                at += 1
            named = _NAMED.get(self.bytes[begin:at])
            if named is None:
                return None
            character = named
        self.at = at + (self.bytes[at : at + 1] == b";")
        return character

    def word(self, stops: bytes) -> str:
        begin = self.at
        while self.peek() not in _SPACE and self.peek() not in stops:
            self.at += 1
        return self.bytes[begin : self.at].decode(errors="replace")

    def start_tag(self, begin: int) -> None:
        tag = self.word(b">").lower()
        if self.at >= self.size:
            raise MarkupError(f"Unclosed start tag at byte offset {begin}")
        if tag not in _TAGS:
            raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument = ""
        while self.peek() != ord(">"):
            self.skip_space()
            if self.peek() == ord(">"):
                break
            name, value = self.attribute(tag, begin)
            if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "unix")):
                argument = value
            elif tag == "code" and name == "class" and value.startswith("language-"):
                argument = value.removeprefix("language-")
            elif tag == "span" and name == "class" and value.startswith("tg-"):
                argument = value.removeprefix("tg-")
            elif tag == "blockquote" and name == "expandable":
                argument = "expandable"
        if tag == "span" and argument != "spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.at += 1
        self.open.append(_Open(tag, argument, self.offset, len(self.out)))

    def attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self.word(b"=>").lower()
        if not name:
            raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self.skip_space()
        if self.peek() != ord("="):
            if (tag, name) == ("blockquote", "expandable") and self.at < self.size:
                return name, ""
            raise MarkupError(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                f"at byte offset {begin}"
            )
        self.at += 1
        self.skip_space()
        if self.at >= self.size:
            raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = bytearray()
        quote = self.peek()
        if quote not in b"'\"":
            token = self.at
            while chr(self.peek()).isascii() and (chr(self.peek()).isalnum() or self.peek() in b".-"):
                value.append(self.peek())
                self.at += 1
            if self.peek() not in _SPACE and self.peek() != ord(">"):
                raise MarkupError(f"Unexpected end of name token at byte offset {token}")
            value = bytearray(bytes(value).lower())
        else:
            self.at += 1
            while self.at < self.size and self.peek() != quote:
                character = self.reference() if self.peek() == ord("&") else None
                if character is not None:
                    value += character.encode()
                    continue
                value.append(self.peek())
                self.at += 1
            self.at += self.at < self.size
        if self.at >= self.size:
            raise MarkupError(f"Unclosed start tag at byte offset {begin}")
        return name, value.decode()

    def end_tag(self, begin: int) -> None:
        if not self.open:
            raise MarkupError(f"Unexpected end tag at byte offset {begin}")
        self.at += 1
        tag = self.word(b">").lower()
        self.skip_space()
        if self.peek() != ord(">"):
            raise MarkupError(f"Unclosed end tag at byte offset {begin}")
        opened = self.open[-1]
        if tag and tag != opened.tag:
            raise MarkupError(
                f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{tag}>"'
            )
        self.at += 1
        self.open.pop()
        if self.offset > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        entity: Json = {
            "type": _TAGS[opened.tag],
            "offset": opened.offset,
            "length": self.offset - opened.offset,
        }
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
        if opened.tag == "a":
            linked = link_entity(
                opened.argument or self.out[opened.begin :].decode(), entity["offset"], entity["length"]
            )
            if linked is None:
                return
            entity = linked
        elif opened.tag == "tg-emoji":
            if not opened.argument.isdigit() or int(opened.argument) == 0:
                raise MarkupError("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = opened.argument
        elif opened.tag == "tg-time":
            if not opened.argument.lstrip("-").isdigit():
                raise MarkupError("Invalid date specified")
            entity["unix_time"] = int(opened.argument)
        elif opened.tag == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "pre" and same and last["type"] == "code" and last.get("language"):
            last["type"] = "pre"
            return
        elif opened.tag == "code":
            if same and last["type"] == "pre" and opened.argument:
                last["language"] = opened.argument
                return
            if opened.argument:
                entity["language"] = opened.argument
        self.entities.append(entity)

    def read(self) -> tuple[str, list[Json]]:
        while self.at < self.size:
            byte = self.peek()
            if byte == ord("&"):
                character = self.reference()
                if character is not None:
                    self.write(character)
                    continue
            if byte != ord("<"):
                self.plain()
                continue
            begin = self.at
            self.at += 1
            if self.peek() == ord("/"):
                self.end_tag(begin)
            else:
                self.start_tag(begin)
        if self.open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return self.out.decode(), sort_entities(self.entities)


def parse_html(text: str) -> tuple[str, list[Json]]:
    """Plain text and entities of an HTML text.

    Raises MarkupError with the server's words.
    """
    return _Reader(text).read()
