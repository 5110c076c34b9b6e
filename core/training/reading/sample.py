"""What every reader gives, whatever form the data came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from core.pictures.picture import Category

Split = Literal["", "train", "validation", "test"]

_SPLITS: dict[str, Split] = {
    "train": "train", "training": "train",
    "val": "validation", "valid": "validation", "validation": "validation", "dev": "validation",
    "test": "test", "testing": "test",
}  # fmt: skip


class InZip(NamedTuple):
    """A picture inside a zip file."""

    archive: Path
    name: str


class InTable(NamedTuple):
    """A picture inside an Arrow or Parquet file: the bytes in `column` of row number `row`."""

    table: Path
    row: int
    column: str


Image = Path | InZip | InTable


class LabelledBox(NamedTuple):
    """A rectangle in pixels of the picture as stored: left, top, width, height. `difficult`: neither a sure example
    nor background (VOC's `difficult`, COCO's `iscrowd`)."""

    x: float
    y: float
    w: float
    h: float
    label: str = ""
    difficult: bool = False


class TrueTag(NamedTuple):
    """A tag that holds, with underscores; `category` is None where the data does not say."""

    name: str
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture and what is known of it. Nothing of the picture has been read yet.

    `labels`: who or what it shows as a whole (most often one class). `group`: its source picture; samples of one group
    never go to different splits; empty means that it stands alone. `split`: where the data puts it, empty where it does
    not say. `source`: where it came from. `size`: width and height in pixels, as the data states. `attributes`:
    whatever else is known, such as hair or series.
    """

    image: Image
    labels: tuple[str, ...] = ()
    boxes: tuple[LabelledBox, ...] = ()
    tags: tuple[TrueTag, ...] = ()
    caption: str = ""
    group: str = ""
    split: Split = ""
    source: str = ""
    size: tuple[int, int] | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


def name_of(image: Image, root: Path) -> str:
    """How an image is called within its data set: the same wherever the data lies."""
    if isinstance(image, InZip):
        return f"{_within(image.archive, root)}:{image.name}"
    if isinstance(image, InTable):
        return f"{_within(image.table, root)}:{image.row}"
    return _within(image, root)


def split_named(name: str) -> Split:
    """The split that a folder's, file's or column's name stands for, as in `train2017`; empty when for none."""
    return _SPLITS.get(name.strip().lower().rstrip("0123456789").rstrip("-_ "), "")


def _within(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
