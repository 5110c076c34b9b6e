"""How far a clip is while it is watched: through the API, and in the bubble that stands for the answer."""

from __future__ import annotations

import asyncio
import base64
import io
import re
import threading
from collections.abc import Iterator

import aiohttp
import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from core.pictures import Pipeline
from tests.bot.web.test_pictures_page import drop
from tests.bot.web.visiting import Client, opened, visitor
from tests.tiny_models import drawn

pytestmark = pytest.mark.asyncio(loop_scope="module")
expect.set_options(timeout=120_000)

EVENT = "a-clip-0001"


def clip() -> bytes:
    looks = [Image.open(io.BytesIO(drawn("red", number=number))).convert("P") for number in range(8)]
    stream = io.BytesIO()
    looks[0].save(stream, "GIF", save_all=True, append_images=looks[1:], duration=250, loop=0)
    return stream.getvalue()


class Held:
    """Holds the look at every frame after the fourth back until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go, self.held = threading.Event(), threading.Event()
        self._looks = 0
        find = Pipeline.find

        def slow(pipeline: Pipeline, *arguments: object) -> object:
            self._looks += 1
            if self._looks > 4:
                self.held.set()
                self.go.wait(120)
            return find(pipeline, *arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(Pipeline, "find", slow)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    holding = Held(monkeypatch)
    yield holding
    holding.go.set()


async def percent(client: Client, event: str = EVENT) -> int | None:
    status, body = await client.call("GET", "api/progress", params={"event": event})
    assert status == 200
    share: int | None = body["percent"]
    return share


async def test_who_asked_is_told_how_far_it_is(
    looking: Client, picture_site: str, session: aiohttp.ClientSession, held: Held
) -> None:
    assert await percent(looking) is None
    upload = {"name": "a.gif", "media_type": "image/gif", "data": base64.b64encode(clip()).decode()}
    asking = asyncio.create_task(looking.ask("/identify", pictures=[upload], event=EVENT))
    await asyncio.to_thread(held.held.wait, 120)
    share = await percent(looking)
    assert share is not None
    assert 0 < share < 60, "four of eight frames are watched, nothing is drawn"
    assert await percent(looking, "another-event") is None
    assert await percent(Client(session, picture_site, "c" * 32)) is None, "it is nobody else's business"
    status, _ = await looking.call("POST", "api/ask", json={"line": "/help", "event": EVENT})
    assert status == 409
    assert await percent(looking) == share, "the event sent again changes nothing"
    held.go.set()
    answer = await asking
    assert "Makise Kurisu: 0:00" in " ".join(answer["items"])
    assert await percent(looking) is None


@pytest.mark.parametrize("query", [{}, {"event": "x", "more": "y"}, {"events": "x"}])
async def test_other_questions_are_refused(looking: Client, query: dict[str, str]) -> None:
    assert (await looking.call("GET", "api/progress", params=query))[0] == 400


async def test_a_command_taken_apart_tells_it_too(looking: Client, held: Held) -> None:
    upload = {"name": "a.gif", "media_type": "image/gif", "data": base64.b64encode(clip()).decode()}
    body = {"command": "identify", "options": {"pictures": [upload]}, "event": EVENT}
    asking = asyncio.create_task(looking.call("POST", "api/ask", json=body))
    await asyncio.to_thread(held.held.wait, 120)
    assert await percent(looking)
    held.go.set()
    assert (await asking)[0] == 200


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_bubble_shows_the_share_and_gives_way(
    browser: Browser, picture_site: str, held: Held, language: str
) -> None:
    async with visitor(browser) as context:
        page = await opened(context, picture_site)
        await page.locator("#language").select_option(language)
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await drop(page, ("red.gif", "image/gif", clip()))
        await page.keyboard.press("Enter")
        said = re.compile(r"^Watching … [1-5]?\d %$" if language == "en" else r"^見ています… [1-5]?\d％$")
        await expect(page.locator(".typing .share")).to_have_text(said)
        bar = page.get_by_role("progressbar", name=said)
        await expect(bar).to_have_count(1)
        assert 0 < int(await bar.get_attribute("aria-valuenow") or 0) < 60
        held.go.set()
        await expect(page.locator("video.picture, .picture img")).to_have_count(1)
        await expect(page.locator(".typing")).to_have_count(0)
