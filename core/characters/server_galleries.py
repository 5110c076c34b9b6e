"""What servers teach: faces that members named, kept in the database as vectors, one gallery a server."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal

import numpy as np
from sqlalchemy import ColumnElement, case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.characters.calibration import Calibration
from core.characters.gallery import Enrolled, Gallery, Vectors, normalised
from core.characters.names import to_tag
from core.characters.near import Near, near_duplicate, packed, unpacked
from core.characters.shelf import SERVER
from core.errors import UserError
from core.storage import Storage
from core.storage.schema import gallery_faces, gallery_log

MOST_FACES = 2000
"""Of one server."""

UNDO_SECONDS = 3600
_LONGEST_NAME = 100
_HELD = 64

_faces = gallery_faces.c
_PRESENT = _faces.removal.is_(None)


@dataclass(frozen=True, slots=True)
class Added:
    """`face`: its number, None where it was not added because of `near`."""

    character: str
    display: str
    face: int | None
    near: Near | None = None


@dataclass(frozen=True, slots=True)
class KnownCharacter:
    """A character of a server. `usable`: faces that the embedder asked about made; the others wait for theirs."""

    character: str
    display: str
    series: str | None
    faces: int
    usable: int


@dataclass(frozen=True, slots=True)
class KnownFace:
    """One face of a character; `added_at` in seconds since 1970."""

    face: int
    user: str
    added_at: int
    embedder: str


@dataclass(frozen=True, slots=True)
class Removed:
    """How many faces went; `undo` brings them back for an hour."""

    character: str
    faces: int
    undo: str


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the log. `said`: whom the bot had named instead."""

    user: str
    action: Literal["add", "remove", "undo"]
    character: str
    faces: int
    said: str | None
    at: int


class ServerGalleries:
    """A server is `platform:id`, a user likewise. Whoever calls has checked that the user may.

    The database is the truth: a change takes effect at the next question, also one that another process made.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._held: OrderedDict[tuple[str, str], tuple[tuple[int, ...], Gallery]] = OrderedDict()
        self._lock = Lock()

    async def add(
        self,
        server: str,
        user: str,
        name: str,
        vector: Vectors,
        embedder: str,
        face_hash: str,
        *,
        series: str | None = None,
        said: str | None = None,
        anyway: bool = False,
    ) -> Added:
        """Names a face. One that is nearly the same as a face of the gallery is not added; as one of another
        character only `anyway`.

        Args:
            vector: float32 [dimensions], made by `embedder`.
            face_hash: the same for the same face, at most 64 characters; where it is a perceptual hash (16 hex digits),
                a few bits may differ, see `near`.
            said: whom the bot had named instead.

        Raises:
            UserError: `character-name-wrong`, `gallery-full`.
        """
        character, display = _name(name)
        unit = normalised(np.asarray(vector, np.float32))
        now = int(time.time())
        async with self._storage.write() as connection:
            await _sweep(connection, now)
            there = (
                await connection.execute(select(func.count()).where(_faces.server == server, _PRESENT))
            ).scalar_one()
            near = await _nearest(connection, server, embedder, unit, face_hash)
            if near is not None and (near.character == character or not anyway):
                return Added(character, display, None, near)
            if there >= MOST_FACES:
                raise UserError("gallery-full", most=MOST_FACES)
            result = await connection.execute(
                insert(gallery_faces).values(
                    server=server, character=character, display=display, series=series, embedder=embedder,
                    vector=packed(unit), face_hash=face_hash, user=user, added_at=now,
                )
            )  # fmt: skip
            await _note(connection, server, user, "add", character, 1, said, now)
            (face,) = result.inserted_primary_key or (None,)
        return Added(character, display, face, near)

    async def list(self, server: str, embedder: str) -> tuple[KnownCharacter, ...]:
        """Characters by name."""
        usable = func.sum(case((_faces.embedder == embedder, 1), else_=0))
        async with self._storage.read() as connection:
            rows = await connection.execute(
                select(
                    _faces.character, func.max(_faces.display), func.max(_faces.series), func.count(), usable
                )
                .where(_faces.server == server, _PRESENT)
                .group_by(_faces.character)
                .order_by(_faces.character)
            )
            return tuple(KnownCharacter(*row) for row in rows)

    async def info(self, server: str, name: str) -> tuple[str, tuple[KnownFace, ...]]:
        """The character and its faces, oldest first.

        Raises:
            UserError: `character-unknown`.
        """
        async with self._storage.read() as connection:
            character = await _find(connection, server, name)
            rows = await connection.execute(
                select(_faces.id, _faces.user, _faces.added_at, _faces.embedder)
                .where(*_of(server, character))
                .order_by(_faces.id)
            )
            return character, tuple(KnownFace(*row) for row in rows)

    async def remove(self, server: str, user: str, name: str, face: int | None = None) -> Removed:
        """Takes out a character, or one of its faces.

        Raises:
            UserError: `character-unknown`, `face-unknown`.
        """
        now, undo = int(time.time()), secrets.token_hex(8)
        async with self._storage.write() as connection:
            await _sweep(connection, now)
            character = await _find(connection, server, name)
            which = [*_of(server, character), *([] if face is None else [_faces.id == face])]
            result = await connection.execute(
                update(gallery_faces).where(*which).values(removal=undo, removed_at=now)
            )
            if not result.rowcount:
                raise UserError("face-unknown", name=character, face=face or 0)
            await _note(connection, server, user, "remove", character, result.rowcount, None, now)
        return Removed(character, result.rowcount, undo)

    async def undo(self, server: str, user: str, removal: str) -> int:
        """How many faces came back. Raises UserError `undo-gone`."""
        now = int(time.time())
        async with self._storage.write() as connection:
            await _sweep(connection, now)
            which = _faces.server == server, _faces.removal == removal
            character = (await connection.execute(select(_faces.character).where(*which).limit(1))).scalar()
            if character is None:
                raise UserError("undo-gone")
            result = await connection.execute(
                update(gallery_faces).where(*which).values(removal=None, removed_at=None)
            )
            await _note(connection, server, user, "undo", character, result.rowcount, None, now)
        return int(result.rowcount)

    async def log(self, server: str, most: int = 20) -> tuple[Change, ...]:
        """Changes, newest first."""
        columns = gallery_log.c
        async with self._storage.read() as connection:
            rows = await connection.execute(
                select(
                    columns.user, columns.action, columns.character, columns.faces, columns.said, columns.at
                )
                .where(columns.server == server)
                .order_by(columns.id.desc())
                .limit(most)
            )
            return tuple(Change(*row) for row in rows)

    async def export(self, server: str) -> bytes:
        """All that a server taught, as JSON in UTF-8, without who taught it. Vectors: base64 of float16."""
        async with self._storage.read() as connection:
            rows = (
                await connection.execute(
                    select(gallery_faces).where(_faces.server == server, _PRESENT).order_by(_faces.id)
                )
            ).all()
        return await asyncio.to_thread(_exported, rows)

    async def erase(self, server: str) -> int:
        """Takes away everything of a server for good; how many faces that were."""
        async with self._storage.write() as connection:
            result = await connection.execute(delete(gallery_faces).where(_faces.server == server))
            await connection.execute(delete(gallery_log).where(gallery_log.c.server == server))
            await self._storage.will_forget(connection)
        await self._storage.forget_deleted()
        return int(result.rowcount)

    def changed(self) -> None:
        """Faces were erased by others than this object: what is in memory goes too."""
        with self._lock:
            self._held.clear()

    async def gallery(
        self, server: str, embedder: str, calibration: Calibration | None = None
    ) -> Gallery | None:
        """The server's faces as a gallery named "server"; None where there is none that `embedder` made."""
        which = _faces.server == server, _faces.embedder == embedder, _PRESENT
        key = server, embedder
        async with self._storage.read() as connection:
            ids = tuple(
                (await connection.execute(select(_faces.id).where(*which).order_by(_faces.id))).scalars()
            )
            with self._lock:
                held = self._held.get(key)
                if (
                    held is not None
                    and held[0] == ids
                    and held[1].calibration == (calibration or Calibration())
                ):
                    self._held.move_to_end(key)
                    return held[1]
            rows = (
                await connection.execute(
                    select(_faces.character, _faces.series, _faces.vector).where(*which).order_by(_faces.id)
                )
            ).all()
        made = await asyncio.to_thread(_assembled, rows, embedder, calibration) if rows else None
        with self._lock:
            self._held.pop(key, None)
            if made is not None:
                self._held[key] = ids, made
                while len(self._held) > _HELD:
                    self._held.popitem(last=False)
        return made


def _name(name: str) -> tuple[str, str]:
    """Tag and display of a name that somebody typed. Raises UserError `character-name-wrong`."""
    display = " ".join(unicodedata.normalize("NFC", name).split())
    character = to_tag(display)
    if (
        not any(letter.isalnum() for letter in character)
        or not display.isprintable()
        or max(len(display), len(character)) > _LONGEST_NAME
    ):
        raise UserError("character-name-wrong", longest=_LONGEST_NAME)
    return character, display


async def _find(connection: AsyncConnection, server: str, name: str) -> str:
    known = (
        await connection.execute(
            select(_faces.character, func.max(_faces.display))
            .where(_faces.server == server, _PRESENT)
            .group_by(_faces.character)
        )
    ).all()
    wanted = to_tag(name)
    displays = {to_tag(display): character for character, display in known}
    if found := next((character for character, _ in known if character == wanted), displays.get(wanted)):
        return str(found)
    raise UserError("character-unknown", name=name[:_LONGEST_NAME])


def _of(server: str, character: str) -> tuple[ColumnElement[bool], ...]:
    return _faces.server == server, _faces.character == character, _PRESENT


async def _nearest(
    connection: AsyncConnection, server: str, embedder: str, unit: Vectors, face_hash: str
) -> Near | None:
    rows = (
        await connection.execute(
            select(_faces.id, _faces.character, _faces.vector, _faces.face_hash).where(
                _faces.server == server, _faces.embedder == embedder, _PRESENT
            )
        )
    ).all()
    if not rows:
        return None
    return await asyncio.to_thread(near_duplicate, rows, unit, face_hash)


def _assembled(rows: Sequence[Any], embedder: str, calibration: Calibration | None) -> Gallery:
    names: dict[str, int] = {}
    labels = np.asarray([names.setdefault(row.character, len(names)) for row in rows])
    series = {row.character: row.series for row in rows}  # the newest says it
    shots = np.bincount(labels)
    characters = [Enrolled(name, series[name], int(shots[n])) for name, n in names.items()]
    return Gallery(
        SERVER, embedder, characters, unpacked([row.vector for row in rows]), labels, None, calibration
    )


def _exported(rows: Sequence[Any]) -> bytes:
    faces = [
        {
            "character": row.character, "display": row.display, "series": row.series, "embedder": row.embedder,
            "vector": base64.b64encode(row.vector).decode("ascii"), "face_hash": row.face_hash,
            "added_at": row.added_at,
        }
        for row in rows
    ]  # fmt: skip
    content = {"format": "osusume-gallery", "version": 1, "faces": faces}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


async def _sweep(connection: AsyncConnection, now: int) -> None:
    """What was removed over an hour ago goes for good."""
    await connection.execute(delete(gallery_faces).where(_faces.removed_at < now - UNDO_SECONDS))


async def _note(
    connection: AsyncConnection, server: str, user: str, action: str, character: str, faces: int,
    said: str | None, now: int,
) -> None:  # fmt: skip
    await connection.execute(
        insert(gallery_log).values(
            server=server, user=user, action=action, character=character, faces=faces, said=said, at=now
        )
    )
