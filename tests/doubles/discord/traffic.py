"""What went over the wire: recorded requests, violations, forced failures and rate-limit buckets."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from .errors import Json

GLOBAL_PER_SECOND = 50
INVALID_PER_TEN_MINUTES = 10_000


def _shortened(line: str) -> str:
    """Interaction tokens cut, so that reports stay readable."""
    return re.sub(r"([\w-]{12})[\w-]{80,}", r"\1…", line)


@dataclass(eq=False)
class Request:
    """One request as it arrived and what it got; ``at`` is on the double's clock."""

    method: str
    path: str
    at: float
    query: dict[str, str]
    headers: dict[str, str]
    body: Any = None
    files: list[str] = field(default_factory=list)
    status: int | None = None
    code: int | None = None
    forced: bool = False

    @property
    def line(self) -> str:
        """ "METHOD /path", the text that route patterns match."""
        return f"{self.method} {self.path}"

    def matches(self, pattern: str) -> bool:
        """``pattern`` is "METHOD /path" or "/path", with ``*`` for any text."""
        return fnmatchcase(self.line if " " in pattern else self.path, pattern)

    def __str__(self) -> str:
        outcome = (
            "pending" if self.status is None else f"{self.status}{f' ({self.code})' if self.code else ''}"
        )
        body = str(self.body)
        return f"{_shortened(self.line)} -> {outcome} {body if len(body) < 160 else body[:160] + '…'}"


@dataclass(frozen=True)
class Violation:
    """A broken platform rule: a refused request, a closed gateway connection, or (status 200) a remark."""

    method: str
    path: str
    status: int
    code: int
    message: str
    errors: Json | None = None

    def __str__(self) -> str:
        where = _shortened(f"{self.method} {self.path}".rstrip())
        return f"{where} -> {self.status} {self.code} {self.message} {self.errors or ''}".rstrip()


@dataclass
class Forced:
    """An answer a test has ordered for the next ``times`` matching requests."""

    route: str
    status: int
    times: int
    retry_after: float
    via: bool
    is_global: bool
    scope: str
    body: Json | None

    def answer(self) -> tuple[Json, dict[str, str]]:
        headers = {"Via": "1.1 google"} if self.via else {}
        if self.status != 429:
            return self.body or {"message": f"{self.status}: forced", "code": 0}, headers
        return self.body or limited_body(self.retry_after, self.is_global), headers | limited_headers(
            self.retry_after, "global" if self.is_global else self.scope
        )


def limited_body(retry_after: float, is_global: bool) -> Json:
    return {"message": "You are being rate limited.", "retry_after": retry_after, "global": is_global}


def limited_headers(retry_after: float, scope: str) -> dict[str, str]:
    headers = {"Retry-After": str(max(1, round(retry_after))), "X-RateLimit-Scope": scope}
    return headers | ({"X-RateLimit-Global": "true"} if scope == "global" else {})


class Buckets:
    """Counts requests per route and top-level id; ``limits`` maps a route pattern to (count, seconds).

    Discord promises no numbers, so every route is generous unless a test sets its limit.
    """

    def __init__(self) -> None:
        self.limits: dict[str, tuple[int, float]] = {}
        self._used: dict[str, list[float]] = {}
        self._global: list[float] = []
        self.invalid: list[float] = []

    def take(self, request: Request, template: str, by_token: bool) -> tuple[dict[str, str], float, str]:
        """Counts one request: bucket headers, seconds to wait (0 when allowed) and the scope of the limit.

        ``by_token``: interaction and webhook routes, which are not bound by the global limit.
        """
        limit, window = next(
            (rule for pattern, rule in self.limits.items() if request.matches(pattern)), (1000, 1.0)
        )
        major = re.match(r"/(?:(?:channels|guilds)/\d+|(?:webhooks|interactions)/\d+/[^/]+)", request.path)
        key = f"{request.method} {template} {major[0] if major else ''}"
        now = request.at
        used = [at for at in self._used.get(key, []) if now - at < window]
        wait, scope = 0.0, "user"
        if len(used) >= limit:
            wait = window - (now - used[0])
        else:
            used.append(now)
        self._used[key] = used
        if not by_token:
            self._global = [at for at in self._global if now - at < 1.0] + [now]
            if len(self._global) > GLOBAL_PER_SECOND:
                wait, scope = 1.0 - (now - self._global[0]), "global"
        reset_after = window - (now - used[0])
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(limit - len(used)),
            "X-RateLimit-Reset": f"{now + reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{reset_after:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(f"{request.method} {template}".encode()).hexdigest()[:32],
        }
        return headers, wait, scope

    def count_invalid(self, now: float, status: int, scope: str | None) -> None:
        """401, 403 and 429 (but for the shared scope) count against 10 000 in ten minutes."""
        if status in (401, 403) or (status == 429 and scope != "shared"):
            self.invalid = [at for at in self.invalid if now - at < 600] + [now]

    @property
    def blocked(self) -> bool:
        return len(self.invalid) >= INVALID_PER_TEN_MINUTES
