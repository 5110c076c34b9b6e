"""YOLO models of anime faces and heads (`deepghs`), as ONNX, in any of the three forms they are exported in."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import Unavailable
from core.inference import Models, Session
from core.pictures.detectors.mapping import SAME, TIGHT_FACE, HeadMapping
from core.pictures.detectors.merging import Corners, Scores, suppress, to_detections
from core.pictures.picture import Detection, Picture

Kind = Literal["face", "head"]
Form = Literal["anchors", "end-to-end", "rtdetr"]

_DEFAULT_SIDE = 640
_STEP = 32
_OVERLAP = 0.7
_THRESHOLDS: Mapping[Kind, float] = {"face": 0.25, "head": 0.4}
"""Where the model brings no `threshold.json`: the defaults of dghs-imgutils 0.19."""

_MAPPINGS: Mapping[Kind, HeadMapping] = {"face": TIGHT_FACE, "head": SAME}
_KINDS: tuple[Kind, ...] = ("head", "face")


class YoloDetector:
    """Runs `model.onnx`: `images` float32 [1, 3, H, W], RGB 0-1, to `output0`. See `decode` for its forms.

    A picture is stretched to the size in the metadata (`imgsz`, else 640) without keeping its proportions; with
    `dynamic` it is scaled down to fit that size and each side is rounded up to a multiple of 32. `threshold.json` and
    `model_type.json` are read where the model has them. What it finds is told by `names` in the metadata, faces are
    mapped to heads (`mapping`); a model of anything else (persons, hands) is refused as `model-broken`.
    """

    def __init__(
        self, models: Models, model: str, *, file: str = "model.onnx", dynamic: bool = False
    ) -> None:
        self._models = models
        self._model = model
        self._file = file
        self._dynamic = dynamic

    @property
    def name(self) -> str:
        """Raises Unavailable as `detect` does."""
        return self._models.label(self._model, self._file)

    def detect(self, picture: Picture) -> tuple[Detection, ...]:
        """See `Detector`."""
        session = self._models.onnx(self._model, self._file)
        images = self._stretched(picture, session)
        found = session.run(images=images)
        try:
            names = _names(session)
            kind = next(kind for kind in _KINDS if kind in names)
            output = np.asarray(found[session.outputs[0]][0], np.float32)
            rows, columns = images.shape[2:]
            boxes, scores = decode(output, len(names), self._declared, columns, rows)
        except (IndexError, ValueError, SyntaxError, StopIteration) as problem:
            raise Unavailable("model-broken", model=session.name) from problem
        sure = scores > self._threshold(kind)
        boxes, scores = boxes[sure], scores[sure]
        kept = suppress(boxes, scores, _OVERLAP, pixel=1.0)
        sides = [picture.width / columns, picture.height / rows] * 2
        boxes = boxes[kept] * np.asarray(sides, np.float32)
        edges = np.asarray([picture.width, picture.height] * 2, np.float32)
        boxes = np.rint(np.clip(boxes, 0, edges)).astype(np.float32)
        return to_detections(_MAPPINGS[kind].apply(boxes), scores[kept], picture.width, picture.height)

    def _stretched(self, picture: Picture, session: Session) -> NDArray[np.float32]:
        rows, columns = _size(session)
        if self._dynamic:
            ratio = min(1.0, rows / picture.height, columns / picture.width)
            rows, columns = (
                -(-max(1, round(side * ratio)) // _STEP) * _STEP for side in (picture.height, picture.width)
            )
        stretched = Image.fromarray(picture.over()).resize((columns, rows), Image.Resampling.BICUBIC)
        images: NDArray[np.float32] = np.asarray(stretched, np.float32) / np.float32(255)
        return images.transpose(2, 0, 1)[None]

    def _threshold(self, kind: Kind) -> float:
        try:
            return float(self._told.get("threshold", _THRESHOLDS[kind]))
        except (TypeError, ValueError) as problem:
            raise Unavailable("model-broken", model=self._model) from problem

    @cached_property
    def _declared(self) -> str | None:
        return self._beside("model_type.json").get("model_type")

    @cached_property
    def _told(self) -> dict[str, str]:
        return self._beside("threshold.json")

    def _beside(self, name: str) -> dict[str, str]:
        """A small JSON file that may come with the model."""
        try:
            written = self._models.file(self._model, name).read_bytes()
        except (Unavailable, OSError):
            return {}
        try:
            content = json.loads(written)
        except (ValueError, RecursionError) as problem:  # of bytes that are no text, too
            raise Unavailable("model-broken", model=self._model) from problem
        return content if isinstance(content, dict) else {}


def decode(output: NDArray[np.float32], classes: int, declared: str | None, width: int, height: int) -> tuple[
    Corners, Scores
]:  # fmt: skip
    """Corners [n, 4] in pixels of the input and scores [n], before suppression.

    Forms, of `output` without its first axis, with `nc` classes:
    anchors (YOLOv8, YOLO11) [4 + nc, n]: centre and size in pixels, a score a class;
    end-to-end (YOLOv10) [n, 6]: corners in pixels, score, class;
    RT-DETR [n, 4 + nc]: centre and size as shares of the input, a score a class.

    Raises:
        ValueError: it is none of them.
    """
    form = form_of(output, classes, declared)
    if form == "end-to-end":
        return output[:, :4], output[:, 4]
    if form == "anchors":
        output = output.T
    boxes, scores = output[:, :4], output[:, 4:].max(axis=1)
    if form == "rtdetr":
        boxes = boxes * np.asarray([width, height] * 2, np.float32)
    centres, halves = boxes[:, :2], boxes[:, 2:] / 2
    return np.concatenate([centres - halves, centres + halves], axis=1), scores


def form_of(output: NDArray[np.float32], classes: int, declared: str | None) -> Form:
    """Raises ValueError where the shape fits none."""
    if output.ndim != 2:
        raise ValueError(f"an output of {output.ndim + 1} axes")
    first, last = output.shape
    values = 4 + classes
    if declared == "rtdetr":
        if last != values:
            raise ValueError(f"{last} values a box, not {values}")
        return "rtdetr"
    if first == values:
        return "anchors"
    if last == 6 and (classes != 2 or _are_classes(output[:, 5])):
        return "end-to-end"
    if last == values:
        return "rtdetr"
    raise ValueError(f"an output of {first} x {last} for {classes} classes")


def _are_classes(column: NDArray[np.float32]) -> bool:
    """With two classes, end-to-end and RT-DETR both have six values a box: only the former's last are whole numbers."""
    return bool(np.isin(column, (0.0, 1.0)).all())


def _names(session: Session) -> list[str]:
    """Classes, from a dict in Python's own notation. Raises ValueError or SyntaxError where it is none."""
    names = ast.literal_eval(session.metadata.get("names", ""))
    if not isinstance(names, dict) or not names:
        raise ValueError("no names of classes")
    return [str(name) for name in names.values()]


def _size(session: Session) -> tuple[int, int]:
    """Rows and columns of the input."""
    try:
        given = ast.literal_eval(session.metadata["imgsz"]) if "imgsz" in session.metadata else _DEFAULT_SIDE
        rows, columns = (given, given) if isinstance(given, int) else given
        rows, columns = int(rows), int(columns)
    except (ValueError, SyntaxError, TypeError) as problem:
        raise Unavailable("model-broken", model=session.name) from problem
    if min(rows, columns) < 1:
        raise Unavailable("model-broken", model=session.name)
    return rows, columns
