"""Routes, clocks, uploads, limits and the gateway, over raw HTTP and WebSocket."""

from __future__ import annotations

import io
import json
from typing import Any

import aiohttp
import pytest

from .errors import Json
from .wire import AGENT, Wire, button, field_error, row


async def test_callback_types_fit_the_interaction(wire: Wire) -> None:
    posted = await wire.call("POST", f"/channels/{wire.channel.id}/messages", {"components": row(button())})
    shown = wire.channel.message(posted[1]["id"])
    assert shown is not None
    allowed = {"command": {4, 5, 9}, "click": {4, 5, 6, 7, 9}}
    modal = {
        "title": "t",
        "custom_id": "m",
        "components": row({"type": 4, "custom_id": "i", "style": 1, "label": "l"}),
    }
    for kind in (1, 4, 5, 6, 7, 8, 9, 10):
        data: Json = modal if kind == 9 else {} if kind in (5, 6) else {"content": "x"}
        for source in ("command", "click"):
            reply = await (
                wire.ada.start_slash(wire.channel, "find")
                if source == "command"
                else wire.ada.start_click(shown, label="x")
            )
            status, answer = await wire.respond(reply, {"type": kind, "data": data})
            shown.raw_components = row(button())
            assert (status == 200) is (kind in allowed[source]), (source, kind, answer)
            if status != 200:
                assert field_error(answer, "type") == "BASE_TYPE_CHOICES"


async def test_second_response_unknown_tokens_and_early_followup(wire: Wire) -> None:
    reply = await wire.ada.start_slash(wire.channel, "find")
    assert (await wire.call("PATCH", wire.original(reply), {"content": "x"}))[1]["code"] == 10015
    assert (await wire.respond(reply, {"type": 5, "data": {"flags": 1 << 15}}))[0] == 400
    _, answer = await wire.respond(reply, {"type": 5, "data": {"flags": 64}})
    assert answer["interaction"]["response_message_loading"] is True
    assert (await wire.respond(reply, {"type": 4, "data": {"content": "x"}}))[1]["code"] == 40060
    assert (await wire.call("POST", "/interactions/1/nonsense/callback", {"type": 4}))[1]["code"] == 10062
    assert (await wire.call("POST", "/webhooks/1/nonsense", {"content": "x"}))[1]["code"] == 10015
    webhook = f"/webhooks/{wire.double.application_id}/{reply.interaction.token}"
    _, answer = await wire.call("POST", webhook, {"content": "fills the deferred message"}, headers={})
    assert answer["id"] == str(reply.message_id)
    assert answer["flags"] == 64, "private-ness is fixed by the first response"
    assert (await wire.call("DELETE", wire.original(reply)))[0] == 204
    assert (await wire.call("GET", wire.original(reply)))[1]["code"] == 10008


async def test_uploads_match_their_entries_and_sizes(wire: Wire) -> None:
    path = f"/channels/{wire.channel.id}/messages"

    async def upload(attachments: object, **files: bytes) -> tuple[int, Json]:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", json.dumps({"content": "x", "attachments": attachments}))
        for number, (name, data) in enumerate(files.items()):
            form.add_field(f"files[{number}]", io.BytesIO(data), filename=f"{name}.png")
        return await wire.call("POST", path, data=form)

    assert (await upload([{"id": 0}], a=b"1"))[1]["attachments"][0]["filename"] == "a.png"
    assert field_error((await upload([{"id": 1}], a=b"1"))[1], "attachments.0.id") == "ATTACHMENT_NOT_FOUND"
    assert field_error((await upload([], a=b"1"))[1], "attachments") == "ATTACHMENT_NOT_LISTED"
    assert field_error(
        (await upload([{"id": 0, "description": "x" * 1025}], a=b"1"))[1], "attachments.0.description"
    )
    assert (await upload(None, **{f"f{number}": b"1" for number in range(11)}))[1]["code"] == 30015
    status, answer = await upload(None, a=bytes(10 * 1024 * 1024 + 1))
    assert (status, answer["code"]) == (413, 40005)
    wire.double.too_large = 50045
    assert (await upload(None, a=bytes(10 * 1024 * 1024 + 1)))[1]["code"] == 50045
    wire.guild.premium_tier = 2
    assert (await upload(None, a=bytes(10 * 1024 * 1024 + 1)))[0] == 200
    assert (await upload(None, a=bytes(13 * 1024 * 1024), b=bytes(13 * 1024 * 1024)))[1]["code"] == 40005


async def test_edits_keep_or_replace_files(wire: Wire) -> None:
    reply = await wire.ada.start_slash(wire.channel, "find")
    form = aiohttp.FormData(quote_fields=False)
    embeds = [{"title": "t", "image": {"url": "attachment://missing.png"}}]
    form.add_field("payload_json", json.dumps({"type": 4, "data": {"content": "x", "embeds": embeds}}))
    form.add_field("files[0]", b"1", filename="a.png")
    path = f"/interactions/{reply.interaction.id}/{reply.interaction.token}/callback"
    assert (await wire.call("POST", path, data=form, headers={}))[0] == 204, "no body without with_response"
    assert "missing.png" in wire.double.violations[0].message
    assert len((await wire.call("PATCH", wire.original(reply), {"content": "y"}))[1]["attachments"]) == 1
    assert (await wire.call("PATCH", wire.original(reply), {"attachments": []}))[1]["attachments"] == []
    assert (await wire.call("PATCH", wire.original(reply), {"content": "", "embeds": []}))[1]["code"] == 50006


async def test_what_every_request_has_to_pass(wire: Wire) -> None:
    path = f"/channels/{wire.channel.id}/messages"
    cases: list[tuple[int, int, str, str, Json]] = [
        (404, 0, "GET", "/nothing/here", {}),
        (405, 0, "DELETE", "/users/@me", {}),
        (401, 0, "GET", "/users/@me", {"headers": AGENT}),
        (403, 40333, "GET", "/users/@me", {"headers": {"Authorization": f"Bot {wire.double.token}"}}),
        (
            400,
            50109,
            "POST",
            path,
            {"data": b"{", "headers": wire.auth | {"Content-Type": "application/json"}},
        ),
        (400, 50035, "POST", path, {"data": b"x", "headers": wire.auth | {"Content-Type": "text/plain"}}),
        (400, 50006, "POST", path, {"json": {"content": "  "}}),
        (404, 10003, "POST", "/channels/1/messages", {"json": {"content": "x"}}),
        (404, 10008, "GET", f"{path}/1", {}),
    ]
    for status, code, method, where, more in cases:
        answer = await wire.call(method, where, **more)
        assert (answer[0], answer[1]["code"]) == (status, code), where
    assert [(one.status, one.code) for one in wire.double.violations] == [case[:2] for case in cases]
    assert len(wire.double.buckets.invalid) == 2


async def test_permissions_of_plain_messages(wire: Wire) -> None:
    view, send = 1 << 10, 1 << 11
    for permissions, body, code in (
        (0, {"content": "x"}, 50001),
        (view, {"content": "x"}, 50013),
        (view | send, {"embeds": [{"title": "x"}]}, 50013),
        (view | send, {"content": "x", "message_reference": {"message_id": "1"}}, 160002),
    ):
        wire.channel.bot_permissions = permissions
        assert (await wire.send(body))[1]["code"] == code
    wire.ada.dms_closed = True
    _, dm = await wire.call("POST", "/users/@me/channels", {"recipient_id": str(wire.ada.id)})
    assert (await wire.call("POST", f"/channels/{dm['id']}/messages", {"content": "x"}))[1]["code"] == 50007
    foreign = await wire.ada.message(wire.channel, "mine")
    wire.channel.bot_permissions = view | send
    path = f"/channels/{wire.channel.id}/messages/{foreign.id}"
    assert (await wire.call("PATCH", path, {"content": "x"}))[1]["code"] == 50005


async def test_buckets_nonces_and_the_global_limit(wire: Wire) -> None:
    frozen = wire.double.now()
    wire.double.clock = lambda: frozen
    wire.double.limit("POST /channels/*/messages", 2, 5.0)
    body = {"content": "x", "nonce": "1", "enforce_nonce": True}
    first, second, third = [await wire.send(body) for _ in range(3)]
    assert first[1]["id"] == second[1]["id"]
    assert (third[0], third[1]["global"]) == (429, False)
    assert 0 < third[1]["retry_after"] <= 5
    wire.double.advance(5)
    async with wire.http.get(wire.double.api_base + "/users/@me", headers=wire.auth) as answer:
        assert {"X-RateLimit-Limit", "X-RateLimit-Bucket", "X-RateLimit-Reset-After"} <= answer.headers.keys()
        assert answer.headers["Content-Type"] == "application/json"
    answers = [await wire.call("GET", "/users/@me") for _ in range(51)]
    assert [status for status, _ in answers].count(429) == 2
    assert answers[-1][1]["global"] is True


async def test_followups_of_a_user_install_are_five(wire: Wire) -> None:
    command = {"name": "find", "description": "Find", "integration_types": [1], "contexts": [0, 1, 2]}
    wire.double.registry.replace(None, [command])
    wire.ada.installed = True
    away = wire.double.add_guild(bot_member=False).add_channel()
    reply = await wire.ada.start_slash(away, "find")
    await wire.respond(reply, {"type": 4, "data": {"content": "x"}})
    webhook = f"/webhooks/{wire.double.application_id}/{reply.interaction.token}"
    answers = [await wire.call("POST", webhook, {"content": "x"}) for _ in range(6)]
    assert [status for status, _ in answers] == [200] * 5 + [400]
    assert answers[-1][1]["code"] == 40094
    assert (await wire.call("POST", f"/channels/{away.id}/messages", {"content": "x"}))[1]["code"] == 50001


IDENTIFY: Json = {
    "token": "test.token",
    "intents": 53575421,
    "properties": {"os": "x", "browser": "x", "device": "x"},
}
RESUME: Json = {"op": 6, "d": {"token": "test.token", "session_id": "x", "seq": 0}}


@pytest.mark.parametrize(
    ("frames", "close"),
    [
        ([{"op": 2, "d": IDENTIFY | {"token": "wrong"}}], 4004),
        ([{"op": 2, "d": IDENTIFY | {"intents": 1 << 30}}], 4013),
        ([{"op": 2, "d": IDENTIFY | {"intents": 1 << 15}}], 4014),
        ([{"op": 2, "d": IDENTIFY | {"shard": [2, 2]}}], 4010),
        ([{"op": 2, "d": IDENTIFY}, {"op": 2, "d": IDENTIFY}], 4005),
        ([{"op": 3, "d": {}}], 4003),
        ([{"op": 99}], 4001),
        (["nonsense"], 4002),
        ([{"op": 1, "d": "x" * 5000}], 4002),
        ([{"op": 1, "d": None}] * 121, 4008),
    ],
)
async def test_gateway_close_codes(wire: Wire, frames: list[Any], close: int) -> None:
    address = wire.double.gateway_url + "?v=10&encoding=json"
    async with wire.http.ws_connect(address) as socket:
        assert (await socket.receive_json())["op"] == 10
        for frame in frames:
            await socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))
        async for _ in socket:
            pass
        assert socket.close_code == close
    assert [one.code for one in wire.double.violations] == [close]


async def test_gateway_version_heartbeat_unknown_session_and_identify_pace(wire: Wire) -> None:
    async with wire.http.ws_connect(wire.double.gateway_url + "?v=6&encoding=json") as socket:
        await socket.receive()
        assert socket.close_code == 4012
    address = wire.double.gateway_url + "?v=10&encoding=json"
    async with wire.http.ws_connect(address) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 1, "d": None})
        assert (await socket.receive_json())["op"] == 11
        wire.double.gateway.acknowledge = False
        await socket.send_json({"op": 1, "d": None})
        await socket.send_json(RESUME)
        assert await socket.receive_json() == {"op": 9, "d": False}, "no ack, and the session is unknown"
        await socket.send_json({"op": 2, "d": IDENTIFY})
        assert [(await socket.receive_json())["t"] for _ in range(2)] == ["READY", "GUILD_CREATE"]
    async with wire.http.ws_connect(address) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 2, "d": IDENTIFY})
        assert (await socket.receive_json())["op"] == 9, "one identify in five seconds"
    wire.double.gateway.heartbeat_interval_ms = 10
    async with wire.http.ws_connect(address) as socket:
        await socket.receive_json()
        await socket.receive()
        assert socket.close_code == 4009, "a silent client is dropped"
