"""Sound files of every format, and tools to break them: everything is made here, nothing is kept as a file."""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import av
import numpy as np
from PIL import Image, ImageCms

SIZE = (48, 36)


def scene(size: tuple[int, int] = SIZE, seed: int = 0) -> Image.Image:
    """Four flat quarters (red, green, blue, yellow) with a little noise: any turn or swap shows."""
    width, height = size
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (210, 40, 40)
    pixels[: height // 2, width // 2 :] = (40, 190, 60)
    pixels[height // 2 :, : width // 2] = (50, 60, 200)
    pixels[height // 2 :, width // 2 :] = (220, 200, 50)
    noise = np.random.default_rng(seed).integers(-6, 7, pixels.shape)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def moving(kind: str, count: int = 6, milliseconds: int = 250, **options: Any) -> bytes:
    """An animation whose frame n has a red bar from column 6 n on."""
    frames = []
    for number in range(count):
        frame = Image.new("RGB", SIZE, (30, 30, 30))
        frame.paste((230, 20, 20), (6 * number, 0, 6 * number + 6, SIZE[1]))
        frames.append(frame)
    return saved(
        frames[0], kind, save_all=True, append_images=frames[1:], duration=milliseconds, loop=0, **options
    )


def video(
    kind: str = "mp4",
    codec: str = "libx264",
    frames: Sequence[np.ndarray[Any, Any]] | None = None,
    rate: int = 10,
    *,
    picture: bool = True,
    sound: bool = False,
    options: dict[str, str] | None = None,
) -> bytes:
    """A little film: by default one second at 64 x 48."""
    stream = io.BytesIO()
    with av.open(stream, "w", format=kind) as container:
        shown = frames if frames is not None else [np.asarray(scene((64, 48), seed)) for seed in range(10)]
        track: Any = container.add_stream(codec, rate=rate) if picture else None
        name = {"mp4": "aac", "ogg": "libopus", "mp3": "libmp3lame", "webm": "libopus"}.get(kind, "aac")
        voice: Any = container.add_stream(name, rate=48_000) if sound else None
        if picture:
            track.height, track.width = shown[0].shape[:2]
            track.pix_fmt = "yuv420p"
            track.options = options or {}
            for pixels in shown:
                container.mux(track.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            container.mux(track.encode(None))
        if sound:
            length = {"mp3": 1152, "mp4": 1024}.get(kind, 960)
            for at in range(10):
                silence = np.zeros((1, length), np.float32)
                frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
                frame.sample_rate, frame.pts = 48_000, at * length
                container.mux(voice.encode(frame))
            container.mux(voice.encode(None))
    if codec == "libsvtav1" and hasattr(os, "sched_setscheduler"):
        # run by root, this encoder makes its caller a real-time thread, which starves every other process
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return stream.getvalue()


def sound_files() -> dict[str, bytes]:
    """Name to a sound file of each format that is read."""
    clear = scene().convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(SIZE))
    return {
        "png": saved(scene(), "PNG"),
        "png-clear": saved(clear, "PNG"),
        "png-palette": saved(scene().quantize(16), "PNG"),
        "jpeg": saved(scene(), "JPEG", quality=92),
        "jpeg-progressive": saved(scene(), "JPEG", quality=92, progressive=True),
        "jpeg-cmyk": saved(scene().convert("CMYK"), "JPEG", quality=95),
        "webp": saved(scene(), "WEBP", quality=90),
        "webp-lossless": saved(clear, "WEBP", lossless=True),
        "gif": saved(scene().quantize(32), "GIF"),
        "bmp": saved(scene(), "BMP"),
        "avif": saved(scene(), "AVIF", quality=90),
        "apng": moving("PNG"),
        "webp-moving": moving("WEBP"),
        "gif-moving": moving("GIF"),
        "mp4": video(),
        "webm": video("webm", "libvpx-vp9"),
    }


def chunk(name: bytes, body: bytes, crc: int | None = None) -> bytes:
    """A PNG chunk."""
    right = zlib.crc32(body, zlib.crc32(name))
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", right if crc is None else crc)


def png(
    width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2, pixels: bytes | None = None
) -> bytes:
    """A PNG whose header says what it likes; `pixels` are filtered rows."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(pixels if pixels is not None else b"\0" * 64))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + data + chunk(b"IEND", b"")


def after_header(data: bytes, *chunks: bytes) -> bytes:
    """A PNG with chunks put behind its header."""
    return data[:33] + b"".join(chunks) + data[33:]


def segment(marker: int, body: bytes) -> bytes:
    """A JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def after_start(data: bytes, *segments: bytes) -> bytes:
    """A JPEG with segments put behind its first marker."""
    return data[:2] + b"".join(segments) + data[2:]


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP of chunks."""
    inside = b"".join(
        name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1) for name, body in chunks
    )
    return b"RIFF" + struct.pack("<I", len(inside) + 4) + b"WEBP" + inside


def box(name: bytes, *bodies: bytes) -> bytes:
    """An MP4 box."""
    body = b"".join(bodies)
    return struct.pack(">I", len(body) + 8) + name + body


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return stream.getvalue()


def exif(orientation: int, order: str = ">") -> bytes:
    """An EXIF block that says how the picture is turned, and where it was taken."""
    start = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(order + "I", 8)
    entries = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    entries += struct.pack(order + "HHII", 0x8825, 4, 1, 38)
    place = struct.pack(order + "H", 1) + struct.pack(order + "HHI", 1, 2, 2) + b"N\0\0\0" + b"\0\0\0\0"
    return b"Exif\0\0" + start + struct.pack(order + "H", 2) + entries + b"\0\0\0\0" + place


def swapped_profile() -> bytes:
    """A sound RGB profile that is not sRGB: the red and blue columns of its matrix have changed places."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", profile, 128)[0]
    places = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, blue, text = places[b"rXYZ"], places[b"bXYZ"], places[b"desc"]
    profile[red + 4 : red + 12], profile[blue + 4 : blue + 12] = (
        profile[blue + 4 : blue + 12],
        profile[red + 4 : red + 12],
    )
    at, length = struct.unpack_from(">II", profile, text + 4)
    name = bytes(profile[at : at + length])
    profile[at : at + length] = name.replace(b"s\0R\0G\0B", b"S\0w\0a\0p").replace(b"sRGB", b"Swap")
    return bytes(profile)


SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>x()</script></svg>'
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
HTML = b"<!DOCTYPE html><html><body><img src=x onerror=alert(1)></body></html>"
SVGZ = gzip.compress(SVG)

Maker = Callable[[], bytes]
