"""A reply as Telegram messages: HTML text in pieces that fit, and an inline keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from bot.reply import Answer, Card, Choice, Pager, Reply
from bot.telegram import limits

BUTTON = "o:"
"""Begins the data of every button of ours; the token follows (at most 24 ASCII characters, 64 bytes are allowed)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: HTML, its keyboard, and the picture shown above it as a link preview."""

    html: str
    keyboard: InlineKeyboardMarkup | None
    preview: LinkPreviewOptions


def length(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, most: int) -> str:
    text = text.strip()
    if length(text) <= most:
        return text
    while length(text) > most - 1:
        text = text[: len(text) - max(1, (length(text) - most + 1) // 2)]
    return text.rstrip() + "…"


def render(answer: Answer, *, covers: bool) -> list[Message]:
    """The messages for an answer, in order; the keyboard is on the last."""
    reply = answer.reply
    card = focused(reply)
    blocks = list(_blocks(reply, card))
    pieces = _packed(blocks) or [escape(reply.note or "✓", quote=False)]
    if covers and card is not None and card.image_url:
        preview = LinkPreviewOptions(url=card.image_url, prefer_small_media=True, show_above_text=True)
    else:
        preview = LinkPreviewOptions(is_disabled=True)
    off = LinkPreviewOptions(is_disabled=True)
    return [
        Message(piece, keyboard(answer, card) if last else None, preview if last else off)
        for piece, last in ((piece, number == len(pieces) - 1) for number, piece in enumerate(pieces))
    ]


def focused(reply: Reply) -> Card | None:
    if not reply.cards:
        return None
    page = reply.pager.page if reply.pager is not None else 0
    return reply.cards[min(page, len(reply.cards) - 1)]


def _blocks(reply: Reply, card: Card | None) -> Iterable[tuple[str, str, str]]:
    """(opening tag, plain text, closing tag) of each paragraph; texts stay plain until they are cut."""
    if reply.text:
        yield "", reply.text, ""
    for item in reply.items:
        yield "", item, ""
    if card is not None:
        yield from card_blocks(card)


def card_blocks(card: Card) -> Iterable[tuple[str, str, str]]:
    """A card's paragraphs."""
    if card.url:
        yield f'<b><a href="{escape(card.url)}">', card.title, "</a></b>"
    else:
        yield "<b>", card.title, "</b>"
    if card.subtitle:
        yield "<i>", card.subtitle, "</i>"
    for fact in card.facts:
        yield "", f"{fact.label}: {fact.value}", ""
    if card.why:
        yield "<blockquote>", card.why, "</blockquote>"
    if card.body:
        yield "", card.body, ""
    if card.footer:
        yield "<i>", card.footer, "</i>"


def _packed(blocks: Sequence[tuple[str, str, str]]) -> list[str]:
    """Paragraphs in as few messages as hold them; one that is too long by itself is broken between words."""
    pieces: list[str] = []
    room = 0
    for opening, text, closing in blocks:
        for part in _parts(text):
            block = f"{opening}{escape(part, quote=False)}{closing}"
            needed = length(part) + 1
            if pieces and needed <= room:
                pieces[-1] += "\n" + block
                room -= needed
            else:
                pieces.append(block)
                room = limits.TEXT - needed
    return pieces


def _parts(text: str) -> Iterable[str]:
    text = text.strip()
    while length(text) > limits.TEXT - 1:
        head = text[: (limits.TEXT - 1) // 2]
        while length(head) < limits.TEXT - 40 and len(head) < len(text):
            head = text[: len(head) + 20]
        cut_at = max(head.rfind("\n"), head.rfind(" "))
        head = head[:cut_at] if cut_at > 0 else head
        if head.strip():
            yield head.strip()
        text = text[len(head) :].strip()
    if text:
        yield text


def keyboard(answer: Answer, card: Card | None) -> InlineKeyboardMarkup | None:
    """Buttons of the card in focus, the menu one a row, the answer's own, and the pager."""
    reply, rows = answer.reply, []
    own = [_button(answer, choice) for choice in (card.choices if card is not None else ())]
    rows += [own[start : start + 2] for start in range(0, len(own), 2)]
    rows += [[_button(answer, choice)] for choice in reply.menu]
    own = [_button(answer, choice) for choice in reply.choices]
    rows += [own[start : start + 2] for start in range(0, len(own), 2)]
    if reply.pager is not None and answer.id:
        rows += _pager(answer, reply.pager)
    rows = rows[: limits.KEYBOARD_BUTTONS // limits.BUTTONS_IN_ROW]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(answer: Answer, choice: Choice) -> InlineKeyboardButton:
    label = (
        cut(f"{choice.emoji} {choice.label}" if choice.emoji else choice.label, limits.BUTTON_LABEL) or "·"
    )
    if choice.url:
        return InlineKeyboardButton(label, url=choice.url)
    # Telegram has no disabled button: what is done already shows a tick, and pressing it again changes nothing.
    shown = f"✓ {label}" if choice.disabled else label
    return InlineKeyboardButton(shown, callback_data=BUTTON + answer.token(choice))


def _pager(answer: Answer, pager: Pager) -> list[list[InlineKeyboardButton]]:
    """‹ page ›, and above it up to eight pages to jump to."""

    def button(label: str, page: int) -> InlineKeyboardButton:
        return InlineKeyboardButton(label, callback_data=BUTTON + answer.page_token(page))

    first = max(0, min(pager.page - limits.BUTTONS_IN_ROW // 2, pager.pages - limits.BUTTONS_IN_ROW))
    shown = range(first, min(first + limits.BUTTONS_IN_ROW, pager.pages))
    numbers = [button(f"·{page + 1}·" if page == pager.page else str(page + 1), page) for page in shown]
    steps = [
        button("‹", (pager.page - 1) % pager.pages),
        button(f"{pager.page + 1} / {pager.pages}", pager.page),
        button("›", (pager.page + 1) % pager.pages),
    ]
    return [numbers, steps] if pager.pages > 3 else [steps]
