"""MP4 and WebM through FFmpeg's libraries, one frame at a time."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from core.errors import UserError
from core.pictures.reading import boxes
from core.pictures.reading.colour import Pixels
from core.pictures.reading.kind import Kind
from core.pictures.reading.limits import Limits
from core.pictures.reading.source import broken, truncated, without_image

_CODECS = ("h264", "hevc", "vp8", "vp9", "av1")
_DECODERS = "h264,hevc,vp8,libvpx,vp9,libvpx-vp9,libdav1d,av1"
_FORMATS = {Kind.MP4: "mov", Kind.WEBM: "matroska"}
_PATIENCE = 10.0
"""Seconds without a frame after which a file is given up."""


@dataclass(frozen=True, slots=True)
class Facts:
    """`width`, `height`: upright. `count`: frames in the file, as announced or reckoned. `rate`: frames a second."""

    width: int
    height: int
    seconds: float
    count: int
    rate: float


def facts(data: bytes, kind: Kind, limits: Limits) -> Facts:
    """Raises:
    UserError: as `frames`.
    """
    with _opened(data, kind, limits) as (container, stream):
        first = next(_decoded(container, stream, kind, limits), None)
        if first is None:
            truncated(kind)
        sideways = first.rotation % 180 != 0
        width, height = (first.height, first.width) if sideways else (first.width, first.height)
        rate = float(stream.average_rate or stream.guessed_rate or 25)
        rate = rate if 0.1 <= rate <= 240 else 25.0
        seconds = 0.0
        if stream.duration and stream.time_base:
            seconds = float(stream.duration * stream.time_base)
        elif container.duration:
            seconds = container.duration / av.time_base
        seconds = max(seconds, 1 / rate)
        count = stream.frames or round(seconds * rate)
        return Facts(width, height, seconds, max(1, count), rate)


def frames(data: bytes, kind: Kind, limits: Limits) -> Iterator[tuple[float, VideoFrame]]:
    """Every frame with its second, counted from the first one, as long as `limits.seconds` allows.

    Raises:
        UserError: `picture-is-audio`, `picture-without-image`, `picture-video-codec`, `picture-broken`,
            `picture-truncated`, and those of `Limits.check_size`. What breaks after the first frame just ends it.
    """
    with _opened(data, kind, limits) as (container, stream):
        start: float | None = None
        last = -1.0
        for frame in _decoded(container, stream, kind, limits):
            at = frame.time if frame.time is not None else last + 0.04
            if start is None:
                start = at
            at -= start
            if at > limits.seconds:
                return
            if at > last:  # a clock that runs backwards would mix up the order
                last = at
                yield at, frame


def to_pixels(frame: VideoFrame) -> Pixels:
    """uint8 [height, width, 3], upright and read-only."""
    quarter = round(frame.rotation / 90) % 4
    pixels = np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), quarter), np.uint8)
    pixels.flags.writeable = False
    return pixels


def first_frame(data: bytes, kind: Kind, limits: Limits) -> Pixels:
    """Raises:
    UserError: as `frames`.
    """
    first = next(frames(data, kind, limits), None)
    if first is None:
        truncated(kind)
    return to_pixels(first[1])


@contextmanager
def _opened(data: bytes, kind: Kind, limits: Limits) -> Iterator[tuple[InputContainer, VideoStream]]:
    if kind is Kind.MP4:
        boxes.check_tables(data)
    options = {
        "max_pixels": str(limits.pixels),
        "codec_whitelist": _DECODERS,
        "max_streams": "16",
        "threads": "1",
        "analyzeduration": "1000000",
    }
    try:
        container = av.open(
            io.BytesIO(data),
            "r",
            format=_FORMATS[kind],
            options=options,
            timeout=_PATIENCE,
            metadata_errors="replace",
        )
    except (av.error.FFmpegError, ValueError):
        if kind is Kind.MP4 and b"moov" not in data:
            truncated(kind)
        broken(kind)
    with container:
        stream = next(iter(container.streams.video), None)
        if stream is None:
            if container.streams.audio:
                raise UserError("picture-is-audio")
            without_image(kind)
        context = stream.codec_context
        if context is None or context.codec.canonical_name not in _CODECS:
            name = "?" if context is None else context.codec.canonical_name
            raise UserError("picture-video-codec", codec=name)
        if context.width or context.height:
            limits.check_size(context.width, context.height)
        context.options = {"max_pixels": str(limits.pixels)}
        context.thread_count = 1
        yield container, stream


def _decoded(
    container: InputContainer, stream: VideoStream, kind: Kind, limits: Limits
) -> Iterator[VideoFrame]:
    seen = 0
    until = time.monotonic() + _PATIENCE
    try:
        for packet in container.demux(stream):
            if time.monotonic() > until:
                break
            try:
                decoded = packet.decode()
            except av.error.InvalidDataError:
                continue  # one broken frame; those after it may be whole
            for frame in decoded:
                limits.check_size(frame.width, frame.height)
                seen += 1
                yield frame
                until = time.monotonic() + _PATIENCE
    except (av.error.FFmpegError, ValueError, OSError):
        if not seen:
            broken(kind)
    if not seen:
        truncated(kind)
