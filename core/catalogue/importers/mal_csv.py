"""Tables of MyAnimeList facts as many people publish them: one row per anime, columns named freely.

The columns are guessed by their names; a mapping (`title=Name`) says more. The table must hold MAL ids and titles.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.catalogue.importers import cells, vocabulary
from core.catalogue.importers.files import ImportFile
from core.catalogue.importers.rows import BadRow, Entry, Row, Rows
from core.catalogue.importers.tables import Cells, read_header, read_table
from core.catalogue.record import Record
from core.errors import UserError

FIELDS: Mapping[str, str] = {
    "mal_id": "malid animeid myanimelistid idmal uid id animeuid",
    "title": "title name animetitle animename titleromaji romaji titledefault",
    "title_english": "titleenglish englishname englishtitle nameenglish english",
    "title_japanese": "titlejapanese japanesename japanesetitle namejapanese japanese titlenative native",
    "synonyms": "synonyms titlesynonyms othername othernames alternativetitles alternatives",
    "anilist_id": "anilistid idanilist",
    "type": "type animetype mediatype format",
    "episodes": "episodes numepisodes episodecount eps totalepisodes",
    "minutes": "duration durationmin minutes episodeduration averageepisodeduration durationperep",
    "status": "status airingstatus",
    "aired": "aired airing airdate aireddates",
    "aired_from": "airedfrom startdate airedfromdate start airstart",
    "aired_to": "airedto enddate airedtodate end airend",
    "season": "season premieredseason startseason",
    "year": "year startyear premieredyear releaseyear seasonyear",
    "premiered": "premiered",
    "source": "source sourcetype sourcematerial",
    "age_rating": "rating agerating contentrating",
    "genres": "genres genre",
    "themes": "themes theme",
    "demographics": "demographics demographic",
    "studios": "studios studio",
    "producers": "producers producer",
    "score": "score mean meanscore averagescore avgscore",
    "members": "members nummembers memberscount numlistusers",
    "synopsis": "synopsis sypnopsis description summary overview",
    "image_url": "imageurl image picture mainpicture coverurl cover imgurl imglink",
}
"""What can be mapped, with the column names that are taken for it (letters and digits only)."""


def columns_of(header: list[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """The column of each field that has one.

    Raises:
        UserError: `import-map-field`, `import-map-column` where the mapping names what there is not;
            `import-columns` where no column holds the MAL ids or the titles.
    """
    for name, column in mapping.items():
        if name not in FIELDS:
            raise UserError("import-map-field", field=name[:40], fields=", ".join(FIELDS))
        if column not in header:
            raise UserError("import-map-column", column=column[:60], columns=", ".join(header)[:400])
    squeezed = {_squeeze(column): column for column in reversed(header)}
    guessed = {
        name: next((squeezed[guess] for guess in guesses.split() if guess in squeezed), "")
        for name, guesses in FIELDS.items()
    }
    found = {name: column for name, column in {**guessed, **mapping}.items() if column}
    if not {"mal_id", "title"} <= found.keys():
        raise UserError("import-columns", columns=", ".join(header)[:400])
    return found


def read(file: ImportFile, mapping: Mapping[str, str], date: str | None) -> Rows:
    columns = columns_of(read_header(file.head()), mapping)
    for line, row in read_table(file):
        if isinstance(row, BadRow):
            yield row
        else:
            yield _row(line, {name: row[column] for name, column in columns.items()}, date)


def _row(line: int, row: Cells, date: str | None) -> Row:
    mal_id = cells.identifier(row["mal_id"])
    title = cells.text(row["title"])
    if mal_id is None:
        return BadRow(line, "import-row-id")
    if title is None:
        return BadRow(line, "import-row-title")
    mixed = [name for part in ("genres", "themes", "demographics") for name in cells.names(row.get(part))]
    genres, themes, demographics = vocabulary.groups(dict.fromkeys(mixed))
    rating = vocabulary.rating_of(row.get("age_rating"))
    adult = vocabulary.is_adult(genres, rating)
    aired_from, aired_to = cells.span(row.get("aired"))
    aired_from, aired_to = (
        cells.day(row.get("aired_from")) or aired_from,
        cells.day(row.get("aired_to")) or aired_to,
    )
    season, year = vocabulary.premiere_of(row.get("premiered") or row.get("season"))
    record = Record(
        mal_id=mal_id,
        title=title,
        anilist_id=cells.identifier(row.get("anilist_id")),
        title_english=cells.known(row.get("title_english")),
        title_japanese=cells.known(row.get("title_japanese")),
        synonyms=cells.titles(row.get("synonyms")),
        type=vocabulary.type_of(row.get("type")),
        episodes=cells.episodes(row.get("episodes")),
        minutes=cells.minutes(row.get("minutes")),
        status=vocabulary.status_of(row.get("status")),
        aired_from=aired_from,
        aired_to=aired_to,
        season=season or vocabulary.season_of(row.get("season")),
        year=cells.year(row.get("year")) or cells.year(year or (aired_from or "")[:4]),
        source=vocabulary.source_of(row.get("source")),
        age_rating=rating,
        is_adult=adult is not False,
        genres=genres,
        themes=themes,
        demographics=demographics,
        studios=cells.names(row.get("studios")),
        producers=cells.names(row.get("producers")),
        score=cells.score(row.get("score")),
        members=cells.members(row.get("members")),
        image_url=cells.address(row.get("image_url")),
        synopsis=cells.synopsis(row.get("synopsis")),
    )
    return Entry(line, record, adult, date)


def _squeeze(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
