"""A reply as a Discord message: embeds, buttons, selects, files, all within the platform's limits."""

from __future__ import annotations

import colorsys
import io
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.discord import limits
from bot.reply import Answer, Card, Choice, Pager, Reply

BUTTON = "osusume:"
"""Begins every custom_id of ours; the token follows (at most 24 ASCII characters)."""
MENU = "osusume-menu:"
PAGES = "osusume-pages:"
TILE = "tile.png"

_STYLES = {
    "primary": discord.ButtonStyle.primary,
    "secondary": discord.ButtonStyle.secondary,
    "success": discord.ButtonStyle.success,
    "danger": discord.ButtonStyle.danger,
}


@dataclass(frozen=True, slots=True)
class Message:
    """What discord.py's send and edit calls take."""

    content: str | None
    embeds: list[discord.Embed]
    view: discord.ui.View | None
    files: list[discord.File] = field(default_factory=list)

    def for_sending(self) -> dict[str, Any]:
        arguments: dict[str, Any] = {"embeds": self.embeds}
        if self.content:
            arguments["content"] = self.content
        if self.view is not None:
            arguments["view"] = self.view
        if self.files:
            arguments["files"] = self.files
        return arguments

    def for_editing(self) -> dict[str, Any]:
        return {
            "content": self.content,
            "embeds": self.embeds,
            "view": self.view,
            "attachments": self.files,
        }


def cut(text: str, most: int) -> str:
    """`text` within `most` characters, as Discord counts them (UTF-16 units, the stricter reading)."""
    text = text.strip()
    if _length(text) <= most:
        return text
    while text and _length(text) > most - 1:
        text = text[: len(text) - max(1, (_length(text) - most + 1) // 2)]
    return text.rstrip() + "…"


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def escape(text: str) -> str:
    """Plain text as Discord should show it: no markup, no mentions."""
    return discord.utils.escape_mentions(discord.utils.escape_markdown(text))


def tile_wanted(reply: Reply, *, covers: bool) -> Card | None:
    """The card in focus when it needs a drawn tile: it has no cover, or none may be fetched."""
    card = _focused(reply)
    return card if card is not None and not (covers and card.image_url) else None


def render(answer: Answer, *, tile: bytes | None = None) -> Message:
    """The message for an answer; `tile` is the PNG to show instead of the focused card's cover."""
    reply = answer.reply
    embeds: list[discord.Embed] = []
    files = [discord.File(io.BytesIO(file.data), file.name) for file in reply.files]
    card = _focused(reply)
    text = reply.text or reply.note or ""
    if card is not None:
        embeds.append(_embed(card, tiled=tile is not None))
        if tile is not None:
            files.append(discord.File(io.BytesIO(tile), TILE))
    elif reply.items:
        embeds.append(_list_embed(reply, text))
        text = ""
    content = cut(escape(text), limits.CONTENT) if text else None
    if not content and not embeds and not files:
        content = "✓"
    return Message(content, embeds, _view(answer, card), files)


def _focused(reply: Reply) -> Card | None:
    if not reply.cards:
        return None
    page = reply.pager.page if reply.pager is not None else 0
    return reply.cards[min(page, len(reply.cards) - 1)]


def _list_embed(reply: Reply, text: str) -> discord.Embed:
    lines, used = [], 0
    for item in reply.items:
        line = cut(escape(item), 900)
        if used + _length(line) + 1 > limits.EMBED_DESCRIPTION - 8:
            lines.append("…")
            break
        lines.append(line)
        used += _length(line) + 1
    embed = discord.Embed(description="\n".join(lines), colour=_colour(0))
    if text:
        embed.title = cut(escape(text), limits.EMBED_TITLE)
    return embed


def _colour(mal_id: int) -> discord.Colour:
    red, green, blue = colorsys.hsv_to_rgb((mal_id * 0.61803) % 1, 0.45, 0.9)
    return discord.Colour.from_rgb(round(red * 255), round(green * 255), round(blue * 255))


def _embed(card: Card, *, tiled: bool) -> discord.Embed:
    embed = discord.Embed(
        title=cut(escape(card.title), limits.EMBED_TITLE) or "?", colour=_colour(card.mal_id)
    )
    embed.url = card.url
    left = limits.EMBEDS_TOGETHER - _length(embed.title or "") - 10
    parts = []
    if card.subtitle:
        parts.append("*" + cut(escape(card.subtitle), 300) + "*")
    if card.why:
        parts.append("> " + cut(escape(" ".join(card.why.split())), 600))
    if card.body:
        parts.append(cut(escape(card.body), 2200))
    if parts:
        embed.description = cut("\n\n".join(parts), limits.EMBED_DESCRIPTION)
        left -= _length(embed.description)
    footer = cut(card.footer, 800) if card.footer else ""
    if footer:
        embed.set_footer(text=footer)
        left -= _length(footer)
    for fact in card.facts[: limits.FIELDS]:
        name, value = cut(fact.label, limits.FIELD_NAME), cut(escape(fact.value), limits.FIELD_VALUE)
        if not name or not value or _length(name) + _length(value) > left:
            continue
        embed.add_field(name=name, value=value, inline=True)
        left -= _length(name) + _length(value)
    if tiled or card.image_url:
        embed.set_thumbnail(url=f"attachment://{TILE}" if tiled else card.image_url)
    return embed


def _view(answer: Answer, card: Card | None) -> discord.ui.View | None:
    reply = answer.reply
    choices = [*(card.choices if card is not None else ()), *reply.choices]
    view = discord.ui.View(timeout=None)
    row = 0
    for start in range(0, len(choices), limits.BUTTONS_IN_ROW):
        if row == limits.ROWS - 2:
            break  # the last two rows are the menu's and the pager's
        for choice in choices[start : start + limits.BUTTONS_IN_ROW]:
            view.add_item(_button(answer, choice, row))
        row += 1
    if reply.menu and answer.id:
        view.add_item(_menu(answer, reply.menu, reply.text, row))
        row += 1
    if reply.pager is not None and answer.id:
        _add_pager(view, answer, reply.pager, row)
    # A stopped view is not kept by the library: presses are found by their token, also after a restart.
    view.stop()
    return view if view.children else None


def _button(answer: Answer, choice: Choice, row: int) -> discord.ui.Button[discord.ui.View]:
    label = cut(choice.label, limits.BUTTON_LABEL) or "·"
    if choice.url:
        return discord.ui.Button(label=label, url=choice.url, row=row)
    return discord.ui.Button(
        label=f"{choice.emoji} {label}" if choice.emoji else label,
        style=_STYLES[choice.style],
        custom_id=BUTTON + answer.token(choice),
        disabled=choice.disabled,
        row=row,
    )


def _menu(
    answer: Answer, menu: tuple[Choice, ...], question: str, row: int
) -> discord.ui.Select[discord.ui.View]:
    options = [
        discord.SelectOption(
            label=cut(choice.label, limits.OPTION_TEXT) or "·",
            value=answer.token(choice),
            description=cut(choice.detail, limits.OPTION_TEXT) or None if choice.detail else None,
        )
        for choice in menu[: limits.OPTIONS_IN_SELECT]
    ]
    placeholder = cut(question, limits.PLACEHOLDER) or None
    return discord.ui.Select(custom_id=MENU + answer.id, options=options, placeholder=placeholder, row=row)


def _add_pager(view: discord.ui.View, answer: Answer, pager: Pager, row: int) -> None:
    """‹ page › buttons, and a jump menu of at most 25 pages around this one."""
    page, last = pager.page, pager.pages - 1
    if pager.labels and last > 1:
        first = max(0, min(page - limits.OPTIONS_IN_SELECT // 2, pager.pages - limits.OPTIONS_IN_SELECT))
        options = [
            discord.SelectOption(
                label=cut(pager.labels[number], limits.OPTION_TEXT) or str(number + 1),
                value=answer.page_token(number),
                default=number == page,
            )
            for number in range(first, min(first + limits.OPTIONS_IN_SELECT, pager.pages))
        ]
        view.add_item(discord.ui.Select(custom_id=PAGES + answer.id, options=options, row=row))
        row += 1
    if row >= limits.ROWS:
        return
    for label, target, disabled in (("‹", page - 1, page == 0), ("›", page + 1, page == last)):
        token = (
            answer.page_token(target) if not disabled else f"{answer.id}.{'first' if page == 0 else 'last'}"
        )
        if disabled and page == 0 == last:
            token += label
        view.add_item(discord.ui.Button(label=label, custom_id=BUTTON + token, disabled=disabled, row=row))
    view.add_item(
        discord.ui.Button(
            label=f"{page + 1} / {pager.pages}", custom_id=f"{BUTTON}{answer.id}.here", disabled=True, row=row
        )
    )
