"""Clothes from the shoulders down, in the units of a face."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.tools.canvas import Canvas, Colour, Gradient, Mask, Points, ellipse, mix, smooth

_INK: Colour = (44, 30, 54)
_WHITE: Colour = (255, 255, 255)
_UNDER: list[tuple[float, float]] = [(-20, 80), (-34, 92), (10, 190), (24, 190), (2, 136)]
"""The band of a yukata's collar that lies under the other."""


def _body(canvas: Canvas, colour: Colour, width: float = 1.0) -> tuple[Points, Mask]:
    points = [
        (-20, 86), (-52, 97), (-84, 110), (-102, 146), (-112, 240), (-116, 420), (116, 420), (112, 240), (102, 146),
        (84, 110), (52, 97), (20, 86), (0, 104),
    ]  # fmt: skip
    shape = smooth([(x * width, y) for x, y in points], corners=(0, 5, 6, 11))
    canvas.fill(
        shape, Gradient((0, 90), (0, 330), (mix(colour, _WHITE, 0.1), colour, mix(colour, _INK, 0.25)))
    )
    within = canvas.mask(shape)
    for side in (-1, 1):
        canvas.fill(smooth([(side * 60 * width, 170), (side * 70 * width, 240), (side * 66 * width, 420),
                            (side * 84 * width, 420), (side * 80 * width, 240)]),
                    mix(colour, _INK, 0.5), alpha=0.45, blur=3, within=within)  # fmt: skip
        fold = smooth(
            [(side * 74 * width, 160), (side * 72 * width, 200), (side * 76 * width, 260)], closed=False
        )
        canvas.line(fold, mix(colour, _INK, 0.55), 2.4)
    canvas.line(shape, mix(colour, _INK, 0.65), 2.6, ends=(0.7, 0.7))
    return shape, within


def _sailor(canvas: Canvas, colour: Colour, accent: Colour, skin: Colour) -> None:
    _, within = _body(canvas, (246, 246, 252))
    canvas.fill(np.array([(-17.0, 84), (17, 84), (0, 128)]), skin)
    for side in (-1, 1):
        collar = smooth([(side * 17, 82), (side * 50, 95), (side * 76, 116), (side * 58, 146), (0, 166), (0, 132)],
                        corners=(0, 3, 4, 5))  # fmt: skip
        canvas.fill(collar, Gradient((0, 84), (0, 166), (mix(colour, _WHITE, 0.12), mix(colour, _INK, 0.2))))
        canvas.line(np.concatenate([collar, collar[:1]]), mix(colour, _INK, 0.6), 2, ends=(0.7, 0.7))
        for gap in (6, 10):
            points = [(side * (74 - gap), 118), (side * (57 - gap), 144 - gap * 0.7), (side * 4, 163 - gap)]
            stripe = smooth(points, corners=(1,), closed=False)
            canvas.line(stripe, _WHITE, 1.5, ends=(0.8, 0.8), within=canvas.mask(collar))
    for side in (-1, 1):
        loop = smooth(
            [(0, 160), (side * 16, 146), (side * 34, 150), (side * 33, 172), (side * 14, 172)], corners=(0,)
        )
        end = smooth([(0, 162), (side * 10, 180), (side * 18, 212), (side * 5, 204)], corners=(0, 2))
        for shape in (end, loop):
            canvas.fill(
                shape,
                Gradient((0, 146), (0, 210), (mix(accent, _WHITE, 0.25), mix(accent, (140, 40, 40), 0.25))),
            )
            canvas.line(np.concatenate([shape, shape[:1]]), mix(accent, _INK, 0.6), 1.8, ends=(0.8, 0.8))
    canvas.fill(ellipse((0, 162), 6, 7), mix(accent, (140, 40, 40), 0.2))
    canvas.fill(ellipse((0, 140), 90, 16), (120, 110, 160), alpha=0.12, blur=8, within=within)


def _hoodie(canvas: Canvas, colour: Colour, accent: Colour, skin: Colour) -> None:
    hood = smooth([(-58, 112), (-52, 74), (-22, 66), (22, 66), (52, 74), (58, 112), (0, 150)])
    canvas.fill(hood, Gradient((0, 66), (0, 150), (mix(colour, _INK, 0.3), colour)))
    canvas.line(hood, mix(colour, _INK, 0.6), 2.2, ends=(0.6, 0.6))
    canvas.fill(smooth([(-15, 60), (15, 60), (20, 98), (0, 118), (-20, 98)]), skin)
    canvas.fill(
        smooth([(-18, 56), (18, 56), (15, 68), (0, 82), (-15, 68)]),
        mix(skin, (206, 110, 128), 0.36),
        blur=1.2,
    )
    _body(canvas, colour)
    canvas.fill(np.array([(-20.0, 84), (20, 84), (0, 126)]), skin)
    for side in (-1, 1):
        edge = smooth(
            [(side * 22, 80), (side * 40, 92), (side * 26, 124), (0, 146), (0, 122)], corners=(0, 1, 3, 4)
        )
        canvas.fill(edge, Gradient((0, 80), (0, 146), (mix(colour, _WHITE, 0.3), mix(colour, _INK, 0.08))))
        canvas.line(np.concatenate([edge, edge[:1]]), mix(colour, _INK, 0.6), 2, ends=(0.7, 0.7))
    canvas.line(np.linspace((0, 146), (0, 420), 20), mix(colour, _INK, 0.5), 2.6, ends=(1, 1))
    for side in (-1, 1):
        canvas.line(
            smooth([(side * 18, 112), (side * 22, 150), (side * 20, 182)], closed=False),
            _WHITE,
            3.2,
            ends=(1, 1),
        )
        canvas.fill(ellipse((side * 20, 184), 3, 5), accent)


def _yukata(canvas: Canvas, colour: Colour, accent: Colour, skin: Colour) -> None:
    _, within = _body(canvas, colour)
    dice = np.random.default_rng(5)
    for _ in range(34):
        x, y, r = dice.uniform(-110, 110), dice.uniform(105, 330), dice.uniform(4, 8)
        petal = mix(accent, _WHITE, float(dice.uniform(0.1, 0.6)))
        for k in range(5):
            a = 2 * np.pi * k / 5 + x
            canvas.fill(
                ellipse((x + r * np.cos(a), y + r * np.sin(a)), r * 0.7, r * 0.7),
                petal,
                within=within,
                alpha=0.9,
            )
        canvas.fill(ellipse((x, y), r * 0.4, r * 0.4), mix(petal, (255, 200, 80), 0.7), within=within)
    canvas.fill(np.array([(-18.0, 82), (18, 82), (4, 138)]), skin)
    for side in (-1, 1):
        points = [(20, 80), (34, 92), (6, 168), (-10, 190), (-14, 160)] if side == 1 else _UNDER
        band = smooth(points, corners=(0, 1, 2, 3))
        canvas.fill(band, mix(colour, _WHITE, 0.75), within=within)
        canvas.line(
            np.concatenate([band, band[:1]]), mix(colour, _INK, 0.4), 1.8, ends=(0.7, 0.7), within=within
        )
    sash = Gradient((0, 232), (0, 300), (mix(accent, _WHITE, 0.15), mix(accent, _INK, 0.25)))
    canvas.fill(np.array([(-120.0, 232), (120, 232), (120, 300), (-120, 300)]), sash, within=within)


def _blazer(canvas: Canvas, colour: Colour, accent: Colour, skin: Colour) -> None:
    _, within = _body(canvas, colour, 1.1)
    shirt = smooth([(-22, 84), (22, 84), (26, 100), (0, 214), (-26, 100)], corners=(0, 1, 3))
    canvas.fill(shirt, (248, 248, 252))
    canvas.fill(np.array([(-15.0, 82), (15, 82), (0, 110)]), skin)
    tie = smooth(
        [(-6, 112), (6, 112), (4, 124), (10, 190), (0, 204), (-10, 190), (-4, 124)],
        corners=(0, 1, 2, 3, 4, 5, 6),
    )
    canvas.fill(tie, Gradient((0, 110), (0, 204), (mix(accent, _WHITE, 0.1), mix(accent, _INK, 0.35))))
    for side in (-1, 1):
        flap = np.array([(side * 17.0, 82), (side * 26, 92), (side * 13, 124), (0, 111)])
        canvas.fill(flap, _WHITE)
        canvas.line(np.concatenate([flap, flap[:1]]), (140, 140, 165), 1.6, ends=(0.8, 0.8))
        lapel = smooth([(side * 24, 86), (side * 48, 100), (side * 44, 140), (side * 52, 148), (0, 224)],
                       corners=(0, 1, 2, 3, 4))  # fmt: skip
        canvas.fill(lapel, mix(colour, _WHITE, 0.08), within=within)
        canvas.line(np.concatenate([lapel, lapel[:1]]), mix(colour, _INK, 0.65), 2, ends=(0.8, 0.8))


OUTFITS: dict[str, Callable[[Canvas, Colour, Colour, Colour], None]] = {
    "sailor": _sailor,
    "hoodie": _hoodie,
    "yukata": _yukata,
    "blazer": _blazer,
}
