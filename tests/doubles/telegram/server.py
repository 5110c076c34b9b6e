"""The HTTP side of the loopback Bot API server."""

from __future__ import annotations

import asyncio
import json
import re
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.doubles.telegram import account, editing, queries, sending
from tests.doubles.telegram.calls import Call, read_call
from tests.doubles.telegram.clock import Clock
from tests.doubles.telegram.errors import Refusal
from tests.doubles.telegram.faults import Faults, FloodControl, FloodLimits
from tests.doubles.telegram.files import FileStore
from tests.doubles.telegram.methods import METHODS
from tests.doubles.telegram.state import Event, Request, Settings, State
from tests.doubles.telegram.updates import UpdateQueue
from tests.doubles.telegram.webhook import WebhookSender

__all__ = ["BotApiServer", "account", "editing", "queries", "sending"]  # their import registers the methods
_COUNTED = re.compile(r"(send|edit|copy|forward)", re.IGNORECASE)


class BotApiServer:
    """A strict Bot API server on 127.0.0.1, for one bot; use it as an async context manager.

    `base_url` and `base_file_url` are what the bot's settings need. Nothing outside the process is touched.
    """

    def __init__(
        self,
        *,
        token: str = "123456:loopback-token",
        username: str = "OsusumeBot",
        name: str = "Osusume",
        clock: Clock | None = None,
        settings: Settings | None = None,
        flood: FloodLimits | None = None,
        port: int = 0,
    ) -> None:
        self.clock = clock or Clock()
        self.settings = settings or Settings()
        queue = UpdateQueue(self.clock)
        sender = WebhookSender(queue, self.clock)
        files = FileStore(self.clock)
        self.state = State(token, username, name, self.clock, self.settings, queue, sender, files)
        queue.on_push = self._on_push
        queue.on_poll = lambda: self.state.note(Event("taken"))
        self.faults = Faults()
        self.flood = FloodControl(self.clock)
        if flood is not None:
            self.flood.limits = flood
        self.port = port
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()
        self._down = False

    def _on_push(self) -> None:
        self.state.sender.pump()
        self.state.look_again()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 28)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        app.router.add_route("*", "/{anything:.*}", self._nowhere)
        # A poller that hangs up has to be noticed, or its successor would look like a second instance.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        for gate in self.faults.gates:
            gate.release()
        self.state.queue.end_poll(Refusal(502, "Bad Gateway"))
        await self.state.sender.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def base_file_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/file/bot"

    # HTTP

    async def _nowhere(self, request: web.Request) -> web.StreamResponse:
        return self._answer(Refusal(404, "Not Found"))

    def _token_error(self, token: str) -> Refusal | None:
        if token == self.state.token:
            return None
        if re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token):
            return Refusal(401, "Unauthorized")
        return Refusal(404, "Not Found")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        work = asyncio.ensure_future(self._handle(request, method))
        # A send goes on when its sender hangs up; only a poll ends with its connection.
        return await (work if method.lower() == "getupdates" else asyncio.shield(work))

    async def _handle(self, request: web.Request, method: str) -> web.StreamResponse:
        if self._down:
            return self._cut(request)
        call = Call(method)
        forced = False
        try:
            if (error := self._token_error(request.match_info["token"])) is not None:
                raise error
            call = await read_call(request, method)
            fault = self.faults.take(method, call.text("chat_id"))
            if fault is not None and not fault.stored:
                forced = True
            result: Any = None
            if not forced:
                result = await self._run(call)
            await self.faults.hold(method)
            if fault is not None:
                forced = True
                if fault.how != "refuse":
                    self._record(call, 0, "no answer", forced=True)
                    if fault.how == "hang":
                        await self._closing.wait()
                    return self._cut(request)
                raise fault.refusal
        except Refusal as refusal:
            self._record(call, refusal.status, refusal.description, forced=forced)
            return self._answer(refusal)
        except Exception as error:
            # A fault of the double itself: shown with the violations, so that no test passes over it.
            self._record(call, 500, f"the double failed: {error!r}")
            raise
        if self._down:
            return self._cut(request)
        self._record(call, 200, "")
        return web.Response(text=account.as_json(result), content_type="application/json")

    async def _run(self, call: Call) -> Any:
        handler = METHODS.get(call.method.lower())
        if handler is None:
            raise Refusal(404, "Not Found: method not found")
        if _COUNTED.match(call.method) and call.method.lower() != "sendchataction" and call.text("chat_id"):
            media = call.parsed("media") if call.method.lower() == "sendmediagroup" else None
            self.flood.check(call.text("chat_id"), len(media) if isinstance(media, list) else 1)
        return await handler(self.state, call)

    def _record(self, call: Call, status: int, description: str, *, forced: bool = False) -> None:
        sizes = {name: len(upload.data) for name, upload in call.files.items()}
        request = Request(call.method, call.values, sizes, status, description, self.clock.now(), forced)
        self.state.requests.append(request)
        if status >= 400 and not forced:
            self.state.violations.append(request)
        self.state.note(Event("request"))

    def _answer(self, refusal: Refusal) -> web.Response:
        headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
        body = json.dumps(refusal.body())
        return web.Response(
            text=body, status=refusal.status, headers=headers, content_type="application/json"
        )

    def _cut(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if self._down:
            return self._cut(request)
        path = request.match_info["path"]
        call = Call("download", {"path": path})
        error = self._token_error(request.match_info["token"])
        data = self.state.files.at_path(path)
        if error is None and data is None:
            error = Refusal(404, "Not Found")
        fault = self.faults.take("download", "")
        refusal = fault.refusal if fault is not None else error
        if refusal is not None:
            self._record(call, refusal.status, refusal.description, forced=fault is not None)
            return self._answer(refusal)
        self._record(call, 200, "")
        return web.Response(body=data, content_type="application/octet-stream")
