"""Accounts and the profiles they lead to: finding, joining and parting them, all within the caller's transaction."""

from __future__ import annotations

import secrets
import time

from sqlalchemy import Integer, Table, and_, delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import UserError
from core.people.notes import joined
from core.storage.schema import (
    accounts,
    cleared,
    entries,
    imported_entries,
    link_codes,
    profiles,
    unmatched_entries,
)

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Nothing that is easily taken for something else (no I, L, O, 0, 1)."""

CODE_LENGTH = 8
CODE_SECONDS = 600

STRONGEST_FIRST = ("seen", "dropped", "dismissed", "planned")
"""Which mark stays where two accounts disagree: what was watched says more than what was planned."""


async def find_profile(connection: AsyncConnection, user: str) -> int | None:
    return (await connection.execute(select(accounts.c.profile).where(accounts.c.user == user))).scalar()


async def make_profile(connection: AsyncConnection, user: str) -> int:
    """The person's profile, made now where there was none."""
    profile = await find_profile(connection, user)
    if profile is None:
        profile = await _new_profile(connection)
        await connection.execute(insert(accounts).values(user=user, profile=profile))
    return profile


async def accounts_of(connection: AsyncConnection, profile: int) -> list[str]:
    rows = await connection.execute(
        select(accounts.c.user).where(accounts.c.profile == profile).order_by(accounts.c.user)
    )
    return list(rows.scalars())


async def new_code(connection: AsyncConnection, user: str) -> str:
    """A code that leads to this person's profile; it takes the place of an earlier one."""
    profile, now = await make_profile(connection, user), int(time.time())
    await connection.execute(
        delete(link_codes).where((link_codes.c.profile == profile) | (link_codes.c.expires_at < now))
    )
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    await connection.execute(
        insert(link_codes).values(code=code, profile=profile, expires_at=now + CODE_SECONDS)
    )
    return code


async def join(connection: AsyncConnection, user: str, code: str) -> None:
    """Uses a code up: the person's account, and those linked with it, move to the profile the code leads to.

    Raises:
        UserError: `link-code-wrong` (unknown, used or too old), `link-code-own`.
    """
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    row = (await connection.execute(select(link_codes).where(link_codes.c.code == typed))).first()
    if row is None or row.expires_at < time.time():
        raise UserError("link-code-wrong")
    own = await find_profile(connection, user)
    if own == row.profile:
        raise UserError("link-code-own")
    await connection.execute(delete(link_codes).where(link_codes.c.code == typed))
    if own is None:
        await connection.execute(insert(accounts).values(user=user, profile=row.profile))
    else:
        await _merge(connection, own, row.profile)


async def part(connection: AsyncConnection, user: str) -> None:
    """The account gets a profile of its own, with a copy of everything.

    Raises:
        UserError: `not-linked`.
    """
    shared = await find_profile(connection, user)
    if shared is None or len(await accounts_of(connection, shared)) < 2:
        raise UserError("not-linked")
    own = await _new_profile(connection)
    kept = [column for column in profiles.c if column.name != "profile"]
    source = (await connection.execute(select(*kept).where(profiles.c.profile == shared))).one()
    await connection.execute(update(profiles).where(profiles.c.profile == own).values(**source._mapping))
    for table in (entries, imported_entries, unmatched_entries):
        await _copy_rows(connection, table, shared, own)
    await connection.execute(update(accounts).where(accounts.c.user == user).values(profile=own))


async def _new_profile(connection: AsyncConnection) -> int:
    result = await connection.execute(insert(profiles).values(created_at=int(time.time())))
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


async def _copy_rows(connection: AsyncConnection, table: Table, source: int, target: int) -> None:
    columns = [column for column in table.c if column.name not in ("profile", "id")]
    chosen = select(literal(target, Integer), *columns).where(table.c.profile == source)
    await connection.execute(
        insert(table).from_select(["profile", *(column.name for column in columns)], chosen)
    )


async def _merge(connection: AsyncConnection, gone: int, kept: int) -> None:
    """Moves everything of one profile into another.

    Where both know a title it is a favourite if either says so, the stronger mark stays, notes are joined and the
    score of the kept profile stands.
    """
    await _merge_preferences(connection, gone, kept)
    here, there = entries.alias("here"), entries.alias("there")
    both = await connection.execute(
        select(here, there.c.favourite, there.c.status, there.c.score, there.c.note, there.c.added_at).join(
            there, and_(here.c.mal_id == there.c.mal_id, there.c.profile == gone)
        ).where(here.c.profile == kept)
    )  # fmt: skip
    for _, mal_id, favourite, status, score, note, added_at, *other in both.all():
        other_favourite, other_status, other_score, other_note, other_added_at = other
        await connection.execute(
            update(entries)
            .where(entries.c.profile == kept, entries.c.mal_id == mal_id)
            .values(
                favourite=favourite or other_favourite,
                status=stronger(status, other_status),
                score=other_score if score is None else score,
                note=joined(note, other_note),
                added_at=min(added_at, other_added_at),
            )
        )
    for table in (entries, imported_entries):
        known = select(table.c.mal_id).where(table.c.profile == kept)
        columns = [column for column in table.c if column.name != "profile"]
        new = select(literal(kept, Integer), *columns).where(
            table.c.profile == gone, table.c.mal_id.not_in(known)
        )
        await connection.execute(
            insert(table).from_select(["profile", *(column.name for column in columns)], new)
        )
    twins = select(unmatched_entries.c.entry).where(unmatched_entries.c.profile == kept)
    await connection.execute(
        delete(unmatched_entries).where(
            unmatched_entries.c.profile == gone, unmatched_entries.c.entry.in_(twins)
        )
    )
    for table in (unmatched_entries, cleared, accounts):
        await connection.execute(update(table).where(table.c.profile == gone).values(profile=kept))
    await connection.execute(delete(profiles).where(profiles.c.profile == gone))


async def _merge_preferences(connection: AsyncConnection, gone: int, kept: int) -> None:
    rows = await connection.execute(select(profiles).where(profiles.c.profile.in_((gone, kept))))
    by_profile = {row.profile: row for row in rows}
    one, other = by_profile[kept], by_profile[gone]
    await connection.execute(
        update(profiles)
        .where(profiles.c.profile == kept)
        .values(
            language=one.language or other.language,
            novelty=other.novelty if one.novelty is None else one.novelty,
            min_members=other.min_members if one.min_members is None else one.min_members,
            private=one.private or other.private,
            spoilers=one.spoilers or other.spoilers,
            adult=one.adult or other.adult,
        )
    )


def stronger(one: str | None, other: str | None) -> str | None:
    """Of two marks the one that says more."""
    marks = [mark for mark in STRONGEST_FIRST if mark in (one, other)]
    return marks[0] if marks else None


async def count_entries(connection: AsyncConnection, profile: int) -> int:
    """Rows that a profile holds, of matched and unmatched titles."""
    total = 0
    for table in (entries, unmatched_entries):
        total += (
            await connection.execute(
                select(func.count()).select_from(table).where(table.c.profile == profile)
            )
        ).scalar_one()
    return total
