"""AniList's lists as JSON: the GraphQL answer MediaListCollection, and the archive that its settings page gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.people.lists.entry import (
    FAVOURITE_WORDS,
    ListEntry,
    ParsedList,
    as_dict,
    read_date,
    read_id,
    read_score,
    read_status,
    text,
)

SOURCE = "anilist"

SCALES = {"POINT_100": 100.0, "POINT_10_DECIMAL": 10.0, "POINT_10": 10.0, "POINT_5": 5.0, "POINT_3": 3.0}
"""AniList's score formats by their highest score: points, points with a decimal, stars, smileys."""

_ARCHIVE_STATUS = ("watching", "plan_to_watch", "completed", "dropped", "on_hold", "rewatching")
"""The archive's numbers."""

Json = dict[str, Any]


def collections(document: object) -> list[Json]:
    """The MediaListCollections in an answer, or in a list of answers; none: the document is of another kind."""
    parts = document if isinstance(document, list) else [document]
    found = []
    for part in parts:
        inner = part.get("data", part) if isinstance(part, dict) else None
        inner = inner.get("MediaListCollection", inner) if isinstance(inner, dict) else None
        if isinstance(inner, dict) and isinstance(inner.get("lists"), list):
            found.append(inner)
    return found


def read(document: object) -> ParsedList:
    parsed = ParsedList([], [])
    entries: dict[object, Json] = {}
    favourites = _favourite_ids(document)
    scale: float | None = None
    number = 0
    for collection in collections(document):
        options = as_dict(as_dict(collection.get("user")).get("mediaListOptions"))
        scale = scale or SCALES.get(str(options.get("scoreFormat")))
        for listed, entry in _entries(collection):
            number += 1
            if "series_id" in entry:
                entry = _from_archive(entry)
                scale = 100.0
            media = as_dict(entry.get("media"))
            if str(media.get("type", "ANIME")).upper() != "ANIME":
                parsed.skipped.append((_where(number, media), "list-row-manga"))
                continue
            key: object = read_id(entry.get("mediaId") or media.get("id")) or f"row {number}"
            seen = entries.setdefault(key, {"entry": entry, "number": number, "status": None})
            seen["status"] = seen["status"] or entry.get("status") or listed.get("status")
            if (
                str(listed.get("name", "")).strip().casefold() in FAVOURITE_WORDS
                or media.get("isFavourite") is True
            ):
                favourites.setdefault(key, media)
    scores = [entry["entry"].get("score") for entry in entries.values()]
    scale = scale or (100.0 if any(isinstance(s, int | float) and s > 10 for s in scores) else 10.0)
    for own, seen in entries.items():
        _add(parsed, seen["entry"], seen["number"], seen["status"], scale, favourite=own in favourites)
    for marked, media in favourites.items():
        if marked not in entries:
            number += 1
            _add(parsed, {"mediaId": marked, "media": media}, number, None, scale, favourite=True)
    return parsed


def _entries(collection: Json) -> Iterator[tuple[Json, Json]]:
    """(list, entry) pairs; the archive's lists are the entries themselves."""
    for listed in collection["lists"]:
        if isinstance(listed, dict) and isinstance(listed.get("entries"), list):
            yield from ((listed, entry) for entry in listed["entries"] if isinstance(entry, dict))
        elif isinstance(listed, dict) and "series_id" in listed:
            yield {}, listed


def _favourite_ids(document: object) -> dict[object, Json]:
    """Favourites that a user object in the answer names, by AniList id."""
    found: dict[object, Json] = {}
    for part in document if isinstance(document, list) else [document]:
        data = as_dict(as_dict(part).get("data", part))
        collection = as_dict(data.get("MediaListCollection", data))
        for user in (data.get("User"), data.get("Viewer"), collection.get("user")):
            nodes = as_dict(as_dict(as_dict(user).get("favourites")).get("anime")).get("nodes")
            for node in nodes if isinstance(nodes, list) else ():
                if (number := read_id(as_dict(node).get("id"))) is not None:
                    found[number] = node
    return found


def _from_archive(entry: Json) -> Json:
    status, kind = entry.get("status"), entry.get("series_type")
    known = isinstance(status, int) and 0 <= status < len(_ARCHIVE_STATUS)
    return {
        **entry,
        "mediaId": entry["series_id"],
        "status": _ARCHIVE_STATUS[status] if known and status is not None else None,
        "media": {"id": entry["series_id"], "type": "MANGA" if kind == 1 else "ANIME"},
        "startedAt": _from_number(entry.get("started_on")),
        "completedAt": _from_number(entry.get("finished_on")),
    }


def _from_number(value: object) -> Json:
    """20240131 as a date."""
    if not isinstance(value, int) or value <= 0:
        return {}
    return {"year": value // 10000, "month": value // 100 % 100, "day": value % 100}


def _add(
    parsed: ParsedList, entry: Json, number: int, status: object, scale: float, *, favourite: bool
) -> None:
    media, where = as_dict(entry.get("media")), _where(number, as_dict(entry.get("media")))
    titles = _titles(media)
    mal_id = read_id(media.get("idMal"))
    anilist_id = read_id(entry.get("mediaId") or media.get("id"))
    if not titles and mal_id is None and anilist_id is None:
        parsed.skipped.append((where, "list-row-empty"))
        return
    try:
        score = read_score(entry.get("score"), scale)
    except ValueError:
        score = None
        parsed.skipped.append((where, "list-row-score"))
    known = read_status(status)
    fields = {
        "series_title": titles[0] if titles else None,
        "series_type": text(media.get("format")),
        "series_episodes": text(media.get("episodes")),
        "my_watched_episodes": text(entry.get("progress")),
        "my_times_watched": text(entry.get("repeat")),
        "my_start_date": _date(entry.get("startedAt")),
        "my_finish_date": _date(entry.get("completedAt")),
    }
    parsed.entries.append(
        ListEntry(
            where=where,
            source=SOURCE,
            titles=titles,
            mal_id=mal_id,
            anilist_id=anilist_id,
            status=known,
            score=score,
            note=text(entry.get("notes")),
            favourite=True if favourite else None,
            fields={name: value for name, value in fields.items() if value and value != "0"},
            raw=entry,
            problem=None if known or favourite else "list-row-status",
        )
    )


def _titles(media: Json) -> tuple[str, ...]:
    named = media.get("title")
    values = (
        [named]
        if isinstance(named, str)
        else [as_dict(named).get(kind) for kind in ("romaji", "english", "native")]
    )
    return tuple(dict.fromkeys(title for title in map(text, values) if title))


def _date(value: object) -> str | None:
    parts = as_dict(value)
    return read_date(parts.get("year"), parts.get("month"), parts.get("day"))


def _where(number: int, media: Json) -> str:
    titles = _titles(media)
    return f"{number} ({titles[0][:60]})" if titles else str(number)
