"""Faces that were taught before: the same drawing, or a copy of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.characters.gallery import Vectors, normalised

LIKENESS = 0.95
"""Cosine from which two faces count as one drawing. Measured with the shipped recogniser: of two drawings of one
character 0.008 % reach it, of a small drawing (at most 112 px) and its JPEG copy of quality 50 half."""

BITS = 8
"""Bits in which perceptual hashes of a drawing and of its copy may differ. Measured on 300 faces of at most 112 px: all
JPEG copies and copies of half the size, 98 % with 2 % cut off; of two drawings of one character 0.008 %."""

_PERCEPTUAL = re.compile("[0-9a-f]{16}")


class Taught(Protocol):
    """A row of the database. `vector`: see `packed`."""

    id: int
    character: str
    vector: bytes
    face_hash: str


@dataclass(frozen=True, slots=True)
class Near:
    """A face of the gallery that is nearly the same: `likeness` is the cosine."""

    face: int
    character: str
    likeness: float


def near_duplicate(rows: Sequence[Taught], unit: Vectors, face_hash: str) -> Near | None:
    """The face among `rows` that is a copy of the one given by its vector [dimensions] of length 1 and its hash."""
    cosines = unpacked([row.vector for row in rows]) @ unit
    copies = [is_copy(row.face_hash, face_hash) for row in rows]
    best = max(range(len(rows)), key=lambda n: (copies[n], cosines[n]))
    if not copies[best] and cosines[best] < LIKENESS:
        return None
    return Near(rows[best].id, rows[best].character, min(1.0, float(cosines[best])))


def is_copy(one: str, other: str) -> bool:
    """Whether hashes say so: they are equal, or perceptual ones (16 hex digits) that differ little."""
    if one == other:
        return True
    if not (_PERCEPTUAL.fullmatch(one) and _PERCEPTUAL.fullmatch(other)):
        return False
    return (int(one, 16) ^ int(other, 16)).bit_count() <= BITS


def packed(vector: Vectors) -> bytes:
    """float16, little-endian."""
    return vector.astype("<f2").tobytes()


def unpacked(vectors: Sequence[bytes]) -> Vectors:
    """[faces, dimensions], of length 1."""
    return normalised(np.stack([np.frombuffer(vector, "<f2") for vector in vectors]))
