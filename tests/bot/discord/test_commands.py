"""Every command on Discord: what it says, to whom, and with which buttons."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.commands import REGISTRY
from tests.bot.discord.stage import Stage
from tests.doubles.discord import Upload

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAID: dict[str, tuple[dict[str, Any], str]] = {
    "recommend": ({"mood": "quiet, melancholic, rural Japan"}, "For “quiet, melancholic"),
    "fav add": ({"title": "Frieren", "score": 9.5, "note": "twice"}, "now among your favourites"),
    "fav remove": ({"title": "Mushishi"}, "no longer among your favourites"),
    "fav list": ({"sort": "title"}, "Your favourite:\n1. Mushishi (2005 · TV)"),
    "fav import": ({"text": "Aria the Animation; Kino no Tabi"}, "Matched 2 titles"),
    "fav export": ({"format": "mal"}, "Here is your list"),
    "fav clear": ({}, "Really take out your only favourite?"),
    "anime search": ({"title": "steins gate"}, "Steins;Gate (2011 · TV)"),
    "anime details": ({"title": "fmab"}, "Fullmetal Alchemist: Brotherhood"),
    "anime random": ({"type": "Movie", "genre": "Drama"}, "Movie"),
    "anime season": ({"season": "spring", "year": 2011}, "Spring 2011"),
    "privacy show": ({}, "one title in your list"),
    "privacy export": ({}, "in this file"),
    "privacy erase": ({}, "Really erase everything"),
    "link": ({}, "/link "),
    "settings me": ({"novelty": "gems"}, "Novelty: hidden gems"),
    "settings server": ({"language": "en"}, "Language: English"),
    "help": ({}, "/recommend — "),
    "character list": ({}, "Nobody was taught here yet"),
    "character log": ({}, "Nothing was taught here yet"),
    "character export": ({}, "Everything taught here"),
    "character erase": ({}, "Really forget every character"),
    "artchannel status": ({}, "no art channel"),
    "artchannel optout": ({"on": False}, "tagged again"),
}

WITH_PICTURES = {
    "identify", "tag", "caption", "describe", "character add", "character info", "character remove",
    "artchannel enable", "artchannel disable", "artchannel settings", "artchannel ignore",
}  # fmt: skip
"""Tried in `test_pictures.py` and `test_art.py`."""


async def test_every_command_is_tried() -> None:
    assert set(SAID) | WITH_PICTURES | {"compare"} == set(REGISTRY.commands)


@pytest.mark.parametrize("command", SAID)
async def test_command(stage: Stage, command: str) -> None:
    await stage.favour(stage.ada, "Mushishi")
    options, expected = SAID[command]
    reply = await stage.say(stage.ada, command, **options)
    assert expected in reply.texts
    assert reply.ephemeral == REGISTRY.commands[command].private
    assert not reply.followups


async def test_help_says_how_to_show_a_picture(stage: Stage) -> None:
    for channel in (stage.channel, stage.bob.dm):
        said = (await stage.bob.slash(channel, "help")).texts
        assert "Drop it on /describe" in said
        assert "“Who is this?”" in said, "as the menu is called"
        assert "/artchannel enable" in said


async def test_recommend_gives_cards_with_every_button(stage: Stage) -> None:
    await stage.favour(stage.ada, "Mushishi", "Frieren")
    reply = await stage.say(stage.ada, "recommend", count=4, exclude="Horror", novelty="balanced")
    assert "from your 2 favourites" in reply.content
    (embed,) = reply.embeds
    assert "> " in embed["description"]
    assert embed["url"].startswith("https://myanimelist.net/anime/")
    assert embed["thumbnail"]["url"].startswith("https://")
    assert [one.label for one in reply.components] == [
        "★ Favourite", "👁 Seen", "✖ Not for me", "≈ More like this", "ℹ Details", None, "‹", "1 / 4", "›",
    ]  # fmt: skip
    assert [len(one.options) for one in reply.components if one.type == 3] == [4]


async def test_recommend_for_several_people(stage: Stage) -> None:
    carol = stage.double.add_user("carol")
    await stage.favour(stage.bob, "Mushishi", "Natsume Yuujinchou")
    await stage.favour(carol, "Cowboy Bebop")
    reply = await stage.ada.slash(stage.channel, "recommend", **{"with": stage.bob, "with_2": carol})
    assert reply.content == "For you and Bob, Carol:"
    alone = await stage.ada.slash(stage.channel, "recommend", with_3=stage.double.add_user("dan"))
    assert alone.ephemeral
    assert "Dan has no favourites here yet" in alone.content


async def test_compare(stage: Stage) -> None:
    await stage.favour(stage.ada, "Mushishi", "Frieren")
    await stage.favour(stage.bob, "Mushishi", "Naruto")
    reply = await stage.ada.slash(stage.channel, "compare", **{"with": stage.bob})
    assert "You both love: Mushishi" in reply.texts
    assert "You and Bob" in reply.texts
    (command,) = [one for one in stage.double.commands if one["name"] == "compare"]
    assert [option["name"] for option in command["options"]] == ["with"]


async def test_import_of_an_attached_list(stage: Stage) -> None:
    rows = "".join(
        f"<anime><series_animedb_id>{mal_id}</series_animedb_id><series_title>x</series_title>"
        f"<my_score>{score}</my_score><my_status>{status}</my_status></anime>"
        for mal_id, score, status in ((457, 9, "Completed"), (1, 6, "Completed"), (20, 0, "Dropped"))
    )
    xml = f'<?xml version="1.0"?><myanimelist>{rows}</myanimelist>'.encode()
    reply = await stage.say(stage.ada, "fav import", file=Upload("animelist.xml", xml))
    assert "Matched 3 titles" in reply.texts
    assert reply.ephemeral
    assert await stage.favourites(stage.ada) == [457]
    profile = await stage.core.people.profile(f"discord:{stage.ada.id}")
    assert (profile.seen, profile.dropped) == (frozenset({1, 457}), frozenset({20}))


async def test_exports_are_files(stage: Stage) -> None:
    await stage.favour(stage.ada, "Mushishi")
    exported = await stage.say(stage.ada, "fav export", format="json")
    assert json.loads(exported.files[0].data)["entries"][0]["mal_id"] == 457
    again = await stage.say(stage.bob, "fav import", file=Upload("list.json", exported.files[0].data))
    assert "Matched one title" in again.texts
    everything = await stage.say(stage.ada, "privacy export")
    assert everything.ephemeral
    assert f"discord:{stage.ada.id}" in json.dumps(json.loads(everything.files[0].data))
    mal = await stage.say(stage.ada, "fav export", format="mal")
    assert mal.files[0].filename == "animelist.xml"
    assert b"<series_animedb_id>457<" in mal.files[0].data


async def test_a_list_that_cannot_be_fetched_or_is_too_large(stage: Stage) -> None:
    stage.double.force(status=404, route="GET /ephemeral-attachments/*")
    gone = await stage.say(stage.ada, "fav import", file=Upload("list.txt", b"Mushishi"))
    assert "attach it once more" in gone.content
    huge = await stage.say(stage.ada, "fav import", file=Upload("list.txt", b"x" * (10 * 2**20 + 1)))
    assert "list.txt is too large" in huge.content
    assert (gone.ephemeral, huge.ephemeral) == (True, True)


async def test_errors_are_one_private_sentence(stage: Stage) -> None:
    unknown = await stage.say(stage.ada, "fav add", title="qqqq zzzz xxxx wwww")
    assert "no anime called “qqqq zzzz xxxx wwww”" in unknown.content
    none = await stage.say(stage.bob, "fav clear")
    only = await stage.say(stage.bob, "settings server", adult=True)
    assert "Only those who manage this server" in only.content
    assert all(reply.ephemeral and not reply.components for reply in (unknown, none, only))


async def test_a_bug_is_one_apology(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(stage.core.search, "resolve", broken)
    reply = await stage.say(stage.ada, "anime details", title="Mushishi")
    assert "Something went wrong on my side" in reply.content
    assert reply.ephemeral
    number = reply.content.split()[-1].strip(".")
    assert f"bug {number}" in caplog.text
    assert "ZeroDivisionError" in caplog.text


async def test_a_bug_while_drawing_is_an_apology_too(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.discord.answering.render", _failing_once())
    reply = await stage.say(stage.ada, "help")
    assert "Something went wrong on my side" in reply.content


def _failing_once() -> Any:
    from bot.discord.render import render

    failures = [RuntimeError("drawing")]

    def failing(*given: Any, **named: Any) -> Any:
        if failures:
            raise failures.pop()
        return render(*given, **named)

    return failing


async def test_private_where_a_person_wants_it(stage: Stage) -> None:
    await stage.say(stage.ada, "settings me", private=True)
    assert (await stage.say(stage.ada, "recommend")).ephemeral
    assert not (await stage.say(stage.bob, "recommend")).ephemeral


async def test_titles_without_a_cover_get_a_tile(stage: Stage) -> None:
    catalogue = stage.core.catalogue
    titles = map(catalogue.anime, range(len(catalogue)))
    bare = next(anime for anime in titles if not anime.image_url and not anime.is_adult)
    reply = await stage.say(stage.ada, "anime details", title=f"#{bare.mal_id}")
    assert reply.embeds[0]["thumbnail"]["url"] == "attachment://tile.png"
    assert reply.files[0].data.startswith(b"\x89PNG")
