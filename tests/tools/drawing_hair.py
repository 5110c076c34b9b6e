"""Hair and what is worn in it, in the units of a face."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.tools.canvas import Canvas, Colour, Gradient, Mask, Point, Points, ellipse, mix, moved, smooth

_INK: Colour = (44, 28, 52)
_LIGHT: Colour = (255, 255, 255)


def _lines(canvas: Canvas, hair: Colour, shape: Points, strands: list[list[Point]], within: Mask) -> None:
    """Strands and the outline of a mass of hair."""
    dark = mix(hair, _INK, 0.45)
    for strand in strands:
        canvas.line(smooth(strand, closed=False), dark, 1.9, alpha=0.45, within=within)
    canvas.line(np.concatenate([shape, shape[:1]]), mix(hair, _INK, 0.62), 2.3, ends=(0.7, 0.7))


def _fill(canvas: Canvas, shape: Points, hair: Colour, top: float, bottom: float, dim: float = 0.0) -> Mask:
    base = mix(hair, _INK, dim)
    stops = (mix(base, _INK, 0.16), base, mix(base, _LIGHT, 0.14))
    canvas.fill(shape, Gradient((0, top), (0, bottom), stops))
    return canvas.mask(shape)


def _fringe(tips: list[Point], notches: list[Point], lock: float, turn: float) -> Points:
    """The mass of hair before the face: over the crown from temple to temple, a lock before each ear (down
    to `lock`), and tips between notches from right to left."""
    t = 6 * turn
    points: list[Point] = [(-61, 12), (-64, -22), (-55, -58), (-31, -82), (-4, -89), (27, -84), (54, -60), (64, -22),
                           (61, 12), (64, min(40, lock * 0.6)), (59, lock - 22), (50, lock)]  # fmt: skip
    corners = [11]
    inner = min(18.0, lock * 0.35)
    points += [(49, (inner + lock) / 2), (47, inner)]
    for i, notch in enumerate(notches):
        corners.append(len(points))
        points.append((notch[0] + t, notch[1]))
        if i < len(tips):
            tip = tips[i]
            points.append(((notch[0] + tip[0]) / 2 + 4.5 + t, (notch[1] + tip[1]) / 2 + 3))
            corners.append(len(points))
            points.append((tip[0] + 1.3 * t, tip[1]))
            after = notches[i + 1]
            points.append(((after[0] + tip[0]) / 2 + 2.0 + t, (after[1] + tip[1]) / 2 + 1))
    corners.append(len(points) + 2)
    points += [
        (-47, inner),
        (-49, (inner + lock) / 2),
        (-50, lock),
        (-59, lock - 22),
        (-64, min(40, lock * 0.6)),
    ]
    return smooth(points, corners=corners, steps=10)


def _straight(turn: float) -> Points:
    tips = [(38, 2), (20, -3), (1, 5), (-20, 1), (-39, 4)]
    notches = [(45, -22), (30, -36), (12, -44), (-10, -42), (-30, -36), (-46, -20)]
    return _fringe([*tips], [*notches], 84, turn)


def _swept(turn: float) -> Points:
    tips = [(41, 6), (22, 7), (-2, 2), (-38, 0)]
    notches = [(46, -14), (34, -30), (12, -40), (-16, -52), (-46, -16)]
    return _fringe([*tips], [*notches], 60, turn)


def _spiky(turn: float) -> Points:
    tips = [(39, 2), (24, 9), (4, 1), (-12, 10), (-36, 4)]
    notches = [(47, -18), (33, -30), (17, -38), (-2, -40), (-22, -34), (-47, -16)]
    return _fringe([*tips], [*notches], 26, turn)


FRINGES: dict[str, Callable[[float], Points]] = {"straight": _straight, "swept": _swept, "spiky": _spiky}


def draw_fringe(canvas: Canvas, fringe: Points, hair: Colour, turn: float, rim: Colour) -> None:
    """The hair before the face, with a ring of light on it and a rim where light comes from behind."""
    within = _fill(canvas, fringe, hair, -90, 40)
    root = (4 * turn, -84.0)
    hanging = fringe[(np.abs(fringe[:, 0]) < 47) & (fringe[:, 1] < 12) & (fringe[:, 1] > -56)]
    inner = (hanging[1:-1, 1] < hanging[:-2, 1]) & (hanging[1:-1, 1] < hanging[2:, 1])
    hanging = np.concatenate([hanging[1:-1][inner], hanging[6:-6:17]])
    canvas.fill(ellipse((0, -18), 62, 14), mix(hair, _INK, 0.3), alpha=0.28, blur=5, within=within)
    _draw_ring(canvas, hair, within, turn)
    strands: list[list[Point]] = []
    for x, y in hanging.tolist():
        middle = (x * 0.86 + root[0] * 0.1, (y + root[1]) / 2 - 6)
        strands.append([(x, y), middle, (x * 0.42 + root[0] * 0.5, root[1] + 16)])
    for side in (-1, 1):
        strands.append([(side * 54, 50), (side * 57, 10), (side * 54, -24), (side * 40, -60)])
        strands.append([(side * 50, 36), (side * 52, 6), (side * 49, -20)])
    _lines(canvas, hair, fringe, strands, within)
    crown = smooth([(-64, -10), (-54, -60), (-29, -84), (0, -91), (29, -84), (54, -60), (64, -10), (60, 30), (40, -60),
                    (0, -78), (-40, -64)])  # fmt: skip
    edge = canvas.mask(moved(fringe, -3.0, 3.5), 0.8)
    canvas.fill(crown, rim, alpha=0.5, within=within, outside=edge, way="screen")


def _draw_ring(canvas: Canvas, hair: Colour, within: Mask, turn: float) -> None:
    """The band of light around the crown that drawn hair has, its edges uneven."""
    xs = np.linspace(-54, 54, 41)
    arc = -44 - 16 * np.sqrt(np.clip(1 - (xs / 66) ** 2, 0, 1)) + 9
    teeth = np.where(np.arange(41) % 4 < 2, 1.0, 0.35) * (5.5 - 0.06 * np.abs(xs + 10 * turn))
    upper = np.stack([xs, arc - teeth * 0.7], 1)
    lower = np.stack([xs, arc + teeth], 1)[::-1]
    glow = mix(hair, _LIGHT, 0.62)
    canvas.fill(np.concatenate([upper, lower]), glow, alpha=0.34, blur=3.0, within=within)
    canvas.fill(np.concatenate([upper, lower]), glow, alpha=0.72, blur=0.7, within=within)


def _long(canvas: Canvas, hair: Colour, turn: float) -> None:
    sprout = smooth(
        [(-8, -80), (-4, -98), (8, -108), (24, -106), (12, -101), (6, -92), (6, -80)], corners=(3,)
    )
    canvas.fill(sprout, hair)
    canvas.line(sprout, mix(hair, _INK, 0.62), 2.0, ends=(0.6, 0.6))
    t = -5 * turn
    points: list[Point] = [
        (-58, -50), (-70, 0), (-78, 70), (-92, 150), (-86, 232), (-66, 196), (-52, 246), (-30, 206), (-8, 250),
        (16, 208), (40, 248), (56, 200), (80, 236), (90, 150), (78, 70), (70, 0), (58, -50), (0, -86),
    ]  # fmt: skip
    shape = moved(smooth(points, corners=range(4, 13)), t, 0)
    within = _fill(canvas, shape, hair, -60, 250, 0.14)
    canvas.fill(ellipse((0, 60), 52, 80), mix(hair, _INK, 0.5), alpha=0.55, blur=12, within=within)
    strands: list[list[Point]] = []
    for x in (-82, -72, -62, 62, 72, 82):
        strands.append([(x * 0.72 + t, 20), (x * 0.92 + t, 110), (x + t, 210)])
    _lines(canvas, hair, shape, strands, within)
    for side in (-1, 1):
        shine = smooth([(side * 72 + t, 96), (side * 80 + t, 130), (side * 84 + t, 165)], closed=False)
        canvas.line(shine, mix(hair, _LIGHT, 0.6), 6, alpha=0.5, within=within)


def _bob(canvas: Canvas, hair: Colour, turn: float) -> None:
    points: list[Point] = [
        (-58, -50), (-70, 0), (-74, 48), (-60, 82), (-44, 74), (-20, 84), (20, 84), (44, 74), (60, 82), (74, 48),
        (70, 0), (58, -50), (0, -86),
    ]  # fmt: skip
    shape = moved(smooth(points, corners=(3, 8)), -4 * turn, 0)
    within = _fill(canvas, shape, hair, -60, 90, 0.2)
    canvas.fill(ellipse((0, 50), 46, 40), mix(hair, _INK, 0.5), alpha=0.5, blur=8, within=within)
    _lines(canvas, hair, shape, [[(s * 62, 70), (s * 68, 40), (s * 64, 0)] for s in (-1, 1)], within)


def _short(canvas: Canvas, hair: Colour, turn: float) -> None:
    points: list[Point] = [
        (-58, -50), (-68, -10), (-66, 24), (-56, 44), (-50, 30), (-40, 60), (-20, 56), (20, 56), (40, 60), (50, 30),
        (56, 44), (66, 24), (68, -10), (58, -50), (0, -86),
    ]  # fmt: skip
    shape = moved(smooth(points, corners=(3, 4, 5, 8, 9, 10)), -4 * turn, 0)
    _lines(canvas, hair, shape, [], _fill(canvas, shape, hair, -60, 60, 0.25))


def _tail(side: int, turn: float) -> Points:
    t = -6 * turn
    points: list[Point] = [(52, -52), (78, -62), (104, -30), (112, 40), (104, 120), (112, 190), (88, 160), (76, 182),
                           (76, 110), (82, 40), (72, -10), (56, -32)]  # fmt: skip
    return smooth([(side * x + t, y) for x, y in points], corners=(5, 6, 7))


def _tails(canvas: Canvas, hair: Colour, turn: float) -> None:
    _short(canvas, hair, turn)
    for side in (-1, 1):
        shape = _tail(side, turn)
        within = _fill(canvas, shape, hair, -60, 190, 0.06)
        t = -6 * turn
        strands: list[list[Point]] = [[(side * x + t, -40), (side * (x + 26) + t, 40), (side * (x + 22) + t, 150)]
                                      for x in (66, 74)]  # fmt: skip
        _lines(canvas, hair, shape, strands, within)
        shine = smooth([(side * 84 + t, -30), (side * 101 + t, 10), (side * 103 + t, 56)], closed=False)
        canvas.line(shine, mix(hair, _LIGHT, 0.65), 6, alpha=0.6, within=within)


BACKS: dict[str, Callable[[Canvas, Colour, float], None]] = {
    "long": _long,
    "bob": _bob,
    "short": _short,
    "tails": _tails,
}
"""What lies behind the head, by the name of the style."""


def draw_accessory(canvas: Canvas, name: str, colour: Colour, turn: float) -> None:
    """A star pin, two ribbons or glasses; "none" draws nothing."""
    if name == "star":
        x, y = 41 + 4 * turn, -36.0
        angles = np.radians(np.arange(10) * 36 - 90 + 14)
        radius = np.where(np.arange(10) % 2 == 0, 15.0, 6.8)
        star = np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], 1)
        canvas.fill(moved(star, 1.5, 3), (40, 24, 60), alpha=0.35, blur=1.5)
        canvas.fill(star, Gradient((x, y - 14), (x, y + 14), (mix(colour, _LIGHT, 0.55), colour)))
        canvas.line(np.concatenate([star, star[:1]]), mix(colour, (110, 50, 20), 0.6), 1.8, ends=(0.9, 0.9))
        canvas.fill(ellipse((x - 3, y - 4), 2.4, 1.8, -30), _LIGHT, alpha=0.9)
    elif name == "ribbons":
        for side in (-1, 1):
            _draw_bow(canvas, (side * 57.0 - 5 * turn, -48.0), 1.25, colour)
    elif name == "glasses":
        frame = mix(colour, (40, 30, 40), 0.5)
        for side in (-1, 1):
            rim = ellipse((side * 24.5 + 11.0 * turn, 17), 19.0 * (1 - 0.14 * max(0.0, side * turn)), 16.5)
            canvas.fill(rim, (235, 245, 255), alpha=0.14)
            canvas.line(np.concatenate([rim, rim[:2]]), frame, 2.6, ends=(1, 1))
        bridge = smooth([(-6 + 11.0 * turn, 14), (11.0 * turn, 11.5), (6 + 11.0 * turn, 14)], closed=False)
        canvas.line(bridge, frame, 2.4, ends=(1, 1))


def _draw_bow(canvas: Canvas, centre: Point, size: float, colour: Colour) -> None:
    x, y = centre
    for side in (-1, 1):
        loop = smooth([(x, y), (x + side * 10 * size, y - 10 * size), (x + side * 18 * size, y - 5 * size),
                       (x + side * 16 * size, y + 8 * size),
                       (x + side * 7 * size, y + 5 * size)], corners=(0,))  # fmt: skip
        end = smooth([(x, y), (x + side * 9 * size, y + 13 * size), (x + side * 13 * size, y + 24 * size),
                      (x + side * 4 * size, y + 19 * size)], corners=(0, 2))  # fmt: skip
        for shape in (end, loop):
            canvas.fill(
                shape, Gradient((x, y - 10), (x, y + 20), (mix(colour, _LIGHT, 0.2), mix(colour, _INK, 0.2)))
            )
            canvas.line(np.concatenate([shape, shape[:1]]), mix(colour, _INK, 0.6), 1.6, ends=(0.8, 0.8))
    canvas.fill(ellipse(centre, 4 * size, 4.6 * size), mix(colour, _INK, 0.15))
    canvas.line(ellipse(centre, 4 * size, 4.6 * size), mix(colour, _INK, 0.6), 1.4, ends=(1, 1))
