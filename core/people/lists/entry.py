"""One entry of a list, whatever its format, and reading the values that formats share."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from core.people.profile import Mark

ListStatus = Literal["watching", "completed", "on_hold", "dropped", "plan_to_watch", "dismissed"]

MARKS: dict[ListStatus, Mark] = {
    "watching": "seen",
    "completed": "seen",
    "on_hold": "seen",
    "dropped": "dropped",
    "plan_to_watch": "planned",
    "dismissed": "dismissed",
}

FAVOURITE_FROM = 8.0
"""A completed title scored so or higher becomes a favourite."""

FAVOURITE_WORDS = frozenset({"favourite", "favourites", "favorite", "favorites", "fav", "favs", "faves"})

LARGEST_ID = 2**31 - 1

_STATUS_WORDS: dict[str, ListStatus] = {
    **dict.fromkeys(("watching", "currentlywatching", "current", "inprogress", "1"), "watching"),
    **dict.fromkeys(
        ("completed", "complete", "finished", "watched", "seen", "done", "rewatching", "rewatched", "repeating", "2"),
        "completed",
    ),
    **dict.fromkeys(("onhold", "hold", "paused", "stalled", "3"), "on_hold"),
    **dict.fromkeys(("dropped", "abandoned", "4"), "dropped"),
    **dict.fromkeys(
        ("plantowatch", "planning", "planned", "plan", "ptw", "towatch", "wanttowatch", "wishlist", "backlog", "6"),
        "plan_to_watch",
    ),
    **dict.fromkeys(("dismissed", "notinterested", "notforme"), "dismissed"),
}  # fmt: skip

_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}")


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An entry as its list gives it.

    where: line (text, XML) or number of the entry (JSON), for reports.
    titles: names to look it up by, best first.
    score: 1 to 10, whatever scale the list uses.
    favourite: None where the list does not say, so that the score decides.
    fields: what MyAnimeList's XML knows beyond that, by its element names.
    raw: the whole entry of another format, as JSON.
    problem: reason key, when it cannot be used and is only kept.
    """

    where: str
    source: str
    titles: tuple[str, ...] = ()
    mal_id: int | None = None
    anilist_id: int | None = None
    status: ListStatus | None = None
    score: float | None = None
    note: str | None = None
    favourite: bool | None = None
    added_at: float | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    raw: Any = None
    problem: str | None = None

    @property
    def name(self) -> str:
        if self.titles:
            return self.titles[0]
        return f"mal:{self.mal_id}" if self.mal_id is not None else f"anilist:{self.anilist_id}"

    @property
    def mark(self) -> Mark | None:
        if self.status is not None:
            return MARKS[self.status]
        return None if self.favourite else "seen"

    @property
    def is_favourite(self) -> bool:
        if self.favourite is not None:
            return self.favourite
        return self.status in (None, "completed") and self.score is not None and self.score >= FAVOURITE_FROM

    def kept(self) -> dict[str, Any]:
        """As JSON, to be kept and exported; `from_kept` reads it."""
        values = {
            "from": self.source,
            "title": self.titles[0] if self.titles else None,
            "mal_id": self.mal_id,
            "anilist_id": self.anilist_id,
            "status": self.status,
            "score": self.score,
            "note": self.note,
            "favourite": self.favourite,
            "fields": dict(self.fields) or None,
            "entry": self.raw,
            "problem": self.problem,
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class ParsedList:
    """A list as read; `skipped` are (where, reason key) of rows or values that could not be."""

    entries: list[ListEntry]
    skipped: list[tuple[str, str]]


def from_kept(kept: object, where: str) -> ListEntry | None:
    """What `ListEntry.kept` wrote, also after a person edited it; None where that is none."""
    if not isinstance(kept, dict):
        return None
    title, fields, source = text(kept.get("title")), kept.get("fields"), kept.get("from")
    favourite = kept.get("favourite")
    try:
        score = read_score(kept.get("score"), 10)
    except ValueError:
        score = None
    entry = ListEntry(
        where=where,
        source=source if isinstance(source, str) else "osusume",
        titles=(title,) if title else (),
        mal_id=read_id(kept.get("mal_id")),
        anilist_id=read_id(kept.get("anilist_id")),
        status=read_status(kept.get("status")),
        score=score,
        note=text(kept.get("note")),
        favourite=favourite if isinstance(favourite, bool) else None,
        fields=only_fields(fields) if isinstance(fields, dict) else {},
        raw=kept.get("entry"),
        problem="list-row-status" if kept.get("problem") == "list-row-status" else None,
    )
    return entry if entry.titles or entry.mal_id or entry.anilist_id else None


def only_fields(values: Mapping[str, Any]) -> dict[str, str]:
    """Those that have a name that XML allows and a text."""
    pairs = ((name, text(value)) for name, value in values.items() if value and _is_xml_name(name))
    return {name: value for name, value in pairs if value}


@lru_cache(1000)
def _is_xml_name(name: str) -> bool:
    return _XML_NAME.fullmatch(name) is not None


def text(value: object) -> str | None:
    """A text without space around it or characters that no database takes; None for none."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    cleaned = str(value).strip()
    if not cleaned.isascii() or "\0" in cleaned:
        cleaned = cleaned.replace("\0", "").encode("utf-8", "replace").decode().strip()
    return cleaned or None


def as_dict(value: object) -> dict[str, Any]:
    """An object of a JSON document, empty where something else stands in its place."""
    return value if isinstance(value, dict) else {}


def read_id(value: object) -> int | None:
    found = text(value)
    if found is None or not re.fullmatch(r"\d{1,10}(\.0+)?", found, re.ASCII):
        return None
    number = int(found.partition(".")[0])
    return number if 0 < number <= LARGEST_ID else None


def read_status(value: object) -> ListStatus | None:
    """A status in the words of any list; None for an empty or unknown one."""
    found = text(value)
    return _STATUS_WORDS.get(re.sub(r"[\W_]", "", found.casefold())) if found else None


def read_score(value: object, scale: float) -> float | None:
    """A score of 0 (none) to `scale`, or written "4/5", as one of 1 to 10; None for none.

    Raises:
        ValueError: not a number, or beyond the scale.
    """
    found = text(value)
    if found is None or found in ("-", "–", "—"):
        return None
    number, slash, own_scale = found.replace(",", ".").partition("/")
    if slash:
        scale = float(own_scale)
    score = float(number)
    if not (math.isfinite(score) and math.isfinite(scale) and 0 <= score <= scale and scale > 0):
        raise ValueError(found)
    return None if score == 0 else max(1.0, round(score * 10 / scale, 2))


def read_date(year: object, month: object, day: object) -> str | None:
    """`YYYY-MM-DD` as MyAnimeList writes dates, 00 for what is not known."""
    numbers = [number if isinstance(number, int) else 0 for number in (year, month, day)]
    if not 1900 <= numbers[0] <= 9999 or not 0 <= numbers[1] <= 12 or not 0 <= numbers[2] <= 31:
        return None
    if numbers[1] and numbers[2]:
        try:
            date(*numbers)
        except ValueError:
            return None
    return "{:04}-{:02}-{:02}".format(*numbers)


def has_favourite_tag(tags: str) -> bool:
    return any(tag.strip().casefold() in FAVOURITE_WORDS for tag in tags.split(","))
