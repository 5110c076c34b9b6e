"""Drawn backgrounds, shapes that are no head, and pages with pasted faces: pictures no artist had to draw."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from core.training.detection_data import Boxes, Pixels

Rng = np.random.Generator


def no_boxes() -> Boxes:
    """Float32 [0, 4]."""
    return np.zeros((0, 4), np.float32)


@dataclass
class Page:
    """A picture in the making: pixels uint8 [H, W, 3] RGB; heads and unsure areas float32 [K, 4], x0, y0, x1, y1."""

    pixels: Pixels
    boxes: Boxes = field(default_factory=no_boxes)
    unsure: Boxes = field(default_factory=no_boxes)


def drawn_background(rng: Rng, height: int, width: int) -> Pixels:
    """Stripes, checks, dots, gradients, noise or clouds with shapes on top, uint8 [height, width, 3]; no head."""
    pixels = _ground(rng, height, width)
    kinds = (_ellipses, _rectangles, _strands, _letters, _rings, _polygons, _round_thing)
    for _ in range(int(rng.integers(0, 5))):
        kinds[int(rng.integers(len(kinds)))](rng, pixels)
    if rng.random() < 0.3:
        pixels = cv2.GaussianBlur(pixels, (0, 0), float(rng.uniform(0.5, 4))).astype(np.uint8)
    return pixels


def paste_face(
    rng: Rng, page: Page, face: Pixels, box: tuple[float, float, float, float], size: float
) -> bool:
    """Lay a face crop on a page where no other head is, and note its head.

    Args:
        rng: where chance comes from.
        page: changed in place.
        face: uint8 [h, w, 3] RGB.
        box: the head in the crop, x0, y0, x1, y1 as parts of its width and height.
        size: wanted width of the head in pixels.

    Returns:
        Whether a free place was found.
    """
    height, width = face.shape[:2]
    scale = size / max(1e-3, (box[2] - box[0]) * width)
    side_x, side_y = max(6, round(width * scale)), max(6, round(height * scale))
    rows, columns = page.pixels.shape[:2]
    if side_x >= columns or side_y >= rows:
        return False
    for _ in range(8):
        left, top = int(rng.integers(0, columns - side_x)), int(rng.integers(0, rows - side_y))
        room = np.array([left, top, left + side_x, top + side_y], np.float32)
        if not _touches(room, page.boxes) and not _touches(room, page.unsure):
            break
    else:
        return False
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    laid = cv2.resize(face, (side_x, side_y), interpolation=way)
    head = np.array([box[0] * side_x, box[1] * side_y, box[2] * side_x, box[3] * side_y], np.float32)
    mask = _face_mask(rng, side_y, side_x, head)[:, :, None]
    under = page.pixels[top : top + side_y, left : left + side_x]
    page.pixels[top : top + side_y, left : left + side_x] = (laid * mask + under * (1 - mask)).astype(
        np.uint8
    )
    placed = head + np.array([left, top, left, top], np.float32)
    page.boxes = np.concatenate([page.boxes, placed[None]])
    return True


def _face_mask(
    rng: Rng, height: int, width: int, head: Boxes
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """How much of the crop shows, float32 [height, width]: all of it, or a soft ellipse around the head."""
    mask = np.zeros((height, width), np.float32)
    if rng.random() < 0.35:
        mask[:] = 1
        return mask
    x0, y0, x1, y1 = (float(value) for value in head)
    centre = (round((x0 + x1) / 2), round((y0 + y1) / 2))
    grow = float(rng.uniform(1.0, 1.25))
    axes = (max(1, round((x1 - x0) / 2 * grow)), max(1, round((y1 - y0) / 2 * grow)))
    cv2.ellipse(mask, centre, axes, 0, 0, 360, 1.0, -1)
    soft = float(rng.uniform(0.005, 0.04)) * width + 0.3
    return cv2.GaussianBlur(mask, (0, 0), soft).astype(np.float32)


def _touches(room: Boxes, boxes: Boxes) -> bool:
    if not len(boxes):
        return False
    low, high = np.maximum(boxes[:, :2], room[:2]), np.minimum(boxes[:, 2:], room[2:])
    return bool((high - low > 0).all(1).any())


def _colour(rng: Rng) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in rng.integers(0, 256, 3))
    return red, green, blue


def _skin(rng: Rng) -> tuple[int, int, int]:
    """A colour of skin, cream or cake: what tempts a detector most."""
    light = rng.uniform(0.6, 1.0)
    return int(255 * light), int(rng.uniform(190, 235) * light), int(rng.uniform(150, 215) * light)


def _ground(rng: Rng, height: int, width: int) -> Pixels:
    kind = int(rng.integers(6))
    first, second = np.array(_colour(rng), np.float32), np.array(_colour(rng), np.float32)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, period = rng.uniform(0, np.pi), rng.uniform(6, 80)
    along = xs * np.cos(angle) + ys * np.sin(angle)
    across = ys * np.cos(angle) - xs * np.sin(angle)
    if kind == 0:
        part = (np.sin(along * (2 * np.pi / period)) > rng.uniform(-0.8, 0.8)).astype(np.float32)
    elif kind == 1:
        part = ((np.floor(along / period) + np.floor(across / period)) % 2).astype(np.float32)
    elif kind == 2:
        away = (along % period - period / 2) ** 2 + (across % period - period / 2) ** 2
        part = (away < (period * rng.uniform(0.15, 0.45)) ** 2).astype(np.float32)
    elif kind == 3:
        part = (along - along.min()) / max(1.0, float(np.ptp(along)))
    elif kind == 4:
        coarse = rng.random((int(rng.integers(2, 12)), int(rng.integers(2, 12)))).astype(np.float32)
        part = (
            cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32).clip(0, 1)
        )
    else:
        part = np.zeros((height, width), np.float32)
    mixed = first + part[:, :, None] * (second - first)
    if rng.random() < 0.3:
        mixed = mixed + rng.normal(0, rng.uniform(2, 30), mixed.shape).astype(np.float32)
    ground: Pixels = mixed.clip(0, 255).astype(np.uint8)
    return ground


def _spot(rng: Rng, pixels: Pixels) -> tuple[int, int]:
    return int(rng.integers(0, pixels.shape[1])), int(rng.integers(0, pixels.shape[0]))


def _reach(rng: Rng, pixels: Pixels, most: float = 0.35) -> int:
    return max(2, int(min(pixels.shape[:2]) * rng.uniform(0.02, most)))


def _width(rng: Rng) -> int:
    return -1 if rng.random() < 0.6 else int(rng.integers(1, 6))


def _ellipses(rng: Rng, pixels: Pixels) -> None:
    for _ in range(int(rng.integers(1, 8))):
        axes = (_reach(rng, pixels), _reach(rng, pixels))
        colour = _skin(rng) if rng.random() < 0.4 else _colour(rng)
        cv2.ellipse(pixels, _spot(rng, pixels), axes, float(rng.uniform(0, 180)), 0, 360, colour, _width(rng))


def _rectangles(rng: Rng, pixels: Pixels) -> None:
    for _ in range(int(rng.integers(1, 8))):
        x, y = _spot(rng, pixels)
        corner = (x + _reach(rng, pixels, 0.6), y + _reach(rng, pixels, 0.6))
        cv2.rectangle(pixels, (x, y), corner, _colour(rng), _width(rng))


def _polygons(rng: Rng, pixels: Pixels) -> None:
    for _ in range(int(rng.integers(1, 6))):
        around = np.array(_spot(rng, pixels))
        points = around + rng.integers(-1, 2, (int(rng.integers(3, 9)), 2)) * _reach(rng, pixels)
        points = points + rng.integers(-20, 20, points.shape)
        cv2.fillPoly(pixels, [points.astype(np.int32)], _skin(rng) if rng.random() < 0.3 else _colour(rng))


def _strands(rng: Rng, pixels: Pixels) -> None:
    """Bundles of curves, like hair or grass with nobody under it."""
    start, colour = np.array(_spot(rng, pixels), np.float64), np.array(_colour(rng))
    bend, length = rng.normal(0, 0.6), _reach(rng, pixels, 0.8)
    for _ in range(int(rng.integers(10, 60))):
        steps = np.linspace(0, 1, 12)[:, None]
        way = np.array([np.cos(bend), np.sin(bend)]) * length
        curve = np.array([-way[1], way[0]]) * rng.normal(0, 0.3)
        points = start + rng.normal(0, length * 0.15, 2) + steps * way + steps**2 * curve
        shade = tuple(int(value) for value in (colour * rng.uniform(0.6, 1.2)).clip(0, 255))
        cv2.polylines(pixels, [points.astype(np.int32)], False, shade, int(rng.integers(1, 5)))


def _letters(rng: Rng, pixels: Pixels) -> None:
    signs = "".join(chr(int(value)) for value in rng.integers(33, 126, int(rng.integers(1, 12))))
    size, thickness = float(rng.uniform(0.3, 4)), int(rng.integers(1, 8))
    x, y = _spot(rng, pixels)
    cv2.putText(
        pixels, signs, (x - 40, y), int(rng.integers(0, 8)), size, _colour(rng), thickness, cv2.LINE_AA
    )


def _rings(rng: Rng, pixels: Pixels) -> None:
    """Circles within circles: eyes alone, wheels, targets, clocks."""
    for _ in range(int(rng.integers(1, 5))):
        spot, radius = _spot(rng, pixels), _reach(rng, pixels, 0.2)
        for part in np.linspace(1.0, 0.2, int(rng.integers(2, 5))):
            cv2.circle(pixels, spot, max(1, int(radius * part)), _colour(rng), -1, cv2.LINE_AA)


def _round_thing(rng: Rng, pixels: Pixels) -> None:
    """A cake, a ball, a brooch, a plush toy without a face: round, cream-coloured, with something on top."""
    x, y = _spot(rng, pixels)
    radius = _reach(rng, pixels, 0.25)
    body = _skin(rng) if rng.random() < 0.7 else _colour(rng)
    cv2.ellipse(
        pixels, (x, y), (radius, int(radius * rng.uniform(0.6, 1.1))), 0, 0, 360, body, -1, cv2.LINE_AA
    )
    top = int(radius * rng.uniform(0.3, 0.9))
    for side in (-1, 1) if rng.random() < 0.5 else (0,):
        spot = (x + side * int(radius * 0.7), y - int(radius * 0.7))
        cv2.circle(pixels, spot, max(1, top // 2), _colour(rng), -1, cv2.LINE_AA)
    if rng.random() < 0.5:
        start = (x - radius, y - int(radius * rng.uniform(0, 0.7)))
        cv2.rectangle(pixels, start, (x + radius, start[1] + max(2, top // 3)), _colour(rng), -1)
    cv2.ellipse(pixels, (x, y), (radius, radius), 0, 0, 360, (20, 20, 20), max(1, radius // 20), cv2.LINE_AA)
