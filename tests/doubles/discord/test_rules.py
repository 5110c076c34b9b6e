"""Every rule of messages, commands, choices and modals, one broken at a time."""

from __future__ import annotations

import asyncio

import pytest

from . import Reply
from .commands import is_command_name
from .errors import Json
from .wire import Wire, button, field_error, menu, row

FIELDS = [{"name": "n", "value": "v"}]
V2 = 1 << 15
MESSAGE_RULES: list[tuple[Json, str]] = [
    ({"content": "x" * 2001}, "content"),
    ({"embeds": [{"title": "x"}] * 11}, "embeds"),
    ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
    ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
    ({"embeds": [{"fields": FIELDS * 26}]}, "embeds.0.fields"),
    ({"embeds": [{"fields": [{"name": "x" * 257, "value": "v"}]}]}, "embeds.0.fields.0.name"),
    ({"embeds": [{"fields": [{"name": "n", "value": "x" * 1025}]}]}, "embeds.0.fields.0.value"),
    ({"embeds": [{"fields": [{"name": "n", "value": " "}]}]}, "embeds.0.fields.0.value"),
    ({"embeds": [{"title": "t", "footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text"),
    ({"embeds": [{"title": "t", "author": {"name": "x" * 257}}]}, "embeds.0.author.name"),
    ({"embeds": [{"title": "t", "image": {"url": "ftp://x/y.png"}}]}, "embeds.0.image.url"),
    ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
    ({"embeds": [{}]}, "embeds.0.description"),
    ({"content": "x", "nonce": "x" * 26}, "nonce"),
    ({"content": "x", "flags": 1 << 20}, "flags"),
    ({"content": "x", "allowed_mentions": {"users": ["1"] * 101}}, "allowed_mentions.users"),
    ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions"),
    ({"content": "x", "message_reference": {"message_id": "1"}}, "message_reference"),
    ({"components": row(button()) * 6}, "components"),
    ({"components": row(*(button(one) for one in range(6)))}, "components.0.components"),
    ({"components": row(button(), menu())}, "components.0.components.1"),
    ({"components": row(button(), button())}, "components"),
    ({"components": row(button(custom_id="x" * 101))}, "components.0.components.0.custom_id"),
    ({"components": row(button(custom_id=""))}, "components.0.components.0.custom_id"),
    ({"components": row(button(label="x" * 81))}, "components.0.components.0.label"),
    ({"components": row(button(label=None))}, "components.0.components.0"),
    ({"components": row(button(style=5, url="https://x.org"))}, "components.0.components.0.custom_id"),
    ({"components": row(menu(options=[]))}, "components.0.components.0.options"),
    ({"components": row(menu(placeholder="x" * 151))}, "components.0.components.0.placeholder"),
    ({"components": row(menu(max_values=26))}, "components.0.components.0.max_values"),
    ({"components": [{"type": 10, "content": "x"}]}, "components.0.type"),
    ({"components": [{"type": 10, "content": "x"}] * 41, "flags": V2}, "components"),
    ({"components": [{"type": 10, "content": "x" * 2001}] * 2, "flags": V2}, "components"),
    ({"components": [{"type": 10, "content": "x"}], "content": "x", "flags": V2}, "content"),
    ({"components": [{"type": 12, "items": []}], "flags": V2}, "components.0.items"),
    (
        {"components": [{"type": 13, "file": {"url": "https://x.org/a"}}], "flags": V2},
        "components.0.media.url",
    ),
    (
        {"components": [{"type": 13, "file": {"url": "attachment://a"}}], "flags": V2},
        "components.0.media.url",
    ),
]


@pytest.mark.parametrize(("body", "path"), MESSAGE_RULES)
async def test_message_rules(wire: Wire, body: Json, path: str) -> None:
    status, answer = await wire.send(body)
    assert status == 400
    assert field_error(answer, path)
    assert len(wire.double.violations) == 1
    assert wire.channel.messages == []
    reply = await wire.ada.start_slash(wire.channel, "find")
    if "message_reference" not in body:
        status, answer = await wire.respond(reply, {"type": 4, "data": body})
        assert status == 400
        assert field_error(answer, f"data.{path}")
        assert reply.response_type is None, "a refused response leaves the interaction open"


async def test_the_limits_themselves_are_allowed(wire: Wire) -> None:
    embed = {"title": " " + "x" * 256 + " ", "description": "x" * 4096, "footer": {"text": "x" * 1648}}
    buttons = [button(one, custom_id=f"{one}" + "x" * 98, label="x" * 80) for one in range(10, 15)]
    body = {"content": "x" * 2000, "embeds": [embed], "components": row(*buttons)}
    assert (await wire.send(body))[0] == 200
    assert wire.double.violations == []


COMMAND: Json = {"name": "find", "description": "Find"}
TEXT_OPTION: Json = {"type": 3, "name": "a", "description": "d"}
SUB_COMMAND = TEXT_OPTION | {"type": 1}
COMMAND_RULES: list[tuple[Json, str]] = [
    (COMMAND | {"name": "Find"}, "0.name"),
    (COMMAND | {"name": "fi nd"}, "0.name"),
    (COMMAND | {"name": "x" * 33}, "0.name"),
    (COMMAND | {"description": ""}, "0.description"),
    (COMMAND | {"description": "x" * 101}, "0.description"),
    (COMMAND | {"name_localizations": {"ja": "さ がす"}}, "0.name_localizations.ja"),
    (COMMAND | {"description_localizations": {"jp": "x"}}, "0.description_localizations.jp"),
    (COMMAND | {"options": [TEXT_OPTION | {"name": f"a{one}"} for one in range(26)]}, "0.options"),
    (COMMAND | {"options": [TEXT_OPTION, TEXT_OPTION]}, "0.options"),
    (COMMAND | {"options": [TEXT_OPTION, TEXT_OPTION | {"name": "b", "required": True}]}, "0.options.1"),
    (COMMAND | {"options": [TEXT_OPTION | {"choices": [{"name": "", "value": "x"}]}]}, "0.options.0.choices.0.name"),
    (COMMAND | {"options": [TEXT_OPTION | {"choices": [{"name": "x", "value": 1}]}]}, "0.options.0.choices.0.value"),
    (COMMAND | {"options": [TEXT_OPTION | {"max_length": 6001}]}, "0.options.0.max_length"),
    (COMMAND | {"options": [TEXT_OPTION | {"type": 4, "max_value": 2**53}]}, "0.options.0.max_value"),
    (COMMAND | {"options": [TEXT_OPTION | {"type": 11, "autocomplete": True}]}, "0.options.0.autocomplete"),
    (COMMAND | {"options": [SUB_COMMAND | {"options": [SUB_COMMAND]}]}, "0.options.0.options.0.type"),
    (COMMAND | {"options": [SUB_COMMAND, TEXT_OPTION | {"name": "b"}]}, "0.options"),
    (COMMAND | {"options": [TEXT_OPTION | {"description": "x" * 100, "name": f"a{n}", "choices": [
        {"name": f"{c:03}" + "x" * 40, "value": f"{c:03}" + "x" * 40} for c in range(25)]} for n in range(4)]}, "0"),
    ({"type": 2, "name": "Look", "description": "no"}, "0.description"),
    ({"type": 3, "name": "x" * 33}, "0.name"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "path"), COMMAND_RULES)
async def test_command_rules(wire: Wire, command: Json, path: str) -> None:
    status, answer = await wire.call("PUT", f"/applications/{wire.double.application_id}/commands", [command])
    assert status == 400
    assert field_error(answer, path)
    assert [one["name"] for one in wire.double.commands] == ["find"], "a refused set replaces nothing"


async def test_command_counts_and_single_command_routes(wire: Wire) -> None:
    base = f"/applications/{wire.double.application_id}/commands"
    many = [COMMAND | {"name": f"c{number}"} for number in range(101)]
    assert (await wire.call("PUT", base, many))[1]["code"] == 30032
    assert field_error((await wire.call("PUT", base, [COMMAND, COMMAND]))[1], "1.name")
    menus = [{"type": 2, "name": f"Menu {number}"} for number in range(16)]
    assert (await wire.call("PUT", base, menus))[1]["code"] == 30032
    status, created = await wire.call("POST", base, COMMAND | {"name": "探す"})
    assert status == 201
    assert (await wire.call("POST", base, COMMAND | {"name": "探す", "description": "new"}))[0] == 200
    assert (await wire.call("PATCH", f"{base}/{created['id']}", {"description": "newer"}))[0] == 200
    assert (await wire.call("DELETE", f"{base}/{created['id']}"))[0] == 204
    assert (await wire.call("GET", f"{base}/{created['id']}"))[1]["code"] == 10063
    for _ in range(2):
        first, second = ([COMMAND | {"name": f"{mark}{number}"} for number in range(100)] for mark in "xy")
        await wire.call("PUT", base, first)
        status, answer = await wire.call("PUT", base, second)
    assert answer["code"] == 30034, "200 creates a day"


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("fav-add_2", True),
        ("jojo's", True),
        ("เพิ่ม", True),
        ("जोड़ें", True),
        ("さがす", True),
        ("a.b", False),
        ("É", False),
    ],
)
def test_command_names(name: str, fine: bool) -> None:
    assert is_command_name(name) is fine


async def test_autocomplete_answers(wire: Wire) -> None:
    wrong: list[tuple[list[Json], str]] = [
        ([{"name": f"{number}", "value": "v"} for number in range(26)], "data.choices"),
        ([{"name": "", "value": "v"}], "data.choices.0.name"),
        ([{"name": "x" * 101, "value": "v"}], "data.choices.0.name"),
        ([{"name": "x", "value": "v" * 101}], "data.choices.0.value"),
        ([{"name": "x", "value": 1}], "data.choices.0.value"),
    ]
    asked = asyncio.create_task(wire.ada.autocomplete(wire.channel, "find", "title", "mu"))
    await asyncio.sleep(0)
    (interaction,) = wire.double.desk.by_token.values()
    assert interaction.payload()["data"]["options"] == [
        {"type": 3, "name": "title", "value": "mu", "focused": True}
    ]
    for choices, path in wrong:
        status, answer = await wire.respond(Reply(interaction), {"type": 8, "data": {"choices": choices}})
        assert status == 400
        assert field_error(answer, path)
    await wire.respond(
        Reply(interaction), {"type": 8, "data": {"choices": [{"name": "Mushishi", "value": "1"}]}}
    )
    assert [(one.name, one.value) for one in await asked] == [("Mushishi", "1")]


FIELD: Json = {"type": 4, "custom_id": "i", "style": 1, "label": "l"}


@pytest.mark.parametrize(
    ("modal", "path"),
    [
        ({"title": "x" * 46}, "title"),
        ({"custom_id": ""}, "custom_id"),
        ({"components": []}, "components"),
        ({"components": row(FIELD | {"label": "x" * 46})}, "components.0.components.0.label"),
        ({"components": row(FIELD | {"max_length": 4001})}, "components.0.components.0.max_length"),
        ({"components": row(FIELD) * 2}, "components"),
        ({"components": [{"type": 18, "label": "l", "component": button()}]}, "components.0.component.type"),
    ],
)
async def test_modal_rules(wire: Wire, modal: Json, path: str) -> None:
    whole = {
        "title": "t",
        "custom_id": "m",
        "components": row({"type": 4, "custom_id": "i", "style": 1, "label": "l"}),
    }
    reply = await wire.ada.start_slash(wire.channel, "find")
    assert field_error((await wire.respond(reply, {"type": 9, "data": whole | modal}))[1], f"data.{path}")
