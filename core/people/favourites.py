"""Favourites and marks, row by row, within the caller's transaction."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any, cast

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import UserError
from core.people.notes import joined
from core.people.profile import Mark
from core.storage.schema import cleared, entries, imported_entries

UNDO_SECONDS = 3600


async def find(connection: AsyncConnection, profile: int, mal_id: int) -> Row[Any] | None:
    return (
        await connection.execute(
            select(entries).where(entries.c.profile == profile, entries.c.mal_id == mal_id)
        )
    ).first()


async def add(
    connection: AsyncConnection, profile: int, mal_id: int, score: float | None, note: str | None
) -> bool:
    """True when it was no favourite before. Score and note change only where given."""
    entry = await find(connection, profile, mal_id)
    if entry is None:
        await connection.execute(
            insert(entries).values(
                profile=profile, mal_id=mal_id, favourite=True, score=score, note=note, added_at=time.time()
            )
        )
        return True
    changes: dict[str, object] = {} if entry.favourite else {"favourite": True, "added_at": time.time()}
    if score is not None:
        changes["score"] = score
    if note is not None:
        changes["note"] = note
    if changes:
        await _change(connection, profile, mal_id, changes)
    return not entry.favourite


async def remove(connection: AsyncConnection, profile: int, mal_id: int) -> bool:
    entry = await find(connection, profile, mal_id)
    if entry is None or not entry.favourite:
        return False
    await _take_away(connection, entry, favourite=False)
    return True


async def mark(connection: AsyncConnection, profile: int, mal_id: int, status: Mark) -> Mark | None:
    entry = await find(connection, profile, mal_id)
    if entry is None:
        await connection.execute(
            insert(entries).values(
                profile=profile, mal_id=mal_id, favourite=False, status=status, added_at=time.time()
            )
        )
        return None
    if entry.status != status:
        await _change(connection, profile, mal_id, {"status": status})
    return cast("Mark | None", entry.status)


async def unmark(connection: AsyncConnection, profile: int, mal_id: int) -> bool:
    entry = await find(connection, profile, mal_id)
    if entry is None or entry.status is None:
        return False
    await _take_away(connection, entry, status=None)
    return True


async def _take_away(connection: AsyncConnection, entry: Row[Any], **changes: object) -> None:
    """Changes an entry, or deletes it when that leaves neither a favourite nor a mark."""
    after = {"favourite": entry.favourite, "status": entry.status, **changes}
    if after["favourite"] or after["status"]:
        await _change(connection, entry.profile, entry.mal_id, changes)
    else:
        await connection.execute(
            delete(entries).where(entries.c.profile == entry.profile, entries.c.mal_id == entry.mal_id)
        )


async def _change(connection: AsyncConnection, profile: int, mal_id: int, changes: dict[str, object]) -> None:
    await connection.execute(
        update(entries).where(entries.c.profile == profile, entries.c.mal_id == mal_id).values(**changes)
    )


async def clear(connection: AsyncConnection, profile: int) -> str | None:
    """Takes every favourite away; an id under which they can be brought back for an hour."""
    now = int(time.time())
    await connection.execute(delete(cleared).where(cleared.c.expires_at < now))
    rows = await connection.execute(
        select(entries, imported_entries.c.entry.label("imported"))
        .outerjoin(
            imported_entries,
            (imported_entries.c.profile == entries.c.profile)
            & (imported_entries.c.mal_id == entries.c.mal_id),
        )
        .where(entries.c.profile == profile, entries.c.favourite)
    )
    kept = [[row.mal_id, row.score, row.note, row.added_at, row.imported] for row in rows]
    if not kept:
        return None
    undo_id = secrets.token_urlsafe(9)
    await connection.execute(
        insert(cleared).values(
            id=undo_id, profile=profile, favourites=json.dumps(kept), expires_at=now + UNDO_SECONDS
        )
    )
    chosen = (entries.c.profile == profile) & entries.c.favourite
    await connection.execute(delete(entries).where(chosen, entries.c.status.is_(None)))
    await connection.execute(update(entries).where(chosen).values(favourite=False))
    return undo_id


async def bring_back(connection: AsyncConnection, profile: int | None, undo_id: str) -> int:
    """How many favourites came back that had not been added again since.

    Raises:
        UserError: `undo-gone`.
    """
    row = (await connection.execute(select(cleared).where(cleared.c.id == undo_id))).first()
    if profile is None or row is None or row.profile != profile or row.expires_at < time.time():
        raise UserError("undo-gone")
    back = 0
    for mal_id, score, note, added_at, imported in json.loads(row.favourites):
        entry = await find(connection, profile, mal_id)
        if entry is None:
            await connection.execute(
                insert(entries).values(
                    profile=profile, mal_id=mal_id, favourite=True, score=score, note=note, added_at=added_at
                )
            )
            if imported is not None:
                await connection.execute(
                    insert(imported_entries).values(profile=profile, mal_id=mal_id, entry=imported)
                )
        else:
            changes: dict[str, object] = {
                "favourite": True,
                "score": score if entry.score is None else entry.score,
                "note": joined(entry.note, note),
                "added_at": added_at,
            }
            await _change(connection, profile, mal_id, changes)
        back += entry is None or not entry.favourite
    await connection.execute(delete(cleared).where(cleared.c.id == undo_id))
    return back
