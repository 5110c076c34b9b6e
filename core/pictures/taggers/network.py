"""Taggers that `osusume train tagger` made of a network: tags, characters and ratings, each tag with its threshold."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from core.errors import Unavailable
from core.inference import Models
from core.pictures.picture import Face, Picture, Tag
from core.pictures.taggers.labels import Label, Thresholds, chosen, selected_tags
from core.pictures.taggers.preparing import square

MODEL_FILE, TAGS_FILE = "model.onnx", "selected_tags.csv"
INPUT, OUTPUT = "image", "tags"


class NetworkTagger:
    """`model.onnx`: `image` float32 [N, 3, S, S], RGB 0-255, to `tags` [N, T] probabilities; `selected_tags.csv` names
    the outputs in order, with the column `threshold`. The picture is laid on white, padded to a square with white and
    scaled bicubically."""

    def __init__(self, models: Models, model: str) -> None:
        self._models = models
        self._model = model
        self._known: tuple[str, tuple[Label, ...], Thresholds] | None = None

    @property
    def name(self) -> str:
        """Raises Unavailable as `tag` does."""
        return self._models.label(self._model, MODEL_FILE)

    def tag(self, picture: Picture, faces: Sequence[Face]) -> tuple[Tag, ...]:
        """See `Tagger`."""
        del faces
        session = self._models.onnx(self._model, MODEL_FILE)
        shape = session.inputs.get(INPUT, ())
        if len(shape) != 4 or shape[1] != 3 or shape[2] is None or shape[2] != shape[3]:
            raise Unavailable("model-broken", model=session.name)
        pixels = square(picture.over(), shape[2], Image.Resampling.BICUBIC)
        image = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None].astype(np.float32))
        found = session.run(**{INPUT: image}).get(OUTPUT)
        labels, thresholds = self._lists(session.name)
        if found is None or found.shape != (1, len(labels)):
            raise Unavailable("model-broken", model=session.name)
        return chosen(found[0].astype(np.float32), labels, thresholds)

    def _lists(self, version: str) -> tuple[tuple[Label, ...], Thresholds]:
        if self._known is None or self._known[0] != version:
            path = self._models.file(self._model, TAGS_FILE)
            self._known = version, selected_tags(path, version), tag_thresholds(path, version)
        return self._known[1:]


def tag_thresholds(path: Path, model: str) -> Thresholds:
    """The column `threshold` of a list of tags, by name.

    Raises:
        Unavailable: `model-broken`, when it has none.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return Thresholds(
                by_tag={
                    row["name"]: float(row["threshold"])
                    for row in csv.DictReader(file)
                    if row["category"] != "9"
                }
            )
    except (OSError, KeyError, ValueError, TypeError) as problem:
        raise Unavailable("model-broken", model=model) from problem
