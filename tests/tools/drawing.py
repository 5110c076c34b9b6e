"""Original characters in anime style, drawn by code: portraits and groups with the true boxes of their heads.

The drawings are this project's own and under its licence; tests use them where they need a face.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from tests.tools.canvas import Canvas, Colour, Gradient, mix
from tests.tools.drawing_clothes import OUTFITS
from tests.tools.drawing_face import Face, draw_face, draw_neck
from tests.tools.drawing_hair import BACKS, FRINGES, draw_accessory, draw_fringe

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels."""

_CROWN, _CHIN, _SIDE = -90.0, 68.0, 63.0  # of a head, in its own units


@dataclass(frozen=True, slots=True)
class Look:
    """What stays the same in every drawing of a character."""

    name: str
    hair: Colour
    eyes: Colour
    style: str = "long"
    fringe: str = "straight"
    accessory: str = "star"
    accent: Colour = (250, 205, 90)
    skin: Colour = (255, 228, 212)
    boy: bool = False


@dataclass(frozen=True, slots=True)
class Pose:
    """What differs: where the head is and looks, and what the character wears and feels. `size` is pixels a
    unit: a head is about 158 units high. `turn` is -1 (to the left) to 1, `tilt` in degrees."""

    x: float
    y: float
    size: float
    turn: float = 0.0
    tilt: float = 0.0
    eyes: str = "open"
    mouth: str = "smile"
    outfit: str = "sailor"
    cloth: Colour = (52, 66, 112)
    light: str = "day"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture with the box of each head, in the order the characters were drawn."""

    image: Image.Image
    heads: tuple[Box, ...]


LIGHTS: dict[str, tuple[Colour, float, Colour]] = {
    "day": ((255, 250, 244), 0.25, (255, 255, 255)),
    "sunset": ((255, 214, 186), 0.5, (255, 214, 150)),
    "night": ((186, 186, 232), 0.42, (255, 190, 120)),
}
"""By name: the colour of the light, how strong it is, and the colour of the rim."""


def draw_character(canvas: Canvas, look: Look, pose: Pose) -> Box:
    """Draw a character from the waist up and give the box of the head."""
    tint, strength, rim = LIGHTS[pose.light]
    skin, hair = (mix(colour, _shaded(colour, tint), strength) for colour in (look.skin, look.hair))
    face = Face(skin, look.eyes, hair, pose.turn, pose.eyes, pose.mouth, look.boy)
    canvas.place(pose.x, pose.y, pose.size, pose.tilt)
    BACKS[look.style](canvas, hair, pose.turn)
    canvas.place(pose.x, pose.y, pose.size, pose.tilt * 0.25)
    draw_neck(canvas, face)
    OUTFITS[pose.outfit](canvas, mix(pose.cloth, _shaded(pose.cloth, tint), strength), look.accent, skin)
    canvas.place(pose.x, pose.y, pose.size, pose.tilt)
    fringe = FRINGES[look.fringe](pose.turn)
    draw_face(canvas, face, fringe)
    draw_fringe(canvas, fringe, hair, pose.turn, rim)
    draw_accessory(canvas, look.accessory, look.accent, pose.turn)
    corners = np.array([(-_SIDE, _CROWN), (_SIDE, _CROWN), (_SIDE, _CHIN), (-_SIDE, _CHIN)])
    low, high = canvas.where(corners).min(0), canvas.where(corners).max(0)
    canvas.place(0, 0, 1)
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])


def _shaded(colour: Colour, light: Colour) -> Colour:
    r, g, b = (round(one * other / 255) for one, other in zip(colour, light, strict=True))
    return r, g, b


def draw_scene(
    characters: Sequence[tuple[Look, Pose]],
    *,
    width: int = 1000,
    height: int = 1000,
    background: Callable[[Canvas], None] | None = None,
    finish: Callable[[Canvas], None] | None = None,
    scale: int = 2,
) -> Drawing:
    """Characters before a background, the first farthest away; `finish` draws what is before them."""
    canvas = Canvas(width, height, Gradient((0, 0), (0, height), ((206, 232, 252), (252, 240, 236))), scale)
    if background is not None:
        background(canvas)
    heads = [draw_character(canvas, look, pose) for look, pose in characters]
    if finish is not None:
        finish(canvas)
    return Drawing(canvas.image(), tuple(_inside(box, width, height) for box in heads))


def _inside(box: Box, width: int, height: int) -> Box:
    x0, y0 = max(0.0, box[0]), max(0.0, box[1])
    x1, y1 = min(float(width), box[0] + box[2]), min(float(height), box[1] + box[3])
    return x0, y0, x1 - x0, y1 - y0


_HAIR: tuple[Colour, ...] = (
    (246, 178, 198), (196, 60, 64), (236, 236, 244), (240, 150, 70), (150, 152, 168), (128, 84, 60), (58, 54, 70),
    (110, 214, 214), (82, 124, 214), (104, 190, 110), (246, 214, 120), (150, 108, 200),
)  # fmt: skip
_EYES: tuple[Colour, ...] = (
    (70, 170, 90), (70, 200, 210), (70, 120, 220), (130, 84, 60), (230, 190, 60), (226, 120, 160), (206, 60, 60),
    (236, 140, 60), (140, 90, 200),
)  # fmt: skip
_CLOTH: tuple[Colour, ...] = ((52, 66, 112), (150, 60, 80), (70, 120, 110), (90, 90, 100), (220, 150, 90))


def made_up(seed: int) -> Look:
    """A character that a seed decides: for tests that need many different ones."""
    dice = np.random.default_rng(seed)
    boy = bool(dice.random() < 0.25)
    styles = ["short"] if boy else [name for name in BACKS if name != "short"]
    return Look(
        f"character {seed}",
        _HAIR[int(dice.integers(len(_HAIR)))],
        _EYES[int(dice.integers(len(_EYES)))],
        styles[int(dice.integers(len(styles)))],
        "spiky" if boy else ["straight", "swept"][int(dice.integers(2))],
        "none" if boy else ["star", "ribbons", "glasses", "none"][int(dice.integers(4))],
        _EYES[int(dice.integers(len(_EYES)))],
        boy=boy,
    )


def draw_portrait(seed: int, *, size: int = 512, look: Look | None = None, scale: int = 2) -> Drawing:
    """A portrait whose expression, angle, clothes and light a seed decides; `look` keeps the character."""
    dice = np.random.default_rng((seed, 1))
    pose = Pose(
        size * float(dice.uniform(0.45, 0.55)),
        size * float(dice.uniform(0.44, 0.5)),
        size / 1000 * float(dice.uniform(2.6, 3.4)),
        turn=float(dice.uniform(-0.8, 0.8)),
        tilt=float(dice.uniform(-8, 8)),
        eyes=["open", "open", "soft", "wide"][int(dice.integers(4))],
        mouth=["smile", "open", "calm", "small"][int(dice.integers(4))],
        outfit=list(OUTFITS)[int(dice.integers(len(OUTFITS)))],
        cloth=_CLOTH[int(dice.integers(len(_CLOTH)))],
        light=list(LIGHTS)[int(dice.integers(len(LIGHTS)))],
    )
    return draw_scene([(look or made_up(seed), pose)], width=size, height=size, scale=scale)
