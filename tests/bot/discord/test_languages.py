"""Names, descriptions and answers in the reader's language, as far as the message catalogues have it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.commands import REGISTRY
from bot.discord.declare import LOCALES
from bot.texts import LANGUAGES, Texts
from tests.bot.discord.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

READERS = [(locale.value, language) for locale, language in LOCALES.items()]


async def test_every_language_has_a_locale() -> None:
    assert set(LOCALES.values()) == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize(("locale", "language"), READERS)
async def test_names_and_descriptions_are_translated(stage: Stage, locale: str, language: str) -> None:
    texts = Texts(language)
    menus = {texts(menu.label) for command in REGISTRY.commands.values() for menu in command.menus}
    shown = [one for one in stage.double.commands if one["type"] == 3]
    assert {one["name_localizations"][locale] for one in shown} == menus
    for command in stage.double.commands:
        if command["type"] == 3:
            continue
        nodes = {command["name"]: command}
        nodes |= {f"{command['name']}-{one['name']}": one for one in command["options"] if one["type"] == 1}
        for name, node in nodes.items():
            key = f"group-{name}" if len(nodes) > 1 and name == command["name"] else f"command-{name}"
            if texts.has_own(key):
                assert node["description_localizations"][locale] == texts(key).split("|")[0].strip()
            if texts.has_own(f"name-{node['name']}"):
                assert node["name_localizations"][locale]


@pytest.mark.parametrize(("locale", "language"), READERS)
async def test_a_reader_uses_own_names_and_gets_own_words(stage: Stage, locale: str, language: str) -> None:
    reader = stage.double.add_user("reader", locale=locale)
    (fav,) = [one for one in stage.double.commands if one["name"] == "fav"]
    (add,) = [one for one in fav["options"] if one["name"] == "add"]
    title = add["options"][0]
    name = " ".join(local(node, locale) for node in (fav, add))
    reply = await reader.slash(stage.channel, name, **{local(title, locale): "Mushishi"})
    assert reply.content == Texts(language)("fav-added", title="Mushishi")
    if Texts(language).has_own("fav-added"):
        assert reply.content != Texts("en")("fav-added", title="Mushishi")
    card = await reader.slash(stage.channel, "anime details", title="Mushishi")
    assert card.button("★ " + Texts(language)("button-favourited")).disabled


def local(node: dict[str, Any], locale: str) -> str:
    return str((node.get("name_localizations") or {}).get(locale, node["name"]))


async def test_own_setting_beats_server_beats_platform(stage: Stage) -> None:
    reader = stage.double.add_user("reader", locale="ja")
    await stage.say(stage.ada, "settings server", language="es")
    assert (await stage.say(reader, "fav clear")).content == Texts("es")("fav-empty")
    await stage.say(reader, "settings me", language="en")
    assert (await stage.say(reader, "fav clear")).content == Texts("en")("fav-empty")
    assert (await reader.slash(reader.dm, "fav clear")).content == Texts("en")("fav-empty")


async def test_autocomplete_of_titles(stage: Stage) -> None:
    for typed, first in (
        ("mushis", "Mushishi (2005"),
        ("蟲師", "Mushishi (2005"),
        ("fmab", "Fullmetal Alchemist: Br"),
    ):
        choices = await stage.ada.autocomplete(stage.channel, "anime details", "title", typed)
        assert choices[0].name.startswith(first)
        assert 0 < len(choices) <= 25
    many = await stage.ada.autocomplete(stage.channel, "anime details", "title", "a")
    assert len(many) == 25
    details = await stage.say(stage.ada, "anime details", title=many[0].value)
    assert details.embeds[0]["title"].replace("\\", "") in many[0].name
    everything = await stage.ada.autocomplete(stage.channel, "anime details", "title", "x" * 300)
    assert len(everything) <= 25


async def test_autocomplete_offers_own_favourites_first(stage: Stage) -> None:
    await stage.favour(stage.ada, "Mushishi", "Frieren")
    offered = await stage.ada.autocomplete(stage.channel, "fav remove", "title", "")
    assert [choice.value for choice in offered] == ["#52991", "#457"]


async def test_autocomplete_of_several_titles_and_genres(stage: Stage) -> None:
    several = await stage.ada.autocomplete(stage.channel, "recommend", "based_on", "Mushishi; frier")
    assert several[0].name == "Mushishi; Sousou no Frieren"
    reply = await stage.say(stage.ada, "recommend", based_on=several[0].value)
    assert reply.content == "If you like Mushishi, Sousou no Frieren:"
    genres = await stage.ada.autocomplete(stage.channel, "recommend", "genre", "Comedy, slice")
    assert genres[0].value == "Comedy, Slice of Life"
    every = await stage.ada.autocomplete(stage.channel, "recommend", "exclude", "")
    assert len(every) == 25


@pytest.mark.parametrize(
    "typed", ["o", "one", "one pi", "shingeki no ky", "kimi no na", "ナルト", "the", "s"]
)
async def test_a_beginning_is_completed(stage: Stage, typed: str) -> None:
    suggested = await stage.ada.autocomplete(stage.channel, "fav add", "title", typed)
    assert 1 <= len(suggested) <= 25
