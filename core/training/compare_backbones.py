"""Well-known backbones side by side: same pictures, same split, same random start, same minutes.

`python -m core.training.compare_backbones --data ../shared/data --minutes 5 [--recogniser FIGURES.json] [--out X.md]`

Identities are split by the groups of the data: what is asked about was not trained on, nor was any near-duplicate of
it. Minutes are those of training on as many threads as are given; figures after few minutes say who gets going
quickest, not who ends best.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.training.backbone import LITE
from core.training.classifier import ClassifierConfig, train_classifier, validated
from core.training.evaluate_recogniser import SPRITES
from core.training.faces import Face, FacePacks, is_validation
from core.training.labelled import Example
from core.training.recognition_figures import by_neighbours, colour_histograms, top

BACKBONES = ("resnet34", "resnet50", "efficientnet_b0", "vit_b_16", "vgg19")
_RECOGNISER = "identities, gallery: top-1"


@dataclass(frozen=True)
class Row:
    """One line of the table: shares named right of all, and of all but the sprites; None where there is no number."""

    name: str
    parameters: float | None
    steps: int | None
    pictures: int | None
    right: float
    without_sprites: float | None


def examples_of(faces: Sequence[Face]) -> list[Example]:
    """Faces of characters as a classifier takes them."""
    return [
        Example(face.pixels, face.character, face.file, face.source, is_validation(face.group))
        for face in faces
    ]


def trained_row(
    backbone: str, examples: Sequence[Example], minutes: float, size: int, seed: int, weights: str = ""
) -> Row:
    """Train a backbone from random weights, or those given, for some minutes and ask about what was held back."""
    config = ClassifierConfig(
        backbone=backbone, weights=weights, size=size, steps=1_000_000, batch=32, seed=seed, ema=0.99,
        validate_every=1_000_000, rate=3e-4 if backbone in ("vit_b_16", "vgg19") else 1e-3,
    )  # fmt: skip
    learnt = [example for example in examples if not example.held_back]
    with tempfile.TemporaryDirectory() as folder:
        trained = train_classifier(learnt, Path(folder), config, budget_minutes=minutes, export=False)
    held = [example for example in examples if example.held_back and example.label in trained.labels]
    right, counted = [], []
    for sprites in (True, False):
        part = [example for example in held if (example.source == SPRITES) == sprites]
        share, _, count = validated(trained.network, part, trained.labels, size)
        right.append(share * count)
        counted.append(count)
    return Row(
        backbone + (", ImageNet" if weights else ""),
        sum(value.numel() for value in trained.network.parameters()) / 1e6,
        trained.steps,
        trained.steps * config.batch,
        sum(right) / sum(counted),
        right[1] / counted[1] if counted[1] else None,
    )


def colour_row(faces: Sequence[Face]) -> Row:
    """The five nearest neighbours by colour histogram: nothing learned."""
    held = np.array([is_validation(face.group) for face in faces])
    names = np.array([face.character for face in faces])
    colours = colour_histograms(list(faces))
    scores, known = by_neighbours(colours[~held], names[~held], colours[held])
    right = top(scores, known, names[held])
    drawn = np.array([face.source != SPRITES for face in faces])[held]
    return Row(
        "colour histograms, 5 neighbours", None, None, None, float(right.mean()), float(right[drawn].mean())
    )


def recogniser_row(figures: dict[str, Any]) -> Row:
    """The shipped recogniser, from what `osusume evaluate recogniser --json` said."""
    drawn = figures.get(f"{_RECOGNISER} without sprites")
    return Row(
        "our recogniser (gallery)",
        None,
        None,
        None,
        figures[_RECOGNISER]["value"],
        drawn["value"] if drawn else None,
    )


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown, best first."""
    lines = [
        "| backbone | parameters (M) | steps | pictures seen | top-1 | without sprites |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in sorted(rows, key=lambda row: -row.right):
        cells = [
            row.name,
            "" if row.parameters is None else f"{row.parameters:.1f}",
            "" if row.steps is None else str(row.steps),
            "" if row.pictures is None else f"{row.pictures:,}",
            f"{row.right:.3f}",
            "" if row.without_sprites is None else f"{row.without_sprites:.3f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the pack identities")
    parser.add_argument("--minutes", type=float, required=True, help="for each backbone")
    parser.add_argument("--size", type=int, default=64, help="side of the pictures in pixels")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--backbones", nargs="+", default=list(BACKBONES))
    parser.add_argument("--imagenet", action="store_true", help=f"also {LITE} from its ImageNet weights")
    parser.add_argument("--recogniser", type=Path, help="JSON of `osusume evaluate recogniser --json`")
    parser.add_argument("--out", type=Path, help="file to write the table to")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    faces = FacePacks(asked.data).identities()
    examples = examples_of(faces)
    rows = [colour_row(faces)]
    if asked.recogniser:
        rows.append(recogniser_row(json.loads(asked.recogniser.read_text(encoding="utf-8"))))
    jobs = [(name, "") for name in asked.backbones] + ([(LITE, "imagenet")] if asked.imagenet else [])
    for name, weights in jobs:
        started = time.monotonic()
        rows.append(trained_row(name, examples, asked.minutes, asked.size, asked.seed, weights))
        print(f"{rows[-1]}  ({(time.monotonic() - started) / 60:.1f} minutes in all)", flush=True)
    held = sum(example.held_back for example in examples)
    told = (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {asked.threads} thread(s), {asked.minutes:g} minutes of "
        f"training each, pictures of {asked.size} px, batch 32, seed {asked.seed}; {len(examples) - held} pictures to "
        f"learn from, {held} to ask about."
    )
    text = f"{told}\n\n{table(rows)}\n"
    print(text)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
