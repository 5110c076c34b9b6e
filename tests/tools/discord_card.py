"""A picture of a Discord answer: the real message of one real `/recommend`, drawn the way Discord's client draws it.

    python -m tests.tools.discord_card PICTURE.png

Needs Chromium.
"""

from __future__ import annotations

import asyncio
import base64
import html
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright
from pylopdf_fonts_jp import sans_path

from bot.discord.render import Message, render, tile_wanted
from bot.dispatch import Dispatcher
from bot.reply import Answer
from bot.request import Person, Place, Request
from bot.texts import Texts
from core.osusume import Osusume
from core.pictures import draw_tile
from core.settings import read_settings
from tests.bot.web.visiting import CHROMIUM, CHROMIUM_ARGUMENTS

FAVOURITES = (457, 4081, 19)
"""Mushishi, Natsume Yuujinchou, Monster: what the person in the pictures likes."""

STYLE = """
* { box-sizing: border-box; margin: 0; }
body { background: #1e1f22; padding: 14px 18px 18px; width: max-content; max-width: 720px; color: #dbdee1;
  font: 16px/1.375 Japanese, sans-serif; }
.asked { font-size: 14px; color: #b5bac1; margin: 0 0 4px 20px; display: flex; align-items: end; gap: 6px; }
.asked::before { content: ""; width: 30px; height: 9px; border: solid #4e5058; border-width: 2px 0 0 2px;
  border-radius: 6px 0 0 0; }
.asked b { color: white; } .asked em { color: #00a8fc; font-style: normal; }
.message { display: grid; grid-template-columns: 40px 1fr; gap: 16px; }
.face { width: 40px; height: 40px; border-radius: 50%; background: #c4432e; color: white; text-align: center;
  line-height: 38px; font-size: 22px; }
.name { font-weight: 600; color: white; } .name i { font-style: normal; background: #5865f2; border-radius: 4px;
  font-size: 10px; padding: 2px 5px; vertical-align: 2px; margin-left: 4px; }
.name time { color: #949ba4; font-size: 12px; font-weight: 400; margin-left: 6px; }
.embed { background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 8px 16px 16px 12px; margin-top: 8px;
  max-width: 516px; display: grid; grid-template-columns: 1fr auto; column-gap: 16px; font-size: 14px;
  line-height: 1.3; }
.embed > * { margin-top: 8px; } .thumbnail { grid-column: 2; grid-row: 1 / 4; }
.thumbnail img { max-width: 80px; max-height: 80px; border-radius: 4px; display: block; }
h3 { font-size: 16px; color: #00a8fc; font-weight: 600; grid-column: 1; } h3.plain { color: #f2f3f5; }
.description { white-space: pre-wrap; grid-column: 1; }
blockquote { border-left: 4px solid #4e5058; border-radius: 4px; padding-left: 12px; }
.fields { display: grid; grid-template-columns: repeat(12, 1fr); gap: 8px; grid-column: 1 / -1; }
.field b { display: block; color: #f2f3f5; margin-bottom: 2px; }
.footer { grid-column: 1 / -1; font-size: 12px; color: #b5bac1; white-space: pre-wrap; }
.small { font-size: 12px; color: #949ba4; }
.row { display: flex; gap: 8px; margin-top: 8px; flex-wrap: wrap; }
button { border: 0; border-radius: 8px; height: 32px; padding: 0 14px; color: white; font: 500 14px/16px inherit;
  font-family: inherit; background: #3f4147; } button:disabled { opacity: .5; }
.s1 { background: #5865f2; } .s3 { background: #248046; } .s4 { background: #da373c; }
.select { background: #1e1f22; border: 1px solid #3c3e44; border-radius: 8px; padding: 9px 12px; width: 400px;
  font-size: 15px; }
.select span { float: right; color: #949ba4; }
"""


def marked_up(text: str) -> str:
    """Discord's Markdown, as far as our answers use it, as HTML."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(html.escape(found[1]))
        return f"\0{len(kept) - 1}\0"

    text = html.escape(re.sub(r"\\([^\w\s])", keep, text))
    text = re.sub(r"(?m)^&gt; (.*)\n?", r"<blockquote>\1</blockquote>", text)
    text = re.sub(r"(?m)^-# (.*)$", r'<span class="small">\1</span>', text)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    text = re.sub(r"\*(.+?)\*", r"<em>\1</em>", text)
    return re.sub("\0(\\d+)\0", lambda found: kept[int(found[1])], text)


def page(message: Message) -> str:
    """The message as a page that looks like Discord's dark theme."""
    parts = [f"<div>{marked_up(message.content)}</div>"] if message.content else []
    files = {file.filename: base64.b64encode(file.fp.read()).decode() for file in message.files}
    for embed in message.embeds:
        data: dict[str, Any] = dict(embed.to_dict())
        inside = []
        if data.get("title"):
            plain = "" if data.get("url") else ' class="plain"'
            inside.append(f"<h3{plain}>{marked_up(data['title'])}</h3>")
        if data.get("description"):
            inside.append(f'<div class="description">{marked_up(data["description"])}</div>')
        address = (data.get("thumbnail") or {}).get("url", "")
        if address.startswith("attachment://"):
            address = f"data:image/png;base64,{files[address.removeprefix('attachment://')]}"
        if address:
            inside.append(f'<div class="thumbnail"><img src="{html.escape(address)}"></div>')
        inside.append(_fields(data.get("fields") or []))
        if data.get("footer"):
            inside.append(f'<div class="footer">{html.escape(data["footer"]["text"])}</div>')
        colour = f"#{data.get('color', 0):06x}"
        parts.append(f'<div class="embed" style="border-color: {colour}">{"".join(inside)}</div>')
    for row in message.view.to_components() if message.view is not None else []:
        parts.append(f'<div class="row">{"".join(map(_component, row["components"]))}</div>')
    return (
        f'<meta charset="utf-8"><style>{font()}{STYLE}</style>'
        '<div class="asked"><b>Aki</b> used <em>/recommend</em></div><div class="message">'
        '<div class="face">薦</div><div><div class="name">Osusume <i>APP</i><time>Today at 21:04</time></div>'
        f"{''.join(parts)}</div></div>"
    )


def font() -> str:
    """The rule that gives pages the font `Japanese`, which has Latin letters too."""
    data = base64.b64encode(Path(sans_path()).read_bytes()).decode()
    return f"@font-face {{ font-family: Japanese; src: url(data:font/otf;base64,{data}); }}"


def _fields(fields: list[dict[str, Any]]) -> str:
    """Inline fields stand three in a row, as in the client."""
    shown = []
    for start in range(0, len(fields), 3):
        group = fields[start : start + 3]
        for field in group:
            span = 12 if not field["inline"] else 12 // len(group) if len(group) > 1 else 12
            shown.append(
                f'<div class="field" style="grid-column: span {span}"><b>{marked_up(field["name"])}</b>'
                f"{marked_up(field['value'])}</div>"
            )
    return f'<div class="fields">{"".join(shown)}</div>' if shown else ""


def _component(component: dict[str, Any]) -> str:
    if component["type"] == 2:
        disabled = " disabled" if component.get("disabled") else ""
        label = html.escape(component.get("label") or "")
        return f'<button class="s{component["style"]}"{disabled}>{label}{" ↗" if component.get("url") else ""}</button>'
    chosen = [option["label"] for option in component["options"] if option.get("default")]
    shown = chosen[0] if chosen else component.get("placeholder") or "Make a selection"
    return f'<div class="select">{html.escape(shown)}<span>⌄</span></div>'


async def recommended(platform: str) -> Answer:
    """The real answer to `/recommend` of somebody on `platform` with the three `FAVOURITES`."""
    with tempfile.TemporaryDirectory() as home:
        settings = read_settings(_env_file=None, home=Path(home), cooldown=0)
        async with Osusume.open(settings) as osusume:
            person = Person(f"{platform}:1", "Aki")
            for mal_id in FAVOURITES:
                await osusume.people.add_favourite(person.key, mal_id)
            answer = await Dispatcher(osusume).answer(Request("recommend", person, Texts("en"), {}, Place()))
            assert answer is not None
            return answer


async def photograph(page: str, path: Path) -> None:
    """Writes a PNG of what stands on a page of HTML, two pixels for each of CSS's.

    Raises:
        RuntimeError: no Chromium is installed.
    """
    if CHROMIUM is None:
        raise RuntimeError("no chromium here: apt-get install chromium fonts-noto-color-emoji")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        shown = await browser.new_page(viewport={"width": 760, "height": 300}, device_scale_factor=2)
        await shown.set_content(page)
        await shown.locator("body").screenshot(path=path)
        await browser.close()


async def _screenshot(path: Path) -> None:
    answer = await recommended("discord")
    card = tile_wanted(answer.reply, covers=False)
    message = render(answer, tile=draw_tile(card.title, card.mal_id) if card is not None else None)
    await photograph(page(message), path)


def screenshot(path: Path) -> None:
    """Writes the picture of a recommendation."""
    asyncio.run(_screenshot(path))


if __name__ == "__main__":
    screenshot(Path(sys.argv[1]))
