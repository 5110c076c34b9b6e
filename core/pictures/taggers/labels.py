"""Label lists and thresholds that come with a model, and the choice of the tags above them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import Unavailable
from core.inference import Models
from core.pictures.picture import Category, Tag

CATEGORIES: Mapping[int, Category] = {
    0: "general", 1: "artist", 3: "copyright", 4: "character", 5: "meta", 9: "rating",
}  # fmt: skip
"""Numbers of danbooru categories; 9 is the rating in lists of WD taggers."""

MCUT_CHARACTER = 0.15
"""Least score of a character with the widest-gap cut."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Least score by category, and by tag where the model's own file says so; `mcut` cuts at the widest gap instead."""

    general: float = 0.35
    character: float = 0.85
    by_tag: Mapping[str, float] = field(default_factory=dict)
    mcut: bool = False

    def least(self, name: str, category: Category) -> float:
        if name in self.by_tag:
            return self.by_tag[name]
        return self.character if category in ("character", "copyright") else self.general


@dataclass(frozen=True, slots=True)
class Label:
    """One output of a tagger; `series` for a character, where the list names them."""

    name: str
    category: Category
    series: tuple[str, ...] = ()


def selected_tags(path: Path, model: str) -> tuple[Label, ...]:
    """`selected_tags.csv` of WD and PixAI taggers, in the order of the rows, which is that of the outputs.

    Raises:
        Unavailable: `model-broken`, when it is not such a list.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(
                Label(
                    row["name"], CATEGORIES[int(row["category"])], tuple(json.loads(row.get("ips") or "[]"))
                )
                for row in csv.DictReader(file)
            )
    except (OSError, KeyError, ValueError, TypeError) as problem:
        raise Unavailable("model-broken", model=model) from problem


def category_thresholds(
    models: Models, model: str, default: Thresholds, file: str = "thresholds.csv"
) -> Thresholds:
    """The model's own `category,name,threshold` rows over the default; the default where there is no such file."""
    try:
        text = models.file(model, file).read_text(encoding="utf-8")
        found = {
            CATEGORIES[int(row["category"])]: float(row["threshold"])
            for row in csv.DictReader(io.StringIO(text))
        }
    except Unavailable as problem:
        if problem.key != "model-missing":
            raise
        return default
    except (OSError, KeyError, ValueError, TypeError) as problem:
        raise Unavailable("model-broken", model=model) from problem
    return Thresholds(
        found.get("general", default.general),
        found.get("character", default.character),
        default.by_tag,
        default.mcut,
    )


def mcut(scores: NDArray[np.float32]) -> float:
    """The middle of the widest gap between falling scores (Largeron, Moulin, Gery 2012); 1 for fewer than two."""
    if len(scores) < 2:
        return 1.0
    falling = np.sort(scores)[::-1]
    gaps = falling[:-1] - falling[1:]
    widest = int(np.argmax(gaps))
    return float(falling[widest] + falling[widest + 1]) / 2


def chosen(scores: NDArray[np.float32], labels: Sequence[Label], thresholds: Thresholds) -> tuple[Tag, ...]:
    """Labels at or above their thresholds, best first within a category, and the one likeliest rating.

    `scores`: float32 [labels], probabilities.
    """
    cuts: dict[Category, float] = {}
    if thresholds.mcut:
        for category in ("general", "character"):
            own = np.asarray(
                [score for score, label in zip(scores, labels, strict=True) if label.category == category]
            )
            cuts[category] = mcut(own.astype(np.float32))
        cuts["character"] = max(MCUT_CHARACTER, cuts["character"])
    found: list[Tag] = []
    ratings: list[Tag] = []
    series: dict[str, float] = {}
    for score, label in zip(scores.tolist(), labels, strict=True):
        if label.category == "rating":
            ratings.append(Tag(label.name, "rating", score))
            continue
        least = (
            cuts[label.category] if label.category in cuts else thresholds.least(label.name, label.category)
        )
        if score >= least:
            found.append(Tag(label.name, label.category, score))
            for name in label.series:
                series[name] = max(series.get(name, 0.0), score)
    found += [Tag(name, "copyright", score) for name, score in series.items()]
    found.sort(key=lambda tag: (tag.category, -tag.score, tag.name))
    return (*(() if not ratings else (max(ratings, key=lambda tag: tag.score),)), *found)


def characters_in(scores: NDArray[np.float32], labels: Sequence[Label], least: float) -> tuple[Tag, ...]:
    """Character labels from `least`, best first."""
    found = [
        Tag(label.name, "character", score)
        for score, label in zip(scores.tolist(), labels, strict=True)
        if label.category == "character" and score >= least
    ]
    return tuple(sorted(found, key=lambda tag: -tag.score))
