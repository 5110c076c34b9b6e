"""The PixAI tagger v0.9: tags, characters and their series; no rating."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import Unavailable
from core.inference import Models
from core.pictures.picture import Face, Picture, Tag
from core.pictures.taggers.labels import (
    Label,
    Thresholds,
    category_thresholds,
    characters_in,
    chosen,
    selected_tags,
)  # fmt: skip
from core.pictures.taggers.preparing import stretched


class PixaiTagger:
    """`model.onnx`: `input` float32 [N, 3, S, S], RGB from -1 to 1, to `prediction` [N, T] probabilities (beside
    `embedding` and `logits`); `selected_tags.csv` names the outputs, its column `ips` the series of a character. The
    picture is laid on white and stretched bilinearly. `thresholds.csv`, where there is one, beats the default."""

    def __init__(self, models: Models, model: str, thresholds: Thresholds | None = None) -> None:
        """`thresholds`, when given, beats the model's own file."""
        self._models = models
        self._model = model
        self._given = thresholds
        self._known: tuple[str, tuple[Label, ...], Thresholds] | None = None

    @property
    def name(self) -> str:
        """Raises Unavailable as `tag` does."""
        return self._models.label(self._model, "model.onnx")

    def tag(self, picture: Picture, faces: Sequence[Face]) -> tuple[Tag, ...]:
        """See `Tagger`."""
        del faces
        scores, labels, thresholds = self._scores(picture.over())
        return chosen(scores, labels, thresholds)

    def character_scores(self, pixels: NDArray[np.uint8], least: float = 0.05) -> tuple[Tag, ...]:
        """Characters in uint8 [h, w, 3] RGB (a head with what is around it), best first, from `least`."""
        scores, labels, _ = self._scores(pixels)
        return characters_in(scores, labels, least)

    def _scores(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], tuple[Label, ...], Thresholds]:
        session = self._models.onnx(self._model)
        shape = session.inputs.get("input", ())
        if len(shape) != 4 or shape[1] != 3 or shape[2] is None or shape[3] is None:
            raise Unavailable("model-broken", model=session.name)
        scaled = stretched(pixels, shape[3], shape[2], Image.Resampling.BILINEAR).astype(np.float32)
        tensor = ((scaled / 255 - 0.5) / 0.5).transpose(2, 0, 1)[None]
        found = session.run(input=np.ascontiguousarray(tensor)).get("prediction")
        labels, thresholds = self._lists(session.name)
        if found is None or found.shape != (1, len(labels)):
            raise Unavailable("model-broken", model=session.name)
        return found[0].astype(np.float32), labels, thresholds

    def _lists(self, version: str) -> tuple[tuple[Label, ...], Thresholds]:
        if self._known is None or self._known[0] != version:
            labels = selected_tags(self._models.file(self._model, "selected_tags.csv"), version)
            thresholds = self._given or category_thresholds(self._models, self._model, Thresholds(0.30, 0.85))
            self._known = version, labels, thresholds
        return self._known[1:]
