"""What lies behind and before the characters: skies, streets at night, a room, a landscape."""

from __future__ import annotations

import numpy as np

from tests.tools.canvas import Canvas, Colour, Gradient, Points, ellipse, mix, moved, smooth

_WHITE: Colour = (255, 255, 255)


def _whole(canvas: Canvas, top: float = 0, bottom: float | None = None) -> Points:
    low = canvas.height if bottom is None else bottom
    return np.array([(0.0, top), (canvas.width, top), (canvas.width, low), (0.0, low)])


def _cloud(canvas: Canvas, x: float, y: float, size: float, colour: Colour, seed: int) -> None:
    dice = np.random.default_rng(seed)
    for shade, drop in ((mix(colour, (150, 160, 210), 0.3), 0.12), (colour, 0.0)):
        puffs = np.random.default_rng(seed)
        for dx in np.linspace(-0.85, 0.85, 15):
            dy, r = puffs.uniform(-0.1, 0.1) - 0.12 * (1 - dx * dx), puffs.uniform(0.16, 0.3)
            r *= 1 - 0.55 * abs(dx)
            canvas.fill(ellipse((x + dx * size, y + (dy + drop) * size), r * size, r * size * 0.8), shade, alpha=0.92,
                        blur=size * 0.012)  # fmt: skip
    canvas.fill(ellipse((x, y + 0.24 * size), size * 0.95, size * 0.1), mix(colour, (170, 190, 225), 0.3), alpha=0.8,
                blur=size * 0.03 * float(dice.uniform(0.8, 1.2)))  # fmt: skip


def petals(canvas: Canvas, colour: Colour, count: int, seed: int) -> None:
    """Petals in the wind."""
    dice = np.random.default_rng(seed)
    for _ in range(count):
        x, y = dice.uniform(0, canvas.width), dice.uniform(0, canvas.height)
        size, a = dice.uniform(5, 13), dice.uniform(0, 2 * np.pi)
        petal = smooth(
            [(-1, 0), (-0.2, -0.55), (0.9, -0.35), (0.7, 0), (0.9, 0.35), (-0.2, 0.55)], corners=(0, 3)
        )
        turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
        canvas.fill(moved(petal * size @ turn, x, y), mix(colour, _WHITE, float(dice.uniform(0, 0.5))), alpha=0.9,
                    blur=float(dice.choice([0.4, 0.4, 1.6])))  # fmt: skip


def spring(canvas: Canvas) -> None:
    """A blue sky with clouds and cherry petals."""
    width, height = canvas.width, canvas.height
    canvas.fill(
        _whole(canvas), Gradient((0, 0), (0, height), ((112, 182, 240), (178, 220, 250), (240, 246, 255)))
    )
    for i, (x, y, size) in enumerate(
        ((0.14, 0.3, 0.24), (0.86, 0.2, 0.26), (0.95, 0.62, 0.2), (0.05, 0.72, 0.2))
    ):
        _cloud(canvas, x * width, y * height, size * width, (255, 255, 255), 3 + i)
    for side in (0, 1):
        dice = np.random.default_rng(30 + side)
        for _ in range(70):
            x = abs(side * width - abs(dice.normal(0, 0.17)) * width)
            y = abs(dice.normal(0, 0.1)) * height
            pink = mix((250, 176, 200), _WHITE, float(dice.uniform(0, 0.6)))
            canvas.fill(ellipse((x, y), dice.uniform(9, 24), dice.uniform(8, 19)), pink, alpha=0.85, blur=1.5)
    petals(canvas, (252, 186, 208), 40, 7)


def evening(canvas: Canvas) -> None:
    """A window of a classroom, the sun going down."""
    width, height = canvas.width, canvas.height
    canvas.fill(
        _whole(canvas), Gradient((0, 0), (0, height), ((92, 84, 150), (226, 128, 128), (255, 196, 128)))
    )
    sun = (0.74 * width, 0.52 * height)
    for r, alpha in ((0.42, 0.25), (0.26, 0.35), (0.12, 0.8)):
        canvas.fill(
            ellipse(sun, r * width, r * width),
            (255, 232, 170),
            alpha=alpha,
            blur=r * width * 0.16,
            way="screen",
        )
    for i, (x, y, size) in enumerate(((0.2, 0.22, 0.22), (0.6, 0.14, 0.2), (0.92, 0.3, 0.16))):
        _cloud(canvas, x * width, y * height, size * width, (250, 178, 160), 50 + i)
    dice = np.random.default_rng(9)
    for i in range(16):
        x, w = i * width / 15 - 30, width / 15 * float(dice.uniform(0.8, 1.3))
        top = height * float(dice.uniform(0.62, 0.72))
        canvas.fill(
            np.array([(x, top), (x + w, top), (x + w, height), (x, height)]), (112, 74, 118), alpha=0.9
        )
    for x in (0.0, 0.33, 0.67, 1.0):
        left, right = x * width - 11, x * width + 11
        frame = np.array([(left, 0.0), (right, 0), (right, height), (left, height)])
        canvas.fill(frame, Gradient((left, 0), (right, 0), ((70, 50, 84), (120, 84, 104))))
    canvas.fill(
        _whole(canvas, 0.86 * height),
        Gradient((0, 0.86 * height), (0, height), ((104, 70, 96), (66, 46, 80))),
    )
    for _ in range(26):
        canvas.fill(
            ellipse((dice.uniform(0, width), dice.uniform(0, height)), 3, 3),
            (255, 236, 190),
            alpha=0.5,
            blur=1,
        )


def festival(canvas: Canvas) -> None:
    """A summer night: lanterns, fireworks far away."""
    width, height = canvas.width, canvas.height
    canvas.fill(_whole(canvas), Gradient((0, 0), (0, height), ((20, 22, 62), (48, 44, 104), (120, 74, 122))))
    dice = np.random.default_rng(12)
    for _ in range(120):
        canvas.fill(ellipse((dice.uniform(0, width), dice.uniform(0, 0.6 * height)), 1.3, 1.3), _WHITE,
                    alpha=float(dice.uniform(0.2, 0.9)))  # fmt: skip
    for x, y, r, colour in (
        (0.17, 0.2, 0.14, (255, 150, 170)),
        (0.84, 0.15, 0.12, (150, 210, 255)),
        (0.95, 0.42, 0.08, (255, 220, 140)),
    ):
        for k in range(26):
            a = 2 * np.pi * k / 26
            for ring in (0.55, 1.0):
                start, end = ring * r * width * 0.55, ring * r * width
                way = np.array([np.cos(a), np.sin(a)])
                ray = moved(np.linspace(way * start, way * end, 12), x * width, y * height)
                canvas.line(ray, mix(colour, _WHITE, 0.3 * ring), 3.2, ends=(0.1, 0.9), alpha=0.85)
        canvas.fill(
            ellipse((x * width, y * height), r * width, r * width),
            colour,
            alpha=0.25,
            blur=r * width * 0.3,
            way="screen",
        )
    for i in range(9):
        x, y = (i + 0.3) * width / 8.6, height * (0.5 + 0.05 * np.sin(i * 1.9))
        glow = (255, 170, 90)
        canvas.fill(ellipse((x, y), 70, 80), glow, alpha=0.35, blur=22, way="screen")
        lantern = ellipse((x, y), 27, 36)
        canvas.fill(
            lantern,
            Gradient((x - 27, y), (x + 27, y), ((214, 72, 56), (255, 190, 110), (214, 72, 56))),
            blur=1.2,
        )
        for share in (-0.6, -0.2, 0.2, 0.6):
            rib = ellipse((x, y + 36 * share), 27 * np.sqrt(1 - share * share), 2.4)[:37]
            canvas.line(rib, (150, 40, 40), 1.6, alpha=0.6)
        for top in (-38, 36):
            canvas.fill(ellipse((x, y + top), 12, 5), (60, 34, 40))
    for _ in range(40):
        r = float(dice.uniform(8, 30))
        canvas.fill(ellipse((dice.uniform(0, width), dice.uniform(0.7, 1) * height), r, r), (255, 190, 120),
                    alpha=float(dice.uniform(0.06, 0.2)), blur=2, way="screen")  # fmt: skip


def library(canvas: Canvas) -> None:
    """Shelves of books behind the light of a window."""
    width, height = canvas.width, canvas.height
    canvas.fill(_whole(canvas), Gradient((0, 0), (width, height), ((120, 96, 84), (74, 60, 66))))
    dice = np.random.default_rng(21)
    colours = ((150, 66, 60), (64, 92, 120), (84, 112, 84), (186, 150, 90), (110, 76, 120), (200, 190, 170))
    for row in range(5):
        y = row * height / 4.6
        x = 0.0
        while x < width:
            w, h = dice.uniform(16, 38), height / 4.6 * dice.uniform(0.6, 0.82)
            colour = mix(colours[int(dice.integers(6))], (60, 46, 52), 0.4)
            low = y + height / 4.6 - 22
            canvas.fill(
                np.array([(x, low - h), (x + w - 2, low - h), (x + w - 2, low), (x, low)]), colour, blur=1.4
            )
            x += w
        canvas.fill(_whole(canvas, y + height / 4.6 - 22, y + height / 4.6), (92, 66, 54), blur=1.2)
    for x in (0.05, 0.3, 0.55):
        beam = np.array(
            [
                (x * width, 0.0),
                ((x + 0.14) * width, 0),
                ((x + 0.5) * width, height),
                ((x + 0.24) * width, height),
            ]
        )
        canvas.fill(beam, (255, 236, 196), alpha=0.16, blur=14, way="screen")


def park(canvas: Canvas) -> None:
    """A park in summer: hills, trees and grass."""
    width, height = canvas.width, canvas.height
    canvas.fill(
        _whole(canvas),
        Gradient((0, 0), (0, height * 0.7), ((98, 178, 240), (170, 218, 250), (236, 248, 250))),
    )
    for i, (x, y, size) in enumerate(((0.2, 0.16, 0.17), (0.56, 0.1, 0.14), (0.86, 0.2, 0.18))):
        _cloud(canvas, x * width, y * height, size * width, (255, 255, 255), 80 + i)
    for top, bow, colour in (
        (0.56, 0.06, (150, 200, 170)),
        (0.63, 0.04, (120, 186, 120)),
        (0.72, 0.02, (140, 204, 104)),
    ):
        xs = np.linspace(0, width, 40)
        ridge = height * (top + bow * np.sin(xs / width * 5 + top * 20))
        hill = np.concatenate([np.stack([xs, ridge], 1), [(width, height), (0, height)]])
        canvas.fill(
            hill,
            Gradient(
                (0, top * height), (0, height), (mix(colour, _WHITE, 0.15), mix(colour, (40, 90, 70), 0.3))
            ),
        )
    for x, size in ((0.03, 1.2), (0.97, 1.25), (0.36, 0.6), (0.66, 0.55)):
        _tree(canvas, x * width, height * (0.6 + 0.12 * size), size * height * 0.3, int(1000 * x))


def _tree(canvas: Canvas, x: float, y: float, size: float, seed: int) -> None:
    dice = np.random.default_rng(seed)
    trunk = smooth(
        [
            (x - size * 0.08, y),
            (x - size * 0.05, y - size),
            (x + size * 0.05, y - size),
            (x + size * 0.09, y),
        ],
        corners=(0, 3),
    )
    canvas.fill(trunk, (122, 88, 70))
    greens: tuple[tuple[Colour, float], ...] = (((54, 120, 84), 0.06), ((78, 152, 88), 0.0), ((120, 190, 104), -0.08),
                                                ((164, 216, 124), -0.14))  # fmt: skip
    for shade, lift in greens:
        for _ in range(34):
            dx, dy = np.clip(dice.normal(0, 0.24), -0.5, 0.5), np.clip(dice.normal(0, 0.17), -0.36, 0.3)
            r = size * dice.uniform(0.06, 0.13)
            canvas.fill(
                ellipse((x + dx * size, y + (dy + lift - 1.15) * size), r, r * 0.85),
                shade,
                alpha=0.95,
                blur=1.2,
            )


def lake(canvas: Canvas) -> None:
    """A landscape with nobody in it: mountains over a lake at dawn, a gate in the water."""
    width, height = canvas.width, canvas.height
    horizon = 0.56 * height
    canvas.fill(
        _whole(canvas, 0, horizon),
        Gradient((0, 0), (0, horizon), ((70, 92, 170), (190, 150, 200), (255, 204, 170))),
    )
    sun = (0.3 * width, 0.47 * height)
    for r, alpha in ((0.3, 0.3), (0.14, 0.5), (0.05, 1.0)):
        canvas.fill(
            ellipse(sun, r * width, r * width),
            (255, 240, 205),
            alpha=alpha,
            blur=r * width * 0.15,
            way="screen",
        )
    for i, (x, y, size) in enumerate(((0.16, 0.16, 0.16), (0.72, 0.12, 0.2), (0.94, 0.26, 0.12))):
        _cloud(canvas, x * width, y * height, size * width, (255, 214, 206), 110 + i)
    dice = np.random.default_rng(4)
    layers = ((0.3, (140, 128, 186), 0.16), (0.4, (104, 104, 160), 0.1), (0.49, (66, 84, 122), 0.05))
    for top, colour, bow in layers:
        xs = np.linspace(0, width, 60)
        waves = sum(np.sin(xs / width * f + float(dice.uniform(0, 6))) / f for f in (5, 11, 23, 47))
        ridge = np.minimum(height * (top + 0.06 + bow * 2.2 * waves), horizon)
        peaks = np.concatenate([np.stack([xs, ridge], 1), [(width, horizon), (0, horizon)]])
        canvas.fill(
            peaks,
            Gradient((0, top * height - 60), (0, horizon), (colour, mix(colour, (255, 214, 190), 0.45))),
        )
    canvas.fill(
        _whole(canvas, horizon),
        Gradient((0, horizon), (0, height), ((250, 200, 176), (150, 130, 182), (44, 62, 116))),
    )
    for i in range(5):
        y = horizon * (1 + 0.03 * i)
        canvas.fill(smooth([(0, horizon), (width, horizon), (width, y + 30), (0.6 * width, y + 44), (0, y + 20)]),
                    (88, 92, 140), alpha=0.09, blur=6)  # fmt: skip
    for _ in range(150):
        y = horizon + (height - horizon) * float(dice.uniform(0.02, 1)) ** 1.4
        x, w = float(dice.normal(0.3, 0.24)) * width, (y - horizon) * float(dice.uniform(0.1, 0.4)) + 8
        canvas.line(
            np.linspace((x - w, y), (x + w, y), 16),
            (255, 232, 200),
            1 + (y - horizon) / 90,
            ends=(0, 0),
            alpha=0.4,
        )
    _gate(canvas, 0.68 * width, 0.78 * height, 0.3 * height)
    for _ in range(70):
        x, size = float(dice.uniform(-0.02, 1.02)) * width, float(dice.uniform(0.06, 0.17)) * height
        bend = x + size * float(dice.uniform(-0.3, 0.4))
        points = [(x, height + 6), (x + size * 0.05, height - size * 0.6), (bend, height - size)]
        reed = smooth(points, closed=False)
        canvas.line(reed, (30, 42, 70), 6, ends=(1.0, 0.0))


def _gate(canvas: Canvas, x: float, y: float, size: float) -> None:
    red, dark = (200, 66, 56), (96, 34, 46)
    for flip, alpha in ((-0.5, 0.35), (1.0, 1.0)):

        def up(points: list[tuple[float, float]], flip: float = flip) -> Points:
            return np.array([(x + px * size, y - py * size * flip) for px, py in points])

        for side in (-1, 1):
            post = up([(side * 0.42, 0), (side * 0.5, 0), (side * 0.44, 0.9), (side * 0.37, 0.9)])
            canvas.fill(
                post,
                Gradient((x + side * size * 0.37, y), (x + side * size * 0.5, y), (red, dark)),
                alpha=alpha,
            )
        canvas.fill(up([(-0.56, 0.62), (0.56, 0.62), (0.56, 0.7), (-0.56, 0.7)]), red, alpha=alpha)
        canvas.fill(
            up([(-0.66, 0.88), (0, 0.84), (0.66, 0.88), (0.72, 1.02), (0, 0.95), (-0.72, 1.02)]),
            dark,
            alpha=alpha,
        )
        canvas.fill(
            up([(-0.64, 0.84), (0, 0.8), (0.64, 0.84), (0.66, 0.9), (0, 0.86), (-0.66, 0.9)]),
            red,
            alpha=alpha,
        )
        canvas.fill(up([(-0.04, 0.7), (0.04, 0.7), (0.04, 0.82), (-0.04, 0.82)]), dark, alpha=alpha)


def rays(canvas: Canvas, colour: Colour) -> None:
    """The plain burst of light behind the head in a comic's panel."""
    width, height = canvas.width, canvas.height
    canvas.fill(_whole(canvas), colour)
    centre = np.array([width / 2, height * 0.45])
    for k in range(24):
        a, b = 2 * np.pi * k / 24, 2 * np.pi * (k + 0.5) / 24
        far = float(width + height)
        rim = [centre + far * np.array([np.cos(angle), np.sin(angle)]) for angle in (a, b)]
        wedge = np.stack([centre, *rim])
        canvas.fill(wedge, mix(colour, _WHITE, 0.55))
    canvas.fill(
        ellipse((centre[0], centre[1]), width * 0.3, height * 0.3), _WHITE, alpha=0.6, blur=width * 0.05
    )
