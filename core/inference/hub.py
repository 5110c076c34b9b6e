"""Asking a model hub (or a release page) for a file: addresses, redirects, its refusals, its rate limit.

The hub answers `{endpoint}/{repo}/resolve/{revision}/{path}`. For a large file that is a redirect to another host,
signed and short-lived, with `X-Linked-Etag` (the sha256) and `X-Linked-Size` beside it.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from core.errors import Unavailable
from core.inference.manifest import Model, ModelFile

if TYPE_CHECKING:
    import aiohttp

ENDPOINT = "https://huggingface.co"
REDIRECTS = 5
_REDIRECTED = (301, 302, 303, 307, 308)
_LONGEST_WAIT = 330.0
"""Seconds; the hub counts in windows of five minutes."""
_WAITS = 20
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Dropped(Exception):
    """The connection or the server failed in a way that another attempt may mend."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file's bytes are now, and what the hub says of them."""

    url: str
    bytes: int | None
    sha256: str | None


@asynccontextmanager
async def connect(
    endpoint: str, token: str | None, wait: Callable[[float], Awaitable[None]]
) -> AsyncIterator[Hub]:
    """A connection for some downloads."""
    import aiohttp  # slow to load, and only needed here

    timeout = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=60)
    # Compressed on its way a file would have another length; cookies of one host are no other's business.
    async with aiohttp.ClientSession(
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept-Encoding": "identity"},
    ) as session:
        yield Hub(session, endpoint, token, wait)


class Hub:
    """Requests for files. `wait` waits so many seconds."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        endpoint: str,
        token: str | None,
        wait: Callable[[float], Awaitable[None]],
    ) -> None:
        self._session = session
        self._endpoint = endpoint.rstrip("/")
        self._token = token
        self._wait = wait

    def address(self, model: Model, file: ModelFile) -> str:
        """Where a file is asked for."""
        return file.url or f"{self._endpoint}/{model.repo}/resolve/{model.revision}/{quote(file.path)}"

    async def resolve(self, model: Model, file: ModelFile) -> Target:
        """Follows the hub's own redirects by hand, up to the one that leads to another host.

        Raises:
            Dropped: worth another attempt.
            Unavailable: `pull-gated`, `pull-refused`, `pull-gone`, `pull-failed`, `pull-limited`, `pull-redirects`.
        """
        url = self.address(model, file)
        length: int | None = None
        sha256: str | None = None
        for _ in range(REDIRECTS):
            async with self._ask("HEAD", url, model, {}) as answer:
                self._check(answer, model)
                linked = answer.headers.get("X-Linked-Size", "")
                length = int(linked) if re.fullmatch(r"\d{1,15}", linked) else length
                etag = answer.headers.get("X-Linked-Etag", "").removeprefix("W/").strip('"')
                sha256 = etag if re.fullmatch("[0-9a-f]{64}", etag) else sha256
                if answer.status not in _REDIRECTED:
                    return Target(url, length or answer.content_length, sha256)
                onward = _onward(answer, url, model)
                if _origin(onward) != _origin(url):
                    return Target(onward, length, sha256)
                url = onward
        raise Unavailable("pull-redirects", model=model.id)

    @asynccontextmanager
    async def body(
        self, model: Model, url: str, have: int, etag: str | None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer that carries the file, from byte `have` on (206), all of it (200), or 416.

        Raises:
            Dropped, Unavailable: as `resolve`.
        """
        headers = {"Range": f"bytes={have}-"} if have else {}
        if have and etag:
            headers["If-Range"] = etag
        for _ in range(REDIRECTS):
            async with self._ask("GET", url, model, headers) as answer:
                if answer.status in _REDIRECTED:
                    url = _onward(answer, url, model)
                    continue
                if answer.status != 416:
                    self._check(answer, model)
                yield answer
                return
        raise Unavailable("pull-redirects", model=model.id)

    @asynccontextmanager
    async def _ask(
        self, method: str, url: str, model: Model, headers: Mapping[str, str]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request; waits as long as the rate limit says."""
        import aiohttp

        own = {"Authorization": f"Bearer {self._token}"} if self._token and self._trusted(url) else {}
        try:
            for _ in range(_WAITS):
                async with self._session.request(
                    method, url, headers={**headers, **own}, allow_redirects=False
                ) as answer:
                    if answer.status != 429:
                        yield answer
                        return
                    seconds = seconds_to_wait(answer.headers)
                if seconds > _LONGEST_WAIT:
                    break
                await self._wait(seconds)
        except (aiohttp.ClientError, TimeoutError) as problem:
            # Their texts can hold signed addresses.
            raise Dropped(type(problem).__name__) from problem
        raise Unavailable("pull-limited", model=model.id, seconds=round(seconds))

    def _trusted(self, url: str) -> bool:
        """Whether the token may go there: the endpoint itself, and unread on the way."""
        safe = urlsplit(url).scheme == "https" or urlsplit(url).hostname in _LOOPBACK
        return safe and _origin(url) == _origin(self._endpoint)

    def _check(self, answer: aiohttp.ClientResponse, model: Model) -> None:
        """Raises for an answer that is neither the file nor a redirect."""
        status = answer.status
        if status in (200, 206) or status in _REDIRECTED:
            return
        at_hub = _origin(str(answer.url)) == _origin(self._endpoint)
        if status >= 500 or status == 408 or (status in (401, 403, 404, 410) and not at_hub and model.repo):
            # A signed address runs out; the next attempt gets a new one.
            raise Dropped(f"HTTP {status}")
        code = answer.headers.get("X-Error-Code", "")
        if code == "GatedRepo":
            raise Unavailable("pull-gated", model=model.id, page=f"{self._endpoint}/{model.repo}")
        if status in (401, 403):
            raise Unavailable("pull-refused", model=model.id, status=status)
        if status in (404, 410):
            raise Unavailable("pull-gone", model=model.id, host=answer.url.host or "?")
        raise Unavailable("pull-failed", model=model.id, status=status)


def _onward(answer: aiohttp.ClientResponse, url: str, model: Model) -> str:
    onward = follow(url, answer.headers.get("Location", ""))
    if onward is None:
        raise Unavailable("pull-redirects", model=model.id)
    return onward


def is_address(url: str) -> bool:
    """Whether this is a web address with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        return False


def follow(url: str, location: str) -> str | None:
    """Where a redirect leads; None where nobody should follow: to itself, off the web, or from https to http."""
    try:
        onward = urljoin(url, location)
    except ValueError:
        return None
    if not is_address(onward) or onward == url:
        return None
    return None if urlsplit(url).scheme == "https" != urlsplit(onward).scheme else onward


async def chunks(answer: aiohttp.ClientResponse, most: int) -> AsyncIterator[bytes]:
    """The body in pieces of at most `most` bytes. Raises Dropped when it breaks off."""
    import aiohttp

    try:
        async for chunk in answer.content.iter_chunked(most):
            yield chunk
    except (aiohttp.ClientError, TimeoutError) as problem:
        raise Dropped(type(problem).__name__) from problem


def content_range(text: str) -> tuple[int | None, int | None]:
    """First byte and whole length of `bytes 5-9/10`; None for what it does not say."""
    match = re.fullmatch(r"bytes (\d{1,15})-\d{1,15}/(\d{1,15}|\*)", text.strip())
    if not match:
        return None, None
    return int(match[1]), None if match[2] == "*" else int(match[2])


def seconds_to_wait(headers: Mapping[str, str]) -> float:
    """How long a 429 asks to wait: `t` of `RateLimit: "resolvers";r=0;t=37`, else `Retry-After` (seconds or a date),
    else half a minute."""
    match = re.search(r"(?:^|;)\s*t=(\d{1,9})\b", headers.get("RateLimit", ""))
    after = headers.get("Retry-After", "").strip()
    if match:
        return max(float(match[1]), 0.5)
    if re.fullmatch(r"\d{1,9}(\.\d*)?", after):
        return max(float(after), 0.5)
    try:
        return max(parsedate_to_datetime(after).timestamp() - time.time(), 0.5)
    except ValueError:
        return 30.0


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
