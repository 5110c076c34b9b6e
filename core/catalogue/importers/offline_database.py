"""anime-offline-database, in both published forms: one JSON object with `data`, and JSON Lines whose first line is
the metadata. Titles are found by the MAL id among their `sources`; those without one are left out.

Its score is a mean over several sites and its `tags` mix genres, themes and tags of all of them: known genres
become genres where a title has none, the rest stays tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import capwords
from typing import Any

import ijson  # type: ignore[import-untyped]

from core.catalogue.importers import cells, vocabulary
from core.catalogue.importers.files import ImportFile
from core.catalogue.importers.rows import BadRow, Entry, Row, Rows
from core.catalogue.record import Record
from core.errors import UserError

_MAL = re.compile(r"https?://(?:www\.)?myanimelist\.net/anime/(\d{1,8})/?$", re.ASCII)
_ANILIST = re.compile(r"https?://anilist\.co/anime/(\d{1,8})/?$", re.ASCII)
_LAST_UPDATE = re.compile(rb'"lastUpdate"\s*:\s*"(\d{4}-\d{2}-\d{2})')
_DATA = re.compile(rb'"data"\s*:\s*\[')
_MOST_TAGS = 15


def is_json_document(head: bytes) -> bool:
    """Whether a file that begins so is the one-object form."""
    start = head.lstrip()[:1] == b"{" and _DATA.search(head)
    return bool(start) and (b"animeSeason" in head or _LAST_UPDATE.search(head) is not None)


def is_json_lines(first: dict[str, Any]) -> bool:
    """Whether a JSON Lines file whose first object is this is the other form."""
    return ("lastUpdate" in first and "data" not in first) or {"sources", "animeSeason"} <= first.keys()


def read_json(file: ImportFile) -> Rows:
    """Rows numbered by their place in `data`.

    Raises:
        UserError: `import-cut` where the document is broken or ends too early.
    """
    date = _date(file.head())
    for number, item in enumerate(_items(file), start=1):
        if not number % 200:
            file.tell()
        yield _row(number, item, date)


def _items(file: ImportFile) -> Iterator[object]:
    with file.open() as stream:
        try:
            yield from ijson.items(stream, "data.item", use_float=True)
        except (ijson.JSONError, ValueError) as problem:
            raise UserError("import-cut", file=file.name) from problem


def read_json_lines(file: ImportFile) -> Rows:
    date = _date(file.head().partition(b"\n")[0])
    first = True
    for item in file.json_lines():
        is_metadata = first and not isinstance(item, BadRow) and _is_metadata(item[1])
        first = False
        if not is_metadata:
            yield item if isinstance(item, BadRow) else _row(*item, date)


def _is_metadata(value: object) -> bool:
    return (
        isinstance(value, dict) and "sources" not in value and not {"lastUpdate", "license"}.isdisjoint(value)
    )


def _date(head: bytes) -> str | None:
    found = _LAST_UPDATE.search(head)
    return cells.fact_date(found[1].decode()) if found else None


def _row(place: int, item: object, date: str | None) -> Row:
    if not isinstance(item, dict):
        return BadRow(place, "import-row-json")
    facts: dict[str, Any] = item
    mal_id = _ids(facts.get("sources"), _MAL)
    title = cells.text(facts.get("title"))
    if not mal_id:
        return BadRow(place, "import-row-no-mal-id")
    if title is None:
        return BadRow(place, "import-row-title")
    tags = cells.names(facts.get("tags"))
    genres = tuple(genre for tag in tags if (genre := vocabulary.genre_named(tag)))
    adult = vocabulary.is_adult((*genres, *tags), None) if genres else vocabulary.is_adult(tags, None) or None
    anilist_id = _ids(facts.get("sources"), _ANILIST)
    premiere = _dict(facts.get("animeSeason"))
    length = _dict(facts.get("duration"))
    seconds = cells.number(length.get("value"), 1, 86_400) if length.get("unit") == "SECONDS" else None
    record = Record(
        mal_id=mal_id[0],
        title=title,
        anilist_id=anilist_id[0] if anilist_id else None,
        synonyms=cells.titles(facts.get("synonyms")),
        type=vocabulary.type_of(facts.get("type")),
        episodes=cells.episodes(facts.get("episodes")),
        minutes=cells.minutes(seconds / 60) if seconds else None,
        status=vocabulary.status_of(facts.get("status")),
        season=vocabulary.season_of(premiere.get("season")),
        year=cells.year(premiere.get("year")),
        is_adult=adult is not False,
        genres=genres,
        tags=tuple(capwords(tag) for tag in tags if not vocabulary.genre_named(tag))[:_MOST_TAGS],
        studios=tuple(map(capwords, cells.names(facts.get("studios")))),
        producers=tuple(map(capwords, cells.names(facts.get("producers")))),
        score=cells.score(_dict(facts.get("score")).get("arithmeticMean")),
        image_url=cells.address(facts.get("picture")),
    )
    related = _ids(facts.get("relatedAnime"), _MAL)
    return Entry(place, record, adult, date, mal_numbers=False, related=related)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _ids(value: object, pattern: re.Pattern[str]) -> tuple[int, ...]:
    """Ids among addresses, in their order."""
    addresses = value if isinstance(value, list) else []
    matches = (pattern.match(address) for address in addresses[:2000] if isinstance(address, str))
    return tuple(
        dict.fromkeys(mal_id for match in matches if match and (mal_id := cells.identifier(match[1])))
    )
