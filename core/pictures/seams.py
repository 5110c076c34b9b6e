"""What a detector, a recogniser, an embedder, a tagger and a captioner are. One file a back end, registered by name.

All of them are synchronous and are called in worker threads; none touches the network. Construction is cheap: weights
are loaded at the first call, through the sessions they were given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from core.pictures.picture import Box, Detection, Face, Findings, Picture, Tag

Length = Literal["short", "long", "alt"]


class Detector(Protocol):
    """Finds heads."""

    @property
    def name(self) -> str:
        """What it runs on, as `model@first digits of the checksum`; raises Unavailable where there is no such model."""

    def detect(self, picture: Picture) -> tuple[Detection, ...]:
        """Heads, best score first, boxes inside the picture in its pixels; empty when there is none.

        Raises:
            Unavailable: `model-missing` or `model-broken`.
        """


class Embedder(Protocol):
    """Turns heads into vectors of which the cosine says how alike two characters are."""

    @property
    def name(self) -> str:
        """Model and checksum: vectors of two embedders are never compared."""

    @property
    def dimensions(self) -> int: ...

    def embed(self, picture: Picture, heads: Sequence[Box]) -> NDArray[np.float32]:
        """float32 [len(heads), dimensions], each row L2-normalised, rows in the order given.

        Raises:
            Unavailable: `model-missing` or `model-broken`.
        """


class Recogniser(Protocol):
    """Names heads."""

    @property
    def name(self) -> str: ...

    def recognise(self, picture: Picture, heads: Sequence[Detection]) -> tuple[Face, ...]:
        """One face a head, in the order given.

        Raises:
            Unavailable: `model-missing` or `model-broken`.
        """


class Tagger(Protocol):
    """Scores tags for a whole picture."""

    @property
    def name(self) -> str: ...

    def tag(self, picture: Picture, faces: Sequence[Face]) -> tuple[Tag, ...]:
        """Tags at or above the model's own thresholds, best first within a category, as the model gave them: rules
        (implications, contradictions, limits, blacklists) come after, in one place.

        `faces` are those found before; a tagger may use their traits or leave them alone.

        Raises:
            Unavailable: `model-missing` or `model-broken`.
        """


@runtime_checkable
class SeesTraits(Protocol):
    """A tagger that looks at heads too."""

    def with_traits(self, picture: Picture, faces: Sequence[Face]) -> tuple[Face, ...]:
        """The faces with the traits that it sees better; nothing is raised where its model is missing."""


class Words(Protocol):
    """Sentences by key in somebody's language, as the message catalogues give them."""

    def __call__(self, key: str, /, **arguments: str | int | float) -> str: ...


class Captioner(Protocol):
    """Puts a picture into words."""

    @property
    def name(self) -> str: ...

    def caption(self, picture: Picture, findings: Findings, words: Words, length: Length) -> str:
        """One or more sentences; `alt` is for people who cannot see the picture, at most 1,000 characters.

        Raises:
            Unavailable: `model-missing` or `model-broken`.
        """
