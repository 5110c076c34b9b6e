"""A reply as Telegram messages: HTML text in pieces that fit, and an inline keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from bot.reply import Answer, Card, Choice, Pager, Reply
from bot.telegram import limits

BUTTON = "o:"
"""Begins the data of every button of ours; the token follows (at most 24 ASCII characters, 64 bytes are allowed)."""

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_WEB_ADDRESS = re.compile(r"https?://[^\s/:@?#]+\.[^\s/:@?#.]{2,}(:\d{1,5})?([/?#]\S*)?")


@dataclass(frozen=True, slots=True)
class Message:
    """One message: HTML, its keyboard, and the picture shown above it as a link preview."""

    html: str
    keyboard: InlineKeyboardMarkup | None
    preview: LinkPreviewOptions


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph; its text stays plain until it is cut. `label` stands before it in bold, `gap`: an empty line."""

    text: str
    label: str = ""
    opening: str = ""
    closing: str = ""
    gap: bool = False

    @property
    def lead(self) -> str:
        return f"{cut(self.label, limits.BUTTON_LABEL)}: " if self.label else ""


def length(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, most: int) -> str:
    """At most `most` UTF-16 units; what was cut shows as an ellipsis."""
    text = text.strip()
    if length(text) <= most:
        return text
    while length(text) > most - 1:
        text = text[: len(text) - max(1, (length(text) - most + 1) // 2)]
    return text.rstrip() + "…"


def render(answer: Answer, *, covers: bool, first: int = limits.TEXT) -> list[Message]:
    """The messages for an answer, in order, the first of at most `first` units; the keyboard is on the last."""
    reply = answer.reply
    shown = focused(reply)
    pieces = _packed(_blocks(reply, shown), first) or [
        escape(cut(reply.note or "", first) or "✓", quote=False)
    ]
    preview = cover(shown[0], covers=covers) if shown else NO_PREVIEW
    messages = [Message(piece, None, NO_PREVIEW) for piece in pieces[:-1]]
    return [*messages, Message(pieces[-1], keyboard(answer, shown), preview)]


def focused(reply: Reply) -> tuple[Card, ...]:
    """The card that a pager shows, else all."""
    if reply.pager is None or not reply.cards:
        return reply.cards
    return (reply.cards[min(reply.pager.page, len(reply.cards) - 1)],)


def cover(card: Card, *, covers: bool) -> LinkPreviewOptions:
    """A card's cover as a link preview: Telegram fetches it, the bot does not."""
    if covers and card.image_url and web_address(card.image_url):
        return LinkPreviewOptions(url=card.image_url, prefer_small_media=True, show_above_text=True)
    return NO_PREVIEW


def web_address(url: str) -> bool:
    """Whether Telegram takes this as a link; imported catalogues may hold anything."""
    return _WEB_ADDRESS.fullmatch(url) is not None


def card_html(card: Card) -> str:
    """A card as one message's text."""
    pieces = _packed(card_blocks(card))
    return pieces[0] if pieces else str(card.mal_id)


def _blocks(reply: Reply, cards: Iterable[Card]) -> Iterator[Block]:
    yield Block(reply.text)
    for number, item in enumerate(reply.items):
        yield Block(item, gap=number == 0)
    for fact in reply.facts:
        yield Block(fact.value, fact.label, gap=True)
    for card in cards:
        yield from card_blocks(card)


def card_blocks(card: Card) -> Iterator[Block]:
    if card.url and web_address(card.url):
        yield Block(card.title, "", f'<b><a href="{escape(card.url)}">', "</a></b>", gap=True)
    else:
        yield Block(card.title, "", "<b>", "</b>", gap=True)
    yield Block(card.subtitle or "", "", "<i>", "</i>")
    for fact in card.facts:
        yield Block(f"{fact.label}: {fact.value}")
    yield Block(card.why or "", "", "<blockquote>", "</blockquote>")
    yield Block(card.body or "", gap=True)
    yield Block(card.footer or "", "", "<i>", "</i>", gap=True)


def _packed(blocks: Iterable[Block], first: int = limits.TEXT) -> list[str]:
    """Paragraphs in as few messages as hold them; one that is too long by itself is broken between words."""
    pieces: list[str] = []
    room = entities = 0
    for block in blocks:
        most = first if len(pieces) < 2 else limits.TEXT
        for number, part in enumerate(_parts(block.text, most - 2 - length(block.lead))):
            lead = f"<b>{escape(block.lead, quote=False)}</b>" if block.label and number == 0 else ""
            html = f"{lead}{block.opening}{escape(part, quote=False)}{block.closing}"
            between = "\n\n" if block.gap and number == 0 else "\n"
            needed = length(part) + length(between) + (length(block.lead) if lead else 0)
            marked = block.opening.count("<") + bool(lead)
            if pieces and needed <= room and entities + marked <= limits.ENTITIES:
                pieces[-1] += between + html
            else:
                pieces.append(html)
                room, entities = (first if len(pieces) == 1 else limits.TEXT), 0
            room -= needed
            entities += marked
    return pieces


def _parts(text: str, most: int) -> Iterator[str]:
    text = text.strip()
    while length(text) > most:
        head = text[: most // 2]
        while length(head) <= most - 40:
            head = text[: len(head) + 20]
        at = max(head.rfind("\n"), head.rfind(" "))
        head = head[:at] if at > 0 else head
        yield head.strip()
        text = text[len(head) :].strip()
    if text:
        yield text


def keyboard(answer: Answer, cards: Iterable[Card]) -> InlineKeyboardMarkup | None:
    """Buttons of the cards shown, the menu one a row, the answer's own, and the pager."""
    reply = answer.reply
    rows = [pair for card in cards for pair in _pairs(answer, card.choices)]
    rows += [[_button(answer, choice)] for choice in reply.menu]
    last = _pairs(answer, reply.choices)[: limits.BUTTONS // 3]
    if reply.pager is not None and answer.id and reply.pager.pages > 1:
        last += _pager(answer, reply.pager)
    while rows and sum(map(len, (*rows, *last))) > limits.BUTTONS:
        rows.pop()
    rows += last
    return InlineKeyboardMarkup(rows) if rows else None


def _pairs(answer: Answer, choices: Iterable[Choice]) -> list[list[InlineKeyboardButton]]:
    buttons = [_button(answer, choice) for choice in choices]
    return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]


def _button(answer: Answer, choice: Choice) -> InlineKeyboardButton:
    label = (
        cut(f"{choice.emoji} {choice.label}" if choice.emoji else choice.label, limits.BUTTON_LABEL) or "·"
    )
    if choice.url and web_address(choice.url):
        return InlineKeyboardButton(label, url=choice.url)
    # Telegram has no disabled button: what is done already shows a tick, and pressing it again changes nothing.
    shown = f"✓ {label}" if choice.disabled else label
    return InlineKeyboardButton(shown, callback_data=BUTTON + answer.token(choice))


def _pager(answer: Answer, pager: Pager) -> list[list[InlineKeyboardButton]]:
    """‹ page ›, and above it pages to jump to: the first, the last, those around."""

    def button(label: str, page: int) -> InlineKeyboardButton:
        return InlineKeyboardButton(label, callback_data=BUTTON + answer.page_token(page))

    around = limits.BUTTONS_IN_ROW - 2
    first = max(0, min(pager.page - around // 2, pager.pages - around))
    jumps = sorted({0, *range(first, min(first + around, pager.pages)), pager.pages - 1})
    numbers = [button(f"·{page + 1}·" if page == pager.page else str(page + 1), page) for page in jumps]
    steps = [
        button("‹", (pager.page - 1) % pager.pages),
        button(f"{pager.page + 1} / {pager.pages}", pager.page),
        button("›", (pager.page + 1) % pager.pages),
    ]
    return [numbers, steps] if pager.pages > 3 else [steps]
