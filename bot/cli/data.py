"""`osusume data`: looking at pictures for training, and dividing them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.cli.session import print_json, with_core
from bot.cli.training_output import Images, Ratings, reading_options
from core.errors import Unavailable, UserError
from core.osusume import Osusume

if TYPE_CHECKING:
    from core.training.reading import DataSet, Looked, Report, Sample
    from core.training.reading.looking import Embed

app = typer.Typer(
    help="Pictures for training: what is there, and what is wrong with it.", no_args_is_help=True
)

Data = Annotated[Path, typer.Argument(help="A folder, or the file that lists the pictures.")]
Format = Annotated[
    str | None,
    typer.Option(
        help="pack, manifest, danbooru, coco, voc, yolo, kohya, captions, arrow, characters or imagefolder; "
        "found out when not given."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable.")]


@app.command("report")
def report(
    path: Data,
    format: Format = None,
    images: Images = None,
    ratings: Ratings = "s",
    embed: Annotated[bool, typer.Option("--embed", help="Look for wrong labels too.")] = False,
    sheet: Annotated[
        Path | None, typer.Option(help="Picture of what to look at, outside the project.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Counts, sizes, broken files, duplicates, balance of classes, labels that look wrong."""
    from core.training.reading import make_report, write_contact_sheet

    data = _opened(path, format, images, ratings)
    looked, embedder = _look_with_recogniser(data) if embed else (_look(data, None), None)
    found = make_report(data, looked, embedder)
    if sheet is not None:
        write_contact_sheet(looked, sheet)
    if as_json:
        print_json({"path": path.name} | dataclasses.asdict(found))
    else:
        _show(found)


@app.command("split")
def split(
    path: Data,
    out: Annotated[Path, typer.Option(help="Manifest to write (JSON Lines); pictures stay where they are.")],
    validation: Annotated[float, typer.Option(help="Share of each label that is kept from training.")] = 0.2,
    seed: Annotated[int, typer.Option(help="Decides every random choice.")] = 1,
    keep: Annotated[
        Path | None, typer.Option(help="Earlier manifest: what it has stays where it put it.")
    ] = None,
    format: Format = None,
    images: Images = None,
    ratings: Ratings = "s",
    as_json: AsJson = False,
) -> None:
    """Divide into training and validation: by source picture, near-duplicates together, balanced by label."""
    from core.training.reading import Row, read_parts, write_manifest
    from core.training.reading import split as divide

    if not 0 < validation < 1:
        raise UserError("dataset-share", given=validation)
    data = _opened(path, format, images, ratings)
    looked = _look(data, None)
    rows = [
        Row(name, group, labels)
        for name, group, labels in zip(looked.names, looked.groups, looked.labels, strict=True)
    ]
    kept = read_parts(keep, data) if keep is not None else None
    parts = divide(rows, dict(enumerate(looked.hashes)), share=validation, seed=seed, kept=kept)
    where = dict(zip(looked.names, parts, strict=True))

    def divided() -> Iterator[Sample]:
        for sample in data:
            part = where.get(data.name(sample))
            if part is not None:  # what cannot be read is of no use in either
                yield dataclasses.replace(sample, split=part)

    written = write_manifest(divided(), out)
    told: dict[str, object] = {
        "format": data.format,
        "written": written,
        "broken": looked.broken.wrong.total(),
    }
    told.update({part: parts.count(part) for part in ("train", "validation")})
    if as_json:
        print_json(told)
    else:
        _table("", told)


@app.command("convert")
def convert(
    path: Data,
    to: Annotated[
        str,
        typer.Option(help="jsonl, imagefolder, yolo, coco, or packs: what `osusume train recogniser` reads."),
    ],
    out: Annotated[Path, typer.Option(help="New or empty folder, outside the project.")],
    format: Format = None,
    images: Images = None,
    ratings: Ratings = "s",
    as_json: AsJson = False,
) -> None:
    """Copy the pictures into the form that another program reads."""
    data = _opened(path, format, images, ratings)
    from core.training.reading import convert as write

    done = write(data, to, out)
    told = {"written": done.written, **done.left_out, **data.problems.wrong, **data.problems.left_out}
    if as_json:
        print_json(told)
    else:
        _table("", told)


def _opened(path: Path, format: str | None, images: Path | None, ratings: str) -> DataSet:
    options = reading_options(images, ratings)
    from core.training.reading import open_data

    data = open_data(path, format, options)
    Console(stderr=True).print(f"{path.name}: {data.format}", highlight=False)
    return data


def _look(data: DataSet, embed: Embed | None) -> Looked:
    from core.training.reading import look

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        return look(data, embed, lambda done: progress.update(task, completed=done, description=str(done)))


def _look_with_recogniser(data: DataSet) -> tuple[Looked, str]:
    """Vectors from the recogniser in use, each picture as one face; from colours where there is none."""
    from core.pictures.opening import gallery_eyes
    from core.pictures.picture import Box, Picture
    from core.training.reading import colours

    async def work(osusume: Osusume) -> tuple[Looked, str]:
        try:
            eyes = gallery_eyes(osusume.settings, osusume.models, osusume.sessions)
            name = eyes.embedder
        except Unavailable:
            return await osusume.work(_look, data, colours), "colours"

        def embed(picture: Picture) -> NDArray[np.float32]:
            whole = Box(0.0, 0.0, float(picture.width), float(picture.height))
            return np.asarray(eyes.embeds(picture, [whole])[0], np.float32)

        return await osusume.work(_look, data, embed), name

    return with_core(work)


def _show(found: Report) -> None:
    values = dataclasses.asdict(found)
    numbers = {key.replace("_", " "): value for key, value in values.items() if isinstance(value, int | str)}
    for key in ("width", "height", "per_class"):
        if values[key] is not None:
            numbers[key.replace("_", " ")] = " / ".join(f"{number:g}" for number in values[key].values())
    numbers["classes"] = len(found.classes)
    numbers["classes of fewer than 5"] = len(found.few)
    _table("", numbers)
    for key in (
        "formats",
        "splits",
        "sources",
        "classes",
        "box_classes",
        "common_tags",
        "broken",
        "wrong",
        "left_out",
    ):
        if values[key]:
            _table(key.replace("_", " "), values[key])
    if found.examples:
        _table("examples", {reason: "\n".join(places) for reason, places in found.examples.items()})
    for key in ("duplicates", "across_examples", "conflicting_examples"):
        if values[key]:
            shown = {str(at): ", ".join(names[:4]) for at, names in enumerate(values[key][:5], 1)}
            _table(key.replace("_", " "), shown)
    if found.doubts:
        table = Table("doubtful label", "label", "likelier", "share", "as in")
        for name, label, likelier, share, nearest in found.doubts:
            table.add_row(name, label, likelier, f"{share:.0%}", nearest)
        Console().print(table)


def _table(title: str, rows: Mapping[str, object]) -> None:
    table = Table(title=title or None, show_header=False, title_justify="left")
    for number, (key, value) in enumerate(rows.items()):
        if number == 40:
            table.add_row("…", f"{len(rows)}")
            break
        table.add_row(str(key), str(value))
    Console().print(table)
