"""Favourites, marks, preferences and linked accounts."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from core.errors import UserError
from core.people import People, Preferences, Profile, ServerSettings
from core.settings import Settings
from core.storage import Storage
from core.storage.schema import cleared, link_codes, metadata, profiles
from tests.core.people.resolver import resolve


async def test_who_only_asks_leaves_no_trace(people: People, storage: Storage) -> None:
    assert await people.profile("discord:1") == Profile("discord:1")
    assert await people.preferences("discord:1") == Preferences()
    assert await people.server("discord:9") == ServerSettings()
    assert not await people.remove_favourite("discord:1", 1)
    assert not await people.unmark("discord:1", 1)
    assert await people.clear_favourites("discord:1") is None
    assert await people.everything("discord:1") == {}
    assert await people.erase("discord:1") == {}
    async with storage.read() as connection:
        for table in metadata.sorted_tables:
            assert (await connection.execute(select(func.count()).select_from(table))).scalar() == 0


async def test_adding_twice_is_harmless(people: People) -> None:
    before = datetime.now(UTC)
    assert await people.add_favourite("discord:1", 457, 9, "calm")
    assert not await people.add_favourite("discord:1", 457)
    (entry,) = (await people.profile("discord:1")).favourites
    assert (entry.mal_id, entry.favourite, entry.status, entry.score, entry.note) == (
        457,
        True,
        None,
        9,
        "calm",
    )
    assert before <= entry.added_at <= datetime.now(UTC)
    assert not await people.add_favourite("discord:1", 457, 10, "better: again")
    (entry,) = (await people.profile("discord:1")).favourites
    assert (entry.score, entry.note) == (10, "better: again")


async def test_favourites_stay_after_a_restart_newest_first(settings: Settings) -> None:
    storage = await Storage.open(settings)
    for mal_id in (5, 1, 9, 3):
        await People(storage).add_favourite("discord:1", mal_id)
    await storage.close()
    storage = await Storage.open(settings)
    profile = await People(storage).profile("discord:1")
    await storage.close()
    assert [entry.mal_id for entry in profile.favourites] == [3, 9, 1, 5]


@pytest.mark.parametrize("score", [0, 0.9, 10.5, float("nan")])
async def test_a_score_beyond_the_range(people: People, score: float) -> None:
    with pytest.raises(UserError) as refused:
        await people.add_favourite("discord:1", 1, score)
    assert refused.value.key == "score-range"
    assert not (await people.profile("discord:1")).entries


async def test_notes(people: People) -> None:
    with pytest.raises(UserError) as refused:
        await people.add_favourite("discord:1", 1, note="x" * 2001)
    assert refused.value.key == "note-too-long"
    await people.add_favourite("discord:1", 1, note="  '; DROP TABLE entries; -- \0 \ud800 日本 🎉  ")
    assert (await people.profile("discord:1")).entries[1].note == "'; DROP TABLE entries; --  ? 日本 🎉"


async def test_a_favourite_may_be_marked_and_either_goes_alone(people: People) -> None:
    await people.add_favourite("discord:1", 1, 8, "note")
    assert await people.mark("discord:1", 1, "seen") is None
    assert await people.mark("discord:1", 1, "dropped") == "seen"
    profile = await people.profile("discord:1")
    assert profile.dropped == {1}
    assert profile.seen == frozenset()
    assert await people.remove_favourite("discord:1", 1)
    entry = (await people.profile("discord:1")).entries[1]
    assert (entry.favourite, entry.status, entry.score, entry.note) == (False, "dropped", 8, "note")
    assert not await people.remove_favourite("discord:1", 1)
    assert await people.unmark("discord:1", 1)
    assert not (await people.profile("discord:1")).entries


async def test_marks(people: People) -> None:
    for mal_id, status in enumerate(("seen", "dropped", "dismissed", "planned"), 1):
        assert await people.mark("discord:1", mal_id, status) is None  # type: ignore[arg-type]
    profile = await people.profile("discord:1")
    assert [*profile.seen, *profile.dropped, *profile.dismissed, *profile.planned] == [1, 2, 3, 4]
    assert profile.favourites == ()
    with pytest.raises(ValueError, match="no such mark"):
        await people.mark("discord:1", 1, "favourite")  # type: ignore[arg-type]


async def test_clearing_is_undone_whole(people: People) -> None:
    await people.import_list(
        "discord:1", b"title,score,status,notes\nMonster,9,watching,slow\n", "x.csv", resolve
    )
    await people.add_favourite("discord:1", 457, 10, "calm")
    await people.add_favourite("discord:1", 19)
    before, exported = await people.profile("discord:1"), await people.export("discord:1", "mal")
    undo = await people.clear_favourites("discord:1")
    assert undo is not None
    profile = await people.profile("discord:1")
    assert profile.favourites == ()
    assert profile.seen == {19}
    assert await people.undo_clear("discord:1", undo) == 2
    assert await people.profile("discord:1") == before
    assert await people.export("discord:1", "mal") == exported
    with pytest.raises(UserError) as gone:
        await people.undo_clear("discord:1", undo)
    assert gone.value.key == "undo-gone"


async def test_undo_keeps_what_was_added_since(people: People) -> None:
    await people.add_favourite("discord:1", 1, 7, "old")
    await people.add_favourite("discord:1", 2)
    undo = await people.clear_favourites("discord:1")
    await people.add_favourite("discord:1", 1, 9, "new")
    await people.add_favourite("discord:1", 3)
    assert await people.undo_clear("discord:1", str(undo)) == 1
    profile = await people.profile("discord:1")
    assert {entry.mal_id for entry in profile.favourites} == {1, 2, 3}
    assert (profile.entries[1].score, profile.entries[1].note) == (9, "new\nold")


async def test_undo_is_for_its_owner_and_an_hour(people: People, storage: Storage) -> None:
    await people.add_favourite("discord:1", 1)
    await people.add_favourite("discord:2", 2)
    undo = str(await people.clear_favourites("discord:1"))
    for user in ("discord:2", "discord:3"):
        with pytest.raises(UserError):
            await people.undo_clear(user, undo)
    async with storage.write() as connection:
        await connection.execute(update(cleared).values(expires_at=1))
    with pytest.raises(UserError):
        await people.undo_clear("discord:1", undo)


async def test_preferences(people: People) -> None:
    assert await people.set_preferences("discord:1", language="ja", novelty=0.8) == Preferences("ja", 0.8)
    now = await people.set_preferences("discord:1", private=True, min_members=1000, language=None)
    assert now == Preferences(None, 0.8, private=True, min_members=1000)
    assert await people.preferences("discord:1") == now
    assert (await people.profile("discord:1")).preferences == now
    assert await people.set_preferences("discord:1") == now
    with pytest.raises(TypeError):
        await people.set_preferences("discord:1", profile=7)


async def test_servers(people: People) -> None:
    assert await people.set_server("discord:9", adult=True) == ServerSettings(adult=True)
    assert await people.set_server("discord:9", language="es") == ServerSettings(True, "es")
    assert await people.server("discord:9") == ServerSettings(True, "es")
    with pytest.raises(TypeError):
        await people.set_server("discord:9", owner="discord:1")


async def test_linked_accounts_share_everything_either_had(people: People) -> None:
    await people.add_favourite("discord:1", 1, 9, "from discord")
    await people.mark("discord:1", 2, "planned")
    await people.set_preferences("discord:1", language="vi")
    await people.add_favourite("telegram:1", 1, 7, "from telegram")
    await people.mark("telegram:1", 2, "seen")
    await people.mark("telegram:1", 3, "dropped")
    await people.set_preferences("telegram:1", novelty=0.9, spoilers=True, language="es")
    await people.import_list("telegram:1", b"title,progress\nUnheard of,3\nMonster,70\n", "x", resolve)
    undo = None
    await people.add_favourite("telegram:1", 50)
    undo = await people.clear_favourites("telegram:1")
    await people.undo_clear("telegram:1", str(undo))

    code = await people.link_code("discord:1")
    assert re.fullmatch("[A-HJKMNP-Z2-9]{8}", code)
    await people.link("telegram:1", f" {code[:4].lower()}-{code[4:].lower()} ")
    one, other = await people.profile("discord:1"), await people.profile("telegram:1")
    assert one.entries == other.entries
    assert {entry.mal_id for entry in one.favourites} == {1, 19, 50}
    assert (one.entries[1].score, one.entries[1].note) == (9, "from discord\nfrom telegram")
    assert [*one.seen, *one.dropped, *one.planned] == [2, 3]
    assert one.preferences == Preferences("vi", 0.9, spoilers=True)
    exported = await people.export("discord:1", "mal")
    assert b"Unheard of" in exported
    assert b"<my_watched_episodes>70</my_watched_episodes>" in exported
    await people.add_favourite("discord:1", 99)
    assert 99 in (await people.profile("telegram:1")).entries


async def test_a_third_account_and_a_new_one_can_join(people: People) -> None:
    await people.add_favourite("discord:1", 1)
    await people.link("telegram:1", await people.link_code("discord:1"))
    await people.link("web:1", await people.link_code("telegram:1"))
    assert 1 in (await people.profile("web:1")).entries


async def test_codes_that_do_not_work(people: People, storage: Storage) -> None:
    await people.add_favourite("discord:1", 1)

    async def key(user: str, code: str) -> str:
        with pytest.raises(UserError) as refused:
            await people.link(user, code)
        return refused.value.key

    assert await key("telegram:1", "") == "link-code-wrong"
    assert await key("telegram:1", "ABCDEFGH") == "link-code-wrong"
    code = await people.link_code("discord:1")
    assert await key("discord:1", code) == "link-code-own"
    await people.link("telegram:1", code)
    assert await key("web:1", code) == "link-code-wrong"
    first, second = await people.link_code("discord:1"), await people.link_code("discord:1")
    assert await key("web:1", first) == "link-code-wrong"
    async with storage.write() as connection:
        await connection.execute(update(link_codes).values(expires_at=1))
    assert await key("web:1", second) == "link-code-wrong"


async def test_parting_leaves_both_with_everything(people: People, storage: Storage) -> None:
    await people.add_favourite("discord:1", 1, 9, "x")
    await people.import_list("discord:1", b"title,progress\nUnheard of,3\nMonster,70\n", "x", resolve)
    await people.set_preferences("discord:1", language="ja", adult=True)
    await people.link("telegram:1", await people.link_code("discord:1"))
    await people.unlink("telegram:1")
    one, other = await people.profile("discord:1"), await people.profile("telegram:1")
    assert (one.entries, one.preferences) == (other.entries, other.preferences)
    assert await people.export("discord:1", "mal") == await people.export("telegram:1", "mal")
    await people.add_favourite("telegram:1", 2)
    assert 2 not in (await people.profile("discord:1")).entries
    with pytest.raises(UserError) as refused:
        await people.unlink("telegram:1")
    assert refused.value.key == "not-linked"
    async with storage.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(profiles))).scalar() == 2


async def test_two_processes_see_each_other_at_once(people: People, settings: Settings) -> None:
    other_storage = await Storage.open(settings)
    other = People(other_storage)
    for language in ("ja", "es", "vi"):
        await people.set_preferences("discord:1", language=language)
        assert (await other.preferences("discord:1")).language == language
        await other.add_favourite("discord:1", len(language) + ord(language[0]))
    assert (await other.profile("discord:1")).entries == (await people.profile("discord:1")).entries
    assert asdict(await people.preferences("discord:1"))["language"] == "vi"
    await other_storage.close()
