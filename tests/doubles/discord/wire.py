"""Raw HTTP against the double, for what no client library would send."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from . import DiscordDouble, Reply
from .errors import Json

AGENT = {"User-Agent": "DiscordBot (https://example.org, 1.0)"}


class Wire:
    """A double with registered commands and a raw HTTP session, but no bot."""

    def __init__(self, double: DiscordDouble, http: aiohttp.ClientSession) -> None:
        self.double, self.http = double, http
        self.auth = AGENT | {"Authorization": f"Bot {double.token}"}
        self.guild = double.add_guild()
        self.channel = self.guild.add_channel()
        self.ada = double.add_user("ada")
        options = [{"type": 3, "name": "title", "description": "t", "autocomplete": True}]
        double.registry.replace(None, [{"name": "find", "description": "Find", "options": options}])

    async def call(self, method: str, path: str, body: object = None, **more: Any) -> tuple[int, Json]:
        """Status and JSON body; ``body`` is sent as JSON unless ``data`` is given."""
        more.setdefault("headers", self.auth)
        if body is not None:
            more["json"] = body
        async with self.http.request(method, self.double.api_base + path, **more) as answer:
            return answer.status, {} if answer.status == 204 else await answer.json()

    async def send(self, body: Json) -> tuple[int, Json]:
        return await self.call("POST", f"/channels/{self.channel.id}/messages", body)

    async def respond(self, reply: Reply, body: Json, **more: Any) -> tuple[int, Json]:
        """The first response to an interaction."""
        path = f"/interactions/{reply.interaction.id}/{reply.interaction.token}/callback?with_response=1"
        return await self.call("POST", path, body, headers={}, **more)

    def original(self, reply: Reply) -> str:
        return f"/webhooks/{self.double.application_id}/{reply.interaction.token}/messages/@original"


def field_error(body: Json, path: str) -> str:
    """The code of the first error at a dotted path of a 50035 body."""
    assert body["code"] == 50035, body
    node = body["errors"]
    for key in path.split(".") if path else ():
        assert key in node, f"{path} is not in {json.dumps(body)}"
        node = node[key]
    return str(node["_errors"][0]["code"])


def row(*components: Json) -> list[Json]:
    return [{"type": 1, "components": list(components)}]


def button(number: int = 0, **more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "x", "custom_id": f"b{number}"} | more


def menu(**more: Any) -> Json:
    return {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}]} | more
