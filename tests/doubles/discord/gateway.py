"""The gateway: sessions, sequence numbers, heartbeats, resuming and the ways a connection ends."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from .errors import Json

if TYPE_CHECKING:
    from .server import DiscordDouble

MAX_PAYLOAD_BYTES = 4096
MAX_SENDS, SEND_WINDOW = 120, 60.0
IDENTIFY_WINDOW = 5.0
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
KNOWN_INTENTS = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))
MAX_GUILDS_PER_SHARD = 2500


@dataclass(eq=False)
class Session:
    """One identified shard; it outlives its connections until it is dropped."""

    id: str
    shard: int
    shard_count: int
    intents: int
    events: list[str] = field(default_factory=list)
    connection: Connection | None = None
    resumes: int = 0

    def covers(self, guild_id: int | None) -> bool:
        """Whether events of this server (None: direct messages) belong to the shard."""
        return self.shard == (0 if guild_id is None else (guild_id >> 22) % self.shard_count)


@dataclass(eq=False)
class Connection:
    socket: web.WebSocketResponse
    session: Session | None = None
    delivered: int = 0
    sends: deque[float] = field(default_factory=deque)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def pump(self) -> None:
        """Sends the session's outstanding events in order."""
        async with self.lock:
            while (
                self.session and self.session.connection is self and self.delivered < len(self.session.events)
            ):
                self.delivered += 1
                await self.send(self.session.events[self.delivered - 1])

    async def send(self, text: str) -> None:
        if not self.socket.closed:
            # When the client has just gone, the session keeps the event for its resume.
            with suppress(ConnectionError):
                await self.socket.send_str(text)


class Close(Exception):
    """Ends a connection with a close code of the gateway."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        super().__init__(f"{code} {reason}")


class Gateway:
    def __init__(self, double: DiscordDouble) -> None:
        self._double = double
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.identifies: list[Json] = []
        self.heartbeats = 0
        self.session_starts = 0
        self.heartbeat_interval_ms = 41250
        self.acknowledge = True
        self._identified: dict[int, float] = {}
        self._held: list[tuple[str, Json, int | None]] | None = None

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket)
        self.connections.add(connection)
        try:
            if request.query.get("v") != "10" or request.query.get("encoding") != "json":
                raise Close(4012, "You sent an invalid version for the gateway.")
            await connection.send(
                json.dumps({"op": 10, "d": {"heartbeat_interval": self.heartbeat_interval_ms}})
            )
            await self._read(connection)
        except Close as close:
            self._double.violate("GATEWAY", "close", close.code, close.code, str(close))
            if connection.session and close.code not in (4000, 4001, 4002, 4003, 4005, 4008):
                self.sessions.pop(connection.session.id, None)
            await socket.close(code=close.code, message=str(close).encode()[:120])
        finally:
            self.connections.discard(connection)
            session = connection.session
            if session is not None and session.connection is connection:
                session.connection = None
                if socket.close_code in (1000, 1001):
                    self.sessions.pop(session.id, None)
            self._double.notify()
        return socket

    async def _read(self, connection: Connection) -> None:
        while True:
            try:
                frame = await connection.socket.receive(timeout=2.5 * self.heartbeat_interval_ms / 1000)
            except TimeoutError:
                raise Close(4009, "Session timed out: no heartbeat.") from None
            if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            raw = frame.data if isinstance(frame.data, bytes) else str(frame.data).encode()
            now = self._double.now()
            connection.sends.append(now)
            while connection.sends[0] <= now - SEND_WINDOW:
                connection.sends.popleft()
            if len(connection.sends) > MAX_SENDS:
                raise Close(4008, "You are being rate limited.")
            if len(raw) > MAX_PAYLOAD_BYTES:
                raise Close(4002, "Payload exceeds 4096 bytes.")
            try:
                message = json.loads(raw)
                operation = message["op"]
            except (ValueError, KeyError, TypeError):
                raise Close(4002, "Error while decoding payload.") from None
            await self._handle(connection, operation, message.get("d"))

    async def _handle(self, connection: Connection, operation: object, data: Any) -> None:
        if operation == 1:
            self.heartbeats += 1
            if self.acknowledge:
                await connection.send(json.dumps({"op": 11}))
            self._double.notify()
        elif operation == 2:
            await self._identify(connection, data or {})
        elif operation == 6:
            await self._resume(connection, data or {})
        elif operation not in (3, 4, 8, 31, 43):
            raise Close(4001, "Unknown opcode.")
        elif connection.session is None:
            raise Close(4003, "Not authenticated.")
        elif operation == 8:
            self._double.remark("op 8 (request guild members) is not played")

    async def _identify(self, connection: Connection, data: Json) -> None:
        if connection.session is not None:
            raise Close(4005, "Already authenticated.")
        self.identifies.append(data)
        if data.get("token") != self._double.token:
            raise Close(4004, "Authentication failed.")
        intents = data.get("intents")
        if isinstance(intents, bool) or not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            raise Close(4013, "Invalid intent(s).")
        if intents & PRIVILEGED & ~self._double.privileged_intents:
            raise Close(4014, "Disallowed intent(s).")
        properties = data.get("properties")
        if not isinstance(properties, dict) or not {"os", "browser", "device"} <= properties.keys():
            raise Close(4002, "properties need os, browser and device.")
        if not 50 <= int(data.get("large_threshold", 50)) <= 250:
            raise Close(4002, "large_threshold is 50 to 250.")
        shard, count = data.get("shard") or (0, 1)
        if not (isinstance(shard, int) and isinstance(count, int) and 0 <= shard < count):
            raise Close(4010, "Invalid shard.")
        session = Session(secrets.token_hex(16), shard, count, intents)
        guilds = [one for one in self._double.guilds if one.bot_member and session.covers(one.id)]
        if len(guilds) > MAX_GUILDS_PER_SHARD:
            raise Close(4011, "Sharding required.")
        bucket, now = shard % self._double.max_concurrency, self._double.now()
        too_soon = now - self._identified.get(bucket, -IDENTIFY_WINDOW) < IDENTIFY_WINDOW
        if too_soon or self.session_starts >= self._double.session_start_total:
            text = "identify within 5 s of the last" if too_soon else "no session starts left"
            self._double.violate("GATEWAY", "identify", 9, 9, text)
            await connection.send(json.dumps({"op": 9, "d": False}))
            return
        self._identified[bucket] = now
        self.session_starts += 1
        for old in [one for one in self.sessions.values() if one.shard == shard and one.connection is None]:
            del self.sessions[old.id]
        self.sessions[session.id] = session
        session.connection, connection.session = connection, session
        ready: Json = {
            "v": 10,
            "user": self._double.bot.payload(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self._double.gateway_url,
            "shard": [shard, count],
            "application": {"id": str(self._double.application_id), "flags": 0},
        }
        self._record(session, "READY", ready)
        if intents & GUILDS:
            for guild in guilds:
                self._record(session, "GUILD_CREATE", guild.payload())
        await connection.pump()
        self._double.notify()

    async def _resume(self, connection: Connection, data: Json) -> None:
        if connection.session is not None:
            raise Close(4005, "Already authenticated.")
        if data.get("token") != self._double.token:
            raise Close(4004, "Authentication failed.")
        session = self.sessions.get(str(data.get("session_id")))
        seen = data.get("seq")
        if session is None:
            await connection.send(json.dumps({"op": 9, "d": False}))
            return
        if not isinstance(seen, int) or not 0 <= seen <= len(session.events):
            raise Close(4007, "Invalid seq.")
        session.connection, connection.session, connection.delivered = connection, session, seen
        session.resumes += 1
        self._record(session, "RESUMED", {})
        await connection.pump()
        self._double.notify()

    def _record(self, session: Session, name: str, data: Json) -> None:
        session.events.append(json.dumps({"op": 0, "s": len(session.events) + 1, "t": name, "d": data}))

    async def dispatch(self, name: str, data: Json, guild_id: int | None) -> None:
        """Sends an event to the shard of its server and keeps it for a resume."""
        if self._held is not None:
            self._held.append((name, data, guild_id))
            return
        for session in list(self.sessions.values()):
            if session.covers(guild_id):
                self._record(session, name, data)
                if session.connection is not None:
                    await session.connection.pump()

    def intents(self, guild_id: int | None) -> int:
        """The intents of the session that gets a server's events, 0 without one."""
        return next((one.intents for one in self.sessions.values() if one.covers(guild_id)), 0)

    @contextmanager
    def hold(self) -> Iterator[list[tuple[str, Json, int | None]]]:
        """While open, events are collected instead of sent."""
        held: list[tuple[str, Json, int | None]] = []
        self._held = held
        try:
            yield held
        finally:
            self._held = None

    async def repeat(self, count: int) -> None:
        """Sends the last ``count`` events of every connected session once more, unchanged."""
        for session in self.sessions.values():
            if session.connection is not None:
                for text in session.events[-count:]:
                    await session.connection.send(text)

    def live(self, shard: int | None = None) -> list[Connection]:
        """Connections with a session, of one shard or of all."""
        found = [one for one in self.connections if one.session and one.session.connection is one]
        return [one for one in found if shard is None or (one.session and one.session.shard == shard)]

    def all_ready(self) -> bool:
        shards = {session.shard for session in self.sessions.values() if session.connection is not None}
        counts = {session.shard_count for session in self.sessions.values()}
        return len(counts) == 1 and shards == set(range(counts.pop()))

    async def close(self, code: int, shard: int | None = None) -> None:
        """Closes connections; the sessions stay resumable unless the code forbids it."""
        for connection in self.live(shard):
            session = connection.session
            assert session is not None
            session.connection = None
            if code in (4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014):
                self.sessions.pop(session.id, None)
            await connection.socket.close(code=code)

    async def order(self, operation: int, data: object, shard: int | None = None) -> None:
        """Sends op 7 or op 9; the connection gets no more events."""
        for connection in self.live(shard):
            session = connection.session
            assert session is not None
            session.connection = None
            if operation == 9 and data is False:
                self.sessions.pop(session.id, None)
            await connection.send(json.dumps({"op": operation, "d": data}))
