"""`osusume train` and `osusume evaluate` for the models of pictures."""

from __future__ import annotations

import contextlib
import dataclasses
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.cli.session import print_json, ready_settings
from bot.texts import Texts
from core.errors import Unavailable, UserError

if TYPE_CHECKING:
    from core.training.loop import OnStep

C = TypeVar("C")

COMPOSER = "composer"

Data = Annotated[Path, typer.Option(help="The data: a folder or file in one of the forms that are read.")]
Packs = Annotated[Path, typer.Option(help="The folder of the packs.")]
Out = Annotated[Path, typer.Option(help="Folder for checkpoints, logs and the model.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="TOML file of settings.")]
Budget = Annotated[float | None, typer.Option(min=0.01, help="Minutes of training; without it, all steps.")]
Seed = Annotated[int | None, typer.Option(help="Decides every random choice.")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable.")]
Form = Annotated[
    str | None, typer.Option("--format", help="How the data lies there, when it cannot be told.")
]
ModelFile = Annotated[Path, typer.Option(help="The model's file.")]
Sheet = Annotated[
    Path | None, typer.Option(help="Picture of the worst mistakes to write, outside the project.")
]
Everything = Annotated[bool, typer.Option("--all", help="Ask about all pictures, also those learned from.")]
Detector = Annotated[
    Path | None, typer.Option(help="Head detector (ONNX); without it, the cascade in the data.")
]


def add(train: typer.Typer, evaluate: typer.Typer) -> None:
    """Put the commands in their groups."""
    learning: dict[str, Callable[..., None]] = {
        "detector": train_detector, "recogniser": train_recogniser, "classifier": train_classifier,
        "tagger": train_tagger, "captioner": train_captioner,
    }  # fmt: skip
    measuring: dict[str, Callable[..., None]] = {
        "detector": evaluate_detector, "recogniser": evaluate_recogniser, "classifier": evaluate_classifier,
        "tagger": evaluate_tagger, "captioner": evaluate_captioner,
    }  # fmt: skip
    for name, command in learning.items():
        train.command(name)(command)
    for name, command in measuring.items():
        evaluate.command(name)(command)


def train_detector(
    data: Packs,
    out: Out,
    config: ConfigFile = None,
    budget: Budget = None,
    seed: Seed = None,
    as_json: AsJson = False,
) -> None:
    """Learn to find heads. Killed, it goes on when started again with the same arguments."""
    with _ready():
        from core.training import detector
    found = detector.train_detector(
        data, out, read_config(detector.DetectorConfig, config, seed), budget_minutes=budget
    )
    _told({"model": str(found)}, as_json)


def train_recogniser(
    data: Packs, out: Out, detector: Detector = None, config: ConfigFile = None, budget: Budget = None,
    seed: Seed = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Learn to tell characters apart. Killed, it goes on when started again with the same arguments."""
    with _ready():
        from core.training import recogniser
    settings = read_config(recogniser.RecogniserConfig, config, seed)
    found = recogniser.train_recogniser(
        data, out, settings, budget_minutes=budget, detector=detector, progress=not as_json
    )
    _told({"model": str(found)}, as_json)


def train_classifier(
    data: Data, out: Out, config: ConfigFile = None, budget: Budget = None, seed: Seed = None,
    backbone: Annotated[str | None, typer.Option(help="efficientnet-lite0, or any of torchvision's.")] = None,
    weights: Annotated[str | None, typer.Option(help='"imagenet", or a file of weights to start from.')] = None,
    warm_up: Annotated[Path | None, typer.Option(help="Pictures without labels to learn from first.")] = None,
    distributed: Annotated[bool, typer.Option("--distributed", help="One of several, by torchrun.")] = False,
    format: Form = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Learn a fixed list of characters, on any backbone. Killed, it goes on when started again likewise."""
    with _ready():
        from core.training import classifier, labelled
        from core.training.distributed import joined
    settings = read_config(classifier.ClassifierConfig, config, seed, backbone=backbone, weights=weights)
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(joined()) if distributed else None
        examples = labelled.read_examples(data, format)
        more = labelled.read_unlabelled(warm_up) if warm_up is not None else ()
        first = place is None or place.first
        on_step = stack.enter_context(_progress("classifier", shown=first and not as_json))
        trained = classifier.train_classifier(
            examples, out, settings, budget_minutes=budget, warm_up=more, place=place, on_step=on_step
        )
    if first:
        _told(
            {
                "model": str(out / "classifier.pth"), "onnx": str(out / "classifier.onnx"),
                "classes": len(trained.labels), "steps": trained.steps, "right": trained.accuracy,
                "asked": trained.asked,
            },
            as_json,
        )  # fmt: skip


def train_tagger(data: Packs, out: Out, as_json: AsJson = False) -> None:
    """Learn tags of whole pictures. Takes a minute: probes on frozen features, nothing to set."""
    with _ready():
        from core.training import tagger
    with Console(stderr=True).status("..."):
        report = tagger.train(data, out)
    _told({"model": str(out / "tagger.onnx"), "tags": report["shipped"]}, as_json)


def train_captioner(
    data: Data, out: Out,
    model: Annotated[Path, typer.Option(help="Folder of the BLIP model to start from.")],
    config: ConfigFile = None, budget: Budget = None, seed: Seed = None, format: Form = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Go on training BLIP on pictures with captions. Killed, it goes on when started again likewise."""
    with _ready():
        from core.training import captioner
    settings = read_config(captioner.CaptionerConfig, config, seed)
    with _progress("captioner", shown=not as_json) as on_step:
        found = captioner.train_captioner(
            data, out, model, settings, format=format, budget_minutes=budget, on_step=on_step
        )
    _told({"model": str(found)}, as_json)


def evaluate_detector(
    model: ModelFile,
    data: Packs,
    sheet: Sheet = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Recall and precision of heads, on pictures not learned from."""
    with _ready():
        from core.training import evaluate_detector as module
        from core.training import mistakes
        from core.training.detection_data import is_validation, read_detection
        from core.training.sheets import write_sheet
    _there(model)
    pictures = [one for one in read_detection(data) if everything or is_validation(one.name)]
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
    sheet: Sheet = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Characters known, new and unknown, hair and eyes, on faces not learned from."""
    with _ready():
        from core.training import evaluate_recogniser as module
        from core.training import mistakes
        from core.training.faces import FacePacks, detector_heads
        from core.training.onnx_recogniser import OnnxRecogniser
        from core.training.sheets import write_sheet
    _there(model)
    packs = FacePacks(data, detector_heads(detector) if detector else None, heads)
    with Console(stderr=True).status("..."):
        opened = OnnxRecogniser(model)
        figures = module.evaluate(opened, packs)
        wrong = mistakes.of_recogniser(opened, packs)
    if sheet is not None:
        write_sheet(wrong.shown, sheet)
    if as_json:
        told = {name: dataclasses.asdict(value) for name, value in figures.items()}
        print_json({**told, "confused": wrong.confused, "trust": wrong.trust})
        return
    _table({name: str(value) for name, value in figures.items()})
    _shown({"confused": wrong.confused, "right by score": wrong.trust}, as_json)


def evaluate_tagger(
    model: Annotated[Path, typer.Option(help="Folder with detector.onnx, recogniser.onnx and tagger.onnx.")],
    data: Packs, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Counts and hair colours of the whole path, on the pictures tagged by hand. F1 micro and macro."""
    with _ready():
        from core.training import evaluate_tagger as module
        from core.training.tagger import read
    pictures = read(data)
    with Console(stderr=True).status("..."):
        figures = module.evaluate(pictures, module.tagged_by_us(pictures, model))
    if as_json:
        print_json(figures)
        return
    _table(
        {
            f"{part} ({row['pictures']} pictures), {kind}: {average}": f"{row[kind][average]:.3f}"
            for part, row in figures.items()
            for kind in ("counts", "hair")
            for average in ("micro_f1", "macro_f1")
        }
    )


def evaluate_classifier(
    model: ModelFile, data: Data,
    labels: Annotated[Path | None, typer.Option(help="Label file, when it is not beside the model.")] = None,
    sheet: Sheet = None, everything: Everything = False, format: Form = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Share named right, worst confusions, calibration, on pictures not learned from."""
    with _ready():
        from core.training import evaluate_classifier as module
        from core.training.labelled import read_examples
    _there(model)
    opened = module.open_classifier(model, labels)
    examples = [one for one in read_examples(data, format) if everything or one.held_back]
    found = module.answers(opened, examples)
    figures = module.figures(found, opened.labels)
    if sheet is not None:
        module.sheet(found, opened.labels, sheet)
    _shown(figures, as_json)


def evaluate_captioner(
    model: Annotated[str, typer.Option(help="Folder of a BLIP model, or “composer”.")], data: Data,
    complete: Annotated[list[str] | None, typer.Option(help="A tag that is always given where it holds.")] = None,
    sheet: Sheet = None, everything: Everything = False, format: Form = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """BLEU and chrF against people's captions, and claims that the tags deny. The composer is given the true tags."""
    with _ready():
        from core.training import evaluate_captioner as module
        from core.training.captioner import read_captioned
    pictures = [one for one in read_captioned(data, format) if everything or one.held_back]
    caption_of = _composed if model == COMPOSER else module.blip_captions(Path(model))
    with Console(stderr=True).status("..."):
        found = module.captions(pictures, caption_of, complete or ())
    figures = module.figures(found)
    if sheet is not None:
        module.sheet(found, sheet)
    _shown(figures, as_json)


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


@contextlib.contextmanager
def _ready() -> Iterator[None]:
    """Logging as the settings say; what training needs is imported inside.

    Raises:
        Unavailable: `training-missing`.
    """
    ready_settings()
    try:
        yield
    except ImportError as problem:
        raise Unavailable("training-missing") from problem
    except Unavailable as problem:
        raise Unavailable("training-missing") if problem.key == "torch-missing" else problem from problem


@contextlib.contextmanager
def _progress(name: str, *, shown: bool) -> Iterator[OnStep]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    bar = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), disable=not shown)
    task = bar.add_task(name, total=None)

    def stepped(step: int, steps: int, values: dict[str, float]) -> None:
        bar.start()  # not before: what is wrong with the data is said without a bar above it
        bar.update(task, completed=step, total=steps, description=f"{name}, loss {values['loss']:.3f}")

    try:
        yield stepped
    finally:
        bar.stop()


def _composed(_pixels: object, picture: Any) -> str:
    """What the composer says of the true tags."""
    from core.pictures import Findings, Tag
    from core.pictures.captioners import describe

    tags = tuple(Tag(name, "general", 1.0) for name in picture.tags)
    return describe(Findings(0, 0, "", tags=tags), Texts("en"), "long")


def _there(model: Path) -> None:
    if not model.is_file():
        raise UserError("file-unreadable", file=model.name)


def _told(result: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(result)
    else:
        _table({name: str(value) for name, value in result.items()})


def _shown(figures: dict[str, Any], as_json: bool) -> None:
    """Plain figures as one table, each list of rows as one of its own."""
    if as_json:
        print_json(figures)
        return
    _table({name: _number(value) for name, value in figures.items() if not isinstance(value, list | dict)})
    for name, value in figures.items():
        if isinstance(value, dict) and value:
            _table({key: _number(one) for key, one in value.items()}, name)
        elif isinstance(value, list) and value:
            table = Table(*value[0], title=name)
            for row in value:
                table.add_row(*(_number(one) for one in row.values()))
            Console().print(table)


def _number(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_number(one)}" for name, one in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _table(rows: dict[str, str], title: str | None = None) -> None:
    table = Table("", "", title=title, show_header=False)
    for name, value in rows.items():
        table.add_row(name, value)
    Console().print(table)
