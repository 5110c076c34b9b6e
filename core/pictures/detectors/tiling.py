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
"""Pixels from a tile's inner edge at which a box counts as cut by it."""


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
        parts = [
            found
            for tile in tiles(picture.width, picture.height, self._side)
            for found in self._within(picture, tile)
        ]
        return without_duplicates([*whole, *parts])

    def _within(self, picture: Picture, tile: Box) -> list[Detection]:
        left, top, right, bottom = int(tile.x), int(tile.y), int(tile.x + tile.w), int(tile.y + tile.h)
        alpha = None if picture.alpha is None else picture.alpha[top:bottom, left:right]
        part = Picture(
            picture.pixels[top:bottom, left:right], alpha, f"{picture.digest}:{left},{top}", picture.format
        )
        found = []
        for detection in self._detector.detect(part):
            box = Box(detection.box.x + left, detection.box.y + top, detection.box.w, detection.box.h)
            if not _is_cut(box, tile, picture.width, picture.height):
                found.append(Detection(box, detection.score))
        return found


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


def _is_cut(box: Box, tile: Box, width: int, height: int) -> bool:
    """At an edge of the tile that is none of the picture."""
    return (
        (tile.x > 0 and box.x - tile.x < _EDGE)
        or (tile.y > 0 and box.y - tile.y < _EDGE)
        or (tile.x + tile.w < width and tile.x + tile.w - (box.x + box.w) < _EDGE)
        or (tile.y + tile.h < height and tile.y + tile.h - (box.y + box.h) < _EDGE)
    )
