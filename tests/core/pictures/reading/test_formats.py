"""Sound files of every format give the right pixels, upright and in sRGB."""

import struct
import tracemalloc

import numpy as np
import pytest
from PIL import Image, ImageCms

from core.pictures import Picture
from core.pictures.reading import Kind, Limits, read_frames, read_picture, sniff
from tests.core.pictures.reading.making import (
    SIZE,
    after_header,
    after_start,
    chunk,
    exif,
    moving,
    png,
    riff,
    saved,
    scene,
    segment,
    sound_files,
    swapped_profile,
    video,
)

LIMITS = Limits()
FILES = sound_files()
MOVING = {"apng": 2.0, "webp-moving": 12.0, "gif-moving": 2.0}


def corners(picture: Picture) -> list[list[int]]:
    """The colours in the middle of the four quarters, row by row."""
    height, width = picture.height, picture.width
    places = [(y, x) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return [
        picture.pixels[y - 2 : y + 2, x - 2 : x + 2].mean((0, 1)).round().astype(int).tolist()
        for y, x in places
    ]


RED, GREEN, BLUE, YELLOW = [210, 40, 40], [40, 190, 60], [50, 60, 200], [220, 200, 50]


def alike(picture: Picture, *expected: list[int], within: int = 9) -> bool:
    return bool(np.abs(np.array(corners(picture)) - np.array(expected)).max() <= within)


@pytest.mark.parametrize("name", [name for name in FILES if name not in MOVING])
def test_colours_are_right(name: str) -> None:
    picture = read_picture(FILES[name], LIMITS)
    assert alike(picture, RED, GREEN, BLUE, YELLOW)
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.flags.c_contiguous
    assert not picture.pixels.flags.writeable
    assert (picture.width, picture.height) in (SIZE, (64, 48))


@pytest.mark.parametrize(
    ("data", "kind"),
    [(FILES["png"], Kind.PNG), (FILES["avif"], Kind.AVIF), (FILES["webm"], Kind.WEBM), (b"", Kind.EMPTY),
     (b"BMW drives", Kind.TEXT), (b"MZ is how it starts", Kind.TEXT), ("絵をください".encode(), Kind.TEXT),
     (b"<b>no page</b>", Kind.TEXT), (b"\x01\x02", Kind.UNKNOWN), (b"RIFF\0\0\0\0WAVEfmt ", Kind.AUDIO)],
)  # fmt: skip
def test_content_tells_the_kind(data: bytes, kind: Kind) -> None:
    assert sniff(data) is kind


def test_digest_and_format_are_of_the_file() -> None:
    first, second = read_picture(FILES["png"], LIMITS), read_picture(FILES["png"] + b"more", LIMITS)
    assert (len(first.digest), first.format) == (64, "PNG")
    assert first.digest != second.digest
    assert np.array_equal(first.pixels, second.pixels)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_pictures_stand_upright(kind: str, turn: int, order: str) -> None:
    upright = scene()
    back = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_90",
            7: "TRANSVERSE", 8: "ROTATE_270"}.get(turn)  # fmt: skip
    stored = upright.transpose(Image.Transpose[back]) if back else upright
    data = saved(stored, kind, exif=exif(turn, order), **({"quality": 90} if kind != "PNG" else {}))
    picture = read_picture(data, LIMITS)
    assert (picture.width, picture.height) == SIZE
    assert alike(picture, RED, GREEN, BLUE, YELLOW)
    frames = read_frames(data, LIMITS)
    assert (frames.width, frames.height) == SIZE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_profiles_become_srgb(kind: str) -> None:
    profile = swapped_profile()
    picture = read_picture(saved(scene(), kind, icc_profile=profile, quality=92), LIMITS)
    assert alike(picture, RED[::-1], GREEN[::-1], BLUE[::-1], YELLOW[::-1], within=14)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("profile", [b"garbage" * 40, swapped_profile()[:300], bytes(128), b"\xff" * 5000])
def test_broken_profiles_are_left_alone(kind: str, profile: bytes) -> None:
    assert alike(
        read_picture(saved(scene(), kind, icc_profile=profile, quality=92), LIMITS), RED, GREEN, BLUE, YELLOW
    )


def test_srgb_profiles_change_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain, tagged = saved(scene(), "PNG"), saved(scene(), "PNG", icc_profile=profile)
    assert np.array_equal(read_picture(plain, LIMITS).pixels, read_picture(tagged, LIMITS).pixels)


def test_grey_with_a_colour_profile() -> None:
    picture = read_picture(saved(Image.new("L", SIZE, 90), "PNG", icc_profile=swapped_profile()), LIMITS)
    assert np.abs(picture.pixels.astype(int) - 90).max() <= 4


def test_cmyk_is_inverted_only_where_adobe_says_so() -> None:
    data = saved(scene().convert("CMYK"), "JPEG", quality=95)
    at = data.index(b"\xff\xee")
    length = struct.unpack_from(">H", data, at + 2)[0]
    unmarked = data[:at] + data[at + 2 + length :]
    marked, plain = read_picture(data, LIMITS), read_picture(unmarked, LIMITS)
    assert alike(marked, RED, GREEN, BLUE, YELLOW)
    # The same ink amounts read the other way round: what was without ink is now full of it.
    assert plain.pixels.mean() < 40


def test_16_bits_become_8() -> None:
    ramp = np.linspace(0, 65535, SIZE[0] * SIZE[1]).astype(np.uint16).reshape(SIZE[1], SIZE[0])
    grey = read_picture(saved(Image.fromarray(ramp), "PNG"), LIMITS)
    assert np.abs(grey.pixels[..., 0].astype(int) - np.rint(ramp / 257)).max() <= 1
    rows = b"".join(b"\0" + struct.pack(">3H", 0xD200, 0x2800, 0xFFFF) * 20 for _ in range(20))
    colour = read_picture(png(20, 20, depth=16, pixels=rows), LIMITS)
    assert colour.pixels[3, 3].tolist() == [0xD2, 0x28, 0xFF]


@pytest.mark.parametrize(
    ("depth", "value", "given"), [(1, 1, 255), (2, 2, 170), (4, 9, 153), (8, 77, 77), (16, 0x4D4D, 77)]
)
def test_one_grey_may_be_see_through(depth: int, value: int, given: int) -> None:
    bits = f"{0:0{depth}b}" * 16 + f"{value:0{depth}b}" * 16
    row = b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
    see_through = chunk(b"tRNS", struct.pack(">H", value))
    picture = read_picture(png(32, 16, see_through, depth=depth, colour=0, pixels=row * 16), LIMITS)
    assert picture.alpha is not None
    assert picture.alpha[:, :16].min() == 255
    assert picture.alpha[:, 16:].max() == 0
    assert picture.pixels[0, 31].tolist() == [given] * 3


def test_one_colour_may_be_see_through() -> None:
    for image, key in ((scene().quantize(8), None), (Image.new("RGB", SIZE, (9, 8, 7)), (9, 8, 7))):
        index = image.getpixel((2, 2)) if key is None else key
        picture = read_picture(saved(image, "PNG", transparency=index), LIMITS)
        assert picture.alpha is not None
        assert picture.alpha[2, 2] == 0


def test_palettes_with_shades_of_see_through() -> None:
    image = Image.new("P", SIZE, 1)
    image.putpalette([0, 0, 0, 200, 100, 50])
    picture = read_picture(saved(image, "PNG", transparency=bytes([255, 128])), LIMITS)
    assert picture.alpha is not None
    assert set(picture.alpha.ravel().tolist()) == {128}
    assert picture.pixels[0, 0].tolist() == [200, 100, 50]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "GIF"])
def test_alpha_is_straight(kind: str) -> None:
    image = Image.new("RGBA", SIZE, (200, 100, 50, 255))
    image.putalpha(
        Image.fromarray(np.repeat([[0, 255]], SIZE[1], 0).repeat(SIZE[0] // 2, 1).astype(np.uint8))
    )
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100} if kind == "AVIF" else {}
    picture = read_picture(saved(image, kind, **options), LIMITS)
    assert picture.alpha is not None
    assert (picture.alpha[0, 0], picture.alpha[0, -1]) == (0, 255)
    assert np.abs(picture.pixels[0, -1].astype(int) - [200, 100, 50]).max() <= 3
    assert picture.over((255, 255, 255))[0, 0].tolist() == [255, 255, 255]


def test_grey_with_alpha() -> None:
    picture = read_picture(saved(Image.new("LA", SIZE, (80, 99)), "PNG"), LIMITS)
    assert picture.alpha is not None
    assert (picture.pixels[0, 0].tolist(), picture.alpha[0, 0]) == ([80] * 3, 99)


def test_opaque_alpha_is_none() -> None:
    assert read_picture(saved(scene().convert("RGBA"), "PNG"), LIMITS).alpha is None


def test_bitmaps_of_programs_without_alpha_are_opaque() -> None:
    header = struct.pack("<2sIIIIiiHHIIiiIIIIII", b"BM", 0, 0, 14 + 56, 56, 20, 20, 1, 32, 3, 1600, 0, 0, 0, 0,
                         0xFF0000, 0xFF00, 0xFF, 0xFF000000)  # fmt: skip
    assert len(header) == 70
    data = header + bytes([10, 20, 30, 0]) * 400
    picture = read_picture(data, LIMITS)
    assert picture.alpha is None
    assert picture.pixels[5, 5].tolist() == [30, 20, 10]


def test_bitmaps_stored_top_down() -> None:
    data = bytearray(FILES["bmp"])
    data[22:26] = struct.pack("<i", -SIZE[1])
    assert alike(read_picture(bytes(data), LIMITS), BLUE, YELLOW, RED, GREEN)


def test_no_metadata_survives() -> None:
    data = saved(scene(), "PNG", exif=exif(1))
    data = after_header(data, chunk(b"tEXt", b"GPS\x0035.6, 139.7"))
    picture = read_picture(data, LIMITS)
    assert set(picture.__slots__) == {"pixels", "alpha", "digest", "format"}


@pytest.mark.parametrize("name", ["apng", "webp-moving", "gif-moving"])
def test_animations(name: str) -> None:
    frames = read_frames(FILES[name], LIMITS)
    assert (frames.count, frames.seconds, frames.rate) == (6, 1.5, 4.0)
    every = list(frames.every())
    assert [second for second, _ in every] == [0, 0.25, 0.5, 0.75, 1.0, 1.25]
    for number, (_, picture) in enumerate(every):
        red = picture.pixels[..., 0].astype(int) - picture.pixels[..., 1]
        assert abs(float(np.nonzero(red > 100)[1].mean()) - (6 * number + 2.5)) <= 1
    assert len({picture.digest for _, picture in every}) == 6
    first = read_picture(FILES[name], LIMITS)
    assert np.array_equal(first.pixels, every[0][1].pixels)
    assert first.digest == frames.digest


@pytest.mark.parametrize(
    ("kind", "codec"), [("mp4", "libx264"), ("mp4", "libsvtav1"), ("webm", "libvpx"), ("webm", "libvpx-vp9")]
)
def test_films(kind: str, codec: str) -> None:
    shown = [np.full((48, 64, 3), 20 * number, np.uint8) for number in range(10)]
    frames = read_frames(video(kind, codec, shown), LIMITS)
    assert (frames.width, frames.height, frames.count) == (64, 48, 10)
    assert frames.seconds == pytest.approx(1.0, abs=0.11)
    every = list(frames.every())
    assert [second for second, _ in every] == pytest.approx([n / 10 for n in range(10)], abs=0.01)
    for number, (_, picture) in enumerate(every):
        assert abs(float(picture.pixels.mean()) - 20 * number) < 6
    assert len(list(frames.sample(rate=5))) == 5
    assert len(list(frames.sample(most=2))) == 2


def test_film_with_sound_and_turned_phone() -> None:
    assert read_frames(video(sound=True), LIMITS).count == 10
    data = bytearray(video())
    at = data.index(b"tkhd") + 4 + 40
    data[at : at + 36] = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    picture = read_picture(bytes(data), LIMITS)
    assert (picture.width, picture.height) == (48, 64)
    assert alike(picture, BLUE, RED, YELLOW, GREEN)


def test_long_films_are_watched_to_the_limit() -> None:
    shown = [np.full((32, 32, 3), 128, np.uint8)] * 50
    frames = read_frames(video(frames=shown), Limits(seconds=2))
    assert frames.cut
    assert frames.seconds == pytest.approx(5)
    assert max(second for second, _ in frames.every()) <= 2
    assert len(list(read_frames(video(frames=shown), Limits(frames=7)).sample(rate=100))) == 7


def test_a_still_is_one_frame() -> None:
    frames = read_frames(FILES["jpeg"], LIMITS)
    assert (frames.count, frames.seconds) == (1, 0)
    assert len(list(frames)) == 1


def test_apng_with_a_picture_of_its_own() -> None:
    shown = [Image.new("RGB", SIZE, colour) for colour in ((1, 2, 3), (200, 0, 0), (0, 200, 0))]
    hidden = saved(shown[0], "PNG", save_all=True, default_image=True, duration=100, append_images=shown[1:])
    assert read_picture(hidden, LIMITS).pixels[0, 0].tolist() == [1, 2, 3]
    assert [picture.pixels[0, 0].tolist() for _, picture in read_frames(hidden, LIMITS).every()] == [
        [200, 0, 0],
        [0, 200, 0],
    ]


def test_gif_frames_shown_for_no_time_last_a_tenth() -> None:
    assert read_frames(moving("GIF", milliseconds=10), LIMITS).seconds == pytest.approx(0.6)


def test_film_that_breaks_in_the_middle_is_seen_to_there() -> None:
    data = video("webm", "libvpx", [np.asarray(scene((64, 48), seed)) for seed in range(40)])
    seen = list(read_frames(data[: len(data) * 3 // 4], LIMITS).every())
    assert 1 <= len(seen) < 40


def test_junk_around_does_not_matter() -> None:
    assert alike(
        read_picture(FILES["jpeg"] + b"PK\x03\x04 and the rest of an archive", LIMITS),
        RED,
        GREEN,
        BLUE,
        YELLOW,
    )
    hidden = after_start(FILES["jpeg"], segment(0xFE, b"<script>alert(1)</script>"))
    assert alike(read_picture(hidden, LIMITS), RED, GREEN, BLUE, YELLOW)
    body = FILES["webp"]
    unknown = riff((body[12:16], body[20:]), (b"JUNK", b"<?php evil()"))
    assert alike(read_picture(unknown, LIMITS), RED, GREEN, BLUE, YELLOW)


@pytest.mark.parametrize("kind", ["mp4", "GIF"])
def test_frames_are_not_held(kind: str) -> None:
    shown = [np.full((480, 640, 3), 4 * number, np.uint8) for number in range(40)]
    images = [Image.fromarray(pixels) for pixels in shown]
    data = (
        video(frames=shown)
        if kind == "mp4"
        else saved(images[0], kind, save_all=True, append_images=images[1:])
    )
    frames = read_frames(data, LIMITS)
    tracemalloc.start()
    try:
        assert sum(1 for _ in frames.every()) == 40
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6 * shown[0].nbytes
