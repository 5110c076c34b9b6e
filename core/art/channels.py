"""Which channels tag what is posted there, and how; who does not want it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

from sqlalchemy import delete, insert, select

from core.storage import Storage
from core.storage.schema import art_channels, art_ignored, art_opted_out


@dataclass(frozen=True, slots=True)
class ArtStyle:
    """What a channel's replies look like. `most` tags from `threshold` (0 to 1) on, of the wanted categories.

    `tags`, `caption`, `alt`, `characters`: which parts are there. `blocked`: tags never shown here. `language`: None
    for the server's.
    """

    tags: bool = True
    characters: bool = True
    caption: bool = True
    alt: bool = True
    most: int = 15
    threshold: float = 0.0
    blocked: tuple[str, ...] = ()
    language: str | None = None


class ArtChannels:
    """Channels are `platform:id`; a thread counts as its parent. Nothing is kept in memory but the list of channels."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._known: dict[str, ArtStyle] | None = None

    async def enable(self, channel: str, server: str, style: ArtStyle | None = None) -> ArtStyle:
        """Turns a channel on, or changes its style; the style that counts."""
        style = style or await self.style((channel,)) or ArtStyle()
        async with self._storage.write() as connection:
            await connection.execute(delete(art_channels).where(art_channels.c.channel == channel))
            await connection.execute(
                insert(art_channels).values(
                    channel=channel, server=server, style=json.dumps(asdict(style)), since=int(time.time())
                )
            )
        self._known = None
        return style

    async def disable(self, channel: str) -> bool:
        """False: it was off. What is kept of its posts: see `ArtPosts.forget_channel`."""
        async with self._storage.write() as connection:
            found = await connection.execute(delete(art_channels).where(art_channels.c.channel == channel))
        self._known = None
        return found.rowcount > 0

    async def style(self, places: Sequence[str]) -> ArtStyle | None:
        """The style of the first of `places` (a thread, then its parent) that is on; None where none is."""
        known = await self._channels()
        return next((known[place] for place in places if place in known), None)

    async def of_server(self, server: str) -> tuple[str, ...]:
        """The channels of a server that are on."""
        async with self._storage.read() as connection:
            rows = await connection.execute(
                select(art_channels.c.channel).where(art_channels.c.server == server)
            )
            return tuple(row.channel for row in rows)

    def changed(self) -> None:
        """The list of channels was changed by others than this object."""
        self._known = None

    async def _channels(self) -> dict[str, ArtStyle]:
        """Asked for every message of every server, so it is kept; another process's change is seen after a restart."""
        if self._known is None:
            async with self._storage.read() as connection:
                rows = await connection.execute(select(art_channels))
                self._known = {row.channel: _style(row.style) for row in rows}
        return self._known

    async def ignore(self, channel: str, server: str, user: str, *, on: bool = True) -> None:
        """A moderator's wish that a member's posts in a channel of a server are left alone."""
        async with self._storage.write() as connection:
            await connection.execute(
                delete(art_ignored).where(art_ignored.c.channel == channel, art_ignored.c.user == user)
            )
            if on:
                await connection.execute(
                    insert(art_ignored).values(channel=channel, user=user, server=server)
                )

    async def opt_out(self, user: str, *, out: bool = True) -> None:
        """A member's own wish, for every channel."""
        async with self._storage.write() as connection:
            await connection.execute(delete(art_opted_out).where(art_opted_out.c.user == user))
            if out:
                await connection.execute(insert(art_opted_out).values(user=user))

    async def left_alone(self, places: Iterable[str], user: str) -> bool:
        """Whether this member's posts are not to be answered there."""
        async with self._storage.read() as connection:
            ignored = await connection.execute(
                select(art_ignored).where(art_ignored.c.channel.in_([*places]), art_ignored.c.user == user)
            )
            if ignored.first() is not None:
                return True
            out = await connection.execute(select(art_opted_out).where(art_opted_out.c.user == user))
            return out.first() is not None


def _style(text: str) -> ArtStyle:
    kept = json.loads(text)
    known = {field.name for field in fields(ArtStyle)}
    style = {name: value for name, value in kept.items() if name in known}
    return ArtStyle(**{**style, "blocked": tuple(style.get("blocked", ()))})
