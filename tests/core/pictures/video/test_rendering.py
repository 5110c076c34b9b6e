"""Drawn films can be played, fit, and show the right box at the right time."""

import io
import struct
from collections.abc import Sequence

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from bot.texts import LANGUAGES, Texts
from core.errors import UserError
from core.inference import Cancelled
from core.pictures import Face
from core.pictures.drawing import Label, annotate
from core.pictures.reading import Limits
from core.pictures.video import render_video, watch
from core.pictures.video.rendering import Format
from tests.core.pictures.reading.making import moving, saved, scene, video
from tests.core.pictures.video.filming import HEIGHT, SIDE, WIDTH, Eye, film, opened

Pixels = NDArray[np.uint8]
ROOM = 8 * 2**20
WHITE = (255, 255, 255)


def across(second: float) -> tuple[float, float]:
    return 150 - 36 * second, 40


def fill(pixels: Pixels, faces: Sequence[Face]) -> Pixels:
    """Draws by painting every face white."""
    drawn = pixels.copy()
    for face in faces:
        box = face.box
        drawn[round(box.y) : round(box.y + box.h), round(box.x) : round(box.x + box.w)] = WHITE
    return drawn


def rendered(data: bytes, form: Format = "mp4", room: int = ROOM) -> bytes:
    frames = opened(data)
    return render_video(frames, watch(frames, Eye()), fill, room, form)


def middle_of_white(pixels: Pixels) -> tuple[float, float]:
    rows, columns = np.nonzero(pixels.min(axis=2) > 200)
    return float(columns.mean()), float(rows.mean())


@pytest.mark.parametrize("form", ["mp4", "gif"])
def test_the_box_is_where_the_face_is(form: Format) -> None:
    data = rendered(film(3, rin=across), form)
    frames = opened(data)
    assert (frames.width, frames.height) == (WIDTH, HEIGHT)
    assert frames.seconds == pytest.approx(3, abs=0.15)
    every = list(frames.every())
    assert len(every) >= (58 if form == "mp4" else 30)
    for second, picture in every[2:-2:5]:
        x, y = middle_of_white(picture.pixels)
        assert x == pytest.approx(across(second)[0] + SIDE / 2, abs=8)
        assert y == pytest.approx(40 + SIDE / 2, abs=4)


def test_mp4_is_what_platforms_play() -> None:
    data = rendered(film(1, rin=across))
    with av.open(io.BytesIO(data)) as container:
        (track,) = container.streams.video
        assert not container.streams.audio
        assert (track.codec_context.name, track.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert float(track.average_rate or 0) == pytest.approx(20)
        assert track.frames == 20
        assert "encoder" not in container.metadata or "Lavf" in container.metadata["encoder"]
    assert data.index(b"moov") < data.index(b"mdat")


def test_sound_is_left_out_and_place_forgotten() -> None:
    frames = opened(video(sound=True))
    data = render_video(frames, watch(frames, Eye()), fill, ROOM)
    with av.open(io.BytesIO(data)) as container:
        assert [stream.type for stream in container.streams] == ["video"]


@pytest.mark.parametrize(
    ("form", "room"), [("mp4", 50_000), ("mp4", 12_000), ("gif", 200_000), ("gif", 60_000)]
)
def test_room_is_kept(form: Format, room: int) -> None:
    """Noise cannot be pressed into little room: bits, then pixels, must give way."""
    dice = np.random.default_rng(3)
    noise = [dice.integers(0, 256, (120, 160, 3), dtype=np.uint8) for _ in range(20)]
    frames = opened(video(frames=noise, options={"crf": "18"}))
    data = render_video(frames, watch(frames, Eye()), fill, room, form)
    assert len(data) <= room
    smaller = opened(data)
    assert smaller.width / smaller.height == pytest.approx(4 / 3, rel=0.05)
    assert smaller.seconds == pytest.approx(2, abs=0.3)


@pytest.mark.parametrize("form", ["mp4", "gif"])
def test_what_cannot_fit_is_said(form: Format) -> None:
    frames = opened(film(2, rin=across))
    with pytest.raises(UserError, match="video-no-room") as refusal:
        render_video(frames, watch(frames, Eye()), fill, 300, form)
    for language in LANGUAGES:
        assert "0" in Texts(language)(refusal.value.key, **refusal.value.arguments)


@pytest.mark.parametrize("form", ["mp4", "gif"])
def test_odd_sizes_become_even(form: Format) -> None:
    frames = opened(
        saved(scene((101, 77)), "GIF", save_all=True, append_images=[scene((101, 77), 1)], duration=300)
    )
    data = render_video(frames, watch(frames, Eye()), fill, ROOM, form)
    result = opened(data)
    assert (result.width, result.height) == (100, 76)
    assert result.seconds == pytest.approx(0.6, abs=0.2)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_animations_keep_their_time(kind: str) -> None:
    frames = opened(moving(kind, milliseconds=500))
    data = render_video(frames, watch(frames, Eye()), lambda pixels, faces: pixels, ROOM)
    result = opened(data)
    assert result.seconds == pytest.approx(3, abs=0.25)
    for second, picture in result.every():
        red = picture.pixels[..., 0].astype(int) - picture.pixels[..., 1]
        assert float(np.nonzero(red > 80)[1].mean()) == pytest.approx(
            6 * int(second / 0.5 + 1e-6) + 2.5, abs=2
        )


def test_large_films_are_made_smaller_with_their_boxes() -> None:
    large = [np.full((900, 1600, 3), 110, np.uint8) for _ in range(2)]
    for pixels in large:
        pixels[300:500, 800:1000] = (220, 30, 30)
    frames = opened(video(frames=large, rate=5))
    result = opened(render_video(frames, watch(frames, Eye()), fill, ROOM))
    assert (result.width, result.height) == (1280, 720)
    for _, picture in result.every():
        assert middle_of_white(picture.pixels) == pytest.approx((720, 320), abs=4)


def test_drawings_of_any_size_are_fitted() -> None:
    sizes = iter([(HEIGHT, WIDTH), *[(HEIGHT + 40, WIDTH), (HEIGHT, WIDTH)] * 40])

    def legend(pixels: Pixels, faces: Sequence[Face]) -> Pixels:
        height, width = next(sizes)
        return np.full((height, width, 3), 200, np.uint8)

    frames = opened(film(1, rin=across))
    result = opened(render_video(frames, watch(frames, Eye()), legend, ROOM))
    assert (result.width, result.height) == (WIDTH, HEIGHT)
    assert len(list(result.every())) == 20


def test_with_the_labels_of_the_project() -> None:
    def draw(pixels: Pixels, faces: Sequence[Face]) -> Pixels:
        labels = []
        for face in faces:
            best = face.candidates[0]
            labels.append(Label(face.box, best.character, best.score, best.character))
        return annotate(pixels, labels)

    frames = opened(film(1, rin=across, saki=lambda second: (20, 80)))
    result = opened(render_video(frames, watch(frames, Eye()), draw, ROOM))
    assert result.count == 20
    assert result.width % 2 == result.height % 2 == 0


def test_progress_is_told_and_ends() -> None:
    shares: list[float] = []
    frames = opened(film(1, rin=across))
    render_video(frames, watch(frames, Eye()), fill, ROOM, progress=shares.append)
    assert len(shares) > 10
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("form", ["mp4", "gif"])
def test_rendering_stops_when_told(form: Format) -> None:
    drawn = 0

    def counting(pixels: Pixels, faces: Sequence[Face]) -> Pixels:
        nonlocal drawn
        drawn += 1
        return pixels

    def stop() -> None:
        if drawn >= 5:
            raise Cancelled

    frames = opened(film(4, rin=across))
    sightings = watch(frames, Eye())
    with pytest.raises(Cancelled):
        render_video(frames, sightings, counting, ROOM, form, stop=stop)
    assert drawn <= 6


def test_only_what_was_watched_is_rendered() -> None:
    frames = opened(film(5, rin=across), Limits(seconds=2))
    result = opened(render_video(frames, watch(frames, Eye()), fill, ROOM))
    assert result.seconds == pytest.approx(2, abs=0.15)


def test_turned_phone_films_stand_upright() -> None:
    data = bytearray(film(1, rin=lambda second: (20, 20)))
    at = data.index(b"tkhd") + 4 + 40
    data[at : at + 36] = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    result = opened(rendered(bytes(data)))
    assert (result.width, result.height) == (HEIGHT, WIDTH)
    _, picture = next(result.every())
    assert middle_of_white(picture.pixels) == pytest.approx((HEIGHT - 36, 36), abs=3)
