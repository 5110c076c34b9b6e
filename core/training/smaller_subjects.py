"""What `osusume train smaller` makes smaller, and how each kind of model is measured."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.errors import ArtefactError, UserError
from core.pictures.detectors.heads import GREY, letterbox
from core.pictures.taggers.network import TAGS_FILE
from core.training.labelled import Example, pixels_of
from core.training.quantisation import Subject, opened
from core.training.reading import Options, Pictures

if TYPE_CHECKING:
    from torch import Tensor

T = TypeVar("T")

SHOWN = 256
"""Pictures for the ranges of `int8-static`, at most."""


def subject_of(model: Path, data: Path, format: str | None = None, options: Options | None = None) -> Subject:
    """The subject that an ONNX file is, by what it calls its input.

    Raises:
        ArtefactError: `model-kind`, when it is none of them; `recogniser-broken`, `classifier-broken`.
        UserError: what reading the data raises; `training-data`, when nothing is held back or nothing can be read.
    """
    try:
        name = opened(model).get_inputs()[0].name
    except Exception as problem:  # onnxruntime's errors share no base class but Exception
        raise ArtefactError("model-kind", file=model.name) from problem
    if name == "crops":
        return recogniser(model, data)
    if name == "images":
        return detector(model, data, format)
    if name == "pictures":
        return classifier(model, data, format)
    if name == "image" and (model.parent / TAGS_FILE).is_file():
        return tagger(model, data, format, options)
    raise ArtefactError("model-kind", file=model.name)


def detector(model: Path, data: Path, format: str | None = None) -> Subject:
    """Recall and precision of heads; shown are pictures to learn from, on a square canvas."""
    from core.training.detection_data import read_detection
    from core.training.evaluate_detector import OnnxDetector, evaluate

    pictures = read_detection(data, format)
    held = [one for one in pictures if one.held_back]
    side = OnnxDetector(model).longest_side
    shown = [_on_canvas(one.pixels(), side) for one in _some([one for one in pictures if not one.held_back])]

    def figures(file: Path) -> dict[str, float]:
        detect = OnnxDetector(file)
        told = evaluate(held, [detect(one.pixels()) for one in held], detect.threshold)["all"]
        names = ("recall_40", "precision_40", "recall_50", "precision_50")
        return {name: told[name] for name in names if told[name] is not None}

    return Subject("images", _stacked(shown, data), figures)


def recogniser(model: Path, data: Path) -> Subject:
    """Top-1 over the characters of `identities`, and hair, eyes and gender; shown are crops of training groups."""
    from core.training.evaluate_recogniser import attributes
    from core.training.faces import FacePacks, crop, is_validation
    from core.training.onnx_recogniser import OnnxRecogniser
    from core.training.recognition_figures import by_gallery, by_neighbours, by_prototypes, top

    packs = FacePacks(data, lambda _: [])  # nobody asks for heads
    size = OnnxRecogniser(model).size
    faces = packs.identities()
    held = np.array([is_validation(face.group) for face in faces])
    names = np.array([face.character for face in faces])
    learnt = [face for face in faces if not is_validation(face.group)]
    shown = [crop(face.pixels, face.square, size).transpose(2, 0, 1) for face in _some(learnt)]

    def figures(file: Path) -> dict[str, float]:
        one = OnnxRecogniser(file)
        vectors = one.answers(faces).embedding
        found = {name: share.value for name, share in attributes(one, packs).items()}
        for name, scores_of in (
            ("prototypes", by_prototypes),
            ("neighbours", by_neighbours),
            ("gallery", by_gallery),
        ):
            scores, known = scores_of(vectors[~held], names[~held], vectors[held])
            found[f"top-1, {name}"] = float(top(scores, known, names[held]).mean())
        return found

    return Subject("crops", _stacked(shown, data), figures)


def classifier(model: Path, data: Path, format: str | None = None) -> Subject:
    """Top-1 of the pictures held back; shown are others."""
    from core.training.evaluate_classifier import answers, figures, open_classifier
    from core.training.labelled import asked, read_examples

    size = open_classifier(model).size
    examples = read_examples(data, format)
    held = [example for example in examples if example.held_back]

    def measure(file: Path) -> dict[str, float]:
        one = open_classifier(file)
        return {"top-1": float(figures(answers(one, held), one.labels)["top_1"])}

    return Subject("pictures", _asked_about(examples, size, asked, data), measure)


def tagger(model: Path, data: Path, format: str | None = None, options: Options | None = None) -> Subject:
    """F1 at the tags' own thresholds and mean average precision on the pictures held back; shown are others."""
    from core.training.evaluate_network_tagger import answers, figures, open_tagger
    from core.training.tagged import read_tagged, shown_whole

    size = open_tagger(model.parent, model).size
    examples = read_tagged(data, format, options).examples
    held = [example for example in examples if example.held_back]

    def measure(file: Path) -> dict[str, float]:
        one = open_tagger(model.parent, file)
        told = figures(one, answers(one, held))
        names = {"micro F1": "own_micro_f1", "macro F1": "own_macro_f1", "mAP": "mean_average_precision"}
        return {name: told[key] for name, key in names.items() if told[key] is not None}

    return Subject("image", _asked_about(examples, size, shown_whole, data), measure)


def _some(learnt: Sequence[T]) -> Iterator[T]:
    """At most `SHOWN`, drawn at random."""
    drawn = np.random.default_rng(0).permutation(len(learnt))[:SHOWN]
    return (learnt[at] for at in drawn)


def _on_canvas(pixels: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """float32 [3, S, S]: a picture as the detector sees it, in the corner of a square."""
    height, width = pixels.shape[:2]
    longest = max(height, width)
    square: NDArray[np.uint8] = np.pad(
        pixels, ((0, longest - height), (0, longest - width), (0, 0)), constant_values=GREY
    )
    images, _ = letterbox(square, side)
    return np.asarray(images[0], np.float32)


def _asked_about(
    examples: Sequence[Example], size: int, shown_as: Callable[[NDArray[np.uint8], int], Tensor], data: Path
) -> NDArray[np.float32]:
    shown = []
    with Pictures() as pictures:
        for example in _some([one for one in examples if not one.held_back]):
            with contextlib.suppress(UserError):  # the report of the data says which cannot be read
                shown.append(shown_as(pixels_of(example, pictures), size).numpy())
    return _stacked(shown, data)


def _stacked(shown: Sequence[NDArray[Any]], data: Path) -> NDArray[np.float32]:
    if not shown:
        raise UserError("training-data", path=data.name)
    return np.stack([np.asarray(one, np.float32) for one in shown])
