"""The page in a real Chromium, the way people use it."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.bot.web.visiting import opened, playground, say, visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")
expect.set_options(timeout=120_000)
"""Milliseconds until something counts as missing: machines under load, and the first mood loads the encoder."""


async def test_open_type_complete_favourite_recommend_reload_still_there(browser: Browser, site: str) -> None:
    async with visitor(browser) as context:
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page = await opened(context, site)
        await expect(page.locator("#empty .try")).to_have_count(3)
        await expect(page.locator(".notice")).to_contain_text("No log-in")
        await page.locator("#line").press_sequentially("/fav ad")
        await expect(page.locator("#list li").first).to_contain_text("/fav add")
        await expect(page.locator("#list li").first).to_contain_text("Add an anime to your favourites")
        await page.keyboard.press("Tab")
        await expect(page.locator("#signature")).to_have_text("/fav add title [score] [note]")
        await page.locator("#line").press_sequentially("mushishi")
        await page.locator("#list li", has_text=re.compile(r"^Mushishi \(2005")).click()
        await expect(page.locator("#line")).to_have_value("/fav add Mushishi (2005 · TV) ")
        await page.locator("#send").click()
        await expect(page.locator(".answer .text")).to_contain_text("Mushishi is now among your favourites")

        await say(page, "/recommend")
        cards = page.locator(".row .card")
        await expect(cards).to_have_count(5)
        await expect(cards.first.locator(".why")).to_contain_text("Why")
        await expect(cards.first.locator("svg.tile")).to_be_visible()
        title = await cards.nth(1).locator("h3").inner_text()
        await cards.nth(1).get_by_role("button", name="Favourite").click()
        await expect(page.locator(".toast")).to_contain_text(title)
        await expect(cards.nth(1).locator(".success")).to_be_disabled()
        await expect(page.locator(".theirs")).to_have_count(2)  # in place, nothing new below
        known = await cards.nth(2).locator("h3").inner_text()
        await cards.nth(2).get_by_role("button", name="Seen").click()
        await expect(cards.nth(2).locator("h3")).not_to_have_text(known)  # another one in its place, at once
        shown = await cards.locator("h3").all_inner_texts()

        await page.reload()
        await page.wait_for_selector("html[data-ready]")
        await expect(page.locator(".mine")).to_have_count(2)
        await expect(cards.locator("h3")).to_have_text(shown)
        await expect(cards.nth(1).locator(".success")).to_be_disabled()
        await cards.nth(0).get_by_role("button", name="More like this").click()  # buttons live on
        await expect(page.locator(".row")).to_have_count(2)
        await say(page, "/fav list")
        await expect(page.locator(".items").last).to_contain_text(title)
        await expect(page.locator(".items").last).to_contain_text("Mushishi")
        assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {
            urlsplit(site).netloc
        }


async def test_everything_by_keyboard(browser: Browser, site: str) -> None:
    async with visitor(browser) as context:
        page = await opened(context, site)
        await page.evaluate("document.activeElement.blur()")
        await page.keyboard.press("/")
        await expect(page.locator("#line")).to_be_focused()
        await expect(page.locator("#line")).to_have_attribute("aria-expanded", "true")
        await page.keyboard.press("Escape")
        await expect(page.locator("#suggestions")).to_be_hidden()
        await page.keyboard.type("anime det")
        await page.keyboard.press("Enter")  # completes
        await page.keyboard.type("mushishi")
        await expect(page.locator("#list li").first).to_contain_text("Mushishi")
        await page.keyboard.press("ArrowDown")
        await expect(page.locator("#line")).to_have_attribute("aria-activedescendant", "item-0")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
        card = page.locator(".card")
        await expect(card).to_have_count(1)
        await page.keyboard.press("Shift+Tab")  # the paper clip
        for _ in range(20):
            await page.keyboard.press("Shift+Tab")
            if await page.evaluate("document.activeElement.textContent") == "Favourite":
                break
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        await page.keyboard.press("Enter")
        await expect(card.locator(".success")).to_be_visible()
        focused = await page.evaluate("document.activeElement.closest('.card') !== null")
        assert focused, "the keyboard keeps its place"
        await page.locator("#line").focus()
        await page.keyboard.press("ArrowUp")
        await expect(page.locator("#line")).to_have_value("/anime details Mushishi (2005 · TV)")


async def test_options_and_their_values_are_completed(browser: Browser, site: str) -> None:
    async with visitor(browser) as context:
        page = await opened(context, site)
        line = page.locator("#line")
        await line.press_sequentially("/recommend nov")
        await page.locator("#list li", has_text="novelty:").click()
        await expect(page.locator("#list li", has_text="hidden gems")).to_be_visible()
        await page.locator("#list li", has_text="hidden gems").click()
        await line.press_sequentially("genre:myst")
        await page.locator("#list li", has_text="Mystery").first.click()
        await line.press("Enter")
        await expect(page.locator(".row .card")).to_have_count(5)
        for facts in await page.locator(".row .facts").all_inner_texts():
            assert "Mystery" in facts


async def test_plain_words_are_a_mood_and_the_three_tries_work(browser: Browser, site: str) -> None:
    async with visitor(browser) as context:
        page = await opened(context, site)
        await page.locator(".try").first.click()
        await expect(page.locator(".row .card")).to_have_count(5)
        await page.locator("#menu-button").click()
        await page.locator("#clear").click()
        await expect(page.locator(".turn")).to_have_count(0)
        await page.locator(".try").nth(1).click()
        await expect(page.locator(".answer .text")).to_contain_text("Mushishi")
        await page.reload()
        await expect(page.locator(".turn")).to_have_count(2)


async def test_two_people_do_not_see_each_others_favourites(browser: Browser, site: str) -> None:
    async with visitor(browser) as one, visitor(browser) as two:
        first, second = await opened(one, site), await opened(two, site)
        await say(first, "/fav add Monster")
        await say(second, "/fav list")
        await say(first, "/fav list")
        await expect(first.locator(".items")).to_contain_text("Monster")
        await expect(second.locator(".items")).to_have_count(0)
        assert await first.locator("#name").text_content() != await second.locator("#name").text_content()


async def _width_of_everything(page: Page) -> int:
    return int(
        await page.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_narrow_phone(browser: Browser, site: str, scheme: str) -> None:
    size = {"width": 360, "height": 740}
    async with visitor(
        browser, viewport=size, has_touch=True, is_mobile=True, color_scheme=scheme
    ) as context:
        page = await opened(context, site)
        for line in (
            "/recommend like Mushishi",
            "/anime details Monster",
            "/anime season fall year:2023",
            "/help",
        ):
            await say(page, line)
            assert await _width_of_everything(page) <= 360
        await expect(page.locator("#send")).to_be_in_viewport()
        for button in await page.locator(".card .button").all():
            box = await button.bounding_box()
            assert box is not None
            assert box["height"] >= 36
        inside = await page.locator("main").evaluate("node => node.scrollWidth <= node.clientWidth")
        assert inside


async def test_colours_follow_the_device_and_the_switch(browser: Browser, site: str) -> None:
    async def brightness(page: Page) -> float:
        colour = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 3

    async with visitor(browser, color_scheme="dark") as context:
        page = await opened(context, site)
        assert await brightness(page) < 60
        await page.locator("#menu-button").click()
        await page.get_by_text("Light", exact=True).click()
        assert await brightness(page) > 200
        await page.reload()
        await page.wait_for_selector("html[data-ready]")
        assert await brightness(page) > 200
        await page.emulate_media(color_scheme="light")
        await page.locator("#menu-button").click()
        await page.get_by_text("Dark", exact=True).click()
        assert await brightness(page) < 60
        await page.keyboard.press("Escape")
        await expect(page.locator("#menu")).to_be_hidden()


async def test_the_language_switch_changes_page_and_answers(browser: Browser, site: str) -> None:
    async with visitor(browser) as context:
        page = await opened(context, site)
        for language, welcome in (
            ("ja", "今日は何を観ましょうか？"),
            ("es", "¿Qué vemos hoy?"),
            ("vi", "Hôm nay mình xem gì nhỉ?"),
        ):
            await page.locator("#language").select_option(language)
            await expect(page.locator("#empty h2")).to_have_text(welcome)
            await expect(page.locator("html")).to_have_attribute("lang", language)
        await page.reload()
        await expect(page.locator("#empty h2")).to_have_text("Hôm nay mình xem gì nhỉ?")
        await say(page, "/settings me language:en")  # typed, it changes the page as well
        await expect(page.locator("html")).to_have_attribute("lang", "en")


async def test_a_list_goes_in_and_comes_out_as_files(browser: Browser, site: str, tmp_path: Path) -> None:
    async with visitor(browser) as context:
        page = await opened(context, site)
        listed = tmp_path / "list.txt"
        titles = ["Mushishi", "Monster", "Cowboy Bebop", "Steins;Gate", "Toradora!", "Clannad", "Gintama", "Bleach",
                  "Naruto", "Haikyuu!!", "Death Note", "Trigun"]  # fmt: skip
        listed.write_text("\n".join(titles), encoding="utf-8")
        await page.locator("#file").set_input_files(listed)
        await expect(page.locator(".mine")).to_contain_text("list.txt")
        await expect(page.locator(".answer")).to_have_count(1)
        await expect(page.locator(".answer .tag")).to_contain_text("only you")

        await say(page, "/fav list sort:title")
        pager = page.locator(".pager").last
        first = await page.locator(".items").last.inner_text()
        await pager.get_by_role("button", name="Next").click()
        await expect(page.locator(".items").last).not_to_have_text(first)
        await expect(page.locator(".mine")).to_have_count(2)
        await expect(pager.get_by_role("button", name="Next")).to_be_disabled()
        await pager.locator("select").select_option("0")
        await expect(pager.get_by_role("button", name="Previous")).to_be_disabled()

        await say(page, "/fav export")
        async with page.expect_download() as downloading:
            await page.locator("a.file").click()
        saved = json.loads((await (await downloading.value).path()).read_text(encoding="utf-8"))
        assert 457 in [entry["mal_id"] for entry in saved["entries"]]
        await page.reload()
        await expect(page.locator(".file.gone")).to_contain_text("Ask again")


async def test_errors_are_one_sentence_and_nothing_is_lost_offline(browser: Browser, site: str) -> None:
    context = await browser.new_context()
    page = await opened(context, site)
    await say(page, "/fav add qqqqqqqq")
    await expect(page.locator(".answer.error")).to_contain_text("qqqqqqqq")
    await context.set_offline(True)
    await say(page, "/fav add Monster")
    await expect(page.locator(".answer.error").last).to_contain_text("cannot be reached")
    await context.set_offline(False)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator(".card h3")).to_have_text("Monster")
    await context.close()


async def test_what_people_write_is_shown_and_never_run(browser: Browser, site: str) -> None:
    hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    async with visitor(browser) as context:
        page = await opened(context, site)
        await say(page, f"/fav add {hostile}")
        await say(page, f"/fav add Monster note:{hostile}")
        await say(page, "/fav list")
        await page.reload()
        await expect(page.locator(".mine").first).to_contain_text(hostile)
        await expect(page.locator(".items")).to_contain_text("<img src=x")
        assert await page.title() == "Osusume"
        assert await page.locator("#log img, main script").count() == 0


async def test_a_damaged_memory_is_a_fresh_beginning(browser: Browser, site: str) -> None:
    async with visitor(browser) as context:
        page = await opened(context, site)
        await page.evaluate(
            "localStorage.setItem('osusume.history', '{broken'); localStorage.setItem('osusume.person', '../x')"
        )
        await page.reload()
        await expect(page.locator("#empty h2")).to_be_visible()
        await say(page, "/fav list")


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def test_covers_come_from_their_sites_and_a_drawn_tile_stands_in(
    browser: Browser, tmp_path: Path
) -> None:
    async with playground(tmp_path, covers=True) as site:
        context = await browser.new_context()
        page = await opened(context, site)
        referrers = []

        async def fetch(route: Route) -> None:
            referrers.append(route.request.headers.get("referer"))
            if len(referrers) == 1:
                await route.fulfill(body=PIXEL, content_type="image/png")
            else:
                await route.abort()

        await context.route(lambda url: not url.startswith(site), fetch)
        await say(page, "/anime details Monster")
        await expect(page.locator(".cover img.there")).to_have_count(1)
        await say(page, "/anime details Mushishi")
        last = page.locator(".card").last
        await expect(last.locator(".cover img")).to_have_count(0)
        await expect(last.locator("svg.tile")).to_be_visible()
        assert referrers == [None, None]
        await context.close()
