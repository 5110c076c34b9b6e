"""`osusume favourites list|import|export|erase --user ID`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.session import print_json, with_core
from bot.commands.cards import as_json as title_json
from bot.commands.cards import title_line
from bot.commands.fav import import_reply
from bot.commands.lists import resolver, title_of
from bot.texts import Texts
from core.errors import UserError
from core.osusume import Osusume

app = typer.Typer(help="A person's favourites.", no_args_is_help=True)
User = Annotated[str, typer.Option("--user", help="platform:id; a bare id is the terminal's.")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable.")]


def _key(user: str) -> str:
    return user if ":" in user else f"terminal:{user}"


@app.command("list")
def list_favourites(user: User = "me", as_json: AsJson = False) -> None:
    """Show them, newest first."""

    async def work(osusume: Osusume) -> None:
        profile = await osusume.people.profile(_key(user))
        titles = []
        for entry in profile.favourites:
            anime = osusume.catalogue.by_mal_id(entry.mal_id)
            known = title_json(anime) if anime else {"mal_id": entry.mal_id, "title": ""}
            titles.append({**known, "own_score": entry.score, "note": entry.note})
            if not as_json:
                print(title_line(anime) if anime else f"#{entry.mal_id}")
        if as_json:
            print_json(titles)

    with_core(work)


@app.command("import")
def import_favourites(file: Path, user: User = "me", as_json: AsJson = False) -> None:
    """Bring a list: MyAnimeList XML, AniList JSON, CSV or plain titles."""

    try:
        data = file.read_bytes()
    except OSError as problem:
        raise UserError("file-unreadable", file=file.name) from problem

    async def work(osusume: Osusume) -> None:
        report = await osusume.people.import_list(_key(user), data, file.name, resolver(osusume))
        reply = import_reply(report, osusume, Texts(osusume.settings.language))
        if as_json:
            print_json(reply.data)
        else:
            print("\n".join((reply.text, *reply.items)))

    with_core(work)


@app.command()
def export(
    user: User = "me",
    form: Annotated[str, typer.Option("--format", help="json or mal")] = "json",
    as_json: AsJson = False,
) -> None:
    """Write the list to standard output."""
    if form not in ("json", "mal"):
        raise UserError("choice-wrong", option="format", given=form, choices="json, mal")

    async def work(osusume: Osusume) -> bytes:
        return await osusume.people.export(
            _key(user), "mal" if form == "mal" and not as_json else "json", title_of(osusume)
        )

    sys.stdout.buffer.write(with_core(work) + b"\n")


@app.command()
def erase(user: User, as_json: AsJson = False) -> None:
    """Erase everything kept about a person, for good."""

    async def work(osusume: Osusume) -> None:
        rows = dict(await osusume.people.erase(_key(user)))
        if as_json:
            print_json(rows)
        else:
            print(Texts(osusume.settings.language)("privacy-erased"))

    with_core(work)
