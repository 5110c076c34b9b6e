"""What can be told of a picture by measuring it: colours, background, light and size. No model, no guess."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pictures.picture import Picture, Tag

_SIDE = 192
_NEUTRAL = 28
"""Difference of the largest and the smallest channel below which a pixel has no colour."""

_HUES = (
    (8, "red"), (21, "orange"), (34, "yellow"), (80, "green"), (97, "aqua"), (128, "blue"), (148, "purple"),
    (170, "pink"), (181, "red"),
)  # fmt: skip
"""Upper ends of hue in OpenCV's half degrees, bounds set by eye on a colour wheel."""

THEME = 0.45
"""Share of all pixels from which a colour is called the picture's."""


def pixel_tags(picture: Picture) -> tuple[Tag, ...]:
    """Monochrome and greyscale, colour themes, a simple or transparent background, darkness, size."""
    small = shrunk(picture)
    tags = [*_colours(small), *_background(picture, small), *_light(small)]
    return (*tags, *size_tags(picture.width, picture.height))


def shrunk(picture: Picture) -> NDArray[np.uint8]:
    """uint8 [h, w, 3] on white, longest side at most 192 px, by area averages."""
    pixels = picture.over()
    ratio = min(1.0, _SIDE / max(picture.width, picture.height))
    size = max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def size_tags(width: int, height: int) -> tuple[Tag, ...]:
    """The meta tags that follow from the dimensions, as danbooru defines them."""
    if width >= 3200 or height >= 2400:
        return (Tag("absurdres", "meta", 1.0), Tag("highres", "meta", 1.0))
    if width >= 1600 or height >= 1200:
        return (Tag("highres", "meta", 1.0),)
    return (Tag("lowres", "meta", 1.0),) if width <= 500 and height <= 500 else ()


def colour_shares(small: NDArray[np.uint8]) -> dict[str, float]:
    """Share of each named colour among all pixels, largest first. Dark orange and yellow count as brown."""
    names = _named(small)
    found, counts = np.unique(names, return_counts=True)
    shares = {str(name): float(count) / names.size for name, count in zip(found, counts, strict=True)}
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def _named(pixels: NDArray[np.uint8]) -> NDArray[np.str_]:
    """str [n]: the colour name of every pixel."""
    flat = pixels.reshape(-1, 1, 3)
    hue = cv2.cvtColor(flat, cv2.COLOR_RGB2HSV)[:, 0, 0].astype(np.int32)
    high = flat.max(2)[:, 0].astype(np.int32)
    spread = high - flat.min(2)[:, 0].astype(np.int32)
    names = np.full(len(flat), "red", dtype="<U6")
    for end, name in reversed(_HUES):
        names[hue < end] = name
    warm = np.isin(names, ("orange", "yellow", "red"))
    names[warm & (high < 170) & (hue < 40) & (hue > 4)] = "brown"
    names[(names == "red") & (high > 200) & (spread < 110)] = "pink"
    neutral = spread < _NEUTRAL
    names[neutral & (high >= 215)] = "white"
    names[neutral & (high < 215)] = "grey"
    names[(high < 48) | (neutral & (high < 60))] = "black"
    return names


def _colours(small: NDArray[np.uint8]) -> list[Tag]:
    spread = (small.max(2).astype(np.int32) - small.min(2)).reshape(-1)
    if np.percentile(spread, 98) < 14:
        return [Tag("greyscale", "general", 0.95), Tag("monochrome", "general", 0.95)]
    hue = cv2.cvtColor(small, cv2.COLOR_RGB2HSV)[..., 0].reshape(-1)[spread >= _NEUTRAL] * (np.pi / 90)
    if len(hue) >= 0.25 * spread.size and np.abs(np.exp(1j * hue).mean()) > 0.985:
        return [Tag("monochrome", "general", 0.8)]
    return [
        Tag(f"{name}_theme", "general", round(min(0.95, share), 3))
        for name, share in colour_shares(small).items()
        if share >= THEME and name not in ("white", "black", "grey")
    ]


def _background(picture: Picture, small: NDArray[np.uint8]) -> list[Tag]:
    """One even colour all around says that the background is simple; where it is see-through, transparent."""
    if picture.alpha is not None:
        alpha = picture.alpha
        edge = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
        if float((edge < 16).mean()) >= 0.5 and float((alpha < 16).mean()) >= 0.1:
            return [Tag("transparent_background", "general", 0.95), Tag("simple_background", "general", 0.9)]
    height, width = small.shape[:2]
    if min(height, width) < 16:
        return []
    band = max(2, min(height, width) // 40)
    # Not the lower side: a figure is usually cut off there.
    edge = np.concatenate(
        [small[:band].reshape(-1, 3), small[: height * 3 // 4, :band].reshape(-1, 3),
         small[: height * 3 // 4, -band:].reshape(-1, 3)]
    ).astype(np.int32)  # fmt: skip
    middle = np.median(edge, 0)
    even = float((np.abs(edge - middle).max(1) <= 18).mean())
    filled = float((np.abs(small.astype(np.int32) - middle).max(2) <= 18).mean())
    if even < 0.7 or filled < 0.15:
        return []
    score = round(min(0.95, 0.4 + 0.55 * even), 3)
    colour = str(_named(middle.round().astype(np.uint8).reshape(1, 1, 3))[0])
    return [Tag("simple_background", "general", score), Tag(f"{colour}_background", "general", score)]


def _light(small: NDArray[np.uint8]) -> list[Tag]:
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    if float(grey.mean()) < 55 and float(np.percentile(grey, 85)) < 110:
        return [Tag("dark", "general", 0.8)]
    return []
