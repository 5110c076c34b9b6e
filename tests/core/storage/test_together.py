"""Many writers in one process, and several processes on one folder."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from core.errors import UserError
from core.people import People
from core.settings import Settings, read_settings
from core.storage import Storage
from core.storage.schema import entries, servers

ROOT = Path(__file__).parents[3]


async def start(home: Path, user: str, count: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("writer.py")),
        str(home),
        user,
        str(count),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


async def finished(process: asyncio.subprocess.Process) -> str:
    out, err = await process.communicate()
    return (out + err).decode()


async def test_processes_that_start_at_once_on_an_empty_folder_work_together(settings: Settings) -> None:
    processes = [await start(settings.home, f"race:{n}", 20) for n in range(3)]
    assert [await finished(process) for process in processes] == ["done\n"] * 3
    storage = await Storage.open(settings)
    for n in range(3):
        assert len((await People(storage).profile(f"race:{n}")).favourites) == 20
    await storage.close()


async def test_many_openings_at_once_in_one_process(settings: Settings) -> None:
    opened = await asyncio.gather(*(Storage.open(settings) for _ in range(8)))
    await asyncio.gather(*(People(each).add_favourite("t:1", n + 1) for n, each in enumerate(opened)))
    assert len((await People(opened[0]).profile("t:1")).favourites) == 8
    await asyncio.gather(*(each.close() for each in opened))


async def test_200_users_and_two_processes_lose_no_update(storage: Storage, settings: Settings) -> None:
    people = People(storage)
    other = await start(settings.home, "shared:1", 150)

    async def one_user(number: int) -> None:
        user = f"many:{number}"
        await people.add_favourite(user, 1, 9, "first")
        await people.mark(user, 1, "seen")
        await people.preferences(user)
        await people.add_favourite("shared:1", 1000 + number)
        changes = {"adult": True} if number % 2 else {"language": "ja"}
        await people.set_server(f"server:{number // 2}", **changes)

    await asyncio.gather(*(one_user(number) for number in range(200)))
    assert await finished(other) == "done\n"
    for number in range(200):
        entry = (await people.profile(f"many:{number}")).entries[1]
        assert (entry.favourite, entry.status, entry.score, entry.note) == (True, "seen", 9, "first")
    for number in range(100):
        server = await people.server(f"server:{number}")
        assert (server.adult, server.language) == (True, "ja")
    shared = {entry.mal_id for entry in (await people.profile("shared:1")).favourites}
    assert shared == {*range(1, 151), *range(1000, 1200)}


async def test_a_cancelled_write_neither_locks_nor_half_happens(storage: Storage) -> None:
    people, chance = People(storage), random.Random(3)
    for round_ in range(60):
        tasks = [asyncio.ensure_future(people.add_favourite(f"c:{n}", round_ + 1)) for n in range(4)]
        for _ in range(chance.randrange(40)):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await people.add_favourite("c:0", 10_000)
    assert 10_000 in (await people.profile("c:0")).entries
    async with storage.read() as connection:
        check = (await connection.exec_driver_sql("PRAGMA quick_check")).scalar()
    assert check == "ok"


async def test_what_fails_half_way_leaves_nothing(storage: Storage) -> None:
    async def half() -> None:
        async with storage.write() as connection:
            await connection.execute(insert(servers).values(server="x:1", adult=True))
            raise UserError("anything")

    with pytest.raises(UserError):
        await half()
    assert not (await People(storage).server("x:1")).adult


async def test_the_backup_is_consistent_while_writers_run(storage: Storage, tmp_path: Path) -> None:
    """Every round sets all of ten notes to its number in one transaction: a copy shows one number only."""
    people = People(storage)
    for number in range(10):
        await people.add_favourite("b:1", number + 1, note="0")
    stop, wrote = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        round_ = 0
        while not stop.is_set():
            round_ += 1
            async with storage.write() as connection:
                for number in range(10):
                    await connection.execute(
                        update(entries).where(entries.c.mal_id == number + 1).values(note=str(round_))
                    )
            wrote.set()

    writer = asyncio.create_task(write())
    copies = []
    for number in range(8):
        copies.append(await storage.backup(tmp_path / "copies" / f"{number}.db"))
        wrote.clear()
        await wrote.wait()
    into_folder = await storage.backup(tmp_path / "copies")
    stop.set()
    await writer
    shown = []
    for copy in (*copies, into_folder):
        with closing(sqlite3.connect(copy)) as database:
            notes = {note for (note,) in database.execute("SELECT note FROM entries")}
            assert len(notes) == 1
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        shown.append(int(notes.pop()))
    assert shown == sorted(shown)
    assert shown[-1] > shown[0]
    assert not list((tmp_path / "copies").glob("*unfinished*"))
    restored = await Storage.open(read_settings(database_url=f"sqlite+aiosqlite:///{copies[-1]}"))
    assert len((await People(restored).profile("b:1")).favourites) == 10
    await restored.close()


async def test_a_backup_never_replaces_the_database_itself(storage: Storage, settings: Settings) -> None:
    before = await People(storage).add_favourite("b:1", 1)
    with pytest.raises(UserError) as refused:
        await storage.backup(settings.home / "osusume.db")
    assert refused.value.key == "backup-onto-itself"
    assert before
    assert (await People(storage).profile("b:1")).favourites


async def test_work_that_is_given_up_ends_as_that_and_disturbs_nobody(storage: Storage) -> None:
    """Taking erased rows out of the file is slow, and a shutdown does not wait for it."""
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) "
    async with storage.write() as connection:
        await connection.exec_driver_sql("CREATE TABLE much (x)")
        await connection.exec_driver_sql(f"{many} INSERT INTO much SELECT randomblob(1000) FROM n")
    given_up = 0
    for milliseconds in range(0, 40, 2):
        work = asyncio.create_task(storage.forget_deleted())
        done, _ = await asyncio.wait({work}, timeout=milliseconds / 1000)
        if not done:
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work
            given_up += 1
    assert given_up
    assert await storage.forget_deleted()
    assert await People(storage).add_favourite("t:1", 1)
