"""Where recogniser and detector are wrong: worst confusions, how far a score can be trusted, pictures to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.training.detection_data import HeadPicture
from core.training.evaluate_detector import Detections, match
from core.training.faces import FacePacks, crop, is_validation
from core.training.onnx_recogniser import OnnxRecogniser
from core.training.recognition_figures import by_gallery

_SHOWN = 128
_LEAST = 0.5
_HIT, _FALSE, _MISSED = (0, 170, 60), (220, 40, 40), (240, 170, 0)

Shown = list[tuple[NDArray[np.uint8], str]]


@dataclass(frozen=True)
class Mistakes:
    """`confused`: pairs with the number of pictures. `trust`: by tenths of the score, how many and which share was
    right. `shown`: pictures with texts, the worst first."""

    confused: list[dict[str, Any]]
    trust: list[dict[str, float]]
    shown: Shown


def of_recogniser(model: OnnxRecogniser, packs: FacePacks) -> Mistakes:
    """Faces of `identities` that were not trained on, named by those that were, as galleries do."""
    faces = packs.identities()
    vectors = model.answers(faces).embedding
    held = np.array([is_validation(face.group) for face in faces])
    names = np.array([face.character for face in faces])
    scores, known = by_gallery(vectors[~held], names[~held], vectors[held])
    asked = [face for face, row in zip(faces, held, strict=True) if row]
    said, best = known[scores.argmax(1)], scores.max(1)
    right = said == names[held]
    confused = Counter(
        (face.character, str(name)) for face, name in zip(asked, said, strict=True) if name != face.character
    )
    trust = []
    for low in range(10):
        rows = (best >= low / 10) & (best < (low + 1) / 10 if low < 9 else True)
        if rows.any():
            trust.append({"from": low / 10, "pictures": int(rows.sum()), "right": float(right[rows].mean())})
    wrong = sorted(np.flatnonzero(~right), key=lambda row: -float(best[row]))
    shown = [
        (
            crop(asked[row].pixels, asked[row].square, _SHOWN),
            f"{asked[row].character}\n= {said[row]}?\n{best[row]:.2f}",
        )
        for row in wrong
    ]
    return Mistakes(
        [{"is": pair[0], "called": pair[1], "pictures": count} for pair, count in confused.most_common(20)],
        trust,
        shown,
    )


def of_detector(pictures: Sequence[HeadPicture], found: Sequence[Detections], threshold: float) -> Shown:
    """Pictures with a missed head or a false box, those with most first: hits green, false boxes red, missed heads
    yellow."""
    rows: list[tuple[int, HeadPicture, Detections, list[int | None]]] = []
    for picture, answers in zip(pictures, found, strict=True):
        sure = answers.above(threshold)
        hits = match(sure.boxes, picture.boxes, _LEAST)
        wrong = sum(hit is None for hit in hits) + len(picture.boxes) - sum(hit is not None for hit in hits)
        if wrong:
            rows.append((wrong, picture, sure, hits))
    rows.sort(key=lambda row: -row[0])
    shown: Shown = []
    for _, picture, sure, hits in rows:
        pixels = picture.pixels().copy()
        thick = max(1, max(pixels.shape[:2]) // 100)
        missed = [box for at, box in enumerate(picture.boxes) if at not in hits]
        drawn = [(box, _FALSE if hit is None else _HIT) for box, hit in zip(sure.boxes, hits, strict=True)]
        for box, colour in [*drawn, *((box, _MISSED) for box in missed)]:
            left, top, right, bottom = (int(value) for value in box)
            cv2.rectangle(pixels, (left, top), (right, bottom), colour, thick)
        false = sum(hit is None for hit in hits)
        shown.append((pixels, f"{picture.name}\n{false} false, {len(missed)} missed"))
    return shown
