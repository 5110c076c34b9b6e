"""Replies as JSON: what `openapi.json` calls an Answer."""

from __future__ import annotations

import base64
from dataclasses import asdict
from urllib.parse import urlsplit

from bot.reply import Answer, Card, Choice, File, Json, Pager


def answer_json(answer: Answer, language: str, *, covers: bool) -> dict[str, Json]:
    """An answer with the tokens of its buttons; file contents are base64. Without `covers` no picture is named."""
    reply = answer.reply
    return {
        "id": answer.id,
        "language": language,
        "text": reply.text,
        "cards": [_card(card, answer, covers) for card in reply.cards],
        "items": list(reply.items),
        "facts": [asdict(fact) for fact in reply.facts],
        "pictures": [_file(picture) | {"description": picture.description} for picture in reply.pictures],
        "menu": [_choice(choice, answer) for choice in reply.menu],
        "choices": [_choice(choice, answer) for choice in reply.choices],
        "pager": _pager(reply.pager, answer) if reply.pager is not None else None,
        "files": [_file(file) for file in reply.files],
        "private": reply.private,
        "update": reply.update,
        "note": reply.note,
        "error": reply.error,
        "data": reply.data,
    }


def _file(file: File) -> dict[str, Json]:
    return {
        "name": file.name,
        "media_type": file.media_type,
        "data": base64.b64encode(file.data).decode(),
    }


def _card(card: Card, answer: Answer, covers: bool) -> Json:
    facts: list[Json] = [asdict(fact) for fact in card.facts]
    return {
        "title": card.title,
        "mal_id": card.mal_id,
        "subtitle": card.subtitle,
        "url": _web_address(card.url, "https", "http"),
        "image_url": _web_address(card.image_url, "https") if covers else None,
        "facts": facts,
        "body": card.body,
        "why": card.why,
        "footer": card.footer,
        "choices": [_choice(choice, answer) for choice in card.choices],
    }


def _choice(choice: Choice, answer: Answer) -> Json:
    url = _web_address(choice.url, "https", "http")
    return {
        "label": choice.label,
        "token": None if choice.url is not None or not answer.id else answer.token(choice),
        "emoji": choice.emoji,
        "detail": choice.detail,
        "style": choice.style,
        "disabled": choice.disabled or (choice.url is not None and url is None),
        "url": url,
    }


def _pager(pager: Pager, answer: Answer) -> Json:
    """Where we are, and for each page the token that goes there."""
    labels = pager.labels if len(pager.labels) == pager.pages else (None,) * pager.pages
    pages: list[Json] = [
        {"token": answer.page_token(page), "label": label} for page, label in enumerate(labels)
    ]
    return {"page": pager.page, "pages": pages}


def _web_address(address: str | None, *schemes: str) -> str | None:
    """The address where it is one that a page may link to; catalogues are imported from anywhere."""
    if address is None:
        return None
    try:
        return address if urlsplit(address).scheme in schemes else None
    except ValueError:
        return None
