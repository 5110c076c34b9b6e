"""Everything kept about a person, shown or erased: by the personal columns of every table, so none is forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, ColumnElement, Table, delete, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.people.accounts import accounts_of, find_profile
from core.storage.schema import PERSONAL_COLUMNS, answers, inbox, metadata

Rows = dict[str, list[dict[str, object]]]


def personal_tables() -> Iterator[tuple[Table, list[Column[object]]]]:
    """Tables with a personal column, and those columns; a table comes after those it refers to."""
    for table in metadata.sorted_tables:
        columns = [column for column in table.c if column.name in PERSONAL_COLUMNS]
        if columns:
            yield table, columns


async def everything(connection: AsyncConnection, user: str) -> Rows:
    """Table to its rows about a person, whichever of their linked accounts they came by."""
    users, profile = await _known_as(connection, user)
    kept: Rows = {}
    for table, columns in personal_tables():
        rows = await connection.execute(select(table).where(_about(columns, users, profile)))
        if found := [dict(row._mapping) for row in rows]:
            kept[table.name] = found
    return kept


async def erase(connection: AsyncConnection, user: str) -> dict[str, int]:
    """Table to how many rows were erased. Linked accounts share one profile, so all of them go: see `accounts`.

    An event received stays known by its id alone, so that one delivered again is not handled again. Answers to
    others that name the person (as a friend to recommend for) lose their buttons.
    """
    users, profile = await _known_as(connection, user)
    erased: dict[str, int] = {}
    named = or_(*(answers.c.reply.contains(f'"{name}"', autoescape=True) for name in users))
    for table, columns in reversed(list(personal_tables())):
        whose = _about(columns, users, profile)
        if table is inbox:
            count = (
                await connection.execute(
                    update(inbox).where(whose).values(user=None, payload=None, showing=None)
                )
            ).rowcount
        else:
            count = (
                await connection.execute(
                    delete(table).where(or_(whose, named) if table is answers else whose)
                )
            ).rowcount
        if count:
            erased[table.name] = count
    return erased


async def _known_as(connection: AsyncConnection, user: str) -> tuple[list[str], int | None]:
    profile = await find_profile(connection, user)
    return ([user] if profile is None else await accounts_of(connection, profile)), profile


def _about(columns: list[Column[object]], users: list[str], profile: int | None) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [false()]
    for column in columns:
        if column.name != "profile":
            conditions.append(column.in_(users))
        elif profile is not None:
            conditions.append(column == profile)
    return or_(*conditions)
