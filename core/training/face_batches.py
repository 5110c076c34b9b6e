"""Batches of augmented faces, each a pure function of the seed and its number."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.training.faces import Face, Pixels, Square, crop

NO_LABEL = -1


def augmented(rng: np.random.Generator, face: Face, size: int, *, colours: float = 1.0) -> Pixels:
    """A face as another picture might show it: RGB uint8 [size, size, 3].

    Framing (scale, place, angle, proportions), light and tint (`colours` scales how much: hair and eye colour must
    stay readable), blur, low resolution, JPEG, greyscale, and a covered part.
    """
    square = face.square
    inner = face.head is not None and rng.random() < 0.5
    if inner and face.head is not None:
        square = face.head
    # a given crop has nothing around it to show, a head inside a larger picture has
    low, high = (0.75, 1.4) if inner or square[2] < 0.8 * max(face.pixels.shape[:2]) else (0.65, 1.12)
    picture = _framed(rng, face.pixels, square, size, low, high)
    if rng.random() < 0.5:
        picture = picture[:, ::-1]
    picture = _recoloured(rng, picture, colours)
    if rng.random() < 0.25 * colours:
        small = int(size * rng.uniform(0.3, 0.8))
        picture = cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        picture = cv2.resize(picture, (size, size), interpolation=cv2.INTER_LINEAR)  # type: ignore[assignment]
    elif rng.random() < 0.15:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.4))  # type: ignore[assignment]
    if rng.random() < 0.25:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 85))]
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR)  # type: ignore[assignment]
    if rng.random() < 0.3:
        picture = _covered(rng, picture)
    return np.ascontiguousarray(picture)


def _framed(
    rng: np.random.Generator, pixels: Pixels, square: Square, size: int, low: float, high: float
) -> Pixels:
    x, y, side = square
    side *= math.exp(rng.uniform(math.log(low), math.log(high)))
    x += rng.normal(0, 0.05) * side
    y += rng.normal(0, 0.05) * side
    angle = math.radians(rng.normal(0, 6))
    wide = math.exp(rng.normal(0, 0.04))
    if side > 2 * size:
        return crop(pixels, (x, y, side), size)
    scale = size / side
    turn = np.array(
        [
            [scale * wide * math.cos(angle), -scale * wide * math.sin(angle)],
            [scale / wide * math.sin(angle), scale / wide * math.cos(angle)],
        ]
    )
    centre = np.array([size / 2 - 0.5, size / 2 - 0.5])
    matrix = np.column_stack([turn, centre - turn @ np.array([x - 0.5, y - 0.5])])
    return cv2.warpAffine(  # type: ignore[return-value]
        pixels, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _recoloured(rng: np.random.Generator, picture: Pixels, strength: float) -> Pixels:
    grey_too = rng.random() < 0.06 * strength
    if not grey_too and rng.random() < 0.2:
        return picture
    changed: NDArray[np.float32] = picture.astype(np.float32)
    grey = changed @ np.array([0.299, 0.587, 0.114], np.float32)
    saturation = 0.0 if grey_too else math.exp(rng.normal(0, 0.25 * strength))
    changed = grey[..., None] + np.float32(saturation) * (changed - grey[..., None])
    contrast = math.exp(rng.normal(0, 0.2 * strength))
    gains = np.exp(rng.normal(0, 0.05 * strength, 3)).astype(np.float32) * np.float32(contrast)
    changed = (changed - 128) * gains + np.float32(128 + rng.normal(0, 18 * strength))
    return np.clip(changed, 0, 255).astype(np.uint8)


def _covered(rng: np.random.Generator, picture: Pixels) -> Pixels:
    size = picture.shape[0]
    height, width = (rng.uniform(0.12, 0.4, 2) * size).astype(int)
    top, left = int(rng.integers(0, size - height)), int(rng.integers(0, size - width))
    picture = picture.copy()
    picture[top : top + height, left : left + width] = rng.integers(0, 256, 3)
    return picture


def weights(faces: Sequence[Face], scale_of_source: Mapping[str, float]) -> NDArray[np.float64]:
    """How often each face is drawn: rarer characters more often, single sources as told; sums to 1."""
    of_character = Counter(face.character for face in faces)
    drawn = np.array(
        [scale_of_source.get(face.source, 1.0) / math.sqrt(of_character[face.character]) for face in faces]
    )
    total: float = drawn.sum()
    return np.asarray(drawn / total, dtype=np.float64)


class FaceBatches:
    """`batch_at` for the training loop.

    Every batch is of one of `sizes` and holds some of each part: faces, how often each is drawn (None: equally), how
    many of them are in a batch, and the strength of their colour changes. A batch is a dict of `crops` (float32
    [N, 3, S, S], 0-255) and for every list of labels an int64 [N], -1 where a face has no such label.
    `twice` are faces without labels and how many of them each batch ends with, every one in two versions, one after
    the other.
    """

    def __init__(
        self,
        parts: Sequence[tuple[Sequence[Face], NDArray[np.float64] | None, int, float]],
        labels: Mapping[str, Sequence[str]],
        sizes: Sequence[int],
        seed: int,
        twice: tuple[Sequence[Face], int] = ((), 0),
    ) -> None:
        self._twice = twice
        self._parts = [part for part in parts if part[0] and part[2]]
        self._labels = {name: {value: n for n, value in enumerate(values)} for name, values in labels.items()}
        self._sizes, self._seed = tuple(sizes), seed

    def __call__(self, index: int) -> dict[str, Tensor]:
        rng = np.random.default_rng((self._seed, index))
        size = self._sizes[int(rng.integers(len(self._sizes)))]
        crops: list[Pixels] = []
        chosen: list[Face] = []
        for faces, drawn, count, colours in self._parts:
            for at in rng.choice(len(faces), count, p=drawn):
                chosen.append(faces[at])
                crops.append(augmented(rng, faces[at], size, colours=colours))
        faces, count = self._twice
        for at in rng.choice(len(faces), count, replace=False) if faces else ():
            chosen += [faces[at]] * 2
            crops += [augmented(rng, faces[at], size, colours=0.7) for _ in range(2)]
        batch = {
            name: torch.tensor([index_of.get(getattr(face, name), NO_LABEL) for face in chosen])
            for name, index_of in self._labels.items()
        }
        return {"crops": as_tensor(crops), **batch}


def as_tensor(crops: Sequence[Any]) -> Tensor:
    """float32 [N, 3, S, S] in channels-last memory, from RGB uint8 [S, S, 3] pictures."""
    return torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float()
