"""The routes that register application commands, global and per server."""

from __future__ import annotations

from .errors import ApiError
from .rest import Answer, Call, Rest, route


def _scope(rest: Rest, call: Call) -> int | None:
    """The command scope of the path: None is global; 20012 for somebody else's application."""
    if call.ids["application"] != str(rest.double.application_id):
        raise ApiError(20012)
    if "guild" not in call.ids:
        return None
    if not any(one.id == call.integer("guild") and one.bot_member for one in rest.double.guilds):
        raise ApiError(50001)
    return call.integer("guild")


async def list_commands(rest: Rest, call: Call) -> Answer:
    return 200, rest.double.registry.listed(_scope(rest, call))


async def put_commands(rest: Rest, call: Call) -> Answer:
    return 200, rest.double.registry.replace(_scope(rest, call), call.body)


async def post_command(rest: Rest, call: Call) -> Answer:
    stored, new = rest.double.registry.upsert(_scope(rest, call), call.json)
    return (201 if new else 200), stored


async def get_command(rest: Rest, call: Call) -> Answer:
    return 200, rest.double.registry.get(_scope(rest, call), call.ids["command"])


async def patch_command(rest: Rest, call: Call) -> Answer:
    return 200, rest.double.registry.edit(_scope(rest, call), call.ids["command"], call.json)


async def delete_command(rest: Rest, call: Call) -> Answer:
    rest.double.registry.delete(_scope(rest, call), call.ids["command"])
    return 204, None


for _base in ("/applications/{application}/commands", "/applications/{application}/guilds/{guild}/commands"):
    route("GET", _base)(list_commands)
    route("PUT", _base)(put_commands)
    route("POST", _base)(post_command)
    route("GET", f"{_base}/{{command}}")(get_command)
    route("PATCH", f"{_base}/{{command}}")(patch_command)
    route("DELETE", f"{_base}/{{command}}")(delete_command)
