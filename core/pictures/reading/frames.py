"""Moving pictures, a sample of frames at a time."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from core.pictures.picture import Picture
from core.pictures.reading.colour import Pixels, to_srgb
from core.pictures.reading.kind import STILLS, VIDEOS, Kind, refuse, sniff
from core.pictures.reading.limits import Limits
from core.pictures.reading.source import Source
from core.pictures.reading.still import decoding, open_image, take_apart, with_own_orientation

_VIDEO_SPEED = 6
"""How many times as many pixels a second FFmpeg decodes as Pillow puts together."""


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """A moving picture, decoded anew at each pass, one frame in memory at a time. Passes block: use worker threads.

    `width`, `height`: pixels, upright. `seconds`: how long it plays, as the file announces. `count`: frames in the
    file. `rate`: frames a second, on average. A still picture is one frame of 0 seconds.
    """

    kind: Kind
    width: int
    height: int
    seconds: float
    count: int
    rate: float
    digest: str
    limits: Limits
    _data: bytes
    _source: Source | None

    @property
    def _most(self) -> int:
        """Frames that may be decoded in one pass."""
        speed = _VIDEO_SPEED if self.kind in VIDEOS else 1
        return max(1, self.limits.work * speed // (self.width * self.height))

    @property
    def watched(self) -> float:
        """Seconds that passes go through: what is longer than the limits is watched up to there."""
        return min(self.seconds, self.limits.seconds, self.seconds * self._most / self.count)

    @property
    def cut(self) -> bool:
        return self.watched < self.seconds

    def sample(self, rate: float = 2.0, most: int | None = None) -> Iterator[tuple[float, Picture]]:
        """(second, picture) about `rate` times a second, thinner where that would be more than `most` frames.

        `most` cannot exceed `limits.frames`. Short animations are sampled at least four times where they have so
        many frames. Each picture's digest is of the file's and its time, so that frames can be told apart.

        Raises:
            UserError: as `read_picture`, at the first frame; what breaks later ends the pass.
        """
        most = min(most or self.limits.frames, self.limits.frames)
        step = max(1 / rate, self.watched / most)
        if self.watched > 0:
            step = min(step, max(self.watched / 4, self.watched / most))
        yield from itertools.islice(self._pictures(step), most)

    def every(self) -> Iterator[tuple[float, Picture]]:
        """All frames within the limit of seconds, in order.

        Raises:
            UserError: as `sample`.
        """
        yield from self._pictures(0.0)

    def __iter__(self) -> Iterator[tuple[float, Picture]]:
        return self.sample()

    def _pictures(self, step: float) -> Iterator[tuple[float, Picture]]:
        for second, pixels, alpha in self._decode(step):
            digest = hashlib.sha256(f"{self.digest}@{second:.6f}".encode()).hexdigest()
            yield second, Picture(pixels, alpha, digest, self.kind.value)

    def _decode(self, step: float) -> Iterator[tuple[float, Pixels, Pixels | None]]:
        """Frames at least about `step` seconds apart; those between are decoded but not converted."""
        due = 0.0
        if self._source is None:
            from core.pictures.reading import video

            for second, frame in itertools.islice(
                video.frames(self._data, self.kind, self.limits), self._most
            ):
                if second + 1e-6 >= due:
                    due = max(due + step, second + step / 2) if step else 0.0
                    yield second, video.to_pixels(frame), None
            return
        second = 0.0
        with decoding(self.kind):
            image = open_image(self._source)
        with image:
            source = with_own_orientation(image, self._source)
            for number, delay in enumerate(source.delays[: self._most]):
                if second > self.limits.seconds:
                    return
                if not self._seek(image, number + source.skipped, number == 0):
                    return
                if second + 1e-6 >= due:
                    due = max(due + step, second + step / 2) if step else 0.0
                    with decoding(self.kind):
                        pixels, alpha = to_srgb(image, source)
                    yield second, pixels, alpha
                second += delay

    def _seek(self, image: Image.Image, number: int, first: bool) -> bool:
        """Whether the frame could be decoded; the first one must be."""
        if first:
            with decoding(self.kind):
                image.seek(number)
                image.load()
            return True
        try:
            image.seek(number)
            image.load()
        except MemoryError:
            raise
        except Exception:  # decoders raise nearly anything; what was whole has been seen
            return False
        return True


def read_frames(data: bytes, limits: Limits) -> Frames:
    """A moving picture (GIF, animated PNG or WebP, MP4, WebM) or a still one as a single frame.

    Blocks while headers, and the first frame of a video, are read.

    Raises:
        UserError: as `read_picture`.
    """
    limits.check_bytes(len(data))
    kind = sniff(data)
    digest = hashlib.sha256(data).hexdigest()
    if kind in VIDEOS:
        from core.pictures.reading import video

        facts = video.facts(data, kind, limits)
        return Frames(
            kind,
            facts.width,
            facts.height,
            facts.seconds,
            facts.count,
            facts.rate,
            digest,
            limits,
            data,
            None,
        )
    if kind not in STILLS:
        refuse(kind)
    source = take_apart(data, kind, limits)
    count, seconds = len(source.delays), sum(source.delays)
    with decoding(kind), open_image(source) as image:
        known = with_own_orientation(image, source)
    width, height = known.width, known.height
    if known.orientation >= 5:
        width, height = height, width
    rate = count / seconds if seconds else 1.0
    return Frames(kind, width, height, seconds, count, rate, digest, limits, b"", source)
