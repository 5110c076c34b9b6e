"""Other sites, rebound names and injected content stay out."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from tests.bot.web.visiting import playground

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _status(session: aiohttp.ClientSession, site: str, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with session.post(
        site + "api/ask", json={"line": "/help"}, headers={"X-Osusume-Person": "a" * 16, **named}
    ) as response:
        return response.status


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1:99", "[::1]:8710", "127.8.8.8"])
async def test_own_names_are_answered(session: aiohttp.ClientSession, site: str, host: str) -> None:
    assert await _status(session, site, Host=host) == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8710", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1",
     "a@localhost", "[::1", ":80"],
)  # fmt: skip
async def test_other_names_are_not(session: aiohttp.ClientSession, site: str, host: str) -> None:
    assert await _status(session, site, Host=host) == 403


async def test_other_sites_are_not_answered(session: aiohttp.ClientSession, site: str) -> None:
    own = site.rstrip("/")
    assert await _status(session, site, Origin=own) == 200
    assert await _status(session, site, Origin=own, Sec_Fetch_Site="same-origin") == 200
    for origin in ("https://evil.example", "null", own + "1", own.replace("127.0.0.1", "localhost")):
        assert await _status(session, site, Origin=origin) == 403
    for fetched in ("cross-site", "same-site"):
        assert await _status(session, site, Sec_Fetch_Site=fetched) == 403


async def test_every_response_carries_its_guards(session: aiohttp.ClientSession, site: str) -> None:
    for path in ("", "app.js", "style.css", "api/health", "api/nothing", "nothing"):
        async with session.get(site + path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert "https:" not in policy  # covers are off here
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "Access-Control-Allow-Origin" not in response.headers


def damage(home: Path) -> None:
    for path in home.glob("osusume.db*"):
        path.write_bytes(b"no database" * 20_000)


async def test_a_broken_database_is_said_and_is_no_bug(
    session: aiohttp.ClientSession, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with playground(tmp_path, covers=False) as site:
        damage(tmp_path)
        async with session.post(
            site + "api/ask", json={"line": "/help"}, headers={"X-Osusume-Person": "a" * 16}
        ) as response:
            assert response.status == 503
            assert "osusume.db" in (await response.json())["error"]
    assert "bug" not in caplog.text
