"""A plain list: a title, an id ("mal:457") or an address a line. Such a list is one of favourites."""

from __future__ import annotations

import re

from core.people.lists.entry import FAVOURITE_FROM, ListEntry, ParsedList, read_score

SOURCE = "plain"

_BULLET = re.compile(r"^(?:[-*•–]\s+|\d{1,5}[.)]\s+)")
_SCORE = re.compile(r"[\s,:;(–—-]+(\d{1,3}(?:[.,]\d+)?\s*/\s*(?:10|100|5))\)?$")


def read(content: str, first_line: int = 1) -> ParsedList:
    """Bullets and numbers before a title are dropped; a score is read where it is written "9/10"."""
    parsed = ParsedList([], [])
    for number, line in enumerate(content.splitlines(), first_line):
        title = _BULLET.sub("", line.strip()).strip()
        if len(title) > 1 and title[0] == title[-1] == '"':
            title = title[1:-1].replace('""', '"').strip()
        if not title:
            continue
        if title.startswith("# "):
            parsed.skipped.append((str(number), "list-row-heading"))
            continue
        score = None
        if scored := _SCORE.search(title):
            try:
                score = read_score(re.sub(r"\s", "", scored[1]), 10)
                title = title[: scored.start()].strip() or title
            except ValueError:
                parsed.skipped.append((f"{number} ({title[:60]})", "list-row-score"))
        favourite = score is None or score >= FAVOURITE_FROM
        parsed.entries.append(
            ListEntry(
                where=f"{number} ({title[:60]})",
                source=SOURCE,
                titles=(title,),
                score=score,
                favourite=favourite,
            )
        )
    return parsed
