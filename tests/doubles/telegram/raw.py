"""Raw requests to the double, as a bot without a client library would make them, and what goes into them."""

from __future__ import annotations

import io
from typing import Any

import aiohttp
from PIL import Image

from tests.doubles.telegram import TelegramDouble


def picture(width: int = 64, height: int = 48, *, form: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (width, height), 90).save(buffer, form)
    return buffer.getvalue()


async def call(telegram: TelegramDouble, method: str, **parameters: Any) -> dict[str, Any]:
    """One raw request with a JSON body."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{telegram.base_url}123:abc/{method}", json=parameters) as answer,
    ):
        body: dict[str, Any] = await answer.json()
        assert answer.status == body.get("error_code", 200)
        return body


async def refused(telegram: TelegramDouble, method: str, **parameters: Any) -> str:
    before = len(telegram.violations)
    body = await call(telegram, method, **parameters)
    assert not body["ok"], body
    assert len(telegram.violations) == before + 1
    return str(body["description"])


def keyboard(*rows: list[str]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": name, "callback_data": name} for name in row] for row in rows]}


async def updates(telegram: TelegramDouble, **parameters: Any) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = (await call(telegram, "getUpdates", **parameters))["result"]
    return result
