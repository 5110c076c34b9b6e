"""A decoded picture and what is found in it: pure data that detectors, recognisers, taggers and captioners exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

_AT_ONCE = 2**16
"""Pixels laid on a colour at once, in floating point."""

Category = Literal["rating", "general", "character", "copyright", "artist", "meta"]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One still picture, upright and in sRGB.

    `pixels`: uint8 [height, width, 3], straight (not premultiplied) RGB. `alpha`: uint8 [height, width], or None when
    everything is opaque. `digest`: hex sha256 of the bytes it was read from. `format`: such as "JPEG".
    """

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None
    digest: str
    format: str

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    def over(self, colour: tuple[int, int, int] = (255, 255, 255)) -> NDArray[np.uint8]:
        """uint8 [height, width, 3]: laid on a colour (models differ in the one they were trained on)."""
        if self.alpha is None:
            return self.pixels
        laid = np.empty_like(self.pixels)
        ground = np.asarray(colour, np.float32)
        step = max(1, _AT_ONCE // self.width)
        for top in range(0, self.height, step):
            rows = slice(top, top + step)
            share = self.alpha[rows, :, None].astype(np.float32) / 255
            laid[rows] = np.rint(self.pixels[rows] * share + ground * (1 - share))
        return laid


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright picture: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def area(self) -> float:
        return self.w * self.h

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        across = min(self.x + self.w, other.x + other.w) - max(self.x, other.x)
        down = min(self.y + self.h, other.y + other.h) - max(self.y, other.y)
        if across <= 0 or down <= 0:
            return 0.0
        shared = across * down
        return shared / (self.area + other.area - shared)

    def within(self, width: int, height: int) -> Box:
        """The part inside a picture of that size; width and height may become 0."""
        left, top = min(max(self.x, 0.0), width), min(max(self.y, 0.0), height)
        right, bottom = min(max(self.x + self.w, 0.0), width), min(max(self.y + self.h, 0.0), height)
        return Box(left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Detection:
    """A head (crown to chin) that a detector found, with a score from 0 to 1."""

    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who a face may be. `character` is a danbooru-style tag, `series` a slug, `score` a probability.

    `gallery` names where it came from: "shipped", a host's gallery, or "server".
    """

    character: str
    series: str | None
    score: float
    gallery: str = "shipped"


@dataclass(frozen=True, slots=True)
class Trait:
    """Something seen on one head: `kind` is hair, eyes or gender; `value` such as "blue" or "female".

    `spread`: every value with its probability, where the model tells; empty otherwise.
    """

    kind: Literal["hair", "eyes", "gender"]
    value: str
    score: float
    spread: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One head with what is known of it.

    `candidates`: best first, kept also when `unknown` is true. `embedding`: float32 [dimensions], L2-normalised, or
    None where the recogniser has none. `traits`: the most likely value of each kind.
    """

    box: Box
    score: float
    candidates: tuple[Candidate, ...] = ()
    unknown: bool = True
    traits: tuple[Trait, ...] = ()
    embedding: NDArray[np.float32] | None = None

    @property
    def surely(self) -> Candidate | None:
        """Who it is, when that is more likely than not: what may be said without a "perhaps"."""
        best = None if self.unknown or not self.candidates else self.candidates[0]
        return best if best is not None and best.score >= 0.5 else None

    def trait(self, kind: str) -> Trait | None:
        return next((trait for trait in self.traits if trait.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Tag:
    """A danbooru-style tag (underscores) with a probability."""

    name: str
    category: Category
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """Everything seen in one picture. `models` says which model each part came from, so that an answer can be traced.

    `whole`: no face was found (or it was asked so) and `faces` holds the whole picture as one. `guess`: where no face
    was found, whom the whole picture may show, though not surely enough to say it.
    """

    width: int
    height: int
    digest: str
    faces: tuple[Face, ...] = ()
    whole: bool = False
    tags: tuple[Tag, ...] = ()
    guess: Face | None = None
    models: Mapping[str, str] = field(default_factory=dict)

    @property
    def rating(self) -> Tag | None:
        """The likeliest rating, None where the tagger gives none."""
        ratings = [tag for tag in self.tags if tag.category == "rating"]
        return max(ratings, key=lambda tag: tag.score, default=None)
