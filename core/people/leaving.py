"""Places that the bot was removed from: noted, and after a while everything kept of them is erased."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.schema import left_places, metadata


def tables_of_places() -> list[Table]:
    """Tables whose rows belong to a server, group or channel; a table comes after those it refers to."""
    return [table for table in metadata.sorted_tables if "server" in table.c and table is not left_places]


async def leave(connection: AsyncConnection, place: str, at: float) -> None:
    """Notes that the bot is no longer in `place` since `at` (seconds since 1970)."""
    await connection.execute(delete(left_places).where(left_places.c.server == place))
    await connection.execute(insert(left_places).values(server=place, left_at=int(at)))


async def enter(connection: AsyncConnection, place: str, at: float) -> bool:
    """The bot is in `place` at `at`: an earlier note goes; whether there was one."""
    noted = left_places.c.server == place, left_places.c.left_at <= int(at)
    return (await connection.execute(delete(left_places).where(*noted))).rowcount > 0


async def visit(connection: AsyncConnection, place: str, at: float) -> None:
    """Somebody used what is kept of a place that the bot is not in: its time begins anew."""
    await connection.execute(update(left_places).where(left_places.c.server == place).values(left_at=int(at)))


async def compare(connection: AsyncConnection, platform: str, present: Collection[str], at: float) -> None:
    """Brings the notes in line with all the places of a platform that the bot is in."""
    noted = set(
        (await connection.execute(select(left_places.c.server).where(_on(left_places, platform)))).scalars()
    )
    for place in noted & set(present):
        await enter(connection, place, at)
    for place in await _known(connection, platform) - noted - set(present):
        await leave(connection, place, at)


async def left(connection: AsyncConnection, platform: str, until: float) -> tuple[str, ...]:
    """Places of a platform left at or before `until` (seconds since 1970)."""
    which = _on(left_places, platform), left_places.c.left_at <= int(until)
    return tuple((await connection.execute(select(left_places.c.server).where(*which))).scalars())


async def erase(connection: AsyncConnection, places: Iterable[str]) -> int:
    """Erases what is kept of those of `places` that are still noted as left, and the notes; how many rows of the
    former."""
    erased = 0
    for place in places:
        noted = await connection.execute(delete(left_places).where(left_places.c.server == place))
        if noted.rowcount:
            for table in reversed(tables_of_places()):
                erased += (await connection.execute(delete(table).where(table.c.server == place))).rowcount
    return erased


async def _known(connection: AsyncConnection, platform: str) -> set[str]:
    """Places of which something is kept. What people taught in private is not a place's: there both are the same."""
    known: set[str] = set()
    for table in tables_of_places():
        which = [_on(table, platform)]
        if "user" in table.c:
            which.append(table.c.server != table.c.user)
        known.update((await connection.execute(select(table.c.server).where(*which).distinct())).scalars())
    return known


def _on(table: Table, platform: str) -> ColumnElement[bool]:
    return table.c.server.startswith(f"{platform}:", autoescape=True)
