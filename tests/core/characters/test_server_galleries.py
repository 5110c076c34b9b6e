"""A server's own characters: at once, after a restart, gone when taken away."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from sqlalchemy import insert, update

from core.characters import Calibration, ServerGalleries, identify
from core.characters.server_galleries import MOST_FACES, UNDO_SECONDS
from core.errors import UserError
from core.people import People
from core.settings import Settings
from core.storage import Storage
from core.storage.schema import gallery_faces
from tests.core.characters.faces import EMBEDDER, people

HERE, ELSEWHERE = "discord:100", "telegram:-5"
ADA, BOB = "discord:1", "discord:2"
FACES, _ = people(8, 6, dimensions=64)


@pytest.fixture
def galleries(storage: Storage) -> ServerGalleries:
    return ServerGalleries(storage)


async def add(
    galleries: ServerGalleries, name: str, person: int, face: int = 0, server: str = HERE, user: str = ADA,
    **more: object,
) -> int | None:  # fmt: skip
    digest = f"{person}-{face}"
    added = await galleries.add(server, user, name, FACES[person, face], EMBEDDER, digest, **more)  # type: ignore[arg-type]
    return added.face


async def named(galleries: ServerGalleries, person: int, face: int = 5, server: str = HERE) -> str | None:
    gallery = await galleries.gallery(server, EMBEDDER)
    found = identify([gallery] if gallery else [], EMBEDDER, FACES[person, face : face + 1])[0]
    return found[0].character if found else None


async def test_a_face_is_known_at_once_and_here_only(galleries: ServerGalleries) -> None:
    assert await named(galleries, 0) is None
    await add(galleries, "Mika Ōtsuka", 0)
    assert await named(galleries, 0) == "mika_ōtsuka"
    await add(galleries, "Rin", 1, series="my_story")
    assert await named(galleries, 1) == "rin"
    assert await named(galleries, 0) == "mika_ōtsuka"
    assert await named(galleries, 0, server=ELSEWHERE) is None
    gallery = await galleries.gallery(HERE, EMBEDDER)
    assert gallery is not None
    assert gallery.name == "server"
    assert {(c.name, c.series, c.shots) for c in gallery.characters} == {
        ("mika_ōtsuka", None, 1), ("rin", "my_story", 1),
    }  # fmt: skip


async def test_it_survives_a_restart(
    galleries: ServerGalleries, storage: Storage, settings: Settings
) -> None:
    await add(galleries, "Mika", 0)
    await storage.close()
    again = await Storage.open(settings)
    assert await named(ServerGalleries(again), 0) == "mika"
    await again.close()


async def test_changes_of_another_process_count_too(galleries: ServerGalleries, settings: Settings) -> None:
    other = await Storage.open(settings)
    await add(galleries, "Mika", 0)
    assert await named(galleries, 0) == "mika"
    await ServerGalleries(other).remove(HERE, BOB, "Mika")
    await add(ServerGalleries(other), "Rin", 0)
    assert await named(galleries, 0) == "rin"
    await other.close()


async def test_unchanged_galleries_are_not_made_anew(galleries: ServerGalleries) -> None:
    await add(galleries, "Mika", 0)
    first = await galleries.gallery(HERE, EMBEDDER)
    assert await galleries.gallery(HERE, EMBEDDER) is first
    own = Calibration(slope=3)
    other = await galleries.gallery(HERE, EMBEDDER, own)
    assert other is not first
    assert other is not None
    assert other.calibration == own


async def test_nearly_the_same_face_is_noticed(galleries: ServerGalleries) -> None:
    face = await add(galleries, "Mika", 0)
    again = await galleries.add(HERE, BOB, "mika", FACES[0, 0] + 0.001, EMBEDDER, "other")
    assert again.face is None
    assert again.near is not None
    assert (again.near.face, again.near.character) == (face, "mika")
    assert again.near.likeness > 0.99
    wrong = await galleries.add(HERE, BOB, "Rin", FACES[0, 0], EMBEDDER, "other")
    assert wrong.face is None
    assert wrong.near is not None
    assert wrong.near.character == "mika"
    meant = await galleries.add(HERE, BOB, "Rin", FACES[0, 0], EMBEDDER, "other", anyway=True)
    assert meant.face is not None
    # The same pixels, whatever the model makes of them
    same = await galleries.add(HERE, BOB, "Mika", FACES[4, 0], EMBEDDER, "0-0")
    assert same.face is None
    assert [known.faces for known in await galleries.list(HERE, EMBEDDER)] == [1, 1]


async def test_a_copy_of_a_drawing_is_noticed_by_its_hash(galleries: ServerGalleries) -> None:
    async def taught(face: int, digest: str) -> bool:
        return (await galleries.add(HERE, ADA, "Mika", FACES[0, face], EMBEDDER, digest)).near is None

    assert await taught(0, "00000000000000ff")
    assert not await taught(1, "00000000000000fe")
    assert await taught(1, "ffffffff000000ff")


async def test_other_faces_of_a_character_are_added(galleries: ServerGalleries) -> None:
    for face in range(3):
        assert await add(galleries, "Mika", 0, face) is not None
    (known,) = await galleries.list(HERE, EMBEDDER)
    assert (known.character, known.display, known.faces, known.usable) == ("mika", "Mika", 3, 3)
    character, faces = await galleries.info(HERE, "MIKA")
    assert character == "mika"
    assert [face.user for face in faces] == [ADA] * 3
    assert all(face.added_at <= time.time() for face in faces)


async def test_vectors_of_another_model_wait(galleries: ServerGalleries) -> None:
    await add(galleries, "Mika", 0)
    await galleries.add(HERE, ADA, "Rin", np.ones(16, np.float32), "ccip@ffffffff", "x")
    assert await named(galleries, 0) == "mika"
    assert [(known.faces, known.usable) for known in await galleries.list(HERE, EMBEDDER)] == [(1, 1), (1, 0)]
    other = await galleries.gallery(HERE, "ccip@ffffffff")
    assert other is not None
    assert other.dimensions == 16


async def test_what_was_removed_comes_back_within_the_hour(
    galleries: ServerGalleries, storage: Storage
) -> None:
    faces = [await add(galleries, "Mika", 0, face) for face in range(3)]
    one = await galleries.remove(HERE, BOB, "mika", faces[1])
    assert (one.character, one.faces) == ("mika", 1)
    rest = await galleries.remove(HERE, BOB, "Mika")
    assert rest.faces == 2
    assert await named(galleries, 0) is None
    assert await galleries.undo(HERE, BOB, rest.undo) == 2
    assert await galleries.undo(HERE, BOB, one.undo) == 1
    assert await named(galleries, 0) == "mika"
    with pytest.raises(UserError) as caught:
        await galleries.undo(HERE, BOB, one.undo)
    assert caught.value.key == "undo-gone"

    gone = await galleries.remove(HERE, BOB, "Mika")
    with pytest.raises(UserError):
        await galleries.undo(ELSEWHERE, BOB, gone.undo)  # another server's
    async with storage.write() as connection:
        late = int(time.time()) - UNDO_SECONDS - 1
        await connection.execute(update(gallery_faces).values(removed_at=late))
    with pytest.raises(UserError) as caught:
        await galleries.undo(HERE, BOB, gone.undo)
    assert caught.value.key == "undo-gone"


async def test_moderators_see_who_changed_what(galleries: ServerGalleries) -> None:
    await add(galleries, "Mika", 0, said="hatsune_miku")
    removed = await galleries.remove(HERE, BOB, "Mika")
    await galleries.undo(HERE, BOB, removed.undo)
    await add(galleries, "Rin", 1, server=ELSEWHERE)
    changes = await galleries.log(HERE)
    assert [(c.user, c.action, c.character, c.faces, c.said) for c in changes] == [
        (BOB, "undo", "mika", 1, None), (BOB, "remove", "mika", 1, None), (ADA, "add", "mika", 1, "hatsune_miku"),
    ]  # fmt: skip
    assert len(await galleries.log(HERE, 1)) == 1


async def test_unknown_names_and_faces_are_told(galleries: ServerGalleries) -> None:
    for question in (galleries.info(HERE, "nobody"), galleries.remove(HERE, ADA, "nobody")):
        with pytest.raises(UserError) as caught:
            await question
        assert caught.value.key == "character-unknown"
    face = await add(galleries, "Mika", 0)
    assert face is not None
    with pytest.raises(UserError) as caught:
        await galleries.remove(HERE, ADA, "Mika", face + 1)
    assert caught.value.key == "face-unknown"


@pytest.mark.parametrize("name", ["", "  ", "()", "x" * 101, "a\x00b", "\u202eabc", "___", "ﷺ" * 30])
async def test_what_is_no_name_is_refused(galleries: ServerGalleries, name: str) -> None:
    with pytest.raises(UserError) as caught:
        await add(galleries, name, 0)
    assert caught.value.key == "character-name-wrong"
    assert await galleries.log(HERE) == ()


@pytest.mark.parametrize("name", ["saber_(fate)", "Re:Zero: Rem", "初音ミク", "C.C.", "Nadia, la del mar"])
async def test_names_of_all_kinds_are_found_again(galleries: ServerGalleries, name: str) -> None:
    await add(galleries, name, 0)
    (known,) = await galleries.list(HERE, EMBEDDER)
    assert known.display == name
    assert (await galleries.info(HERE, known.character))[0] == (await galleries.info(HERE, name))[0]


async def test_a_server_holds_so_many(galleries: ServerGalleries, storage: Storage) -> None:
    row = {
        "server": HERE, "character": "c", "display": "c", "embedder": "other@1", "vector": b"\0\0", "face_hash": "",
        "user": ADA, "added_at": 1,
    }  # fmt: skip
    async with storage.write() as connection:
        await connection.execute(insert(gallery_faces), [row] * MOST_FACES)
    with pytest.raises(UserError) as caught:
        await add(galleries, "Mika", 0)
    assert caught.value.key == "gallery-full"
    assert await add(galleries, "Mika", 0, server=ELSEWHERE) is not None


async def test_a_server_takes_its_gallery_away(galleries: ServerGalleries) -> None:
    await add(galleries, "Mika", 0, series="my_story")
    await add(galleries, "Rin", 1)
    exported = json.loads(await galleries.export(HERE))
    assert [face["character"] for face in exported["faces"]] == ["mika", "rin"]
    assert exported["faces"][0]["series"] == "my_story"
    assert ADA not in json.dumps(exported)


async def test_erasing_a_server_leaves_nothing_of_it(galleries: ServerGalleries, settings: Settings) -> None:
    await add(galleries, "marker-7f3a9c", 0)
    await add(galleries, "gone-marker-7f3a9c", 1)
    await galleries.remove(HERE, ADA, "gone-marker-7f3a9c")
    await add(galleries, "Mika", 0, server=ELSEWHERE)
    assert await galleries.erase(HERE) == 2
    assert await named(galleries, 0) is None
    assert await galleries.log(HERE) == ()
    assert await named(galleries, 0, server=ELSEWHERE) == "mika"
    assert not [path for path in settings.home.iterdir() if b"marker-7f3a9c" in path.read_bytes()]


async def test_who_erases_their_data_takes_their_faces_along(
    galleries: ServerGalleries, storage: Storage
) -> None:
    await add(galleries, "Mika", 0, user=ADA)
    await add(galleries, "Rin", 1, user=BOB)
    assert await named(galleries, 0) == "mika"
    await People(storage).erase(ADA)
    assert await named(galleries, 0) == "rin"
    assert [change.user for change in await galleries.log(HERE)] == [BOB]
