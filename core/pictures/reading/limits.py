"""How much of a picture is looked at, and the checks against it that need no decoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from core.errors import UserError

SMALLEST = 16
"""Pixels: a picture with a shorter side shows nothing that could be recognised."""


class PictureSettings(Protocol):
    """The settings that `Limits` is made of."""

    @property
    def picture_mebibytes(self) -> int: ...
    @property
    def picture_megapixels(self) -> int: ...
    @property
    def picture_side(self) -> int: ...
    @property
    def video_frames(self) -> int: ...
    @property
    def video_seconds(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """`bytes` of a file, `pixels` and longest `side` of a picture, `frames` looked at, `seconds` of video watched.

    `work`: pixels of all frames together that are put together for one pass over an animation, about 15 s of it;
    video is several times as quick and gets several times as many.
    `pixels` above 89 million needs Pillow's own limit raised as well.
    """

    bytes: int = 20 * 2**20
    pixels: int = 40_000_000
    side: int = 16_384
    frames: int = 300
    seconds: float = 60.0
    work: int = 600_000_000

    @classmethod
    def of(cls, settings: PictureSettings) -> Limits:
        return cls(
            bytes=settings.picture_mebibytes * 2**20,
            pixels=settings.picture_megapixels * 1_000_000,
            side=settings.picture_side,
            frames=settings.video_frames,
            seconds=float(settings.video_seconds),
        )

    def check_bytes(self, size: int) -> None:
        """Raises:
        UserError: `picture-empty`, `picture-too-many-bytes`.
        """
        if not size:
            raise UserError("picture-empty")
        if size > self.bytes:
            raise UserError(
                "picture-too-many-bytes",
                size=round(size / 2**20 + 0.05, 1),
                limit=round(self.bytes / 2**20, 1),
            )

    def check_size(self, width: int, height: int) -> None:
        """Raises:
        UserError: `picture-too-long-side`, `picture-too-large`, `picture-too-small`.
        """
        if max(width, height) > self.side:
            raise UserError("picture-too-long-side", width=width, height=height, limit=self.side)
        if width * height > self.pixels:
            raise UserError(
                "picture-too-large",
                width=width,
                height=height,
                megapixels=round(width * height / 1_000_000 + 0.05, 1),
                limit=round(self.pixels / 1_000_000, 1),
            )
        if min(width, height) < SMALLEST:
            raise UserError("picture-too-small", width=width, height=height, limit=SMALLEST)
