"""Faces: skin, eyes, brows, nose and mouth. Units: a face is 100 wide; (0, 0) lies between the brows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.tools.canvas import Canvas, Colour, Gradient, Mask, Points, ellipse, mix, moved, smooth

WHITE: Colour = (255, 255, 255)
_INK: Colour = (62, 36, 52)


@dataclass(frozen=True, slots=True)
class Face:
    """How a face looks: colours, where it turns, and what it feels."""

    skin: Colour
    iris: Colour
    hair: Colour
    turn: float
    eyes: str
    mouth: str
    boy: bool

    @property
    def shade(self) -> Colour:
        return mix(self.skin, (206, 110, 128), 0.36)


def outline(turn: float) -> Points:
    """The face from temple to chin to temple."""
    t = 5 * turn
    left, right = 1 - 0.05 * max(0.0, -turn), 1 - 0.05 * max(0.0, turn)
    points = [
        (-50 * left, -30), (-51 * left, 4), (-47 * left + t, 32), (-31 + t, 53), (-10 + 1.5 * t, 66.5), (1.7 * t, 69),
        (10 + 1.5 * t, 66.5), (31 + t, 53), (47 * right + t, 32), (51 * right, 4), (50 * right, -30), (0, -66),
    ]  # fmt: skip
    return smooth(points)


def draw_neck(canvas: Canvas, face: Face) -> None:
    neck = smooth([(-15, 40), (-14, 78), (-24, 100), (0, 120), (24, 100), (14, 78), (15, 40)])
    canvas.fill(neck, face.skin)
    shadow = smooth([(-22, 48), (22, 48), (17, 64), (2, 79), (-16, 66)])
    canvas.fill(shadow, face.shade, within=canvas.mask(neck), blur=1.2)
    for side in (-1, 1):
        edge = smooth([(side * 14.5, 60), (side * 14.5, 78), (side * 23, 98)], closed=False)
        canvas.line(edge, mix(face.shade, _INK, 0.45), 1.6)


def draw_face(canvas: Canvas, face: Face, fringe: Points) -> None:
    """A face without hair; `fringe` casts its shadow on it."""
    skin = outline(face.turn)
    for side in (-1, 1):
        if side * face.turn < 0.55:
            _draw_ear(canvas, face, side)
    warm = mix(face.skin, (255, 190, 180), 0.28)
    canvas.fill(skin, Gradient((0, -40), (0, 70), (face.skin, face.skin, warm)))
    within = canvas.mask(skin)
    canvas.fill(moved(fringe, 2.0, 7.0), face.shade, within=within, blur=0.8, alpha=0.85)
    canvas.fill(smooth([(-60, 30), (-36, 48), (-14, 64), (0, 67), (14, 64), (36, 48), (60, 30), (40, 80), (-40, 80)]),
                face.shade, within=within, blur=5, alpha=0.35)  # fmt: skip
    _draw_blush(canvas, face, within)
    chin = skin[(skin[:, 1] > 0)]
    canvas.line(chin, mix(face.shade, _INK, 0.6), 2.0, ends=(0.5, 0.5))
    shift = 11.0 * face.turn
    for side in (-1, 1):
        far = max(0.0, side * face.turn)
        centre = (side * 24.0 + shift, 14.0)
        closed = face.eyes == "closed" or (face.eyes == "wink" and side == 1)
        if closed:
            _draw_closed_eye(canvas, centre, side, 1 - 0.2 * far)
        else:
            _draw_eye(canvas, face, centre, side, 1 - 0.2 * far)
        _draw_brow(canvas, face, centre, side, 1 - 0.15 * far)
    _draw_nose(canvas, face)
    _draw_mouth(canvas, face)


def _draw_ear(canvas: Canvas, face: Face, side: int) -> None:
    ear = smooth([(side * 47, -2), (side * 55, -4), (side * 58, 8), (side * 54, 24), (side * 46, 30)])
    canvas.fill(ear, face.skin)
    canvas.fill(moved(ear * (0.94, 0.8), 0, 3), face.shade, alpha=0.5, blur=1)
    canvas.line(ear[: len(ear) * 4 // 5], mix(face.shade, _INK, 0.5), 1.4)


def _draw_blush(canvas: Canvas, face: Face, within: Mask) -> None:
    strength = 0.25 if face.boy else 0.5
    for side in (-1, 1):
        x = side * 31 + 7 * face.turn
        canvas.fill(ellipse((x, 36), 12, 6), (255, 130, 130), alpha=strength, blur=3.2, within=within)
        if not face.boy:
            for i in range(3):
                mark = np.array([(x - 6 + 5 * i, 38.5), (x - 3.5 + 5 * i, 33.5)])
                canvas.line(np.linspace(mark[0], mark[1], 8), (236, 110, 120), 0.9, alpha=0.55)


def _draw_eye(canvas: Canvas, face: Face, centre: tuple[float, float], side: int, narrow: float) -> None:
    x, y = centre
    tall = {"soft": 0.82, "wide": 1.06}.get(face.eyes, 1.0) * (0.84 if face.boy else 1.0)
    wide = 1.0 if not face.boy else 0.95

    def at(dx: float, dy: float) -> tuple[float, float]:
        return x + side * dx * narrow * wide, y + dy * (tall if dy < 0 else (tall + 1) / 2)

    white = smooth(
        [at(-13, 2), at(-8, -10), at(2, -15), at(11, -9), at(14, 1), at(11, 11), at(2, 15.5), at(-8, 12)]
    )
    inside = canvas.mask(white)
    canvas.fill(
        white, Gradient((x, y - 15), (x, y + 15), ((222, 222, 236), (252, 252, 255), (255, 255, 255)))
    )
    look = 1.6 * face.turn
    small = 0.84 if face.eyes == "wide" else 1.0
    rx, ry = 10.6 * narrow * small, 15.2 * small * (0.9 if face.boy else 1.0)
    middle = (x + look - side * 0.6, y + 0.6)
    dark, deep = mix(face.iris, (24, 12, 44), 0.62), mix(face.iris, (24, 12, 44), 0.85)
    bright = mix(face.iris, WHITE, 0.5)
    canvas.fill(ellipse(middle, rx, ry), deep, within=inside)
    canvas.fill(ellipse(middle, rx - 1.3, ry - 1.5),
                Gradient((x, y - 15), (x, y + 15), (deep, dark, face.iris, bright)), within=inside)  # fmt: skip
    canvas.fill(ellipse((middle[0], middle[1] + 8), rx * 0.62, 4.6), mix(bright, WHITE, 0.35), alpha=0.75, blur=1.5,
                within=inside, way="screen")  # fmt: skip
    canvas.fill(ellipse((middle[0], middle[1] - 0.5), 4.3 * narrow, 6.4), deep, within=inside)
    canvas.fill(smooth([at(-15, -18), at(15, -18), at(15, -7), at(0, -9.5), at(-15, -4)]), (60, 40, 90), alpha=0.42,
                blur=1.1, within=inside)  # fmt: skip
    canvas.fill(ellipse((middle[0] - 4.0, middle[1] - 6.6), 3.7 * narrow, 4.6, -20), WHITE, within=inside)
    canvas.fill(ellipse((middle[0] + 4.2, middle[1] + 6.6), 1.9, 2.3), WHITE, alpha=0.9, within=inside)
    ink = mix(_INK, face.hair, 0.12)
    upper = smooth([at(-14.5, 3.5), at(-8.5, -10.5), at(2, -15.8), at(11.5, -10), at(17, 1)], closed=False)
    canvas.line(upper, ink, 3.8 if face.boy else 5.4, ends=(0.2, 0.35))
    if not face.boy:
        for dx, dy, ex, ey in ((13.5, -6.5, 19.5, -8.5), (15, -2, 20.5, -2.2)):
            canvas.line(np.linspace(at(dx, dy), at(ex, ey), 8), ink, 2.4, ends=(1.0, 0.0))
    canvas.line(smooth([at(12.8, 7), at(8, 13.5), at(0, 16.3)], closed=False), ink, 1.7, ends=(0.6, 0.0))
    crease = smooth([at(-9, -15.5), at(1, -20.5), at(11, -16)], closed=False)
    canvas.line(crease, mix(face.shade, _INK, 0.5), 1.2)


def _draw_closed_eye(canvas: Canvas, centre: tuple[float, float], side: int, narrow: float) -> None:
    x, y = centre
    arc = [(-13.0, 8.0), (-6.0, 1.0), (2.0, -1.0), (10.0, 3.0), (15.0, 9.5)]
    lid = smooth([(x + side * dx * narrow, y + dy) for dx, dy in arc], closed=False)
    canvas.line(lid, _INK, 4.4, ends=(0.15, 0.3))
    for dx, dy, ex, ey in ((12.5, 5.5, 18.5, 4.0), (14.5, 9.0, 19.0, 10.0)):
        lash = np.linspace((x + side * dx * narrow, y + dy), (x + side * ex * narrow, y + ey), 8)
        canvas.line(lash, _INK, 2.0, ends=(1.0, 0.0))


def _draw_brow(canvas: Canvas, face: Face, centre: tuple[float, float], side: int, narrow: float) -> None:
    x, y = centre
    lift = {"wide": -4.0, "closed": -1.0, "soft": 1.0}.get(face.eyes, 0.0)
    slope = -2.0 if face.boy or face.mouth == "calm" else 1.0
    points = [(x - side * 9 * narrow, y - 27 + lift - slope), (x + side * 3 * narrow, y - 31 + lift),
              (x + side * 14 * narrow, y - 26 + lift + slope)]  # fmt: skip
    canvas.line(
        smooth(points, closed=False), mix(face.hair, _INK, 0.55), 3.4 if face.boy else 2.4, ends=(0.5, 0.1)
    )


def _draw_nose(canvas: Canvas, face: Face) -> None:
    x = 14 * face.turn
    tip = smooth([(x + 0.5, 34), (x + 2.4, 39), (x - 0.5, 40.5)], closed=False)
    canvas.line(tip, mix(face.shade, _INK, 0.4), 1.5)
    canvas.fill(ellipse((x - 0.4, 35), 1.2, 1.8), WHITE, alpha=0.5, blur=0.7)


def _draw_mouth(canvas: Canvas, face: Face) -> None:
    x, y = 12.0 * face.turn, 51.0
    ink = (150, 62, 72)
    if face.mouth == "open":
        points = [(-11, -2.5), (0, -0.5), (11, -2.5), (7.5, 7), (0, 10), (-7.5, 7)]
        lips = smooth([(x + dx, y + dy) for dx, dy in points], corners=(0, 2))
        inside = canvas.mask(lips)
        canvas.fill(lips, (170, 58, 72))
        canvas.fill(ellipse((x, y + 9), 7.5, 5), (240, 128, 132), within=inside)
        canvas.fill(
            np.array([(x - 9, y - 4), (x + 9, y - 4), (x + 7, y + 1.6), (x - 7, y + 1.6)]),
            WHITE,
            within=inside,
        )
        canvas.line(np.concatenate([lips, lips[:1]]), ink, 1.5, ends=(0.8, 0.8))
    elif face.mouth == "small":
        lips = smooth([(x - 3.6, y), (x, y - 3.2), (x + 3.6, y), (x, y + 4)])
        canvas.fill(lips, (190, 76, 86))
        canvas.line(np.concatenate([lips, lips[:1]]), ink, 1.3, ends=(0.8, 0.8))
    else:
        depth = {"smile": 3.6, "calm": 0.6}.get(face.mouth, 3.6)
        wide = 10.0 if face.mouth == "smile" else 7.0
        curve = smooth([(x - wide, y - 1), (x, y + depth), (x + wide, y - 1)], closed=False)
        canvas.line(curve, ink, 2.1, ends=(0.3, 0.3))
        canvas.line(smooth([(x - 3, y + 7.5), (x, y + 8.4), (x + 3, y + 7.5)], closed=False), face.shade, 1.3)
