"""MyAnimeList's XML export, also as other sites write it. Read with defusedxml: no entities, no DTD."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax import SAXException  # the exception only: parsing is defusedxml's
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import Locator

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from core.errors import UserError
from core.people.lists.entry import (
    ListEntry,
    ParsedList,
    has_favourite_tag,
    only_fields,
    read_id,
    read_score,
    read_status,
)

SOURCE = "mal-xml"

_OWN_MEANING = ("series_animedb_id", "my_status", "my_score", "my_comments")
_ILLEGAL = bytes(set(range(32)) - set(b"\t\n\r"))
_CHUNK = 2**16


def read(data: bytes) -> ParsedList:
    """
    Raises:
        UserError: `list-broken` (with the line), `list-manga`, `list-unreadable` (XML of another kind).
    """
    # Exports hold control characters that people's comments held; in UTF-16 those bytes are halves of letters.
    dropped = b"" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else _ILLEGAL
    parser = make_parser()
    reader = _Reader(parser)
    parser.forbid_dtd = True
    parser.setContentHandler(reader)
    try:
        for start in range(0, len(data), _CHUNK):  # each lets the event loop's thread have its turn
            parser.feed(data[start : start + _CHUNK].translate(None, dropped))
        parser.close()
    except DefusedXmlException as problem:
        raise UserError("list-unreadable") from problem
    except SAXException as problem:
        raise UserError("list-broken", line=reader.line) from problem
    return ParsedList(reader.entries, reader.skipped)


class _Reader(ContentHandler):
    def __init__(self, locator: Locator) -> None:
        super().__init__()
        self._parser = locator
        self.entries: list[ListEntry] = []
        self.skipped: list[tuple[str, str]] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._values: dict[str, str] = {}
        self._began = 1

    @property
    def line(self) -> int:
        return int(self._parser.getLineNumber() or 1)

    def startElement(self, name: str, attrs: Mapping[str, str]) -> None:  # type: ignore[override]  # noqa: N802, ARG002
        if not self._path and name != "myanimelist":
            raise UserError("list-unreadable")
        if len(self._path) == 1:
            if name == "manga":
                raise UserError("list-manga")
            self._values, self._began = {}, self.line
        self._path.append(name)
        self._text.clear()

    def characters(self, content: str) -> None:
        if len(self._path) == 3:
            self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        if len(self._path) == 3 and self._path[1] == "anime":
            self._values[name] = "".join(self._text)
        elif len(self._path) == 2 and name == "anime":
            self._finish(str(self._began))
        self._path.pop()

    def _finish(self, where: str) -> None:
        fields = only_fields(
            {name: value for name, value in self._values.items() if name not in _OWN_MEANING}
        )
        title, mal_id = fields.get("series_title"), read_id(self._values.get("series_animedb_id"))
        if title is None and mal_id is None:
            self.skipped.append((where, "list-row-empty"))
            return
        try:
            score = read_score(self._values.get("my_score"), 10)
        except ValueError:
            score = None
            self.skipped.append((_named(where, title), "list-row-score"))
        if read_status(self._values.get("my_status")) is None:
            fields |= only_fields({"my_status": self._values.get("my_status", "")})  # kept as it is
        status, tags = read_status(self._values.get("my_status")), fields.get("my_tags", "")
        if status == "dropped" and "dismissed" in (tag.strip() for tag in tags.split(",")):
            status = "dismissed"
        self.entries.append(
            ListEntry(
                where=_named(where, title),
                source=SOURCE,
                titles=(title,) if title else (),
                mal_id=mal_id,
                status=status,
                score=score,
                note=self._values.get("my_comments", "").strip() or None,
                favourite=True if has_favourite_tag(tags) else None,
                fields=fields,
                problem=None if status else "list-row-status",
            )
        )


def _named(where: str, title: str | None) -> str:
    return f"{where} ({title[:60]})" if title else where
