"""Packs of drawn faces, in the form of the real ones: what the tests of training read."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

COLOURS = {"blue": (60, 80, 220), "red": (220, 60, 60), "green": (60, 200, 90), "black": (20, 20, 20)}


def face(hair: str, eyes: str, seed: int, size: int = 48) -> Image.Image:
    """A head with hair and eyes in these colours; the seed moves it a little."""
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (size, size), tuple(int(value) for value in rng.integers(240, 256, 3)))
    draw = ImageDraw.Draw(picture)
    x, y = rng.integers(-3, 4, 2) + size // 2
    draw.ellipse([x - 18, y - 20, x + 18, y + 18], fill=COLOURS[hair])
    draw.ellipse([x - 13, y - 10, x + 13, y + 17], fill=(250, 225, 205))
    for side in (-6, 6):
        draw.ellipse([x + side - 5, y - 4, x + side + 5, y + 8], fill=COLOURS[eyes])
    return picture


def write_packs(folder: Path, pictures: int = 12) -> Path:
    """identities (4 characters), attributes, unlabelled faces, gallery, scenes and screens in `folder`."""
    looks = [(hair, eyes) for hair in ("blue", "red") for eyes in ("green", "black")]
    identities = [
        (
            {"character": f"{hair}_{eyes}", "display": hair, "series": "drawn", "source": f"painter/{n % 2}",
             "picture": str(n), "group": f"{hair}{eyes}{n}", "kind": "crop"},
            face(hair, eyes, n),
        )
        for hair, eyes in looks
        for n in range(pictures)
    ]  # fmt: skip
    attributes = [
        (
            {"hair": hair, "eyes": eyes, "gender": "female" if n % 2 else "male", "source": "painter/0",
             "picture": str(n), "group": f"attribute {hair} {eyes} {n}"},
            face(hair, eyes, 1000 + n),
        )
        for hair, eyes in looks
        for n in range(pictures)
    ]  # fmt: skip
    gallery = [
        (
            {"character": f"{hair}_{eyes}_{'abcdefghijkl'[n % 12]}", "display": hair, "series": "drawn",
             "source": "icons/0", "picture": str(n), "kind": "icon" if n < 12 else "portrait"},
            face(hair, eyes, 2000 + n),
        )
        for hair, eyes in (("green", "red"), ("black", "blue"), ("blue", "blue"), ("red", "red"))
        for n in range(24)
    ]  # fmt: skip
    scenes = [
        (
            {"characters": "blue_green" if n % 3 else "blue_green|red_black", "series": "drawn", "group": f"scene {n}",
             "source": "films/0", "picture": str(n)},
            face("blue", "green", 3000 + n, 96),
        )
        for n in range(12)
    ]  # fmt: skip
    faces = [
        ({"source": "nobody/0", "picture": hair + eyes}, face(hair, eyes, 4000))
        for hair in COLOURS
        for eyes in COLOURS
    ]
    for pack, rows in {
        "identities": identities, "attributes": attributes, "faces": faces, "gallery": gallery,
        "scenes": scenes, "screens": scenes,
    }.items():  # fmt: skip
        _write(folder / pack, rows)
    return folder


def _write(folder: Path, rows: list[tuple[dict[str, str], Image.Image]]) -> None:
    folder.mkdir(parents=True)
    with (
        zipfile.ZipFile(folder / "pack_0.zip", "w") as pack,
        (folder / "index.csv").open("w", newline="", encoding="utf-8") as file,
    ):
        index = csv.DictWriter(file, ["file", "zip", *rows[0][0]])
        index.writeheader()
        for n, (row, picture) in enumerate(rows):
            content = io.BytesIO()
            picture.save(content, "WEBP", quality=90)
            pack.writestr(f"p{n:04}.webp", content.getvalue())
            index.writerow({"file": f"p{n:04}.webp", "zip": "pack_0.zip", **row})
