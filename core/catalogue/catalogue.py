"""The open catalogue: columns for ranking, records for showing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.catalogue.columns import CodeColumn, ListColumn, StringColumn
from core.catalogue.pack import Columns, date_text, image_url, read_codes, read_list, read_pack, read_strings
from core.catalogue.record import Anime, Record
from core.errors import ArtefactError


@dataclass(frozen=True, slots=True)
class CatalogueInfo:
    """Where a catalogue comes from. `counts` holds titles, adult, franchises and how many titles know each
    field."""

    path: Path
    source: str
    date: str
    counts: Mapping[str, int]
    sha256: str

    @property
    def version(self) -> str:
        """Changes whenever the content does: the date and the start of the checksum."""
        return f"{self.date}+{self.sha256[:8]}"


@dataclass(frozen=True, slots=True)
class Keys:
    """The search keys: folded names joined by line breaks in the order of their compact form, with the row
    (int32) and the `Kind` (uint8) of each."""

    joined: bytes
    rows: NDArray[np.int32]
    kinds: NDArray[np.uint8]


class Catalogue:
    """All titles, ordered by MAL id; row i of every column is the title of row i.

    Columns: `mal_ids`, `anilist_ids` (int32, 0 unknown), `members`, `members_2020` (float32, 0 unknown),
    `score`, `minutes` (float32, nan unknown), `episodes`, `year` (int32, 0 unknown), `is_adult`, `is_final`
    (bool), `franchise` (int32), `season_number`, `part_number` (uint8, 0 unknown), `aired` (int32 yyyymmdd, 0
    unknown); `types`, `statuses`, `seasons`, `sources`, `age_ratings` (CodeColumn); `genres`, `themes`,
    `demographics`, `tags`, `studios`, `producers` (ListColumn).
    """

    def __init__(self, columns: Columns, info: CatalogueInfo) -> None:
        self.info = info
        self.mal_ids: NDArray[np.int32] = columns["mal_id"]
        self.anilist_ids: NDArray[np.int32] = columns["anilist_id"]
        self.franchise: NDArray[np.int32] = columns["franchise"]
        self.is_adult: NDArray[np.bool_] = columns["is_adult"]
        self.is_final: NDArray[np.bool_] = columns["is_final"]
        self.season_number: NDArray[np.uint8] = columns["season_number"]
        self.part_number: NDArray[np.uint8] = columns["part_number"]
        self.members = columns["members"].astype(np.float32)
        self.members_2020 = columns["members_2020"].astype(np.float32)
        self.episodes = columns["episodes"].astype(np.int32)
        self.year = columns["year"].astype(np.int32)
        self.minutes = _nan_for_zero(columns["minutes"])
        self.score = _nan_for_zero(columns["score"] / np.float32(100))
        self.aired: NDArray[np.int32] = columns["aired_from"]
        self._aired_to = columns["aired_to"]
        self.types, self.statuses, self.seasons, self.sources, self.age_ratings = (
            read_codes(columns, name) for name in ("type", "status", "season", "source", "age_rating")
        )
        self.genres, self.themes, self.demographics, self.tags, self.studios, self.producers = (
            read_list(columns, name)
            for name in ("genres", "themes", "demographics", "tags", "studios", "producers")
        )
        self._titles, self._english, self._japanese, self._synonyms, self._abbreviations, self._synopses = (
            read_strings(columns, name)
            for name in ("title", "title_english", "title_japanese", "synonyms", "abbreviations", "synopsis")
        )
        self._images = read_strings(columns, "image")
        self._entry: NDArray[np.int32] = columns["entry"]
        self._chosen = dict(
            zip(
                columns["chosen_entry"].tolist(),
                read_strings(columns, "chosen_entry_reason").all(),
                strict=True,
            )
        )
        self.keys = Keys(columns["keys"].tobytes(), columns["key_row"], columns["key_kind"])
        self._check()

    @classmethod
    def open(cls, path: Path) -> Catalogue:
        """Open a catalogue file. Raises ArtefactError (`catalogue-missing`, `-broken`, `-version`) naming
        it."""
        columns, sha256 = read_pack(path)
        try:
            raw: dict[str, Any] = json.loads(bytes(columns["info"]))
            info = CatalogueInfo(path, raw["source"], raw["date"], raw["counts"], sha256)
            return cls(columns, info)
        except (KeyError, ValueError, IndexError, TypeError) as error:
            raise ArtefactError("catalogue-broken", file=path.name, reason=type(error).__name__) from error

    def __len__(self) -> int:
        return len(self.mal_ids)

    def anime(self, row: int) -> Anime:
        record = self.record(row)
        franchise = int(self.franchise[row])
        return Anime(
            row, record.mal_id, record.anilist_id, record.title, record.title_english, record.title_japanese,
            record.synonyms, record.abbreviations, record.type, record.episodes, record.minutes, record.status,
            record.aired_from, record.aired_to, record.season, record.year, record.source, record.age_rating,
            record.is_adult, record.genres, record.themes, record.demographics, record.tags, record.studios,
            record.producers, record.score, record.members, franchise, record.image_url, record.synopsis,
        )  # fmt: skip

    def record(self, row: int) -> Record:
        """The facts of a row as they were written, to write them again."""
        return Record(
            mal_id=int(self.mal_ids[row]),
            title=self._titles[row],
            anilist_id=int(self.anilist_ids[row]) or None,
            title_english=self._english.get(row),
            title_japanese=self._japanese.get(row),
            synonyms=self._synonyms.many(row),
            abbreviations=self._abbreviations.many(row),
            type=self.types.get(row),
            episodes=int(self.episodes[row]) or None,
            minutes=_number(self.minutes[row]),
            status=self.statuses.get(row),
            aired_from=date_text(int(self.aired[row])),
            aired_to=date_text(int(self._aired_to[row])),
            season=self.seasons.get(row),
            year=int(self.year[row]) or None,
            source=self.sources.get(row),
            age_rating=self.age_ratings.get(row),
            is_adult=bool(self.is_adult[row]),
            genres=self.genres.get(row),
            themes=self.themes.get(row),
            demographics=self.demographics.get(row),
            tags=self.tags.get(row),
            studios=self.studios.get(row),
            producers=self.producers.get(row),
            score=_number(self.score[row]),
            members=int(self.members[row]) or None,
            members_2020=int(self.members_2020[row]) or None,
            franchise_id=int(self.franchise[row]),
            season_number=int(self.season_number[row]) or None,
            image_url=image_url(self._images[row]),
            synopsis=self._synopses.get(row),
        )

    def records(self) -> Iterator[Record]:
        return (self.record(row) for row in range(len(self)))

    @property
    def entry_points(self) -> Mapping[int, str]:
        """MAL id of every entry point that a person chose, with the reason: to give to `write_pack` again."""
        return self._chosen

    def title(self, row: int) -> str:
        return self._titles[row]

    def row_of(self, mal_id: int) -> int | None:
        row = int(np.searchsorted(self.mal_ids, mal_id))
        return row if row < len(self) and int(self.mal_ids[row]) == mal_id else None

    def by_mal_id(self, mal_id: int) -> Anime | None:
        row = self.row_of(mal_id)
        return None if row is None else self.anime(row)

    def by_anilist_id(self, anilist_id: int) -> Anime | None:
        """The title with this AniList id; where MAL splits what AniList keeps as one, its first part."""
        if anilist_id <= 0:
            return None
        rows = np.flatnonzero(self.anilist_ids == anilist_id)
        return self.anime(int(rows[0])) if len(rows) else None

    def franchise_rows(self, franchise_id: int) -> tuple[int, ...]:
        """Rows of a franchise in the order of airing (unknown dates last); empty for an unknown franchise."""
        order, ids = self._by_franchise
        start, end = np.searchsorted(ids, [franchise_id, franchise_id + 1])
        return tuple(order[start:end].tolist())

    def entry_point(self, franchise_id: int) -> int:
        """Row to start a franchise with. Raises KeyError for an unknown franchise."""
        rows = self.franchise_rows(franchise_id)
        if not rows:
            raise KeyError(franchise_id)
        return int(self._entry[rows[0]])

    @property
    def entry_rows(self) -> NDArray[np.int32]:
        """Entry point (row) of the franchise of every row, int32 (rows)."""
        return self._entry

    @cached_property
    def _by_franchise(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        aired = np.where(self.aired > 0, self.aired, np.iinfo(np.int32).max)
        order = np.lexsort((self.mal_ids, aired, self.franchise))
        return order, self.franchise[order]

    def _check(self) -> None:
        size = len(self)
        columns = [value for value in vars(self).values() if isinstance(value, np.ndarray)]
        strings = [value for value in vars(self).values() if isinstance(value, StringColumn)]
        lists = [value for value in vars(self).values() if isinstance(value, ListColumn)]
        codes = [value for value in vars(self).values() if isinstance(value, CodeColumn)]
        keys = self.keys
        fits = all(len(column) == size for column in columns)
        fits &= all(len(x) == size and int(x.offsets[-1]) == len(x.blob) for x in strings)
        fits &= all(len(x.indptr) == size + 1 and int(x.indptr[-1]) == len(x.indices) for x in lists)
        fits &= all(_within(x.indices, len(x.vocab)) for x in lists)
        fits &= all(len(x.codes) == size and _within(x.codes + 1, len(x.vocab) + 1) for x in codes)
        fits &= len(keys.rows) == len(keys.kinds) == keys.joined.count(b"\n") + bool(keys.joined)
        fits &= (
            _within(keys.rows, size)
            and _within(self._entry, size)
            and bool((np.diff(self.mal_ids) > 0).all())
        )
        if not fits:
            raise ValueError("columns that do not fit together")


def _within(values: NDArray[Any], bound: int) -> bool:
    return not len(values) or (int(values.min()) >= 0 and int(values.max()) < bound)


def _nan_for_zero(values: NDArray[Any]) -> NDArray[np.float32]:
    known = values.astype(np.float32)
    known[known == 0] = np.nan
    return known


def _number(value: np.float32) -> float | None:
    return None if np.isnan(value) else round(float(value), 2)
