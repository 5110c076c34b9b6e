"""How many harmless pictures `rating.onnx` would hold back.

`python -m core.training.evaluate_rating --data ../shared/data`

`--data`: folders of zip files with pictures of which none is questionable. What it misses cannot be said by them.

For every folder, and for whole pictures and crops of faces together, divided in two by the hash of the file name: the
share of pictures with A (Hentai and Porn together) or B (A and Sexy) from a threshold on, and the share of each rating.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from core.inference import Models, ModelStore
from core.pictures import Picture
from core.pictures.taggers import NsfwjsTagger
from core.pictures.taggers.nsfwjs import ADULT, SUGGESTIVE, rating

WHOLE = ("scenes", "screens", "tagged", "detection")
CROPS = ("faces", "attributes", "identities", "gallery")
STEPS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Judged:
    """One picture. `adult`, `revealing`: A and B, see `core.pictures.taggers.nsfwjs.rating`."""

    pack: str
    file: str
    adult: float
    revealing: float
    rating: str

    @property
    def first_half(self) -> bool:
        return hashlib.sha256(self.file.encode()).digest()[0] % 2 == 0


def pictures(data: Path, pack: str, most: int) -> Iterator[Picture]:
    """Pictures of a folder, or so many drawn from it (seeded); the digest is the file's name."""
    with ExitStack() as stack:
        archives = [
            stack.enter_context(zipfile.ZipFile(path)) for path in sorted((data / pack).glob("*.zip"))
        ]
        files = [(archive, name) for archive in archives for name in archive.namelist()]
        if len(files) > most:
            files = random.Random(1).sample(files, most)  # noqa: S311
        for archive, name in files:
            with Image.open(io.BytesIO(archive.read(name))) as image:
                yield Picture(np.asarray(image.convert("RGB")), None, name, "PNG")


def judge(tagger: NsfwjsTagger, data: Path, packs: Sequence[str], most: int) -> list[Judged]:
    """Raises Unavailable: `model-missing`, `model-broken`."""
    found = []
    for pack in packs:
        for picture in pictures(data, pack, most):
            shares = tagger.classes(picture)
            adult = sum(shares[name] for name in ADULT)
            found.append(Judged(pack, picture.digest, adult, adult + shares[SUGGESTIVE], rating(shares).name))
    return found


def line(name: str, rows: Sequence[Judged]) -> str:
    """Counts at each threshold, and of each rating."""
    adult = [sum(row.adult >= least for row in rows) for least in STEPS]
    revealing = [sum(row.revealing >= least for row in rows) for least in (0.5, 0.9)]
    ratings = Counter(row.rating for row in rows)
    return " | ".join(
        (f"{name:<20}", f"{len(rows):5}", " ".join(f"{count:4}" for count in adult),
         " ".join(f"{count:4}" for count in revealing), str(dict(ratings)))
    )  # fmt: skip


def report(found: Sequence[Judged]) -> None:
    print("pictures with A from", *STEPS, "| B from 0.5 0.9 | ratings")
    for pack in dict.fromkeys(row.pack for row in found):
        print(line(pack, [row for row in found if row.pack == pack]))
    for name, packs in (("whole", WHOLE), ("crops", CROPS)):
        for first in (True, False):
            rows = [row for row in found if row.pack in packs and row.first_half is first]
            print(line(f"{name}, {'first' if first else 'second'} half", rows))
    print(
        "worst:",
        *(f"{row.file} {row.revealing:.2f}" for row in sorted(found, key=lambda row: -row.revealing)[:20]),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Count harmless pictures that would be held back.")
    parser.add_argument("--models", type=Path, default=Path("data/models"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--most", type=int, default=1000, help="pictures of a folder")
    options = parser.parse_args()
    here = [pack for pack in (*WHOLE, *CROPS) if (options.data / pack).is_dir()]
    if not here:
        parser.error(f"none of the folders {', '.join((*WHOLE, *CROPS))} is in {options.data}")
    with TemporaryDirectory() as home:
        opened = Models(ModelStore.open(options.models, Path(home)), threads=1)
        report(judge(NsfwjsTagger(opened), options.data, here, options.most))
