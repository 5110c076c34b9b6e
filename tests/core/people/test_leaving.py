"""A place that the bot was removed from: noted, come back to, and in the end erased, that place alone."""

from __future__ import annotations

from core.characters import ServerGalleries
from core.people import People
from core.people.leaving import tables_of_places
from core.settings import Settings
from core.storage import Storage
from core.storage.schema import PERSONAL_COLUMNS, metadata
from tests.core.people.test_places import ADA, FACE, about, lively
from tests.core.people.test_privacy import files_with

GONE, OTHER, LATER = "telegram:-100123454321", "telegram:-1001234543210", "telegram:-9"


def of_a_person(columns: dict[str, int]) -> dict[str, int]:
    """Those columns that say who, not where."""
    return {name: rows for name, rows in columns.items() if name.partition(".")[2] in PERSONAL_COLUMNS}


async def test_everything_of_the_place_goes_and_only_that(storage: Storage, settings: Settings) -> None:
    people = People(storage)
    await lively(storage, GONE)
    await lively(storage, OTHER)
    others = await about(storage, OTHER)
    await people.leave_place(GONE, 1000)
    assert await people.left_places("telegram", 999) == ()
    assert await people.left_places("discord", 1000) == ()
    assert await people.left_places("telegram", 1000) == (GONE,)
    assert await people.erase_places([GONE, OTHER]) >= 8, "the other one was never left"
    left = await about(storage, GONE)
    assert left == of_a_person(left), "what somebody did who writes in that name is theirs to erase"
    assert await about(storage, OTHER) == others
    assert await people.left_places("telegram", 2000) == ()
    assert await people.erase_places([GONE]) == 0
    await people.erase(GONE)
    await people.erase(OTHER)
    await people.leave_place(OTHER, 1)
    await people.erase_places([OTHER])
    assert await about(storage, GONE) == {}
    await storage.close()
    assert files_with(settings.home, "-100123454321/45") == [], "out of the file too"


async def test_who_comes_back_in_time_loses_nothing(storage: Storage) -> None:
    people = People(storage)
    await lively(storage, GONE)
    before = await about(storage, GONE)
    await people.leave_place(GONE, 1000)
    await people.enter_place(GONE, 999)  # told late of what was earlier
    assert await people.left_places("telegram", 1000) == (GONE,)
    await people.enter_place(GONE, 1001)
    assert await people.erase_places([GONE]) == 0
    assert await about(storage, GONE) == before


async def test_a_place_that_moves_is_not_taken_for_left(storage: Storage) -> None:
    people = People(storage)
    await lively(storage, GONE)
    await people.leave_place(GONE, 1000)
    await people.move_place(GONE, LATER)
    assert await people.left_places("telegram", 2000) == ()
    assert (await people.server(LATER)).blocked_tags == "sky"


async def test_told_of_all_places_it_notes_those_that_are_missing(storage: Storage) -> None:
    people = People(storage)
    for place in (GONE, OTHER, LATER):
        await lively(storage, place)
    await people.leave_place(LATER, 500)
    await people.leave_place(OTHER, 500)
    await people.compare_places("telegram", {OTHER, "telegram:-5"}, 1000)
    assert await people.left_places("telegram", 999) == (LATER,), "its time does not begin anew"
    assert set(await people.left_places("telegram", 1000)) == {GONE, LATER}
    await people.visit_place(GONE, 3000)
    await people.visit_place(OTHER, 3000)
    assert await people.left_places("telegram", 2999) == (LATER,)
    assert set(await people.left_places("telegram", 3000)) == {GONE, LATER}


async def test_what_people_taught_in_private_is_no_place(storage: Storage) -> None:
    people, galleries = People(storage), ServerGalleries(storage)
    await galleries.add(ADA, ADA, "Hinata", FACE, "faces@1", "0-0")
    await people.add_favourite(ADA, 1)
    await people.compare_places("telegram", set(), 1000)
    assert await people.left_places("telegram", 2000) == ()
    assert len(await galleries.list(ADA, "faces@1")) == 1


def test_a_table_added_later_is_covered() -> None:
    """Rows about a channel say of which server it is, since erasing goes by that."""
    places = {table.name for table in tables_of_places()}
    for table in metadata.sorted_tables:
        if "channel" in table.c:
            assert table.name in places, table.name
    assert {"servers", "gallery_faces", "gallery_log", "art_channels", "art_ignored", "art_posts"} <= places
    for name in ("art_pictures", "art_corrections"):
        (key,) = metadata.tables[name].foreign_keys
        assert (key.column.table.name, key.ondelete) == ("art_posts", "CASCADE")
