"""Lists that people bring: which format it is, by what is in it and not by its name. One file per format."""

from __future__ import annotations

import json
import re
import zlib

from core.errors import UserError
from core.people.lists import anilist, mal_api, mal_xml, own_json, plain, rows
from core.people.lists.entry import ListEntry, ListStatus, ParsedList

__all__ = ["MOST_BYTES", "MOST_ENTRIES", "ListEntry", "ListStatus", "ParsedList", "read_list"]

MOST_BYTES = 32 * 2**20
"""Size of a list, unpacked: about 35,000 entries of MyAnimeList's XML."""

MOST_ENTRIES = 30_000

_KANA = re.compile("[\u3041-\u30fa]")
_NOT_TEXT = (
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"%PDF",
    b"SQLite format 3",
    b"GIF8",
    b"RIFF",
    b"BZh",
    b"\xfd7zXZ",
)


def read_list(data: bytes) -> ParsedList:
    """Reads a list: MyAnimeList XML (also gzip), AniList or MyAnimeList JSON, our own, CSV, or plain titles.

    Raises:
        UserError: `list-too-large` (megabytes), `list-too-many` (most), `list-empty`, `list-unreadable`,
            `list-broken` (line), `list-manga`.
    """
    data = _unpacked(data)
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise UserError("list-empty")
    parsed = _read(data)
    if not parsed.entries and not parsed.skipped:
        raise UserError("list-empty")
    if len(parsed.entries) > MOST_ENTRIES:
        raise UserError("list-too-many", most=MOST_ENTRIES)
    return parsed


def _read(data: bytes) -> ParsedList:
    content = _decoded(data)
    start = content.lstrip()[:1]
    if start == "<" and not content.lstrip()[:9].casefold().startswith(("<http", "<www.")):
        return mal_xml.read(data.lstrip())
    if start in ("{", "["):
        return _read_json(content)
    lines = content.lstrip("\r\n").split("\n", 1)
    if (delimiter := rows.delimiter_of(lines[0].strip("\r"))) is not None:
        return rows.read_csv(content.lstrip("\r\n"), delimiter)
    if len(lines) > 1 and lines[1].strip() and rows.meaning(lines[0].strip().strip('"')) == "title":
        return plain.read(lines[1], first_line=2)
    return plain.read(content)


def _read_json(content: str) -> ParsedList:
    try:
        document = json.loads(content)
    except json.JSONDecodeError as problem:
        raise UserError("list-broken", line=problem.lineno) from problem
    except (ValueError, RecursionError) as problem:
        raise UserError("list-unreadable") from problem
    if own_json.is_own(document):
        return own_json.read(document)
    if anilist.collections(document):
        return anilist.read(document)
    if mal_api.items(document):
        return mal_api.read(document)
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list)]
        document = lists[0] if len(lists) == 1 else None
    if not isinstance(document, list) or not all(isinstance(item, dict | str) for item in document):
        raise UserError("list-unreadable")
    if all(isinstance(item, dict) for item in document) and any("media" in item for item in document):
        return anilist.read({"lists": [{"entries": document}]})
    numbered = enumerate(document, 1)
    return rows.read(
        "json", ((str(n), {"title": item} if isinstance(item, str) else item) for n, item in numbered)
    )


def _unpacked(data: bytes) -> bytes:
    if len(data) <= MOST_BYTES and data.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            data = unpacker.decompress(data, MOST_BYTES + 1)
        except zlib.error as problem:
            raise UserError("list-unreadable") from problem
        if not unpacker.eof and len(data) <= MOST_BYTES:
            raise UserError("list-unreadable")  # cut off on its way
    if len(data) > MOST_BYTES:
        raise UserError("list-too-large", megabytes=MOST_BYTES // 2**20)
    return data


def _decoded(data: bytes) -> str:
    """Text in the encodings that list files come in."""
    if data.startswith(_NOT_TEXT):
        raise UserError("list-unreadable")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp932", "cp1252"):
        try:
            content = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp932" and not _KANA.search(content):
            continue  # "Pokémon" of a Western Windows is valid Japanese too, but without kana
        if "\0" not in content:
            return content.replace("\r\n", "\n").replace("\r", "\n")
    raise UserError("list-unreadable")
