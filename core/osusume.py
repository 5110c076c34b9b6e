"""The one object a program opens and closes. It owns storage, catalogue, recommender and workers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import ParamSpec, TypeVar

from core.catalogue import Catalogue, TitleSearch
from core.people import People
from core.recommend import Recommender
from core.settings import Settings
from core.storage import AnswerStore, Inbox, Storage

P = ParamSpec("P")
R = TypeVar("R")

DATA = Path(__file__).resolve().parent.parent / "data"
"""What ships with the project."""


class Osusume:
    """The shared core. Use `async with Osusume.open(settings) as osusume`."""

    def __init__(
        self, settings: Settings, storage: Storage, catalogue: Catalogue, pool: ThreadPoolExecutor
    ) -> None:
        self.settings = settings
        self.storage = storage
        self.catalogue = catalogue
        self.people = People(storage)
        self.answers = AnswerStore(storage)
        self.inbox = Inbox(storage)
        self._pool = pool

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings, *, warm: bool = True) -> AsyncIterator[Osusume]:
        """Opens everything. With `warm` off, search and recommender are opened when first used, on the spot: for a
        program that answers one question and ends.

        Raises:
            ArtefactError: the catalogue or a learned file is missing or broken.
            Unavailable: the database cannot be used (`database-corrupt`, `database-foreign`, `database-newer`, ...).
        """
        settings.home.mkdir(parents=True, exist_ok=True)
        pool = ThreadPoolExecutor(settings.workers, thread_name_prefix="osusume")
        try:
            storage = await Storage.open(settings)
            try:
                catalogue = await asyncio.get_running_loop().run_in_executor(pool, open_catalogue, settings)
                osusume = cls(settings, storage, catalogue, pool)
                if warm:
                    await osusume.warm()
                yield osusume
            finally:
                await storage.close()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    async def warm(self) -> None:
        """Opens search and recommender now, off the event loop."""
        await asyncio.gather(self.work(lambda: self.search), self.work(lambda: self.recommender))

    @cached_property
    def search(self) -> TitleSearch:
        return TitleSearch(self.catalogue)

    @cached_property
    def recommender(self) -> Recommender:
        return Recommender.open(self.catalogue, DATA / "recommend", self.settings)

    async def work(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs a function that computes (ranking, parsing, models) in the bounded pool, off the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: function(*args, **kwargs))


def open_catalogue(settings: Settings) -> Catalogue:
    """The host's imported catalogue where there is one, else the one that ships.

    Raises:
        ArtefactError: the file is broken.
    """
    imported = settings.home / "catalogue" / "catalogue.npz"
    return Catalogue.open(imported if imported.exists() else DATA / "catalogue" / "catalogue.npz")
