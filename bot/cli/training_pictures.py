"""`osusume train` for the models of pictures."""

from __future__ import annotations

import contextlib
import dataclasses
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import TypeAdapter, ValidationError

from bot.cli import evaluate_pictures
from bot.cli.training_output import (
    AsJson,
    Data,
    Detector,
    Form,
    Packs,
    print_figures,
    print_result,
    progress_bar,
    ready,
)
from core.errors import UserError

C = TypeVar("C")

Out = Annotated[Path, typer.Option(help="Folder for checkpoints, logs and the model.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="TOML file of settings.")]
Budget = Annotated[float | None, typer.Option(min=0.01, help="Minutes of training; without it, all steps.")]
Seed = Annotated[int | None, typer.Option(help="Decides every random choice.")]


def add(train: typer.Typer, evaluate: typer.Typer) -> None:
    """Put the commands in their groups."""
    learning: dict[str, Callable[..., None]] = {
        "detector": train_detector, "recogniser": train_recogniser, "classifier": train_classifier,
        "tagger": train_tagger, "captioner": train_captioner, "smaller": make_smaller,
    }  # fmt: skip
    for name, command in learning.items():
        train.command(name)(command)
    evaluate_pictures.add(evaluate)


def train_detector(
    data: Packs,
    out: Out,
    config: ConfigFile = None,
    budget: Budget = None,
    seed: Seed = None,
    as_json: AsJson = False,
) -> None:
    """Learn to find heads. Killed, it goes on when started again with the same arguments."""
    with ready():
        from core.training import detector
    settings = read_config(detector.DetectorConfig, config, seed)
    with progress_bar("detector", shown=not as_json) as on_step:
        found = detector.train_detector(data, out, settings, budget_minutes=budget, on_step=on_step)
    print_result({"model": str(found)}, as_json)


def train_recogniser(
    data: Packs, out: Out, detector: Detector = None, config: ConfigFile = None, budget: Budget = None,
    seed: Seed = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Learn to tell characters apart. Killed, it goes on when started again with the same arguments."""
    with ready():
        from core.training import recogniser
    settings = read_config(recogniser.RecogniserConfig, config, seed)
    found = recogniser.train_recogniser(
        data, out, settings, budget_minutes=budget, detector=detector, progress=not as_json
    )
    print_result({"model": str(found)}, as_json)


def train_classifier(
    data: Data, out: Out, config: ConfigFile = None, budget: Budget = None, seed: Seed = None,
    backbone: Annotated[str | None, typer.Option(help="efficientnet-lite0, or any of torchvision's.")] = None,
    weights: Annotated[str | None, typer.Option(help='"imagenet", or a file of weights to start from.')] = None,
    warm_up: Annotated[Path | None, typer.Option(help="Pictures without labels to learn from first.")] = None,
    distributed: Annotated[bool, typer.Option("--distributed", help="One of several, by torchrun.")] = False,
    format: Form = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Learn a fixed list of characters, on any backbone. Killed, it goes on when started again likewise."""
    with ready():
        from core.training import classifier, labelled
        from core.training.distributed import joined
    settings = read_config(classifier.ClassifierConfig, config, seed, backbone=backbone, weights=weights)
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(joined()) if distributed else None
        examples = labelled.read_examples(data, format)
        more = labelled.read_unlabelled(warm_up) if warm_up is not None else ()
        first = place is None or place.first
        on_step = stack.enter_context(progress_bar("classifier", shown=first and not as_json))
        trained = classifier.train_classifier(
            examples, out, settings, budget_minutes=budget, warm_up=more, place=place, on_step=on_step
        )
    if first:
        print_result(
            {
                "model": str(out / "classifier.pth"), "onnx": str(out / "classifier.onnx"),
                "classes": len(trained.labels), "steps": trained.steps, "right": trained.accuracy,
                "asked": trained.asked,
            },
            as_json,
        )  # fmt: skip


def train_tagger(
    data: Packs,
    out: Out,
    config: ConfigFile = None,
    budget: Budget = None,
    seed: Seed = None,
    as_json: AsJson = False,
) -> None:
    """Learn tags of whole pictures: probes on frozen features. A budget lets it measure the tags fewer times."""
    with ready():
        from core.training import tagger
    settings = read_config(tagger.TaggerConfig, config, seed)
    with progress_bar("tagger", shown=not as_json) as on_step:
        report = tagger.train(data, out, settings, budget_minutes=budget, on_step=on_step)
    print_result({"model": str(out / "tagger.onnx"), "tags": report["shipped"]}, as_json)


def train_captioner(
    data: Data, out: Out,
    model: Annotated[Path, typer.Option(help="Folder of the BLIP model to start from.")],
    config: ConfigFile = None, budget: Budget = None, seed: Seed = None, format: Form = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Go on training BLIP on pictures with captions. Killed, it goes on when started again likewise."""
    with ready():
        from core.training import captioner
    settings = read_config(captioner.CaptionerConfig, config, seed)
    with progress_bar("captioner", shown=not as_json) as on_step:
        found = captioner.train_captioner(
            data, out, model, settings, format=format, budget_minutes=budget, on_step=on_step
        )
    print_result({"model": str(found)}, as_json)


def make_smaller(
    model: Annotated[Path, typer.Option(help="An exported recogniser or classifier (ONNX).")],
    data: Annotated[Path, typer.Option(help="What it was trained on: packs, or labelled pictures.")],
    out: Annotated[Path, typer.Option(help="Folder for the smaller files.")],
    kind: Annotated[
        list[str] | None,
        typer.Option(help="float16, int8, int8-dynamic or int8-static, as often as wanted; default: all."),
    ] = None,
    format: Form = None,
    as_json: AsJson = False,
) -> None:
    """Write smaller files of a trained model, and measure size, time and shares named right beside the model."""
    with ready():
        from core.training import quantisation
        from core.training.faces import FacePacks
    kinds = kind or list(quantisation.KINDS)
    for one in kinds:
        if one not in quantisation.KINDS:
            choices = ", ".join(quantisation.KINDS)
            raise UserError("choice-wrong", option="kind", given=one[:40], choices=choices)
    if not model.is_file():
        raise UserError("file-unreadable", file=model.name)
    if quantisation.input_of(model) == "crops":
        subject = quantisation.recogniser(model, FacePacks(data, lambda _: []))  # nobody asks for heads
    else:
        subject = quantisation.classifier(model, data, format)
    with progress_bar("smaller", shown=not as_json) as on_step:
        rows = quantisation.compared(model, kinds, out, subject, on_step)
    print_figures({"models": rows}, as_json)


def read_config(kind: type[C], file: Path | None, seed: int | None, **given: object) -> C:
    """The settings of a training from a TOML file, those given on the command line above them.

    Raises:
        UserError: `training-config`.
    """
    told: dict[str, Any] = {}
    name = "--config" if file is None else file.name
    if file is not None:
        try:
            told = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise UserError("training-config", file=name, problem=str(problem)[:200]) from problem
    told |= {key: value for key, value in (*given.items(), ("seed", seed)) if value is not None}
    names = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]  # they are dataclasses all
    if unknown := sorted(set(told) - names):
        raise UserError("training-config", file=name, problem=f"{unknown[0]}: {', '.join(sorted(names))}")
    try:
        return TypeAdapter(kind).validate_python(told)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError("training-config", file=name, problem=f"{where}: {first['msg']}") from problem
