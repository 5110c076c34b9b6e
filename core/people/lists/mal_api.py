"""Lists as MyAnimeList's API version 2 gives them: pages of `{"node": {...}, "list_status": {...}}`."""

from __future__ import annotations

from typing import Any

from core.people.lists.entry import (
    ListEntry,
    ParsedList,
    as_dict,
    has_favourite_tag,
    read_id,
    read_score,
    read_status,
    text,
)

SOURCE = "mal-api"

_FIELDS = {
    "my_watched_episodes": "num_episodes_watched",
    "my_start_date": "start_date",
    "my_finish_date": "finish_date",
    "my_times_watched": "num_times_rewatched",
    "my_rewatch_value": "rewatch_value",
    "my_priority": "priority",
}
"""MyAnimeList's XML elements by the API's names; numbers of priority and rewatch value stay numbers."""


def items(document: object) -> list[Any]:
    """The entries of one page or of a list of pages; none: the document is of another kind."""
    pages = document if isinstance(document, list) else [document]
    found: list[Any] = []
    for page in pages:
        data = page.get("data") if isinstance(page, dict) else None
        if isinstance(data, list):
            found += data
        elif isinstance(page, dict) and "node" in page:
            found.append(page)
    return found if any(isinstance(item, dict) and "node" in item for item in found) else []


def read(document: object) -> ParsedList:
    parsed = ParsedList([], [])
    for number, item in enumerate(items(document), 1):
        item = as_dict(item)
        node = as_dict(item.get("node"))
        listed = as_dict(item.get("list_status") or item.get("my_list_status"))
        title, mal_id = text(node.get("title")), read_id(node.get("id"))
        where = f"{number} ({title[:60]})" if title else str(number)
        if title is None and mal_id is None:
            parsed.skipped.append((where, "list-row-empty"))
            continue
        if "num_chapters_read" in listed:
            parsed.skipped.append((where, "list-row-manga"))
            continue
        try:
            score = read_score(listed.get("score"), 10)
        except ValueError:
            score = None
            parsed.skipped.append((where, "list-row-score"))
        status, tags = read_status(listed.get("status")), listed.get("tags")
        fields = {name: text(listed.get(key)) for name, key in _FIELDS.items()}
        fields["series_title"] = title
        fields["my_rewatching"] = "1" if listed.get("is_rewatching") is True else None
        fields["my_tags"] = ", ".join(filter(None, map(text, tags))) if isinstance(tags, list) else text(tags)
        parsed.entries.append(
            ListEntry(
                where=where,
                source=SOURCE,
                titles=(title,) if title else (),
                mal_id=mal_id,
                status=status,
                score=score,
                note=text(listed.get("comments")),
                favourite=True if has_favourite_tag(fields["my_tags"] or "") else None,
                fields={name: value for name, value in fields.items() if value and value != "0"},
                raw=item,
                problem=None if status else "list-row-status",
            )
        )
    return parsed
