"""A fingerprint of a picture that survives resizing and re-encoding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def perceptual_hash(pixels: NDArray[np.uint8]) -> int:
    """64 bits of uint8 [height, width, 3]: which of the 8 x 8 lowest frequencies (DCT of the picture in 32 x 32 grey)
    are above their median. Like pictures differ in few bits. After Zauner, "Implementation and Benchmarking of
    Perceptual Image Hash Functions" (2010), section 3.2.1."""
    import cv2  # a tenth of a second: only where pictures are looked at

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:8, :8].ravel()
    # The first one is the mean brightness: it says nothing of the drawing and would shift the median.
    bits = low > np.median(low[1:])
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def difference(one: int, other: int) -> int:
    """Bits in which two hashes differ, 0 to 64."""
    return (one ^ other).bit_count()
