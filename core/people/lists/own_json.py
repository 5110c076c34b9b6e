"""Our own JSON export, so that a person can move from one bot to another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast, get_args

from core.people.lists.entry import (
    MARKS,
    ListEntry,
    ListStatus,
    ParsedList,
    from_kept,
    read_id,
    read_score,
    text,
)
from core.people.profile import Mark

FORMAT = "osusume"
VERSION = 1

STATUS: dict[Mark, ListStatus] = {
    "seen": "completed",
    "dropped": "dropped",
    "planned": "plan_to_watch",
    "dismissed": "dismissed",
}


def is_own(document: object) -> bool:
    return isinstance(document, dict) and document.get("format") == FORMAT


def read(document: Mapping[str, Any]) -> ParsedList:
    parsed = ParsedList([], [])
    listed, unmatched = document.get("entries"), document.get("unmatched")
    number = 0
    for item in listed if isinstance(listed, list) else ():
        number += 1
        _add(parsed, item, str(number))
    for item in unmatched if isinstance(unmatched, list) else ():
        number += 1
        entry = from_kept(item, str(number))
        if entry is None:
            parsed.skipped.append((str(number), "list-row-empty"))
        else:
            parsed.entries.append(replace(entry, where=f"{number} ({entry.name[:60]})"))
    return parsed


def _add(parsed: ParsedList, item: object, where: str) -> None:
    mal_id = read_id(item.get("mal_id")) if isinstance(item, dict) else None
    if not isinstance(item, dict) or mal_id is None:
        parsed.skipped.append((where, "list-row-empty"))
        return
    mark = item.get("status")
    status = STATUS[cast("Mark", mark)] if mark in get_args(Mark) else None
    imported = from_kept(item.get("imported"), where) or ListEntry(where, FORMAT)
    if imported.status is not None and MARKS[imported.status] == mark:
        status = imported.status
    try:
        score = read_score(item.get("score"), 10)
    except ValueError:
        score = None
        parsed.skipped.append((where, "list-row-score"))
    title = text(item.get("title"))
    parsed.entries.append(
        replace(
            imported,
            titles=(title,) if title else imported.titles,
            mal_id=mal_id,
            status=status,
            score=score,
            note=text(item.get("note")),
            favourite=item.get("favourite") is True,
            added_at=_seconds(item.get("added_at")),
        )
    )


def _seconds(value: object) -> float | None:
    """Seconds since 1970 of `2025-06-01T12:00:00+00:00`; None for a time that is none, or not yet."""
    if not isinstance(value, str) or not re.match(r"\d{4}-", value):
        return None
    try:
        moment = datetime.fromisoformat(value)
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds if 0 < seconds <= datetime.now(UTC).timestamp() else None
