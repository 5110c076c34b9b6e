"""How good a network tagger is on pictures it was not trained on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import Unavailable, UserError
from core.inference import Models
from core.inference.models import Session
from core.pictures.taggers.labels import Label, selected_tags
from core.pictures.taggers.network import INPUT, MODEL_FILE, OUTPUT, TAGS_FILE, tag_thresholds
from core.training.calibration import draw_reliability
from core.training.evaluate_tagger import Folder
from core.training.labelled import pixels_of
from core.training.reading import Pictures
from core.training.sheets import write_sheet
from core.training.tag_figures import of_network
from core.training.tag_probes import Bools, Floats
from core.training.tagged import Names, Tagged, Targets, named, shown_whole

_AT_ONCE = 32


@dataclass(frozen=True)
class NetworkModel:
    """A trained tagger as its files say: `thresholds` [labels], 0.5 for ratings."""

    session: Session
    labels: tuple[Label, ...]
    thresholds: Floats
    targets: Targets
    size: int


@dataclass(frozen=True)
class Answers:
    """Pictures that could be read, what is true of them and the probabilities that were said, both [N, labels]."""

    examples: Sequence[Tagged]
    wanted: Bools
    scores: Floats


def is_network(folder: Path) -> bool:
    """Whether a folder holds what the training of a network tagger wrote."""
    return (folder / MODEL_FILE).is_file() and (folder / TAGS_FILE).is_file()


def open_tagger(folder: Path, file: Path | None = None) -> NetworkModel:
    """The tagger in `folder`; `file` is a smaller one of its network, wherever it lies.

    Raises:
        Unavailable: `model-missing`, `model-broken`.
    """
    network = file or folder / MODEL_FILE
    session = Models(Folder(network.parent)).onnx(folder.name, network.name)
    labels = selected_tags(folder / TAGS_FILE, session.name)
    least = tag_thresholds(folder / TAGS_FILE, session.name).by_tag
    try:
        names = Names(**json.loads(session.metadata["names"]))
        size = session.inputs[INPUT][2]
        if not size:
            raise ValueError(size)
    except (KeyError, ValueError, TypeError, IndexError) as problem:
        raise Unavailable("model-broken", model=session.name) from problem
    thresholds = [0.5 if label.category == "rating" else least[label.name] for label in labels]
    return NetworkModel(session, labels, np.asarray(thresholds), Targets(labels, names), size)


def answers(model: NetworkModel, examples: Sequence[Tagged]) -> Answers:
    """
    Raises:
        UserError: `training-tags`, when no picture can be read.
        Unavailable: `model-broken`.
    """
    kept: list[Tagged] = []
    rows: list[Floats] = []
    with Pictures() as pictures:
        for start in range(0, len(examples), _AT_ONCE):
            shown = []
            for example in examples[start : start + _AT_ONCE]:
                try:
                    shown.append(shown_whole(pixels_of(example, pictures), model.size).float().numpy())
                except UserError:
                    continue
                kept.append(example)
            if shown:
                found = model.session.run(**{INPUT: np.stack(shown)})[OUTPUT]
                if found.shape != (len(shown), len(model.labels)):
                    raise Unavailable("model-broken", model=model.session.name)
                rows.append(found.astype(np.float64))
    if not kept:
        raise UserError("training-tags", path="--data")
    return Answers(kept, model.targets(kept), np.concatenate(rows))


def figures(model: NetworkModel, found: Answers) -> dict[str, Any]:
    """See `tag_figures.of_network`; with ratings also `rating_right`: of how many pictures the likeliest is right."""
    told = of_network(found.wanted, found.scores, [named(label) for label in model.labels], model.thresholds)
    rated = [at for at, label in enumerate(model.labels) if label.category == "rating"]
    has = found.wanted[:, rated].any(1)
    if rated and has.any():
        wanted, scores = found.wanted[has][:, rated], found.scores[has][:, rated]
        told["rating_right"] = float((wanted.argmax(1) == scores.argmax(1)).mean())
    return told


def sheet(model: NetworkModel, found: Answers, path: Path) -> Path:
    """The tags that were told wrong most surely, as a contact sheet.

    Raises:
        UserError: as `write_sheet`.
    """
    wrong = np.argwhere(found.wanted != (found.scores >= model.thresholds))
    surely = np.abs(found.wanted - found.scores)[tuple(wrong.T)]
    with Pictures() as pictures:
        shown = []
        for row, at in wrong[np.argsort(-surely, kind="stable")[:64]]:
            mark = "missed" if found.wanted[row, at] else "false"
            text = (
                f"{mark}: {named(model.labels[at])}\n{found.scores[row, at]:.2f}\n{found.examples[row].name}"
            )
            shown.append((pixels_of(found.examples[row], pictures), text))
    return write_sheet(shown, path)


def write_curves(told: dict[str, Any], folder: Path) -> None:
    """`reliability.png`, and the figures as `tagger.json`.

    Raises:
        UserError: as `draw_charts`.
    """
    draw_reliability({"all tags": told["calibration"]}, folder / "reliability.png")
    (folder / "tagger.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
