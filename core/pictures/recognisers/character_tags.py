"""Characters that a tagger (WD, PixAI) knows by their tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.characters import without_qualifier
from core.inference import Models
from core.pictures.cropping import surroundings
from core.pictures.picture import Candidate, Detection, Face, Picture, Tag
from core.pictures.recognisers.gallery import CANDIDATES
from core.pictures.taggers.labels import selected_tags

THRESHOLD = 0.85
"""Of the models' publishers, for tags of characters."""

_LEAST = 0.05
_LABELS = "selected_tags.csv"


class TagsCharacters(Protocol):
    """A tagger that knows characters."""

    @property
    def name(self) -> str: ...

    def character_scores(self, pixels: NDArray[np.uint8], least: float) -> tuple[Tag, ...]:
        """Characters in uint8 [h, w, 3], best first."""


class CharacterTagRecogniser:
    """Asks the tagger about each head with what is around it. Its scores are taken as probabilities.

    The series of a character is what the model's list says (`ips`), else the last brackets: `saber_(fate)`.
    """

    def __init__(
        self, models: Models, model: str, tagger: TagsCharacters, threshold: float = THRESHOLD
    ) -> None:
        self._models = models
        self._model = model
        self._tagger = tagger
        self._threshold = threshold
        self._known: tuple[str, Mapping[str, str | None]] = "", {}

    @property
    def name(self) -> str:
        """The tagger's."""
        return self._tagger.name

    def knows(self, character: str) -> bool:
        """Whether there is a tag of that name."""
        return character in self._series()

    def recognise(self, picture: Picture, heads: Sequence[Detection]) -> tuple[Face, ...]:
        """See `Recogniser`."""
        return tuple(self._face(picture, head) for head in heads)

    def _face(self, picture: Picture, head: Detection) -> Face:
        tags = self._tagger.character_scores(surroundings(picture, head.box), _LEAST)[:CANDIDATES]
        series = self._series()
        candidates = tuple(Candidate(tag.name, series.get(tag.name), tag.score, self._model) for tag in tags)
        unknown = not candidates or candidates[0].score < self._threshold
        return Face(head.box, head.score, candidates, unknown)

    def _series(self) -> Mapping[str, str | None]:
        """Series by character."""
        version = self._models.files.checksum(self._model, _LABELS)
        if self._known[0] != version:
            labels = selected_tags(self._models.file(self._model, _LABELS), self._model)
            self._known = (
                version,
                {
                    label.name: label.series[0] if label.series else without_qualifier(label.name)[1]
                    for label in labels
                    if label.category == "character"
                },
            )
        return self._known[1]
