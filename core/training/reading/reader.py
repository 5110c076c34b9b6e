"""What a reader of one format is, and the choices that some of them take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.training.reading.problems import Problems
from core.training.reading.sample import Sample


@dataclass(frozen=True, slots=True)
class Options:
    """`images`: where the pictures lie, when not beside what describes them (Danbooru, COCO, VOC, manifests).
    `ratings`: which of Danbooru's ratings to read: s (safe), q (questionable), e (explicit)."""

    images: Path | None = None
    ratings: frozenset[str] = frozenset({"s"})


@dataclass(frozen=True, slots=True)
class Reader:
    """One format.

    `needs`: what must be there, as file names, for messages. `fits(path)`: a quick look whether it is there.
    `read(path, options, problems)`: samples, one after another as they are asked for, in the same order every time.
    `general`: fits nearly any folder, so that it is taken only where no other format fits.
    """

    name: str
    needs: str
    fits: Callable[[Path], bool]
    read: Callable[[Path, Options, Problems], Iterator[Sample]]
    general: bool = False
