"""Where the plates with names go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.pictures.picture import Box

Rectangle = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are just outside."""

_GAP = 2


def place(
    boxes: Sequence[Box], sizes: Sequence[tuple[int, int]], width: int, height: int
) -> list[Rectangle | None]:
    """A place for a plate of each size near its box: on the canvas, clear of all other plates, if it can be clear of
    other boxes too. None for those for which there is no such place.

    The narrowest choice goes first: plates of boxes in a crowd are placed before those with room around.
    """
    placed: dict[int, Rectangle] = {}
    crowd = [sum(_gap(box, other) < max(sizes[i]) for other in boxes) for i, box in enumerate(boxes)]
    for index in sorted(range(len(boxes)), key=lambda i: (-crowd[i], boxes[i].y, boxes[i].x)):
        best: tuple[float, Rectangle] | None = None
        for cost, rectangle in _places(boxes[index], *sizes[index], width, height):
            if any(_touch(rectangle, other, _GAP) for other in placed.values()):
                continue
            cost += 4 * sum(
                _covered(rectangle, other) for i, other in enumerate(boxes) if i != index
            )  # a name over another face misleads
            cost += 1.5 * _covered(rectangle, boxes[index])
            if best is None or cost < best[0]:
                best = cost, rectangle
        if best is not None:
            placed[index] = best[1]
    return [placed.get(index) for index in range(len(boxes))]


def _places(box: Box, w: int, h: int, width: int, height: int) -> Iterator[tuple[float, Rectangle]]:
    """Places around the box, each with a cost: above it, below, inside, beside."""
    if w > width or h > height:
        return
    lefts = (box.x, box.x + box.w / 2 - w / 2, box.x + box.w - w)
    tops = ((0.0, box.y - h - 2), (0.15, box.y + box.h + 2), (0.3, box.y + box.h - h), (0.4, box.y))
    places = [(cost + 0.02 * nth, left, top) for cost, top in tops for nth, left in enumerate(lefts)]
    for side, left in enumerate((box.x + box.w + 2, box.x - w - 2)):
        places += [(0.5 + 0.1 * side, left, box.y + box.h * share - h / 2) for share in (0.2, 0.5, 0.8)]
    places += [(0.9 + 0.1 * n, box.x, box.y - (h + 3) * (n + 1) - h) for n in range(1, 3)]
    places += [(0.9 + 0.1 * n, box.x, box.y + box.h + (h + 3) * n) for n in range(1, 3)]
    for cost, left, top in places:
        x, y = round(min(max(left, 0), width - w)), round(min(max(top, 0), height - h))
        moved = (abs(x - left) + abs(y - top)) / max(h, 1)
        if moved <= w / max(h, 1) + 1:
            yield cost + 0.2 * moved, (x, y, x + w, y + h)


def _gap(one: Box, other: Box) -> float:
    across = max(one.x, other.x) - min(one.x + one.w, other.x + other.w)
    down = max(one.y, other.y) - min(one.y + one.h, other.y + other.h)
    return max(across, down)


def _touch(one: Rectangle, other: Rectangle, gap: int) -> bool:
    return (
        one[0] < other[2] + gap
        and other[0] < one[2] + gap
        and one[1] < other[3] + gap
        and other[1] < one[3] + gap
    )


def _covered(rectangle: Rectangle, box: Box) -> float:
    """The share of the rectangle that lies over the box."""
    across = min(rectangle[2], box.x + box.w) - max(rectangle[0], box.x)
    down = min(rectangle[3], box.y + box.h) - max(rectangle[1], box.y)
    area = (rectangle[2] - rectangle[0]) * (rectangle[3] - rectangle[1])
    return max(across, 0) * max(down, 0) / area
