"""Faces named from galleries, by whatever turns them into vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from core.characters import Gallery, identify
from core.pictures.picture import Box, Candidate, Detection, Face, Picture, Trait
from core.pictures.seams import Embedder

CANDIDATES = 5


@runtime_checkable
class ReadsTraits(Protocol):
    """An embedder that sees hair, eyes and gender in the same run."""

    def read(
        self, picture: Picture, heads: Sequence[Box]
    ) -> tuple[NDArray[np.float32], tuple[tuple[Trait, ...], ...]]: ...


class GalleryRecogniser:
    """Who a face is most like in some galleries; "unknown" where nobody is likely enough."""

    def __init__(self, embedder: Embedder, galleries: Sequence[Gallery]) -> None:
        self._embedder = embedder
        self.galleries = tuple(galleries)

    @property
    def name(self) -> str:
        """The embedder's, and the galleries with what tells their states apart."""
        return " ".join(
            [self._embedder.name, *(f"{gallery.name}@{gallery.state}" for gallery in self.galleries)]
        )

    def knows(self, character: str) -> bool:
        """Whether it could name a character."""
        return any(character in gallery.names for gallery in self.galleries)

    def recognise(self, picture: Picture, heads: Sequence[Detection]) -> tuple[Face, ...]:
        """See `Recogniser`.

        Raises:
            ArtefactError: `gallery-other-model`: a gallery's vectors are of another embedder.
        """
        boxes = [head.box for head in heads]
        if not boxes:
            return ()
        traits: tuple[tuple[Trait, ...], ...]
        if isinstance(self._embedder, ReadsTraits):
            vectors, traits = self._embedder.read(picture, boxes)
        else:
            vectors, traits = self._embedder.embed(picture, boxes), ((),) * len(boxes)
        named = identify(self.galleries, self._embedder.name, vectors, CANDIDATES)
        return tuple(
            Face(
                box=head.box,
                score=head.score,
                candidates=tuple(
                    Candidate(name.character, name.series, name.probability, name.gallery) for name in names
                ),
                unknown=not (names and names[0].sure),
                traits=seen,
                embedding=vector,
            )
            for head, names, seen, vector in zip(heads, named, traits, vectors, strict=True)
        )
