"""The same tags as chips, as a prompt, as a booru writes them, and as data."""

from __future__ import annotations

from typing import Literal, TypedDict

from core.pictures.picture import Category
from core.pictures.tags.kinds import KAOMOJI
from core.pictures.tags.rules import TagList

Format = Literal["chips", "prompt", "booru", "json"]
FORMATS: tuple[Format, ...] = ("chips", "prompt", "booru", "json")


class TagRow(TypedDict):
    """One tag as data; `score` has four digits."""

    tag: str
    category: Category
    score: float


def readable(name: str) -> str:
    """A tag for people: spaces, but faces of signs as they are.

    >>> readable("long_hair"), readable("^_^")
    ('long hair', '^_^')
    """
    return name if name in KAOMOJI else name.replace("_", " ")


def chips(tags: TagList) -> list[tuple[str, float]]:
    """Readable names with their scores from 0 to 1, to be drawn as chips."""
    return [(readable(tag.name), tag.score) for tag in tags.shown()]


def prompt(tags: TagList) -> str:
    """Comma-separated, spaces, brackets escaped: image generators read brackets as emphasis.

    >>> prompt(TagList(characters=(Tag("saber_(fate)", "character", 0.9),)))
    'saber \\\\(fate\\\\)'
    """
    return ", ".join(
        readable(tag.name).replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        for tag in tags.shown()
    )


def booru(tags: TagList) -> str:
    """Separated by spaces, with underscores."""
    return " ".join(tag.name for tag in tags.shown())


def rows(tags: TagList) -> list[TagRow]:
    """The rating and everything shown, for JSON."""
    rating = (tags.rating,) if tags.rating is not None else ()
    return [
        {"tag": tag.name, "category": tag.category, "score": round(tag.score, 4)}
        for tag in (*rating, *tags.shown(), *tags.meta)
    ]
