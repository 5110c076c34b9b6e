"""`osusume catalogue info|search|import|update`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.session import print_json, with_core
from bot.commands.cards import as_json as title_json
from bot.commands.cards import title_line
from core.errors import UserError
from core.osusume import Osusume

app = typer.Typer(help="The catalogue of anime.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable.")]


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
        def found(query: str) -> list[dict[str, object]]:
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
