"""Lists that people take away: our JSON, and MyAnimeList's XML, which most sites import."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape  # writes only

from core.people.lists.entry import FAVOURITE_WORDS, MARKS, ListEntry, ListStatus, from_kept
from core.people.lists.own_json import FORMAT, STATUS, VERSION
from core.people.profile import Profile

Titles = Callable[[int], str | None]
"""From a MAL id to the title's name, where it is known."""

_MAL_STATUS: dict[ListStatus, str] = {
    "watching": "Watching",
    "completed": "Completed",
    "on_hold": "On-Hold",
    "dropped": "Dropped",
    "plan_to_watch": "Plan to Watch",
    "dismissed": "Dropped",
}
"""MyAnimeList knows no "not for me": such an entry is dropped, with the tag "dismissed"."""

_FIRST = ("series_animedb_id", "series_title", "series_type", "series_episodes", "my_id", "my_watched_episodes",
          "my_start_date", "my_finish_date", "my_rated", "my_score", "my_storage", "my_storage_value", "my_status",
          "my_comments", "my_times_watched", "my_rewatch_value", "my_priority", "my_tags")  # fmt: skip
"""Elements in the order in which MyAnimeList writes them."""

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Kept:
    """All of a person's lists: the profile, and the JSON that imports left for its titles and for unmatched ones."""

    profile: Profile
    imported: dict[int, str]
    unmatched: list[str]


def as_json(kept: Kept, titles: Titles | None) -> bytes:
    """Every entry as it stands, with what the list it came from said, and those that matched no title."""
    profile = kept.profile
    listed = []
    for mal_id, entry in profile.entries.items():
        title = titles(mal_id) if titles else None
        item: dict[str, Any] = {"mal_id": mal_id} if title is None else {"mal_id": mal_id, "title": title}
        item |= asdict(entry) | {"added_at": entry.added_at.isoformat()}
        if mal_id in kept.imported:
            item["imported"] = json.loads(kept.imported[mal_id])
        listed.append(item)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "preferences": asdict(profile.preferences),
        "entries": listed,
        "unmatched": [json.loads(entry) for entry in kept.unmatched],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def as_mal_xml(kept: Kept, titles: Titles | None) -> bytes:
    """For MyAnimeList: whole scores, notes as comments; tags say what it has no place for."""
    entries = [_current(kept, mal_id, titles) for mal_id in kept.profile.entries]
    entries += [entry for entry in (from_kept(json.loads(text), "") for text in kept.unmatched) if entry]
    totals = Counter(_MAL_STATUS[_status(entry)] for entry in entries)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<myanimelist>", "<myinfo>"]
    lines += ["<user_export_type>1</user_export_type>", _element("user_total_anime", str(len(entries)))]
    lines += [
        _element(f"user_total_{name.lower().replace('-', '').replace(' ', '')}", str(totals[name]))
        for name in dict.fromkeys(_MAL_STATUS.values())
    ]
    lines.append("</myinfo>")
    for entry in entries:
        fields = _fields(entry)
        order = [name for name in _FIRST if name in fields] + [name for name in fields if name not in _FIRST]
        lines += ["<anime>", *(_element(name, fields[name]) for name in order), "</anime>"]
    return "\n".join([*lines, "</myanimelist>", ""]).encode()


def _current(kept: Kept, mal_id: int, titles: Titles | None) -> ListEntry:
    """An entry as it stands now, on the ground of what was imported."""
    entry = kept.profile.entries[mal_id]
    imported = from_kept(json.loads(kept.imported[mal_id]), "") if mal_id in kept.imported else None
    status = STATUS[entry.status] if entry.status else None
    if imported is not None and imported.status is not None and MARKS[imported.status] == entry.status:
        status = imported.status
    title = titles(mal_id) if titles else None
    return ListEntry(
        where="",
        source=FORMAT,
        titles=(title,) if title else (imported.titles if imported else ()),
        mal_id=mal_id,
        status=status,
        score=entry.score,
        note=entry.note,
        favourite=entry.favourite,
        fields=imported.fields if imported else {},
    )


def _status(entry: ListEntry) -> ListStatus:
    return entry.status or "completed"


def _fields(entry: ListEntry) -> dict[str, str]:
    score = math.floor(entry.score + 0.5) if entry.score else 0
    fields = {"my_watched_episodes": "0", "my_start_date": "0000-00-00", "my_finish_date": "0000-00-00"}
    fields |= {"my_times_watched": "0", "my_tags": "", "update_on_import": "1", **entry.fields}
    if entry.titles:
        fields.setdefault("series_title", entry.titles[0])
    fields["series_animedb_id"] = str(entry.mal_id or 0)
    fields["my_status"] = entry.fields.get("my_status", "") if entry.problem else _MAL_STATUS[_status(entry)]
    fields["my_score"] = str(score)
    fields["my_comments"] = entry.note or ""
    fields["my_tags"] = _tags(entry, fields["my_tags"], score)
    return fields


def _tags(entry: ListEntry, tags: str, score: int) -> str:
    """A tag tells a favourite where its score does not, and what is dismissed; others stay."""
    kept = [tag.strip() for tag in tags.split(",") if tag.strip()]
    named = any(tag.casefold() in FAVOURITE_WORDS for tag in kept)
    if entry.is_favourite and not named and (_status(entry) != "completed" or score < 8):
        return ", ".join([*kept, "favourite"])
    if named and not entry.is_favourite:
        kept = [tag for tag in kept if tag.casefold() not in FAVOURITE_WORDS]
    elif entry.status != "dismissed":
        return tags
    if entry.status == "dismissed" and "dismissed" not in kept:
        kept.append("dismissed")
    return ", ".join(kept)


def _element(name: str, value: str) -> str:
    return f"<{name}>{escape(_ILLEGAL.sub('', value), {chr(13): '&#13;'})}</{name}>"
