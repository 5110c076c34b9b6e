"""The pair of the Kaggle set "Anime Recommendation Database 2020": `anime.csv` and `anime_with_synopsis.csv`.

Both are tables of the turn of 2020/21 with "Unknown" for what is missing; the second spells its text column
`sypnopsis`. Genres of then are sorted into today's genres, themes and demographics.
"""

from __future__ import annotations

from core.catalogue.importers import cells, vocabulary
from core.catalogue.importers.files import ImportFile
from core.catalogue.importers.rows import BadRow, Entry, Row, Rows
from core.catalogue.importers.tables import Cells, read_table
from core.catalogue.record import Record

DATE = "2021-01-01"
_SYNOPSIS = ("sypnopsis", "synopsis")


def is_kaggle(header: list[str]) -> bool:
    names = set(header)
    facts = {"MAL_ID", "Name", "English name", "Premiered"}
    return facts <= names or ({"MAL_ID", "Name"} <= names and not names.isdisjoint(_SYNOPSIS))


def read(file: ImportFile) -> Rows:
    for line, row in read_table(file):
        yield row if isinstance(row, BadRow) else _row(line, row)


def _row(line: int, row: Cells) -> Row:
    mal_id = cells.identifier(row.get("MAL_ID"))
    title = cells.text(row.get("Name"))
    if mal_id is None:
        return BadRow(line, "import-row-id")
    if title is None:
        return BadRow(line, "import-row-title")
    genres, themes, demographics = vocabulary.groups(cells.names(row.get("Genres")))
    rating = vocabulary.rating_of(row.get("Rating"))
    adult = vocabulary.is_adult(genres, rating)
    aired_from, aired_to = cells.span(row.get("Aired"))
    season, year = vocabulary.premiere_of(row.get("Premiered"))
    record = Record(
        mal_id=mal_id,
        title=title,
        title_english=cells.known(row.get("English name")),
        title_japanese=cells.known(row.get("Japanese name")),
        type=vocabulary.type_of(row.get("Type")),
        episodes=cells.episodes(row.get("Episodes")),
        minutes=cells.minutes(row.get("Duration")),
        aired_from=aired_from,
        aired_to=aired_to,
        season=season,
        year=cells.year(year or (aired_from or "")[:4]),
        source=vocabulary.source_of(row.get("Source")),
        age_rating=rating,
        is_adult=adult is not False,
        genres=genres,
        themes=themes,
        demographics=demographics,
        studios=cells.names(row.get("Studios")),
        producers=cells.names(row.get("Producers")),
        score=cells.score(row.get("Score")),
        members=cells.members(row.get("Members")),
        members_2020=cells.members(row.get("Members")),
        synopsis=cells.synopsis(row.get("sypnopsis") or row.get("synopsis")),
    )
    return Entry(line, record, adult, DATE)
