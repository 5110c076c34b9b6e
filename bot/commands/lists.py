"""Tells the import of lists which title a name means."""

from __future__ import annotations

from collections.abc import Callable

from core.osusume import Osusume


def resolver(osusume: Osusume) -> Callable[[str], tuple[int | None, tuple[int, ...]]]:
    """A function from a name to (the MAL id it clearly means, else None; the ids it may mean)."""

    def resolve(name: str) -> tuple[int | None, tuple[int, ...]]:
        found = osusume.search.resolve(name, adult=True)
        clear = None if found.clear is None else osusume.catalogue.anime(found.clear).mal_id
        return clear, tuple(osusume.catalogue.anime(row).mal_id for row in found.candidates)

    return resolve


def title_of(osusume: Osusume) -> Callable[[int], str | None]:
    """A function from a MAL id to the title that people read in an exported list."""

    def title(mal_id: int) -> str | None:
        anime = osusume.catalogue.by_mal_id(mal_id)
        return anime.title if anime is not None else None

    return title
