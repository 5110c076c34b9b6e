"""Large pictures with small faces, and several detectors asked at once."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.pictures.detectors.merging import fuse, without_duplicates
from core.pictures.picture import Box, Detection, Picture
from core.pictures.seams import Detector

_SHARED = 0.2
"""Share of a tile that the next one repeats: a head up to this size is whole in one of them."""

_MOST = 3
"""Tiles along the longest side, at most: 9 for a square picture."""

_SMALL = 0.12
"""Of the picture's longest side. Where the smallest head found is larger, smaller ones are unlikely to hide."""

_EDGE = 2.0
"""Pixels from a tile's inner edge at which a box is cut by it."""

_NEAR_EDGE = 0.04
"""Share of a tile's longer side: so near to an inner edge a box may be cut, and gives way to any other."""


class TiledDetector:
    """Asks a detector about the whole picture and, where that pays, about overlapping parts of it.

    It pays when the picture is more than twice as long as the detector sees (`side`), and the detector found nothing
    or something small: the parts are then seen larger.
    """

    def __init__(self, detector: Detector, side: int) -> None:
        self._detector = detector
        self._side = side

    @property
    def name(self) -> str:
        """The detector's own."""
        return self._detector.name

    def detect(self, picture: Picture) -> tuple[Detection, ...]:
        """See `Detector`."""
        whole = self._detector.detect(picture)
        longest = max(picture.width, picture.height)
        if longest <= 2 * self._side:
            return whole
        if whole and min(max(found.box.w, found.box.h) for found in whole) > _SMALL * longest:
            return whole
        clear, doubtful = list(whole), []
        for tile in tiles(picture.width, picture.height, self._side):
            near = _NEAR_EDGE * max(tile.w, tile.h)
            for found in self._within(picture, tile):
                gap = _gap(found.box, tile, picture.width, picture.height)
                if gap >= near:
                    clear.append(found)
                elif gap >= _EDGE:
                    doubtful.append(found)
        kept = without_duplicates(clear)
        more = without_duplicates(doubtful)
        alone = [found for found in more if not any(found.box.overlap(other.box) for other in kept)]
        return tuple(sorted([*kept, *alone], key=lambda found: -found.score))

    def _within(self, picture: Picture, tile: Box) -> list[Detection]:
        """Heads in a part, in pixels of the picture."""
        left, top, right, bottom = int(tile.x), int(tile.y), int(tile.x + tile.w), int(tile.y + tile.h)
        alpha = None if picture.alpha is None else picture.alpha[top:bottom, left:right]
        digest = f"{picture.digest}:{left},{top}"
        part = Picture(picture.pixels[top:bottom, left:right], alpha, digest, picture.format)
        return [
            Detection(Box(found.box.x + left, found.box.y + top, found.box.w, found.box.h), found.score)
            for found in self._detector.detect(part)
        ]


class MergedDetector:
    """Several detectors as one: what they find is fused, see `fuse`."""

    def __init__(self, detectors: Sequence[Detector], weights: Sequence[float] | None = None) -> None:
        self._detectors = tuple(detectors)
        self._weights = weights

    @property
    def name(self) -> str:
        """Theirs, joined by +."""
        return "+".join(detector.name for detector in self._detectors)

    def detect(self, picture: Picture) -> tuple[Detection, ...]:
        """See `Detector`."""
        return fuse([detector.detect(picture) for detector in self._detectors], self._weights)


def tiles(width: int, height: int, side: int) -> tuple[Box, ...]:
    """Parts that overlap and together are the picture; whole pixels. About 1.5 times `side` long, never over 9."""
    longest = max(width, height)
    along = min(_MOST, max(1, math.ceil(longest / (1.5 * side))))
    length = math.ceil(longest / (along - (along - 1) * _SHARED))
    return tuple(
        Box(x, y, min(length, width), min(length, height))
        for y in _starts(height, length)
        for x in _starts(width, length)
    )


def _starts(whole: int, length: int) -> list[int]:
    if whole <= length:
        return [0]
    count = math.ceil((whole - length * _SHARED) / (length * (1 - _SHARED)))
    return [round(index * (whole - length) / (count - 1)) for index in range(count)]


def _gap(box: Box, tile: Box, width: int, height: int) -> float:
    """Pixels from a box to the nearest edge of the tile that is none of the picture."""
    gaps = [math.inf]
    if tile.x > 0:
        gaps.append(box.x - tile.x)
    if tile.y > 0:
        gaps.append(box.y - tile.y)
    if tile.x + tile.w < width:
        gaps.append(tile.x + tile.w - box.x - box.w)
    if tile.y + tile.h < height:
        gaps.append(tile.y + tile.h - box.y - box.h)
    return min(gaps)
