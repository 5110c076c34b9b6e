"""A strict loopback AniList: the part of its GraphQL API that a catalogue update uses, with its rate limit and faults.

It refuses what AniList refuses: other methods and content types, fields that its schema lacks, more than 50 entries a
page, entries beyond the first 5,000. Its clock stands still until somebody waits with `wait`.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

SCHEMA = frozenset(
    """
    Page MediaSeason FuzzyDateInt Int ANIME ID page perPage season seasonYear startDate_greater startDate_lesser sort
    type version asHtml false pageInfo currentPage hasNextPage media id idMal format status episodes duration source
    isAdult genres synonyms averageScore popularity description title romaji english native startDate endDate year month
    day tags name rank isGeneralSpoiler isMediaSpoiler studios edges isMain node coverImage large relations
    relationType query
    """.split()  # noqa: SIM905
)


class AniListDouble:
    """`faults` are played one per request, in order: a status number, "cut" (the answer breaks off), "garbage" (no
    JSON) or "" (none). `limit` requests a minute are answered."""

    def __init__(self, media: list[dict[str, Any]], limit: int = 90) -> None:
        self.media = sorted(media, key=lambda item: item["id"])
        self.limit = limit
        self.faults: list[int | str] = []
        self.pages: list[int] = []
        """Page numbers answered."""
        self.requests = 0
        self.waited: list[float] = []
        self.refused = 0
        """Requests beyond the limit."""
        self.address = ""
        self._now = 0.0
        self._window: list[float] = []

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[AniListDouble]:
        application = web.Application()
        application.router.add_post("/", self._answer)
        async with TestServer(application) as server:
            self.address = str(server.make_url("/"))
            yield self

    async def wait(self, seconds: float) -> None:
        assert 0 < seconds <= 300
        self.waited.append(seconds)
        self._now += seconds

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        if request.content_type != "application/json":
            return _error(415, "Unsupported media type")
        self._window = [moment for moment in self._window if moment > self._now - 60]
        if len(self._window) >= self.limit:
            self.refused += 1
            after = 60 - (self._now - self._window[0])
            return _error(
                429, "Too Many Requests.", {"Retry-After": str(round(after + 0.5)), **self._headers()}
            )
        self._window.append(self._now)
        fault = self.faults.pop(0) if self.faults else ""
        if fault == 429:
            return _error(429, "Too Many Requests.", {"Retry-After": "7"})
        if isinstance(fault, int):
            return web.Response(status=fault, text="<html>gateway</html>", content_type="text/html")
        body = await request.json()
        problem = _problem(body)
        if problem:
            return _error(400, problem)
        answer = json.dumps({"data": {"Page": self._page(body["variables"])}}).encode()
        if fault == "garbage":
            return web.Response(body=b"<html>busy</html>", content_type="application/json")
        if fault == "cut":
            response = web.StreamResponse(headers={"Content-Length": str(len(answer))})
            response.content_type = "application/json"
            await response.prepare(request)
            await response.write(answer[: len(answer) // 2])
            assert request.transport
            request.transport.close()
            return response
        self.pages.append(body["variables"]["page"])
        return web.Response(body=answer, content_type="application/json", headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(self.limit - len(self._window), 0)),
        }

    def _page(self, variables: dict[str, Any]) -> dict[str, Any]:
        found = [item for item in self.media if _fits(item, variables)]
        page, size = variables["page"], variables["perPage"]
        return {
            "pageInfo": {"currentPage": page, "hasNextPage": len(found) > page * size},
            "media": found[(page - 1) * size : page * size],
        }


def _fits(item: dict[str, Any], variables: dict[str, Any]) -> bool:
    if variables.get("season") and item["season"] != variables["season"]:
        return False
    if variables.get("seasonYear") and item["seasonYear"] != variables["seasonYear"]:
        return False
    start = item["startDate"]
    number = (start["year"] or 0) * 10_000 + (start["month"] or 0) * 100 + (start["day"] or 0)
    after, before = variables.get("after"), variables.get("before")
    return (after is None or number > after) and (before is None or number < before)


def _problem(body: Any) -> str | None:
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        return "Syntax Error: Unexpected <EOF>"
    query, variables = body["query"], body.get("variables") or {}
    if query.count("{") != query.count("}") or query.count("(") != query.count(")"):
        return "Syntax Error: unbalanced"
    declared = set(re.findall(r"\$(\w+):", query))
    unknown = set(re.findall(r"(?<![$\w])[A-Za-z_]\w*", query)) - SCHEMA
    if unknown:
        return f'Cannot query field "{sorted(unknown)[0]}"'
    if not variables.keys() <= declared:
        return "Unknown variable"
    if not 1 <= variables.get("perPage", 0) <= 50 or variables.get("page", 0) < 1:
        return "The per page must be between 1 and 50"
    if variables["page"] * variables["perPage"] > 5000:
        return "Page beyond the first 5000 entries"
    return None


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    body = {"data": None, "errors": [{"message": message, "status": status}]}
    return web.json_response(body, status=status, headers=headers)
