"""The galleries of this bot by name: the shipped one and the host's own."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from core.characters.files import load
from core.characters.gallery import Gallery
from core.errors import ArtefactError, UserError

log = logging.getLogger("osusume")

SHIPPED = "shipped"
SERVER = "server"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


class GalleryShelf:
    """Opens galleries when they are first asked for, and again when their file has changed."""

    def __init__(self, shipped: Path, folder: Path) -> None:
        """`shipped`: the file that comes with the project. `folder`: where the host's own lie."""
        self._shipped = shipped
        self._folder = folder
        self._open: dict[str, tuple[tuple[int, int], Gallery]] = {}
        self._lock = Lock()
        self._told: set[str] = set()

    def names(self) -> tuple[str, ...]:
        """Galleries there are, the shipped one first."""
        own = sorted(path.stem for path in self._folder.glob("*.npz") if _NAME.fullmatch(path.stem))
        return (*([SHIPPED] if self._shipped.is_file() else []), *(name for name in own if name != SHIPPED))

    def path(self, name: str) -> Path:
        """Where the host's gallery of that name is or would be.

        Raises:
            UserError: `gallery-name-wrong`: it is not 1 to 60 letters, digits, dots, dashes, underscores, or is taken.
        """
        if not _NAME.fullmatch(name) or name in (SHIPPED, SERVER):
            raise UserError("gallery-name-wrong", name=name[:80])
        return self._folder / f"{name}.npz"

    def journal(self, name: str) -> Path:
        """Where building a gallery of that name notes what it has seen; raises as `path`."""
        return self.path(name).with_suffix(".journal")

    def remove(self, name: str) -> None:
        """Deletes one of the host's galleries, and what an interrupted build of it left behind.

        Raises:
            UserError: `gallery-unknown`: there is neither, or it is the shipped one.
        """
        found = False
        if _NAME.fullmatch(name) and name not in (SHIPPED, SERVER):
            for path in (self.path(name), self.journal(name)):
                found |= path.is_file()
                path.unlink(missing_ok=True)
        if not found:
            raise UserError("gallery-unknown", name=name, known=", ".join(self.names()) or "–")

    def gallery(self, name: str) -> Gallery:
        """Raises UserError `gallery-unknown`, ArtefactError `gallery-broken`."""
        path = self._shipped if name == SHIPPED else self.path(name)
        with self._lock:
            try:
                known = path.stat()
            except OSError as problem:
                raise UserError(
                    "gallery-unknown", name=name, known=", ".join(self.names()) or "–"
                ) from problem
            state = known.st_mtime_ns, known.st_size
            if name not in self._open or self._open[name][0] != state:
                self._open[name] = state, load(path, name)
            return self._open[name][1]

    def galleries(self, names: Sequence[str] | None, embedder: str) -> list[Gallery]:
        """Those named, else all that were made with an embedder. Of these a broken one is left out, and logged once.

        Raises:
            UserError: `gallery-unknown`.
            ArtefactError: `gallery-broken`: one that was named.
        """
        if names is not None:
            return [self.gallery(name) for name in dict.fromkeys(names)]
        found: list[Gallery] = []
        for name in self.names():
            try:
                gallery = self.gallery(name)
            except (ArtefactError, UserError):  # damaged, or gone in this moment
                if name not in self._told:
                    self._told.add(name)
                    log.warning("the gallery %s cannot be read and is not used", name)
                continue
            self._told.discard(name)
            if gallery.embedder == embedder:
                found.append(gallery)
        return found
