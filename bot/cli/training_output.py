"""What the commands of `osusume train` and `osusume evaluate` share: readiness, progress, tables."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.cli.session import print_json, ready_settings
from core.errors import Unavailable, UserError

if TYPE_CHECKING:
    from core.training.loop import OnStep
    from core.training.reading import Options

Data = Annotated[Path, typer.Option(help="The data: a folder or file in one of the forms that are read.")]
Packs = Annotated[Path, typer.Option(help="The folder of the packs.")]
Faces = Annotated[
    Path,
    typer.Option(
        help="The folder of the packs; `osusume data convert --to packs` makes one from a folder a character."
    ),
]
Boxed = Annotated[
    Path, typer.Option(help="The folder of the packs, or pictures with boxes: YOLO, VOC, COCO, a manifest.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable.")]
Form = Annotated[
    str | None, typer.Option("--format", help="How the data lies there, when it cannot be told.")
]
Images = Annotated[Path | None, typer.Option(help="Where the pictures lie, if elsewhere.")]
Ratings = Annotated[str, typer.Option(help="Danbooru: which ratings to read, of s, q and e.")]
Detector = Annotated[
    Path | None, typer.Option(help="Head detector (ONNX); without it, the cascade in the data.")
]


@contextlib.contextmanager
def ready() -> Iterator[None]:
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


def reading_options(images: Path | None, ratings: str) -> Options:
    """What some readers are told.

    Raises:
        UserError: `dataset-rating`, `dataset-missing`.
        Unavailable: `training-missing`.
    """
    try:
        from core.training.reading import Options
    except ImportError as problem:
        raise Unavailable("training-missing") from problem
    chosen = frozenset(ratings.replace(",", "").replace(" ", "").lower())
    if not chosen or not chosen <= set("sqe"):
        raise UserError("dataset-rating", given=ratings[:20])
    if images is not None and not images.is_dir():
        raise UserError("dataset-missing", path=images.name)
    return Options(images=images, ratings=chosen)


@contextlib.contextmanager
def progress_bar(name: str, *, shown: bool) -> Iterator[OnStep]:
    """A bar on standard error, with the loss where there is one."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    bar = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), disable=not shown)
    task = bar.add_task(name, total=None)

    def stepped(step: int, steps: int, values: dict[str, float]) -> None:
        bar.start()  # not before: what is wrong with the data is said without a bar above it
        loss = f", loss {values['loss']:.3f}" if "loss" in values else ""
        bar.update(task, completed=step, total=steps, description=f"{name}{loss}")

    try:
        yield stepped
    finally:
        bar.stop()


def print_result(result: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(result)
    else:
        print_table({name: str(value) for name, value in result.items()})


def print_figures(figures: dict[str, Any], as_json: bool) -> None:
    """Plain figures as one table, each list of rows as one of its own."""
    if as_json:
        print_json(figures)
        return
    print_table(
        {name: _number(value) for name, value in figures.items() if not isinstance(value, list | dict)}
    )
    for name, value in figures.items():
        if isinstance(value, dict) and value:
            print_table({key: _number(one) for key, one in value.items()}, name)
        elif isinstance(value, list) and value:
            table = Table(*value[0], title=name)
            for row in value:
                table.add_row(*(_number(one) for one in row.values()))
            Console().print(table)


def _number(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_number(one)}" for name, one in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def print_table(rows: dict[str, str], title: str | None = None) -> None:
    table = Table("", "", title=title, show_header=False)
    for name, value in rows.items():
        table.add_row(name, value)
    Console().print(table)
