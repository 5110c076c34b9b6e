"""From every older schema to the newest, with rows in every table, and nothing lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, create_engine, inspect

from core.people import People
from core.settings import Settings
from core.storage import Storage
from core.storage.files import APPLICATION_ID, revisions
from core.storage.migrate import alembic_config, upgrade
from core.storage.schema import metadata


def test_every_revision_is_one_file_whose_name_begins_with_it() -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert [revision.revision for revision in script.walk_revisions()][::-1] == revisions()
    assert len(script.get_heads()) == 1


def some_row(table: Table) -> dict[str, object]:
    """Values for every column: keys are 1 or "x:1", so that rows of several tables refer to each other."""
    special: dict[str, object] = {
        "status": "seen",
        "score": 7.5,
        "favourites": "[]",
        "entry": "{}",
        "reply": "{}",
    }
    values: dict[str, object] = {}
    for column in table.columns:
        kind = column.type.python_type
        values[column.name] = special.get(column.name, "x:1" if kind is str else kind(1))
    return values


def fill(connection: Connection) -> dict[str, dict[str, object]]:
    reflected = MetaData()
    reflected.reflect(connection)
    rows = {}
    for table in reflected.sorted_tables:
        if table.name != "alembic_version":
            rows[table.name] = some_row(table)
            connection.execute(table.insert().values(rows[table.name]))
    return rows


@pytest.mark.parametrize("revision", revisions())
async def test_an_older_schema_comes_up_to_date_with_its_rows(settings: Settings, revision: str) -> None:
    settings.home.mkdir()
    old = create_engine(f"sqlite:///{settings.home / 'osusume.db'}")
    with old.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        upgrade(connection, revision)
        rows = fill(connection)
    old.dispose()
    assert rows

    storage = await Storage.open(settings)
    async with storage.read() as connection_now:
        now = await connection_now.run_sync(lambda connection: {t: read(connection, t) for t in rows})
        problems = await connection_now.run_sync(differences)
        broken = (await connection_now.exec_driver_sql("PRAGMA foreign_key_check")).all()
    await storage.close()
    # Columns that came later are empty or have their default; what was there is as it was.
    kept = {table: [{name: found[name] for name in rows[table]} for found in now[table]] for table in rows}
    assert kept == {table: [row] for table, row in rows.items()}
    assert problems == []
    assert broken == []


def read(connection: Connection, name: str) -> list[dict[str, object]]:
    """Rows of a table, of the columns that the older schema had too."""
    return [dict(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}").mappings()]


def differences(connection: Connection) -> list[object]:
    """What the migrated schema and the declared one do not share; checks by name, the rest by Alembic."""
    found: list[object] = list(
        compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    )
    for table in metadata.sorted_tables:
        declared = {c.name for c in table.constraints if c.__class__.__name__ == "CheckConstraint"}
        actual = {check["name"] for check in inspect(connection).get_check_constraints(table.name)}
        if declared != actual:
            found.append((table.name, declared, actual))
    return found


async def test_a_schema_that_differs_is_noticed(storage: Storage) -> None:
    async with storage.write() as connection:
        await connection.exec_driver_sql("CREATE TABLE stray (x INTEGER)")
        assert len(await connection.run_sync(differences)) == 1


async def test_a_migration_that_dies_leaves_the_older_schema(settings: Settings, tmp_path: Path) -> None:
    """Everything happens in one transaction: a process killed before its end has changed nothing."""
    settings.home.mkdir()
    path = settings.home / "osusume.db"
    old = create_engine(f"sqlite:///{path}")
    with old.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        upgrade(connection, revisions()[0])
    old.dispose()
    with closing(sqlite3.connect(path)) as database:
        # Stands where the migration wants to make a table: it fails half way.
        database.execute("CREATE TABLE imported_entries (x)")
        before = database.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
        database.commit()
    with pytest.raises(Exception, match="imported_entries"):
        await Storage.open(settings)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before
        database.execute("DROP TABLE imported_entries")
        database.commit()
    storage = await Storage.open(settings)
    assert await People(storage).add_favourite("t:1", 1)
    await storage.close()
