"""Our own recogniser: vectors of faces, hair, eyes and gender."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.errors import Unavailable
from core.inference import Models, Session
from core.pictures.cropping import is_whole, square_crop
from core.pictures.picture import Box, Picture, Trait
from core.pictures.recognisers.onnx_embedder import OnnxEmbedder

TraitKind = Literal["hair", "eyes", "gender"]

_AT_ONCE = 32
KINDS: tuple[TraitKind, ...] = get_args(TraitKind)


class FaceEmbedder(OnnxEmbedder):
    """Runs `recogniser.onnx`: `crops` float32 [N, 3, S, S], RGB 0-255, to `embedding` [N, D], L2-normalised, and the
    probabilities `hair`, `eyes` and `gender`, whose labels are JSON lists in the metadata. A crop is a square around
    the head, `expand` times its longer side (a picture that is one face is taken whole), its edges repeated."""

    def __init__(self, models: Models, model: str = "faces", file: str = "recogniser.onnx") -> None:
        super().__init__(models, model, file)

    def embed(self, picture: Picture, heads: Sequence[Box]) -> NDArray[np.float32]:
        """See `Embedder`."""
        return self.read(picture, heads)[0]

    def read(
        self, picture: Picture, heads: Sequence[Box]
    ) -> tuple[NDArray[np.float32], tuple[tuple[Trait, ...], ...]]:
        """Vectors [heads, dimensions], and for each head the likeliest hair, eyes and gender.

        Raises:
            Unavailable: `model-missing` or `model-broken`.
        """
        session = self._models.onnx(self._model, self._file)
        if not heads:
            return np.zeros((0, 0), np.float32), ()
        size, expand, labels = _facts(session)
        pixels = picture.over()
        crops = np.stack([_crop(pixels, picture, head, size, expand) for head in heads])
        images = np.ascontiguousarray(crops.transpose(0, 3, 1, 2), np.float32)
        vectors: list[NDArray[np.float32]] = []
        traits: list[tuple[Trait, ...]] = []
        for start in range(0, len(images), _AT_ONCE):
            found = session.run(crops=images[start : start + _AT_ONCE])
            try:
                vectors.append(np.asarray(found["embedding"], np.float32))
                traits += _traits({kind: np.asarray(found[kind], np.float32) for kind in KINDS}, labels)
            except (KeyError, ValueError) as problem:
                raise Unavailable("model-broken", model=session.name) from problem
        return np.concatenate(vectors), tuple(traits)


def _facts(session: Session) -> tuple[int, float, dict[TraitKind, list[str]]]:
    told = session.metadata
    try:
        if told["pad"] != "edge":
            raise ValueError(f"pad {told['pad']}")
        labels = {kind: [str(label) for label in json.loads(told[kind])] for kind in KINDS}
        return int(told["size"]), float(told["expand"]), labels
    except (KeyError, TypeError, ValueError) as problem:
        raise Unavailable("model-broken", model=session.name) from problem


def _crop(
    pixels: NDArray[np.uint8], picture: Picture, head: Box, size: int, expand: float
) -> NDArray[np.uint8]:
    side = max(head.w, head.h) * (1 if is_whole(picture, head) else expand)
    return square_crop(pixels, head.x + head.w / 2, head.y + head.h / 2, side, size)


def _traits(
    scores: dict[TraitKind, NDArray[np.float32]], labels: dict[TraitKind, list[str]]
) -> list[tuple[Trait, ...]]:
    """Raises ValueError where scores and labels differ in number."""
    for kind in KINDS:
        if scores[kind].ndim != 2 or scores[kind].shape[1] != len(labels[kind]):
            raise ValueError(f"{kind}: {scores[kind].shape} for {len(labels[kind])} labels")
    return [
        tuple(
            Trait(
                kind,
                labels[kind][best],
                float(row[best]),
                tuple(zip(labels[kind], map(float, row), strict=True)),
            )
            for kind in KINDS
            for row in [rows[kind]]
            for best in [int(row.argmax())]
        )
        for rows in ({kind: scores[kind][n] for kind in KINDS} for n in range(len(scores[KINDS[0]])))
    ]
