"""Hair, eyes and gender of more faces: what is known of who is shown, and what was seen by eye.

The labelled faces are of one generator and style: a head trained on them alone names 0.48 of the hair colours of other
illustrations. `data/characters/looks.csv` says how named characters look; `hair_by_eye.csv` beside this module names
the hair of 381 unlabelled faces of many styles, drawn evenly over the ten colours an earlier model saw in them and
looked at in contact sheets. Faces in doubt (teal, between two colours, in coloured light, monochrome) were left out.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.training.faces import Face

LOOKS = Path(__file__).resolve().parents[2] / "data" / "characters" / "looks.csv"
_BY_EYE = Path(__file__).with_name("hair_by_eye.csv")
LEFT_OUT = "JLaoo/"
"""This source's other pictures are among those that tags are evaluated on."""


def in_own_colours(faces: Sequence[Face]) -> list[Face]:
    """Those of `faces` that show a character whose looks are known, with these looks."""
    looks = {row["tag"]: row for row in _rows(LOOKS)}
    return [
        replace(face, hair=known["hair"], eyes=known["eyes"], gender=known["gender"])
        for face in faces
        if (known := looks.get(face.character)) and not face.source.startswith(LEFT_OUT)
    ]


def labelled_by_eye(faces: Sequence[Face]) -> list[Face]:
    """Those of `faces` whose hair was named by eye, with that."""
    hair = {row["file"]: row["hair"] for row in _rows(_BY_EYE)}
    return [replace(face, hair=hair[face.file]) for face in faces if face.file in hair]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
