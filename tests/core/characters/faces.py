"""Made-up characters as vectors."""

from __future__ import annotations

import numpy as np

from core.characters import Calibration, Enrolled, Gallery, normalised
from core.characters.gallery import Vectors

EMBEDDER = "faces@0123abcd"


def people(
    count: int, shots: int, dimensions: int = 32, spread: float = 0.5, seed: int = 0
) -> tuple[Vectors, Vectors]:
    """Faces [count, shots, dimensions] around centres [count, dimensions]; `spread` is how far, the centre being 1."""
    rng = np.random.default_rng(seed)
    centres = normalised(rng.normal(size=(count, dimensions)))
    noise = normalised(rng.normal(size=(count, shots, dimensions)))
    return normalised(centres[:, None] + spread * noise), centres


def gallery_of(
    faces: Vectors, name: str = "shipped", embedder: str = EMBEDDER, prefix: str = "c",
    calibration: Calibration | None = None,
) -> Gallery:  # fmt: skip
    """Characters c0, c1, ... of series s0, s1, ..."""
    count, shots, dimensions = faces.shape
    characters = [Enrolled(f"{prefix}{n}", f"s{n % 5}" if n % 7 else None, shots) for n in range(count)]
    labels = np.repeat(np.arange(count), shots)
    return Gallery(name, embedder, characters, faces.reshape(-1, dimensions), labels, calibration=calibration)
