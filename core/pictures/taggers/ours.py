"""Our own tagger: what the faces tell, what can be measured, and a small learned model for the rest."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import Unavailable
from core.inference import Models
from core.pictures.picture import Face, Picture, Tag
from core.pictures.taggers.known import face_tags
from core.pictures.taggers.pixels import pixel_tags
from core.pictures.taggers.preparing import stretched
from core.pictures.taggers.traits import with_traits
from core.pictures.tags import vocabulary

log = logging.getLogger(__name__)

COUNTS = frozenset(
    ("1girl", "2girls", "3girls", "1boy", "2boys", "solo", "multiple_girls", "multiple_boys", "no_humans")
)


LEAST = {"indoors": 0.9}
"""Scores that tags need whatever the model's own threshold is. Of 50 pictures that the model was not trained on
`indoors` was right in 6 of 14 from 0.4, 5 of 12 from 0.5, 3 of 8 from 0.7 and 2 of 4 from 0.9; two of the wrong ones
there are buildings seen from outside, which `outdoors`, as likely, takes back."""

OF_PEOPLE = frozenset(("hair", "eyes", "expression", "head", "body", "clothes", "pose"))
"""Groups of tags that say something of somebody."""


class OurTagger:
    """`tagger.onnx`: `image` float32 [N, 3, S, S], RGB 0-255, stretched bicubically, to `tags` [N, T] probabilities;
    its metadata hold `tags` and `thresholds`, JSON lists, and `size` where S is free. It may see `hair` and `gender` of
    heads too, shown to it in squares of `head_size`. Without the file everything else still works."""

    def __init__(self, models: Models, model: str = "tags", file: str = "tagger.onnx") -> None:
        self._models = models
        self._model = model
        self._file = file
        self._warned = False

    @property
    def name(self) -> str:
        """The learned part's checksum, or `built-in` where there is none."""
        try:
            return self._models.label(self._model, self._file)
        except Unavailable:
            return f"{self._model}@built-in"

    def tag(self, picture: Picture, faces: Sequence[Face]) -> tuple[Tag, ...]:
        """See `Tagger`. Counts come from the faces where there are any, from the learned model otherwise.

        A missing or broken `tagger.onnx` is logged once and does without: nothing is raised.
        """
        found = {tag.name: tag for tag in face_tags(faces, picture.width, picture.height)}
        for tag in pixel_tags(picture):
            found.setdefault(tag.name, tag)
        for tag in self._learned(picture):
            if tag.name in COUNTS and faces:
                continue
            if not faces and vocabulary().group(tag.name) in OF_PEOPLE:
                continue  # a landscape has no hair, whatever its mist looks like
            known = found.get(tag.name)
            if known is None or known.score < tag.score:
                found[tag.name] = tag
        return tuple(sorted(found.values(), key=lambda tag: (tag.category, -tag.score, tag.name)))

    def with_traits(self, picture: Picture, faces: Sequence[Face]) -> tuple[Face, ...]:
        """The faces with hair and gender as this tagger's network sees them; as they are where it cannot be had."""
        try:
            return with_traits(self._models.onnx(self._model, self._file), picture, faces)
        except Unavailable as problem:
            self._warn(problem)
            return tuple(faces)

    def _warn(self, problem: Unavailable) -> None:
        if not self._warned:
            log.warning("The learned part of the tagger is left out: %s", problem)
            self._warned = True

    def _learned(self, picture: Picture) -> list[Tag]:
        try:
            names, thresholds, scores = self._scores(picture)
        except Unavailable as problem:
            self._warn(problem)
            return []
        return [
            Tag(name, "general", float(score))
            for name, least, score in zip(names, thresholds, scores, strict=True)
            if score >= max(least, LEAST.get(name, 0.0))
        ]

    def _scores(self, picture: Picture) -> tuple[list[str], list[float], NDArray[np.float32]]:
        session = self._models.onnx(self._model, self._file)
        shape = session.inputs.get("image", ())
        try:
            names, thresholds = (
                json.loads(session.metadata["tags"]),
                json.loads(session.metadata["thresholds"]),
            )
            size = int(session.metadata.get("size", 0))
            height, width = shape[2] or size, shape[3] or size
            if not height or not width:
                raise ValueError(shape)
        except (KeyError, ValueError, IndexError) as problem:
            raise Unavailable("model-broken", model=session.name) from problem
        scaled = stretched(picture.over(), width, height, Image.Resampling.BICUBIC)
        image = np.ascontiguousarray(scaled.transpose(2, 0, 1)[None].astype(np.float32))
        scores = session.run(image=image).get("tags")
        if scores is None or scores.shape != (1, len(names)) or len(thresholds) != len(names):
            raise Unavailable("model-broken", model=session.name)
        return list(names), [float(least) for least in thresholds], scores[0].astype(np.float32)
