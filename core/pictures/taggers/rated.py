"""A tagger without ratings, and another one that gives them."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from core.errors import Unavailable
from core.pictures.picture import Face, Picture, Tag
from core.pictures.seams import SeesTraits, Tagger

log = logging.getLogger(__name__)


class RatedTagger:
    """Tags by one model, ratings by another."""

    def __init__(self, tagger: Tagger, rating: Tagger, *, required: bool = True) -> None:
        """`required`: nothing is said of a picture that cannot be rated. Otherwise, where the rating model is missing
        or broken, there are tags alone, and that is logged once."""
        self._tagger = tagger
        self._rating = rating
        self._required = required
        self._warned = False

    @property
    def name(self) -> str:
        """Both names, joined by +; `unrated` for a rating model that is done without."""
        try:
            rating = self._rating.name
        except Unavailable as problem:
            self._do_without(problem)
            rating = "unrated"
        return f"{self._tagger.name}+{rating}"

    def tag(self, picture: Picture, faces: Sequence[Face]) -> tuple[Tag, ...]:
        """See `Tagger`."""
        try:
            ratings = [tag for tag in self._rating.tag(picture, ()) if tag.category == "rating"]
        except Unavailable as problem:
            self._do_without(problem)
            ratings = []
        return (*ratings, *(tag for tag in self._tagger.tag(picture, faces) if tag.category != "rating"))

    def _do_without(self, problem: Unavailable) -> None:
        if self._required:
            raise problem
        if not self._warned:
            log.warning("Pictures are not rated, so none is held back as too explicit: %s", problem)
            self._warned = True

    def with_traits(self, picture: Picture, faces: Sequence[Face]) -> tuple[Face, ...]:
        """See `SeesTraits`."""
        return (
            self._tagger.with_traits(picture, faces) if isinstance(self._tagger, SeesTraits) else tuple(faces)
        )
