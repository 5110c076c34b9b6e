"""Files and lines, one after another: nothing here holds more than one folder's names or one line."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.training.reading.problems import Problems

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".avif"})
LONGEST_LINE = 16 * 2**20
"""Bytes of one line of JSON or CSV; the longest of Danbooru's metadata are some hundred kilobytes."""

_FOLDERS_SEEN, _FILES_SEEN = 50, 20


def is_picture(name: str) -> bool:
    return Path(name).suffix.lower() in PICTURES


def is_there(path: Path) -> bool:
    """Whether it is a file; a name that no file can have (too long, with a zero byte) is none."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises for such names


def inside(folder: Path) -> tuple[list[Path], list[Path]]:
    """Folders and files in a folder, each sorted, without hidden ones; empty when it cannot be read."""
    folders: list[Path] = []
    files: list[Path] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith((".", "__MACOSX")):
                    (folders if entry.is_dir() else files).append(Path(entry.path))
    except OSError:
        return [], []
    return sorted(folders), sorted(files)


def walk(folder: Path) -> Iterator[Path]:
    """Every file below a folder: a folder's own files first, then its folders, in sorted order. Folders that are
    links are not entered, so that none is walked twice."""
    folders, files = inside(folder)
    yield from files
    for child in folders:
        if not child.is_symlink():
            yield from walk(child)


def pictures_below(folder: Path) -> Iterator[Path]:
    return (path for path in walk(folder) if is_picture(path.name))


def sampled(folder: Path) -> Iterator[Path]:
    """A few files of each of the first folders below one, itself included: enough to tell a format by, however large
    the data is."""
    waiting = [folder]
    for _ in range(_FOLDERS_SEEN):
        if not waiting:
            return
        folders, files = inside(waiting.pop(0))
        yield from files[:_FILES_SEEN]
        waiting += folders[:_FOLDERS_SEEN]


def plain_suffix(path: Path) -> str:
    """The suffix in lower case, `.gz` taken off: `.csv` for `a.CSV.gz`."""
    return Path(path.stem if path.suffix.lower() == ".gz" else path.name).suffix.lower()


def plain_stem(path: Path) -> str:
    """The name without suffix, `.gz` taken off."""
    return Path(path.stem if path.suffix.lower() == ".gz" else path.name).stem


def open_binary(path: Path) -> BinaryIO:
    """A file, unpacked when its name ends in .gz."""
    if path.suffix.lower() == ".gz":
        return io.BufferedReader(gzip.open(path))
    return path.open("rb")


def noted_lines(path: Path, problems: Problems) -> Iterator[tuple[int, bytes]]:
    """Line numbers from 1 and lines. One over `LONGEST_LINE` is skipped and noted, as is a file that cannot be read
    (on)."""
    number = 0
    try:
        with open_binary(path) as file:
            while line := file.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                    while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                        pass
                    problems.note("line-too-long", f"{path.name}:{number}")
                else:
                    yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
    except (OSError, EOFError, zlib.error):
        problems.note("file-unreadable", f"{path.name}:{number + 1}")


def first_line(path: Path) -> bytes:
    """Empty when there is none, or none that can be read."""
    return next(noted_lines(path, Problems()), (0, b""))[1]
