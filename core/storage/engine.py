"""The database engine: SQLAlchemy's async one over aiosqlite, or any other by its address."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, event, inspect, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from core.errors import ArtefactError, SettingsError, Unavailable
from core.settings import Settings
from core.storage.files import APPLICATION_ID, BUSY_SECONDS, copy, expected_failure, prepare, revisions

log = logging.getLogger("osusume")

_FORGET_TRIES = 3
_FORGET_SECONDS = 1  # of waiting for others, each time; writers here wait as long


class Storage:
    """An open database. `read()` and `write()` give connections inside a transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writing = asyncio.Lock()
        self._name = Path(engine.url.database or "").name

    @classmethod
    async def open(cls, settings: Settings) -> Storage:
        """Opens, and brings an older schema up to date.

        Raises:
            ArtefactError: `database-corrupt`, `database-foreign` (somebody else's file) or `database-newer` (made
                by a later version). The file is left as it is.
            Unavailable: `database-busy`, `database-unreachable`, `database-readonly`, `disk-full`.
            SettingsError: `setting-malformed`, the address cannot be read or its driver is not installed.
        """
        try:
            url = _address(settings)
            engine = create_async_engine(url, hide_parameters=True, pool_timeout=60)
        except (ArgumentError, InvalidRequestError, ModuleNotFoundError) as problem:
            raise SettingsError(
                "setting-malformed", name="OSUSUME_DATABASE_URL", problem=str(problem).splitlines()[0]
            ) from problem
        if url.get_backend_name() == "sqlite":
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(engine.sync_engine, "begin", _begin_sqlite)
        storage = cls(engine)
        try:
            if url.get_backend_name() == "sqlite":
                await asyncio.to_thread(prepare, Path(url.database or ""))
            await storage._migrate()
            await storage._finish_forgetting()
        except BaseException:
            await engine.dispose()
            raise
        return storage

    async def close(self) -> None:
        await self.engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view; writes of others do not wait for it.

        Raises:
            Unavailable: as `write`.
        """
        with _failures(self._name):
            async with self.engine.connect() as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, the only one that writes in this process; on disk when the block ends.

        Raises:
            Unavailable: `database-busy` when another process kept the database for long, `disk-full`, ...
        """
        async with self._writing:
            with _failures(self._name):
                async with self.engine.connect() as connection:
                    await connection.execution_options(transaction="IMMEDIATE")
                    async with connection.begin():
                        yield connection

    async def will_forget(self, connection: AsyncConnection) -> None:
        """To be called in the transaction that deletes: notes in the file that `forget_deleted` is due, so that it
        is made up for when the program ends in between."""
        if self.engine.dialect.name == "sqlite":
            await connection.exec_driver_sql("PRAGMA user_version=1")

    async def forget_deleted(self) -> bool:
        """Takes what was deleted out of the file and its write-ahead log too (SQLite).

        False: others are using the file so long that it must wait; it is made up for the next time, or when the
        database is next opened.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        compacted = False
        for _ in range(_FORGET_TRIES):
            try:
                async with self._writing, self._without_transaction() as connection:
                    if not compacted:
                        await connection.exec_driver_sql("VACUUM")
                        compacted = True
                    busy = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
                    if not busy:
                        await connection.exec_driver_sql("PRAGMA user_version=0")
                        return True
            except DBAPIError as problem:
                # What was asked for is done: the rows are gone. Whoever erased must not hear of the rest.
                if expected_failure(problem.orig, self._name) is None:
                    log.exception("taking erased rows out of the file failed")
                    return False
        log.warning("what was erased stays in the database's file until nobody else uses it")
        return False

    @asynccontextmanager
    async def _without_transaction(self) -> AsyncIterator[AsyncConnection]:
        """Waits for others only a little, since nobody else here can write meanwhile."""
        async with self.engine.connect() as connection:
            await connection.execution_options(transaction=None)
            await connection.exec_driver_sql(f"PRAGMA busy_timeout={_FORGET_SECONDS * 1000}")
            try:
                yield connection
            finally:
                if not connection.invalidated:  # as it is where the work was cancelled
                    await connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")

    async def _finish_forgetting(self) -> None:
        if self.engine.dialect.name == "sqlite":
            async with self.read() as connection:
                due = (await connection.exec_driver_sql("PRAGMA user_version")).scalar_one()
            if due:
                await self.forget_deleted()

    async def backup(self, target: Path) -> Path:
        """A consistent copy while the bot runs; into a folder under a name of its own.

        Raises:
            Unavailable: `backup-elsewhere` when the database is not SQLite (its own tools back it up), `backup-failed`.
            UserError: `backup-onto-itself`.
        """
        url = self.engine.url
        if self.engine.dialect.name != "sqlite" or not url.database:
            raise Unavailable("backup-elsewhere")
        return await asyncio.to_thread(copy, Path(url.database), target)

    async def _migrate(self) -> None:
        known = revisions()
        newest = known[-1]
        async with self.read() as connection:
            revision = await connection.run_sync(_revision)
        if revision == newest:
            return
        if revision is not None and revision not in known:
            raise ArtefactError("database-newer", file=self._name)
        async with self.write() as connection:
            if await connection.run_sync(_revision) != newest:  # another process may have been quicker
                if self.engine.dialect.name == "sqlite":
                    await connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
                from core.storage.migrate import upgrade

                await connection.run_sync(upgrade)


def _address(settings: Settings) -> URL:
    if settings.database_url is not None:
        return make_url(settings.database_url)
    return URL.create("sqlite+aiosqlite", database=str(settings.home / "osusume.db"))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return revision


@contextmanager
def _failures(name: str) -> Iterator[None]:
    """Turns what is not a bug into the error that says so."""
    try:
        yield
    except PoolTimeoutError as problem:
        raise Unavailable("database-busy") from problem
    except DBAPIError as problem:
        expected = expected_failure(problem.orig, name)
        if expected is None:
            raise
        raise expected from problem


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite
    cursor = connection.cursor()
    for statement in (
        f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=ON",
        "PRAGMA secure_delete=ON",
    ):
        cursor.execute(statement)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: a transaction that will write takes its place at once instead of failing when it first writes.
    transaction = connection.get_execution_options().get("transaction", "DEFERRED")
    if transaction is not None:
        connection.exec_driver_sql(f"BEGIN {transaction}")
