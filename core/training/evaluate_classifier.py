"""How good a closed-set classifier is on pictures it was not trained on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import ArtefactError, UserError
from core.pictures.recognisers.closed_set import load_classifier, read_labels
from core.training.calibration import calibration, calibration_error
from core.training.classifier_files import LABELS_FILE
from core.training.labelled import Example, asked_batches, pixels_of
from core.training.reading import Pictures
from core.training.sheets import write_sheet

_MEAN = np.array([0.485, 0.456, 0.406], np.float32)[:, None, None]
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)[:, None, None]

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Classifier:
    """`answer`: probabilities [N, labels] of normalised pictures float32 [N, 3, size, size]."""

    answer: Callable[[Tensor], Floats]
    labels: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class Answer:
    """One picture with what was said of it."""

    example: Example
    probabilities: Floats


def open_classifier(model: Path, labels: Path | None = None) -> Classifier:
    """A classifier from an ONNX file of ours, or from a checkpoint that the program reads; the labels lie beside it as
    `labels.json` unless told otherwise.

    Raises:
        UserError: `labels-needed`, when they are not there.
        ArtefactError: the file is none, or labels and answers are of different number.
    """
    if model.suffix == ".onnx":
        return _onnx(model)
    file = labels or model.with_name(LABELS_FILE)
    try:
        names = read_labels(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise UserError("labels-needed", file=file.name) from problem
    if not model.is_file():
        raise UserError("file-unreadable", file=model.name)
    network = load_classifier(model)

    def answer(pictures: Tensor) -> Floats:
        with torch.inference_mode():
            found: Floats = network(pictures).softmax(1).numpy()
        if found.shape[1] != len(names):
            raise ArtefactError(
                "labels-unfit", file=file.name, labels=len(names), classes=int(found.shape[1])
            )
        return found

    return Classifier(answer, names, 224)


def _onnx(model: Path) -> Classifier:
    import onnxruntime

    try:
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        told = session.get_modelmeta().custom_metadata_map
        names, size = tuple(json.loads(told["labels"])), int(told["size"])
    except Exception as problem:  # onnxruntime's errors share no base class but Exception
        raise ArtefactError("classifier-broken", file=model.name) from problem

    def answer(pictures: Tensor) -> Floats:
        plain = (pictures.numpy() * _DEVIATION + _MEAN) * 255  # the file prepares pictures itself
        return np.asarray(session.run(["probabilities"], {"pictures": plain})[0], np.float32)

    return Classifier(answer, names, size)


def answers(classifier: Classifier, examples: Sequence[Example]) -> list[Answer]:
    """What it says of those examples that can be read and whose label it knows."""
    known = [example for example in examples if example.label in classifier.labels]
    found: list[Answer] = []
    for kept, pictures in asked_batches(known, classifier.size):
        rows = classifier.answer(pictures)
        found += [Answer(example, row) for example, row in zip(kept, rows, strict=True)]
    return found


def figures(found: Sequence[Answer], labels: Sequence[str]) -> dict[str, Any]:
    """Shares named right (first, among five, by class averaged, by source), calibration, and the worst confusions.

    `calibration` is a table by tenths of the best answer's probability; `calibration_error` the expected calibration
    error over it.

    Raises:
        UserError: `training-data`, when there is nothing to measure on.
    """
    if not found:
        raise UserError("training-data", path="--data")
    index = {label: at for at, label in enumerate(labels)}
    probabilities = np.stack([answer.probabilities for answer in found])
    wanted = np.array([index[answer.example.label] for answer in found])
    order = np.argsort(-probabilities, axis=1, kind="stable")
    right = order[:, 0] == wanted
    sources = np.array([answer.example.source for answer in found])
    by_class = {labels[at]: float(right[wanted == at].mean()) for at in np.unique(wanted)}
    confused = Counter((labels[a], labels[b]) for a, b in zip(wanted, order[:, 0], strict=True) if a != b)
    bins = calibration(probabilities.max(1), right)
    return {
        "pictures": len(found),
        "classes": len(by_class),
        "top_1": float(right.mean()),
        "top_5": float((order[:, :5] == wanted[:, None]).any(1).mean()),
        "top_1_by_class_averaged": float(np.mean(list(by_class.values()))),
        "by_source": {
            source: {"pictures": int((sources == source).sum()), "top_1": float(right[sources == source].mean())}
            for source in sorted(set(sources.tolist()))
            if source
        },
        "worst_classes": dict(sorted(by_class.items(), key=lambda row: (row[1], row[0]))[:20]),
        "confused": [
            {"is": pair[0], "called": pair[1], "pictures": count} for pair, count in confused.most_common(20)
        ],
        "calibration": bins,
        "calibration_error": calibration_error(bins),
    }  # fmt: skip


def sheet(found: Sequence[Answer], labels: Sequence[str], path: Path) -> Path:
    """The mistakes it was surest of, as a contact sheet.

    Raises:
        UserError: as `write_sheet`.
    """
    wrong = [one for one in found if labels[int(one.probabilities.argmax())] != one.example.label]
    wrong.sort(key=lambda one: -float(one.probabilities.max()))
    with Pictures() as pictures:
        shown = [
            (
                pixels_of(one.example, pictures),
                f"{one.example.label}\n= {labels[int(one.probabilities.argmax())]}?\n{one.probabilities.max():.2f}",
            )
            for one in wrong[:64]
        ]
    return write_sheet(shown, path)
