"""Parts of a picture around a head, as recognisers are shown them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.pictures.hashing import perceptual_hash
from core.pictures.picture import Box, Picture

Pixels = NDArray[np.uint8]

_SIDE, _ABOVE, _BELOW = 0.6, 0.35, 1.6
"""Of the head's sides: what `surroundings` adds left and right, above and below. A choice, not fitted to anything:
hair, hat and upper clothes, of which character tags and CCIP make use, and little of the neighbours."""

_HASHED = 64


def is_whole(picture: Picture, head: Box) -> bool:
    """Whether the box is the picture: then the picture is a face crop already."""
    return (head.x, head.y, head.w, head.h) == (0, 0, picture.width, picture.height)


def square_crop(pixels: Pixels, x: float, y: float, side: float, size: int) -> Pixels:
    """uint8 [size, size, 3] of the square around (x, y) in pixels; where it leaves the picture, the edge is repeated.

    Bilinear, averaged first where it is shrunk to less than half.
    """
    import cv2  # see core.pictures.drawing.annotate

    height, width = pixels.shape[:2]
    reach = side / 2 + 2 * max(1.0, side / size)
    left, top = (min(max(0, math.floor(at - reach)), most - 1) for at, most in ((x, width), (y, height)))
    right, bottom = (min(most, math.ceil(at + reach)) for at, most in ((x, width), (y, height)))
    part = pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
    x, y, scale = x - left, y - top, size / side
    if scale < 0.5:
        shrunk = 2 * scale
        rows, columns = (max(1, round(length * shrunk)) for length in part.shape[:2])
        x, y = x * columns / part.shape[1], y * rows / part.shape[0]
        part = np.asarray(cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
        scale = 0.5
    # The centres of pixels lie at halves.
    matrix = np.asarray([[scale, 0, size / 2 - scale * x], [0, scale, size / 2 - scale * y]])
    matrix[:, 2] += 0.5 * scale - 0.5
    cropped = cv2.warpAffine(
        part, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cropped, np.uint8)


def surroundings(picture: Picture, head: Box) -> Pixels:
    """uint8 [h, w, 3]: the head with hair and upper clothes, on white; the picture where the head is all of it."""
    pixels = picture.over()
    if is_whole(picture, head):
        return pixels
    wanted = Box(
        head.x - _SIDE * head.w,
        head.y - _ABOVE * head.h,
        head.w * (1 + 2 * _SIDE),
        head.h * (1 + _ABOVE + _BELOW),
    ).within(picture.width, picture.height)
    left, top = math.floor(wanted.x), math.floor(wanted.y)
    return pixels[
        top : max(top + 1, math.ceil(wanted.y + wanted.h)),
        left : max(left + 1, math.ceil(wanted.x + wanted.w)),
    ]


def face_hash(picture: Picture, head: Box) -> str:
    """16 hex digits of a perceptual hash of the head: few bits differ for the same drawing, resized or compressed."""
    side = max(head.w, head.h)
    crop = square_crop(picture.over(), head.x + head.w / 2, head.y + head.h / 2, side, _HASHED)
    return f"{perceptual_hash(crop):016x}"
