"""The bytes and pixels of samples."""

from __future__ import annotations

import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.training.reading import tables
from core.training.reading.sample import Image, InTable, InZip

LARGEST = 256 * 2**20
"""Bytes that one picture inside a zip may unpack to: more is no picture."""

_OPEN = 16  # archives and tables held open


class Pictures:
    """Reads pictures; archives and tables stay open between reads, so use one for a whole pass, and close it.

    Not to be shared between threads. A copy that is sent to another process opens its own files.
    """

    def __init__(self) -> None:
        self._opened: OrderedDict[Path, Any] = OrderedDict()

    def read(self, image: Image) -> bytes:
        """The picture's file.

        Raises:
            UserError: `dataset-picture-unreadable`, when it is not where the data says.
            Unavailable: `dataset-needs-pyarrow`.
        """
        try:
            if isinstance(image, InZip):
                archive = self._open(image.archive, zipfile.ZipFile)
                if archive.getinfo(image.name).file_size > LARGEST:
                    raise UserError("dataset-picture-unreadable", name=image.name)
                return bytes(archive.read(image.name))
            if isinstance(image, InTable):
                return bytes(self._open(image.table, tables.Table).cell(image.row, image.column))
            return image.read_bytes()
        except (
            OSError, KeyError, IndexError, ValueError, TypeError, EOFError, RuntimeError, NotImplementedError,
            zipfile.BadZipFile, zlib.error,
        ) as problem:  # fmt: skip
            name = image.name if not isinstance(image, InTable) else f"{image.table.name}:{image.row}"
            raise UserError("dataset-picture-unreadable", name=name) from problem

    def pixels(self, image: Image) -> NDArray[np.uint8]:
        """uint8 [height, width, 3] RGB, upright, by the quickest decoder: for data that a report has passed.

        Raises:
            UserError: as `read`; `training-picture`, when it cannot be decoded.
        """
        found = cv2.imdecode(np.frombuffer(self.read(image), np.uint8), cv2.IMREAD_COLOR_RGB)
        if found is None:
            raise UserError("training-picture", name=str(image if isinstance(image, Path) else image[1]))
        return found.astype(np.uint8, copy=False)

    def close(self) -> None:
        while self._opened:
            self._opened.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {"_opened": OrderedDict()}

    def _open(self, path: Path, opening: Callable[[Path], Any]) -> Any:
        if path not in self._opened:
            self._opened[path] = opening(path)
            if len(self._opened) > _OPEN:
                self._opened.popitem(last=False)[1].close()
        self._opened.move_to_end(path)
        return self._opened[path]
