"""Pictures with boxes of heads: the pack `detection/`, and the hand-checked boxes of `scenes/` and `screens/`."""

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

Pixels = NDArray[np.uint8]
Boxes = NDArray[np.float32]

CHECKED = Path(__file__).with_name("head_boxes.jsonl")
_NO_BOXES: list[list[float]] = []


@dataclass(frozen=True, eq=False)
class HeadPicture:
    """One picture and the heads in it.

    `boxes` and `unsure` are float32 [K, 4] as x0, y0, x1, y1 in pixels of the picture as delivered. What lies in
    `unsure` is neither a head nor certainly none (a mascot, a head from behind): it is left out of the loss.
    """

    name: str
    source: str
    archive: Path
    width: int
    height: int
    boxes: Boxes
    unsure: Boxes

    @cached_property
    def encoded(self) -> bytes:
        """The picture's file, as stored."""
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


def read_detection(data: Path) -> list[HeadPicture]:
    """Every picture of `data`/detection, in the order of the index.

    Raises:
        UserError: `training-data`, when the pack is not there or its index cannot be read.
    """
    folder = data / "detection"
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
