"""Art channels: one tidy answer to each message with pictures, kept true to the message and to what people correct."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.commands.art_answer import art_reply, kept_findings
from bot.commands.pictures import UNSAFE, asked
from bot.reply import Answer, File, Json
from bot.request import Person, Place
from bot.texts import Texts
from core.art import ArtPicture, ArtPost, ArtStyle
from core.errors import OsusumeError
from core.osusume import Osusume
from core.pictures import Asked, Findings, Pipeline, perceptual_hash

if TYPE_CHECKING:
    from bot.dispatch import Dispatcher

log = logging.getLogger("osusume.art")

MOST_PICTURES = 4
"""Pictures of one message that are looked at: one answer must stay readable."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message in a channel, as its platform tells of it.

    `message`: `platform:channel/message`. `places`: the channel or thread, then its parent. `fetch` brings the files.
    """

    message: str
    places: tuple[str, ...]
    place: Place
    author: Person
    by_bot: bool
    link: str | None
    posted_at: float
    locale: str | None
    fetch: Callable[[], Awaitable[Sequence[File]]]


class ArtDesk:
    """What adapters call when something happens in a channel. It never raises for what people do."""

    def __init__(self, osusume: Osusume, dispatcher: Dispatcher) -> None:
        self._osusume = osusume
        self._dispatcher = dispatcher

    async def posted(self, posted: Posted) -> Answer | None:
        """The answer to a new message; None where there is nothing to say. Each message is answered once, also when
        it is delivered again or after a restart."""
        style = await self._wanted(posted)
        if style is None:
            return None
        post = ArtPost(
            posted.message,
            await self._art_channel(posted),
            posted.place.server,
            posted.author.key,
            posted.link,
            posted.posted_at,
        )
        if not await self._osusume.art_posts.begin(post):
            return None
        return await self._answer(posted, style)

    async def again(self, posted: Posted) -> Answer | None:
        """The answer to a message that was taken in hand before a crash and has none yet."""
        post = await self._osusume.art_posts.post(posted.message)
        if post is None or post.reply is not None:
            return None
        style = await self._wanted(posted)
        return None if style is None else await self._answer(posted, style)

    async def edited(self, posted: Posted) -> tuple[str, Answer | None] | None:
        """(our reply, what it should say now) of an edited message; the answer is None when it has no pictures left.
        None where nothing changes."""
        post = await self._osusume.art_posts.post(posted.message)
        if post is None or post.reply is None:
            return None
        style = await self._wanted(posted)
        if style is None:
            return None
        before = [picture.digest for picture in await self._osusume.art_posts.pictures(posted.message)]
        answer = await self._answer(posted, style)
        after = [picture.digest for picture in await self._osusume.art_posts.pictures(posted.message)]
        if answer is not None and before == after:
            return None
        return post.reply, answer

    async def replied(self, message: str, reply: str) -> None:
        """Our answer to `message` is there as `reply` (the platform's own id)."""
        await self._osusume.art_posts.replied(message, reply)

    async def deleted(self, message: str) -> str | None:
        """The reply that should go with a deleted message."""
        return await self._osusume.art_posts.forget(message)

    async def _art_channel(self, posted: Posted) -> str:
        """The place whose style counts: a thread's is often its parent's."""
        for place in posted.places:
            if await self._osusume.art.style((place,)) is not None:
                return place
        return posted.places[0]

    async def _wanted(self, posted: Posted) -> ArtStyle | None:
        if posted.by_bot:
            return None
        style = await self._osusume.art.style(posted.places)
        if style is None or await self._osusume.art.left_alone(posted.places, posted.author.key):
            return None
        return style

    async def _answer(self, posted: Posted, style: ArtStyle) -> Answer | None:
        texts = await self._texts(posted, style)
        pictures: list[ArtPicture] = []
        kept: list[Json] = []
        try:
            files = await posted.fetch()
        except OsusumeError as problem:
            log.info("pictures of a message could not be fetched: %s", problem.key)
            files = ()
        embedder = await self._osusume.work(self._osusume.embedder_name) or ""
        wanted = await asked(self._osusume, posted.place, posted.author.key, "heads", "names", "tags")
        for file in files[:MOST_PICTURES]:
            try:
                # A channel takes its turns as one: a flood there does not make other people wait.
                found, picture = await (await self._osusume.open_pictures()).run(
                    posted.places[0], _looker(file, wanted, embedder)
                )
            except OsusumeError as problem:
                log.info("a picture in an art channel was left alone: %s", problem.key)
                continue
            rating = found.rating
            if rating is not None and rating.name in UNSAFE and not posted.place.age_restricted:
                continue
            pictures.append(picture)
            kept.append(kept_findings(found))
        # Where no picture is left, what was known of those before goes as well.
        if not await self._osusume.art_posts.keep(posted.message, pictures) or not pictures:
            return None
        shown = await self._osusume.art_posts.corrections(posted.message)
        reply = art_reply(self._osusume, {"art": posted.message, "pictures": kept}, style, shown, texts)
        return await self._dispatcher.keep(posted.author, reply)

    async def _texts(self, posted: Posted, style: ArtStyle) -> Texts:
        if style.language is not None:
            return Texts(style.language)
        server = posted.place.server
        own = (await self._osusume.people.server(server)).language if server is not None else None
        return Texts(own or posted.locale or self._osusume.settings.language)


def _looker(file: File, wanted: Asked, embedder: str) -> Callable[[Pipeline], tuple[Findings, ArtPicture]]:
    def job(pipeline: Pipeline) -> tuple[Findings, ArtPicture]:
        seen = pipeline.look(file.data, wanted)
        vectors = [face.embedding for face in seen.findings.faces if face.embedding is not None]
        picture = ArtPicture(
            seen.findings.digest,
            perceptual_hash(seen.picture.over()),
            seen.findings.tags,
            np.stack(vectors) if vectors else np.zeros((0, 1), np.float32),
            embedder,
        )
        return seen.findings, picture

    return job
