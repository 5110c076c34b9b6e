"""Answers whose buttons work later, and events that are handled once."""

from __future__ import annotations

import asyncio
import re

from sqlalchemy import func, select, update

from core.settings import Settings
from core.storage import AnswerStore, Inbox, Storage
from core.storage.schema import answers, inbox, presses


async def test_an_answer_outlives_a_restart(settings: Settings) -> None:
    storage = await Storage.open(settings)
    kept = await AnswerStore(storage).save("discord:1", '{"a": 1}', 30)
    await storage.close()
    assert re.fullmatch(r"[\w-]{12}", kept)

    storage = await Storage.open(settings)
    store = AnswerStore(storage)
    loaded = await store.load(kept)
    assert loaded is not None
    assert (loaded.owner, loaded.reply_json, loaded.expired) == ("discord:1", '{"a": 1}', False)
    await store.replace(kept, "{}")
    loaded = await store.load(kept)
    assert loaded is not None
    assert loaded.reply_json == "{}"
    assert await store.load("unknown") is None
    await storage.close()


async def test_a_button_acts_once_for_each_person_however_often_it_is_pressed(storage: Storage) -> None:
    store = AnswerStore(storage)
    kept = await store.save("discord:1", "{}", 30)
    pressed = await asyncio.gather(*(store.press_once(kept, "0", "discord:1") for _ in range(10)))
    assert sorted(pressed) == [False] * 9 + [True]
    assert await store.press_once(kept, "1", "discord:1")
    assert await store.press_once(kept, "0", "discord:2")


async def test_expired_answers_go_with_their_presses(storage: Storage) -> None:
    store = AnswerStore(storage)
    old = await store.save("discord:1", "{}", 1)
    await store.press_once(old, "0", "discord:1")
    async with storage.write() as connection:
        await connection.execute(update(answers).values(expires_at=1))
    loaded = await store.load(old)
    assert loaded is not None
    assert loaded.expired
    await store.save("discord:1", "{}", 1)
    assert await store.load(old) is None
    async with storage.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(presses))).scalar() == 0


async def test_an_event_is_begun_once_also_by_two_at_the_same_time(
    storage: Storage, settings: Settings
) -> None:
    other = await Storage.open(settings)
    begun = await asyncio.gather(*(Inbox(each).begin("telegram:5") for each in (storage, other) * 5))
    await other.close()
    assert sorted(begun) == [False] * 9 + [True]


async def test_events_that_were_never_answered_come_back_after_a_crash(settings: Settings) -> None:
    storage = await Storage.open(settings)
    first = Inbox(storage)
    for number in (1, 2, 3):
        await first.begin(f"telegram:{number}", "telegram:9", f"update {number}")
    await first.begin("discord:1", "discord:9")
    await first.done("telegram:2")
    await storage.close()

    storage = await Storage.open(settings)
    again = Inbox(storage)
    assert await again.pending("telegram") == [("telegram:1", "update 1"), ("telegram:3", "update 3")]
    assert await again.pending("discord") == []
    assert not await again.begin("telegram:1")
    assert not await again.begin("telegram:2")
    await storage.close()


async def test_nothing_personal_is_left_of_an_answered_event_and_old_ones_go(storage: Storage) -> None:
    box = Inbox(storage)
    await box.begin("telegram:1", "telegram:9", "hello")
    await box.done("telegram:1")
    async with storage.write() as connection:
        row = (await connection.execute(select(inbox))).one()
        assert (row.user, row.payload) == (None, None)
        await connection.execute(update(inbox).values(received_at=1))
    await box.begin("telegram:2")
    assert await box.begin("telegram:1")
