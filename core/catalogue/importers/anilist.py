"""Facts from AniList's GraphQL API: what is asked for, and what becomes of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.catalogue.importers import cells, vocabulary
from core.catalogue.importers.rows import BadRow, Entry, Row, Rows
from core.catalogue.record import Record

ADDRESS = "https://graphql.anilist.co"
LABEL = "AniList"
PER_PAGE = 50
QUERY = """
query ($page: Int, $perPage: Int, $season: MediaSeason, $seasonYear: Int,
       $after: FuzzyDateInt, $before: FuzzyDateInt) {
  Page(page: $page, perPage: $perPage) {
    pageInfo { currentPage hasNextPage }
    media(type: ANIME, sort: ID, season: $season, seasonYear: $seasonYear,
          startDate_greater: $after, startDate_lesser: $before) {
      id idMal format status episodes duration season seasonYear source isAdult genres synonyms
      averageScore popularity description(asHtml: false)
      title { romaji english native }
      startDate { year month day } endDate { year month day }
      tags { name rank isGeneralSpoiler isMediaSpoiler }
      studios { edges { isMain node { name } } }
      coverImage { large }
      relations { edges { relationType(version: 2) node { idMal type } } }
    }
  }
}
"""
_SAME_SERIES = frozenset(("PREQUEL", "SEQUEL", "PARENT", "SIDE_STORY", "SUMMARY", "ALTERNATIVE"))
_MOST_TAGS = 10
_LEAST_RANK = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which anime to ask for: those of a year's season, or all that begin in a year and the `years` after it."""

    year: int
    season: str | None = None
    years: int = 1

    def variables(self) -> dict[str, Any]:
        if self.season:
            return {"season": self.season.upper(), "seasonYear": self.year}
        # A fuzzy date is a number, 20260400 for April 2026; both bounds are excluded.
        return {"after": self.year * 10_000 - 1, "before": (self.year + self.years) * 10_000}


def rows_of(media: Iterable[object], day: date) -> Rows:
    """Rows of the media of all pages, as of `day`, numbered from 1."""
    return (_row(number, item, day) for number, item in enumerate(media, start=1))


def _row(number: int, item: object, day: date) -> Row:
    if not isinstance(item, dict):
        return BadRow(number, "import-row-json")
    facts: dict[str, Any] = item
    names = _dict(facts.get("title"))
    english = cells.known(names.get("english"))
    native = cells.known(names.get("native"))
    title = cells.text(names.get("romaji")) or english or native
    mal_id = cells.identifier(facts.get("idMal"))
    if mal_id is None:
        return BadRow(number, "import-row-no-mal-id")
    if title is None:
        return BadRow(number, "import-row-title")
    genres, themes, demographics = vocabulary.groups(cells.names(facts.get("genres")))
    said = facts.get("isAdult")
    adult = True if said is True or vocabulary.is_adult(genres, None) else False if said is False else None
    aired_from = _day(facts.get("startDate"))
    record = Record(
        mal_id=mal_id,
        title=title,
        anilist_id=cells.identifier(facts.get("id")),
        title_english=english,
        title_japanese=native,
        synonyms=cells.titles(facts.get("synonyms")),
        type=vocabulary.type_of(facts.get("format")),
        episodes=cells.episodes(facts.get("episodes")),
        minutes=cells.minutes(facts.get("duration")),
        status=vocabulary.status_of(facts.get("status")),
        aired_from=aired_from,
        aired_to=_day(facts.get("endDate")),
        season=vocabulary.season_of(facts.get("season")),
        year=cells.year(facts.get("seasonYear")) or cells.year((aired_from or "")[:4]),
        source=vocabulary.source_of(facts.get("source")),
        is_adult=adult is not False,
        genres=genres,
        themes=themes,
        demographics=demographics,
        tags=_tags(facts.get("tags")),
        studios=_studios(facts.get("studios"), main=True),
        producers=_studios(facts.get("studios"), main=False),
        score=_score(facts.get("averageScore")),
        members=cells.members(facts.get("popularity")),
        image_url=cells.address(_dict(facts.get("coverImage")).get("large")),
        synopsis=cells.synopsis(facts.get("description")),
    )
    related = _related(facts.get("relations"))
    return Entry(number, record, adult, day.isoformat(), mal_numbers=False, related=related)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _day(value: object) -> str | None:
    parts = _dict(value)
    year, month, day = (cells.whole(parts.get(name), 1, 9999) or 0 for name in ("year", "month", "day"))
    return cells.date_of(year, month, day)


def _score(value: object) -> float | None:
    found = cells.number(value, 10, 100)
    return None if found is None else round(found / 10, 2)


def _tags(value: object) -> tuple[str, ...]:
    """The most fitting tags that give nothing away, best first."""
    shown = [
        (rank, name)
        for tag in _dicts(value)
        if (name := cells.known(tag.get("name"), 60))
        and (rank := cells.whole(tag.get("rank"), _LEAST_RANK, 100))
        and not tag.get("isGeneralSpoiler")
        and not tag.get("isMediaSpoiler")
    ]
    shown.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple(dict.fromkeys(name for _, name in shown))[:_MOST_TAGS]


def _studios(value: object, *, main: bool) -> tuple[str, ...]:
    edges = _dicts(_dict(value).get("edges"))
    return cells.names(
        [_dict(edge.get("node")).get("name") for edge in edges if bool(edge.get("isMain")) is main]
    )


def _related(value: object) -> tuple[int, ...]:
    ids = (
        cells.identifier(node.get("idMal"))
        for edge in _dicts(_dict(value).get("edges"))
        if edge.get("relationType") in _SAME_SERIES
        and (node := _dict(edge.get("node"))).get("type") == "ANIME"
    )
    return tuple(dict.fromkeys(mal_id for mal_id in ids if mal_id))
