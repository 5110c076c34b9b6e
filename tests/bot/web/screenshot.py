"""The picture of the playground for the README: the real page in a real browser, with drawn tiles."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from core.osusume import DATA
from tests.bot.web.visiting import CHROMIUM, CHROMIUM_ARGUMENTS, opened, playground, visitor

WIDTH, HEIGHT, SCALE = 1180, 950, 1.6


def screenshot(path: Path) -> None:
    """Writes a PNG (1.6 times 1180 x 950 pixels) of a group picture in which somebody just taught is found.

    Raises:
        RuntimeError: no Chromium is installed, or nobody was found.
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
                browser, viewport=size, device_scale_factor=SCALE, color_scheme="light"
            ) as context:
                page = await opened(context, address)
                await page.locator("#demo-teach").click()
                await page.locator(".theirs > .answer").wait_for()
                await page.locator("#picture").set_input_files(DATA / "demo" / "friends.webp")
                await page.locator("#line").press("Enter")
                answer = page.locator(".theirs > .answer").nth(1)
                await answer.wait_for()
                if "Hotaru" not in await answer.inner_text():
                    raise RuntimeError("the models in data/models did not find Hotaru in friends.webp")
                await answer.locator("button.picture img").evaluate("image => image.decode()")
                await page.locator("#line").focus()
                await page.screenshot(path=path)
            await browser.close()
