"""The one door to what is kept about people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from sqlalchemy import Column, Row, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import UserError
from core.people import accounts as account
from core.people import exporting, favourites, leaving, notes, places, privacy
from core.people.importing import ImportReport, prepare, store
from core.people.lists import read_list
from core.people.lists.matching import Resolver, match
from core.people.profile import Entry, Mark, Preferences, Profile, ServerSettings
from core.storage import Storage
from core.storage.schema import (
    accounts,
    entries,
    imported_entries,
    profiles,
    servers,
    unmatched_entries,
)

_OWN = select(profiles).join(accounts, accounts.c.profile == profiles.c.profile)
_THEIR_ENTRIES = select(entries).join(accounts, accounts.c.profile == entries.c.profile)

Setting = str | float | bool | None


class People:
    """Favourites, marks, preferences, links between accounts. A user is `platform:id`, a title a MAL id.

    Nothing is kept in memory: two processes may share one database. Nothing is written about people who only ask.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def profile(self, user: str) -> Profile:
        """Linked accounts share one; a person never seen before has an empty one."""
        async with self._storage.read() as connection:
            return await _profile(connection, user)

    async def add_favourite(
        self, user: str, mal_id: int, score: float | None = None, note: str | None = None
    ) -> bool:
        """False: it was one already; score and note are updated where given.

        Raises:
            UserError: `score-range`, `note-too-long`.
        """
        if score is not None and not 1 <= score <= 10:
            raise UserError("score-range", lowest=1, highest=10)
        note = notes.checked(note)
        async with self._storage.write() as connection:
            profile = await account.make_profile(connection, user)
            return await favourites.add(connection, profile, mal_id, score, note)

    async def remove_favourite(self, user: str, mal_id: int) -> bool:
        async with self._storage.write() as connection:
            profile = await account.find_profile(connection, user)
            return profile is not None and await favourites.remove(connection, profile, mal_id)

    async def clear_favourites(self, user: str) -> str | None:
        """An id for `undo_clear` that works for an hour; None where there were no favourites."""
        async with self._storage.write() as connection:
            profile = await account.find_profile(connection, user)
            return None if profile is None else await favourites.clear(connection, profile)

    async def undo_clear(self, user: str, undo_id: str) -> int:
        """How many came back. Raises UserError `undo-gone`."""
        async with self._storage.write() as connection:
            profile = await account.find_profile(connection, user)
            return await favourites.bring_back(connection, profile, undo_id)

    async def mark(self, user: str, mal_id: int, status: Mark) -> Mark | None:
        """Marks a title; what it was marked before."""
        if status not in get_args(Mark):
            raise ValueError(f"no such mark: {status}")
        async with self._storage.write() as connection:
            profile = await account.make_profile(connection, user)
            return await favourites.mark(connection, profile, mal_id, status)

    async def unmark(self, user: str, mal_id: int) -> bool:
        async with self._storage.write() as connection:
            profile = await account.find_profile(connection, user)
            return profile is not None and await favourites.unmark(connection, profile, mal_id)

    async def preferences(self, user: str) -> Preferences:
        async with self._storage.read() as connection:
            own = (await connection.execute(_OWN.where(accounts.c.user == user))).first()
        return Preferences() if own is None else _preferences(own)

    async def set_preferences(self, user: str, **changes: Setting) -> Preferences:
        """Changes fields of Preferences by name; all of them afterwards."""
        _check_names(Preferences, changes)
        async with self._storage.write() as connection:
            profile = await account.make_profile(connection, user)
            if changes:
                await connection.execute(
                    update(profiles).where(profiles.c.profile == profile).values(**changes)
                )
            own = (await connection.execute(_OWN.where(accounts.c.user == user))).one()
            return _preferences(own)

    async def server(self, server: str) -> ServerSettings:
        """`server` is platform:id of a server, group or chat."""
        async with self._storage.read() as connection:
            row = (await connection.execute(select(servers).where(servers.c.server == server))).first()
        return ServerSettings() if row is None else ServerSettings(row.adult, row.language, row.blocked_tags)

    async def set_server(self, server: str, **changes: Setting) -> ServerSettings:
        _check_names(ServerSettings, changes)
        async with self._storage.write() as connection:
            row = (await connection.execute(select(servers).where(servers.c.server == server))).first()
            before = (
                ServerSettings() if row is None else ServerSettings(row.adult, row.language, row.blocked_tags)
            )
            after = {**asdict(before), **changes}
            if row is None:
                await connection.execute(insert(servers).values(server=server, **after))
            else:
                await connection.execute(update(servers).where(servers.c.server == server).values(**after))
        return ServerSettings(**after)

    async def move_place(self, old: str, new: str) -> int:
        """A server, group or channel has another id from now on: everything kept about it goes along, in every table
        and in one step; how many rows. The second time there is nothing left to move."""
        async with self._storage.write() as connection:
            moved = await places.move(connection, old, new)
            await leaving.enter(connection, new, time.time())
            return moved

    async def leave_place(self, place: str, at: float) -> None:
        """Notes that the bot was removed from a server, group or channel at `at` (seconds since 1970)."""
        async with self._storage.write() as connection:
            await leaving.leave(connection, place, at)

    async def enter_place(self, place: str, at: float) -> None:
        """The bot is in a place at `at`: it is not erased on account of having left before."""
        async with self._storage.write() as connection:
            await leaving.enter(connection, place, at)

    async def visit_place(self, place: str, at: float) -> None:
        """What is kept of a place was used at `at`, though the bot is not in it: its time begins anew."""
        async with self._storage.write() as connection:
            await leaving.visit(connection, place, at)

    async def compare_places(self, platform: str, present: Collection[str], at: float) -> None:
        """Told all places (`platform:id`) of a platform that the bot is in at `at`: notes of leaving these go, and
        every other of which something is kept is noted as left, where it was not already."""
        async with self._storage.write() as connection:
            await leaving.compare(connection, platform, present, at)

    async def left_places(self, platform: str, until: float) -> tuple[str, ...]:
        """Places of a platform that the bot left at or before `until` (seconds since 1970)."""
        async with self._storage.read() as connection:
            return await leaving.left(connection, platform, until)

    async def erase_places(self, left: Collection[str]) -> int:
        """Erases everything kept of those places that are noted as left, from the file too; how many rows."""
        async with self._storage.write() as connection:
            erased = await leaving.erase(connection, left)
            if erased:
                await self._storage.will_forget(connection)
        if erased:
            await self._storage.forget_deleted()
        return erased

    async def link_code(self, user: str) -> str:
        """8 letters and digits that are easy to read, good for 10 minutes and one use."""
        async with self._storage.write() as connection:
            return await account.new_code(connection, user)

    async def link(self, user: str, code: str) -> None:
        """Joins this account with the one that asked for the code: from now on they share everything either had.

        Raises:
            UserError: `link-code-wrong`, `link-code-own`.
        """
        async with self._storage.write() as connection:
            await account.join(connection, user, code)

    async def unlink(self, user: str) -> None:
        """Parts this account from the others; it keeps a copy of everything. Raises UserError `not-linked`."""
        async with self._storage.write() as connection:
            await account.part(connection, user)

    async def import_list(self, user: str, data: bytes, filename: str, resolve: Resolver) -> ImportReport:  # noqa: ARG002
        """Brings a list in, all of it or, where anything fails, nothing. The format is told by the content, not by
        `filename`. `resolve` runs on a thread.

        Raises:
            UserError: as `core.people.lists.read_list`; `profile-full`.
        """
        prepared = await asyncio.to_thread(lambda: prepare(match(read_list(data), resolve)))
        async with self._storage.write() as connection:
            profile = await account.make_profile(connection, user)
            await store(connection, profile, prepared)
        return prepared.report

    async def export(
        self, user: str, format: Literal["json", "mal"], titles: exporting.Titles | None = None
    ) -> bytes:
        """Every entry with status, score and note, and what was imported; as our JSON or MyAnimeList's XML, in UTF-8.

        `titles` gives names by MAL id, which MyAnimeList does not need but people like to read; it runs on a thread.
        """
        async with self._storage.read() as connection:
            kept = exporting.Kept(
                await _profile(connection, user),
                dict(await _texts(connection, user, imported_entries, imported_entries.c.mal_id)),
                [
                    text
                    for _, text in await _texts(connection, user, unmatched_entries, unmatched_entries.c.id)
                ],
            )
        write = exporting.as_json if format == "json" else exporting.as_mal_xml
        return await asyncio.to_thread(write, kept, titles)

    async def everything(self, user: str) -> privacy.Rows:
        """All that is kept: table to rows. `accounts` names the linked ones."""
        async with self._storage.read() as connection:
            return await privacy.everything(connection, user)

    async def erase(self, user: str) -> dict[str, int]:
        """Erases everything about a person and their linked accounts, from the file too; table to rows erased."""
        async with self._storage.write() as connection:
            erased = await privacy.erase(connection, user)
            if erased:
                await self._storage.will_forget(connection)
        if erased:
            await self._storage.forget_deleted()
        return erased


async def _profile(connection: AsyncConnection, user: str) -> Profile:
    own = (await connection.execute(_OWN.where(accounts.c.user == user))).first()
    if own is None:
        return Profile(user)
    rows = await connection.execute(_THEIR_ENTRIES.where(accounts.c.user == user))
    return Profile(user, {row.mal_id: _entry(row) for row in rows}, _preferences(own))


async def _texts(
    connection: AsyncConnection, user: str, table: Table, key: Column[int]
) -> list[tuple[int, str]]:
    rows = await connection.execute(
        select(key, table.c.entry)
        .join(accounts, accounts.c.profile == table.c.profile)
        .where(accounts.c.user == user)
        .order_by(key)
    )
    return [(row[0], row[1]) for row in rows]


def _entry(row: Row[Any]) -> Entry:
    added_at = datetime.fromtimestamp(row.added_at, UTC)
    return Entry(row.mal_id, row.favourite, row.status, row.score, row.note, added_at)


def _preferences(row: Row[Any]) -> Preferences:
    return Preferences(
        row.language, row.novelty, row.private, row.spoilers, row.adult, row.min_members, row.blocked_tags
    )


def _check_names(settings: type[Preferences | ServerSettings], changes: Mapping[str, Setting]) -> None:
    unknown = changes.keys() - {field.name for field in fields(settings)}
    if unknown:
        raise TypeError(f"no such setting: {', '.join(sorted(unknown))}")
