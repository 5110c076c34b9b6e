"""A strict loopback model hub and the host its large files are on, with the faults of both.

The hub is `127.0.0.1`, the other host is `localhost` on the same port. As on the real one, a file is asked for at
`/{owner}/{name}/resolve/{revision}/{path}`; large files are a redirect to the other host, signed for a short time, with
`X-Linked-Etag` and `X-Linked-Size`; small ones come from the hub itself. It refuses what the real one would not get
from a careful client: another method, an unknown path, an `Authorization` on the other host, compression, a signature
used after its time, a `Range` without the right `If-Range`.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

ENDLESS = 64 << 20
REVISION = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Stored:
    """A file on the hub. `large` ones are on the other host."""

    content: bytes
    large: bool = True

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Seen:
    """A request as it came."""

    method: str
    host: str
    path: str
    range: str | None
    authorization: str | None
    sent: int = 0
    """Bytes of body."""


@dataclass
class HubDouble:
    """`faults` are played one per request for a body, in order; "" is none:

    - "drop" (half of what was asked for, then the connection breaks off; the client's progress has to go to `told`)
    - "stall" (half of it, then nothing, without end)
    - "truncate" (a shorter whole file), "short" (it ends early, and no length was said), "corrupt" (one byte differs)
    - "endless" (no length was said, and 64 MiB come)
    - "no-range" (the whole file whatever was asked for), "no-length", "expired" (the signature ran out), "416"
    - a status such as "503"

    `refusals` are played one per HEAD: a status with its error code or header, such as "429 t=7", "429 after=3",
    "401 GatedRepo", "404 EntryNotFound", "502", "loop" (a redirect to itself), "round" (redirects without end),
    "file:///etc/hosts" (a redirect there), "size=5" and "etag=..." (what is said of the file).
    """

    files: dict[str, Stored] = field(default_factory=dict)
    """By `owner/name/path`."""

    token: str | None = None
    """Where it is set, the hub answers nobody without it."""

    faults: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    requests: list[Seen] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What a careful client would not have done."""

    waited: list[float] = field(default_factory=list)
    endpoint: str = ""
    _port: int = 0
    _signed: int = 0
    _received: int = 0
    _heard: asyncio.Event = field(default_factory=asyncio.Event)
    _stalled: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[HubDouble]:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        async with TestServer(application) as server:
            assert server.port
            self._port = server.port
            self.endpoint = f"http://127.0.0.1:{server.port}"
            try:
                yield self
            finally:
                self._stalled.set()
        assert self.wrong == []

    async def wait(self, seconds: float) -> None:
        """Time that a client waits; none passes."""
        assert 0 < seconds <= 400
        self.waited.append(seconds)

    def told(self, model: str, file: str, done: int, total: int | None) -> None:
        """Progress of a client."""
        self._received = done
        self._heard.set()

    def row(self, model: str, repo: str, *, purpose: str = "tagger", sums: bool = True) -> str:
        """A manifest's row with all files of a repository; without `sums` it bounds their length and no more."""
        lines = [
            f'{{ path = "{name.removeprefix(repo + "/")}", '
            + (f'bytes = {len(stored.content)}, sha256 = "{stored.sha256}"' if sums else "at_most = 1000000")
            + " },"
            for name, stored in self.files.items()
            if name.startswith(repo + "/")
        ]
        return (
            f'[[model]]\nid = "{model}"\npurposes = ["{purpose}"]\nbackend = "test"\nlicence = "MIT"\n'
            f'repo = "{repo}"\nrevision = "{REVISION}"\nfiles = [\n' + "\n".join(lines) + "\n]\n"
        )

    def bodies(self, name: str) -> list[Seen]:
        """Requests for the body of a file, in order."""
        return [seen for seen in self.requests if seen.method == "GET" and seen.path.endswith(name)]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        host = request.host.partition(":")[0]
        seen = Seen(
            request.method,
            host,
            request.path,
            request.headers.get("Range"),
            request.headers.get("Authorization"),
        )
        self.requests.append(seen)
        if request.headers.get("Accept-Encoding") != "identity":
            self.wrong.append(f"compression asked for: {request.path}")
        if request.headers.get("Cookie"):
            self.wrong.append("a cookie came back")
        if host == "127.0.0.1":
            return await self._hub(request, seen)
        return await self._other(request, seen)

    async def _hub(self, request: web.Request, seen: Seen) -> web.StreamResponse:
        found = re.fullmatch(rf"/([^/]+/[^/]+)/resolve/{REVISION}/(.+)", request.path)
        if request.method not in ("HEAD", "GET") or not found:
            self.wrong.append(f"{request.method} {request.path}")
            return web.Response(status=404)
        if self.token and seen.authorization != f"Bearer {self.token}":
            return _error(401, "GatedRepo")
        stored = self.files.get(f"{found[1]}/{found[2]}")
        refusal = self.refusals.pop(0) if self.refusals and request.method == "HEAD" else ""
        if refusal and (answer := self._refusal(refusal, request)) is not None:
            return answer
        if stored is None:
            return _error(404, "EntryNotFound")
        headers = {"X-Repo-Commit": REVISION, "Set-Cookie": "session=1"}
        if not stored.large:
            if request.method == "HEAD":
                headers |= {"ETag": '"b10b"', "Content-Length": str(len(stored.content))}
                return web.Response(headers=headers)
            return await self._body(request, seen, stored, '"b10b"')
        if request.method == "GET":
            self.wrong.append(f"the body of {request.path} was asked for at the hub")
        self._signed += 1
        linked = {"X-Linked-Etag": f'"{stored.sha256}"', "X-Linked-Size": str(len(stored.content))}
        name, _, value = refusal.partition("=")
        if name == "size":
            linked["X-Linked-Size"] = value
        if name == "etag":
            linked["X-Linked-Etag"] = f'"{value}"'
        if name == "unlinked":
            linked = {}
        onward = f"http://localhost:{self._port}/signed/{self._signed}/{found[1]}/{found[2]}"
        return web.Response(
            status=302, headers={**headers, **linked, "ETag": f'"{stored.sha256}"', "Location": onward}
        )

    def _refusal(self, refusal: str, request: web.Request) -> web.Response | None:
        if refusal == "loop":
            return web.Response(status=302, headers={"Location": request.path})
        if refusal == "round":
            self.refusals.append("round")
            first, _, rest = request.path.lstrip("/").partition("/")
            return web.Response(status=302, headers={"Location": f"/{first}x/{rest}"})
        if refusal.startswith("file:"):
            return web.Response(status=302, headers={"Location": refusal})
        status, _, code = refusal.partition(" ")
        if not status.isdigit():
            return None
        if code.startswith("t="):
            return web.Response(status=int(status), headers={"RateLimit": f'"resolvers";r=0;{code}'})
        if code.startswith("after="):
            return web.Response(status=int(status), headers={"Retry-After": code.removeprefix("after=")})
        return _error(int(status), code)

    async def _other(self, request: web.Request, seen: Seen) -> web.StreamResponse:
        if seen.authorization:
            self.wrong.append("the token went to the other host")
        plain = self.files.get(request.path.lstrip("/"))
        if plain is not None and request.method == "HEAD":  # a release page of its own
            return web.Response(headers={"Content-Length": str(len(plain.content))})
        found = re.fullmatch(r"/signed/(\d+)/(.+)", request.path)
        if request.method != "GET" or not (found or plain):
            self.wrong.append(f"{request.method} {request.path} on the other host")
            return web.Response(status=404)
        if found and int(found[1]) != self._signed:
            self.wrong.append("an old signature was used")
        stored = plain or self.files[found[2]] if found else plain
        assert stored is not None
        return await self._body(request, seen, stored, f'"{stored.sha256[:16]}"')

    async def _body(self, request: web.Request, seen: Seen, stored: Stored, etag: str) -> web.StreamResponse:
        fault = self.faults.pop(0) if self.faults else ""
        self._received = 0
        if fault.isdigit() and fault != "416":
            return web.Response(status=int(fault))
        if fault == "expired":
            return web.Response(status=403, text="Request has expired")
        content, first = stored.content, 0
        if fault == "corrupt":
            middle = len(content) // 2
            content = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        if fault == "truncate":
            content = content[: len(content) // 2]
        if fault == "endless":
            content = content * (1 + ENDLESS // len(content))
        asked = re.fullmatch(r"bytes=(\d+)-", seen.range or "")
        if seen.range and not asked:
            self.wrong.append(f"Range: {seen.range}")
        if asked and request.headers.get("If-Range") != etag:
            self.wrong.append(f"If-Range: {request.headers.get('If-Range')}")
        if asked and fault == "416":
            return web.Response(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
        if asked and fault != "no-range":
            first = int(asked[1])
        body = content[first:]
        response = web.StreamResponse(
            status=206 if first else 200, headers={"ETag": etag, "Set-Cookie": "session=2"}
        )
        if first:
            response.headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        if fault in ("no-length", "endless", "short"):
            response.enable_chunked_encoding()
        else:
            response.content_length = len(body)
        await response.prepare(request)
        cut = len(body) // 2 if fault in ("drop", "stall", "short") else len(body)
        for start in range(0, cut, 1 << 16):
            piece = body[start : min(start + (1 << 16), cut)]
            await response.write(piece)
            seen.sent += len(piece)
        if fault == "stall":
            await self._stalled.wait()
        if fault == "drop":
            while self._received < first + cut:
                self._heard.clear()
                await self._heard.wait()
            assert request.transport
            request.transport.close()
        return response


def _error(status: int, code: str) -> web.Response:
    return web.Response(status=status, headers={"X-Error-Code": code} if code else {})
