"""Buttons and menus: what they do, for whom, how often, and after which time."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from tests.bot.discord.stage import Stage
from tests.doubles.discord import ClientRefused, Reply

pytestmark = pytest.mark.asyncio(loop_scope="session")

MUSHISHI = 457


async def picked(stage: Stage) -> tuple[Reply, int]:
    """Ada's recommendations, and the MAL id of the one shown."""
    await stage.favour(stage.ada, "Mushishi")
    reply = await stage.say(stage.ada, "recommend", count=6)
    return reply, shown(reply)


def shown(reply: Reply) -> int:
    return int(reply.embeds[0]["url"].rpartition("/")[2])


async def test_favourite(stage: Stage) -> None:
    reply, mal_id = await picked(stage)
    after = await stage.ada.click(reply, label="★ Favourite")
    assert after.message is reply.message
    assert await stage.favourites(stage.ada) == [mal_id, MUSHISHI]
    assert after.button("★ Favourited").disabled
    assert shown(after) == mal_id
    with pytest.raises(ClientRefused):
        await stage.ada.click(after, label="★ Favourited")


@pytest.mark.parametrize(("label", "status"), [("👁 Seen", "seen"), ("✖ Not for me", "dismissed")])
async def test_marks_put_another_title_in_the_place(stage: Stage, label: str, status: str) -> None:
    reply, mal_id = await picked(stage)
    after = await stage.ada.click(reply, label=label)
    assert after.message is reply.message
    profile = await stage.core.people.profile(f"discord:{stage.ada.id}")
    assert profile.entries[mal_id].status == status
    again = await stage.say(stage.ada, "recommend", count=10)
    seen = [shown(await turn(stage, again, page)) for page in range(10)]
    assert mal_id not in {shown(after), *seen}


async def test_marks_on_details_are_shown_there(stage: Stage) -> None:
    reply = await stage.say(stage.ada, "anime details", title="Mushishi")
    after = await stage.ada.click(reply, label="👁 Seen")
    assert after.button("👁 Seen").disabled
    assert "marked as seen" in after.content


async def turn(stage: Stage, reply: Reply, page: int) -> Reply:
    return reply if page == 0 else await stage.ada.click(reply, label="›")


async def test_more_like_this_and_details(stage: Stage) -> None:
    reply, mal_id = await picked(stage)
    title = reply.embeds[0]["title"]
    more = await stage.ada.click(reply, label="≈ More like this")
    assert more.content == f"If you like {title}:"
    assert more.message is not reply.message
    details = await stage.ada.click(reply, label="ℹ Details")
    assert shown(details) == mal_id
    links = [one.url for one in details.components if one.url]
    assert links[0] == f"https://myanimelist.net/anime/{mal_id}"
    await stage.ada.click(details, label="★ Favourite")
    assert mal_id in await stage.favourites(stage.ada)


async def test_pager_turns_and_jumps(stage: Stage) -> None:
    reply, first = await picked(stage)
    assert reply.button("‹").disabled
    second = await stage.ada.click(reply, label="›")
    assert second.message is reply.message
    assert second.button("2 / 6").disabled
    assert shown(second) != first
    back = await stage.ada.click(reply, label="‹")
    assert shown(back) == first
    jump = next(one for one in reply.components if one.type == 3)
    last = await stage.ada.select(reply, jump.options[5]["label"], custom_id=jump.custom_id)
    assert last.button("›").disabled
    assert last.button("6 / 6")


async def test_season_pages_and_choosing(stage: Stage) -> None:
    reply = await stage.say(stage.ada, "anime season", season="spring", year=2011)
    menu, jump = (one for one in reply.components if one.type == 3)
    await stage.ada.select(reply, "3 / 9", custom_id=jump.custom_id)
    assert reply.button("3 / 9")
    chosen = next(one for one in reply.components if one.type == 3).options[0]["label"]
    details = await stage.ada.select(reply, chosen, custom_id=menu.custom_id)
    assert details.embeds[0]["title"] in chosen


async def test_long_favourites_turn(stage: Stage) -> None:
    for number, mal_id in enumerate((1, 5, 6, 19, 20, 30, 43, 47, 57, 100, 120, 121)):
        await stage.core.people.add_favourite(f"discord:{stage.ada.id}", mal_id, score=1 + number % 10)
    reply = await stage.say(stage.ada, "fav list")
    assert "Your 12 favourites:" in reply.texts
    after = await stage.ada.click(reply, label="›")
    assert "11. " in after.texts


async def test_undo_of_add_and_remove(stage: Stage) -> None:
    added = await stage.say(stage.ada, "fav add", title="Mushishi", score=9, note="rain")
    await stage.ada.click(added, label="↩ Undo")
    assert await stage.favourites(stage.ada) == []
    assert added.content == "Mushishi is no longer among your favourites."
    assert not added.components
    await stage.say(stage.ada, "fav add", title="Mushishi", score=9, note="rain")
    removed = await stage.say(stage.ada, "fav remove", title="Mushishi")
    await stage.ada.click(removed, label="↩ Undo")
    (entry,) = (await stage.core.people.profile(f"discord:{stage.ada.id}")).favourites
    assert (entry.mal_id, entry.score, entry.note) == (MUSHISHI, 9, "rain")


async def test_clear_keep_and_undo(stage: Stage) -> None:
    await stage.favour(stage.ada, "Mushishi", "Frieren")
    asked = await stage.say(stage.ada, "fav clear")
    await stage.ada.click(asked, label="No, keep everything")
    assert asked.content == "Good, everything stays as it is."
    asked = await stage.say(stage.ada, "fav clear")
    cleared = await stage.ada.click(asked, label="🗑 Yes, clear them")
    assert await stage.favourites(stage.ada) == []
    await stage.ada.click(cleared, label="↩ Undo")
    assert len(await stage.favourites(stage.ada)) == 2


async def test_a_double_click_on_clear_does_not_undo_it(stage: Stage) -> None:
    """The button that stands where the first one stood means something else."""
    await stage.favour(stage.ada, "Mushishi")
    asked = await stage.say(stage.ada, "fav clear")
    button = asked.button("🗑 Yes, clear them").custom_id
    assert button is not None
    await stage.ada.click(asked, custom_id=button)
    second = await (await stage.ada.forge_click(asked, button)).final()
    assert second.content == "Done already."
    assert second.ephemeral
    assert await stage.favourites(stage.ada) == []


async def test_clicks_at_the_same_moment_act_once(stage: Stage) -> None:
    await stage.favour(stage.ada, "Mushishi")
    asked = await stage.say(stage.ada, "fav clear")
    button = asked.button("🗑 Yes, clear them").custom_id
    assert button is not None
    started = [await stage.ada.forge_click(asked, button) for _ in range(3)]
    ended = await asyncio.gather(*(one.final() for one in started))
    assert sorted(one.response_type or 0 for one in ended) == [4, 4, 7]
    assert await stage.favourites(stage.ada) == []


async def test_erase(stage: Stage) -> None:
    await stage.favour(stage.ada, "Mushishi")
    asked = await stage.say(stage.ada, "privacy erase")
    await stage.ada.click(asked, label="🗑 Yes, erase everything")
    assert asked.content == "Everything kept about you is gone."
    assert (await stage.core.people.everything(f"discord:{stage.ada.id}")).get("entries", []) == []


async def test_chooser(stage: Stage) -> None:
    """A close race is a question; its menu goes on with what was asked."""
    name = "Hunter x Hunter"
    found = await stage.say(stage.ada, "anime search", title=name)
    (menu,) = [one for one in found.components if one.type == 3]
    chosen = await stage.ada.select(found, menu.options[1]["label"])
    assert chosen.embeds[0]["title"].startswith("Hunter")


async def test_somebody_else(stage: Stage) -> None:
    reply, mal_id = await picked(stage)
    before = reply.message.edits
    refused = await stage.bob.click(reply, label="›")
    assert "belongs to somebody else" in refused.content
    mine = await stage.bob.click(reply, label="★ Favourite")
    assert "now among your favourites" in mine.content
    details = await stage.bob.click(reply, label="ℹ Details")
    more = await stage.bob.click(reply, label="≈ More like this")
    assert all(one.ephemeral for one in (refused, mine, details, more))
    assert reply.message.edits == before
    assert await stage.favourites(stage.bob) == [mal_id]
    assert await stage.favourites(stage.ada) == [MUSHISHI]


async def test_forged_and_expired(stage: Stage) -> None:
    reply, mal_id = await picked(stage)
    button = reply.button("★ Favourite").custom_id or ""
    for forged in (
        "osusume:AAAAAAAAAAAA.0-0000",
        "osusume:AAAAAAAAAAAA.p3",
        button.replace(".0-", ".00-"),
        button[:-5],
    ):
        answer = await (await stage.ada.forge_click(reply, forged)).final()
        assert "expired" in answer.content, forged
        assert answer.ephemeral
    async with stage.core.storage.write() as connection:
        await connection.execute(
            text("UPDATE answers SET expires_at = 0 WHERE id = :id"), {"id": button[8:20]}
        )
    late = await stage.ada.click(reply, label="★ Favourite")
    assert "That button has expired" in late.content
    assert mal_id not in await stage.favourites(stage.ada)


async def test_buttons_of_other_programs_are_left_alone(stage: Stage) -> None:
    reply, _ = await picked(stage)
    stray = await stage.ada.forge_click(reply, "somebody:else")
    odd = await stage.ada.forge_click(reply, "osusume:../../etc")
    menu = await stage.ada.forge_click(reply, "osusume-menu:x", values=[])
    await stage.say(stage.ada, "help")
    assert [one.response_type for one in (stray, odd, menu)] == [None, None, None]
