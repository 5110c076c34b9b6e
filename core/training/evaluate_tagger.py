"""How well the whole path (heads, traits, pixels, learned tags) tags the pictures tagged by hand, and its learned part.

`python -m core.training.evaluate_tagger --models data/models --data ../shared/data [--json]`

Compared after the rules of `core.pictures.tags` with what is implied kept; grey hair counts as white and light brown as
brown, as in the labels. False tags are only counted for tags whose labels are complete: counts and hair colours. The
detector was trained on pictures of the same source: `unseen` are those that its split held back.

The learned tags are figured twice. `file`: what the file says at its own thresholds; the shipped one learned from all
of these pictures, so that is kind. `cross_validated`: its layer fitted anew on four fifths of the pictures and asked
about the others, thresholds and calibration from the four fifths too; fixed means a probability of 0.5.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.errors import Unavailable
from core.inference import Models
from core.pictures import Detection, Face, Picture
from core.pictures.detectors import HeadDetector
from core.pictures.recognisers import FaceEmbedder
from core.pictures.taggers import OurTagger
from core.pictures.taggers.preparing import stretched
from core.pictures.tags import TagSettings, present
from core.training.calibration import draw_reliability
from core.training.detection_data import is_validation
from core.training.sheets import write_sheet
from core.training.tag_figures import FOLDS, divided, scored, trusted
from core.training.tag_probes import Bools, Floats, Folds, Probes, calibration
from core.training.tagger import Tagged, features_of, read

COUNTS = ("1girl", "2girls", "3girls", "multiple_girls", "1boy", "solo")
HAIR = tuple(
    f"{colour}_hair"
    for colour in ("black", "blonde", "blue", "brown", "orange", "pink", "purple", "red", "white")
)
FIXED = 0.5
_KINDS = {"counts": COUNTS, "hair": HAIR}
_COMPLETE = frozenset((*COUNTS, *HAIR))
_LEAST = 10  # pictures with and without a tag, to divide them twice
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


@dataclass(frozen=True)
class Learned:
    """What is said of pictures by layers on the pictures' features: `names` [T]; `scores` [N, T], probabilities; `said`
    [N, T], whether they pass fixed thresholds; `folds` [N, T], pictures that were left out together."""

    names: tuple[str, ...]
    scores: Floats
    said: Bools
    folds: Folds


def faces_in(picture: Picture, detector: HeadDetector, embedder: FaceEmbedder) -> tuple[Face, ...]:
    """Heads with their traits."""
    heads: Sequence[Detection] = detector.detect(picture)
    if not heads:
        return ()
    _, traits = embedder.read(picture, [head.box for head in heads])
    return tuple(Face(head.box, head.score, (), True, own) for head, own in zip(heads, traits, strict=True))


def tagged_by_us(pictures: Sequence[Tagged], models: Path) -> list[dict[str, float]]:
    """The general tags of every picture with their scores, shades merged."""
    opened = Models(Folder(models))
    detector, embedder, tagger = HeadDetector(opened), FaceEmbedder(opened), OurTagger(opened)
    found: list[dict[str, float]] = []
    for one in pictures:
        picture = Picture(one.pixels, None, one.file, "JPEG")
        faces = tagger.with_traits(picture, faces_in(picture, detector, embedder))
        names: dict[str, float] = {}
        for tag in present(tagger.tag(picture, faces), _EVERYTHING).general:
            name = _MERGED.get(tag.name, tag.name)
            names[name] = max(tag.score, names.get(name, 0.0))
        found.append(names)
    return found


def learned_tags(pictures: Sequence[Tagged], models: Path) -> dict[str, Learned]:
    """What the learned part says: `file`, and `cross_validated` for tags of at least ten pictures.

    Raises:
        Unavailable: `model-missing`, `model-broken`.
    """
    from core.training.tagger_model import Features

    session = Models(Folder(models)).onnx("tags", "tagger.onnx")
    try:
        names = tuple(json.loads(session.metadata["tags"]))
        thresholds = np.asarray(json.loads(session.metadata["thresholds"]), np.float64)
        size = int(session.metadata["size"])
    except (KeyError, ValueError, TypeError) as problem:
        raise Unavailable("model-broken", model=session.name) from problem
    said = []
    for picture in pictures:
        scaled = stretched(picture.pixels, size, size, Image.Resampling.BICUBIC)
        said.append(session.run(image=scaled.transpose(2, 0, 1)[None].astype(np.float32))["tags"][0])
    scores = np.asarray(said, np.float64)
    wanted = _marked([picture.tags for picture in pictures], names)
    found = {"file": Learned(names, scores, scores >= thresholds, divided(scores.shape))}

    probes = Probes(folds=FOLDS)
    enough = [at for at in range(len(names)) if wanted[:, at].sum() >= _LEAST <= (~wanted[:, at]).sum()]
    if enough:
        rows, mirrored = features_of(Features(), pictures, size)
        folds = np.stack([probes.folds_of(wanted[:, at], 0) for at in enough], 1)
        unseen = np.stack(
            [
                _unseen_scores(probes, rows, mirrored, wanted[:, at], folds[:, column])
                for column, at in enumerate(enough)
            ],
            1,
        )
        left = tuple(names[at] for at in enough)
        found["cross_validated"] = Learned(left, unseen, unseen >= FIXED, folds)
    return found


def _unseen_scores(probes: Probes, rows: Floats, mirrored: Floats, wanted: Bools, folds: Folds) -> Floats:
    """The probability of every picture by a layer, and a calibration, that have not seen it."""
    found = np.zeros(len(wanted))
    for fold in np.unique(folds):
        held = folds == fold
        own, turned, given = rows[~held], mirrored[~held], wanted[~held]
        inner = probes.out_of_fold(own, turned, given, probes.folds_of(given, 1))
        slope, offset = calibration(inner, given)
        logits = probes.fitted(own, turned, given).decision_function(rows[held])
        found[held] = 1 / (1 + np.exp(-(slope * logits + offset)))
    return found


def _marked(tags: Sequence[Collection[str]], names: Sequence[str]) -> Bools:
    """bool [N, names]: which pictures have which tags."""
    return np.asarray([[name in own for name in names] for own in tags], np.bool_)


def evaluate(
    pictures: Sequence[Tagged], found: Sequence[Mapping[str, float]], learned: Mapping[str, Learned]
) -> dict[str, Any]:
    """Counts and hair colours of the whole path on `all` pictures and on those (`unseen`) that no model was trained on;
    and the learned tags (see the top)."""
    wanted = [_merged(picture.tags) for picture in pictures]
    unseen = [index for index, picture in enumerate(pictures) if _unseen(picture.file)]
    parts: Mapping[str, Sequence[int]] = {"all": range(len(pictures)), "unseen": unseen}
    report: dict[str, Any] = {}
    for part, chosen in parts.items():
        report[part] = {"pictures": len(chosen)}
        for kind, names in _KINDS.items():
            marked = _marked([wanted[at] for at in chosen], names)
            scores = np.asarray([[found[at].get(name, 0.0) for name in names] for at in chosen]).reshape(
                marked.shape
            )
            report[part][kind] = scored(marked, scores, names, scores > 0, divided(marked.shape))
    report["learned"] = {}
    for part, one in learned.items():
        marked = _marked([picture.tags for picture in pictures], one.names)
        report["learned"][part] = {
            "pictures": len(pictures),
            **scored(marked, one.scores, one.names, one.said, one.folds),
            **trusted(marked, one.scores),
        }
    return report


def table(report: Mapping[str, Any]) -> dict[str, str]:
    """The figures over all tags, each with its name."""
    rows: dict[str, str] = {}
    for part in ("all", "unseen"):
        for kind in _KINDS:
            rows |= _lines(f"{part} ({report[part]['pictures']} pictures), {kind}", report[part][kind])
    for part, found in report["learned"].items():
        rows |= _lines(f"learned tags, {part}", found)
    return rows


def _lines(name: str, found: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{name}: {key}": f"{value:.3f}"
        for key, value in found.items()
        if isinstance(value, float) and key != "pictures"
    }


def write_sheet_of(
    pictures: Sequence[Tagged],
    found: Sequence[Mapping[str, float]],
    learned: Mapping[str, Learned],
    path: Path,
) -> Path:
    """The worst mistakes as a contact sheet: pictures with most wrong counts and hair colours, then single learned tags
    that were told wrong most surely by layers that had not seen the picture.

    Raises:
        UserError: as `write_sheet`.
    """
    rows: list[tuple[float, Tagged, str]] = []
    for picture, tags in zip(pictures, found, strict=True):
        wanted, told = _merged(picture.tags) & _COMPLETE, frozenset(tags) & _COMPLETE
        if wanted != told:
            text = f"missed: {' '.join(sorted(wanted - told))}\nfalse: {' '.join(sorted(told - wanted))}"
            rows.append((1.0 + len(wanted ^ told), picture, text))
    if one := learned.get("cross_validated"):
        marked = _marked([picture.tags for picture in pictures], one.names)
        for row, at in np.argwhere(marked != one.said):
            score, name = one.scores[row, at], one.names[at]
            text = f"{'missed' if marked[row, at] else 'false'}: {name}\n{score:.2f}"
            rows.append((abs(float(marked[row, at]) - score), pictures[row], text))
    rows.sort(key=lambda row: -row[0])
    return write_sheet([(picture.pixels, f"{text}\n{picture.file}") for _, picture, text in rows], path)


def write_curves(report: Mapping[str, Any], folder: Path) -> None:
    """`reliability.png` of the learned tags, and the report as `tagger.json`.

    Raises:
        UserError: as `draw_charts`.
    """
    bins = {f"learned tags, {part}": found["calibration"] for part, found in report["learned"].items()}
    draw_reliability(bins, folder / "reliability.png")
    (folder / "tagger.json").write_text(json.dumps(report, indent=1), encoding="utf-8")


def _merged(tags: Collection[str]) -> frozenset[str]:
    return frozenset(_MERGED.get(tag, tag) for tag in tags)


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
    report = evaluate(pictures, tagged_by_us(pictures, asked.models), learned_tags(pictures, asked.models))
    if asked.json:
        print(json.dumps(report))
        return
    for name, value in table(report).items():
        print(f"{name} {value}")
    for part in ("all", "unseen"):
        for kind in _KINDS:
            for name, tag in report[part][kind]["tags"].items():
                shown = "  ".join(f"{key} {tag[key]:3}" for key in ("right", "false", "missed"))
                print(f"{part}  {name:16} {shown}  F1 {tag['f1']:.2f}")


if __name__ == "__main__":
    main()
