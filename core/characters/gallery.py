"""Characters as vectors: who a face is most like, how probable that is, and when to say that nobody knows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.characters.calibration import Calibration
from core.errors import ArtefactError

Vectors = NDArray[np.float32]

EXEMPLAR, PROTOTYPE = 0, 1
"""Kinds of vectors: one face of a character, and the mean of all its faces."""

PROTOTYPE_SHARE = 0.5
BEST_EXEMPLARS = 3
_ASKED = 256
"""Nearest vectors that are looked up to find the characters worth scoring."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A character of a gallery. `name`: danbooru-style tag. `series`: slug. `shots`: pictures it is known by."""

    name: str
    series: str | None
    shots: int


@dataclass(frozen=True, slots=True)
class Match:
    """How alike a face and a character are: `score` from -1 to 1, see `Gallery.nearest`."""

    character: Enrolled
    score: float
    gallery: str
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Named:
    """Who a face may be. `sure`: the probability is what this character needs to be named."""

    character: str
    series: str | None
    probability: float
    sure: bool
    gallery: str


class Gallery:
    """Characters with their vectors. Immutable, and safe to ask from several threads.

    `name`: "shipped", a host's name for it, or "server". `embedder`: the name (model and checksum) of what made the
    vectors, which alone can be asked about.
    """

    def __init__(
        self,
        name: str,
        embedder: str,
        characters: Sequence[Enrolled],
        vectors: NDArray[np.floating],
        labels: NDArray[np.integer],
        kinds: NDArray[np.integer] | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        """
        Args:
            vectors: [vectors, dimensions]; they are scaled to length 1.
            labels: [vectors], positions in `characters`; every character has a vector.
            kinds: [vectors], `EXEMPLAR` or `PROTOTYPE`; a character without a prototype gets the mean of its
                exemplars, and one without exemplars is scored by its prototype.

        Raises:
            ValueError: these do not fit together.
        """
        labels = np.asarray(labels, np.int64)
        kinds = np.full(len(labels), EXEMPLAR, np.uint8) if kinds is None else np.asarray(kinds, np.uint8)
        if vectors.ndim != 2 or labels.shape != (len(vectors),) or kinds.shape != labels.shape:
            raise ValueError("vectors, labels and kinds differ in number")
        if not np.array_equal(np.unique(labels), np.arange(len(characters))):
            raise ValueError("characters without vectors, or vectors without character")
        if len({character.name for character in characters}) != len(characters):
            raise ValueError("a character twice")
        if not np.isfinite(vectors).all():
            raise ValueError("vectors that are not finite")
        if np.setdiff1d(kinds, (EXEMPLAR, PROTOTYPE)).size:
            raise ValueError("vectors of an unknown kind")
        self.name = name
        self.embedder = embedder
        self.characters = tuple(characters)
        self.calibration = calibration or Calibration()
        self.vectors = normalised(vectors)
        self.labels = labels
        self.kinds = kinds
        order = np.argsort(labels, kind="stable")
        bounds = np.searchsorted(labels[order], np.arange(len(characters) + 1))
        self._rows = [order[start:end] for start, end in pairwise(bounds)]
        self._prototypes = (
            np.stack([self._prototype(rows) for rows in self._rows]) if len(vectors) else self.vectors
        )
        import faiss  # slow to load: only where there are galleries

        # Among some thousand vectors the threads cost a hundred times what they save: 16 ms against 0.14 ms.
        faiss.omp_set_num_threads(1)
        self._index = faiss.IndexFlatIP(int(vectors.shape[1]))
        # The index answers with positions in what was added: first the vectors, then the prototypes.
        self._owners = np.concatenate([labels, np.arange(len(characters))])
        self._index.add(np.concatenate([self.vectors, self._prototypes]))

    def __len__(self) -> int:
        """Characters."""
        return len(self.characters)

    @property
    def dimensions(self) -> int:
        return int(self.vectors.shape[1])

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(character.name for character in self.characters)

    @cached_property
    def state(self) -> str:
        """Eight hex digits that differ where vectors, names or calibration do."""
        names = "\n".join(f"{c.name}\t{c.series}\t{c.shots}" for c in self.characters)
        digest = hashlib.sha256(f"{names}\n{self.calibration.to_json()}".encode())
        for values in (self.vectors, self.labels, self.kinds):
            digest.update(np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()[:8]

    def nearest(self, vectors: Vectors, most: int = 10) -> list[list[Match]]:
        """For each of [queries, dimensions] vectors of length 1 the most alike characters, best first.

        A score is half the cosine to the character's prototype and half the mean of its three best exemplars (fewer
        where there are fewer): the prototype stands for the character, exemplars for one of its outfits or styles.
        """
        if not len(self.characters) or not len(vectors):
            return [[] for _ in vectors]
        vectors = np.ascontiguousarray(np.nan_to_num(vectors), np.float32)  # what is no vector is like nobody
        _, positions = self._index.search(vectors, min(_ASKED, self._index.ntotal))
        found = []
        for vector, near in zip(vectors, positions, strict=True):
            owners = dict.fromkeys(int(owner) for owner in self._owners[near])  # in order of likeness
            matches = [
                Match(self.characters[owner], self._score(vector, owner), self.name, self.calibration)
                for owner in list(owners)[: 4 * most]
            ]
            matches.sort(key=lambda match: -match.score)
            found.append(matches[:most])
        return found

    def _prototype(self, rows: NDArray[np.intp]) -> Vectors:
        given = rows[self.kinds[rows] == PROTOTYPE]
        mean: Vectors = self.vectors[given if len(given) else rows].mean(axis=0)
        return normalised(mean)

    def _score(self, vector: Vectors, owner: int) -> float:
        rows = self._rows[owner]
        prototype = float(self._prototypes[owner] @ vector)
        exemplars = self.vectors[rows[self.kinds[rows] == EXEMPLAR]] @ vector
        if not len(exemplars):
            return prototype
        best = np.sort(exemplars)[-BEST_EXEMPLARS:]
        return PROTOTYPE_SHARE * prototype + (1 - PROTOTYPE_SHARE) * float(best.mean())


def identify(
    galleries: Sequence[Gallery], embedder: str, vectors: Vectors, most: int = 5
) -> list[list[Named]]:
    """Who each of [queries, dimensions] faces may be, best first, over all galleries together.

    A character that is in several galleries counts once, as the most alike. Candidates are listed also where none is
    sure enough to be named.

    Raises:
        ArtefactError: `gallery-other-model`: a gallery was made with another embedder than the vectors.
    """
    for gallery in galleries:
        if gallery.embedder != embedder:
            raise ArtefactError(
                "gallery-other-model", gallery=gallery.name, model=gallery.embedder, asked=embedder
            )
    asked = [gallery.nearest(vectors, most + 1) for gallery in galleries]
    return [_ranked([match for found in asked for match in found[row]], most) for row in range(len(vectors))]


def _ranked(matches: list[Match], most: int) -> list[Named]:
    best: dict[str, Match] = {}
    for match in sorted(matches, key=lambda match: -match.score):
        best.setdefault(match.character.name, match)
    ranked = list(best.values())
    named = []
    for place, match in enumerate(ranked):
        other = ranked[1 if place == 0 else 0].score if len(ranked) > 1 else match.score
        probability = match.calibration.probability(match.score, match.score - other)
        needed = match.calibration.needed(match.character.shots)
        character = match.character
        named.append(
            Named(character.name, character.series, probability, probability >= needed, match.gallery)
        )
    named.sort(key=lambda name: -name.probability)
    return named[:most]


def normalised(vectors: NDArray[np.floating]) -> Vectors:
    """float32 rows of length 1; a row of zeros stays."""
    rows = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Vectors = rows / np.maximum(lengths, np.float32(1e-12))
    return scaled
