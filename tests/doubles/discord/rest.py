"""The REST routes and what every request has to pass first."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from aiohttp import web

from . import messages
from .errors import ApiError, FormErrors, Json
from .gateway import MESSAGE_CONTENT
from .limits import DEFAULT_FILE_BYTES
from .traffic import Request, limited_body, limited_headers
from .uploads import Upload, read_body
from .world import (
    ADMINISTRATOR,
    ATTACH_FILES,
    EMBED_LINKS,
    READ_HISTORY,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    THREAD,
    Channel,
)

if TYPE_CHECKING:
    from .messages import Message
    from .server import DiscordDouble

PREFIX = "/api/v10"
Answer = tuple[int, Any]
Handler = Callable[["Rest", "Call"], Awaitable[Answer]]


class Route(NamedTuple):
    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Handler


ROUTES: list[Route] = []


@dataclass
class Call:
    """A request that passed the general checks."""

    request: Request
    ids: dict[str, str]
    query: dict[str, str]
    body: Any
    uploads: dict[int, Upload]

    @property
    def json(self) -> Json:
        """The body as an object; raises ApiError when it is something else."""
        if not isinstance(self.body, dict):
            raise ApiError(
                50035, errors={"_errors": [{"code": "DICT_TYPE_CONVERT", "message": "Must be an object."}]}
            )
        return self.body

    def integer(self, key: str) -> int:
        if not self.ids[key].isdigit():
            errors = FormErrors()
            errors.add((key,), "NUMBER_TYPE_COERCE", f'Value "{self.ids[key]}" is not snowflake.')
            errors.check()
        return int(self.ids[key])


def route(method: str, template: str) -> Callable[[Handler], Handler]:
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template) + "$")

    def add(handler: Handler) -> Handler:
        ROUTES.append(Route(method, template, pattern, handler))
        return handler

    return add


class Rest:
    def __init__(self, double: DiscordDouble) -> None:
        self.double = double

    async def serve(self, raw: web.Request) -> web.Response:
        """Records, checks and answers one request; every refusal becomes a violation."""
        double = self.double
        path = raw.path.removeprefix(PREFIX)
        request = Request(raw.method, path, double.now(), dict(raw.query), dict(raw.headers))
        double.requests.append(request)
        token = re.match(r"/(?:interactions|webhooks)/\d+/([^/]+)", path)
        interaction = double.desk.by_token.get(token[1]) if token else None
        if interaction is not None:
            interaction.in_flight += 1
        matching = [(one, match) for one in ROUTES if (match := one.pattern.match(path))]
        found = next(((one, match) for one, match in matching if one.method == raw.method), None)
        headers, wait, scope = double.buckets.take(request, found[0].template if found else "", bool(token))
        try:
            forced = double.next_forced(request)
            if forced is not None:
                await raw.read()
                request.forced = True
                status = forced.status
                body, more = forced.answer()
                headers |= more
            elif found is None:
                raise ApiError(0, status=405, message="405: Method Not Allowed") if matching else ApiError(0)
            elif wait:
                double.violate(request.method, path, 429, 0, f"{scope} rate limit, wait {wait:.3f} s")
                status, body = 429, limited_body(wait, scope == "global")
                headers |= limited_headers(wait, scope) | {"Via": "1.1 google"}
            else:
                status, body = await self._answer(raw, request, found[0], found[1].groupdict())
        except ApiError as error:
            status, body = error.status, error.body()
            double.violate(request.method, path, status, error.code, error.message, error.errors)
        except Exception as error:
            double.violate(request.method, path, 500, 0, f"the double itself failed: {error!r}")
            raise
        finally:
            if interaction is not None:
                interaction.in_flight -= 1
        request.status = status
        request.code = body.get("code") if isinstance(body, dict) and status >= 400 else None
        double.buckets.count_invalid(request.at, status, headers.get("X-RateLimit-Scope"))
        double.notify()
        if status == 204:
            return web.Response(status=204, headers=headers)
        # The type has to be exactly this: with a charset the client takes the body for plain text.
        return web.Response(
            status=status, body=json.dumps(body).encode(), content_type="application/json", headers=headers
        )

    async def _answer(self, raw: web.Request, request: Request, route: Route, ids: dict[str, str]) -> Answer:
        double = self.double
        if double.buckets.blocked:
            raise ApiError(0, status=429, message="Temporarily blocked: too many invalid requests")
        # On interaction routes the token in the path is the credential.
        if not route.template.startswith(("/interactions/", "/webhooks/")):
            if raw.headers.get("Authorization") != f"Bot {double.token}":
                raise ApiError(0, status=401, message="401: Unauthorized")
            if not raw.headers.get("User-Agent", "").startswith("DiscordBot ("):
                raise ApiError(40333)
        try:
            body, uploads = await read_body(raw)
        except web.HTTPRequestEntityTooLarge:
            raise ApiError(40005) from None
        request.body, request.files = body, [upload.filename for upload in uploads.values()]
        return await route.handler(self, Call(request, ids, dict(raw.query), body, uploads))

    def channel(self, call: Call, *needed: int) -> Channel:
        """The channel of the path, 10003, 50001 or 50013."""
        channel = self.double.channel(call.integer("channel"))
        if channel is None:
            raise ApiError(10003)
        if not channel.visible_to_bot:
            raise ApiError(50001)
        held = channel.bot_permissions
        for permission in needed if channel.guild is not None else ():
            if not held & (permission | ADMINISTRATOR):
                raise ApiError(50013)
        return channel

    def message(self, call: Call) -> Message:
        message = self.channel(call).message(call.integer("message"))
        if message is None or message.ephemeral:
            raise ApiError(10008)
        return message

    def own_message(self, call: Call) -> Message:
        message = self.message(call)
        if message.author is not self.double.bot:
            raise ApiError(50005)
        return message


@route("GET", "/users/@me")
async def own_user(rest: Rest, call: Call) -> Answer:
    return 200, rest.double.bot.payload() | {
        "verified": True,
        "mfa_enabled": False,
        "locale": "en-US",
        "flags": 0,
    }


@route("GET", "/oauth2/applications/@me")
async def application(rest: Rest, call: Call) -> Answer:
    owner = {"id": "1", "username": "owner", "discriminator": "0", "avatar": None, "global_name": None}
    return 200, {
        "id": str(rest.double.application_id),
        "name": rest.double.bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "00" * 32,
        "owner": owner,
        "team": None,
        "flags": 0,
        "integration_types_config": {"0": {}, "1": {}},
    }


@route("GET", "/gateway/bot")
async def gateway_bot(rest: Rest, call: Call) -> Answer:
    double = rest.double
    limit = {
        "total": double.session_start_total,
        "remaining": max(0, double.session_start_total - double.gateway.session_starts),
        "reset_after": 86_400_000,
        "max_concurrency": double.max_concurrency,
    }
    return 200, {"url": double.gateway_url, "shards": double.shards, "session_start_limit": limit}


@route("GET", "/users/{user}")
async def user(rest: Rest, call: Call) -> Answer:
    number = call.integer("user")
    for one in (*rest.double.users, rest.double.bot):
        if one.id == number:
            return 200, one.payload()
    raise ApiError(10013)


@route("POST", "/users/@me/channels")
async def open_dm(rest: Rest, call: Call) -> Answer:
    number = str(call.json.get("recipient_id"))
    for one in rest.double.users:
        if str(one.id) == number:
            return 200, one.dm.payload()
    errors = FormErrors()
    errors.add(("recipient_id",), "BASE_TYPE_REQUIRED", "Unknown recipient")
    errors.check()
    raise ApiError(10013)


@route("GET", "/guilds/{guild}")
async def guild(rest: Rest, call: Call) -> Answer:
    for one in rest.double.guilds:
        if one.id == call.integer("guild") and one.bot_member:
            return 200, one.payload()
    raise ApiError(10004)


@route("GET", "/channels/{channel}")
async def get_channel(rest: Rest, call: Call) -> Answer:
    return 200, rest.channel(call).payload()


@route("POST", "/channels/{channel}/typing")
async def typing(rest: Rest, call: Call) -> Answer:
    rest.channel(call, SEND_MESSAGES)
    return 204, None


@route("GET", "/channels/{channel}/messages")
async def list_messages(rest: Rest, call: Call) -> Answer:
    """Newest first; with ``after`` the oldest ``limit`` of those that are newer."""
    channel, query = rest.channel(call, READ_HISTORY), call.query
    limit, after = int(query.get("limit", 50)), int(query.get("after", 0))
    if not 1 <= limit <= 100:
        raise ApiError(50035)
    found = [one for one in channel.messages if one.id > after and not one.deleted and not one.ephemeral]
    shown = found[:limit] if "after" in query else found[-limit:]
    return 200, [_read(rest.double, one) for one in reversed(shown)]


@route("GET", "/channels/{channel}/messages/{message}")
async def get_message(rest: Rest, call: Call) -> Answer:
    rest.channel(call, READ_HISTORY)
    return 200, _read(rest.double, rest.message(call))


def _read(double: DiscordDouble, message: Message) -> Json:
    """A message as a bot reads it: of others' on servers it sees nothing inside without MESSAGE_CONTENT."""
    open_to_bot = (
        message.author is double.bot
        or message.channel.guild is None
        or double.bot.mention in message.content
        or double.privileged_intents & MESSAGE_CONTENT
    )
    return message.payload(stripped=not open_to_bot)


@route("POST", "/channels/{channel}/messages")
async def send_message(rest: Rest, call: Call) -> Answer:
    double, data = rest.double, call.json
    channel = rest.channel(call)
    rest.channel(call, SEND_IN_THREADS if channel.type == THREAD else SEND_MESSAGES)
    if data.get("embeds"):
        rest.channel(call, EMBED_LINKS)
    if call.uploads:
        rest.channel(call, ATTACH_FILES)
    if channel.guild is None and channel.recipients[0].dms_closed:
        raise ApiError(50007)
    reference: Json = data.get("message_reference") or {}
    reply_to = None
    if reference:
        rest_history = channel.guild is None or channel.bot_permissions & (READ_HISTORY | ADMINISTRATOR)
        if not rest_history:
            raise ApiError(160002)
        reply_to = channel.message(reference.get("message_id", 0))
        if reply_to is None and reference.get("fail_if_not_exists", True):
            errors = FormErrors()
            errors.add(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            errors.check()
    if data.get("enforce_nonce") and data.get("nonce") is not None:
        for earlier in channel.messages:
            same = earlier.author is double.bot and earlier.nonce == str(data["nonce"])
            if same and double.now() - earlier.created < 300 and not earlier.deleted:
                return 200, earlier.payload()
    limit = DEFAULT_FILE_BYTES if channel.guild is None else channel.guild.file_bytes
    # Ephemeral messages exist in answers to interactions only.
    message = messages.create(double, channel, data, call.uploads, file_bytes=limit)
    message.flags &= ~64
    message.reply_to = reply_to
    await double.announce_message("MESSAGE_CREATE", message)
    return 200, message.payload()


@route("PATCH", "/channels/{channel}/messages/{message}")
async def edit_message(rest: Rest, call: Call) -> Answer:
    message = rest.own_message(call)
    limit = DEFAULT_FILE_BYTES if message.channel.guild is None else message.channel.guild.file_bytes
    messages.edit(message, call.json, call.uploads, file_bytes=limit)
    await rest.double.announce_message("MESSAGE_UPDATE", message)
    return 200, message.payload()


@route("DELETE", "/channels/{channel}/messages/{message}")
async def delete_message(rest: Rest, call: Call) -> Answer:
    message = rest.message(call)
    if message.author is not rest.double.bot:
        raise ApiError(50013)
    messages.delete(message)
    await rest.double.announce_message("MESSAGE_DELETE", message)
    return 204, None


@route("POST", "/interactions/{interaction}/{token}/callback")
async def callback(rest: Rest, call: Call) -> Answer:
    desk = rest.double.desk
    answer = await desk.callback(call.ids["interaction"], call.ids["token"], call.json, call.uploads)
    return (200, answer) if call.query.get("with_response") in ("1", "true") else (204, None)


@route("POST", "/webhooks/{webhook}/{token}")
async def followup(rest: Rest, call: Call) -> Answer:
    desk = rest.double.desk
    message = await desk.followup(desk.find(call.ids["webhook"], call.ids["token"]), call.json, call.uploads)
    return 200, message.payload()  # the answer to a followup always holds the message


@route("GET", "/webhooks/{webhook}/{token}/messages/{which}")
async def get_webhook_message(rest: Rest, call: Call) -> Answer:
    desk = rest.double.desk
    interaction = desk.find(call.ids["webhook"], call.ids["token"])
    return 200, desk.message(interaction, call.ids["which"]).payload()


@route("PATCH", "/webhooks/{webhook}/{token}/messages/{which}")
async def edit_webhook_message(rest: Rest, call: Call) -> Answer:
    desk = rest.double.desk
    interaction = desk.find(call.ids["webhook"], call.ids["token"])
    message = desk.message(interaction, call.ids["which"])
    return 200, (await desk.edit(interaction, message, call.json, call.uploads)).payload()


@route("DELETE", "/webhooks/{webhook}/{token}/messages/{which}")
async def delete_webhook_message(rest: Rest, call: Call) -> Answer:
    desk = rest.double.desk
    interaction = desk.find(call.ids["webhook"], call.ids["token"])
    await desk.delete(interaction, desk.message(interaction, call.ids["which"]))
    return 204, None
