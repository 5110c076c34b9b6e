"""Pictures on the page in a real Chromium: dropped, pasted, chosen; shown, enlarged, forgotten."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, Route, expect

from tests.bot.web.visiting import opened, say, visitor
from tests.tiny_models import drawn

pytestmark = pytest.mark.asyncio(loop_scope="module")
expect.set_options(timeout=120_000)

TRANSFER = """files => {
  const transfer = new DataTransfer();
  for (const [name, type, data] of files) {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  return transfer;
}"""
File = tuple[str, str, bytes]
RED: File = ("red.png", "image/png", drawn("red"))
GROUP: File = ("group.png", "image/png", drawn("red", "blue"))
BROKEN: File = ("broken.png", "image/png", b"\x89PNG\r\n\x1a\nnothing of a picture")


async def drop(page: Page, *files: File) -> None:
    """Drops files in the middle of the page."""
    given = [[name, kind, base64.b64encode(data).decode()] for name, kind, data in files]
    transfer = await page.evaluate_handle(TRANSFER, given)
    await page.dispatch_event("#scroll", "dragover", {"dataTransfer": transfer})
    await expect(page.locator("#drop")).to_be_visible()
    await page.dispatch_event("#drop", "drop", {"dataTransfer": transfer})
    await expect(page.locator("#drop")).to_be_hidden()


async def paste(page: Page, *files: File) -> None:
    given = [[name, kind, base64.b64encode(data).decode()] for name, kind, data in files]
    await page.evaluate(
        f"""files => document.activeElement.dispatchEvent(
          new ClipboardEvent("paste", {{ clipboardData: ({TRANSFER})(files), bubbles: true, cancelable: true }}))""",
        given,
    )


async def choose(page: Page, folder: Path, *files: File) -> None:
    paths = []
    for name, _, data in files:
        (folder / name).write_bytes(data)
        paths.append(folder / name)
    async with page.expect_file_chooser() as choosing:
        await page.locator("#show").click()
    chooser = await choosing.value
    assert chooser.is_multiple()
    await chooser.set_files(paths)


async def test_a_dropped_picture_is_described_and_its_buttons_work(
    browser: Browser, picture_site: str
) -> None:
    async with visitor(browser) as context:
        page = await opened(context, picture_site)
        await drop(page, GROUP)
        await expect(page.locator("#tray img.thumb")).to_have_attribute("alt", "group.png")
        await expect(page.locator(".mine")).to_have_count(0)  # nothing is sent unasked
        await expect(page.locator("#line")).to_be_focused()
        await page.keyboard.press("Enter")
        shown = page.locator("button.picture img")
        await expect(shown).to_have_count(1)
        await expect(page.locator("#tray")).to_be_hidden()
        await expect(page.locator(".mine .bubble")).to_have_text("/describe")
        await expect(page.locator(".mine img.thumb")).to_have_attribute("alt", "group.png")
        words = await shown.get_attribute("alt")
        assert words is not None
        assert "Makise Kurisu" in words
        assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 320
        await expect(page.locator(".items")).to_contain_text("Makise Kurisu")
        await expect(page.locator(".findings dt").first).to_have_text("Caption")
        await expect(page.locator(".findings .chip", has_text="smile")).to_have_text("smile 90")

        await page.get_by_role("button", name="Show guesses").click()
        await expect(page.locator(".answer").nth(1).locator(".items")).to_contain_text("%")
        await page.locator(".answer").first.get_by_role("button", name="Alt text").click()
        await expect(page.locator(".answer").nth(2).locator(".text")).to_have_text(words)
        await page.get_by_role("button", name="More like these").click()
        await expect(page.locator(".row .card").first).to_be_visible()


async def test_a_picture_is_enlarged_and_escape_comes_back(browser: Browser, picture_site: str) -> None:
    async with visitor(browser) as context:
        page = await opened(context, picture_site)
        await paste(page, RED)
        await page.locator("#ways button", has_text="/identify").click()
        picture = page.locator("button.picture")
        await expect(picture).to_have_count(1)
        await picture.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#large")).to_be_visible()
        words = await picture.locator("img").get_attribute("alt")
        await expect(page.locator("#large-words")).to_have_text(words or "")
        await expect(page.get_by_role("dialog", name=words or "")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("#large")).to_be_hidden()
        await expect(picture).to_be_focused()
        await picture.click()
        await page.locator("#large-close").click()
        await expect(page.locator("#large")).to_be_hidden()


async def test_a_pasted_picture_goes_along_with_a_command(browser: Browser, picture_site: str) -> None:
    async with visitor(browser) as context:
        page = await opened(context, picture_site)
        await paste(page, RED)
        await expect(page.locator("#tray li")).to_have_count(1)
        await say(page, "/fav list")  # which has no use for it
        await expect(page.locator("#tray li")).to_have_count(1)
        await say(page, "/tag style:booru")
        await expect(page.locator("#tray")).to_be_hidden()
        await expect(page.locator(".items").last).to_contain_text("smile")
        await expect(page.locator(".mine").last.locator("img.thumb")).to_have_count(1)
        await paste(page, RED)
        await say(page, "who is this?")
        await expect(page.locator("button.picture")).to_have_count(1)
        await page.locator("#line").focus()
        await page.keyboard.insert_text("words are pasted as ever")
        await expect(page.locator("#line")).to_have_value("words are pasted as ever")


async def test_chosen_pictures_can_be_left_out_by_keyboard(
    browser: Browser, picture_site: str, tmp_path: Path
) -> None:
    async with visitor(browser) as context:
        page = await opened(context, picture_site)
        await choose(page, tmp_path, RED, BROKEN, GROUP)
        chips = page.locator("#tray li")
        await expect(chips).to_have_count(3)
        await expect(chips.nth(1).get_by_role("img", name="broken.png")).to_be_visible()
        await page.locator("#line").focus()
        await page.get_by_role("button", name="Leave out broken.png").focus()
        await page.keyboard.press("Enter")
        await expect(chips).to_have_count(2)
        await expect(page.get_by_role("button", name="Leave out group.png")).to_be_focused()
        await page.locator("#ways button").first.click()
        await expect(page.locator(".mine img.thumb")).to_have_count(2)
        await expect(page.locator("button.picture")).to_have_count(2)
        await expect(page.locator(".items")).to_contain_text("Picture 2")
        await choose(page, tmp_path, RED)  # the same file again
        await page.get_by_role("button", name="Leave out red.png").click()
        await expect(page.locator("#tray")).to_be_hidden()
        await expect(page.locator("#line")).to_be_focused()


async def test_what_cannot_be_sent_or_read_gets_one_sentence(browser: Browser, picture_site: str) -> None:
    async with visitor(browser) as context:
        page = await opened(context, picture_site)
        await drop(page, BROKEN)
        await page.locator("#send").click()
        error = page.locator(".answer.error .text")
        await expect(error).to_have_count(1)
        assert 0 < len(await error.inner_text()) < 300
        await drop(page, *[(f"{number}.png", "image/png", drawn("red")) for number in range(11)])
        await expect(page.locator(".toast.error")).to_contain_text("at most 10")
        await expect(page.locator("#tray li")).to_have_count(10)
        await drop(page, ("list.txt", "text/plain", b"Mushishi\n"))  # a list is still a list
        await expect(page.locator(".mine").last).to_contain_text("list.txt")
        await expect(page.locator(".answer").last).to_contain_text("1")
        await page.reload()
        await expect(page.locator("#tray")).to_be_hidden()
        await page.evaluate(TRANSFER, [])
        await drop(page, ("large.png", "image/png", b"\x89PNG" + bytes(9 << 20)))
        await expect(page.locator(".toast.error")).to_contain_text("at most 8 MB")
        await expect(page.locator("#tray")).to_be_hidden()


async def test_pictures_are_not_kept_but_their_words_are(browser: Browser, picture_site: str) -> None:
    async with visitor(browser) as context:
        page = await opened(context, picture_site)
        await drop(page, RED)
        await page.keyboard.press("Enter")
        words = await page.locator("button.picture img").get_attribute("alt")
        kept = await page.evaluate("JSON.stringify(localStorage)")
        assert len(kept) < 20_000
        assert not re.search(r"[A-Za-z0-9+/]{300}|blob:", kept)
        await page.reload()
        await expect(page.locator(".answer .file.gone")).to_contain_text(words or "-")
        await expect(page.locator(".answer .file.gone")).to_contain_text("not kept here")
        await expect(page.locator(".mine .gone-note")).to_contain_text("not kept here")
        await expect(page.locator(".mine").get_by_role("img", name="red.png")).to_be_visible()
        await page.get_by_role("button", name="Show guesses").click()  # buttons live on
        await expect(page.locator(".answer")).to_have_count(2)


async def test_a_moving_picture_comes_back_moving(browser: Browser, picture_site: str) -> None:
    frames = [Image.open(io.BytesIO(drawn("red", number=number))).convert("P") for number in range(6)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
    async with visitor(browser) as context:
        page = await opened(context, picture_site)
        await drop(page, ("red.gif", "image/gif", buffer.getvalue()))
        await page.keyboard.press("Enter")
        shown = page.locator("video.picture, .picture img")
        await expect(shown).to_have_count(1)
        if await shown.evaluate("node => node.localName") == "video":
            assert await shown.evaluate("video => video.muted && video.loop && video.controls")
            await page.wait_for_function("document.querySelector('video.picture').readyState >= 2")
        await expect(page.locator(".items")).to_contain_text("Makise Kurisu")


PORTRAITS = {
    "hotaru_school.webp": drawn("yellow", file="WEBP"),
    "hotaru_evening.webp": drawn("yellow", width=240, height=320, number=37, file="WEBP"),
    "hotaru_festival.webp": drawn("yellow", width=420, height=260, number=201, file="WEBP"),
    "friends.webp": drawn("yellow", "blue", file="WEBP"),
}


async def _portrait(route: Route) -> None:
    """Pictures that tiny models can tell apart, in place of the drawings."""
    name = route.request.url.rpartition("/")[2]
    if name in PORTRAITS:
        await route.fulfill(body=PORTRAITS[name], content_type="image/webp")
    else:
        await route.continue_()


async def test_hotaru_is_taught_from_three_drawings_and_found_among_others(
    browser: Browser, picture_site: str
) -> None:
    async with visitor(browser) as context:
        await context.route("**/demo/*.webp", _portrait)
        page = await opened(context, picture_site)
        await expect(page.locator(".try-picture")).to_have_count(8)
        await page.get_by_role("button", name="Three friends").click()
        await expect(page.locator("button.picture")).to_have_count(1)
        assert "Hotaru" not in await page.locator(".items").inner_text()
        await page.get_by_role("button", name="Teach me Hotaru").click()  # still there, below the answer
        await expect(page.locator(".mine").last.locator("img.thumb")).to_have_count(3)
        await expect(page.locator(".answer").last).to_contain_text("Hotaru")
        await page.get_by_role("button", name="Find Hotaru").click()
        await expect(page.locator("button.picture")).to_have_count(2)
        await expect(page.locator(".items").last).to_contain_text("Hotaru")
        await expect(page.locator("button.picture img").last).to_have_attribute("alt", re.compile("Hotaru"))
        await page.reload()
        await expect(page.locator(".mine img.thumb")).to_have_count(5)  # these are the project's own
        await expect(page.locator("#demo")).to_be_visible()
        await say(page, "/fav list")
        await expect(page.locator("#demo")).to_be_hidden()


@pytest.mark.parametrize("language", ["ja", "es", "vi"])
async def test_hotaru_is_taught_in_every_language(browser: Browser, picture_site: str, language: str) -> None:
    async with visitor(browser) as context:
        await context.route("**/demo/*.webp", _portrait)
        page = await opened(context, picture_site)
        await page.locator("#language").select_option(language)
        await expect(page.locator("html")).to_have_attribute("lang", language)
        name = "ほたる" if language == "ja" else "Hotaru"
        await expect(page.locator("#demo-find")).to_contain_text(name)
        await page.locator("#demo-teach").click()
        await expect(page.locator(".answer")).to_contain_text(name)
        await page.locator("#demo-find").click()
        await expect(page.locator(".items")).to_contain_text(name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pictures_on_a_narrow_phone(browser: Browser, picture_site: str, scheme: str) -> None:
    size = {"width": 360, "height": 740}
    async with visitor(
        browser, viewport=size, has_touch=True, is_mobile=True, color_scheme=scheme
    ) as context:
        page = await opened(context, picture_site)
        wide = ("wide.png", "image/png", drawn("red", "blue", width=1600, height=300))
        await drop(page, wide, *[(f"{number}.png", "image/png", drawn("red")) for number in range(9)])
        await expect(page.locator("#send")).to_be_in_viewport()
        await page.locator("#send").tap()
        await expect(page.locator("button.picture")).to_have_count(10)
        await drop(page, wide)
        await page.locator("#send").tap()
        await expect(page.locator("button.picture")).to_have_count(11)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        inside = await page.locator("main").evaluate("node => node.scrollWidth <= node.clientWidth")
        assert inside
        await page.locator("button.picture").last.tap()
        await expect(page.locator("#large-close")).to_be_in_viewport()
