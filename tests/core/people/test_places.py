"""A place that gets another id keeps everything, whole or not at all."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import String, select, text
from sqlalchemy.exc import DBAPIError

from core.art import ArtChannels, ArtPicture, ArtPost, ArtPosts, ArtStyle, Shown
from core.characters import ServerGalleries
from core.people import People
from core.people.places import PLACE_COLUMNS
from core.pictures import Tag
from core.storage import AnswerStore, Inbox, Storage
from core.storage.schema import PERSONAL_COLUMNS, metadata

OLD, NEW, OTHER = "telegram:-77", "telegram:-1003000000077", "telegram:-770"
ADA = "telegram:1"
POST = f"{OLD}/45"
STYLE = ArtStyle(alt=False, most=4)
FACE = np.ones(8, np.float32)


async def lively(storage: Storage, place: str) -> None:
    """Everything a place can have, also as somebody who writes in its own name."""
    people, channels, posts = People(storage), ArtChannels(storage), ArtPosts(storage)
    await people.set_server(place, language="ja", blocked_tags="sky")
    galleries = ServerGalleries(storage)
    await galleries.add(place, place, "Hinata", FACE, "faces@1", "0-0")
    await galleries.add(place, ADA, "Rin", -FACE, "faces@1", "1-0")
    await channels.enable(place, place, STYLE)
    for user in (ADA, place):
        await channels.ignore(place, place, user)
        await channels.opt_out(user)
    message = f"{place}/45"
    await posts.begin(ArtPost(message, place, place, place, None, 1.0))
    await posts.replied(message, f"{place.removeprefix('telegram:')}/46")
    tags = (Tag("smile", "general", 0.5),)
    await posts.keep(message, [ArtPicture("d", 7, tags, FACE[None], "faces@1")])
    await posts.correct(message, "sky", added=True, user=place)
    await people.set_preferences(place, spoilers=True)
    answer = await AnswerStore(storage).save(place, "{}", 30)
    await AnswerStore(storage).press_once(answer, "0", place)
    await Inbox(storage).begin(f"{place}-event", place, "{}")


async def about(storage: Storage, place: str) -> dict[str, int]:
    """Table.column to how many rows name the place."""
    found: dict[str, int] = {}
    async with storage.read() as connection:
        for table in metadata.sorted_tables:
            for column in table.c:
                if isinstance(column.type, String):
                    rows = (await connection.execute(select(column).where(column == place))).all()
                    found |= {f"{table.name}.{column.name}": len(rows)} if rows else {}
    return found


async def test_everything_goes_along_and_only_that(storage: Storage) -> None:
    people = People(storage)
    await lively(storage, OLD)
    await lively(storage, OTHER)
    before, others = await about(storage, OLD), await about(storage, OTHER)
    assert len(before) >= 15, "every kind of row is there"
    assert await people.move_place(OLD, NEW) == sum(before.values())
    assert await about(storage, OLD) == {}
    assert await about(storage, NEW) == before
    assert await about(storage, OTHER) == others
    assert await people.move_place(OLD, NEW) == 0, "told twice"
    assert (await people.server(NEW)).blocked_tags == "sky"
    assert [one.display for one in await ServerGalleries(storage).list(NEW, "faces@1")] == ["Hinata", "Rin"]
    assert await ServerGalleries(storage).gallery(NEW, "faces@1") is not None
    assert await ServerGalleries(storage).gallery(OLD, "faces@1") is None
    channels = ArtChannels(storage)
    assert await channels.style((NEW,)) == STYLE
    assert await channels.of_server(NEW) == (NEW,)
    assert await channels.left_alone((NEW,), ADA)
    assert await channels.left_alone((), NEW)


async def test_posts_keep_their_names_so_that_new_ones_are_not_taken_for_them(storage: Storage) -> None:
    posts = ArtPosts(storage)
    await lively(storage, OLD)
    await People(storage).move_place(OLD, NEW)
    post = await posts.post(POST)
    assert post == ArtPost(POST, NEW, NEW, NEW, None, 1.0, "-77/46")
    assert (await posts.pictures(POST))[0].digest == "d"
    assert await posts.corrections(POST) == Shown(added=("sky",))
    assert await posts.begin(ArtPost(f"{NEW}/45", NEW, NEW, ADA, None, 2.0)), "numbers begin anew there"
    assert await posts.forget_channel(NEW) == 2


async def test_what_the_new_place_has_already_stays(storage: Storage) -> None:
    people, channels = People(storage), ArtChannels(storage)
    await lively(storage, OLD)
    await people.set_server(NEW, language="vi")
    await channels.enable(NEW, NEW, ArtStyle(most=1))
    await channels.ignore(NEW, NEW, ADA)
    await channels.ignore(NEW, NEW, "telegram:2")
    await channels.opt_out(NEW)
    await people.move_place(OLD, NEW)
    assert await about(storage, OLD) == {}
    assert (await people.server(NEW)).language == "vi"
    assert await ArtChannels(storage).style((NEW,)) == ArtStyle(most=1)
    for user in (ADA, "telegram:2", NEW):
        assert await channels.left_alone((NEW,), user)
    assert len(await ServerGalleries(storage).list(NEW, "faces@1")) == 2


async def test_where_a_step_fails_nothing_has_moved(storage: Storage) -> None:
    await lively(storage, OLD)
    before = await about(storage, OLD)
    stop = "CREATE TRIGGER stop BEFORE UPDATE ON gallery_faces BEGIN SELECT RAISE(ABORT, 'stopped'); END"
    async with storage.write() as connection:
        await connection.execute(text(stop))
    with pytest.raises(DBAPIError, match="stopped"):
        await People(storage).move_place(OLD, NEW)
    assert await about(storage, OLD) == before
    assert await about(storage, NEW) == {}


async def test_the_list_of_channels_is_read_anew(storage: Storage) -> None:
    channels = ArtChannels(storage)
    await channels.enable(OLD, OLD, STYLE)
    assert await channels.style((OLD,)) == STYLE
    await People(storage).move_place(OLD, NEW)
    channels.changed()
    assert await channels.style((OLD,)) is None
    assert await channels.style((NEW,)) == STYLE


def test_every_column_with_a_places_id_is_known() -> None:
    """A new table whose rows are about a place or a person calls those columns by the names that are moved."""
    keys = {
        column.name
        for table in metadata.sorted_tables
        for column in table.c
        if column.comment == "platform:id"
    }
    assert keys <= {*PLACE_COLUMNS, *PERSONAL_COLUMNS}
    assert {"server", "channel"} == set(PLACE_COLUMNS)
