"""A moving picture again with the faces drawn on it, within so many bytes."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from PIL import Image

from core.errors import UserError
from core.inference import stop_if_cancelled
from core.pictures.picture import Box, Face, Picture
from core.pictures.reading import Frames
from core.pictures.reading.colour import Pixels
from core.pictures.video.sightings import Sightings

Draw = Callable[[Pixels, Sequence[Face]], Pixels]
Format = Literal["mp4", "gif"]

_SMALLEST = 64
"""Pixels of the longer side, below which nobody sees who is who."""

_ATTEMPTS = 6


def render_video(
    frames: Frames,
    sightings: Sightings,
    draw: Draw,
    room: int,
    form: Format = "mp4",
    *,
    progress: Callable[[float], None] | None = None,
    stop: Callable[[], None] = stop_if_cancelled,
) -> bytes:
    """The frames with `draw` done to each, as an H.264 MP4 that starts while it loads, or as a GIF; silent.

    At most `room` bytes: larger clips get a lower bitrate, then fewer pixels and frames. `draw` gets uint8 [h, w, 3]
    and the faces in sight with boxes in those pixels, and returns such pixels, of another size if it likes. What is
    longer than the limits of `frames` ends there. Blocks: call it in a worker thread.

    Raises:
        UserError: `video-no-room`; or as `read_picture`.
        Cancelled: by `stop`.
    """
    seconds = max(frames.watched, 0.1)
    side, rate, bits = (_mp4_start if form == "mp4" else _gif_start)(frames, seconds, room)
    done = 0.0

    def told(second: float) -> None:
        nonlocal done
        stop()
        done = max(done, min(0.99, second / seconds))
        if progress:
            progress(done)

    for attempt in range(_ATTEMPTS):
        drawn = _drawn(frames, sightings, draw, side, rate, told)
        data = _mp4(drawn, rate, bits) if form == "mp4" else _gif(drawn, rate, 128 >> attempt)
        if len(data) <= room:
            if progress:
                progress(1.0)
            return data
        over = room / len(data)
        bits = int(bits * over * 0.85)
        # Bytes go roughly with pixels; a little is left for what does not.
        side = int(side * max(0.4, min(0.85, math.sqrt(over) * 0.95)))
        if form == "gif" and rate > 5:
            rate = max(Fraction(5), rate * 2 / 3)
        if side < _SMALLEST:
            break
    raise UserError("video-no-room", limit=round(room / 2**20, 1))


def _mp4_start(frames: Frames, seconds: float, room: int) -> tuple[int, Fraction, int]:
    """Longer side, frames a second and bits a second to try first."""
    rate = Fraction(min(max(frames.rate, 5.0), 30.0 if seconds <= 20 else 20.0)).limit_denominator(1001)
    bits = int(room * 8 * 0.9 / seconds)
    side = min(max(frames.width, frames.height), 1280)
    # Below a twentieth of a bit a pixel, H.264 smears drawings: fewer pixels look better.
    area = frames.width * frames.height / max(frames.width, frames.height) ** 2
    return max(_SMALLEST, min(side, int(math.sqrt(bits / 0.05 / float(rate) / area)))), rate, bits


def _gif_start(frames: Frames, seconds: float, room: int) -> tuple[int, Fraction, int]:
    # GIF counts in hundredths of a second; 300 frames at once are held while it is written.
    rate = Fraction(100, math.ceil(100 / min(max(frames.rate, 2.0), 12.5, 300 / seconds)))
    return min(max(frames.width, frames.height), 480), rate, room


def _drawn(
    frames: Frames, sightings: Sightings, draw: Draw, side: int, rate: Fraction, told: Callable[[float], None]
) -> Iterator[Pixels]:
    """Drawn frames of one even size, `rate` times a second: the film's own are dropped or repeated."""
    size: tuple[int, int] | None = None
    tick = 0
    for start, until, picture in _shown(frames):
        told(start)
        canvas: Pixels | None = None
        while tick / rate < until - 1e-3:
            if canvas is None:
                pixels = _small(picture, side)
                if size is None:
                    plain = draw(pixels, ())
                    size = max(2, plain.shape[1] // 2 * 2), max(2, plain.shape[0] // 2 * 2)
                across, down = pixels.shape[1] / sightings.width, pixels.shape[0] / sightings.height
                faces = [replace(x, box=_scaled(x.box, across, down)) for x in sightings.faces(start)]
                canvas = _fitted(draw(pixels, faces), size)
            yield canvas
            tick += 1


def _shown(frames: Frames) -> Iterator[tuple[float, float, Picture]]:
    """Frames with the seconds from and until which they are shown; the last one as long as they are on average."""
    before: tuple[float, Picture] | None = None
    for second, picture in frames.every():
        if before is not None:
            yield before[0], second, before[1]
        before = second, picture
    if before is not None:
        yield before[0], before[0] + 1 / frames.rate, before[1]


def _small(picture: Picture, side: int) -> Pixels:
    import cv2

    pixels = picture.over()
    scale = side / max(picture.width, picture.height)
    if scale >= 1:
        return pixels
    size = max(2, round(picture.width * scale)), max(2, round(picture.height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _scaled(box: Box, across: float, down: float) -> Box:
    return Box(box.x * across, box.y * down, box.w * across, box.h * down)


def _fitted(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Exactly `size` (width, height): an odd last row is cut, anything else is shrunk and centred on black."""
    import cv2

    width, height = size
    if 0 <= pixels.shape[1] - width <= 1 and 0 <= pixels.shape[0] - height <= 1:
        return np.ascontiguousarray(pixels[:height, :width])
    scale = min(width / pixels.shape[1], height / pixels.shape[0])
    small = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    shrunk = np.asarray(cv2.resize(pixels, small, interpolation=cv2.INTER_AREA), np.uint8)
    canvas = np.zeros((height, width, 3), np.uint8)
    left, top = (width - shrunk.shape[1]) // 2, (height - shrunk.shape[0]) // 2
    canvas[top : top + shrunk.shape[0], left : left + shrunk.shape[1]] = shrunk
    return canvas


def _mp4(drawn: Iterator[Pixels], rate: Fraction, bits: int) -> bytes:
    """Quality as good as `bits` a second allow."""
    import av

    stream = io.BytesIO()
    # Moving the index to the front reads the file again, which here lies in memory.
    with av.open(
        stream, "w", format="mp4", options={"movflags": "faststart"}, io_open=lambda *_: _Window(stream)
    ) as container:
        track: Any = None
        for pixels in drawn:
            if track is None:
                track = container.add_stream("libx264", rate=rate)
                track.height, track.width = pixels.shape[:2]
                track.pix_fmt = "yuv420p"
                track.codec_context.thread_count = 1
                track.options = {
                    "preset": "veryfast",
                    "crf": "22",
                    "maxrate": str(bits),
                    "bufsize": str(bits),
                }
            container.mux(track.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(track.encode(None))
    return stream.getvalue()


def _gif(drawn: Iterator[Pixels], rate: Fraction, colours: int) -> bytes:
    # The octree is quick also where no two pixels are alike, and dithers nothing, which would triple the size.
    few = (Image.fromarray(pixels).quantize(colours, Image.Quantize.FASTOCTREE) for pixels in drawn)
    stream = io.BytesIO()
    first = next(few)
    first.save(
        stream,
        "GIF",
        save_all=True,
        append_images=few,
        duration=int(1000 / rate),
        loop=0,
        disposal=1,
        optimize=False,
    )
    return stream.getvalue()


class _Window:
    """A second place to read from in a file that is being written."""

    def __init__(self, stream: io.BytesIO) -> None:
        self._stream, self._at = stream, 0

    def read(self, size: int) -> bytes:
        with self._stream.getbuffer() as everything:
            part = bytes(everything[self._at : self._at + size])
        self._at += len(part)
        return part

    def seek(self, offset: int, whence: int = 0) -> int:
        with self._stream.getbuffer() as everything:
            self._at = (0, self._at, len(everything))[whence] + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        pass
