"""A place that its platform gives another id: everything kept about it goes along."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, delete, exists, literal, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.schema import PERSONAL_COLUMNS, metadata

PLACE_COLUMNS = ("server", "channel")
"""Columns that say which place a row is about; a group that writes in its own name stands in the personal ones."""


async def move(connection: AsyncConnection, old: str, new: str) -> int:
    """How many rows went from `old` to `new` (`platform:id`), in every table. What `new` has of its own already stays:
    it was said later.

    The keys of messages stay too, since they name messages and not places: those that were written before keep their
    old ids, and in the new place numbers begin anew.
    """
    moved = 0
    for table in metadata.sorted_tables:
        for column in table.c:
            if column.name not in (*PLACE_COLUMNS, *PERSONAL_COLUMNS) or not isinstance(column.type, String):
                continue
            if column.primary_key:
                other = table.alias()
                same: list[ColumnElement[bool]] = [
                    other.c[key.name] == (literal(new) if key is column else key) for key in table.primary_key
                ]
                await connection.execute(delete(table).where(column == old, exists().where(*same)))
            result = await connection.execute(update(table).where(column == old).values({column: new}))
            moved += result.rowcount
    return moved
