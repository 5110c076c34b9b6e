"""WD taggers, version 3 (and 2, which has the same layout): tags, rating and characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import Unavailable
from core.inference import Models
from core.pictures.picture import Face, Picture, Tag
from core.pictures.taggers.labels import Label, Thresholds, characters_in, chosen, selected_tags
from core.pictures.taggers.preparing import square


class WdTagger:
    """`model.onnx`: `input` float32 [N, S, S, 3], BGR 0-255, to `output` [N, T] probabilities; `selected_tags.csv`
    names the outputs in order. The picture is laid on white, padded to a square with white and scaled bicubically."""

    def __init__(self, models: Models, model: str, thresholds: Thresholds | None = None) -> None:
        self._models = models
        self._model = model
        self._thresholds = thresholds or Thresholds(general=0.35, character=0.85)
        self._known: tuple[str, tuple[Label, ...]] | None = None

    @property
    def name(self) -> str:
        """Raises Unavailable as `tag` does."""
        return self._models.label(self._model, "model.onnx")

    def tag(self, picture: Picture, faces: Sequence[Face]) -> tuple[Tag, ...]:
        """See `Tagger`."""
        del faces
        scores, labels = self._scores(picture.over())
        return chosen(scores, labels, self._thresholds)

    def character_scores(self, pixels: NDArray[np.uint8], least: float = 0.05) -> tuple[Tag, ...]:
        """Characters in uint8 [h, w, 3] RGB (a head with what is around it), best first, from `least`."""
        scores, labels = self._scores(pixels)
        return characters_in(scores, labels, least)

    def _scores(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], tuple[Label, ...]]:
        session = self._models.onnx(self._model)
        shape = session.inputs.get("input", ())
        if len(shape) != 4 or shape[1] is None or shape[1] != shape[2] or shape[3] != 3:
            raise Unavailable("model-broken", model=session.name)
        bgr = square(pixels, shape[1])[None, :, :, ::-1].astype(np.float32)
        found = session.run(input=np.ascontiguousarray(bgr)).get("output")
        labels = self._labels(session.name)
        if found is None or found.shape != (1, len(labels)):
            raise Unavailable("model-broken", model=session.name)
        return found[0].astype(np.float32), labels

    def _labels(self, version: str) -> tuple[Label, ...]:
        if self._known is None or self._known[0] != version:
            self._known = version, selected_tags(self._models.file(self._model, "selected_tags.csv"), version)
        return self._known[1]
