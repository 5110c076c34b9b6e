"""Fetching AniList's pages: within its rate limit, patient with its faults, from where the last attempt stopped."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.catalogue.importers.anilist import PER_PAGE, QUERY, Wanted
from core.errors import Unavailable, UserError

if TYPE_CHECKING:
    import aiohttp

LAST_PAGE = 100
"""AniList answers no page beyond the first 5,000 entries of a question."""
ATTEMPTS = 6
_MOST_WAITS = 20
_MINUTE = 60.0
_LARGEST_ANSWER = 16 << 20


class Checkpoint:
    """The pages fetched so far, in a file: the question in its first line, then one page a line.

    Making one and `add` raise UserError `import-unwritable` where the file cannot be written or read; what it held
    by then stays for the next attempt.
    """

    def __init__(self, path: Path, question: dict[str, Any]) -> None:
        """Pages kept for another question (or another day) are dropped, and so is a line cut short."""
        self._path = path
        self._question = json.dumps(question, sort_keys=True)
        self.pages: list[list[object]] = []
        self.complete = False
        with _written():
            self._read()

    def _read(self) -> None:
        path = self._path
        lines = path.read_bytes().split(b"\n") if path.exists() else []
        if not lines or lines[0] != self._question.encode():
            path.write_text(self._question + "\n", encoding="utf-8")
            return
        kept = len(lines[0]) + 1
        for line in lines[1:-1]:
            try:
                page = json.loads(line)
                media, self.complete = list(page["media"]), bool(page["last"])
            except (ValueError, KeyError, TypeError):
                break
            self.pages.append(media)
            kept += len(line) + 1
        with path.open("r+b") as file:
            file.truncate(kept)

    def add(self, media: list[object], last: bool) -> None:
        line = json.dumps({"media": media, "last": last})
        with _written(), self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.pages.append(media)
        self.complete = last

    def drop(self) -> None:
        """The pages are imported: where the file cannot be taken away, nothing is lost."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


@contextmanager
def _written() -> Iterator[None]:
    """Says what keeps a file from being written, a full disk most of all."""
    try:
        yield
    except OSError as problem:
        raise UserError("import-unwritable", reason=problem.strerror or "?") from problem


class AniListPages:
    """Asks AniList (or what listens at `address`) for pages. `wait` waits so many seconds."""

    def __init__(self, address: str, wait: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._address = address
        self._wait = wait

    async def fetch(
        self, wanted: Wanted, day: date, path: Path, told: Callable[[int], None]
    ) -> tuple[list[object], Checkpoint]:
        """The media of all pages, and the checkpoint to drop once they are imported. `path` is the checkpoint's
        file; `told` hears how many pages there are so far.

        Raises:
            Unavailable: `anilist-unreachable` after several attempts, `anilist-refused` where AniList will not answer
                the question. The pages fetched so far stay for the next attempt on the same day.
            UserError: `import-unwritable`.
        """
        question = {"day": day.isoformat(), "address": self._address, **wanted.variables()}
        checkpoint = await asyncio.to_thread(Checkpoint, path, question)
        import aiohttp  # slow to load, and only needed here

        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while not checkpoint.complete and len(checkpoint.pages) < LAST_PAGE:
                number = len(checkpoint.pages) + 1
                told(number - 1)
                page = await self._page(session, {**wanted.variables(), "page": number, "perPage": PER_PAGE})
                media, info = page["media"], page["pageInfo"]
                await asyncio.to_thread(checkpoint.add, media, info.get("hasNextPage") is not True)
        told(len(checkpoint.pages))
        return [item for media in checkpoint.pages for item in media], checkpoint

    async def _page(self, session: aiohttp.ClientSession, variables: dict[str, Any]) -> dict[str, Any]:
        import aiohttp

        failures = waits = 0
        problem = "?"
        while failures < ATTEMPTS and waits < _MOST_WAITS:
            try:
                body = {"query": QUERY, "variables": variables}
                async with session.post(
                    self._address, json=body, headers={"Accept": "application/json"}
                ) as answer:
                    if answer.status == 429:
                        waits += 1
                        problem = "429"
                        await self._wait(_seconds(answer.headers))
                        continue
                    content = await answer.content.read(_LARGEST_ANSWER)
                    while chunk := await answer.content.read(_LARGEST_ANSWER - len(content)):
                        content += chunk
                    page = _read(answer.status, content)
                    if answer.headers.get("X-RateLimit-Remaining", "").strip() == "0":
                        await self._wait(_seconds(answer.headers))
                    return page
            except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
                failures += 1
                problem = f"{type(fault).__name__}: {fault}"[:120]
                if failures < ATTEMPTS:
                    await self._wait(2.0**failures)
        raise Unavailable("anilist-unreachable", reason=problem)


def _read(status: int, content: bytes) -> dict[str, Any]:
    """The page in an answer. Raises ValueError for one that is broken, Unavailable for a refusal."""
    if status >= 500:
        raise ValueError(f"HTTP {status}")
    try:
        answer = json.loads(content)
    except RecursionError as problem:
        raise ValueError("nested too deeply") from problem
    except ValueError:
        if status >= 400:
            raise Unavailable("anilist-refused", reason=f"HTTP {status}") from None
        raise
    answer = answer if isinstance(answer, dict) else {}
    errors = answer.get("errors")
    if status >= 400 or errors:
        first = errors[0] if isinstance(errors, list) and errors else None
        message = first.get("message") if isinstance(first, dict) else None
        raise Unavailable("anilist-refused", reason=str(message or f"HTTP {status}")[:200])
    data = answer.get("data")
    page = data.get("Page") if isinstance(data, dict) else None
    if not isinstance(page, dict) or not isinstance(page.get("media"), list):
        raise ValueError("no page in the answer")
    if not isinstance(page.get("pageInfo"), dict):
        raise ValueError("no pageInfo in the answer")
    return page


def _seconds(headers: Any) -> float:
    """How long the limit asks to wait: `Retry-After` in seconds, else until `X-RateLimit-Reset` (seconds since 1970),
    else a minute, the length of AniList's window."""
    try:
        if "Retry-After" in headers:
            return min(max(float(headers["Retry-After"]), 0.5), 5 * _MINUTE)
        if "X-RateLimit-Reset" in headers:
            return min(max(float(headers["X-RateLimit-Reset"]) - time.time(), 0.5), 2 * _MINUTE)
    except ValueError:
        pass
    return _MINUTE
