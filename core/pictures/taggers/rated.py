"""A tagger without ratings, and another one that gives them."""

from __future__ import annotations

from collections.abc import Sequence

from core.pictures.picture import Face, Picture, Tag
from core.pictures.seams import SeesTraits, Tagger


class RatedTagger:
    """Tags by one model, ratings by another."""

    def __init__(self, tagger: Tagger, rating: Tagger) -> None:
        self._tagger = tagger
        self._rating = rating

    @property
    def name(self) -> str:
        """Both names, joined by +."""
        return f"{self._tagger.name}+{self._rating.name}"

    def tag(self, picture: Picture, faces: Sequence[Face]) -> tuple[Tag, ...]:
        """See `Tagger`."""
        ratings = [tag for tag in self._rating.tag(picture, ()) if tag.category == "rating"]
        return (*ratings, *(tag for tag in self._tagger.tag(picture, faces) if tag.category != "rating"))

    def with_traits(self, picture: Picture, faces: Sequence[Face]) -> tuple[Face, ...]:
        """See `SeesTraits`."""
        return (
            self._tagger.with_traits(picture, faces) if isinstance(self._tagger, SeesTraits) else tuple(faces)
        )
