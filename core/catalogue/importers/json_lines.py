"""JSON Lines with the field names of the reference data: one object per anime (`mal_id`, `title`, `genres`, ...)."""

from __future__ import annotations

from typing import Any

from core.catalogue.importers import cells, vocabulary
from core.catalogue.importers.files import ImportFile
from core.catalogue.importers.rows import BadRow, Entry, Row, Rows
from core.catalogue.record import Record


def read(file: ImportFile, date: str | None) -> Rows:
    """The rows; `date` is the day of the facts of those that do not say theirs (`stats_date`)."""
    for item in file.json_lines():
        yield item if isinstance(item, BadRow) else _row(*item, date)


def _row(line: int, row: object, date: str | None) -> Row:
    if not isinstance(row, dict):
        return BadRow(line, "import-row-json")
    facts: dict[str, Any] = row
    mal_id = cells.identifier(facts.get("mal_id"))
    title = cells.text(facts.get("title"))
    if mal_id is None:
        return BadRow(line, "import-row-id")
    if title is None:
        return BadRow(line, "import-row-title")
    rating = vocabulary.rating_of(facts.get("rating"))
    genres = cells.names(facts.get("genres"))
    said = facts.get("is_adult")
    adult = said if isinstance(said, bool) else vocabulary.is_adult(genres, rating)
    record = Record(
        mal_id=mal_id,
        title=title,
        anilist_id=cells.identifier(facts.get("anilist_id")),
        title_english=cells.known(facts.get("title_english")),
        title_japanese=cells.known(facts.get("title_japanese")),
        synonyms=cells.titles(facts.get("synonyms")),
        type=vocabulary.type_of(facts.get("type")),
        episodes=cells.episodes(facts.get("episodes")),
        minutes=cells.minutes(facts.get("duration_min")),
        status=vocabulary.status_of(facts.get("status")),
        aired_from=cells.day(facts.get("aired_from")),
        aired_to=cells.day(facts.get("aired_to")),
        season=vocabulary.season_of(facts.get("season")),
        year=cells.year(facts.get("year")),
        source=vocabulary.source_of(facts.get("source")),
        age_rating=rating,
        is_adult=adult is not False,
        genres=genres,
        themes=cells.names(facts.get("themes")),
        demographics=cells.names(facts.get("demographics")),
        tags=cells.names(facts.get("tags")),
        studios=cells.names(facts.get("studios")),
        producers=cells.names(facts.get("producers")),
        score=cells.score(facts.get("score")),
        members=cells.members(facts.get("members")),
        members_2020=cells.members(facts.get("members_2020")),
        franchise_id=cells.identifier(facts.get("franchise_id")),
        season_number=cells.whole(facts.get("tvdb_season"), 1, 99),
        image_url=cells.address(facts.get("image_url")),
        synopsis=cells.synopsis(facts.get("synopsis")),
    )
    return Entry(line, record, adult, cells.fact_date(facts.get("stats_date")) or date)
