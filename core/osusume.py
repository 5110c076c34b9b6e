"""The one object a program opens and closes. It owns storage, catalogue, recommender, models and workers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import ParamSpec, TypeVar

from core.art import ArtChannels, ArtPosts
from core.catalogue import Catalogue, TitleSearch
from core.characters import Characters, Gallery, GalleryShelf, ServerGalleries
from core.errors import SettingsError, Unavailable
from core.inference import Counters, Endpoint, InferenceQueue, Models, ModelStore
from core.people import People
from core.pictures import Pictures
from core.recommend import Recommender
from core.settings import Settings
from core.storage import AnswerStore, Inbox, Storage

P = ParamSpec("P")
R = TypeVar("R")

DATA = Path(__file__).resolve().parent.parent / "data"
"""What ships with the project."""


class Osusume:
    """The shared core. Use `async with Osusume.open(settings) as osusume`.

    What is a property here is opened by whoever asks first, where they ask. On the event loop, ask for pictures and
    characters through `open_pictures` and `open_characters`.
    """

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        catalogue: Catalogue,
        pool: ThreadPoolExecutor,
        data: Path | None = None,
    ) -> None:
        self.settings = settings
        self.data = data or DATA
        self.storage = storage
        self.catalogue = catalogue
        self.people = People(storage)
        self.art = ArtChannels(storage)
        self.art_posts = ArtPosts(storage)
        self.server_galleries = ServerGalleries(storage)
        self.answers = AnswerStore(storage)
        self.inbox = Inbox(storage)
        self._pool = pool
        self._opening = RLock()
        self._metrics: Endpoint | None = None

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: Settings, *, warm: bool = True, data: Path | None = None
    ) -> AsyncIterator[Osusume]:
        """Opens everything. With `warm` off, search and recommender are opened when first used, on the spot: for a
        program that answers one question and ends. `data`: a folder in place of what ships with the project.

        Raises:
            ArtefactError: the catalogue or a learned file is missing or broken.
            Unavailable: the database cannot be used (`database-corrupt`, `database-foreign`, `database-newer`, ...).
            SettingsError: `setting-malformed`, when the home folder cannot be made.
        """
        try:
            settings.home.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise SettingsError(
                "setting-malformed", name="OSUSUME_HOME", problem=problem.strerror or "?"
            ) from problem
        pool = ThreadPoolExecutor(settings.workers, thread_name_prefix="osusume")
        try:
            storage = await Storage.open(settings)
            try:
                catalogue = await asyncio.get_running_loop().run_in_executor(
                    pool, open_catalogue, settings, data
                )
            except BaseException:
                await storage.close()
                raise
            osusume = cls(settings, storage, catalogue, pool, data)
            try:
                if warm:
                    await osusume.warm()
                if settings.metrics_port:
                    await osusume.serve_metrics()
                yield osusume
            finally:
                await osusume.close()
                await storage.close()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    async def open_pictures(self) -> Pictures:
        """The picture path. The first call opens it, and the facts about characters, off the event loop.

        Raises:
            ArtefactError: a file that ships is missing or broken.
            Unavailable: `model-missing`, `model-broken`.
        """
        return await self.work(self._first, lambda: self.pictures)

    async def open_characters(self) -> Characters:
        """The facts about characters. The first call opens them, off the event loop.

        Raises:
            ArtefactError: the file is missing or broken.
        """
        return await self.work(self._first, lambda: self.characters)

    def _first(self, opened: Callable[[], R]) -> R:
        """A property that several threads may ask for before it is there: only one of them opens it."""
        with self._opening:
            return opened()

    async def warm(self) -> None:
        """Opens search and recommender now, off the event loop."""
        await asyncio.gather(self.work(lambda: self.search), self.work(lambda: self.recommender))

    @cached_property
    def search(self) -> TitleSearch:
        return TitleSearch(self.catalogue)

    @cached_property
    def recommender(self) -> Recommender:
        return Recommender.open(self.catalogue, self.data / "recommend", self.settings)

    @cached_property
    def counters(self) -> Counters:
        return Counters()

    @cached_property
    def characters(self) -> Characters:
        return Characters.open(self.data / "characters" / "characters.jsonl.gz")

    @cached_property
    def models(self) -> ModelStore:
        """Which models there are and which are in use."""
        return ModelStore.open(
            self.data / "models", self.settings.home / "models", self.settings.models_preset
        )

    @cached_property
    def galleries(self) -> GalleryShelf:
        """The shipped gallery and the host's own."""
        return GalleryShelf(self.data / "characters" / "gallery.npz", self.settings.home / "galleries")

    @cached_property
    def sessions(self) -> Models:
        """Models in memory."""
        return Models(
            self.models,
            memory_mb=self.settings.model_memory_mb,
            idle_seconds=self.settings.model_idle_seconds,
            threads=self.settings.model_threads,
            counters=self.counters,
        )

    @cached_property
    def pictures(self) -> Pictures:
        from core.pictures.opening import open_pipeline

        settings = self.settings
        queue = InferenceQueue(
            settings.picture_workers, settings.picture_queue, settings.picture_queue_per_person, self.counters
        )
        pipeline = open_pipeline(
            settings, self.models, self.sessions, self.galleries, self.characters.display
        )
        return Pictures(pipeline, queue, settings.picture_deadline, settings.picture_seconds)

    def embedder_name(self) -> str | None:
        """What makes the vectors of a server's own gallery; None where no model in use makes any, or it is missing or
        broken. May hash a file."""
        from core.pictures.opening import embedder_name

        try:
            return embedder_name(*self._first(lambda: (self.models, self.sessions)))
        except Unavailable:
            return None

    async def taught(self, place: str) -> Gallery | None:
        """The own gallery of a server (or of a person, in private); None where nobody taught it anything, or no model
        makes vectors."""
        embedder = await self.work(self.embedder_name)
        if embedder is None:
            return None
        # The shipped gallery comes first; what it was fitted to holds for the same vectors elsewhere.
        others = await self.work(self.galleries.galleries, None, embedder)
        calibration = others[0].calibration if others else None
        return await self.server_galleries.gallery(place, embedder, calibration)

    async def serve_metrics(self) -> None:
        """Shows counts and timings to a Prometheus on this machine.

        Raises:
            SettingsError: `metrics-port-taken`.
        """
        port = self.settings.metrics_port
        try:
            self._metrics = await self.work(self.counters.serve, port)
        except OSError as problem:
            raise SettingsError("metrics-port-taken", port=port) from problem

    async def close(self) -> None:
        """Lets go of pictures being looked at and of loaded models."""
        if self._metrics is not None:
            await asyncio.to_thread(self._metrics.close)
        if "pictures" in self.__dict__:
            await self.pictures.queue.close()
        if "sessions" in self.__dict__:
            self.sessions.close()

    async def work(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs a function that computes (ranking, parsing, models) in the bounded pool, off the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: function(*args, **kwargs))


def open_catalogue(settings: Settings, data: Path | None = None) -> Catalogue:
    """The host's imported catalogue where there is one, else the one that ships.

    Raises:
        ArtefactError: the file is broken.
    """
    imported = settings.home / "catalogue" / "catalogue.npz"
    return Catalogue.open(imported if imported.exists() else (data or DATA) / "catalogue" / "catalogue.npz")
