"""How naming depends on the number of known pictures, of characters to choose from, and of pixels of a face.

All with one trained model: nothing is trained anew. Faces of `identities` that are in no training group are asked
about; known are pictures of training groups, which the model did learn from. Further characters to choose from are
those of the pack `gallery`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.training.charts import Chart, Line, Point, draw_charts
from core.training.faces import Face, FacePacks, crop, is_validation, whole
from core.training.onnx_recogniser import OnnxRecogniser
from core.training.recognition_figures import Labels, Scores, Vectors, by_neighbours, by_prototypes, top

KNOWN = (1, 2, 5, 10, 20, None)
CHARACTERS = (10, 25, 50, 93, 200, 800)
PIXELS = (12, 16, 24, 32, 48, 64, 96)
DRAWS = 20
_EDGES = (0, 48, 64, 80, 96, 112, 10_000)
_METHODS: Mapping[str, Scores] = {"prototypes": by_prototypes, "neighbours": by_neighbours}

Curves = dict[str, dict[str, list["Measured"]]]


@dataclass(frozen=True)
class Measured:
    """Share named right, its mean over draws, and the interval that 95 % of the draws lie in; where there is nothing to
    draw, of the faces drawn anew. `x`: what it depends on; `count`: faces asked about in a draw, on average."""

    x: float
    value: float
    low: float
    high: float
    count: float


def curves(model: OnnxRecogniser, packs: FacePacks, draws: int = DRAWS, seed: int = 0) -> Curves:
    """All curves by name, each as lines by name."""
    faces, others = packs.identities(), packs.gallery()
    held = np.array([is_validation(face.group) for face in faces])
    names = _names(faces)
    vectors, more = model.answers(faces).embedding, model.answers(others).embedding
    known, asked = (vectors[~held], names[~held]), (vectors[held], names[held])
    new = ~np.isin(_names(others), names)
    shown = [face for face, row in zip(faces, held, strict=True) if row]
    rng = np.random.default_rng(seed)
    return {
        "known pictures of each character": by_known(known, asked, draws, rng),
        "characters to choose from": by_characters(
            known, asked, (more[new], _names(others)[new]), draws, rng
        ),
        "pixels of the face": by_pixels(model, known, shown, asked, rng),
    }


def by_known(
    known: tuple[Vectors, Labels], asked: tuple[Vectors, Labels], draws: int, rng: np.random.Generator
) -> dict[str, list[Measured]]:
    """So many pictures of each character are known, drawn at random; where there are fewer, all. `x` is the largest
    number there is where all are known."""
    most = int(np.unique(known[1], return_counts=True)[1].max())
    found: dict[str, list[Measured]] = {name: [] for name in _METHODS}
    for number in [number for number in KNOWN if number is None or number < most]:
        right: dict[str, list[NDArray[np.bool_]]] = {name: [] for name in _METHODS}
        for _ in range(1 if number is None else draws):
            rows = _few(known[1], number, rng)
            for name, scores_of in _METHODS.items():
                right[name].append(_right(scores_of, (known[0][rows], known[1][rows]), asked))
        for name, told in right.items():
            found[name].append(_over_draws(number or most, told, rng))
    return found


def by_characters(
    known: tuple[Vectors, Labels],
    asked: tuple[Vectors, Labels],
    more: tuple[Vectors, Labels],
    draws: int,
    rng: np.random.Generator,
) -> dict[str, list[Measured]]:
    """So many characters are in the gallery, drawn at random: of those asked about first, then of `more`. Asked about
    are the faces of characters that are there."""
    own, further = np.unique(known[1]), np.unique(more[1])
    vectors, names = np.concatenate([known[0], more[0]]), np.concatenate([known[1], more[1]])
    total = len(own) + len(further)
    found: dict[str, list[Measured]] = {name: [] for name in _METHODS}
    for number in sorted({min(number, total) for number in CHARACTERS}):
        right: dict[str, list[NDArray[np.bool_]]] = {name: [] for name in _METHODS}
        for _ in range(1 if number in (len(own), total) else draws):
            chosen = rng.choice(own, min(number, len(own)), replace=False)
            extra = rng.choice(further, number - len(chosen), replace=False)
            there, present = np.isin(names, np.concatenate([chosen, extra])), np.isin(asked[1], chosen)
            for name, scores_of in _METHODS.items():
                told = _right(
                    scores_of, (vectors[there], names[there]), (asked[0][present], asked[1][present])
                )
                right[name].append(told)
        for name, rows in right.items():
            found[name].append(_over_draws(number, rows, rng))
    return found


def by_pixels(
    model: OnnxRecogniser,
    known: tuple[Vectors, Labels],
    faces: Sequence[Face],
    asked: tuple[Vectors, Labels],
    rng: np.random.Generator,
) -> dict[str, list[Measured]]:
    """`as found`: faces by the longer side of their picture, `x` its mean in a range; sources differ in it.
    `made smaller`: the same faces shrunk to so many pixels, those that have as many. By prototypes; intervals are
    over faces drawn anew."""
    sides = np.array([max(face.pixels.shape[:2]) for face in faces])
    right = _right(by_prototypes, known, asked)
    found: dict[str, list[Measured]] = {"as found": [], "made smaller": []}
    for low, high in pairwise(_EDGES):
        rows = (sides >= low) & (sides < high)
        if rows.any():
            found["as found"].append(_over_draws(float(sides[rows].mean()), [right[rows]], rng))
    for side in PIXELS:
        enough = np.flatnonzero(sides >= side)
        if len(enough):
            vectors = model.answers([_shrunk(faces[int(row)], side) for row in enough]).embedding
            told = _right(by_prototypes, known, (vectors, asked[1][enough]))
            found["made smaller"].append(_over_draws(side, [told], rng))
    return found


def write(found: Curves, folder: Path) -> None:
    """`recogniser.json`, and `recogniser.png` with a panel for each curve.

    Raises:
        UserError: as `draw_charts`.
    """
    charts = [
        Chart(
            f"top-1 by {title}",
            [
                Line(name, [Point(row.x, row.value, row.low, row.high) for row in rows])
                for name, rows in lines.items()
            ],
            stretched=True,
        )
        for title, lines in found.items()
    ]
    draw_charts(charts, folder / "recogniser.png")
    told = {
        title: {name: [asdict(row) for row in rows] for name, rows in lines.items()}
        for title, lines in found.items()
    }
    (folder / "recogniser.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def _names(faces: Sequence[Face]) -> Labels:
    return np.array([face.character for face in faces], dtype=np.str_)


def _few(names: Labels, number: int | None, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows: `number` of each name, at random; all for None."""
    if number is None:
        return np.arange(len(names))
    drawn = rng.permutation(len(names))
    ordered = drawn[np.argsort(names[drawn], kind="stable")]
    starts = np.flatnonzero(np.r_[True, names[ordered][1:] != names[ordered][:-1]])
    place = np.arange(len(names)) - np.repeat(starts, np.diff(np.r_[starts, len(names)]))
    return np.asarray(ordered[place < number])


def _right(
    scores_of: Scores, known: tuple[Vectors, Labels], asked: tuple[Vectors, Labels]
) -> NDArray[np.bool_]:
    scores, names = scores_of(*known, asked[0])
    return top(scores, names, asked[1])


def _over_draws(x: float, told: Sequence[NDArray[np.bool_]], rng: np.random.Generator) -> Measured:
    """Of one draw, the interval is over faces drawn anew."""
    shares = np.array([right.mean() for right in told])
    spread = shares if len(told) > 1 else rng.choice(told[0], (1000, len(told[0]))).mean(1)
    low, high = np.quantile(spread, [0.025, 0.975])
    count = float(np.mean([len(right) for right in told]))
    return Measured(float(x), float(shares.mean()), float(low), float(high), count)


def _shrunk(face: Face, side: int) -> Face:
    """The face as a model sees it, in so many pixels."""
    small = crop(face.pixels, face.square, side)
    return replace(face, pixels=small, square=whole(small))
