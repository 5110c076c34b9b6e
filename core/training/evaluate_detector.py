"""Evaluation of a head detector, matched as `DETECTION.md` of the data says.

`python -m core.training.evaluate_detector --model X.onnx --data ../shared/data [--json] [--compare-cascade PATH.xml]`
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from core.training.detection_data import (
    Boxes,
    HeadPicture,
    Pixels,
    is_validation,
    read_checked,
    read_detection,
)

_GREY = 114
_ON_UNSURE = 0.3  # IoU with an area from which a detection there is not held against the detector
_FLOOR = 0.02  # scores below this are not kept even for the area under the curve
_SIZES = ((0.0, 0.125), (0.125, 0.25), (0.25, 0.5), (0.5, 1.01))  # of the picture's longer side
# Centre shift and scale from the cascade's box to the head: DETECTION.md, fitted on the pictures of one source
_CASCADE_TO_HEAD = (0.0, -0.237, 1.15, 1.205)


@dataclass(frozen=True)
class Detections:
    """Boxes float32 [D, 4] as x0, y0, x1, y1 in pixels of the picture, scores float32 [D], highest first."""

    boxes: Boxes
    scores: NDArray[np.float32]

    def above(self, threshold: float) -> Detections:
        kept = self.scores >= threshold
        return Detections(self.boxes[kept], self.scores[kept])


Detect = Callable[[Pixels], Detections]


class OnnxDetector:
    """A detector file of this project: `images` in, `boxes` and `scores` out, facts in its metadata."""

    def __init__(
        self, path: Path, *, threads: int = 1, longest_side: int | None = None, flip: bool = False
    ) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        facts = self._session.get_modelmeta().custom_metadata_map
        self.longest_side = longest_side or int(facts["longest_side"])
        self.threshold = float(facts["threshold"])
        self.nms_iou = float(facts["nms_iou"])
        self.flip = flip

    def __call__(self, pixels: Pixels) -> Detections:
        """Every detection of a picture uint8 [H, W, 3] RGB that is not wholly improbable, overlaps removed."""
        found = self._raw(pixels)
        if self.flip:
            mirrored = self._raw(np.ascontiguousarray(pixels[:, ::-1]))
            turned = mirrored.boxes.copy()
            turned[:, [0, 2]] = pixels.shape[1] - mirrored.boxes[:, [2, 0]]
            found = _averaged(found, Detections(turned, mirrored.scores))
        return suppress(found, self.nms_iou)

    def _raw(self, pixels: Pixels) -> Detections:
        height, width = pixels.shape[:2]
        scale = self.longest_side / max(height, width)
        rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        canvas = np.full((-(-rows // 32) * 32, -(-columns // 32) * 32, 3), _GREY, np.float32)
        canvas[:rows, :columns] = cv2.resize(pixels, (columns, rows), interpolation=way)
        images = np.ascontiguousarray(canvas.transpose(2, 0, 1))[None]
        boxes, scores = (
            np.asarray(value)[0] for value in self._session.run(["boxes", "scores"], {"images": images})
        )
        kept = scores >= _FLOOR
        boxes = boxes[kept] * np.array([width / columns, height / rows] * 2, np.float32)
        return Detections(boxes.clip(0, [width, height, width, height]).astype(np.float32), scores[kept])


class CascadeDetector:
    """The LBP cascade for anime faces of nagadomi, its boxes mapped to heads; scores are all 1."""

    threshold = 0.5

    def __init__(self, path: Path) -> None:
        self._cascade = cv2.CascadeClassifier(str(path))
        if self._cascade.empty():
            raise FileNotFoundError(path)

    def __call__(self, pixels: Pixels) -> Detections:
        grey = cv2.equalizeHist(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
        found = self._cascade.detectMultiScale(grey, scaleFactor=1.1, minNeighbors=5, minSize=(24, 24))
        faces = np.array(found, np.float32).reshape(-1, 4)
        right, down, wider, higher = _CASCADE_TO_HEAD
        centres = faces[:, :2] + faces[:, 2:] * (0.5 + np.array([right, down], np.float32))
        half = faces[:, 2:] * np.array([wider, higher], np.float32) / 2
        height, width = pixels.shape[:2]
        boxes = np.concatenate([centres - half, centres + half], 1).clip(0, [width, height, width, height])
        return Detections(boxes.astype(np.float32), np.ones(len(boxes), np.float32))


def overlap(box: Boxes, others: Boxes) -> NDArray[np.float64]:
    """IoU of one box [4] with each of `others` [K, 4]: float64 [K]."""
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    both = np.clip(high - low, 0, None).astype(np.float64).prod(1)
    areas = float((box[2:] - box[:2]).prod()) + (others[:, 2:] - others[:, :2]).astype(np.float64).prod(1)
    shares: NDArray[np.float64] = both / np.maximum(areas - both, 1e-9)
    return shares


def match(detections: Boxes, truths: Boxes, least: float) -> list[int | None]:
    """The true box each detection hits, or None; `detections` [D, 4] best first, `truths` [K, 4].

    A detection takes the free true box that it overlaps most, when the IoU is at least `least`.
    """
    free = list(range(len(truths)))
    found: list[int | None] = []
    for box in detections:
        shares = overlap(box, truths[free]) if free else np.zeros(0)
        if len(shares) and shares.max() >= least:
            found.append(free.pop(int(shares.argmax())))
        else:
            found.append(None)
    return found


def suppress(found: Detections, most: float) -> Detections:
    """Greedy suppression: of boxes with an IoU above `most` only the best stays. Highest score first."""
    sides = found.boxes[:, 2:] - found.boxes[:, :2]
    boxes = np.concatenate([found.boxes[:, :2], sides], 1)
    kept = np.array(cv2.dnn.NMSBoxes(boxes.tolist(), found.scores.tolist(), 0.0, most), np.int64).reshape(-1)
    return Detections(found.boxes[kept], found.scores[kept])


def evaluate(
    pictures: Sequence[HeadPicture], results: Sequence[Detections], threshold: float
) -> dict[str, Any]:
    """Figures of detections on pictures: at the threshold, the area under the curve, by size and by source."""
    pairs = [(picture, found.above(threshold)) for picture, found in zip(pictures, results, strict=True)]
    figures: dict[str, Any] = {"threshold": threshold, "all": _figures(pairs)}
    figures["average_precision_50"] = average_precision(pictures, results, 0.5)
    figures["by_source"] = {
        source: _figures([pair for pair in pairs if pair[0].source == source])
        for source in sorted({picture.source for picture in pictures})
    }
    figures["recall_by_size"] = {
        f"{low:g}-{min(high, 1):g}": _recall_of(pairs, low, high) for low, high in _SIZES
    }
    return figures


def average_precision(pictures: Sequence[HeadPicture], results: Sequence[Detections], least: float) -> float:
    """Area under the precision-recall curve (all points) at one IoU, over the pictures that hold heads."""
    truths = sum(len(picture.boxes) for picture in pictures)
    ranked = [
        pair
        for picture, found in zip(pictures, results, strict=True)
        if len(picture.boxes)
        for pair in _counted(picture, found, least)
    ]
    ranked.sort(key=lambda pair: -pair[0])
    right = np.array([hit for _, hit in ranked], bool).cumsum()
    precision = right / np.arange(1, len(right) + 1)
    recall = right / max(truths, 1)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(recall, prepend=0.0) * best).sum())


def curve(pictures: Sequence[HeadPicture], results: Sequence[Detections]) -> list[dict[str, float | None]]:
    """Recall, precision and faceless pictures with a false box, at thresholds of 0.05 to 0.95."""
    rows = []
    for threshold in np.arange(0.05, 0.951, 0.05):
        found = evaluate(pictures, results, float(threshold))["all"]
        rows.append({"threshold": round(float(threshold), 2), **{name: found[name] for name in _CURVE}})
    return rows


_CURVE = ("recall_40", "precision_40", "recall_50", "precision_50", "faceless_with_false_box")


def _counted(picture: HeadPicture, found: Detections, least: float) -> list[tuple[float, bool]]:
    """Score and whether it hits, of each detection; one on an unsure area is left out, neither hit nor false."""
    taken = match(found.boxes, picture.boxes, least)
    return [
        (float(score), hit is not None)
        for hit, box, score in zip(taken, found.boxes, found.scores, strict=True)
        if hit is not None or not len(picture.unsure) or overlap(box, picture.unsure).max() < _ON_UNSURE
    ]


def _figures(pairs: Sequence[tuple[HeadPicture, Detections]]) -> dict[str, Any]:
    """Recall and precision over pictures with heads; false boxes on those without."""
    full = [(picture, found) for picture, found in pairs if len(picture.boxes)]
    empty = [found for picture, found in pairs if not len(picture.boxes) and not len(picture.unsure)]
    heads = sum(len(picture.boxes) for picture, _ in full)
    figures: dict[str, Any] = {"pictures": len(full), "heads": heads}
    for least in (0.4, 0.5):
        taken = [hit for picture, found in full for _, hit in _counted(picture, found, least)]
        hits = sum(taken)
        figures[f"recall_{least * 100:.0f}"] = hits / heads if heads else None
        figures[f"precision_{least * 100:.0f}"] = hits / len(taken) if taken else None
    figures["faceless"] = len(empty)
    figures["false_boxes"] = sum(len(found.scores) for found in empty)
    figures["faceless_with_false_box"] = sum(len(found.scores) > 0 for found in empty)
    return figures


def _recall_of(pairs: Sequence[tuple[HeadPicture, Detections]], low: float, high: float) -> dict[str, Any]:
    """Recall at IoU 0.5 of the heads whose root of the area is in a range, in parts of the picture's longer side."""
    heads = hits = 0
    for picture, found in pairs:
        sides = picture.boxes[:, 2:] - picture.boxes[:, :2]
        parts = np.sqrt(sides.prod(1)) / max(picture.width, picture.height)
        inside = {index for index, part in enumerate(parts) if low <= part < high}
        heads += len(inside)
        hits += len(inside & set(match(found.boxes, picture.boxes, 0.5)))
    return {"heads": heads, "recall_50": hits / heads if heads else None}


def _averaged(first: Detections, second: Detections) -> Detections:
    """Both passes together, halved scores added where their boxes meet: a mean over a picture and its mirror."""
    boxes = np.concatenate([first.boxes, second.boxes])
    scores = np.concatenate([first.scores, second.scores])
    total = np.zeros(len(boxes), np.float32)
    for index, box in enumerate(boxes):
        other = second if index < len(first.boxes) else first
        shares = overlap(box, other.boxes)
        near = other.scores[shares >= 0.6]
        total[index] = (scores[index] + (near.max() if len(near) else 0.0)) / 2
    return Detections(boxes, total)


def table(name: str, figures: dict[str, Any]) -> str:
    """The figures as lines of a Markdown table."""
    lines = [
        f"{name}: threshold {figures['threshold']:.2f}, area under the precision-recall curve at IoU 0.5 "
        f"{figures['average_precision_50']:.3f}",
        "| pictures | heads | recall 0.4 | precision 0.4 | recall 0.5 | precision 0.5 | false boxes, no head |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for source, row in {"all": figures["all"], **figures["by_source"]}.items():
        parts = [row[key] for key in ("recall_40", "precision_40", "recall_50", "precision_50")]
        cells = " | ".join("-" if part is None else f"{part:.3f}" for part in parts)
        false = f"{row['faceless_with_false_box']} of {row['faceless']}" if row["faceless"] else "-"
        lines.append(f"| {source} | {row['heads']} in {row['pictures']} | {cells} | {false} |")
    for part, row in figures["recall_by_size"].items():
        shown = "-" if row["recall_50"] is None else f"{row['recall_50']:.3f}"
        lines.append(f"heads of {part} of the longer side: {row['heads']}, recall at IoU 0.5 {shown}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--part", choices=("validation", "training", "all", "checked"), default="validation")
    parser.add_argument("--threshold", type=float, help="instead of the model's own")
    parser.add_argument("--longest-side", type=int, help="instead of the model's own")
    parser.add_argument("--flip", action="store_true", help="average with the mirrored picture")
    parser.add_argument("--curve", action="store_true", help="the figures at every threshold too")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--compare-cascade", type=Path)
    asked = parser.parse_args()
    if asked.part == "checked":
        pictures = read_checked(asked.data, validation=True)
    else:
        wanted = {"validation": (True,), "training": (False,), "all": (True, False)}[asked.part]
        pictures = [
            picture for picture in read_detection(asked.data) if is_validation(picture.name) in wanted
        ]
    ours = OnnxDetector(asked.model, longest_side=asked.longest_side, flip=asked.flip)
    results = [ours(picture.pixels()) for picture in pictures]
    answers = {asked.model.name: evaluate(pictures, results, asked.threshold or ours.threshold)}
    if asked.compare_cascade:
        cascade = CascadeDetector(asked.compare_cascade)
        found = [cascade(picture.pixels()) for picture in pictures]
        answers[asked.compare_cascade.name] = evaluate(pictures, found, cascade.threshold)
    if asked.curve:
        answers[asked.model.name]["curve"] = curve(pictures, results)
    if asked.json:
        print(json.dumps(answers))
        return
    print("\n\n".join(table(name, figures) for name, figures in answers.items()))
    for row in answers[asked.model.name].get("curve", []):
        print("  ".join(f"{name} {'-' if value is None else f'{value:.3f}'}" for name, value in row.items()))


if __name__ == "__main__":
    main()
