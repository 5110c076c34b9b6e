"""The pictures of the README."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import async_playwright

from tests.bot.web.visiting import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.tools import screenshots, telegram_card
from tests.tools.discord_card import recommended


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")
async def test_the_telegram_card_shows_the_answer() -> None:
    answer = await recommended("telegram")
    message, picture = telegram_card.drawn(answer)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        page = await browser.new_page()
        await page.set_content(telegram_card.page(message, picture))
        shown = await page.locator("body").inner_text()
        width = await page.locator("img").evaluate("picture => picture.naturalWidth")
        await browser.close()
    card = answer.reply.cards[0]
    assert card.why is not None
    assert card.body is not None
    for words in (answer.reply.text, card.title, card.why, card.body, *(c.label for c in card.choices)):
        assert words in shown
    for line in html.unescape(re.sub(r"<[^>]+>", "", message.html)).split("\n"):
        assert line.strip() in shown
    assert message.keyboard is not None
    for button in (button for row in message.keyboard.inline_keyboard for button in row):
        assert button.text in shown
    assert width == 300


def test_pictures_keep_their_size_and_become_small(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    full = Image.merge("RGB", [Image.linear_gradient("L").resize((900, 900))] * 3)
    full.paste((245, 241, 232), (0, 0, 900, 300))
    full.save(path)
    size = screenshots.shrink(path)
    assert size == path.stat().st_size <= screenshots.MOST
    with Image.open(path) as picture:
        assert (picture.size, picture.mode) == ((900, 900), "P")
        surface = picture.convert("RGB").crop((0, 0, 900, 300))
    assert surface.getcolors() == [(900 * 300, (245, 241, 232))]


def test_a_picture_too_large_even_so_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    Image.effect_noise((900, 900), 80).convert("RGB").save(path)
    with pytest.raises(ValueError, match=r"picture\.png has \d+,\d+ bytes, more than 250,000"):
        screenshots.shrink(path)
