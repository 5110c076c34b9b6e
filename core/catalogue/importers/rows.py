"""What an importer makes of a row: an `Entry`, or a `BadRow` that says why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from core.catalogue.record import Record
from core.errors import Argument


@dataclass(frozen=True, slots=True)
class Entry:
    """The facts of one row. `place` is its line in the file (in one large JSON document: its number there).

    `adult` is None where the row does not tell; `record.is_adult` is then True. `date` (`YYYY-MM-DD`) is the day of
    the facts, None where it is not known. `mal_numbers` says that score and members are MyAnimeList's own. `related`
    are MAL ids of titles that belong to the same series.
    """

    place: int
    record: Record
    adult: bool | None
    date: str | None = None
    mal_numbers: bool = True
    related: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is left out; `reason` is a message key (`import-row-...`), `arguments` fill it."""

    place: int
    reason: str
    arguments: dict[str, Argument] = field(default_factory=dict)


Row = Entry | BadRow
Rows = Iterator[Row]
