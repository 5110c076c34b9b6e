"""Writing a matched list into a profile, within the caller's transaction."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import UserError
from core.people.accounts import count_entries
from core.people.lists.entry import ListEntry
from core.people.lists.matching import MatchedList
from core.people.notes import joined
from core.storage.schema import entries, imported_entries, unmatched_entries

MOST_ROWS = 50_000
"""Entries that one profile may hold: twice as many as there are anime."""

_CHUNK = 250  # rows at a time: a few ms of the event loop

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a list. Each matched title counts once: as a favourite, else as how it is marked.

    ambiguous: (name, the MAL ids it may mean). unknown: names. skipped: (line or number and name, reason key) of rows
    or values that could not be read. All of them that name a title are kept and come out of an export again.
    """

    matched: int
    favourites: int
    seen: int
    dropped: int
    planned: int
    ambiguous: tuple[tuple[str, tuple[int, ...]], ...] = ()
    unknown: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    dismissed: int = 0


@dataclass(frozen=True, slots=True)
class PreparedList:
    """A matched list with its JSON written: all that can be done outside the transaction."""

    titles: list[tuple[int, ListEntry, str | None]]
    unmatched: list[tuple[str, str]]
    report: ImportReport


def prepare(matched: MatchedList) -> PreparedList:
    titles = [(mal_id, entry, _kept(entry)) for mal_id, entry in matched.titles.items()]
    unmatched = {json.dumps(entry.kept()): entry.name for entry in matched.unmatched}
    counts = Counter("favourite" if entry.is_favourite else entry.mark for _, entry, _ in titles)
    report = ImportReport(
        matched=len(titles),
        favourites=counts["favourite"],
        seen=counts["seen"],
        dropped=counts["dropped"],
        planned=counts["planned"],
        dismissed=counts["dismissed"],
        ambiguous=tuple(matched.ambiguous),
        unknown=tuple(matched.unknown),
        skipped=tuple(matched.skipped),
    )
    return PreparedList(titles, [(name, kept) for kept, name in unmatched.items()], report)


def _kept(entry: ListEntry) -> str | None:
    """Nothing is kept of an entry that said no more than the profile holds."""
    says_more = entry.fields or entry.raw is not None or entry.status in ("watching", "on_hold")
    return json.dumps(entry.kept()) if says_more else None


async def store(connection: AsyncConnection, profile: int, prepared: PreparedList) -> None:
    """Adds to what is there and takes nothing away: favourites stay, `planned` does not undo what was watched,
    notes are joined; a score in the list stands.

    Raises:
        UserError: `profile-full`.
    """
    now = time.time()
    for titles in _chunks(prepared.titles):
        await _store_titles(connection, profile, titles, now)
    for unmatched in _chunks(prepared.unmatched):
        names = {name for name, _ in unmatched}
        await connection.execute(
            delete(unmatched_entries).where(
                unmatched_entries.c.profile == profile, unmatched_entries.c.name.in_(names)
            )
        )
    for unmatched in _chunks(prepared.unmatched):
        await connection.execute(
            insert(unmatched_entries),
            [{"profile": profile, "name": name, "entry": kept} for name, kept in unmatched],
        )
    if await count_entries(connection, profile) > MOST_ROWS:
        raise UserError("profile-full", most=MOST_ROWS)


async def _store_titles(
    connection: AsyncConnection, profile: int, titles: Sequence[tuple[int, ListEntry, str | None]], now: float
) -> None:
    ids = [mal_id for mal_id, _, _ in titles]
    rows = await connection.execute(
        select(entries).where(entries.c.profile == profile, entries.c.mal_id.in_(ids))
    )
    before = {row.mal_id: row for row in rows}
    new, changed = [], []
    for mal_id, entry, _ in titles:
        old = before.get(mal_id)
        values = {
            "favourite": entry.is_favourite,
            "status": entry.mark,
            "score": entry.score,
            "note": entry.note,
            "added_at": entry.added_at or now,
        }
        if old is None:
            new.append({"profile": profile, "mal_id": mal_id, **values})
            continue
        if old.status is not None and values["status"] in (None, "planned"):
            values["status"] = old.status
        if old.favourite or not values["favourite"]:
            values["added_at"] = old.added_at
        values["favourite"] = old.favourite or values["favourite"]
        values["score"] = old.score if entry.score is None else entry.score
        values["note"] = joined(old.note, entry.note)
        changed.append({"whose": profile, "which": mal_id, **values})
    if new:
        await connection.execute(insert(entries), new)
    if changed:
        one = (entries.c.profile == bindparam("whose")) & (entries.c.mal_id == bindparam("which"))
        columns = ("favourite", "status", "score", "note", "added_at")
        await connection.execute(
            update(entries).where(one).values({c: bindparam(c) for c in columns}), changed
        )
    kept = [{"profile": profile, "mal_id": mal_id, "entry": text} for mal_id, _, text in titles if text]
    if kept:
        replaced = imported_entries.c.mal_id.in_([row["mal_id"] for row in kept])
        await connection.execute(
            delete(imported_entries).where(imported_entries.c.profile == profile, replaced)
        )
        await connection.execute(insert(imported_entries), kept)


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))
