"""What was posted in art channels: enough to edit or remove our reply, to correct tags and, later, to search.

Never the picture. Everything about a post goes with its message, or with its author's data; what was found in it goes
when the channel is turned off.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, insert, select, update

from core.pictures import Tag
from core.storage import Storage
from core.storage.schema import art_corrections, art_pictures, art_posts


@dataclass(frozen=True, slots=True)
class ArtPost:
    """A message with pictures. `message` and `channel` are `platform:...` keys, `link` leads to it.

    `reply` is the platform's id of our reply, None while there is none.
    """

    message: str
    channel: str
    server: str | None
    author: str
    link: str | None
    posted_at: float
    reply: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ArtPicture:
    """One picture of a post: hex sha256 of its bytes, 64-bit perceptual hash, tags as the tagger gave them, and
    float32 [faces, dimensions] L2-normalised embeddings with the name of what made them."""

    digest: str
    hash: int
    tags: tuple[Tag, ...]
    vectors: NDArray[np.float32]
    embedder: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What people changed: tags added and taken away by hand, which win over the model."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class ArtPosts:
    """Posts on the given storage, each known by its message's key. Every method may raise `Unavailable` where the
    database cannot be used."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def begin(self, post: ArtPost) -> bool:
        """Takes a message in hand; False when it is known already, so that it is never answered twice."""
        async with self._storage.write() as connection:
            known = await connection.execute(select(art_posts).where(art_posts.c.message == post.message))
            if known.first() is not None:
                return False
            await connection.execute(
                insert(art_posts).values(
                    message=post.message, channel=post.channel, server=post.server, user=post.author,
                    link=post.link, posted_at=post.posted_at, reply=post.reply,
                )
            )  # fmt: skip
        return True

    async def keep(self, message: str, pictures: Sequence[ArtPicture]) -> bool:
        """Keeps what was found, in place of what was known of its pictures; False when the message is gone by now."""
        async with self._storage.write() as connection:
            known = await connection.execute(select(art_posts).where(art_posts.c.message == message))
            row = known.first()
            if row is None:
                return False
            await connection.execute(delete(art_pictures).where(art_pictures.c.message == message))
            for number, picture in enumerate(pictures):
                await connection.execute(
                    insert(art_pictures).values(
                        message=message, number=number, user=row.user, digest=picture.digest,
                        hash=f"{picture.hash:016x}",
                        tags=json.dumps([[tag.name, tag.category, round(tag.score, 4)] for tag in picture.tags]),
                        vectors=picture.vectors.astype("<f2").tobytes(), faces=len(picture.vectors),
                        embedder=picture.embedder,
                    )
                )  # fmt: skip
        return True

    async def replied(self, message: str, reply: str) -> None:
        """Remembers which message of ours answers it."""
        async with self._storage.write() as connection:
            await connection.execute(
                update(art_posts).where(art_posts.c.message == message).values(reply=reply)
            )

    async def post(self, message: str) -> ArtPost | None:
        async with self._storage.read() as connection:
            row = (await connection.execute(select(art_posts).where(art_posts.c.message == message))).first()
        if row is None:
            return None
        return ArtPost(row.message, row.channel, row.server, row.user, row.link, row.posted_at, row.reply)

    async def pictures(self, message: str) -> tuple[ArtPicture, ...]:
        async with self._storage.read() as connection:
            rows = await connection.execute(
                select(art_pictures).where(art_pictures.c.message == message).order_by(art_pictures.c.number)
            )
            found = []
            for row in rows:
                values = np.frombuffer(row.vectors, "<f2").astype(np.float32)
                vectors = values.reshape(row.faces, values.size // max(1, row.faces))
                tags = tuple(Tag(name, category, score) for name, category, score in json.loads(row.tags))
                found.append(ArtPicture(row.digest, int(row.hash, 16), tags, vectors, row.embedder))
        return tuple(found)

    async def unanswered(self, platform: str, newest: float) -> tuple[ArtPost, ...]:
        """Messages taken in hand since `newest` (seconds since 1970) that have no reply: a crash came between."""
        async with self._storage.read() as connection:
            rows = await connection.execute(
                select(art_posts).where(
                    art_posts.c.reply.is_(None),
                    art_posts.c.posted_at >= newest,
                    art_posts.c.message.startswith(f"{platform}:"),
                )
            )
            return tuple(
                ArtPost(row.message, row.channel, row.server, row.user, row.link, row.posted_at)
                for row in rows
            )

    async def forget(self, message: str) -> str | None:
        """Erases a deleted message; the id of our reply to it, which should go too."""
        post = await self.post(message)
        async with self._storage.write() as connection:
            await connection.execute(delete(art_posts).where(art_posts.c.message == message))
        return None if post is None else post.reply

    async def forget_channel(self, channel: str) -> int:
        """Erases what was found in the pictures of a channel and how people corrected it, from the file too; how many
        posts that were. Which of our replies answers which message stays, so that they still go together."""
        here = art_posts.c.channel == channel
        of_channel = select(art_posts.c.message).where(here).scalar_subquery()
        async with self._storage.write() as connection:
            found = await connection.execute(update(art_posts).where(here).values(link=None))
            await connection.execute(delete(art_pictures).where(art_pictures.c.message.in_(of_channel)))
            await connection.execute(delete(art_corrections).where(art_corrections.c.message.in_(of_channel)))
            # Those being looked at have no reply yet, and now will have none.
            await connection.execute(delete(art_posts).where(here, art_posts.c.reply.is_(None)))
            if found.rowcount:
                await self._storage.will_forget(connection)
        if found.rowcount:
            await self._storage.forget_deleted()
        return found.rowcount

    async def correct(self, message: str, tag: str, *, added: bool, user: str) -> bool:
        """A tag that people say is there (`added`) or is not; the newest word counts. False: the message is gone."""
        async with self._storage.write() as connection:
            known = await connection.execute(select(art_posts).where(art_posts.c.message == message))
            if known.first() is None:
                return False
            await connection.execute(
                delete(art_corrections).where(
                    art_corrections.c.message == message, art_corrections.c.tag == tag
                )
            )
            await connection.execute(
                insert(art_corrections).values(
                    message=message, tag=tag, added=added, user=user, at=int(time.time())
                )
            )
        return True

    async def corrections(self, message: str) -> Shown:
        async with self._storage.read() as connection:
            rows = await connection.execute(
                select(art_corrections)
                .where(art_corrections.c.message == message)
                .order_by(art_corrections.c.at)
            )
            found = [(row.tag, row.added) for row in rows]
        return Shown(
            tuple(tag for tag, added in found if added), tuple(tag for tag, added in found if not added)
        )
