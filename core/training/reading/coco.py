"""COCO: boxes of many pictures in one JSON file, read as a stream in three passes. What is held of the annotations is
their numbers: some fifty bytes a box and, for the pictures' numbers, a hundred bytes a picture."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from core.training.reading.listing import inside, is_there, open_binary, plain_stem, plain_suffix
from core.training.reading.problems import Problems
from core.training.reading.reader import Options, Reader
from core.training.reading.sample import LabelledBox, Sample, Split, split_named

_LOOKED = 65_536  # bytes in which one of the three keys is seen
_KEYS = (b'"images"', b'"annotations"', b'"categories"')


class _Boxes:
    """Boxes in the order of the file, found by picture."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}
        self._picture, self._category, self._sides = array("q"), array("q"), array("d")
        self._difficult = array("b")
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)
        self._sorted: NDArray[np.int64] = np.zeros(0, np.int64)

    def add(self, picture: Any, category: int, box: tuple[float, ...], difficult: bool) -> None:
        self._picture.append(self._numbers.setdefault(picture, len(self._numbers)))
        self._category.append(category)
        self._sides.extend(box)
        self._difficult.append(difficult)

    def finish(self) -> None:
        pictures = np.asarray(self._picture, np.int64)
        self._order = np.argsort(pictures, kind="stable")
        self._sorted = pictures[self._order]

    def of(self, picture: Any, names: dict[int, str]) -> Iterator[LabelledBox]:
        number = self._numbers.get(picture, -1)
        first, last = np.searchsorted(self._sorted, [number, number + 1])
        for place in self._order[first:last] if number >= 0 else ():
            x, y, w, h = self._sides[4 * place : 4 * place + 4]
            category = self._category[place]
            yield LabelledBox(x, y, w, h, names.get(category, str(category)), bool(self._difficult[place]))


def _files(path: Path) -> list[Path]:
    if is_there(path):
        return [path] if _is_coco(path) else []
    found = [*inside(path)[1], *inside(path / "annotations")[1]]
    # Files with pictures of every split beside the splits' own would give each picture twice.
    fitting = [file for file in found if _is_coco(file)]
    return [file for file in fitting if _split(file)] or fitting


def _is_coco(path: Path) -> bool:
    if plain_suffix(path) != ".json":
        return False
    try:
        with open_binary(path) as file:
            start = file.read(_LOOKED)
    except (OSError, EOFError):
        return False
    # Danbooru's lines have no such keys, but Danbooru's files are called .json as well.
    return (
        start.lstrip().startswith(b"{") and any(key in start for key in _KEYS) and b'"file_ext"' not in start
    )


def fits(path: Path) -> bool:
    return bool(_files(path))


def read(path: Path, options: Options, problems: Problems) -> Iterator[Sample]:
    root = path if path.is_dir() else path.parent
    for file in _files(path):
        split = _split(file)
        names = {}
        for row in _items(file, "categories", problems):
            try:
                names[int(row["id"])] = str(row["name"])
            except (KeyError, TypeError, ValueError):
                problems.note("category-malformed", file.name)
        boxes = _Boxes()
        for number, row in enumerate(_items(file, "annotations", problems)):
            try:
                box = tuple(float(side) for side in row["bbox"])
                if len(box) != 4 or not (box[2] > 0 and box[3] > 0 and all(map(math.isfinite, box))):
                    raise ValueError("no box")
                boxes.add(row["image_id"], int(row["category_id"]), box, bool(row.get("iscrowd")))
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
                problems.note("box-malformed", f"{file.name} annotations[{number}]")
        boxes.finish()
        yield from _pictures(file, root, options, boxes, names, split, problems)


def _pictures(
    file: Path,
    root: Path,
    options: Options,
    boxes: _Boxes,
    names: dict[int, str],
    split: Split,
    problems: Problems,
) -> Iterator[Sample]:
    stem = plain_stem(file).removeprefix("instances_")
    places = [root / stem, root / "images" / stem, root / "images", root, file.parent, root.parent / "images"]
    for number, row in enumerate(_items(file, "images", problems)):
        where = f"{file.name} images[{number}]"
        try:
            name, picture = str(row["file_name"]), row["id"]
            size = (int(row["width"]), int(row["height"])) if row.get("width") and row.get("height") else None
            candidates = (place / name for place in ([options.images] if options.images else places))
            image = next((path for path in candidates if is_there(path)), None)
            own = tuple(boxes.of(picture, names))
        except (KeyError, TypeError, ValueError, AttributeError):
            problems.note("picture-malformed", where)
            continue
        if image is None:
            problems.note("picture-missing", f"{where} {name}")
        else:
            yield Sample(image, boxes=own, split=split, size=size)


def _items(file: Path, key: str, problems: Problems) -> Iterator[Any]:
    try:
        with open_binary(file) as opened:
            yield from ijson.items(opened, f"{key}.item", use_float=True)
    except (ijson.JSONError, OSError, EOFError, UnicodeDecodeError):
        problems.note("file-malformed", f"{file.name} {key}")


def _split(file: Path) -> Split:
    return split_named(plain_stem(file).removeprefix("instances_").strip("_"))


READER = Reader("coco", "annotations/*.json", fits, read)
