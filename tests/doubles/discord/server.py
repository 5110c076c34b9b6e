"""The loopback Discord itself: its address, its clock, its people, and the faults a test may order."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import TracebackType
from typing import Any, Literal

import yarl
from aiohttp import web

from . import command_routes  # noqa: F401 - its import adds the routes
from .commands import Registry
from .errors import Json
from .gateway import DIRECT_MESSAGES, GUILD_MESSAGES, MESSAGE_CONTENT, Gateway
from .interactions import InteractionDesk
from .messages import Message
from .rest import PREFIX, Rest
from .traffic import Buckets, Forced, Request, Violation
from .uploads import FileServer
from .user import User
from .world import GROUP_DM, Channel, Guild

EPOCH_MS = 1_420_070_400_000


class NoAnswer(AssertionError):
    """What a test waited for did not come; the text shows the last requests and all violations."""


class DiscordDouble:
    """Discord on 127.0.0.1 for an unmodified client: ``async with DiscordDouble(token="…") as double``.

    Time stands still unless ``advance(seconds)`` moves it, so that no deadline depends on how busy the machine is;
    ``clock`` (Unix seconds, such as ``time.time``) makes it pass. ``shards``,
    ``max_concurrency`` and ``session_start_total`` are what ``/gateway/bot`` tells. ``privileged_intents`` are
    those enabled in the portal. ``timeout`` bounds every wait, in real seconds.
    """

    def __init__(
        self,
        *,
        token: str = "test.token",
        name: str = "osusume",
        shards: int = 1,
        max_concurrency: int = 1,
        session_start_total: int = 1000,
        privileged_intents: int = 0,
        clock: Callable[[], float] | None = None,
        timeout: float = 60.0,
    ) -> None:
        self.token = token
        self.shards, self.max_concurrency, self.session_start_total = (
            shards,
            max_concurrency,
            session_start_total,
        )
        self.privileged_intents = privileged_intents
        begun = time.time()
        self.clock, self.timeout = clock or (lambda: begun), timeout
        self.too_large: Literal[40005, 50045] = 40005
        self.requests: list[Request] = []
        self.violations: list[Violation] = []
        self.guilds: list[Guild] = []
        self.private_channels: list[Channel] = []
        self.users: list[User] = []
        self._offset = 0.0
        self._number = 0
        self._forced: list[Forced] = []
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.base_url = ""
        self.application_id = self.snowflake()
        self.bot = User(self, self.application_id, name, is_bot=True)
        self.registry = Registry(self)
        self.buckets = Buckets()
        self.files = FileServer(self)
        self.desk = InteractionDesk(self)
        self.gateway = Gateway(self)
        self._rest = Rest(self)

    async def __aenter__(self) -> DiscordDouble:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_route("*", PREFIX + "/{path:.*}", self._rest.serve)
        app.router.add_get("/{path:.*}", self._serve_file)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        for connection in list(self.gateway.connections):
            await connection.socket.close(code=1001)
        await self._runner.cleanup()

    @property
    def api_base(self) -> str:
        """The address of the REST interface, "http://127.0.0.1:PORT/api/v10"."""
        return self.base_url + PREFIX

    @property
    def gateway_url(self) -> str:
        return self.base_url.replace("http://", "ws://") + "/gateway/"

    @contextmanager
    def route(self, discord: Any) -> Iterator[None]:
        """Points the imported ``discord`` package of this process here, and back afterwards."""
        gateway, asset = discord.gateway.DiscordWebSocket, discord.asset.Asset
        before = discord.http.Route.BASE, gateway.DEFAULT_GATEWAY, asset.BASE
        discord.http.Route.BASE, asset.BASE = self.api_base, self.base_url
        gateway.DEFAULT_GATEWAY = yarl.URL(self.gateway_url)
        try:
            yield
        finally:
            discord.http.Route.BASE, gateway.DEFAULT_GATEWAY, asset.BASE = before

    # Clock, ids, waiting

    def now(self) -> float:
        """Unix seconds on the double's clock."""
        return self.clock() + self._offset

    def advance(self, seconds: float) -> None:
        """Moves the double's clock; nothing sleeps."""
        self._offset += seconds

    def snowflake(self) -> int:
        """A new id of the present moment, rising with every call."""
        self._number += 1
        return (int(self.now() * 1000) - EPOCH_MS) << 22 | self._number & 0x3FFFFF

    def new_token(self) -> str:
        return "aW50ZXJhY3Rpb246" + secrets.token_urlsafe(90)

    def notify(self) -> None:
        """Lets every waiting ``until`` look again."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def until(self, predicate: Callable[[], bool], what: str, seconds: float | None = None) -> None:
        """Waits until ``predicate()`` holds after some request or event; NoAnswer after ``seconds``."""
        seconds = self.timeout if seconds is None else seconds
        if not await self.holds_within(seconds, predicate):
            raise NoAnswer(f"waited {seconds} s in vain for {what}\n{self.report()}")

    async def holds_within(self, seconds: float, predicate: Callable[[], bool]) -> bool:
        """Whether ``predicate()`` comes to hold within so many real seconds."""
        try:
            async with asyncio.timeout(seconds):
                while not predicate():
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def report(self) -> str:
        """The last requests and all violations, for a failing test."""
        lines = ["last requests:", *(f"  {one}" for one in self.requests[-10:])]
        return "\n".join([*lines, "violations:", *(f"  {one}" for one in self.violations)])

    # People and places

    def add_user(self, name: str, *, locale: str = "en-US", installed: bool = False) -> User:
        user = User(self, self.snowflake(), name, locale, installed)
        self.users.append(user)
        return user

    def add_guild(
        self,
        name: str = "Test server",
        *,
        locale: str = "en-US",
        premium_tier: int = 0,
        bot_member: bool = True,
        shard: int | None = None,
    ) -> Guild:
        """A server, on a given shard if wished; before the bot connects, or followed by ``announce``."""
        number = self.snowflake()
        while shard is not None and (number >> 22) % self.shards != shard:
            number += 1 << 22
        guild = Guild(self, number, name, locale, premium_tier, bot_member)
        self.guilds.append(guild)
        return guild

    def add_group_dm(self, *users: User) -> Channel:
        """A private channel between users, without the bot (context 2)."""
        channel = Channel(self, self.snowflake(), "group", GROUP_DM, recipients=list(users))
        self.private_channels.append(channel)
        return channel

    def channel(self, number: int) -> Channel | None:
        everywhere = [
            *self.private_channels,
            *(channel for guild in self.guilds for channel in guild.channels),
        ]
        return next((channel for channel in everywhere if channel.id == number), None)

    @property
    def commands(self) -> list[Json]:
        """The registered global commands."""
        return self.registry.listed()

    async def ready(self, seconds: float = 30.0) -> None:
        """Waits until every shard is identified and has its servers."""
        await self.until(self.gateway.all_ready, "all shards to identify", seconds)

    async def synced(self) -> None:
        """Waits until the bot has registered global commands."""
        await self.until(lambda: bool(self.commands), "the registration of commands")

    # Events

    async def announce(self, guild: Guild) -> None:
        """GUILD_CREATE for a server that was added or changed while the bot is connected."""
        await self.gateway.dispatch("GUILD_CREATE", guild.payload(), guild.id)

    async def leave(self, guild: Guild) -> None:
        """The bot is removed from a server."""
        guild.bot_member = False
        await self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)}, guild.id)

    async def announce_message(self, event: str, message: Message) -> None:
        """MESSAGE_CREATE, _UPDATE or _DELETE, where intents and permissions let the bot see the message."""
        channel = message.channel
        intents = self.gateway.intents(channel.guild_id)
        needed = DIRECT_MESSAGES if channel.guild is None else GUILD_MESSAGES
        if message.ephemeral or not channel.visible_to_bot or not intents & needed:
            return
        if event == "MESSAGE_DELETE":
            data: Json = {"id": str(message.id), "channel_id": str(channel.id)}
            data |= {} if channel.guild is None else {"guild_id": str(channel.guild.id)}
        else:
            open_to_bot = (
                message.author is self.bot or channel.guild is None or self.bot.mention in message.content
            )
            data = message.event(stripped=not open_to_bot and not intents & MESSAGE_CONTENT)
        await self.gateway.dispatch(event, data, channel.guild_id)

    @asynccontextmanager
    async def out_of_order(self) -> AsyncIterator[None]:
        """Delivers the block's events at its end: channels reversed, the order within each channel kept."""
        with self.gateway.hold() as held:
            yield
        by_channel: dict[str, list[tuple[str, Json, int | None]]] = {}
        for event in held:
            by_channel.setdefault(str(event[1].get("channel_id")), []).append(event)
        for events in reversed(list(by_channel.values())):
            for name, data, guild_id in events:
                await self.gateway.dispatch(name, data, guild_id)

    # Faults

    def force(
        self,
        *,
        status: int,
        route: str = "*",
        times: int = 1,
        retry_after: float = 0.01,
        via: bool = True,
        is_global: bool = False,
        scope: Literal["user", "shared"] = "user",
        body: Json | None = None,
    ) -> None:
        """Answers the next ``times`` requests that match ``route`` with ``status``.

        ``route`` is "METHOD /path" or "/path" with ``*`` for any text, as in "POST /channels/*/messages".
        For 429, ``via=False`` is the answer of the outer proxy, which the client does not retry.
        """
        self._forced.append(Forced(route, status, times, retry_after, via, is_global, scope, body))

    def next_forced(self, request: Request) -> Forced | None:
        for forced in self._forced:
            if forced.times > 0 and request.matches(forced.route):
                forced.times -= 1
                return forced
        return None

    def limit(self, route: str, count: int, seconds: float) -> None:
        """Gives matching routes a bucket of ``count`` requests per ``seconds``."""
        self.buckets.limits[route] = (count, seconds)

    async def disconnect(self, code: int = 4000, shard: int | None = None) -> None:
        """Closes gateway connections with a close code."""
        await self.gateway.close(code, shard)

    async def reconnect(self, shard: int | None = None) -> None:
        """Op 7: asks clients to reconnect and resume."""
        await self.gateway.order(7, None, shard)

    async def invalidate(self, *, resumable: bool, shard: int | None = None) -> None:
        """Op 9: resumable (true) or a lost session (false)."""
        await self.gateway.order(9, resumable, shard)

    async def resumed(self) -> None:
        """Waits until every session has a connection again."""
        await self.until(self.gateway.all_ready, "the resume of all shards", 15.0)

    async def replay_last(self, count: int = 1) -> None:
        """Delivers the last events once more, as a resume may do."""
        await self.gateway.repeat(count)

    # Records

    def calls(self, pattern: str) -> list[Request]:
        """The requests that match "METHOD /path" or "/path" with ``*`` for any text."""
        return [request for request in self.requests if request.matches(pattern)]

    def violate(
        self, method: str, path: str, status: int, code: int, message: str, errors: Json | None = None
    ) -> None:
        self.violations.append(Violation(method, path, status, code, message, errors))
        self.notify()

    def remark(self, message: str) -> None:
        """Records what the service would accept without showing it to anybody."""
        self.violate("REMARK", "", 200, 0, message)

    async def _serve_file(self, request: web.Request) -> web.Response:
        record = Request("GET", request.path, self.now(), dict(request.query), dict(request.headers))
        self.requests.append(record)
        forced = self.next_forced(record)
        if forced is not None:
            record.forced, record.status = True, forced.status
            return web.Response(status=forced.status, text="forced")
        answer = self.files.answer(request)
        record.status = answer.status
        if answer.status != 200:
            self.violate("GET", request.path, answer.status, 0, "expired, unsigned or unknown file address")
        self.notify()
        return answer
