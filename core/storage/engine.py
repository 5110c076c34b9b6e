"""The database engine: SQLAlchemy's async one over aiosqlite, or any other by its address."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from core.errors import ArtefactError, Unavailable
from core.settings import Settings

APPLICATION_ID = 0x6F737573
""" "osus": marks our SQLite files, so that somebody else's is never written to."""

BUSY_SECONDS = 20
"""How long a process waits for another's write; SQLite's writes here last milliseconds."""

MIGRATIONS = Path(__file__).parent / "migrations"


class Storage:
    """An open database. `read()` and `write()` give connections inside a transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, settings: Settings) -> Storage:
        """Opens, and brings an older schema up to date.

        Raises:
            ArtefactError: `database-corrupt`, `database-foreign` (somebody else's file) or `database-newer` (made
                by a later version). The file is left as it is.
            Unavailable: `database-busy`, `database-unreachable`.
        """
        url = make_url(settings.sqlalchemy_url)
        is_sqlite = url.get_backend_name() == "sqlite"
        if is_sqlite and url.database and url.database != ":memory:":
            await asyncio.to_thread(_inspect, Path(url.database))
        engine = create_async_engine(url, hide_parameters=True)
        if is_sqlite:
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(engine.sync_engine, "begin", _begin_sqlite)
        storage = cls(engine)
        try:
            async with engine.execution_options(write=True).begin() as connection:
                await connection.run_sync(_migrate)
        except CommandError as problem:
            await engine.dispose()
            raise ArtefactError("database-newer") from problem
        except DBAPIError as problem:
            await engine.dispose()
            busy = "locked" in str(problem.orig)
            raise Unavailable("database-busy" if busy else "database-unreachable") from problem
        return storage

    async def close(self) -> None:
        await self.engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view; writes of others do not wait for it."""
        async with self.engine.connect() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, the only one that writes in this process; on disk when the block ends.

        Raises:
            Unavailable: `database-busy` when another process kept the database for long.
        """
        async with self._writing:
            try:
                async with self.engine.connect() as connection:
                    await connection.execution_options(write=True)
                    async with connection.begin():
                        yield connection
            except DBAPIError as problem:
                if "locked" in str(problem.orig):
                    raise Unavailable("database-busy") from problem
                raise

    async def forget_deleted(self) -> None:
        """Takes what was deleted out of the file too, the write-ahead log included (SQLite)."""
        if self.engine.dialect.name == "sqlite":
            async with self._writing, self.engine.connect() as connection:
                raw = await connection.get_raw_connection()
                cursor = await raw.cursor()  # type: ignore[misc]
                await cursor.execute("VACUUM")
                await cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                await cursor.close()

    async def backup(self, target: Path) -> Path:
        """A consistent copy while the bot runs.

        Raises:
            Unavailable: `backup-elsewhere` when the database is not SQLite: its own tools back it up.
        """
        url = self.engine.url
        if self.engine.dialect.name != "sqlite" or not url.database:
            raise Unavailable("backup-elsewhere")
        await asyncio.to_thread(_copy, Path(url.database), target)
        return target


def _inspect(path: Path) -> None:
    """Refuses what is not ours before anything is written."""
    if not path.exists() or path.stat().st_size == 0:
        path.parent.mkdir(parents=True, exist_ok=True)
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as database:
            (application,) = database.execute("PRAGMA application_id").fetchone()
            (sound,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as problem:
        raise Unavailable("database-unreachable") from problem
    except sqlite3.DatabaseError as problem:
        raise ArtefactError("database-corrupt", file=path.name) from problem
    if sound != "ok":
        raise ArtefactError("database-corrupt", file=path.name)
    if application != APPLICATION_ID:
        raise ArtefactError("database-foreign", file=path.name)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(unfinished)) as there:
        here.backup(there)
    unfinished.replace(target)


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # transactions are begun by _begin_sqlite
    cursor = connection.cursor()
    for statement in (
        f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=ON",
        "PRAGMA secure_delete=ON",
    ):
        cursor.execute(statement)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: a transaction that will write takes its place at once instead of failing when it first writes.
    writes = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _migrate(connection: Connection) -> None:
    config = alembic_config(connection)
    script = ScriptDirectory.from_config(config)
    known = {revision.revision for revision in script.walk_revisions()}
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    if connection.dialect.has_table(connection, "alembic_version"):
        current = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if current not in known:
            raise CommandError(f"unknown revision {current}")
        if current == script.get_current_head():
            return
    command.upgrade(config, "head")
