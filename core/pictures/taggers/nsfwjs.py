"""The rating that ships: a classifier with the five classes of nsfwjs, mapped to the ratings of the other taggers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from core.errors import Unavailable
from core.inference import Models
from core.pictures.picture import Face, Picture, Tag
from core.pictures.taggers.preparing import stretched

ADULT, SUGGESTIVE = ("Hentai", "Porn"), "Sexy"
LABELS = frozenset((*ADULT, SUGGESTIVE, "Drawing", "Neutral"))

EXPLICIT = 0.95
QUESTIONABLE = 0.70
"""The lowest, in steps of 0.05, at which at most 1 % of harmless pictures are held back, of whole ones and of face
crops: 2 of 689 and 16 of 1,904 there; 0 of 723 and 18 of 1,981 others (see data/models/rating.md)."""

REVEALING = 0.9
"""Higher, as it counts swimwear and the like too, which harmless pictures show; none of these was there by it alone."""

SENSITIVE = 0.5


def rating(shares: Mapping[str, float]) -> Tag:
    """The one rating of a picture.

    `shares`: probability by class, summing to 1. With A for Hentai and Porn together and B for these and Sexy:
    explicit from A = `EXPLICIT`, questionable from A = `QUESTIONABLE` or B = `REVEALING`, sensitive from
    B = `SENSITIVE`, general otherwise. The score is B; A for explicit, and for general what B leaves.
    """
    adult = sum(shares[name] for name in ADULT)
    revealing = adult + shares[SUGGESTIVE]
    if adult >= EXPLICIT:
        return Tag("explicit", "rating", min(1.0, adult))
    if adult >= QUESTIONABLE or revealing >= REVEALING:
        return Tag("questionable", "rating", min(1.0, revealing))
    if revealing >= SENSITIVE:
        return Tag("sensitive", "rating", revealing)
    return Tag("general", "rating", 1 - revealing)


class NsfwjsTagger:
    """`rating.onnx`: `image` float32 [N, 3, S, S], RGB 0-255, to `classes` [N, 5] probabilities; its metadata hold
    `labels`, a JSON list. The picture is laid on white and stretched bilinearly, as the publisher does,
    but smoothly where it is shrunk."""

    def __init__(self, models: Models, model: str = "rating", file: str = "rating.onnx") -> None:
        self._models = models
        self._model = model
        self._file = file

    @property
    def name(self) -> str:
        """Raises Unavailable as `tag` does."""
        return self._models.label(self._model, self._file)

    def tag(self, picture: Picture, faces: Sequence[Face]) -> tuple[Tag, ...]:
        """The rating alone; see `Tagger`."""
        del faces
        return (rating(self.classes(picture)),)

    def classes(self, picture: Picture) -> dict[str, float]:
        """Probability by class, summing to 1.

        Raises:
            Unavailable: `model-missing` or `model-broken`.
        """
        session = self._models.onnx(self._model, self._file)
        shape = session.inputs.get("image", ())
        try:
            labels = json.loads(session.metadata["labels"])
            if len(shape) != 4 or shape[2] is None or shape[3] is None or set(labels) != LABELS:
                raise ValueError(shape)
        except (KeyError, ValueError, TypeError) as problem:
            raise Unavailable("model-broken", model=session.name) from problem
        scaled = stretched(picture.over(), shape[3], shape[2], Image.Resampling.BILINEAR)
        image = np.ascontiguousarray(scaled.transpose(2, 0, 1)[None].astype(np.float32))
        found = session.run(image=image).get("classes")
        if found is None or found.shape != (1, len(labels)):
            raise Unavailable("model-broken", model=session.name)
        return dict(zip(labels, found[0].tolist(), strict=True))
