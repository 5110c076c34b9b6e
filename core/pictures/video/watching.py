"""Looking at a sample of frames and following the faces in them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.inference import stop_if_cancelled
from core.pictures.picture import Findings, Picture
from core.pictures.reading import Frames
from core.pictures.video.sightings import Sightings, appearances_of, tracks_of
from core.pictures.video.tracking import Tracker

_CUT = 40.0
"""Mean difference of two frames' 16 x 16 thumbnails, 0 to 255, from which a new scene has begun."""


def looks_per_second(seconds: float) -> float:
    """2, and more in short clips, where a few looks more cost little and movements are quick."""
    return min(5.0, max(2.0, 30 / seconds)) if seconds > 0 else 2.0


def watch(
    frames: Frames,
    look: Callable[[Picture], Findings],
    *,
    most: int = 60,
    progress: Callable[[float], None] | None = None,
    stop: Callable[[], None] = stop_if_cancelled,
) -> Sightings:
    """Looks at up to `most` frames and says who appears when. Blocks: call it in a worker thread.

    `look`: the path that a still picture takes; findings of a whole picture without a face count as no face.
    `progress`: told a share from 0 to 1 after each frame. `stop`: asked before each frame, raises to end the work.

    Raises:
        UserError: as `read_picture`, when the first frame cannot be read.
        Cancelled: by `stop`.
    """
    tracker = Tracker()
    looks: list[tuple[float, Findings]] = []
    size = frames.width, frames.height
    before: NDArray[np.uint8] | None = None
    stop()
    for second, picture in frames.sample(looks_per_second(frames.watched), most):
        thumb = _thumbnail(picture)
        new_scene = before is not None and float(np.abs(thumb.astype(int) - before).mean()) > _CUT
        before = thumb
        findings = look(picture)
        looks.append((second, findings))
        size = picture.width, picture.height
        tracker.take(second, () if findings.whole else findings.faces, new_scene)
        if progress:
            progress(min(0.99, second / frames.watched) if frames.watched else 0.5)
        stop()
    gaps = [later[0] - earlier[0] for earlier, later in pairwise(looks)]
    step = float(np.median(gaps)) if gaps else max(frames.watched, 0.0)
    tracks, paths = tracks_of(tracker.paths, step, len(looks))
    if progress:
        progress(1.0)
    return Sightings(
        *size, frames.watched, frames.cut, tuple(looks), tracks, appearances_of(tracks, paths, frames.watched)
    )


def _thumbnail(picture: Picture) -> NDArray[np.uint8]:
    import cv2  # see core.pictures.drawing.annotate

    return np.asarray(cv2.resize(picture.pixels, (16, 16), interpolation=cv2.INTER_AREA), np.uint8)
