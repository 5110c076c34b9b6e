"""Requests as they arrive, checked: bodies, queries, who asks. Whatever is not as documented gets a Refusal."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import re
from typing import Annotated, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.reply import File
from bot.request import Person
from bot.web.guard import Refusal

MAX_BODY = 8 << 20
"""Bytes of a request without pictures; a list of 20,000 titles fits, base64 and all."""

MOST_PICTURES = 10
"""Pictures of one request; what a command takes of them is for its option to say."""

LARGE = 64 << 10
"""Bytes from which reading JSON would hold up the event loop."""

PERSON = re.compile(r"[A-Za-z0-9_-]{16,64}")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


Event = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class Upload(_Body):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    media_type: Annotated[str, Field(max_length=100)] = "application/octet-stream"
    data: str

    def file(self) -> File:
        """Raises Refusal when the data is no base64."""
        try:
            return File(self.name, self.media_type, base64.b64decode(self.data, validate=True))
        except (binascii.Error, ValueError):
            raise Refusal(400, "web-bad-request", problem="data of a file: base64 is wanted") from None


Uploads = Annotated[list[Upload], Field(max_length=MOST_PICTURES)]
Given = str | int | float | bool | list[str] | Upload | Uploads


class Ask(_Body):
    line: str | None = None
    command: Annotated[str, Field(max_length=100)] | None = None
    options: dict[str, Given] = {}
    pictures: Uploads = []
    event: Event | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Ask:
        if (self.line is None) == (self.command is None):
            raise ValueError("either line or command is wanted")
        if self.line is not None and "options" in self.model_fields_set:
            raise ValueError("options go with command, not with line")
        if self.command is not None and "pictures" in self.model_fields_set:
            raise ValueError("pictures go with line; with command they stand in its options")
        return self


class PressBody(_Body):
    token: Annotated[str, Field(pattern=r"^[!-~]{1,32}$")]
    event: Event | None = None


B = TypeVar("B", bound=_Body)


AROUND = 1 << 20
"""Bytes of a request besides its pictures."""


def room_for(picture_bytes: int) -> int:
    """Bytes of a request that brings pictures: one of the largest fits as base64."""
    return max(MAX_BODY, -(-picture_bytes // 3) * 4 + AROUND)


async def body_of(request: web.Request, model: type[B], most: int = MAX_BODY) -> B:
    """The body, checked.

    Raises:
        Refusal: it is no JSON (415), too large (413), or not what is documented (400).
    """
    if request.content_type != "application/json":
        raise Refusal(415, "web-json-only")
    query_of(request)
    raw = await _read(request, most)
    try:
        if len(raw) > LARGE:
            return await asyncio.to_thread(model.model_validate_json, raw)
        return model.model_validate_json(raw)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part)[:40] for part in first["loc"][:3])
        said = first["msg"].removeprefix("Value error, ")
        raise Refusal(400, "web-bad-request", problem=f"{where}: {said}" if where else said) from None


async def _read(request: web.Request, most: int) -> bytes:
    """
    Raises:
        Refusal: there are more than `most` bytes.
    """
    body = bytearray()
    if (request.content_length or 0) <= most:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > most:
                break
        else:
            return bytes(body)
    raise Refusal(413, "web-body-large", most=most >> 20)


def query_of(request: web.Request, *names: str) -> list[str]:
    """The query's fields: each exactly once, and no other."""
    query = request.query
    unknown = next((name for name in query if name not in names), None)
    if unknown is not None:
        raise Refusal(400, "web-bad-request", problem=f"{unknown[:40]}: there is no such field")
    for name in names:
        if len(query.getall(name, [])) != 1:
            raise Refusal(400, "web-bad-request", problem=f"{name}: wanted once")
    return [query[name] for name in names]


def person_of(request: web.Request) -> Person:
    """Who asks: the id that the page made up is secret, since it is all there is; a digest of it is the public name.

    Raises:
        Refusal: the header is missing or malformed.
    """
    secret = request.headers.get("X-Osusume-Person", "")
    if not PERSON.fullmatch(secret):
        raise Refusal(400, "web-person-missing")
    name = base64.b32encode(hashlib.sha256(secret.encode()).digest()).decode().lower()[:12]
    return Person(f"web:{name}", name)
