"""`osusume evaluate` for the models of pictures."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.cli.session import print_json
from bot.cli.training_output import (
    AsJson,
    Boxed,
    Data,
    Detector,
    Form,
    Images,
    Packs,
    Ratings,
    print_figures,
    print_table,
    reading_options,
    ready,
)
from bot.texts import Texts
from core.errors import UserError

COMPOSER = "composer"

ModelFile = Annotated[Path, typer.Option(help="The model's file.")]
Sheet = Annotated[
    Path | None, typer.Option(help="Picture of the worst mistakes to write, outside the project.")
]
Curves = Annotated[Path | None, typer.Option(help="Folder for curves, as PNG and JSON.")]
Everything = Annotated[bool, typer.Option("--all", help="Ask about all pictures, also those learned from.")]


def add(evaluate: typer.Typer) -> None:
    """Put the commands in their group."""
    measuring: dict[str, Callable[..., None]] = {
        "detector": evaluate_detector, "recogniser": evaluate_recogniser, "classifier": evaluate_classifier,
        "tagger": evaluate_tagger, "captioner": evaluate_captioner,
    }  # fmt: skip
    for name, command in measuring.items():
        evaluate.command(name)(command)


def evaluate_detector(
    model: ModelFile, data: Boxed, sheet: Sheet = None, everything: Everything = False, format: Form = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Recall and precision of heads, on pictures not learned from."""
    with ready():
        from core.training import evaluate_detector as module
        from core.training import mistakes
        from core.training.detection_data import read_detection
        from core.training.sheets import write_sheet
    _there(model)
    pictures = [one for one in read_detection(data, format) if everything or one.held_back]
    detect = module.OnnxDetector(model)
    found = [detect(one.pixels()) for one in pictures]
    figures = module.evaluate(pictures, found, detect.threshold)
    if sheet is not None:
        write_sheet(mistakes.of_detector(pictures, found, detect.threshold), sheet)
    if as_json:
        print_json(figures)
    else:
        print(module.table(model.name, figures))


def evaluate_recogniser(
    model: ModelFile, data: Packs, detector: Detector = None,
    heads: Annotated[Path | None, typer.Option(help="JSON file that keeps where heads were found.")] = None,
    sheet: Sheet = None, curves: Curves = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Characters known, new and unknown, hair and eyes, on faces not learned from."""
    with ready():
        from core.training import evaluate_recogniser as module
        from core.training import mistakes, recognition_curves
        from core.training.faces import FacePacks, detector_heads
        from core.training.onnx_recogniser import OnnxRecogniser
        from core.training.sheets import write_sheet
    _there(model)
    packs = FacePacks(data, detector_heads(detector) if detector else None, heads)
    with Console(stderr=True).status("..."):
        opened = OnnxRecogniser(model)
        figures = module.evaluate(opened, packs)
        wrong = mistakes.of_recogniser(opened, packs)
        drawn = recognition_curves.curves(opened, packs) if curves is not None else None
    if sheet is not None:
        write_sheet(wrong.shown, sheet)
    if curves is not None and drawn is not None:
        recognition_curves.write(drawn, curves)
    if as_json:
        told = {name: dataclasses.asdict(value) for name, value in figures.items()}
        print_json({**told, "confused": wrong.confused, "trust": wrong.trust})
        return
    print_table({name: str(value) for name, value in figures.items()})
    print_figures({"confused": wrong.confused, "right by score": wrong.trust}, as_json)


def evaluate_tagger(
    model: Annotated[
        Path,
        typer.Option(help="Folder with detector.onnx, recogniser.onnx and tagger.onnx, or of a trained network."),
    ],
    data: Data, sheet: Sheet = None, curves: Curves = None, everything: Everything = False, format: Form = None,
    images: Images = None, ratings: Ratings = "s", as_json: AsJson = False,
) -> None:  # fmt: skip
    """F1 micro and macro, at fixed and tuned thresholds, average precision, calibration.

    Of a network (the folder that `osusume train tagger` wrote): on tagged pictures in any form, those not learned from.
    Of the three models: counts and hair colours of the whole path and the learned tags, on the packs.
    """
    with ready():
        from core.training import evaluate_network_tagger
    if evaluate_network_tagger.is_network(model):
        _evaluate_network(model, data, sheet, curves, everything, format, images, ratings, as_json)
        return
    with ready():
        from core.training import evaluate_tagger as module
        from core.training.tagger import read
    pictures = read(data)
    with Console(stderr=True).status("..."):
        found, learned = module.tagged_by_us(pictures, model), module.learned_tags(pictures, model)
        figures = module.evaluate(pictures, found, learned)
    if sheet is not None:
        module.write_sheet_of(pictures, found, learned, sheet)
    if curves is not None:
        module.write_curves(figures, curves)
    if as_json:
        print_json(figures)
    else:
        print_table(module.table(figures))


def _evaluate_network(
    model: Path, data: Path, sheet: Path | None, curves: Path | None, everything: bool, format: str | None,
    images: Path | None, ratings: str, as_json: bool,
) -> None:  # fmt: skip
    from core.training import evaluate_network_tagger as module
    from core.training.tagged import read_tagged

    packed = (data / "tagged" / "index.jsonl").is_file()
    pictures = read_tagged(data / "tagged" if packed else data, format, reading_options(images, ratings))
    opened = module.open_tagger(model)
    with Console(stderr=True).status("..."):
        asked = [one for one in pictures.examples if everything or one.held_back]
        found = module.answers(opened, asked)
        figures = module.figures(opened, found)
    if sheet is not None:
        module.sheet(opened, found, sheet)
    if curves is not None:
        module.write_curves(figures, curves)
    print_figures(figures, as_json)


def evaluate_classifier(
    model: ModelFile, data: Data,
    labels: Annotated[Path | None, typer.Option(help="Label file, when it is not beside the model.")] = None,
    sheet: Sheet = None, curves: Curves = None, everything: Everything = False, format: Form = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Share named right, worst confusions, calibration, on pictures not learned from."""
    with ready():
        from core.training import evaluate_classifier as module
        from core.training.calibration import draw_reliability
        from core.training.labelled import read_examples
    _there(model)
    opened = module.open_classifier(model, labels)
    examples = [one for one in read_examples(data, format) if everything or one.held_back]
    found = module.answers(opened, examples)
    figures = module.figures(found, opened.labels)
    if sheet is not None:
        module.sheet(found, opened.labels, sheet)
    if curves is not None:
        draw_reliability({model.name: figures["calibration"]}, curves / "reliability.png")
        (curves / "classifier.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    print_figures(figures, as_json)


def evaluate_captioner(
    model: Annotated[str, typer.Option(help="Folder of a BLIP model, or “composer”.")], data: Data,
    complete: Annotated[list[str] | None, typer.Option(help="A tag that is always given where it holds.")] = None,
    sheet: Sheet = None, everything: Everything = False, format: Form = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """BLEU and chrF against people's captions, and claims that the tags deny. The composer is given the true tags."""
    with ready():
        from core.training import evaluate_captioner as module
        from core.training.captioner import read_captioned
    pictures = [one for one in read_captioned(data, format) if everything or one.held_back]
    caption_of = _composed if model == COMPOSER else module.blip_captions(Path(model))
    with Console(stderr=True).status("..."):
        found = module.captions(pictures, caption_of, complete or ())
    figures = module.figures(found)
    if sheet is not None:
        module.sheet(found, sheet)
    print_figures(figures, as_json)


def _composed(_pixels: object, picture: Any) -> str:
    """What the composer says of the true tags."""
    from core.pictures import Findings, Tag
    from core.pictures.captioners import describe

    tags = tuple(Tag(name, "general", 1.0) for name in picture.tags)
    return describe(Findings(0, 0, "", tags=tags), Texts("en"), "long")


def _there(model: Path) -> None:
    if not model.is_file():
        raise UserError("file-unreadable", file=model.name)
