"""Inline mode: `@bot mushishi` in any chat gives cards to send there."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineQueryResultArticle, InputTextMessageContent
from telegram.constants import ParseMode

from bot.reply import Card
from bot.telegram.render import card_html, cover, cut, web_address

TITLE = 120
"""Characters of a title or description that the apps show in one or two lines."""


def results(cards: Sequence[Card], *, covers: bool) -> list[InlineQueryResultArticle]:
    return [
        InlineQueryResultArticle(
            id=str(card.mal_id),
            title=cut(card.title, TITLE) or str(card.mal_id),
            description=cut(" · ".join(fact.value for fact in card.facts[:3]), TITLE) or None,
            thumbnail_url=card.image_url if covers and web_address(card.image_url or "") else None,
            input_message_content=InputTextMessageContent(
                card_html(card), parse_mode=ParseMode.HTML, link_preview_options=cover(card, covers=covers)
            ),
        )
        for card in cards
    ]
