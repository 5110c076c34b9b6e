"""What a title's vector is made from: its synopsis behind a line of facts, the facts alone where there is none."""

from __future__ import annotations

from core.catalogue import Catalogue
from core.recommend.labels import names_of


def composed(catalogue: Catalogue, row: int, synopsis: str | None = None) -> str:
    """The text that stands for a title. `synopsis` overrides the catalogue's."""
    anime = catalogue.anime(row)
    story = synopsis or anime.synopsis
    facts = ", ".join(dict.fromkeys([*names_of(catalogue, row), *anime.tags[:8]]))
    if story:
        return f"{facts}. {story}"
    return f"{facts}. {anime.title_english or anime.title}"
