"""Our own head detector."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import Unavailable
from core.inference import Models
from core.pictures.detectors.merging import suppress, to_detections
from core.pictures.picture import Detection, Picture

_STEP = 32
GREY = 114


class HeadDetector:
    """Runs `detector.onnx`: `images` float32 [1, 3, H, W], RGB 0-255, sides multiples of 32, to `boxes` [1, A, 4]
    (corners in input pixels) and `scores` [1, A]. Its metadata say `longest_side`, `threshold` and `nms_iou`."""

    def __init__(self, models: Models, model: str = "heads", file: str = "detector.onnx") -> None:
        self._models = models
        self._model = model
        self._file = file

    @property
    def name(self) -> str:
        """Raises Unavailable as `detect` does."""
        return self._models.label(self._model, self._file)

    def longest_side(self) -> int:
        """Pixels that a picture's longest side is scaled to; raises Unavailable as `detect` does."""
        session = self._models.onnx(self._model, self._file)
        return int(_number(session.metadata, "longest_side", session.name))

    def detect(self, picture: Picture) -> tuple[Detection, ...]:
        """See `Detector`."""
        session = self._models.onnx(self._model, self._file)
        longest = int(_number(session.metadata, "longest_side", session.name))
        threshold = _number(session.metadata, "threshold", session.name)
        most = _number(session.metadata, "nms_iou", session.name)
        images, scale = letterbox(picture.over(), longest)
        found = session.run(images=images)
        try:
            boxes = found["boxes"][0].astype(np.float32).reshape(-1, 4)
            scores = found["scores"][0].astype(np.float32).reshape(len(boxes))
        except (KeyError, ValueError) as problem:
            raise Unavailable("model-broken", model=session.name) from problem
        sure = scores >= threshold
        boxes, scores = boxes[sure], scores[sure]
        kept = suppress(boxes, scores, most)
        return to_detections(boxes[kept] / scale, scores[kept], picture.width, picture.height)


def letterbox(pixels: NDArray[np.uint8], longest: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """uint8 [h, w, 3] scaled to a longest side, grey added at the right and below up to multiples of 32.

    Returns:
        float32 [1, 3, H, W], 0-255; and float32 [4], by which corners are divided to be in the picture's pixels.
    """
    height, width = pixels.shape[:2]
    ratio = longest / max(height, width)
    new_width, new_height = max(1, round(width * ratio)), max(1, round(height * ratio))
    if (new_width, new_height) != (width, height):
        pixels = np.asarray(
            cv2.resize(pixels, (new_width, new_height), interpolation=cv2.INTER_AREA), np.uint8
        )
    padded = np.full(
        (1, 3, -(-new_height // _STEP) * _STEP, -(-new_width // _STEP) * _STEP), GREY, np.float32
    )
    padded[0, :, :new_height, :new_width] = pixels.transpose(2, 0, 1)
    scale = np.asarray([new_width / width, new_height / height] * 2, np.float32)
    return padded, scale


def _number(metadata: Mapping[str, str], key: str, model: str) -> float:
    try:
        return float(metadata[key])
    except (KeyError, ValueError) as problem:
        raise Unavailable("model-broken", model=model) from problem
