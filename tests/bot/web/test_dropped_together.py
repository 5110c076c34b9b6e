"""Files of several kinds dropped on the page at once, in a real Chromium: nothing is lost without a word."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.bot.web.test_pictures_page import GROUP, RED, drop, paste
from tests.bot.web.visiting import opened, visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")
expect.set_options(timeout=120_000)

LIST = ("list.txt", "text/plain", b"Mushishi\n")
OTHER = ("other.csv", "text/csv", b"title\nMonster\n")


async def test_a_list_among_pictures_is_imported_and_they_wait(browser: Browser, picture_site: str) -> None:
    async with visitor(browser) as context:
        page = await opened(context, picture_site)
        await drop(page, RED, LIST, GROUP)
        await expect(page.locator("#tray li")).to_have_count(2)
        await expect(page.locator(".mine .bubble")).to_have_text("/fav import list.txt")
        await expect(page.locator(".answer")).to_contain_text("Matched one title")
        await expect(page.locator(".toast")).to_have_count(0)
        await page.locator("#line").press("Enter")  # the pictures are still there to be sent
        await expect(page.locator("button.picture")).to_have_count(2)


async def test_of_several_lists_it_is_said_which_one_was_read(browser: Browser, picture_site: str) -> None:
    async with visitor(browser) as context:
        page = await opened(context, picture_site)
        await paste(page, OTHER, RED, LIST)
        await expect(page.locator(".toast.error")).to_contain_text("I took other.csv")
        await expect(page.locator(".mine .bubble")).to_have_text("/fav import other.csv")
        await expect(page.locator(".answer")).to_contain_text("Matched one title")
        await expect(page.locator("#tray li")).to_have_count(1)
