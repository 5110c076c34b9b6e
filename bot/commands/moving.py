"""GIFs and videos: who appears when, and the same drawn on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.commands.naming import character_name, face_label
from bot.reply import File
from bot.texts import Texts
from core.osusume import Osusume
from core.pictures import Asked, Face, Findings, Pipeline
from core.pictures.drawing import Packed, annotate
from core.pictures.reading import Frames
from core.pictures.video import Sightings, render_video, watch

ROOM = 8 * 2**20
"""Bytes of a drawn clip: below what either platform takes."""

WATCHING = 0.6
"""Share of the work that is done when everything was watched; the rest is drawing."""

Progress = Callable[[float], None]


def watched(
    pipeline: Pipeline,
    frames: Frames,
    file: File,
    wanted: Asked,
    osusume: Osusume,
    texts: Texts,
    progress: Progress,
) -> tuple[Findings, Sightings, Packed | None]:
    """What the fullest frame shows with everybody who appears in any, who appears when, and the drawn clip (None
    when nobody does). Blocks; several seconds of work."""
    sightings = watch(
        frames,
        lambda picture: pipeline.find(picture, wanted),
        progress=lambda share: progress(share * WATCHING),
    )
    drawn = None
    if sightings.tracks:
        # A GIF comes back as one only when it is short: long ones are many times larger than a video.
        gif = file.data[:3] == b"GIF" and sightings.seconds <= 6
        data = render_video(
            frames, sightings, _draw(osusume, texts), ROOM, "gif" if gif else "mp4",
            progress=lambda share: progress(WATCHING + share * (1 - WATCHING)),
        )  # fmt: skip
        drawn = Packed(data, "image/gif" if gif else "video/mp4", "gif" if gif else "mp4")
    return _fullest(sightings), sightings, drawn


def _draw(osusume: Osusume, texts: Texts) -> Callable[[NDArray[np.uint8], Sequence[Face]], NDArray[np.uint8]]:
    def draw(pixels: NDArray[np.uint8], faces: Sequence[Face]) -> NDArray[np.uint8]:
        return annotate(pixels, [face_label(osusume, face, texts.language) for face in faces])

    return draw


def _fullest(sightings: Sightings) -> Findings:
    """The frame with most faces, and in it one face for each who appears: named by all frames together."""
    looks = [findings for _, findings in sightings.looks]
    if not looks:
        return Findings(sightings.width, sightings.height, "")
    fullest = max(looks, key=lambda findings: (len(findings.faces), len(findings.tags)))
    verdicts = {track.number: track.verdict for track in sightings.tracks}
    faces = tuple(verdicts[who.tracks[0]] for who in sightings.appearances)
    return replace(fullest, faces=faces)


def appearance_lines(osusume: Osusume, sightings: Sightings, texts: Texts) -> tuple[str, ...]:
    """Who appears when, longest first."""
    lines = []
    for who in sightings.appearances:
        name = (
            character_name(osusume, who.character, texts.language)
            if who.character is not None
            else texts("seen-unknown-number", number=who.number or 0)
        )
        lines.append(texts("seen-when", name=name, first=_clock(who.first), last=_clock(who.last)))
    if sightings.cut:
        lines.append(texts("seen-cut", seconds=round(sightings.seconds)))
    return tuple(lines)


def _clock(second: float) -> str:
    minutes, seconds = divmod(int(second), 60)
    return f"{minutes}:{seconds:02}"
