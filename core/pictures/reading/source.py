"""What a container parser hands to a decoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from core.errors import UserError
from core.pictures.reading.kind import Kind


@dataclass(frozen=True, slots=True)
class Source:
    """A picture file taken apart, not yet decoded.

    `clean`: the file again with only the parts that decoding needs: no text, no location, nothing behind its end.
    `width`, `height`: pixels as stored, before `orientation` (EXIF, 1 to 8) is applied. `delays`: seconds each frame
    of an animation is shown, one entry for a still. `skipped`: frames at the start that are not part of the animation.
    """

    kind: Kind
    width: int
    height: int
    clean: bytes
    orientation: int = 1
    icc: bytes | None = None
    delays: tuple[float, ...] = (0.0,)
    skipped: int = 0
    inverted: bool = True
    """CMYK only: whether 255 means no ink, as Adobe writes it."""


def truncated(kind: Kind) -> NoReturn:
    raise UserError("picture-truncated", format=kind.value)


def broken(kind: Kind) -> NoReturn:
    raise UserError("picture-broken", format=kind.value)


def without_image(kind: Kind) -> NoReturn:
    raise UserError("picture-without-image", format=kind.value)


def frame_seconds(seconds: float) -> float:
    """Browsers show frames that ask for less than 20 ms for 100 ms, and people make animations for browsers."""
    return 0.1 if seconds < 0.02 else seconds
