"""Fetching models: resumed where it was cut, never above the stated length, hashed before it is moved into place."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import logging
import os
import shutil
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from core.errors import SettingsError, Unavailable
from core.inference import hub
from core.inference.hub import ENDPOINT, Dropped, Hub
from core.inference.lock import alone
from core.inference.manifest import Model, ModelFile, sha256_of
from core.inference.store import ModelStore, read_json, write_json

if TYPE_CHECKING:
    import aiohttp

log = logging.getLogger(__name__)

ATTEMPTS = 6
"""Failures in a row, without a MiB gained between them, after which a file is given up."""
_MIB = 1 << 20
_CHUNK = _MIB
_SPARE = 64 * _MIB
"""Bytes left free on the disk."""


class Progress(Protocol):
    """Hears of bytes: `done` of `total`; `total` is None where nobody has said it."""

    def __call__(self, model: str, file: str, done: int, total: int | None) -> None: ...


def _unheard(model: str, file: str, done: int, total: int | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where models are fetched from. `token` goes to the endpoint's own host and nowhere else."""

    endpoint: str = ENDPOINT
    token: str | None = field(default=None, repr=False)
    offline: bool = False


async def pull(
    store: ModelStore,
    models: Iterable[str],
    source: Source,
    progress: Progress = _unheard,
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Fetches what is missing or broken of these models (ids). Stopped anywhere, the next call goes on there; a file
    that was there stays until the new one is whole and has the right sha256. `wait` waits so many seconds.

    Raises:
        UserError: `model-unknown`, `pull-busy` (another process pulls).
        SettingsError: `setting-malformed`, where the endpoint is no web address.
        Unavailable: `pull-offline`, `pull-disk`, `pull-gated`, `pull-refused`, `pull-gone`, `pull-failed`,
            `pull-limited`, `pull-redirects`, `pull-unreachable`, `pull-length`, `pull-content`, `models-folder`.
    """
    rows = [store.row(model) for model in dict.fromkeys(models)]
    wanted = await asyncio.to_thread(_missing, store, rows)
    if not wanted:
        return
    if source.offline:
        names = dict.fromkeys(row.id for row, _ in wanted)
        raise Unavailable("pull-offline", models=", ".join(names))
    if not hub.is_address(source.endpoint):
        raise SettingsError(
            "setting-malformed", name="OSUSUME_MODELS_ENDPOINT", problem="https://host is expected"
        )
    try:
        with alone(store.home):
            wanted = await asyncio.to_thread(_missing, store, rows)  # somebody may just have pulled them
            _room(store, sum(max(file.limit - _size(_part(store, row, file)), 0) for row, file in wanted))
            async with hub.connect(source.endpoint, source.token, wait) as connection:
                for row, file in wanted:
                    await _Download(store, row, file, connection, progress).run(wait)
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise Unavailable("disk-full") from problem
        raise Unavailable("models-folder", problem=problem.strerror or type(problem).__name__) from problem


def _missing(store: ModelStore, rows: Iterable[Model]) -> list[tuple[Model, ModelFile]]:
    found = []
    for row in rows:
        if row.embedded:
            continue
        for file in row.files:
            try:
                store.file(row.id, file.name)
            except Unavailable:
                found.append((row, file))
    return found


def _part(store: ModelStore, row: Model, file: ModelFile) -> Path:
    path = store.path(row, file)
    return path.with_name(path.name + ".part")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _room(store: ModelStore, needed: int) -> None:
    """Raises Unavailable `pull-disk` where the disk has not that many bytes to spare."""
    free = shutil.disk_usage(store.home).free
    if free < needed + _SPARE:
        raise Unavailable("pull-disk", needed=_mb(needed + _SPARE), free=_mb(free))


def _mb(count: int) -> int:
    return -(-count // 1_000_000)


class _Download:
    """One file on its way. What has come so far is in `NAME.part`, and what it is a part of in `NAME.part.json`."""

    def __init__(
        self, store: ModelStore, row: Model, file: ModelFile, connection: Hub, progress: Progress
    ) -> None:
        self.store, self.row, self.file, self.connection = store, row, file, connection
        self.path = store.path(row, file)
        self.part = _part(store, row, file)
        self.notes = self.part.with_name(self.part.name + ".json")
        self.tell = progress

    async def run(self, wait: Callable[[float], Awaitable[None]]) -> None:
        """Until the file is whole and in place. Raises as `pull`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        failures = 0
        while True:
            before = _size(self.part)
            try:
                await self._attempt()
                return
            except Dropped as problem:
                failures = 1 if _size(self.part) >= before + _MIB else failures + 1
                log.info("%s of %s: %s", self.file.name, self.row.id, problem)
                if failures >= ATTEMPTS:
                    raise Unavailable(
                        "pull-unreachable", model=self.row.id, problem=str(problem)
                    ) from problem
                await wait(2.0 ** (failures - 1))

    async def _attempt(self) -> None:
        target = await self.connection.resolve(self.row, self.file)
        self._compare(target)
        have, etag = self._begun(target)
        if have and have == (target.bytes or self.file.bytes):
            found = await asyncio.to_thread(sha256_of, self.part)  # killed between the last byte and the move
        else:
            found, have = await self._fetch(target, have, etag)
        if not (self._right(found) and (target.sha256 or found) == found):
            self._drop()
            if have:
                raise Dropped("the parts do not fit together")
            raise Unavailable("pull-content", model=self.row.id, file=self.file.name)
        await asyncio.to_thread(self._place, found)

    async def _fetch(self, target: hub.Target, have: int, etag: str | None) -> tuple[str, int]:
        """Gets what is not here yet; returns the sha256 of the whole, and how much of that was here before."""
        async with self.connection.body(self.row, target.url, have, etag) as answer:
            if answer.status == 416:
                self._drop()
                raise Dropped("the server has no such range")
            have = have if answer.status == 206 else 0
            total = self._total(target, answer, have)
            _room(self.store, max((total or self.file.limit) - have, 0))
            if not have:
                address = self.connection.address(self.row, self.file)
                write_json(self.notes, {"url": address, "etag": answer.headers.get("ETag")})
            return await self._stream(answer, have, total), have

    def _right(self, sha256: str) -> bool:
        first = self.store.first_sum(self.row, self.file)
        return self.file.agrees(sha256) and first in (None, sha256)

    def _compare(self, target: hub.Target) -> None:
        """What the hub says of the file against what the manifest says, before a byte of it is fetched."""
        if target.bytes is not None and not self.file.fits(target.bytes):
            raise Unavailable("pull-length", model=self.row.id, file=self.file.name)
        if target.sha256 is not None and not self._right(target.sha256):
            raise Unavailable("pull-content", model=self.row.id, file=self.file.name)

    def _begun(self, target: hub.Target) -> tuple[int, str | None]:
        """How many bytes are here of this very file, and the mark of the copy they came from."""
        have = _size(self.part)
        noted = read_json(self.notes)
        most = target.bytes or self.file.limit
        if not 0 < have <= most or noted.get("url") != self.connection.address(self.row, self.file):
            self._drop()
            return 0, None
        etag = noted.get("etag")
        return have, etag if isinstance(etag, str) and etag.startswith('"') else None

    def _total(self, target: hub.Target, answer: aiohttp.ClientResponse, have: int) -> int | None:
        """Length of the whole file, where anybody has said it.

        Raises:
            Unavailable: `pull-length`, where it is not what it should be.
        """
        said = answer.content_length
        if answer.status == 206:
            first, said = hub.content_range(answer.headers.get("Content-Range", ""))
            if first != have:
                self._drop()
                raise Dropped("the server sent another range")
        if said is not None and not (self.file.fits(said) and said == (target.bytes or said)):
            self._drop()
            raise Unavailable("pull-length", model=self.row.id, file=self.file.name)
        return said or target.bytes or self.file.bytes

    async def _stream(self, answer: aiohttp.ClientResponse, have: int, total: int | None) -> str:
        """Writes the body behind what is here; returns the hex sha256 of all of it.

        Raises:
            Dropped: it ended too early.
            Unavailable: `pull-length`: it did not end in time.
        """
        most = total or self.file.limit
        with self.part.open("r+b" if have else "w+b", buffering=0) as part:
            digest = await asyncio.to_thread(_hash_first, part, have)
            done = have
            self.tell(self.row.id, self.file.name, done, total)
            async for chunk in hub.chunks(answer, _CHUNK):
                done += len(chunk)
                if done > most:
                    break
                await asyncio.to_thread(_keep, part, digest, chunk)
                self.tell(self.row.id, self.file.name, done, total)
        if done > most:
            self._drop()
            raise Unavailable("pull-length", model=self.row.id, file=self.file.name)
        if done < (total or 1):
            raise Dropped(f"the answer ended after {done} of {total or '?'} bytes")
        return digest.hexdigest()

    def _place(self, sha256: str) -> None:
        if self.file.sha256 is None:
            self.store.note_first_sum(self.row, self.file, sha256)
        with self.part.open("r+b") as part:
            os.fsync(part.fileno())
        self.part.replace(self.path)
        self.notes.unlink(missing_ok=True)
        self.store.note_checked(self.path, sha256)

    def _drop(self) -> None:
        self.part.unlink(missing_ok=True)
        self.notes.unlink(missing_ok=True)


def _hash_first(part: BinaryIO, count: int) -> hashlib._Hash:
    """The running sha256 of the first `count` bytes; the file is cut there."""
    part.truncate(count)
    part.seek(0)
    digest = hashlib.sha256()
    while chunk := part.read(_CHUNK):
        digest.update(chunk)
    return digest


def _keep(part: BinaryIO, digest: hashlib._Hash, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[part.write(view) :]
    digest.update(chunk)
