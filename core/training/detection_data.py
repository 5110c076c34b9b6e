"""Pictures with boxes of heads: the pack `detection/`, the hand-checked boxes of `scenes/` and `screens/`, and data of
anybody's with boxes (YOLO, VOC, COCO, manifests)."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.training.reading import DataSet, Image, Pictures, Split, open_data

Pixels = NDArray[np.uint8]
Boxes = NDArray[np.float32]

CHECKED = Path(__file__).with_name("head_boxes.jsonl")
_NO_BOXES: list[list[float]] = []


@dataclass(frozen=True, eq=False)
class HeadPicture:
    """One picture and the heads in it.

    `boxes` and `unsure` are float32 [K, 4] as x0, y0, x1, y1 in pixels of the picture as delivered. What lies in
    `unsure` is neither a head nor certainly none (a mascot, a head from behind): it is left out of the loss. `archive`
    is the zip file, or, where `image` says where the picture lies, the data set. `split`: where the data puts it.
    """

    name: str
    source: str
    archive: Path
    width: int
    height: int
    boxes: Boxes
    unsure: Boxes
    image: Image | None = None
    split: Split = ""

    @property
    def held_back(self) -> bool:
        """Whether it is for validation: as the data says, else by the fixed rule."""
        return self.split != "train" if self.split else is_validation(self.name)

    @cached_property
    def encoded(self) -> bytes:
        """The picture's file, as stored."""
        if self.image is not None:
            with Pictures() as pictures:
                return pictures.read(self.image)
        with zipfile.ZipFile(self.archive) as archive:
            return archive.read(self.name)

    def pixels(self) -> Pixels:
        """The decoded picture, uint8 [height, width, 3] RGB.

        Raises:
            UserError: `training-picture`, when it cannot be decoded.
        """
        return decode(self.encoded, self.name)


def decode(encoded: bytes, name: str) -> Pixels:
    """A picture's file as uint8 [height, width, 3] RGB; raises `training-picture` when it is broken."""
    found = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR)
    if found is None:
        raise UserError("training-picture", name=name)
    return np.ascontiguousarray(found[:, :, ::-1]).astype(np.uint8, copy=False)


def is_validation(name: str) -> bool:
    """Whether a picture of `detection/` is for validation: the fixed rule, by the hash of its file name."""
    return int(hashlib.sha1(name.encode()).hexdigest(), 16) % 5 == 0  # noqa: S324 - a split, not a secret


def read_detection(data: Path, format: str | None = None) -> list[HeadPicture]:
    """Every picture of `data`/detection, in the order of the index; where there is no such pack, or a format is given,
    of the data set at `data`.

    Raises:
        UserError: `training-data`, when there are no boxes or the index cannot be read; what `open_data` raises.
    """
    folder = data / "detection"
    if format is not None or not folder.is_dir():
        return read_boxes(open_data(data, format))
    try:
        rows = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
        return [
            HeadPicture(
                name=row["file"],
                source=row["source"],
                archive=folder / row["zip"],
                width=row["width"],
                height=row["height"],
                boxes=corners(row["boxes"]),
                unsure=corners(_NO_BOXES),
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError) as problem:
        raise UserError("training-data", path=str(folder)) from problem


def read_boxes(data: DataSet) -> list[HeadPicture]:
    """Every picture of a data set, with its boxes: those called `head` where there are such, else all of them.
    Difficult ones are unsure, pictures without boxes have no head.

    Raises:
        UserError: `training-data`, when there is no box.
    """
    samples = list(data)
    names = {box.label.lower() for sample in samples for box in sample.boxes}
    if not names:
        raise UserError("training-data", path=data.path.name)
    found: list[HeadPicture] = []
    with Pictures() as pictures:
        for sample in samples:
            name = data.name(sample)
            boxes = [box for box in sample.boxes if "head" not in names or box.label.lower() == "head"]
            try:
                width, height = sample.size or pictures.pixels(sample.image).shape[1::-1]
            except UserError:
                continue
            sure, unsure = ([box[:4] for box in boxes if box.difficult == hard] for hard in (False, True))
            found.append(
                HeadPicture(
                    name=name, source=sample.source, archive=data.path, width=width, height=height,
                    boxes=corners(sure), unsure=corners(unsure), image=sample.image, split=sample.split,
                )
            )  # fmt: skip
    return found


def read_checked(data: Path, *, validation: bool = False, path: Path = CHECKED) -> list[HeadPicture]:
    """Pictures of other packs whose heads were boxed for this project; packs that are not in `data` are left out.

    A line of `path` is {"pack", "zip", "file", "group", "source", "width", "height", "boxes", "unsure"}, boxes as
    x, y, w, h. `validation` picks the fifth of the groups that is kept from training, by the same rule.
    """
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        HeadPicture(
            name=row["file"],
            source=row["source"],
            archive=data / row["pack"] / row["zip"],
            width=row["width"],
            height=row["height"],
            boxes=corners(row["boxes"]),
            unsure=corners(row["unsure"]),
        )
        for row in rows
        if is_validation(row["group"]) == validation and (data / row["pack"] / row["zip"]).exists()
    ]


def corners(boxes: Iterable[Iterable[float]]) -> Boxes:
    """Boxes given as x, y, w, h as float32 [K, 4] of x0, y0, x1, y1."""
    found = np.array([list(box) for box in boxes], np.float32).reshape(-1, 4)
    found[:, 2:] += found[:, :2]
    return found
