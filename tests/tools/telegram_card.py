"""A picture of a Telegram answer: the real message of one real `/recommend`, drawn the way Telegram's clients draw it.

    python -m tests.tools.telegram_card PICTURE.png

Needs Chromium.
"""

from __future__ import annotations

import asyncio
import base64
import html
import sys
from pathlib import Path

from telegram import InlineKeyboardButton

from bot.reply import Answer
from bot.telegram.render import Message, focused, render
from core.pictures import draw_tile
from tests.tools.discord_card import font, photograph, recommended

STYLE = """
* { box-sizing: border-box; margin: 0; }
body { background: #a5c4a1; padding: 14px 16px 16px; width: 540px; font: 16px/1.36 Japanese, sans-serif; }
.bubble { background: white; border-radius: 16px 16px 16px 4px; padding: 9px 12px 7px; color: #111;
  box-shadow: 0 1px 1px #0003; position: relative; }
.asked { background: #effdde; border-radius: 16px 16px 4px 16px; width: max-content; margin: 0 0 8px auto; }
time { float: right; font-size: 12px; color: #8a9097; margin: 4px 0 0 10px; }
.asked time { color: #4a9c4c; margin-top: 5px; }
.text { white-space: pre-wrap; }
.text + time { margin-top: -2px; } .bubble::after { content: ""; display: block; clear: both; }
a { color: #2678b6; text-decoration: none; }
blockquote, .preview { background: #3390ec17; border-left: 3px solid #3390ec; border-radius: 5px;
  padding: 5px 10px; margin: 4px 0; }
blockquote { margin-bottom: -4px; }
.preview { padding: 6px 8px; margin: 2px 0 8px; width: max-content; } .preview.below { margin: 8px 0 0; }
.preview img { display: block; height: 180px; border-radius: 4px; }
.row { display: flex; gap: 4px; margin-top: 4px; }
.row span { flex: 1; background: #557c5b; color: white; border-radius: 9px; height: 38px; line-height: 37px;
  text-align: center; font-weight: 500; font-size: 15px; position: relative; }
.row span.link::after { content: "↗"; position: absolute; right: 7px; top: 2px; font-size: 11px; line-height: 14px; }
"""


def page(message: Message, picture: bytes) -> str:
    """The message as a page that looks like Telegram's light theme; `picture` (a PNG) is shown for its preview."""
    # A quotation ends its own line; in HTML the line break after it would be a second one.
    text = message.html.replace("</blockquote>\n", "</blockquote>")
    text = f'<div class="text">{text}</div>'
    above = bool(message.preview.show_above_text)
    preview = ""
    if not message.preview.is_disabled:
        preview = (
            f'<div class="preview{"" if above else " below"}">'
            f'<img src="data:image/png;base64,{base64.b64encode(picture).decode()}"></div>'
        )
    rows = message.keyboard.inline_keyboard if message.keyboard is not None else ()
    keyboard = "".join(f'<div class="row">{"".join(map(_button, row))}</div>' for row in rows)
    return (
        f'<meta charset="utf-8"><style>{font()}{STYLE}</style>'
        '<div class="bubble asked">/recommend<time>21:04 ✓✓</time></div>'
        f'<div class="bubble">{preview + text if above else text + preview}<time>21:04</time></div>{keyboard}'
    )


def _button(button: InlineKeyboardButton) -> str:
    link = ' class="link"' if button.url else ""
    return f"<span{link}>{html.escape(button.text)}</span>"


def drawn(answer: Answer) -> tuple[Message, bytes]:
    """The message of an answer with one card, and the drawn tile that stands for its cover."""
    (message,) = render(answer, covers=True)
    (card,) = focused(answer.reply)
    return message, draw_tile(card.title, card.mal_id)


async def _screenshot(path: Path) -> None:
    await photograph(page(*drawn(await recommended("telegram"))), path)


def screenshot(path: Path) -> None:
    """Writes the picture of a recommendation."""
    asyncio.run(_screenshot(path))


if __name__ == "__main__":
    screenshot(Path(sys.argv[1]))
