"""One folder a character, numbered, as in the AnimeFace Character Dataset (moeimouto):
`000_hatsune_miku/face_27_136_113.png`.

Its `color.csv` and other files are passed over. The first number of a face is the picture it was cut from: faces of one
picture make a group.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from core.training.reading.listing import inside, pictures_below
from core.training.reading.problems import Problems
from core.training.reading.reader import Options, Reader
from core.training.reading.sample import Sample

_NUMBERED = re.compile(r"\d{3,4}_(.+)")
_FACE = re.compile(r"face_(\d+)_\d+_\d+")


def character_of(folder: str) -> str | None:
    """The character's tag in a folder's name: the number off, %27 and &#039; decoded, spaces as underscores."""
    found = _NUMBERED.fullmatch(folder)
    if found is None:
        return None
    decoded = unicodedata.normalize("NFC", html.unescape(unquote(found[1])))
    return "_".join(decoded.split())


def _root(path: Path) -> Path:
    """The data set's own folder has the characters in `thumb`."""
    return path / "thumb" if (path / "thumb").is_dir() else path


def fits(path: Path) -> bool:
    folders = inside(_root(path))[0] if path.is_dir() else []
    return bool(folders) and all(character_of(folder.name) for folder in folders)


def read(path: Path, _options: Options, problems: Problems) -> Iterator[Sample]:
    for folder in inside(_root(path))[0]:
        character = character_of(folder.name)
        if character is None:
            problems.note("folder-without-number", folder.name)
            continue
        empty = True
        for picture in pictures_below(folder):
            face = _FACE.fullmatch(picture.stem)
            yield Sample(picture, (character,), group=f"{folder.name}/{face[1]}" if face else "")
            empty = False
        if empty:
            problems.note("folder-without-pictures", folder.name)


READER = Reader("characters", "000_name/*.png", fits, read, general=True)
