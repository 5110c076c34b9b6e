"""The picture of the playground for the README: the real page in a real browser, with drawn tiles."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from tests.bot.web.visiting import CHROMIUM, CHROMIUM_ARGUMENTS, opened, playground, say, visitor

WIDTH, HEIGHT = 1180, 886


def screenshot(path: Path) -> None:
    """Writes a PNG (twice 1180 x 886 pixels) of a recommendation.

    Raises:
        RuntimeError: no Chromium is installed.
    """
    asyncio.run(_screenshot(path))


async def _screenshot(path: Path) -> None:
    if CHROMIUM is None:
        raise RuntimeError("no chromium here: apt-get install chromium fonts-ipaexfont-gothic")
    with tempfile.TemporaryDirectory() as home:
        async with playground(Path(home), covers=False) as address, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
            size = {"width": WIDTH, "height": HEIGHT}
            async with visitor(
                browser, viewport=size, device_scale_factor=2, color_scheme="light"
            ) as context:
                page = await opened(context, address)
                for line in (
                    "/fav add Mushishi",
                    "/fav add Natsume Yuujinchou",
                    "/fav add Monster",
                    "/recommend",
                ):
                    await say(page, line)
                await page.locator(".row .card .primary").nth(1).click()
                await page.locator(".row .card .success").wait_for()
                await page.locator("#toasts p").wait_for(state="detached")
                await page.locator("#line").focus()
                await page.screenshot(path=path)
            await browser.close()
