"""How well the whole path (heads, traits, pixels, learned tags) tags the pictures tagged by hand.

`python -m core.training.evaluate_tagger --models data/models --data ../shared/data [--json]`

Compared after the rules of `core.pictures.tags` with what is implied kept; grey hair counts as white and light brown as
brown, as in the labels. False tags are only counted for tags whose labels are complete: counts and hair colours. The
detector was trained on pictures of the same source: `unseen` are those that its split held back.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.errors import Unavailable
from core.inference import Models
from core.pictures import Detection, Face, Picture
from core.pictures.detectors import HeadDetector
from core.pictures.recognisers import FaceEmbedder
from core.pictures.taggers import OurTagger
from core.pictures.tags import TagSettings, present
from core.training.detection_data import is_validation
from core.training.tagger import Tagged, read

COUNTS = ("1girl", "2girls", "3girls", "multiple_girls", "1boy", "solo")
HAIR = tuple(
    f"{colour}_hair"
    for colour in ("black", "blonde", "blue", "brown", "orange", "pink", "purple", "red", "white")
)
_MERGED = {"grey_hair": "white_hair", "light_brown_hair": "brown_hair", "aqua_hair": "blue_hair"}
_EVERYTHING = TagSettings(
    adult=True, implied=True, most=500, limits=dict.fromkeys(("hair", "count", "background", "other"), 50)
)


class Folder:
    """Model files in one folder, whatever the model's id."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def file(self, model: str, name: str) -> Path:
        if not (self._path / name).is_file():
            raise Unavailable("model-missing", model=model)
        return self._path / name

    def checksum(self, model: str, name: str) -> str:
        return hashlib.sha256(self.file(model, name).read_bytes()).hexdigest()


def faces_in(picture: Picture, detector: HeadDetector, embedder: FaceEmbedder) -> tuple[Face, ...]:
    """Heads with their traits."""
    heads: Sequence[Detection] = detector.detect(picture)
    if not heads:
        return ()
    _, traits = embedder.read(picture, [head.box for head in heads])
    return tuple(Face(head.box, head.score, (), True, own) for head, own in zip(heads, traits, strict=True))


def tagged_by_us(pictures: Sequence[Tagged], models: Path) -> list[frozenset[str]]:
    """The names of the general tags of every picture, shades merged."""
    opened = Models(Folder(models))
    detector, embedder, tagger = HeadDetector(opened), FaceEmbedder(opened), OurTagger(opened)
    found: list[frozenset[str]] = []
    for one in pictures:
        picture = Picture(one.pixels, None, one.file, "JPEG")
        faces = tagger.with_traits(picture, faces_in(picture, detector, embedder))
        tags = tagger.tag(picture, faces)
        names = {tag.name for tag in present(tags, _EVERYTHING).general}
        found.append(frozenset(_MERGED.get(name, name) for name in names))
    return found


def figures(
    wanted: Sequence[frozenset[str]], found: Sequence[frozenset[str]], names: Iterable[str]
) -> dict[str, Any]:
    """Per tag right, false, missed and F1; over all of them micro F1, and macro F1 over the tags that occur."""
    rows: dict[str, dict[str, float]] = {}
    for name in names:
        right = sum(name in w and name in f for w, f in zip(wanted, found, strict=True))
        false = sum(name not in w and name in f for w, f in zip(wanted, found, strict=True))
        missed = sum(name in w and name not in f for w, f in zip(wanted, found, strict=True))
        rows[name] = {"right": right, "false": false, "missed": missed, "f1": _f1(right, false, missed)}
    occurring = [row for row in rows.values() if row["right"] + row["missed"]]
    total = [sum(row[key] for row in rows.values()) for key in ("right", "false", "missed")]
    return {
        "micro_f1": _f1(*total),
        "macro_f1": sum(row["f1"] for row in occurring) / max(1, len(occurring)),
        "tags": rows,
    }


def _f1(right: float, false: float, missed: float) -> float:
    return 2 * right / max(1.0, 2 * right + false + missed)


def evaluate(pictures: Sequence[Tagged], found: Sequence[frozenset[str]]) -> dict[str, Any]:
    """Counts and hair colours, on all pictures and on those that no model was trained on."""
    wanted = [frozenset(_MERGED.get(tag, tag) for tag in picture.tags) for picture in pictures]
    unseen = [index for index, picture in enumerate(pictures) if _unseen(picture.file)]
    parts: Mapping[str, Sequence[int]] = {"all": range(len(pictures)), "unseen": unseen}
    return {
        part: {
            "pictures": len(rows),
            "counts": figures([wanted[i] for i in rows], [found[i] for i in rows], COUNTS),
            "hair": figures([wanted[i] for i in rows], [found[i] for i in rows], HAIR),
        }
        for part, rows in parts.items()
    }


def _unseen(file: str) -> bool:
    """Whether the detector was not trained on the picture (`hand_210.jpg` is its `pixiv_210.jpg`)."""
    return not file.startswith("hand_") or is_validation(file.replace("hand_", "pixiv_"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--models", type=Path, required=True, help="folder with detector, recogniser and tagger"
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    pictures = read(asked.data)
    report = evaluate(pictures, tagged_by_us(pictures, asked.models))
    if asked.json:
        print(json.dumps(report))
        return
    for part, row in report.items():
        for kind in ("counts", "hair"):
            print(f"{part} ({row['pictures']} pictures), {kind}: micro F1 {row[kind]['micro_f1']:.3f}, "
                  f"macro F1 {row[kind]['macro_f1']:.3f}")  # fmt: skip
            for name, tag in row[kind]["tags"].items():
                shown = "  ".join(f"{key} {tag[key]:3}" for key in ("right", "false", "missed"))
                print(f"  {name:16} {shown}  F1 {tag['f1']:.2f}")


if __name__ == "__main__":
    main()
