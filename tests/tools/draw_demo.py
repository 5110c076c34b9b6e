"""Draw the pictures of the demo: `python -m tests.tools.draw_demo --out data/demo`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PIL import Image

from tests.tools.canvas import Canvas
from tests.tools.drawing import Box, Drawing, Look, Pose, draw_scene
from tests.tools.drawing_scenery import evening, festival, lake, library, park, petals, rays, spring

HOTARU = Look("Sena Hotaru", (176, 190, 236), (232, 172, 56), "long", "straight", "star", (250, 205, 90))
KOMACHI = Look("Kayano Komachi", (142, 88, 60), (70, 170, 90), "tails", "swept", "ribbons", (222, 66, 84))
RITSU = Look("Hayase Ritsu", (66, 60, 80), (204, 58, 62), "short", "spiky", "none", (176, 52, 66), boy=True)
"""Who is in the pictures: data/demo/README.md says more about them."""


def _petals(canvas: Canvas) -> None:
    petals(canvas, (252, 186, 208), 16, 8)


def hotaru_school() -> Drawing:
    pose = Pose(500, 440, 3.1, turn=0.25, tilt=-4, mouth="open", outfit="sailor")
    return draw_scene([(HOTARU, pose)], background=spring, finish=_petals)


def hotaru_evening() -> Drawing:
    pose = Pose(
        470, 430, 3.0, turn=-0.6, tilt=5, eyes="soft", outfit="hoodie", cloth=(236, 168, 120), light="sunset"
    )
    return draw_scene([(HOTARU, pose)], background=evening)


def hotaru_festival() -> Drawing:
    pose = Pose(520, 450, 2.9, turn=0.6, tilt=7, eyes="wide", mouth="small", outfit="yukata", cloth=(64, 76, 150),
                light="night")  # fmt: skip
    return draw_scene([(HOTARU, pose)], background=festival)


def friends() -> Drawing:
    people = [
        (RITSU, Pose(900, 330, 1.66, turn=-0.45, mouth="smile", outfit="blazer", cloth=(60, 72, 104))),
        (
            KOMACHI,
            Pose(290, 380, 1.62, turn=0.4, tilt=-3, mouth="open", outfit="hoodie", cloth=(120, 178, 150)),
        ),
        (HOTARU, Pose(596, 400, 1.72, turn=0.1, tilt=2, mouth="smile", outfit="sailor")),
    ]
    return draw_scene(people, width=1200, height=840, background=park)


def ritsu_library() -> Drawing:
    pose = Pose(
        500, 430, 3.0, turn=-0.35, tilt=2, eyes="soft", mouth="calm", outfit="blazer", cloth=(60, 72, 104)
    )
    return draw_scene([(RITSU, pose)], background=library)


def komachi_spring() -> Drawing:
    pose = Pose(
        500, 450, 2.7, turn=-0.3, tilt=-6, eyes="wink", mouth="open", outfit="yukata", cloth=(226, 130, 150)
    )
    return draw_scene([(KOMACHI, pose)], background=spring, finish=_petals)


def lake_at_dawn() -> Drawing:
    return draw_scene([], width=1200, height=800, background=lake)


def four_panels() -> Drawing:
    """A story in four pictures: what is in the box?"""
    face = Pose(250, 236, 1.5)
    panels = [
        (HOTARU, replace(face, turn=0.3, eyes="wide", mouth="small"), (214, 234, 255)),
        (
            KOMACHI,
            replace(face, turn=-0.3, tilt=-5, eyes="wink", outfit="hoodie", cloth=(120, 178, 150)),
            (255, 228, 232),
        ),
        (
            RITSU,
            replace(face, turn=0.2, eyes="soft", mouth="calm", outfit="blazer", cloth=(60, 72, 104)),
            (226, 224, 244),
        ),
        (HOTARU, replace(face, tilt=5, eyes="closed", mouth="open"), (255, 244, 206)),
    ]
    page = Image.new("RGB", (1060, 1060), (255, 255, 255))
    heads: list[Box] = []
    for i, (look, pose, colour) in enumerate(panels):
        x, y = 20 + 520 * (i % 2), 20 + 520 * (i // 2)
        panel = draw_scene([(look, pose)], width=500, height=500, background=partial(rays, colour=colour))
        page.paste((50, 40, 60), (x - 4, y - 4, x + 504, y + 504))
        page.paste(panel.image, (x, y))
        heads += [(x + left, y + top, w, h) for left, top, w, h in panel.heads]
    return Drawing(page, tuple(heads))


PICTURES: dict[str, Callable[[], Drawing]] = {
    "hotaru_school": hotaru_school,
    "hotaru_evening": hotaru_evening,
    "hotaru_festival": hotaru_festival,
    "friends": friends,
    "ritsu_library": ritsu_library,
    "komachi_spring": komachi_spring,
    "four_panels": four_panels,
    "lake_at_dawn": lake_at_dawn,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the pictures of the demo.")
    parser.add_argument("--out", type=Path, default=Path("data/demo"))
    parser.add_argument("--only", choices=list(PICTURES))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in [arguments.only] if arguments.only else PICTURES:
        drawing = PICTURES[name]()
        path = arguments.out / f"{name}.webp"
        drawing.image.save(path, quality=86, method=6)
        heads = "; ".join(",".join(str(round(side)) for side in box) for box in drawing.heads)
        print(f"{path.name}: {path.stat().st_size:,} bytes, heads {heads or 'none'}")


if __name__ == "__main__":
    main()
