"""`osusume catalogue info|search|import|update|embed`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bot.cli.session import print_json, ready_settings, with_core
from bot.commands.cards import as_json as title_json
from bot.commands.cards import title_line
from bot.reply import Json
from bot.texts import Texts
from core.catalogue import importers
from core.errors import UserError
from core.osusume import DATA, Osusume
from core.settings import Settings

app = typer.Typer(help="The catalogue of anime.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable.")]
FIRST = 3
"""Skipped rows shown of each reason."""


@app.command()
def info(as_json: AsJson = False) -> None:
    """What the catalogue holds and where it is from."""

    async def work(osusume: Osusume) -> None:
        known = asdict(osusume.catalogue.info)
        if as_json:
            print_json(known)
        else:
            print("\n".join(f"{name}: {value}" for name, value in known.items()))

    with_core(work)


@app.command()
def search(
    text: Annotated[str, typer.Argument()] = "",
    batch: Annotated[Path | None, typer.Option(help='JSON Lines of {"query"}.')] = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 10,
    as_json: AsJson = False,
) -> None:
    """Search by title, in any language or script."""

    async def work(osusume: Osusume) -> None:
        def found(query: str) -> list[dict[str, Json]]:
            matches = osusume.search.search(query, limit=limit)
            return [title_json(osusume.catalogue.anime(match.row)) for match in matches]

        if batch is None:
            if not text.strip():
                raise UserError("search-empty")
            titles = found(text)
            if as_json:
                print_json(titles)
            else:
                for title in titles:
                    anime = osusume.catalogue.by_mal_id(int(str(title["mal_id"])))
                    print(title_line(anime) if anime else title["title"])
            return
        try:
            lines = batch.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as problem:
            raise UserError("file-unreadable", file=batch.name) from problem
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                query = str(json.loads(line)["query"])
            except (ValueError, KeyError, TypeError) as problem:
                raise UserError("case-wrong", line=number) from problem
            print_json({"query": query, "results": found(query)})

    with_core(work)


class Season(StrEnum):
    WINTER = "winter"
    SPRING = "spring"
    SUMMER = "summer"
    FALL = "fall"


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files of one format, gzip or plain.")
    ],
    format: Annotated[importers.Format | None, typer.Option(help="Where guessing by content errs.")] = None,
    map: Annotated[
        list[str] | None,
        typer.Option(help="Columns of a table: title=Name,mal_id=Id.", metavar="FIELD=COLUMN"),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--date", help="Day of the facts, where the file does not say.", metavar="YYYY-MM-DD"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add to the catalogue from data sets, tables or JSON Lines; MAL ids tell the titles."""
    settings = ready_settings()
    options = importers.Options(format, _mapping(map or []), _day(day))
    texts = Texts(settings.language)
    with _bar(texts) as tell:
        report = importers.import_files(_places(settings), files, options, tell)
    _print(report, texts, as_json)


@app.command()
def update(
    year: Annotated[
        int | None, typer.Option(min=1940, max=2100, help="Default: this year and the next.")
    ] = None,
    season: Annotated[
        Season | None, typer.Option(help="One season; of this year where --year is not given.")
    ] = None,
    address: Annotated[str, typer.Option(help="The GraphQL address.")] = importers.ANILIST,
    as_json: AsJson = False,
) -> None:
    """Bring the catalogue up to AniList's present facts; stopped half way, it goes on there the next time."""
    settings = ready_settings()
    texts = Texts(settings.language)
    with _bar(texts) as tell:
        report = asyncio.run(
            importers.update_from_anilist(
                _places(settings), year, season.value if season else None, address, tell
            )
        )
    _print(report, texts, as_json)


@app.command()
def embed(as_json: AsJson = False) -> None:
    """Let imported titles be found by mood and story: encode their texts. Stopped half way, it goes on there."""

    async def work(osusume: Osusume) -> None:
        texts = Texts(osusume.settings.language)
        with _bar(texts) as tell:
            done = await osusume.work(
                osusume.recommender.complete, lambda done, total: tell("embedding", done, total)
            )
        if as_json:
            print_json({"embedded": done})
        else:
            print(texts("embed-done", count=done))

    with_core(work)


def _places(settings: Settings) -> importers.Places:
    return importers.Places(DATA / "catalogue" / "catalogue.npz", settings.home / "catalogue")


def _mapping(pairs: list[str]) -> dict[str, str] | None:
    """`title=Name,mal_id=Id` to fields and columns."""
    found: dict[str, str] = {}
    for pair in (part for text in pairs for part in text.split(",")):
        name, equals, column = pair.partition("=")
        if not (equals and name.strip() and column.strip()):
            raise UserError("import-map-wrong", given=pair[:60])
        found[name.strip()] = column.strip()
    return found or None


def _day(text: str | None) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError as problem:
        raise UserError("import-date-wrong", given=str(text)[:40]) from problem


@contextmanager
def _bar(texts: Texts) -> Iterator[importers.Progress]:
    """A progress bar on standard error, shown from the first second on."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    begun = monotonic()
    tasks: dict[str, TaskID] = {}

    def tell(what: str, done: int, total: int) -> None:
        if monotonic() - begun < 1 and what != "writing":
            return
        bar.start()
        if what not in tasks:
            for task in tasks.values():
                bar.remove_task(task)
            tasks.clear()
            tasks[what] = bar.add_task(texts(f"import-{what}", count=done))
        bar.update(
            tasks[what], completed=done, total=total or None, description=texts(f"import-{what}", count=done)
        )

    try:
        yield tell
    finally:
        bar.stop()


def _print(report: importers.Report, texts: Texts, as_json: bool) -> None:
    if as_json:
        skipped = [
            {
                "file": item.file,
                "line": item.row.place,
                "reason": item.row.reason,
                "sentence": texts(item.row.reason, **item.row.arguments),
            }
            for item in report.skipped
        ]
        counts = {
            name: getattr(report, name) for name in ("read", "added", "enriched", "unchanged", "titles")
        }
        print_json(
            {**counts, "skipped": report.reasons.total(), "reasons": report.reasons, "examples": skipped}
        )
        return
    print(
        texts(
            "import-done",
            read=report.read,
            added=report.added,
            enriched=report.enriched,
            unchanged=report.unchanged,
            skipped=report.reasons.total(),
            titles=report.titles,
        )
    )
    for reason, count in report.reasons.most_common():
        first = [item for item in report.skipped if item.row.reason == reason][:FIRST]
        for item in first:
            sentence = texts(reason, **item.row.arguments)
            print("  " + texts("import-skipped", file=item.file, line=str(item.row.place), sentence=sentence))
        if count > len(first):
            print("  " + texts("import-skipped-more", count=count - len(first)))
    if report.added or report.enriched:
        print(texts("import-next"))
