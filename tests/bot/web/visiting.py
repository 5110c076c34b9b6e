"""A whole playground on loopback, started as hosts start it, and a real Chromium to open it with."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from jsonschema import Draft202012Validator
from playwright.async_api import Browser, BrowserContext, Page

from bot.web import serve
from core.osusume import DATA, Osusume
from core.settings import read_settings

ROOT = Path(__file__).parents[3]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

OPENAPI = json.loads((ROOT / "bot/web/openapi.json").read_text(encoding="utf-8"))


@asynccontextmanager
async def playground(home: Path, *, data: Path | None = None, **changes: Any) -> AsyncIterator[str]:
    """The address of a playground without a pause between commands; `data` stands in for what is shipped."""
    settings = read_settings(home=home, web_port=0, cooldown=0, **changes)
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with Osusume.open(settings, data=data or DATA) as osusume:
        served = asyncio.create_task(serve(osusume, settings, ready=address.set_result))
        try:
            await asyncio.wait((served, asyncio.ensure_future(address)), return_when=asyncio.FIRST_COMPLETED)
            if served.done():
                await served
            yield address.result()
        finally:
            served.cancel()
            with suppress(asyncio.CancelledError):
                await served


def schema_errors(name: str, value: Any) -> list[str]:
    """What the documentation says against a value being a `name`."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": OPENAPI["components"]}
    return [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)
    ]


@dataclass
class Client:
    """A person who uses the API. Every reply is compared with its documentation."""

    session: aiohttp.ClientSession
    address: str
    person: str

    async def call(self, method: str, path: str, **how: Any) -> tuple[int, Any]:
        headers = {"X-Osusume-Person": self.person, **how.pop("headers", {})}
        async with self.session.request(method, self.address + path, headers=headers, **how) as response:
            assert response.content_type == "application/json"
            body = await response.json()
        documented = OPENAPI["paths"][f"/{path}"][method.lower()]["responses"]
        described = documented.get(str(response.status), documented["default"])
        schema = described["content"]["application/json"]["schema"]
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            assert not schema_errors(name, body), (path, how)
        return response.status, body

    async def ask(self, line: str, **more: Any) -> Any:
        status, body = await self.call("POST", "api/ask", json={"line": line, **more})
        assert status == 200, body
        return body

    async def command(self, command: str, **options: Any) -> Any:
        status, body = await self.call("POST", "api/ask", json={"command": command, "options": options})
        assert status == 200, body
        return body

    async def press(self, token: str) -> Any:
        status, body = await self.call("POST", "api/press", json={"token": token})
        assert status == 200, body
        return body


@asynccontextmanager
async def visitor(browser: Browser, **how: Any) -> AsyncIterator[BrowserContext]:
    """A browser of somebody's own. Whatever its pages complain about fails the test."""
    complaints: list[str] = []
    context = await browser.new_context(locale="en-GB", reduced_motion="reduce", **how)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    yield context
    await context.close()
    assert complaints == []


async def opened(context: BrowserContext, address: str) -> Page:
    page = await context.new_page()
    page.set_default_timeout(120_000)
    await page.goto(address)
    await page.wait_for_selector("html[data-ready]")
    return page


async def say(page: Page, line: str) -> None:
    """Types a line, sends it, and waits for its answer."""
    before = await page.locator(".theirs > .answer").count()
    await page.locator("#line").fill(line)
    await page.locator("#line").press("Escape")
    await page.locator("#line").press("Enter")
    await page.locator(".theirs > .answer").nth(before).wait_for()
