"""`osusume gallery`: a host's own galleries, from folders of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from bot.cli.session import print_json, with_core
from bot.texts import Texts
from core.characters import BuildReport, build_gallery, save
from core.osusume import Osusume

app = typer.Typer(help="Galleries of faces that names are found in.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable.")]


@app.command("build")
def build(
    folder: Annotated[Path, typer.Argument(help="A folder with one folder for each character.")],
    name: Annotated[str, typer.Option(help="What the gallery is called.")],
    crops: Annotated[bool, typer.Option("--crops", help="Each picture is one face already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a gallery: find faces, embed them, drop outliers, report. Interrupted, it goes on where it was."""

    async def work(osusume: Osusume) -> BuildReport:
        target = osusume.galleries.path(name)
        journal = osusume.galleries.journal(name)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(name, total=None)

            def told(done: int, total: int) -> None:
                progress.update(task, completed=done, total=total)

            def make() -> BuildReport:
                from core.pictures.opening import gallery_eyes

                eyes = gallery_eyes(osusume.settings, osusume.models, osusume.sessions)
                shipped = osusume.galleries.galleries(None, eyes.embedder)
                gallery, report = build_gallery(
                    folder, name, eyes, crops=crops, journal=journal,
                    calibration=shipped[0].calibration if shipped else None, on_progress=told,
                )  # fmt: skip
                save(gallery, target)
                journal.unlink(missing_ok=True)
                return report

            return await osusume.work(make)

    report = with_core(work)
    if as_json:
        print_json(
            {
                "gallery": name,
                "calibrated": report.calibrated,
                "characters": [
                    {
                        "character": one.character, "kept": len(one.kept), "dropped": one.dropped,
                        "no_face": one.no_face, "many_faces": one.many_faces, "repeated": one.repeated,
                        "unreadable": [{"image": image, "error": key} for image, key in one.unreadable],
                    }
                    for one in report.characters
                ],
            }
        )  # fmt: skip
        return
    table = Table("character", "faces", "outliers", "no face", "several", "repeated", "unreadable")
    for one in report.characters:
        rest = (one.dropped, one.no_face, one.many_faces, one.repeated, one.unreadable)
        table.add_row(
            Text(one.character), str(len(one.kept)), *(str(len(part)) if part else "" for part in rest)
        )
    Console().print(table)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """The galleries there are."""

    async def work(osusume: Osusume) -> list[dict[str, object]]:
        found = []
        for name in osusume.galleries.names():
            gallery = await osusume.work(osusume.galleries.gallery, name)
            found.append(
                {
                    "gallery": name, "characters": len(gallery), "faces": len(gallery.vectors),
                    "embedder": gallery.embedder,
                }
            )  # fmt: skip
        return found

    found = with_core(work)
    if as_json:
        print_json(found)
        return
    table = Table("gallery", "characters", "vectors", "made by")
    for row in found:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)


@app.command("remove")
def remove(name: Annotated[str, typer.Argument(help="The gallery to delete.")]) -> None:
    """Delete a gallery of your own."""

    async def work(osusume: Osusume) -> Texts:
        await osusume.work(osusume.galleries.remove, name)
        return Texts(osusume.settings.language)

    print(with_core(work)("gallery-removed", name=name))
