"""The API is what openapi.json says: every route, every reply, and nothing that is not in it."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from openapi_spec_validator import validate

from bot.dispatch import Dispatcher
from bot.texts import LANGUAGES, Texts
from bot.web import application
from bot.web.words import HOLES, WORDS
from core.osusume import Osusume
from core.settings import read_settings
from tests.bot.web.visiting import OPENAPI, Client, schema_errors

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_document_is_valid_and_served(client: Client) -> None:
    validate(OPENAPI)
    status, served = await client.call("GET", "api/openapi.json")
    assert (status, served) == (200, OPENAPI)


async def test_every_route_is_documented(tmp_path: Path) -> None:
    settings = read_settings(home=tmp_path)
    async with Osusume.open(settings) as osusume:
        app = application(Dispatcher(osusume), settings)
    routes = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/api/")
    }
    documented = {(method.upper(), path) for path, methods in OPENAPI["paths"].items() for method in methods}
    assert routes == documented


async def test_a_visit_from_favourites_to_erasure(client: Client) -> None:
    """Every command once, and every kind of button; the client compares each reply with the documentation."""
    assert (await client.call("GET", "api/health")) == (200, {"status": "ok"})
    added = await client.ask("/fav add Mushishi")
    assert added["cards"][0]["mal_id"] == 457
    assert not added["error"]
    picks = await client.ask("/recommend novelty:balanced count:4")
    assert len(picks["cards"]) == 4
    assert len(picks["pager"]["pages"]) == 4
    assert all(card["why"] for card in picks["cards"])
    assert 457 not in [card["mal_id"] for card in picks["cards"]]
    shown = await client.press(picks["cards"][0]["choices"][0]["token"])
    assert shown["update"]
    assert shown["id"] == picks["id"]
    assert shown["note"]
    assert shown["cards"][0]["choices"][0]["disabled"]
    for place in (1, 2):  # Seen, Not for me: tokens are those of what is shown now
        shown = await client.press(shown["cards"][1]["choices"][place]["token"])
        assert shown["update"]
    shown = await client.press(shown["pager"]["pages"][2]["token"])
    assert shown["pager"]["page"] == 2
    for place in (3, 4):  # More like this, Details
        below = await client.press(shown["cards"][2]["choices"][place]["token"])
        assert below["cards"]
        assert not below["update"]
    stale = await client.press(picks["cards"][1]["choices"][1]["token"])
    assert stale["error"]
    for line in (
        "/fav list", "/anime search Frieren", "/anime details Monster", "/anime random", "/anime season fall year:2023",
        "/settings", "/privacy", "/help", "/link", "/recommend quiet, ghosts", "/fav remove Mushishi",
    ):  # fmt: skip
        assert not (await client.ask(line))["error"], line
    exported = await client.ask("/fav export")
    assert exported["private"]
    assert json.loads(base64.b64decode(exported["files"][0]["data"]))
    cleared = await client.ask("/fav clear")
    undone = await client.press((await client.press(cleared["choices"][0]["token"]))["choices"][0]["token"])
    assert not undone["error"]
    erase = await client.ask("/privacy erase")
    assert (await client.press(erase["choices"][0]["token"]))["update"]
    assert (await client.ask("/fav list"))["data"] == []


async def test_commands_are_described_in_every_language(client: Client) -> None:
    for language in LANGUAGES:
        status, body = await client.call(
            "GET", "api/commands", headers={"Accept-Language": f"{language}-XX,en;q=0.5"}
        )
        assert (status, body["language"]) == (200, language)
        assert set(body["words"]) == set(WORDS)
        for word, holes in HOLES.items():
            assert all(f"{{{hole}}}" in body["words"][word] for hole in holes)
        offered = {command["name"] for command in body["commands"]}
        assert not [name for name in offered if name.startswith(("settings server", "artchannel"))]
        assert {"settings me", "character add", "character erase", "help"} <= offered


async def test_help_says_how_to_show_a_picture_and_offers_no_channels(client: Client) -> None:
    said = await client.ask("/help")
    assert said["items"][0] == Texts("en")("help-showing-web")
    assert not [item for item in said["items"] if item.startswith(("/artchannel", "/settings server"))]
    typed = await client.ask("/artchannel status")
    assert typed["error"]
    assert "servers and groups" in typed["text"], "who types it all the same is told why"


async def test_a_language_set_as_a_preference_goes_before_the_browsers(client: Client) -> None:
    assert (await client.command("settings me", language="ja"))["language"] == "ja"
    _, body = await client.call("GET", "api/commands", headers={"Accept-Language": "es"})
    assert body["language"] == "ja"


async def test_completion(client: Client) -> None:
    async def complete(**query: str) -> list[str]:
        status, body = await client.call("GET", "api/complete", params=query)
        assert status == 200
        return [one["label"] for one in body["suggestions"]]

    assert any(
        "Mushishi" in label for label in await complete(command="fav add", option="title", text="mushish")
    )
    assert "Mystery" in await complete(command="recommend", option="genre", text="myst")
    assert await complete(command="recommend", option="mood", text="quiet") == []


async def test_people_do_not_share_anything(client: Client, other: Client) -> None:
    picks = await client.ask("/recommend like Mushishi")
    await client.ask("/fav add Mushishi")
    assert (await other.ask("/fav list"))["data"] == []
    refused = await other.press(picks["pager"]["pages"][1]["token"])
    assert refused["error"]
    assert len((await client.ask("/fav list"))["data"]) == 1


async def test_friends_compare_by_public_names_which_are_not_their_ids(client: Client, other: Client) -> None:
    for person in (client, other):
        await person.ask("/fav add Mushishi")
    _, body = await other.call("GET", "api/commands")
    assert body["name"] not in other.person
    for compared in (
        await client.ask(f"/compare with:{body['name']}"),
        await client.command("compare", **{"with": [body["name"]]}),
    ):
        assert not compared["error"]
        assert 457 in compared["data"]["shared"]


@pytest.mark.parametrize("name", ["discord:1234567890", "telegram:5", "web:aaaaaaaaaaaa", "../", "' OR 1=1"])
async def test_only_people_of_the_playground_can_be_named(client: Client, name: str) -> None:
    assert (await client.command("compare", **{"with": [name]}))["error"]
    assert (await client.ask(f"/compare with:{name}"))["error"]


async def test_an_event_is_done_once_and_only_for_its_person(client: Client, other: Client) -> None:
    body = {"line": "/fav add Mushishi", "event": "click-0001"}
    assert [(await client.call("POST", "api/ask", json=body))[0] for _ in range(2)] == [200, 409]
    assert (await other.call("POST", "api/ask", json=body))[0] == 200
    once = (await client.ask("/fav list"))["data"]
    assert [entry["mal_id"] for entry in once] == [457]


async def test_a_list_is_imported_from_a_file(client: Client) -> None:
    upload = {"name": "list.txt", "data": base64.b64encode(b"Mushishi\nMonster\n").decode()}
    done = await client.command("fav import", file=upload)
    assert done["private"]
    assert done["data"]["matched"] == 2


async def test_what_cannot_be_mended_by_the_client_is_a_sentence(client: Client) -> None:
    for line in (
        "",
        "/nonsense",
        "/fav add qqqqqqqq",
        "x" * 10_000,
        "/recommend count:99",
        "\x00",
        "/anime",
        "🦊" * 50,
    ):
        answer = await client.ask(line)
        assert answer["error"], line
        assert 0 < len(answer["text"]) < 400
    assert (await client.command("nonsense"))["error"]
    for token in ("AAAAAAAAAAAA.0", "x", "..", "AAAAAAAAAAAA.p0", "-.-1"):
        assert (await client.press(token))["error"]


GARBAGE_ASKED: list[Any] = [
    {}, [], 7, "line", {"line": 7}, {"line": None}, {"line": "/help", "unknown": 1},
    {"line": "/help", "command": "help"}, {"line": "/help", "options": {}}, {"command": 1},
    {"command": "fav add", "options": []}, {"command": "fav add", "options": {"title": None}},
    {"command": "fav add", "options": {"title": {"name": "a"}}},
    {"command": "fav import", "options": {"file": {"name": "a", "data": "", "path": "/etc/passwd"}}},
    {"command": "fav import", "options": {"file": {"name": "", "data": ""}}},
    {"command": "x" * 101}, {"line": "/help", "event": "short"}, {"line": "/help", "event": "with space"},
    {"line": "/help", "event": 12345678}, {"line": "/tag", "pictures": {"name": "a", "data": ""}},
    {"line": "/tag", "pictures": ["a"]}, {"line": "/tag", "pictures": [{"name": "a", "data": ""}] * 11},
    {"command": "tag", "pictures": []}, {"command": "tag", "options": {"pictures": [{"name": "a"}]}},
    {"command": "tag", "options": {"pictures": [{"name": "a", "data": ""}] * 11}},
]  # fmt: skip
GARBAGE_PRESSED: list[Any] = [
    {}, [], {"token": ""}, {"token": 1}, {"token": "a b"}, {"token": "é"}, {"token": "x" * 33},
    {"token": "AAAAAAAAAAAA.0", "answer": 1}, {"token": "AAAAAAAAAAAA.0", "event": "short"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "name", "body"),
    [("api/ask", "Ask", body) for body in GARBAGE_ASKED]
    + [("api/press", "Press", body) for body in GARBAGE_PRESSED],
)
async def test_what_is_not_documented_is_refused(client: Client, path: str, name: str, body: Any) -> None:
    assert schema_errors(name, body), "the document must refuse it too"
    status, answer = await client.call("POST", path, json=body)
    assert status == 400
    assert "\n" not in answer["error"]
    assert len(answer["error"]) < 300


@pytest.mark.parametrize(
    "options",
    [
        {"name": "Mushishi"}, {"title": 5}, {"title": ["Mushishi"]}, {"title": True}, {"score": True},
        {"title": {"name": "a.txt", "data": ""}}, {"note": 1.5},
    ],
)  # fmt: skip
async def test_options_of_another_name_or_kind_are_refused(client: Client, options: dict[str, Any]) -> None:
    status, _ = await client.call("POST", "api/ask", json={"command": "fav add", "options": options})
    assert status == 400


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"null", b"\xff\xfe", b'{"line": "\\ud800"}', b'{"line": NaN}', b"[" * 100_000,
        b'{"command": "recommend", "options": {"count": NaN}}',
        b'{"command": "recommend", "options": {"count": 1e999}}',
        b'{"command": "fav import", "options": {"file": {"name": "a", "data": "not base64!"}}}',
    ],
)  # fmt: skip
async def test_what_is_no_json_is_refused(client: Client, raw: bytes) -> None:
    status, _ = await client.call("POST", "api/ask", data=raw, headers={"Content-Type": "application/json"})
    assert status == 400


async def test_other_content_types_and_large_bodies_are_refused(client: Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        status, _ = await client.call(
            "POST", "api/ask", data=b'{"line": "/help"}', headers={"Content-Type": kind}
        )
        assert status == 415
    large = io.BytesIO(b'{"token": "' + b"a" * (9 << 20) + b'"}')
    status, _ = await client.call(
        "POST", "api/press", data=large, headers={"Content-Type": "application/json"}
    )
    assert status == 413


async def test_unknown_and_missing_query_fields_are_refused(client: Client) -> None:
    good = {"command": "fav add", "option": "title", "text": "a"}
    for query in (
        {**good, "more": "1"},
        {"command": "fav add"},
        {**good, "option": "nothing"},
        {**good, "command": "no"},
    ):
        assert (await client.call("GET", "api/complete", params=query))[0] == 400
    assert (await client.call("GET", "api/commands", params={"a": "b"}))[0] == 400
    assert (await client.call("GET", "api/health", params={"a": "b"}))[0] == 400
    assert (await client.call("POST", "api/ask", params={"a": "b"}, json={"line": "/help"}))[0] == 400


@pytest.mark.parametrize("person", ["", "short", "x" * 65, "spaces are not fine", "é" * 20])
async def test_a_person_is_needed(client: Client, person: str) -> None:
    client.person = person
    for path in ("api/ask", "api/press"):
        assert (await client.call("POST", path, json={"line": "/help"}))[0] == 400
    assert (await client.call("GET", "api/commands"))[0] == 400


async def test_addresses_and_methods_that_do_not_exist(site: str, session: aiohttp.ClientSession) -> None:
    for method, path, status in (
        ("GET", "api/nothing", 404),
        ("GET", "api/ask", 405),
        ("PUT", "api/press", 405),
        ("GET", "../server.py", 404),
    ):
        async with session.request(method, site + path) as response:
            assert response.status == status
            assert not schema_errors("Error", await response.json())
