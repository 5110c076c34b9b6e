"""A request of the bot, read from query, form, JSON or multipart, with its parameters by type."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from tests.doubles.telegram import limits
from tests.doubles.telegram.errors import Refusal, bad_request
from tests.doubles.telegram.files import Upload


@dataclass
class Call:
    method: str
    values: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "yes", "1")

    def number(self, name: str, default: int = 0) -> int:
        value = self.text(name)
        try:
            return int(float(value)) if value else default
        except ValueError:
            raise bad_request(f"{name} must be a number") from None

    def required(self, name: str) -> str:
        if not self.text(name):
            raise bad_request(f'parameter "{name}" is required')
        return self.text(name)

    def parsed(self, name: str) -> Any:
        """A parameter given as JSON; None when it is missing."""
        value = self.text(name)
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


async def _multipart(request: web.Request, call: Call) -> None:
    total = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad_request("can't parse multipart body")
        data = bytes(await part.read(decode=False))
        total += len(data)
        if part.filename is None:
            call.values[part.name] = data.decode()
        elif len(data) <= limits.UPLOAD_BYTES:
            call.files[part.name] = Upload(part.filename, data)
    if total > limits.UPLOAD_BYTES:
        raise Refusal(413, "Request Entity Too Large")


async def read_call(request: web.Request, method: str) -> Call:
    """Everything the bot sent with one request.

    Raises Refusal for a body the real server cannot read.
    """
    call = Call(method, dict(request.query))
    try:
        if request.method == "POST":
            kind = request.content_type
            if kind == "multipart/form-data":
                await _multipart(request, call)
            else:
                body = (await request.read()).decode()
                if kind == "application/json" and body.strip():
                    given = json.loads(body)
                    if not isinstance(given, dict):
                        raise bad_request("can't parse JSON object")
                    call.values |= {
                        name: _as_text(value) for name, value in given.items() if value is not None
                    }
                elif kind == "application/x-www-form-urlencoded":
                    call.values |= dict(parse_qsl(body, keep_blank_values=True, errors="strict"))
                elif body:
                    raise bad_request("content type is not supported")
        for value in call.values.values():
            value.encode()
    except UnicodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except json.JSONDecodeError:
        raise bad_request("can't parse JSON object") from None
    return call
