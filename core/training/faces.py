"""Readers of the zip packs of labelled faces: identities, attributes, gallery, scenes and screens."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from core.errors import UserError
from core.pictures.cropping import square_crop
from core.pictures.detectors.heads import letterbox
from core.pictures.detectors.merging import suppress, to_detections

Pixels = NDArray[np.uint8]
Square = tuple[float, float, float]
Box = tuple[float, float, float, float]
HeadsOf = Callable[[Pixels], list[Box]]

EXPAND = 1.2
"""The crop of a head box is a square about its centre with this many times its longer side."""

_LONGEST = 192  # pixels kept about a head: more than any input size of the models
_WHOLE_FIGURE = {"card", "portrait", "sorter_portrait"}  # gallery pictures that show much more than a head
_NEW_SIDE = 0.25  # a head found inside a crop must be at least this share of it


@dataclass(frozen=True, slots=True)
class Face:
    """One face to learn from or to ask about.

    `pixels` is RGB uint8 [height, width, 3]; `square` is what a model is shown of it: centre x, centre y and side in
    pixels of `pixels`, reaching outside it where the picture ends. `head` is the same about the head found inside a
    given crop, when one was found. Empty texts mean "no label".
    """

    pack: str
    file: str
    pixels: Pixels
    square: Square
    head: Square | None = None
    character: str = ""
    series: str = ""
    source: str = ""
    kind: str = ""
    group: str = ""
    hair: str = ""
    eyes: str = ""
    gender: str = ""


def is_validation(group: str) -> bool:
    """The fixed split by source picture: one group in five, by its SHA-1."""
    return int(hashlib.sha1(group.encode("utf-8"), usedforsecurity=False).hexdigest(), 16) % 5 == 0


def whole(pixels: Pixels) -> Square:
    """The square about a picture that is a face crop already."""
    height, width = pixels.shape[:2]
    return width / 2, height / 2, float(max(width, height))


def about(box: Box, expand: float = EXPAND) -> Square:
    """The square about a head box (x, y, width, height)."""
    x, y, width, height = box
    return x + width / 2, y + height / 2, expand * max(width, height)


def crop(pixels: Pixels, square: Square, size: int) -> Pixels:
    """RGB uint8 [size, size, 3]: the square of the picture as it is cut at run time."""
    x, y, side = square
    return square_crop(pixels, x, y, side, size)


def cascade_heads(path: Path) -> HeadsOf:
    """Heads by OpenCV's LBP cascade for anime faces, its face boxes mapped to head boxes (largest first).

    The mapping (centre -0.237 of the height, 1.15 times the width, 1.205 times the height) is the median measured
    on hand-drawn head boxes.
    """
    cascade = cv2.CascadeClassifier(str(path))

    def heads(pixels: Pixels) -> list[Box]:
        height, width = pixels.shape[:2]
        scale = max(1.0, 320 / max(width, height))
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        grey = cv2.equalizeHist(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))
        found: list[Box] = []
        for x, y, w, h in cascade.detectMultiScale(grey, 1.1, 5, minSize=(24, 24)):
            centre_x, centre_y = x + w / 2, y + h / 2 - 0.237 * h
            left, top = max(0.0, centre_x - 0.575 * w), max(0.0, centre_y - 0.6025 * h)
            right = min(width * scale, centre_x + 0.575 * w)
            bottom = min(height * scale, centre_y + 0.6025 * h)
            found.append((left / scale, top / scale, (right - left) / scale, (bottom - top) / scale))
        return sorted(found, key=lambda box: -box[2] * box[3])

    return heads


def detector_heads(path: Path) -> HeadsOf:
    """Heads by our own head detector in its ONNX file, best score first."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    told = session.get_modelmeta().custom_metadata_map
    longest, threshold, most = int(told["longest_side"]), float(told["threshold"]), float(told["nms_iou"])

    def heads(pixels: Pixels) -> list[Box]:
        images, scale = letterbox(pixels, longest)
        answers = session.run(["boxes", "scores"], {"images": images})
        boxes, scores = (np.asarray(answer)[0] for answer in answers)
        sure = scores.reshape(-1) >= threshold
        boxes, scores = boxes.reshape(-1, 4)[sure], scores.reshape(-1)[sure]
        kept = suppress(boxes, scores, most)
        height, width = pixels.shape[:2]
        found = to_detections(boxes[kept] / scale, scores[kept], width, height)
        return [(one.box.x, one.box.y, one.box.w, one.box.h) for one in found]

    return heads


class FacePacks:
    """Faces of the packs in a folder.

    `heads_of` finds head boxes in RGB pictures, best first: it places the crop in pictures that show more than a
    head. Inside given crops the cascade looks, which is quick and seldom wrong. What was found is kept in the file
    `cache` (JSON), when given: finding takes longer than reading.

    Raises:
        UserError: `heads-missing`, where there is neither `heads_of` nor the cascade in the data.
    """

    def __init__(self, data: Path, heads_of: HeadsOf | None = None, cache: Path | None = None) -> None:
        self._data, self._cache = data, cache
        cascade = data / "detection" / "lbpcascade_animeface.xml"
        found = cascade_heads(cascade) if cascade.exists() else heads_of
        if found is None:
            raise UserError("heads-missing", file=cascade.name)
        self._cascade = found
        self._heads_of = heads_of or found
        self._found: dict[str, list[Box]] = {}
        if cache is not None and cache.exists():
            self._found = json.loads(cache.read_text(encoding="utf-8"))

    def identities(self, *, inner_heads: bool = False) -> list[Face]:
        """Face and bust crops of named characters; with `inner_heads`, heads are looked for inside them."""
        faces = []
        for row, pixels in self._rows("identities"):
            head = self._inner_head(f"identities/{row['file']}", pixels) if inner_heads else None
            faces.append(_face("identities", row, pixels, whole(pixels), head, row["character"]))
        self._keep()
        return faces

    def attributes(self) -> list[Face]:
        """Faces with hair and eye colour, or with gender."""
        return [
            _face("attributes", row, pixels, whole(pixels), None, "")
            for row, pixels in self._rows("attributes")
        ]

    def unlabelled(self) -> list[Face]:
        """Faces without labels."""
        return [_face("faces", row, pixels, whole(pixels), None, "") for row, pixels in self._rows("faces")]

    def gallery(self) -> list[Face]:
        """Icons and portraits of named characters; where one shows a figure, the square is about the head found."""
        faces = []
        for row, pixels in self._rows("gallery"):
            if row["kind"] in _WHOLE_FIGURE:
                boxes = self._heads(f"gallery/{row['file']}", pixels)
                pixels, square = _near(pixels, about(boxes[0])) if boxes else (pixels, _upper(pixels))
                faces.append(_face("gallery", row, pixels, square, None, row["character"]))
            else:
                head = self._inner_head(f"gallery/{row['file']}", pixels)
                faces.append(_face("gallery", row, pixels, whole(pixels), head, row["character"]))
        self._keep()
        return faces

    def named_pictures(self) -> list[list[Face]]:
        """Scenes and screens that show one named character, each as the heads found in it, best first; where none
        was found, as the whole picture."""
        found = []
        for pack in ("scenes", "screens"):
            for row, pixels in self._rows(pack):
                if not row["characters"] or "|" in row["characters"]:
                    continue
                boxes = self._heads(f"{pack}/{row['file']}", pixels)
                seen = [_near(pixels, about(box)) for box in boxes] or [(pixels, whole(pixels))]
                found.append(
                    [_face(pack, row, part, square, None, row["characters"]) for part, square in seen]
                )
        self._keep()
        return found

    def pictures(self) -> list[Face]:
        """Heads of scenes and screens that show one named character and in which exactly one head was found."""
        return [
            faces[0]
            for faces in self.named_pictures()
            if len(self._found[f"{faces[0].pack}/{faces[0].file}"]) == 1
        ]

    def _rows(self, pack: str) -> Iterator[tuple[dict[str, str], Pixels]]:
        folder = self._data / pack
        if not (folder / "index.csv").exists():
            return  # a pack that is not there shows nobody
        zips: dict[str, zipfile.ZipFile] = {}
        try:
            with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    if row["zip"] not in zips:
                        zips[row["zip"]] = zipfile.ZipFile(folder / row["zip"])
                    content = zips[row["zip"]].read(row["file"])
                    yield row, np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        finally:
            for opened in zips.values():
                opened.close()

    def _heads(self, name: str, pixels: Pixels, heads_of: HeadsOf | None = None) -> list[Box]:
        if name not in self._found:
            found = (heads_of or self._heads_of)(pixels)
            self._found[name] = [(float(x), float(y), float(w), float(h)) for x, y, w, h in found]
        return self._found[name]

    def _inner_head(self, name: str, pixels: Pixels) -> Square | None:
        boxes = self._heads(f"inside {name}", pixels, self._cascade)
        square = about(boxes[0]) if boxes else None
        return square if square is not None and square[2] >= _NEW_SIDE * max(pixels.shape[:2]) else None

    def _keep(self) -> None:
        if self._cache is not None:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            self._cache.write_text(json.dumps(self._found), encoding="utf-8")


def _face(
    pack: str, row: dict[str, str], pixels: Pixels, square: Square, head: Square | None, character: str
) -> Face:
    labels = {
        name: row.get(name, "") for name in ("series", "source", "kind", "group", "hair", "eyes", "gender")
    }
    return Face(pack, row["file"], pixels, square, head, character, **labels)


def _upper(pixels: Pixels) -> Square:
    """Where the head of a standing figure is likely to be, when none was found."""
    height, width = pixels.shape[:2]
    side = float(min(width, height))
    return width / 2, side / 2, side


def _near(pixels: Pixels, square: Square) -> tuple[Pixels, Square]:
    """The part of a picture about a square, with as much again around it, not larger than is of use."""
    x, y, side = square
    left, top = max(0, int(x - side)), max(0, int(y - side))
    part = pixels[top : int(y + side) + 1, left : int(x + side) + 1]
    scale = min(1.0, _LONGEST / side)
    if scale < 1.0:
        part = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    return np.ascontiguousarray(part), ((x - left) * scale, (y - top) * scale, side * scale)
