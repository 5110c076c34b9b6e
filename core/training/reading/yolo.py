"""YOLO: a text file a picture, one box a line: class number, then centre x and y, width and height as shares of the
picture's; or the corners of a polygon, of which the bounding box is taken. Text files lie beside the pictures, or in
`labels` where the pictures lie in `images`. Class names come from `data.yaml` or `classes.txt`.

A picture without a text file is background: it has no boxes.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path

import yaml  # type: ignore[import-untyped]
from PIL import Image, UnidentifiedImageError

from core.training.reading.listing import inside, is_picture, is_there, noted_lines, pictures_below, sampled
from core.training.reading.problems import Problems
from core.training.reading.reader import Options, Reader
from core.training.reading.sample import LabelledBox, Sample, Split, split_named

_NAMES = ("classes.txt", "obj.names", "predefined_classes.txt")
_YAML = ("data.yaml", "dataset.yaml", "data.yml")


def fits(path: Path) -> bool:
    if not path.is_dir():
        return False
    if any(is_there(path / name) for name in _YAML):
        return bool(class_names(path))
    return any(is_picture(file.name) and is_yolo_text(text_of(file)) for file in sampled(path))


def is_yolo_text(path: Path) -> bool:
    """Whether a file's first line is a class number and four or more numbers."""
    if not is_there(path):
        return False
    line = next((line for _, line in noted_lines(path, Problems()) if line.strip()), b"")
    try:
        return bool(_box(line.decode().split(), 1, 1))
    except (ValueError, UnicodeDecodeError):
        return False


def class_names(path: Path) -> dict[int, str]:
    """Class numbers to names; empty when the folder does not say."""
    for name in _YAML:
        try:
            told = yaml.safe_load((path / name).read_text("utf-8"))["names"]
            return {
                int(number): str(label)
                for number, label in (told.items() if isinstance(told, dict) else enumerate(told))
            }
        except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
            continue
    for file in itertools.chain(
        (path / name for name in _NAMES), (path / "labels" / name for name in _NAMES)
    ):
        if is_there(file):
            lines = file.read_text("utf-8", "replace").splitlines()
            return {number: line.strip() for number, line in enumerate(lines) if line.strip()}
    return {}


def text_of(picture: Path) -> Path:
    """Where a picture's boxes are."""
    parts = list(picture.parts)
    for place in range(len(parts) - 2, -1, -1):
        if parts[place] == "images":
            parts[place] = "labels"
            return Path(*parts).with_suffix(".txt")
    return picture.with_suffix(".txt")


def read(path: Path, _options: Options, problems: Problems) -> Iterator[Sample]:
    names = class_names(path)
    folders = inside(path)[0]
    for picture in pictures_below(path):
        size = _size(picture)
        if size is None:
            problems.note("picture-broken", picture.name)
            continue
        text = text_of(picture)
        boxes: list[LabelledBox] = []
        for number, line in noted_lines(text, problems) if is_there(text) else ():
            if not line.strip():
                continue
            try:
                label, box = _box(line.decode().split(), *size)
            except (ValueError, UnicodeDecodeError):
                problems.note("line-malformed", f"{text.name}:{number}")
                continue
            boxes.append(box._replace(label=names.get(label, str(label))))
        yield Sample(
            picture, boxes=tuple(boxes), split=_split(picture.relative_to(path)) if folders else "", size=size
        )


def _box(words: list[str], width: int, height: int) -> tuple[int, LabelledBox]:
    label, numbers = int(words[0]) if words else -1, [float(word) for word in words[1:]]
    # Coordinates may lie a little outside through rounding; far outside they are pixels, not shares.
    if label < 0 or len(numbers) < 4 or not all(-0.01 <= number <= 1.01 for number in numbers):
        raise ValueError("no box")
    if len(numbers) in (4, 5):  # the fifth is how sure a model was
        x, y, w, h = numbers[:4]
        left, top, right, bottom = x - w / 2, y - h / 2, x + w / 2, y + h / 2
    elif len(numbers) % 2 == 0:
        left, right = min(numbers[::2]), max(numbers[::2])
        top, bottom = min(numbers[1::2]), max(numbers[1::2])
    else:
        raise ValueError("no polygon")
    left, top, right, bottom = max(left, 0.0), max(top, 0.0), min(right, 1.0), min(bottom, 1.0)
    if right <= left or bottom <= top or not math.isfinite(left + top + right + bottom):
        raise ValueError("empty box")
    return label, LabelledBox(left * width, top * height, (right - left) * width, (bottom - top) * height)


def _size(picture: Path) -> tuple[int, int] | None:
    """Width and height from the header alone."""
    try:
        with Image.open(picture) as image:
            return image.size
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _split(picture: Path) -> Split:
    return next((split for part in picture.parts[:-1] if (split := split_named(part))), "")


READER = Reader("yolo", "data.yaml, classes.txt, labels/*.txt", fits, read)
