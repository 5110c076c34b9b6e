"""A reply as lines of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from bot.reply import Card, Reply


def lines(card: Card) -> Iterator[Text]:
    """A card's content, top to bottom."""
    if card.subtitle:
        yield Text(card.subtitle, style="dim")
    for fact in card.facts:
        yield Text.assemble((f"{fact.label}: ", "dim"), fact.value)
    if card.body:
        yield Text("\n" + card.body)
    if card.why:
        yield Text("\n→ " + card.why, style="italic magenta")
    if card.footer:
        yield Text("\n" + card.footer, style="dim")


def render(reply: Reply, *, numbered: bool = False) -> RenderableType:
    """The whole reply. With `numbered`, choices show the numbers that the chat accepts."""
    parts: list[RenderableType] = []
    if reply.note:
        parts.append(Text(f"✓ {reply.note}", style="green"))
    if reply.text:
        parts.append(Text(reply.text, style="red" if reply.error else "bold"))
    parts.extend(Text(item) for item in reply.items)
    parts.extend(Text.assemble((f"{fact.label}: ", "dim"), fact.value) for fact in reply.facts)
    number = 0
    for card in reply.cards:
        content: list[RenderableType] = list(lines(card))
        if numbered and card.choices:
            labels = []
            for choice in card.choices:
                number += 1
                labels.append(f"[{number}] {choice.label}")
            content.append(Text("\n" + "  ".join(labels), style="cyan"))
        parts.append(Panel(Group(*content), title=Text(card.title, style="bold"), title_align="left"))
    for choice in (*reply.menu, *reply.choices):
        number += 1
        mark = f"[{number}] " if numbered else "• "
        address = f" {choice.url}" if choice.url else ""
        parts.append(Text(f"{mark}{choice.label}{address}", style="cyan"))
    if reply.pager is not None and not reply.cards:
        more = f"{reply.pager.page + 1}/{reply.pager.pages}"
        parts.append(Text(f"{more}  [n] ›  [p] ‹" if numbered else more, style="cyan"))
    return Group(*parts)
