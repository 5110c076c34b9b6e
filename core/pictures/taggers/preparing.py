"""A picture as each tagger was trained to see it. Everything takes and gives uint8 [height, width, 3] RGB."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

_GAP = 3.0
"""Large pictures are shrunk in two steps, the first a plain average: a tenth of the time for 12 megapixels."""

_AT_ONCE = 2**18
"""Pixels in the first of these steps at a time."""


def square(pixels: Pixels, size: int, resample: Image.Resampling = Image.Resampling.BICUBIC) -> Pixels:
    """Centred on a white square and scaled to `size` x `size`."""
    height, width = pixels.shape[:2]
    side = max(height, width)
    left, top = (side - width) // 2, (side - height) // 2

    def rows(first: int, end: int) -> Pixels:
        part = np.full((end - first, side, 3), 255, np.uint8)
        inside = pixels[max(0, first - top) : max(0, end - top)]
        start = max(0, top - first)
        part[start : start + len(inside), left : left + width] = inside
        return part

    return _scaled(rows, side, side, size, size, resample)


def stretched(pixels: Pixels, width: int, height: int, resample: Image.Resampling) -> Pixels:
    """Scaled to exactly `width` x `height`, whatever its shape was."""
    given_height, given_width = pixels.shape[:2]
    return _scaled(lambda first, end: pixels[first:end], given_width, given_height, width, height, resample)


def _scaled(
    rows: Callable[[int, int], Pixels],
    width: int,
    height: int,
    to_width: int,
    to_height: int,
    resample: Image.Resampling,
) -> Pixels:
    """`rows(first, end)` of a picture of `width` x `height`, scaled. Pillow's `resize` with a `reducing_gap`, bit for
    bit, but its first step takes a few rows at a time, so that no copy of the whole picture is made."""
    across, down = int(width / to_width / _GAP) or 1, int(height / to_height / _GAP) or 1
    if across == down == 1:
        return np.asarray(Image.fromarray(rows(0, height)).resize((to_width, to_height), resample))
    step = max(1, _AT_ONCE // width // down) * down
    parts = [
        np.asarray(Image.fromarray(rows(first, min(first + step, height))).reduce((across, down)))
        for first in range(0, height, step)
    ]
    box = (0, 0, width / across, height / down)
    return np.asarray(Image.fromarray(np.concatenate(parts)).resize((to_width, to_height), resample, box))


def shorter_side(pixels: Pixels, size: int, resample: Image.Resampling, longest: int) -> Pixels:
    """Scaled so that the shorter side is `size`; the longer one at most `longest`."""
    height, width = pixels.shape[:2]
    ratio = size / min(height, width)
    return stretched(
        pixels,
        min(longest, max(1, round(width * ratio))),
        min(longest, max(1, round(height * ratio))),
        resample,
    )
