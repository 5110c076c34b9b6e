"""A folder of shipped data whose picture models are tiny: real ONNX files that go by colours, quick and predictable.

A "head" is a rectangle bright in one colour; `drawn` draws them. Red, green and blue ones are known characters, any
other colour is somebody unknown, a picture without bright colours shows nobody.

    async with Osusume.open(settings, data=tiny_models(folder)) as osusume: ...
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from core.characters import Enrolled, Gallery, save
from core.inference import Models, ModelStore
from core.osusume import DATA
from core.pictures import Box, Picture
from core.pictures.recognisers.faces import FaceEmbedder
from tests.core.pictures.detectors.tiny import rectangle_finder
from tests.core.pictures.recognisers.tiny import colour_recogniser
from tests.core.pictures.taggers.tiny import RATING_LABELS, WD_LABELS, ours_onnx, rating_onnx, wd_onnx

Colour = tuple[int, int, int]

COLOURS: dict[str, Colour] = {
    "red": (235, 40, 40),
    "green": (40, 235, 40),
    "blue": (40, 40, 235),
    "yellow": (235, 235, 40),
    "magenta": (235, 40, 235),
    "cyan": (40, 235, 235),
}
KNOWN = {"red": "makise_kurisu", "green": "nagato_yuki", "blue": "ikari_shinji"}
"""Colours of the characters in the shipped gallery; each is of a series in the catalogue."""

SERIES = {
    "makise_kurisu": "steins;gate",
    "nagato_yuki": "suzumiya_haruhi_no_yuuutsu",
    "ikari_shinji": "neon_genesis_evangelion",
}
TAGS = {"smile": (0.0, 0.0, 0.0, 0.9), "sky": (0.0, 0.0, 0.0, 0.7), "night": (-0.5, -0.5, -0.5, 1.0)}
"""Learned tags and what they take of the mean red, green, blue and 1: a smile and the sky are everywhere."""

_HAIR = ("red", "green", "blue", "other")
_CROP = 32


_RATED = 'rating = ["rating"]', "rating = []"
"""The embedded preset with and without its rating."""


def tiny_models(folder: Path) -> Path:
    """Fills an empty folder like the project's own `data/`; what is not about pictures is linked from there. Nothing is
    rated; see `rate` and `always_rated`."""
    for name in ("catalogue", "recommend", "tags"):
        (folder / name).symlink_to(DATA / name)
    models, characters = folder / "models", folder / "characters"
    models.mkdir()
    characters.mkdir()
    for path in (DATA / "characters").iterdir():
        if path.name != "gallery.npz":
            (characters / path.name).symlink_to(path)
    own = re.compile(r'\{ path = "(detector|recogniser|tagger|rating)\.onnx"[^}]*\}')
    manifest = (DATA / "models" / "manifest.toml").read_text(encoding="utf-8")
    manifest = own.sub(r'{ path = "\1.onnx" }', manifest).replace(*_RATED)
    (models / "manifest.toml").write_text(manifest, encoding="utf-8")
    seen = {"longest_side": "256", "threshold": "0.5", "nms_iou": "0.5"}
    (models / "detector.onnx").write_bytes(rectangle_finder("ours", seen, white=255.0))
    (models / "recogniser.onnx").write_bytes(_faces())
    (models / "tagger.onnx").write_bytes(ours_onnx(TAGS, [0.5] * len(TAGS)))
    _gallery(folder)
    return folder


_RATING = """[[model]]
id = "wd-tiny"
purposes = ["tagger"]
backend = "wd"
embedded = true
licence = "MIT"
files = [{ path = "model.onnx" }, { path = "selected_tags.csv" }]

[[model]]"""


def rate(data: Path) -> None:
    """Gives such a folder a tagger that rates pictures: dark ones are explicit."""
    manifest = data / "models" / "manifest.toml"
    text = manifest.read_text(encoding="utf-8").replace('tagger = ["tags"]', 'tagger = ["wd-tiny"]')
    manifest.write_text(text.replace("[[model]]", _RATING, 1), encoding="utf-8")
    (data / "models" / "model.onnx").write_bytes(wd_onnx())
    (data / "models" / "selected_tags.csv").write_text(WD_LABELS)


def always_rated(data: Path, shares: Mapping[str, float]) -> None:
    """Gives such a folder the rating model of the embedded preset, which finds every picture the same: probabilities of
    its five classes."""
    manifest = data / "models" / "manifest.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(*_RATED[::-1]), encoding="utf-8")
    values = [shares[name] for name in RATING_LABELS]
    (data / "models" / "rating.onnx").write_bytes(rating_onnx(values))


def _faces() -> bytes:
    """Hair and eyes go by the colour, female where it is more red than blue."""
    names = np.asarray([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], np.float32)
    judges = {"hair": names, "eyes": names, "gender": np.asarray([[1, 0], [0, 0], [0, 1]], np.float32)}
    facts = {"size": str(_CROP), "expand": "1.0", "pad": "edge", "gender": '["female", "male"]'}
    facts |= {"hair": json.dumps(_HAIR), "eyes": json.dumps(_HAIR)}
    return colour_recogniser(judges, facts, _CROP)


def _gallery(folder: Path) -> None:
    """Three pictures of each known character, in three shades."""
    embedder = FaceEmbedder(Models(ModelStore.open(folder / "models", folder / "home")))
    vectors = []
    for colour in KNOWN:
        for shade in (-15, 0, 15):
            pixels = np.full((8, 8, 3), np.clip(np.asarray(COLOURS[colour]) + shade, 0, 255), np.uint8)
            vectors.append(embedder.embed(Picture(pixels, None, "", "PNG"), [Box(0, 0, 8, 8)])[0])
    people = [Enrolled(name, SERIES[name], 3) for name in KNOWN.values()]
    labels = np.repeat(np.arange(len(people)), 3)
    save(
        Gallery("shipped", embedder.name, people, np.stack(vectors), labels),
        folder / "characters" / "gallery.npz",
    )


def drawn(*colours: str, width: int = 320, height: int = 240, number: int = 0, file: str = "PNG") -> bytes:
    """A picture with a head of each colour, side by side, as an encoded file.

    One head at most of those that share a channel can be found. `number` makes pictures differ.
    """
    image = Image.new("RGB", (width, height), (40, 44, 60))
    draw = ImageDraw.Draw(image)
    side = min(height // 2, width // (2 * max(1, len(colours))))
    for place, colour in enumerate(colours):
        x = round((place + 0.5) * width / len(colours) - side / 2)
        draw.rectangle((x, height // 4, x + side - 1, height // 4 + side - 1), fill=COLOURS[colour])
    for bit in range(8):
        if number >> bit & 1:
            draw.rectangle((bit * 12, height - 12, bit * 12 + 7, height - 5), fill=(110, 110, 110))
    buffer = io.BytesIO()
    image.save(buffer, file)
    return buffer.getvalue()
