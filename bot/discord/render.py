"""A reply as a Discord message: embeds, buttons, selects, files, all within the platform's limits."""

from __future__ import annotations

import colorsys
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.discord import limits
from bot.reply import Answer, Card, Choice, Fact, File, Pager, Reply
from core.errors import UserError

BUTTON = "osusume:"
"""Begins every custom_id of ours; the token follows (at most 24 ASCII characters)."""
MENU = "osusume-menu:"
PAGES = "osusume-pages:"
TILE = "tile.png"

GLANCE = 76
"""Characters of a line in an embed on a wide screen, beside the thumbnail."""

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
        optional = {"content": self.content, "view": self.view, "files": self.files}
        return {"embeds": self.embeds, **{name: value for name, value in optional.items() if value}}

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


def cut_front(text: str, most: int) -> str:
    """As `cut`, keeping the end: the last of several titles is the one being chosen."""
    text = text.strip()
    while _length(text) > most:
        text = "…" + text[max(2, _length(text) - most + 1) :].lstrip()
    return text


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def plain(text: str, most: int) -> str:
    """Text as Discord should show it, no markup and no mentions, within `most` characters."""
    text = text.strip()[: most + 1]
    return cut(discord.utils.escape_mentions(discord.utils.escape_markdown(text)), most)


def tile_wanted(reply: Reply, *, covers: bool) -> Card | None:
    """The card in focus when it needs a drawn tile: it has no cover, or none may be fetched."""
    card = _focused(reply)
    return card if card is not None and not (covers and _address(card.image_url)) else None


def pack_files(files: Sequence[File], room: int) -> tuple[File, ...]:
    """At most ten files of together at most `room` bytes; zipped when they are larger.

    Raises:
        UserError: `file-too-large` when even that is too much for Discord.
    """
    files = files[: limits.FILES]
    if sum(len(file.data) for file in files) <= room:
        return tuple(files)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(file.name, file.data)
    name = files[0].name.rpartition(".")[0] + ".zip"
    if len(stream.getvalue()) > room:
        raise UserError("file-too-large", name=name)
    return (File(name, "application/zip", stream.getvalue()),)


def render(answer: Answer, *, tile: bytes | None = None, files: Sequence[File] | None = None) -> Message:
    """The message for an answer.

    `tile` is the PNG to show instead of the focused card's cover; `files` replace the reply's, see `pack_files`.
    """
    reply = answer.reply
    embeds: list[discord.Embed] = []
    given = (*reply.pictures, *reply.files) if files is None else tuple(files)
    given = given[: limits.FILES - (tile is not None)]
    attached = [
        discord.File(
            io.BytesIO(file.data), file.name, description=cut(file.description or "", limits.ALT) or None
        )
        for file in given
    ]
    card, lines = _focused(reply), _lines(reply)
    text, note = reply.text, reply.note or ""
    if card is not None:
        embeds.append(_embed(card, tiled=tile is not None))
        if tile is not None:
            attached.append(discord.File(io.BytesIO(tile), TILE))
    elif lines or reply.facts or reply.pictures:
        embeds.append(discord.Embed(description="\n".join(lines) or None, colour=_colour(0)))
        _add_facts(embeds[0], reply.facts)
        _show(embeds, reply.pictures, {file.name for file in given})
        if len(text) <= limits.EMBED_TITLE // 2:
            embeds[0].title, text = plain(text, limits.EMBED_TITLE) or None, ""
    embeds = [embed for embed in embeds if len(embed) or embed.image.url or embed.thumbnail.url]
    content = plain(text, limits.CONTENT - limits.NOTE - 8)
    if note.strip():
        content += (
            f"\n-# {plain(' '.join(note.split()), limits.NOTE)}" if content else plain(note, limits.NOTE)
        )
    if not content and not embeds and not attached:
        content = "✓"
    return Message(content or None, embeds, _view(answer, card), attached)


def _add_facts(embed: discord.Embed, facts: Sequence[Fact]) -> None:
    """Titled paragraphs, as many as fit."""
    left = limits.EMBEDS_TOGETHER - len(embed) - limits.EMBED_TITLE
    for fact in facts[: limits.FIELDS]:
        name = cut(fact.label, limits.FIELD_NAME)
        value = plain(fact.value, min(limits.FIELD_VALUE, max(0, left - _length(name))))
        if name and _length(value) > 1:
            embed.add_field(name=name, value=value, inline=False)
            left -= _length(name) + _length(value)


def _show(embeds: list[discord.Embed], pictures: Sequence[File], attached: set[str]) -> None:
    """Attached pictures shown large, the first in the first embed, the others below it."""
    shown = [picture for picture in pictures if picture.name in attached][: limits.EMBEDS]
    for number, picture in enumerate(shown):
        if number:
            embeds.append(discord.Embed(colour=_colour(0)))
        embeds[-1].set_image(url=f"attachment://{picture.name}")


def _focused(reply: Reply) -> Card | None:
    if not reply.cards:
        return None
    page = reply.pager.page if reply.pager is not None else 0
    return reply.cards[max(0, min(page, len(reply.cards) - 1))]


def _lines(reply: Reply) -> list[str]:
    """The list of a reply, else what its menu offers: a closed select shows only its question."""
    lines, used = [], 0
    shown = reply.items or tuple(f"• {choice.label}" for choice in reply.menu[: limits.OPTIONS_IN_SELECT])
    for item in shown:
        line = plain(item, 900)
        if used + _length(line) + 1 > limits.EMBED_DESCRIPTION - 8:
            lines.append("…")
            break
        if line:
            lines.append(line)
            used += _length(line) + 1
    return lines


def _colour(mal_id: int) -> discord.Colour:
    red, green, blue = colorsys.hsv_to_rgb((mal_id * 0.61803) % 1, 0.45, 0.9)
    return discord.Colour.from_rgb(round(red * 255), round(green * 255), round(blue * 255))


def _address(text: str | None, most: int = limits.ADDRESS) -> str | None:
    """An address that Discord takes, else None: imported catalogues hold all kinds of text."""
    return text if text and len(text) <= most and re.fullmatch(r"https?://[!-;=?-~]+", text) else None


def _embed(card: Card, *, tiled: bool) -> discord.Embed:
    title = plain(card.title, limits.EMBED_TITLE) or "?"
    embed = discord.Embed(title=title, colour=_colour(card.mal_id), url=_address(card.url))
    left = limits.EMBEDS_TOGETHER - _length(title) - 10
    glance, facts = _glance(card)
    parts = []
    if card.subtitle and card.subtitle.strip():
        parts.append("*" + plain(card.subtitle, 300) + "*\n")
    parts.append(f"{glance}\n\n" if glance else "\n")
    if card.why and card.why.strip():
        parts.append("> " + plain(" ".join(card.why.split()), 600) + "\n\n")
    if card.body:
        parts.append(plain(card.body, 2200))
    embed.description = cut("".join(parts), limits.EMBED_DESCRIPTION) or None
    left -= _length(embed.description or "")
    footer = cut(card.footer, 800) if card.footer else ""
    if footer:
        embed.set_footer(text=footer)
        left -= _length(footer)
    for fact in facts[: limits.FIELDS]:
        name, value = cut(fact.label, limits.FIELD_NAME), plain(fact.value, limits.FIELD_VALUE)
        if not name or not value or _length(name) + _length(value) > left:
            continue
        embed.add_field(name=name, value=value, inline=True)
        left -= _length(name) + _length(value)
    embed.set_thumbnail(url=f"attachment://{TILE}" if tiled else _address(card.image_url))
    return embed


def _glance(card: Card) -> tuple[str, tuple[Fact, ...]]:
    """The first facts in one line without their labels, as many as fit; and the facts that are left."""
    line = ""
    for number, fact in enumerate(card.facts):
        value = plain(" ".join(fact.value.split()), GLANCE + 1)
        joined = "  |  ".join(part for part in (line, value) if part)
        if _length(joined) > GLANCE:
            return line, card.facts[number:]
        line = joined
    return line, ()


def _view(answer: Answer, card: Card | None) -> discord.ui.View | None:
    reply, view = answer.reply, discord.ui.View(timeout=None)
    selects: list[discord.ui.Select[Any]] = []
    pager: list[discord.ui.Button[Any]] = []
    if reply.menu and answer.id:
        selects.append(_menu(answer, reply.menu))
    if reply.pager is not None and answer.id:
        selects += _jump(answer, reply.pager)
        pager = _pager(answer, reply.pager)
    groups = [card.choices if card is not None else (), reply.choices]
    rows: list[list[discord.ui.Item[Any]]] = [
        [_button(answer, choice) for choice in group[start : start + limits.BUTTONS_IN_ROW]]
        for group in groups
        for start in range(0, len(group), limits.BUTTONS_IN_ROW)
    ]
    rows = rows[: limits.ROWS - len(selects) - bool(pager)]
    rows += [[select] for select in selects]
    if pager:
        rows.append([*pager])
    for number, row in enumerate(rows):
        for item in row:
            item.row = number
            view.add_item(item)
    # A stopped view is not kept by the library: presses are found by their token, also after a restart.
    view.stop()
    return view if view.children else None


def _button(answer: Answer, choice: Choice) -> discord.ui.Button[Any]:
    label = cut(f"{choice.emoji or ''} {choice.label}", limits.BUTTON_LABEL) or "·"
    if choice.url is not None:
        address = _address(choice.url, limits.BUTTON_ADDRESS)
        return discord.ui.Button(label=label, url=address or "https://example.org", disabled=address is None)
    return discord.ui.Button(
        label=label,
        style=_STYLES[choice.style],
        custom_id=BUTTON + answer.token(choice),
        disabled=choice.disabled,
    )


def _menu(answer: Answer, menu: tuple[Choice, ...]) -> discord.ui.Select[Any]:
    options = [
        discord.SelectOption(
            label=cut(choice.label, limits.OPTION_TEXT) or "·",
            value=answer.token(choice),
            description=cut(choice.detail or "", limits.OPTION_TEXT) or None,
        )
        for choice in menu[: limits.OPTIONS_IN_SELECT]
    ]
    return discord.ui.Select(custom_id=MENU + answer.id, options=options)


def _jump(answer: Answer, pager: Pager) -> list[discord.ui.Select[Any]]:
    """A menu of at most 25 pages around this one; none where two buttons do."""
    labels: Sequence[str] = pager.labels[: pager.pages]
    if not labels:
        labels = [f"{number} / {pager.pages}" for number in range(1, pager.pages + 1)]
    if len(labels) <= 2:
        return []
    window = limits.OPTIONS_IN_SELECT
    first = max(0, min(pager.page - window // 2, len(labels) - window))
    options = [
        discord.SelectOption(
            label=cut(label, limits.OPTION_TEXT) or str(number + 1),
            value=answer.page_token(number),
            default=number == pager.page,
        )
        for number, label in list(enumerate(labels))[first : first + window]
    ]
    return [discord.ui.Select(custom_id=PAGES + answer.id, options=options)]


def _pager(answer: Answer, pager: Pager) -> list[discord.ui.Button[Any]]:
    """‹ 2 / 5 ›"""
    page, last = pager.page, pager.pages - 1
    here = f"{BUTTON}{answer.id}.here"
    before = BUTTON + answer.page_token(page - 1) if page > 0 else f"{BUTTON}{answer.id}.first"
    after = BUTTON + answer.page_token(page + 1) if page < last else f"{BUTTON}{answer.id}.last"
    return [
        discord.ui.Button(label="‹", custom_id=before, disabled=page <= 0),
        discord.ui.Button(label=f"{page + 1} / {pager.pages}", custom_id=here, disabled=True),
        discord.ui.Button(label="›", custom_id=after, disabled=page >= last),
    ]
