"""Bringing the host's catalogue up to AniList's present facts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from core.catalogue.importers import anilist
from core.catalogue.importers.anilist import ADDRESS, Wanted
from core.catalogue.importers.anilist_pages import AniListPages
from core.catalogue.importers.importing import Places, Progress, Report, Source, import_rows


async def update_from_anilist(
    places: Places,
    year: int | None = None,
    season: str | None = None,
    address: str = ADDRESS,
    progress: Progress | None = None,
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Report:
    """Fetch anime from AniList and merge them into the host's catalogue: those of a season ("spring") of a year, of
    a year, or, with neither, of this year and the next. Stopped half way, the next call on the same day goes on
    where it was.

    Raises:
        UserError: `import-busy`, `import-unwritable`.
        Unavailable: `anilist-unreachable`, `anilist-refused`.
        ArtefactError: the catalogue there is cannot be opened.
    """
    day = datetime.now(UTC).date()
    years = 2 if year is None and season is None else 1
    wanted = Wanted(year or day.year, season, years)
    tell = progress or (lambda _what, _done, _total: None)
    with places.alone():
        path = places.folder / "anilist-pages.jsonl"
        pages = AniListPages(address, wait)
        media, checkpoint = await pages.fetch(wanted, day, path, lambda done: tell("fetching", done, 0))
        source = Source("AniList", anilist.LABEL, anilist.rows_of(media, day))
        report = await asyncio.to_thread(import_rows, places, [source], tell)
        checkpoint.drop()
        return report
