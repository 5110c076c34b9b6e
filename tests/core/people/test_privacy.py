"""Everything that is kept about a person is shown, and erased for good."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Column, String, Table, insert, select

from core.art import ArtChannels, ArtPicture, ArtPost, ArtPosts
from core.characters import ServerGalleries
from core.people import People
from core.people.privacy import personal_tables
from core.pictures import Tag
from core.settings import Settings
from core.storage import AnswerStore, Inbox, Storage
from core.storage.schema import PERSONAL_COLUMNS, metadata
from tests.core.people.resolver import resolve

IMPERSONAL = {"left_places", "servers", "art_channels"}
"""Tables that hold nothing about a person. A new table is personal, or is named here after thinking."""

MARKER = "marker-7f3a9c"


async def live(storage: Storage, user: str, marker: str = MARKER) -> None:
    """A row in every personal table, each with the marker where it holds a text."""
    people, answers, inbox = People(storage), AnswerStore(storage), Inbox(storage)
    await people.add_favourite(user, 1, 9, f"{marker} note")
    await people.set_preferences(user, language="ja")
    await people.clear_favourites(user)
    listed = f"title,progress,notes\nMonster,7,{marker} imported\n{marker} unheard of,1,x\n"
    await people.import_list(user, listed.encode(), "list.csv", resolve)
    await people.add_favourite(user, 2, note=f"{marker} again " * 50)
    await people.link_code(user)
    answer = await answers.save(user, f'"{marker} answer"', 30)
    await answers.press_once(answer, "0", user)
    others = await answers.save("discord:999", f'{{"with": ["{user}"], "text": "{marker} friend"}}', 30)
    await answers.press_once(others, "0", user)
    await inbox.begin(f"telegram:{marker[-3:]}", user, f"{marker} event")
    await ServerGalleries(storage).add(
        "server:7",
        user,
        f"{marker} character",
        np.ones(4, np.float32),
        "faces@0123abcd",
        marker,
        anyway=True,
    )
    channels, posts = ArtChannels(storage), ArtPosts(storage)
    await channels.ignore("discord:5", "discord:9", user)
    await channels.opt_out(user)
    message = f"discord:5/{marker}-{user}"
    await posts.begin(ArtPost(message, "discord:5", "discord:4", user, f"link {marker}", 1.0))
    tags = (Tag(f"{marker}_tag", "general", 0.5),)
    await posts.keep(message, [ArtPicture(marker, 7, tags, np.ones((1, 4), np.float32), "faces@0123abcd")])
    await posts.correct(message, f"{marker}_hair", added=True, user=user)


def test_every_table_is_personal_or_known_not_to_be() -> None:
    personal = {table.name for table, _ in personal_tables()}
    assert personal.isdisjoint(IMPERSONAL)
    assert personal | IMPERSONAL == set(metadata.tables)


def test_whatever_belongs_to_a_person_is_in_a_personal_column() -> None:
    """A column that refers to a profile or an account bears one of the names that erasing goes by."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.name in PERSONAL_COLUMNS for key in column.foreign_keys):
                assert column.name in PERSONAL_COLUMNS, f"{table.name}.{column.name}"


async def test_everything_is_shown(storage: Storage) -> None:
    await live(storage, "discord:1")
    await live(storage, "discord:2", "other-person")
    shown = await People(storage).everything("discord:1")
    assert set(shown) == {table.name for table, _ in personal_tables()}
    assert shown["accounts"] == [{"user": "discord:1", "profile": 1}]
    assert [row["note"] for row in shown["entries"] if row["mal_id"] == 2] == [
        (f"{MARKER} again " * 50).strip()
    ]
    assert "other-person" not in str(shown)


async def rows_of(storage: Storage, table: Table) -> list[str]:
    async with storage.read() as connection:
        return [str(tuple(row)) for row in await connection.execute(select(table))]


def files_with(folder: Path, text: str) -> list[str]:
    return [path.name for path in folder.iterdir() if text.encode() in path.read_bytes()]


async def test_what_was_erased_is_gone_from_every_file(storage: Storage, settings: Settings) -> None:
    """While another process has the database open."""
    other = await Storage.open(settings)
    await live(storage, "discord:1")
    await live(storage, "discord:2", "other-person")
    await People(other).profile("discord:1")
    assert files_with(settings.home, MARKER)
    erased = await People(storage).erase("discord:1")
    assert set(erased) == {table.name for table, _ in personal_tables()}
    assert files_with(settings.home, MARKER) == []
    assert files_with(settings.home, "discord:1") == []
    assert await People(storage).everything("discord:1") == {}
    for table in metadata.sorted_tables:
        assert MARKER not in str(await rows_of(storage, table))
    assert (await People(storage).profile("discord:2")).entries
    assert files_with(settings.home, "other-person")
    await other.close()


async def test_an_event_that_comes_again_after_erasing_is_still_known(storage: Storage) -> None:
    await live(storage, "discord:1")
    await People(storage).erase("discord:1")
    assert not await Inbox(storage).begin(f"telegram:{MARKER[-3:]}")
    assert await Inbox(storage).pending("telegram") == []


async def test_erasing_one_linked_account_erases_all_and_says_so(
    storage: Storage, settings: Settings
) -> None:
    people = People(storage)
    await live(storage, "discord:1")
    await live(storage, "telegram:5", "second-5d")
    await people.link("telegram:5", await people.link_code("discord:1"))
    shown = await people.everything("telegram:5")
    assert [row["user"] for row in shown["accounts"]] == ["discord:1", "telegram:5"]
    assert {row["owner"] for row in shown["answers"]} == {"discord:1", "telegram:5"}
    erased = await people.erase("telegram:5")
    assert erased["accounts"] == 2
    for user in ("discord:1", "telegram:5"):
        assert await people.everything(user) == {}
    assert files_with(settings.home, MARKER) + files_with(settings.home, "second-5d") == []


async def test_while_someone_reads_the_rows_are_gone_and_the_file_follows(
    storage: Storage, settings: Settings
) -> None:
    await live(storage, "discord:1")
    other = await Storage.open(settings)
    async with other.read() as connection:
        await connection.execute(select(metadata.tables["entries"]))
        erased = await People(storage).erase(
            "discord:1"
        )  # a reader's view must stay: no error for the person
        assert erased["accounts"] == 1
        assert await People(storage).everything("discord:1") == {}
    await other.close()
    await storage.close()
    again = await Storage.open(settings)
    assert files_with(settings.home, MARKER) == []
    await again.close()


async def test_writers_go_on_while_people_erase(storage: Storage) -> None:
    people = People(storage)

    async def come_and_go(number: int) -> None:
        await people.add_favourite(f"go:{number}", 1, note=MARKER)
        await people.erase(f"go:{number}")

    async def stay(number: int) -> None:
        for mal_id in range(1, 6):
            await people.add_favourite(f"stay:{number}", mal_id)

    await asyncio.gather(*(come_and_go(n) for n in range(10)), *(stay(n) for n in range(10)))
    for number in range(10):
        assert len((await people.profile(f"stay:{number}")).favourites) == 5
        assert await people.everything(f"go:{number}") == {}


@pytest.mark.parametrize("user", ["discord:1", "discord:%", "discord:_", 'discord:"', "discord:\\"])
async def test_nobody_is_taken_for_another(storage: Storage, user: str) -> None:
    people, answers = People(storage), AnswerStore(storage)
    kept = await answers.save("discord:10", '{"with": ["discord:11"]}', 30)
    await people.add_favourite("discord:11", 1)
    await people.add_favourite(user, 1)
    await people.erase(user)
    assert await answers.load(kept) is not None
    assert (await people.profile("discord:11")).entries


async def test_a_table_added_later_is_covered(storage: Storage) -> None:
    """By its column's name alone."""
    table = Table("diary_for_test", metadata, Column("user", String(80), primary_key=True))
    try:
        async with storage.write() as connection:
            await connection.run_sync(table.create)
            await connection.execute(insert(table).values(user="discord:1"))
        assert await People(storage).everything("discord:1") == {"diary_for_test": [{"user": "discord:1"}]}
        assert await People(storage).erase("discord:1") == {"diary_for_test": 1}
        assert await rows_of(storage, table) == []
    finally:
        metadata.remove(table)
