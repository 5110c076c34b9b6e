"""What is not ours, broken, too new or not writable is refused with a clear error and left as it is."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.errors import OsusumeError, SettingsError, Unavailable
from core.people import People
from core.settings import Settings, read_settings
from core.storage import Storage

ROOT = Path(__file__).parents[3]


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


async def refused(settings: Settings) -> str:
    """The key of the error; everything in the folder is as before."""
    before = contents(settings.home)
    with pytest.raises(OsusumeError) as error:
        await Storage.open(settings)
    assert contents(settings.home) == before
    return error.value.key


@pytest.fixture
async def database(settings: Settings) -> Path:
    """One of ours with 600 favourites, closed."""
    storage = await Storage.open(settings)
    await People(storage).import_list(
        "t:1",
        "\n".join(f"#{n}" for n in range(1, 601)).encode(),
        "list.txt",
        lambda name: (int(name[1:]), ()),
    )
    await storage.close()
    return settings.home / "osusume.db"


NOISE = random.Random(1).randbytes(1_000_000)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: NOISE[:20_000], id="another file"),
        pytest.param(lambda data: data[: len(data) // 2], id="cut off"),
        pytest.param(lambda data: data[:4096] + NOISE[: len(data) - 4096], id="overwritten"),
        pytest.param(lambda data: data[:50], id="hardly begun"),
    ],
)
async def test_corrupt(settings: Settings, database: Path, damage: Callable[[bytes], bytes]) -> None:
    change(database, damage)
    assert await refused(settings) == "database-corrupt"


def change(path: Path, damage: Callable[[bytes], bytes]) -> None:
    path.write_bytes(damage(path.read_bytes()))


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
async def test_somebody_elses(settings: Settings, mode: str) -> None:
    settings.home.mkdir()
    with closing(sqlite3.connect(settings.home / "osusume.db")) as database:
        database.execute(f"PRAGMA journal_mode={mode}")
        database.execute("CREATE TABLE theirs (x)")
        database.commit()
    assert await refused(settings) == "database-foreign"


async def test_somebody_elses_while_they_use_it(settings: Settings) -> None:
    settings.home.mkdir()
    with closing(sqlite3.connect(settings.home / "osusume.db")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE theirs (x)")
        database.commit()
        before = {name: data for name, data in contents(settings.home).items() if not name.endswith("-shm")}
        with pytest.raises(OsusumeError) as error:
            await Storage.open(settings)
        assert error.value.key == "database-foreign"
        after = {name: data for name, data in contents(settings.home).items() if not name.endswith("-shm")}
        assert after == before


async def test_a_later_version(settings: Settings, database: Path) -> None:
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("UPDATE alembic_version SET version_num='9999'")
        raw.commit()
    assert await refused(settings) == "database-newer"


async def test_ours_without_its_version(settings: Settings, database: Path) -> None:
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("DROP TABLE alembic_version")
        raw.commit()
    assert await refused(settings) == "database-corrupt"


async def test_a_directory_in_its_place(settings: Settings) -> None:
    (settings.home / "osusume.db").mkdir(parents=True)
    assert await refused(settings) == "database-unreachable"


async def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Unavailable) as error:
        await Storage.open(read_settings(home=tmp_path / "file", database_url=None))
    assert error.value.key == "database-unreachable"
    assert (tmp_path / "file").read_text() == "mine"


OPEN = """
import asyncio, os, sys, tempfile
from pathlib import Path
from core.errors import OsusumeError
from core.settings import Settings, read_settings
from core.storage import Storage

async def open_and_close(home):
    await (await Storage.open(read_settings(home=home, database_url=None))).close()

if len(sys.argv) > 2:
    with tempfile.TemporaryDirectory() as other:
        asyncio.run(open_and_close(Path(other)))  # loads everything while it may be read
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
try:
    asyncio.run(open_and_close(Path(sys.argv[1])))
except OsusumeError as problem:
    print(problem.key)
"""


def open_without_the_right(home: Path) -> str:
    """What a process says that opens the folder, as another user where we are root, who may write anywhere."""
    nobody = ["65534"] if os.getuid() == 0 else []
    for folder in home.parents:
        if nobody and folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(0o755)
    result = subprocess.run(
        [sys.executable, "-c", OPEN, str(home), *nobody],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return (result.stdout + result.stderr).strip()


def test_a_file_that_is_not_writable(settings: Settings, database: Path) -> None:
    before = contents(settings.home)
    settings.home.chmod(0o777)
    database.chmod(0o444)
    assert open_without_the_right(settings.home) == "database-readonly"
    assert contents(settings.home) == before


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_that_is_not_writable(settings: Settings, database: Path, exists: bool) -> None:
    database.chmod(0o444)
    if not exists:
        database.unlink()
    before = contents(settings.home)
    settings.home.chmod(0o555)
    try:
        assert open_without_the_right(settings.home) == "database-readonly"
    finally:
        settings.home.chmod(0o755)
    assert contents(settings.home) == before


async def test_an_empty_file_and_an_empty_database_are_taken(settings: Settings) -> None:
    """What a crash in the first moment leaves."""
    settings.home.mkdir()
    path = settings.home / "osusume.db"
    path.touch()
    await (await Storage.open(settings)).close()
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
    storage = await Storage.open(settings)
    assert await People(storage).add_favourite("t:1", 1)
    await storage.close()


async def test_the_file_is_for_the_host_alone(settings: Settings) -> None:
    storage = await Storage.open(settings)
    await People(storage).add_favourite("t:1", 1)
    modes = {path.name: path.stat().st_mode & 0o777 for path in settings.home.iterdir()}
    await storage.close()
    assert set(modes.values()) == {0o600}, modes


@pytest.mark.parametrize("address", ["nonsense", "sqlite:///x.db", "nosuch+driver://host/name"])
async def test_an_address_that_cannot_be_read(address: str) -> None:
    with pytest.raises(SettingsError) as error:
        await Storage.open(read_settings(database_url=address))
    assert (error.value.key, error.value.arguments["name"]) == ("setting-malformed", "OSUSUME_DATABASE_URL")


@pytest.mark.parametrize("name", ["a b", "100%", "what?", "a#b", "日本"])
async def test_folders_with_any_name(tmp_path: Path, name: str) -> None:
    storage = await Storage.open(read_settings(home=tmp_path / name, database_url=None))
    assert await People(storage).add_favourite("t:1", 1)
    await storage.backup(tmp_path / name / "copy.db")
    await storage.close()
    assert {path.name for path in (tmp_path / name).iterdir()} == {"osusume.db", "copy.db"}


@hypothesis_settings(max_examples=15, deadline=None)
@given(noise=st.binary(min_size=1, max_size=600), at=st.integers(0, 120))
def test_no_damage_to_the_header_is_a_bug(
    noise: bytes, at: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It opens, or it is refused and left alone."""
    home = tmp_path_factory.mktemp("header")
    settings = read_settings(home=home, database_url=None)
    path = home / "osusume.db"

    async def open_and_close() -> None:
        await (await Storage.open(settings)).close()

    asyncio.run(open_and_close())
    change(path, lambda data: data[:at] + noise + data[at + len(noise) :])
    before, refusal = path.read_bytes(), None
    try:
        asyncio.run(open_and_close())
    except OsusumeError as problem:
        refusal = problem.key
    assert refusal is None or (refusal.startswith("database-") and path.read_bytes() == before)
