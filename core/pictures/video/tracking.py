"""Which faces of different frames are the same one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.pictures.picture import Box, Face

PATIENCE = 2.0
"""Seconds for which a face may be hidden and still be looked for where it went."""

_LEAST = 0.25
"""Affinity below which two faces are not the same."""

_ALIKE, _UNLIKE = 0.75, 0.35
"""Cosine of embeddings from which two faces look the same, and below which a face has changed too much."""


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """One face in one frame, `second` counted from the start."""

    second: float
    face: Face


@dataclass(slots=True, eq=False)
class Path:
    """The sightings of one face so far, oldest first."""

    sightings: list[Sighting]
    embedding: NDArray[np.float32] | None = None
    """Mean direction of the embeddings seen, L2-normalised."""

    anywhere: bool = False
    """The scene has changed since: where the face was says nothing any more."""

    @property
    def last(self) -> Sighting:
        return self.sightings[-1]

    def add(self, sighting: Sighting) -> None:
        self.sightings.append(sighting)
        self.anywhere = False
        seen = sighting.face.embedding
        if seen is not None:
            self.embedding = seen if self.embedding is None else unit(self.embedding * 0.7 + seen * 0.3)

    def expected(self, second: float) -> Box:
        """Where the face is if it goes on as between its last two sightings."""
        box = self.last.face.box
        if len(self.sightings) < 2:
            return box
        before = self.sightings[-2]
        passed = self.last.second - before.second
        if passed <= 0 or self.anywhere:
            return box
        # Nothing keeps going forever: beyond a second the guess stays where it is.
        share = min(second - self.last.second, 1.0) / passed
        old = before.face.box
        return Box(
            box.x + (box.x + box.w / 2 - old.x - old.w / 2) * share,
            box.y + (box.y + box.h / 2 - old.y - old.h / 2) * share,
            box.w,
            box.h,
        )


class Tracker:
    """Takes the faces of one frame after another and sorts them into paths."""

    def __init__(self) -> None:
        self.paths: list[Path] = []

    def take(self, second: float, faces: Sequence[Face], new_scene: bool = False) -> None:
        """`new_scene`: the picture has changed as a whole, so that only looks tell who is who."""
        open_paths = [path for path in self.paths if second - path.last.second <= PATIENCE]
        if new_scene:
            for path in open_paths:
                path.anywhere = True
        pairs = sorted(
            (
                (_affinity(path, second, face), -one, -other)
                for one, path in enumerate(open_paths)
                for other, face in enumerate(faces)
            ),
            reverse=True,
        )
        used: set[int] = set()
        taken: set[int] = set()
        # Best pair first: faces in one frame are few and far apart, where the optimum differs it differs by little.
        for affinity, one, other in pairs:
            if affinity < _LEAST:
                break
            if one in used or other in taken:
                continue
            used.add(one)
            taken.add(other)
            open_paths[-one].add(Sighting(second, faces[-other]))
        for other, face in enumerate(faces):
            if -other not in taken:
                self.paths.append(Path([Sighting(second, face)], face.embedding))


def unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32 [dimensions] scaled to length 1; zeros stay zeros."""
    return (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)


def cosine(one: NDArray[np.float32] | None, other: NDArray[np.float32] | None) -> float | None:
    """None where either has no embedding."""
    return None if one is None or other is None or one.shape != other.shape else float(one @ other)


def _affinity(path: Path, second: float, face: Face) -> float:
    """0 (somebody else) to about 1: place, looks and name together."""
    last, box = path.last.face.box, face.box
    if not 0.2 <= (box.area + 1e-6) / (last.area + 1e-6) <= 5 and not path.anywhere:
        return 0.0
    place = 0.0
    if not path.anywhere:
        expected = path.expected(second)
        size = math.sqrt(max(1e-6, (last.area + box.area) / 2))
        apart = min(_apart(expected, box), _apart(last, box) + size / 4) / size
        place = max(expected.overlap(box), last.overlap(box) * 0.8, 0.7 * math.exp(-apart))
    looks = cosine(path.embedding, face.embedding)
    if looks is None:
        affinity = place
    elif looks < _UNLIKE:
        return 0.0
    else:
        affinity = 0.35 * place + 0.65 * (looks - _UNLIKE) / (1 - _UNLIKE)
    return affinity + _names(path.last.face, face) if looks is not None or place else 0.0


def _names(one: Face, other: Face) -> float:
    """What two names say for and against its being the same face; nothing while either is unknown."""
    if one.unknown or other.unknown or not one.candidates or not other.candidates:
        return 0.0
    return 0.15 if one.candidates[0].character == other.candidates[0].character else -0.3


def _apart(one: Box, other: Box) -> float:
    return math.hypot(one.x + one.w / 2 - other.x - other.w / 2, one.y + one.h / 2 - other.y - other.h / 2)


def alike(one: Path, other: Path) -> bool:
    """Whether two paths that nobody could name look like the same face."""
    looks = cosine(one.embedding, other.embedding)
    return looks is not None and looks >= _ALIKE
