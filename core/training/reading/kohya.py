"""Pictures with a text file of the same name beside them, as trainers of LoRA use: `10_miku/a.png` and `10_miku/a.txt`.

`.txt` holds tags, parted by commas, brackets escaped or not; or a description, when it reads like a sentence.
`.caption` always holds a description. A folder `10_name` means: ten times an epoch, class `name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from core.training.reading.listing import is_picture, is_there, pictures_below, sampled
from core.training.reading.problems import Problems
from core.training.reading.reader import Options, Reader
from core.training.reading.sample import Sample, TrueTag
from core.training.reading.yolo import is_yolo_text

LARGEST = 2**20
"""Bytes of a text beside a picture."""

_WORDS = 6  # more in one part than any tag has: a sentence
_REPEATED = re.compile(r"(\d+)_(.+)")


def fits(path: Path) -> bool:
    for picture in filter(lambda file: is_picture(file.name), sampled(path)):
        if is_there(picture.with_suffix(".caption")):
            return True
        text = picture.with_suffix(".txt")
        if is_there(text) and not is_yolo_text(text):
            return True
    return False


def read(path: Path, _options: Options, problems: Problems) -> Iterator[Sample]:
    for picture in pictures_below(path):
        repeated = _REPEATED.fullmatch(picture.parent.name) if picture.parent != path else None
        beside = next((p for s in (".txt", ".caption") if is_there(p := picture.with_suffix(s))), None)
        if beside is None:
            problems.note("text-missing", picture.name)
            continue
        try:
            with beside.open("rb") as file:
                text = file.read(LARGEST + 1)
        except OSError:
            problems.note("text-unreadable", beside.name)
            continue
        if len(text) > LARGEST:
            problems.note("text-too-long", beside.name)
            continue
        words = text.decode("utf-8-sig", "replace").strip()
        if not words:
            problems.note("text-empty", beside.name)
        described = beside.suffix == ".caption" or is_sentence(words)
        yield Sample(
            picture,
            labels=(repeated[2],) if repeated else (),
            tags=() if described else tags_of(words),
            caption=words if described else "",
            attributes={"repeats": repeated[1]} if repeated else {},
        )


def is_sentence(text: str) -> bool:
    """Whether a text reads as a description: a part between commas has more words than any tag."""
    return any(len(part.split()) > _WORDS for part in re.split(r"[,\n]", text))


def tags_of(text: str) -> tuple[TrueTag, ...]:
    """`long hair, saber \\(fate\\)` as long_hair and saber_(fate), each once."""
    names = (re.sub(r"\\([()])", r"\1", part) for part in re.split(r"[,\n]", text))
    return tuple(TrueTag(name) for name in dict.fromkeys("_".join(name.split()) for name in names) if name)


READER = Reader("kohya", "10_name/*.png + *.txt", fits, read)
