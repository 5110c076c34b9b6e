"""`osusume train` for the models of pictures."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import TypeAdapter, ValidationError

from bot.cli import evaluate_pictures
from bot.cli.session import ready_settings
from bot.cli.training_output import (
    AsJson,
    Boxed,
    Data,
    Detector,
    Faces,
    Form,
    Images,
    Ratings,
    print_figures,
    print_result,
    progress_bar,
    reading_options,
    ready,
)
from core.errors import UserError
from core.inference import ModelStore
from core.osusume import DATA

C = TypeVar("C")

Out = Annotated[Path, typer.Option(help="Folder for checkpoints, logs and the model.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="TOML file of settings.")]
Budget = Annotated[float | None, typer.Option(min=0.01, help="Minutes of training; without it, all steps.")]
Seed = Annotated[int | None, typer.Option(help="Decides every random choice.")]
Backbone = Annotated[str | None, typer.Option(help="efficientnet-lite0, or any of torchvision's.")]
Weights = Annotated[str | None, typer.Option(help='"imagenet", or a file of weights to start from.')]
WarmUp = Annotated[Path | None, typer.Option(help="Pictures without labels to learn from first.")]
Distributed = Annotated[bool, typer.Option("--distributed", help="One of several, by torchrun.")]


def add(train: typer.Typer, evaluate: typer.Typer) -> None:
    """Put the commands in their groups."""
    learning: dict[str, Callable[..., None]] = {
        "detector": train_detector, "recogniser": train_recogniser, "classifier": train_classifier,
        "tagger": train_tagger, "captioner": train_captioner, "smaller": make_smaller, "install": install,
    }  # fmt: skip
    for name, command in learning.items():
        train.command(name)(command)
    evaluate_pictures.add(evaluate)


def train_detector(
    data: Boxed, out: Out, config: ConfigFile = None, budget: Budget = None, seed: Seed = None,
    format: Form = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Learn to find heads. Boxes called head count, or all where none is called so. Killed, it goes on when started
    again with the same arguments."""
    with ready():
        from core.training import detector
    settings = read_config(detector.DetectorConfig, config, seed)
    with progress_bar("detector", shown=not as_json) as on_step:
        found = detector.train_detector(
            data, out, settings, format=format, budget_minutes=budget, on_step=on_step
        )
    print_result({"model": str(found)}, as_json)


def train_recogniser(
    data: Faces, out: Out, detector: Detector = None, config: ConfigFile = None, budget: Budget = None,
    seed: Seed = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Learn to tell characters apart. Killed, it goes on when started again with the same arguments."""
    with ready():
        from core.training import recogniser
        from core.training.recogniser_model import RecogniserConfig
    settings = read_config(RecogniserConfig, config, seed)
    if not _rows(data / "identities"):
        raise UserError("packs-missing", path=data.name)
    found = recogniser.train_recogniser(
        data, out, settings, budget_minutes=budget, detector=detector, progress=not as_json
    )
    print_result({"model": str(found)}, as_json)


def _rows(pack: Path) -> bool:
    """Whether a pack lists any face."""
    try:
        with (pack / "index.csv").open(encoding="utf-8") as file:
            return len(list(itertools.islice(file, 2))) == 2
    except (OSError, ValueError):
        return False


def train_classifier(
    data: Data, out: Out, config: ConfigFile = None, budget: Budget = None, seed: Seed = None,
    backbone: Backbone = None, weights: Weights = None, warm_up: WarmUp = None, distributed: Distributed = False,
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
    data: Annotated[Path, typer.Option(help="The packs, or tagged pictures in one of the forms that are read.")],
    out: Out, config: ConfigFile = None, budget: Budget = None, seed: Seed = None,
    backbone: Backbone = None, weights: Weights = None, warm_up: WarmUp = None, distributed: Distributed = False,
    format: Form = None, images: Images = None, ratings: Ratings = "s", as_json: AsJson = False,
) -> None:  # fmt: skip
    """Learn tags of whole pictures.

    From the folder of the packs alone: probes on frozen features, for what few pictures support; a budget lets it
    measure the tags fewer times. From other tagged pictures, or with a backbone, weights, a warm-up or a format: a
    network of many tags, end to end. Killed, it goes on when started again likewise; `osusume train install` lets the
    bot use it.
    """
    packed = (data / "tagged" / "index.jsonl").is_file()
    if packed and not (backbone or weights or warm_up or distributed or format or images):
        _train_probes(data, out, config, budget, seed, as_json)
        return
    with ready():
        from core.training import labelled, network_tagger, tagged
        from core.training.distributed import joined
    settings = read_config(
        network_tagger.NetworkTaggerConfig, config, seed, backbone=backbone, weights=weights
    )
    options = reading_options(images, ratings)
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(joined()) if distributed else None
        pictures = tagged.read_tagged(data / "tagged" if packed else data, format, options)
        more = labelled.read_unlabelled(warm_up) if warm_up is not None else ()
        first = place is None or place.first
        on_step = stack.enter_context(progress_bar("tagger", shown=first and not as_json))
        trained = network_tagger.train_tagger(
            pictures, out, settings, budget_minutes=budget, warm_up=more, place=place, on_step=on_step
        )
    if first:
        figures = trained.figures or {}
        print_result(
            {
                "model": str(out / "model.onnx"), "tags": len(trained.labels), "steps": trained.steps,
                "mean_average_precision": figures.get("mean_average_precision"),
                "micro_f1": figures.get("tuned_micro_f1"), "macro_f1": figures.get("tuned_macro_f1"),
                "asked": figures.get("pictures", 0),
            },
            as_json,
        )  # fmt: skip


def _train_probes(
    data: Path, out: Path, config: Path | None, budget: float | None, seed: int | None, as_json: bool
) -> None:
    with ready():
        from core.training import tagger
    settings = read_config(tagger.TaggerConfig, config, seed)
    with progress_bar("tagger", shown=not as_json) as on_step:
        report = tagger.train(data, out, settings, budget_minutes=budget, on_step=on_step)
    print_result({"model": str(out / "tagger.onnx"), "tags": report["shipped"]}, as_json)


def install(
    folder: Annotated[Path, typer.Argument(help="What --out of `osusume train tagger` named.")],
    name: Annotated[str | None, typer.Option(help="What to call it; default: after its backbone.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let the bot use a network tagger, from its next start. `osusume models use tags` goes back."""
    from core.training.installing import install as copied

    settings = ready_settings()
    model = copied(folder, DATA / "models", name)
    store = ModelStore.open(DATA / "models", settings.home / "models", settings.models_preset)
    store.use(model.purposes[0], [model.id])
    print_result({"model": model.id, "used": ", ".join(model.purposes[:1])}, as_json)


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
    model: Annotated[
        Path, typer.Option(help="An exported detector, recogniser, classifier or tagger (ONNX).")
    ],
    data: Annotated[Path, typer.Option(help="What it was trained on: packs, or labelled pictures.")],
    out: Annotated[Path, typer.Option(help="Folder for the smaller files.")],
    kind: Annotated[
        list[str] | None,
        typer.Option(help="float16, int8, int8-dynamic or int8-static, as often as wanted; default: all."),
    ] = None,
    format: Form = None,
    images: Images = None,
    ratings: Ratings = "s",
    as_json: AsJson = False,
) -> None:
    """Write smaller files of a trained model, and measure size, time and how well each does beside the model."""
    with ready():
        from core.training import quantisation, smaller_subjects
    kinds = kind or list(quantisation.KINDS)
    for one in kinds:
        if one not in quantisation.KINDS:
            choices = ", ".join(quantisation.KINDS)
            raise UserError("choice-wrong", option="kind", given=one[:40], choices=choices)
    if not model.is_file():
        raise UserError("file-unreadable", file=model.name)
    subject = smaller_subjects.subject_of(model, data, format, reading_options(images, ratings))
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
