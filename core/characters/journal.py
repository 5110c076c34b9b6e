"""What a long run has seen so far, line by line, so that it goes on after being cut."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import numpy as np

from core.characters.gallery import Vectors
from core.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Noted:
    """What one picture showed: how many faces, and the vector where it was exactly one."""

    faces: int
    vector: Vectors | None


class Journal:
    """A text file: a line with the key, then one line a picture. Pictures go by the checksum of their file.

    A line that was cut is left out, and so is everything that was noted under another key (other models).
    """

    def __init__(self, path: Path | None, key: str) -> None:
        self._path = path
        self._key = key
        self._noted: dict[str, Noted] = {}
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        """Raises Unavailable `gallery-unwritable`."""
        if self._path is not None:
            try:
                sound = self._read(self._path)
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open("r+" if sound else "w", encoding="utf-8")
                self._file.seek(sound)
                self._file.truncate()
                if not sound:
                    self._file.write(json.dumps({"key": self._key}) + "\n")
            except OSError as problem:
                problem_text = problem.strerror or ""
                raise Unavailable(
                    "gallery-unwritable", file=self._path.name, problem=problem_text
                ) from problem
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def __len__(self) -> int:
        """Pictures noted."""
        return len(self._noted)

    def get(self, digest: str) -> Noted | None:
        return self._noted.get(digest)

    def add(self, digest: str, noted: Noted) -> None:
        self._noted[digest] = noted
        if self._file is not None:
            vector = None
            if noted.vector is not None:
                vector = base64.b64encode(noted.vector.astype("<f2").tobytes()).decode("ascii")
            line = {"sha256": digest, "faces": noted.faces, "vector": vector}
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()

    def _read(self, path: Path) -> int:
        """Takes in what is sound; where it ends, in bytes (0: nothing is)."""
        if not path.is_file():
            return 0
        end = 0
        for number, line in enumerate(_lines(path)):
            try:
                content = json.loads(line)
                if number == 0:
                    if content != {"key": self._key}:
                        return 0
                else:
                    digest, noted = _parsed(content)
                    self._noted[digest] = noted
            except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
                break
            end += len(line)
        return end


def _lines(path: Path) -> Iterator[bytes]:
    """Whole lines, each with its end."""
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield line


def _parsed(content: dict[str, object]) -> tuple[str, Noted]:
    digest, faces, vector = content["sha256"], content["faces"], content["vector"]
    if not isinstance(digest, str) or not isinstance(faces, int):
        raise ValueError("not a line of a journal")
    if vector is None:
        return digest, Noted(faces, None)
    numbers = np.frombuffer(base64.b64decode(str(vector), validate=True), "<f2").astype(np.float32)
    if not numbers.size or not np.isfinite(numbers).all():
        raise ValueError("not a vector")
    return digest, Noted(faces, numbers)
