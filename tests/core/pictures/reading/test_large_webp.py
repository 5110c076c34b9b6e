"""Large WebP pictures go through the decoder that takes less memory, and come out the same to the last pixel."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import UserError
from core.pictures.reading import Limits, read_picture

ROOT = Path(__file__).parents[4]
READ = """
import resource, sys
import cv2, numpy
from core.pictures.reading import Limits, read_picture
data = open(sys.argv[1], "rb").read()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
picture = read_picture(data, Limits())
print(peak() - before, picture.width * picture.height / 1e6)
"""


def painted(width: int, height: int, mode: str = "RGB") -> Image.Image:
    noise = np.random.default_rng(3).integers(0, 255, (24, 32, len(mode)), dtype=np.uint8)
    return Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "WEBP", method=0, **options)
    return stream.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("turned", [1, 6])
def test_the_same_pixels(mode: str, lossless: bool, turned: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turned
    data = encoded(painted(2400, 1700, mode), lossless=lossless, quality=70, exif=exif)
    picture = read_picture(data, Limits())
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(image.convert("RGBA"))
    if turned == 6:
        expected = np.rot90(expected, -1)
    assert np.array_equal(picture.pixels, expected[..., :3])
    if mode == "RGB":
        assert picture.alpha is None
    else:
        assert picture.alpha is not None
        assert np.array_equal(picture.alpha, expected[..., 3])


def test_what_is_damaged_inside_is_refused_and_what_moves_shows_its_first_frame() -> None:
    data = bytearray(encoded(painted(2400, 1700), quality=70))
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    data[60:300] = bytes(240)
    with pytest.raises(UserError, match=r"picture-broken|picture-truncated"):
        read_picture(bytes(data), Limits())
    first, second = painted(2400, 1700), Image.new("RGB", (2400, 1700), "red")
    moving = encoded(first, save_all=True, append_images=[second], lossless=True, duration=100)
    assert np.array_equal(read_picture(moving, Limits()).pixels, np.asarray(first))


@pytest.mark.skipif(
    sys.platform == "win32", reason="the peak of memory is asked of the system as Unix tells it"
)
def test_it_takes_less_than_8_bytes_a_pixel(tmp_path: Path) -> None:
    (tmp_path / "large.webp").write_bytes(encoded(painted(6000, 4000), quality=60))
    done = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path / "large.webp")],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    megabytes, megapixels = map(float, done.stdout.split())
    assert megabytes < 8 * megapixels, "Pillow's decoder alone takes 15"
