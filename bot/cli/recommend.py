"""`osusume recommend`: one question, or a file of cases."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.session import print_json, with_core
from bot.commands.anime import names
from bot.commands.cards import as_json as title_json
from bot.commands.cards import title_line
from bot.commands.picks import why
from bot.texts import Texts
from core.catalogue import Filters
from core.errors import UserError
from core.osusume import Osusume
from core.recommend import Friend, Question


def add(app: typer.Typer) -> None:
    """Registers these commands."""
    app.command("recommend")(recommend)


def ids(text: str | None, osusume: Osusume) -> tuple[int, ...]:
    """`457,1` as MAL ids that the catalogue holds.

    Raises:
        UserError: `ids-wrong` naming what is no id, `id-unknown`.
    """
    found = []
    for part in (text or "").replace(" ", "").split(","):
        if not part:
            continue
        if not (part.isascii() and part.isdigit()):
            raise UserError("ids-wrong", given=part[:40])
        if osusume.catalogue.by_mal_id(int(part[:9])) is None:
            raise UserError("id-unknown", mal_id=part[:20])
        found.append(int(part))
    return tuple(dict.fromkeys(found))


def recommend(
    favourites: Annotated[str | None, typer.Option(help="MAL ids joined by commas.")] = None,
    based_on: Annotated[str | None, typer.Option(help="MAL ids joined by commas.")] = None,
    mood: Annotated[str | None, typer.Option(help="A mood in plain words.")] = None,
    with_favourites: Annotated[
        list[str] | None, typer.Option(help="A friend's MAL ids; repeat for more.")
    ] = None,
    seen: Annotated[str | None, typer.Option(help="MAL ids already seen.")] = None,
    genre: Annotated[str | None, typer.Option(help="Genres joined by commas.")] = None,
    exclude: Annotated[str | None, typer.Option(help="Genres joined by commas.")] = None,
    novelty: Annotated[float | None, typer.Option(min=0, max=1, help="0 familiar, 1 hidden gems.")] = None,
    min_members: Annotated[int | None, typer.Option(min=0)] = None,
    count: Annotated[int, typer.Option(min=1, max=100)] = 5,
    batch: Annotated[Path | None, typer.Option(help="JSON Lines of cases; - for standard input.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """Recommend, from favourites, titles, a mood, or several people."""

    async def work(osusume: Osusume) -> None:
        if batch is not None:
            await answer_cases(osusume, batch)
            return
        friends = tuple(
            Friend(f"friend {number}", ids(theirs, osusume), frozenset(), frozenset(), frozenset())
            for number, theirs in enumerate(with_favourites or [], 1)
        )
        filters = Filters(genres=names(genre), exclude=names(exclude)) if genre or exclude else None
        question = Question(
            favourites=ids(favourites, osusume), based_on=ids(based_on, osusume), mood=mood, friends=friends,
            seen=frozenset(ids(seen, osusume)), filters=filters, count=count, min_members=min_members,
            novelty=osusume.settings.novelty if novelty is None else novelty,
        )  # fmt: skip
        picks = await osusume.work(osusume.recommender.recommend, question)
        texts, titles = Texts(osusume.settings.language), []
        for pick in picks:
            anime = osusume.catalogue.by_mal_id(pick.mal_id)
            assert anime is not None
            reasons = [
                {"kind": r.kind, "strength": round(r.strength, 4), "titles": r.titles, "shared": r.shared}
                for r in pick.reasons
            ]
            line = why(osusume, pick.reasons, texts)
            own = {"why": line, "reasons": reasons, "for": pick.for_whom, "match": round(pick.score, 6)}
            titles.append({**title_json(anime), **own})
            if not as_json:
                print(f"{title_line(anime)}\n    {line}")
        if as_json:
            print_json(titles)

    with_core(work)


async def answer_cases(osusume: Osusume, path: Path) -> None:
    """Answers a file of cases, one JSON object a line, in order.

    Raises:
        UserError: `file-unreadable`, `case-wrong` naming the line.
    """
    try:
        stream = sys.stdin if str(path) == "-" else path.open(encoding="utf-8")
    except OSError as problem:
        raise UserError("file-unreadable", file=path.name) from problem
    with stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                case = json.loads(line)
                name, mood = case["case"], case.get("mood")
                favourites = tuple(int(mal_id) for mal_id in case.get("favourites", ()))
            except (ValueError, KeyError, TypeError, AttributeError) as problem:
                raise UserError("case-wrong", line=number) from problem
            recommendations, new_franchise = await osusume.work(osusume.recommender.batch, favourites, mood)
            print_json({"case": name, "recommendations": recommendations, "new_franchise": new_franchise})
