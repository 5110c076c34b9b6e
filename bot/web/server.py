"""The server of the playground: the page's files, the API and what stands before both."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.dispatch import Dispatcher
from bot.settling import settle
from bot.web import api
from bot.web.guard import SETTINGS, check, harden, is_loopback
from bot.web.progress import Shares
from bot.web.read import MAX_BODY
from bot.web.words import DEMO, DEMO_PICTURES
from core.errors import SettingsError
from core.osusume import Osusume
from core.settings import Settings

log = logging.getLogger("osusume")

HERE = Path(__file__).parent
TYPES = {
    ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json",
    ".webp": "image/webp",
}  # fmt: skip

FINISH_SECONDS = 8.0
"""How long a stopping server waits for what it is answering; service managers kill after ten."""


def application(dispatcher: api.Answering, settings: Settings) -> web.Application:
    """The page under `/`, the API under `/api/`."""
    app = web.Application(middlewares=[check], client_max_size=MAX_BODY)
    app[api.DISPATCHER] = dispatcher
    app[api.SHARES] = Shares()
    app[SETTINGS] = settings
    app.on_response_prepare.append(harden)
    for path in sorted((HERE / "page").iterdir()):
        app.router.add_get("/" if path.name == "index.html" else f"/{path.name}", _file(path))
    for name in DEMO_PICTURES:
        if (path := DEMO / f"{name}.webp").exists():
            app.router.add_get(f"/demo/{path.name}", _file(path))
    app.router.add_get("/api/openapi.json", _file(HERE / "openapi.json"), allow_head=False)
    app.router.add_get("/api/health", api.health, allow_head=False)
    app.router.add_get("/api/commands", api.commands, allow_head=False)
    app.router.add_get("/api/complete", api.complete, allow_head=False)
    app.router.add_get("/api/progress", api.progress, allow_head=False)
    app.router.add_post("/api/ask", api.ask)
    app.router.add_post("/api/press", api.press)
    return app


def _file(path: Path) -> Handler:
    body, kind = path.read_bytes(), TYPES[path.suffix]

    async def send(_: web.Request) -> web.StreamResponse:
        return web.Response(
            body=body, content_type=kind, charset="utf-8" if kind.startswith("text/") else None
        )

    return send


async def serve(osusume: Osusume, settings: Settings, *, ready: Callable[[str], None] | None = None) -> None:
    """Serves until cancelled; then stops listening and finishes what it is answering.

    `ready` gets the page's address once it can be opened.

    Raises:
        SettingsError: `web-address-taken`, when the address cannot be listened on.
    """
    runner = web.AppRunner(
        application(Dispatcher(osusume), settings), access_log=None, shutdown_timeout=FINISH_SECONDS
    )
    await runner.setup()
    settle()
    try:
        try:
            await web.TCPSite(runner, settings.web_host, settings.web_port).start()
        except (OSError, OverflowError) as problem:
            raise SettingsError(
                "web-address-taken",
                host=settings.web_host,
                port=str(settings.web_port),
                problem=str(problem.strerror) if isinstance(problem, OSError) else str(problem),
            ) from problem
        if not is_loopback(settings.web_host):
            log.warning(
                "the playground has no log-in and listens on %s: whoever reaches it can use it",
                settings.web_host,
            )
        if ready is not None:
            port = runner.addresses[0][1]
            name = f"[{settings.web_host}]" if ":" in settings.web_host else settings.web_host
            ready(f"http://{name}:{port}/")
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
