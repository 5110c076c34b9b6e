"""Little films of coloured squares that stand for faces, and an eye that finds squares by their colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pictures import Box, Candidate, Face, Findings, Picture
from core.pictures.reading import Frames, Limits, read_frames
from tests.core.pictures.reading.making import video

WIDTH, HEIGHT, SIDE = 192, 128, 32

COLOURS = {"rin": (220, 30, 30), "saki": (30, 60, 220), "mio": (30, 180, 40)}

Place = Callable[[float], tuple[float, float] | None]


def film(seconds: float, rate: int = 20, kind: str = "mp4", **places: Place) -> bytes:
    """A film in which each name's square has its corner where its place says, on grey."""
    return video(kind, "libvpx" if kind == "webm" else "libx264", pictures(seconds, rate, **places), rate)


def pictures(seconds: float, rate: int, **places: Place) -> list[NDArray[np.uint8]]:
    shown = []
    for number in range(round(seconds * rate)):
        pixels = np.full((HEIGHT, WIDTH, 3), 110, np.uint8)
        for name, place in places.items():
            corner = place(number / rate)
            if corner is not None:
                x, y = round(corner[0]), round(corner[1])
                pixels[max(0, y) : y + SIDE, max(0, x) : x + SIDE] = COLOURS[name]
        shown.append(pixels)
    return shown


def opened(data: bytes, limits: Limits | None = None) -> Frames:
    return read_frames(data, limits or Limits())


@dataclass
class Eye:
    """Finds the squares. `looks`: give embeddings; `names`: say who it is; `blink`: calls a face unknown, or another,
    in the n-th frame."""

    looks: bool = False
    names: bool = True
    blink: dict[int, Sequence[Candidate]] = field(default_factory=dict)
    seen: int = 0

    def __call__(self, picture: Picture) -> Findings:
        faces = []
        for number, (name, colour) in enumerate(COLOURS.items()):
            near = np.abs(picture.pixels.astype(int) - colour).max(axis=2) < 70
            count, _, stats, _ = cv2.connectedComponentsWithStats(near.astype(np.uint8))
            for x, y, w, h, area in stats[1:count].tolist():
                if area < 60:
                    continue
                direction = np.zeros(8, np.float32)
                direction[number] = 1
                candidates: Sequence[Candidate] = (
                    Candidate(name, "club", 0.9),
                    Candidate("somebody", None, 0.05),
                )
                unknown = not self.names
                if self.seen in self.blink:
                    candidates = self.blink[self.seen]
                    unknown = unknown or not candidates
                faces.append(
                    Face(
                        Box(x, y, w, h), 0.9, tuple(candidates), unknown,
                        embedding=direction if self.looks else None,
                    )
                )  # fmt: skip
        self.seen += 1
        return Findings(picture.width, picture.height, picture.digest, tuple(faces))


def colour_under(picture: Picture, box: Box) -> str | None:
    """The name of the square in the middle of a box."""
    x, y = min(picture.width - 1, int(box.x + box.w / 2)), min(picture.height - 1, int(box.y + box.h / 2))
    pixel = picture.pixels[y, x].astype(int)
    return next((name for name, colour in COLOURS.items() if np.abs(pixel - colour).max() < 70), None)
