"""/fav add, remove, list, import, export, clear: a person's favourites."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.adult import adult_allowed
from bot.commands.anime import chooser, resolve, titled
from bot.commands.cards import as_json, card, title_line
from bot.commands.declare import Action, Command, Option
from bot.commands.lists import resolver, title_of
from bot.commands.parse import shorten
from bot.reply import Choice, File, Json, Pager, Reply
from bot.request import PressContext, Request
from bot.texts import Texts
from core.catalogue import Anime
from core.errors import UserError
from core.osusume import Osusume
from core.people import Entry, ImportReport

PAGE = 10
CLOSE = 60.0
"""Score of a match (0-100) below which a name does not mean a favourite."""
SORTS = ("newest", "title", "score", "year")


async def add_reply(
    osusume: Osusume,
    anime: Anime,
    person: str,
    texts: Texts,
    score: float | None = None,
    note: str | None = None,
) -> Reply:
    """Adds and says so, with an undo."""
    added = await osusume.people.add_favourite(person, anime.mal_id, score=score, note=note)
    undo = Choice(texts("button-undo"), "fav.undo-add", {"mal_id": anime.mal_id}, emoji="↩", once=True)
    more = Choice(texts("button-more-like"), "pick.more", {"mal_id": anime.mal_id}, emoji="≈")
    return Reply(
        text=texts("fav-added" if added else "fav-already", title=anime.title),
        cards=(card(anime, texts, body=False),),
        choices=(undo, more) if added else (more,),
        data=[as_json(anime)],
    )


async def add(request: Request, osusume: Osusume) -> Reply:
    """Makes a title a favourite; a question with choices where the name fits several.

    Raises:
        UserError: `score-range`, `note-too-long`.
    """
    adult = await adult_allowed(osusume, request.person.key, request.place)
    anime, candidates = await resolve(osusume, request.text("title") or "", adult)
    score, note = request.options.get("score"), request.text("note")
    if anime is None:
        kept: dict[str, str | int] = {"note": note} if note else {}
        if isinstance(score, int | float):
            kept["score"] = str(score)
        return chooser(candidates, request.texts, "which-one", "fav.add", **kept)
    return await add_reply(
        osusume,
        anime,
        request.person.key,
        request.texts,
        float(score) if isinstance(score, int | float) else None,
        note,
    )


async def remove(request: Request, osusume: Osusume) -> Reply:
    """Only favourites can be meant, so the name is looked for among them first."""
    name = request.text("title") or ""
    profile = await osusume.people.profile(request.person.key)
    if not profile.favourites:
        raise UserError("fav-empty")
    own = {entry.mal_id for entry in profile.favourites}
    adult = await adult_allowed(osusume, request.person.key, request.place)
    matches = await osusume.work(osusume.search.search, name, adult=adult, limit=50)
    close = [match for match in matches if match.score >= CLOSE]
    found = [
        anime for anime in (osusume.catalogue.anime(match.row) for match in close) if anime.mal_id in own
    ]
    if not found:
        raise UserError("fav-not-among", name=shorten(name))
    if len(found) > 1 and close[0].row != found[0].row:
        return chooser(tuple(found), request.texts, "which-one", "fav.remove")
    return await _remove_reply(osusume, found[0], request.person.key, request.texts)


async def _remove_reply(osusume: Osusume, anime: Anime, person: str, texts: Texts) -> Reply:
    entry = (await osusume.people.profile(person)).entries.get(anime.mal_id)
    if not await osusume.people.remove_favourite(person, anime.mal_id):
        raise UserError("fav-not-among", name=shorten(anime.title))
    again: dict[str, str | int | float | bool | None] = {"mal_id": anime.mal_id}
    if entry is not None:
        again |= {"score": entry.score, "note": entry.note}
    undo = Choice(texts("button-undo"), "fav.undo-remove", again, emoji="↩", once=True)
    return Reply(text=texts("fav-removed", title=anime.title), choices=(undo,))


def _sorted(osusume: Osusume, entries: tuple[Entry, ...], sort: str) -> list[tuple[Entry, Anime | None]]:
    pairs = [(entry, osusume.catalogue.by_mal_id(entry.mal_id)) for entry in entries]
    if sort == "title":
        pairs.sort(key=lambda pair: pair[1].title.casefold() if pair[1] else "")
    elif sort == "score":
        pairs.sort(key=lambda pair: -(pair[0].score or 0))
    elif sort == "year":
        pairs.sort(key=lambda pair: -((pair[1].year if pair[1] else None) or 0))
    return pairs


async def _list_reply(
    osusume: Osusume, person: str, texts: Texts, adult: bool, sort: str, page: int
) -> Reply:
    profile = await osusume.people.profile(person)
    if not profile.favourites:
        return Reply(text=texts("fav-list-empty"), data=[])
    everything = _sorted(osusume, profile.favourites, sort)
    pairs = [(entry, anime) for entry, anime in everything if adult or anime is None or not anime.is_adult]
    pages = max(1, (len(pairs) + PAGE - 1) // PAGE)
    page = max(0, min(page, pages - 1))
    items: list[str] = []
    data: list[Json] = []
    for number, (entry, anime) in enumerate(pairs[page * PAGE : (page + 1) * PAGE], page * PAGE + 1):
        line = f"{number}. {title_line(anime) if anime else texts('title-gone', mal_id=str(entry.mal_id))}"
        if entry.score:
            line += f" — {entry.score:g}/10"
        if entry.note:
            line += f" — “{entry.note[:100]}”"
        items.append(line)
    if hidden := len(everything) - len(pairs):
        items.append(texts("fav-hidden", count=hidden))
    for entry, anime in pairs:
        known: dict[str, Json] = as_json(anime) if anime else {"mal_id": entry.mal_id, "title": ""}
        data.append({**known, "own_score": entry.score, "note": entry.note})
    labels = tuple(texts("page-of", page=number + 1, pages=pages) for number in range(pages))
    pager = Pager(page, pages, "fav.list", {"sort": sort}, labels) if pages > 1 else None
    return Reply(
        text=texts("fav-list", count=len(everything)),
        items=tuple(items),
        pager=pager,
        data=data,
    )


async def list_favourites(request: Request, osusume: Osusume) -> Reply:
    """The asker's favourites, in pages."""
    page = request.options.get("page")
    return await _list_reply(
        osusume,
        request.person.key,
        request.texts,
        await adult_allowed(osusume, request.person.key, request.place),
        request.text("sort") or "newest",
        page - 1 if isinstance(page, int) else 0,
    )


async def import_favourites(request: Request, osusume: Osusume) -> Reply:
    """Brings in a list from a file or from titles joined by `;`, whole or not at all.

    Raises:
        UserError: `list-nothing`, or as `core.people.lists.read_list`; `profile-full`.
    """
    file, text = request.options.get("file"), request.text("text")
    if isinstance(file, File):
        data, name = file.data, file.name
    elif text is not None:
        data, name = "\n".join(text.split(";")).encode(), "list.txt"
    else:
        raise UserError("list-nothing")
    report = await osusume.people.import_list(request.person.key, data, name, resolver(osusume))
    return import_reply(report, osusume, request.texts)


def import_reply(report: ImportReport, osusume: Osusume, texts: Texts) -> Reply:
    lines = [
        texts(key, count=count)
        for key, count in (
            ("list-favourites", report.favourites), ("list-seen", report.seen),
            ("list-dropped", report.dropped), ("list-planned", report.planned),
        )
        if count
    ]  # fmt: skip
    for name, candidates in report.ambiguous[:5]:
        titles = [osusume.catalogue.by_mal_id(mal_id) for mal_id in candidates[:3]]
        lines.append(
            texts("list-ambiguous", name=name[:60], titles=", ".join(title_line(t) for t in titles if t))
        )
    if len(report.ambiguous) > 5:
        lines.append(texts("list-more-ambiguous", count=len(report.ambiguous) - 5))
    if report.unknown:
        shown = ", ".join(name[:40] for name in report.unknown[:5])
        lines.append(texts("list-unknown", count=len(report.unknown), names=shown))
    if report.skipped:
        shown = "; ".join(f"{where}: {texts(reason)}" for where, reason in report.skipped[:3])
        lines.append(texts("list-skipped", count=len(report.skipped), reasons=shown))
    return Reply(
        text=texts("list-done", count=report.matched),
        items=tuple(lines),
        private=True,
        data={
            "matched": report.matched, "favourites": report.favourites, "seen": report.seen, "dropped": report.dropped,
            "planned": report.planned, "unknown": list(report.unknown),
            "ambiguous": [name for name, _ in report.ambiguous],
            "skipped": [f"{where}: {reason}" for where, reason in report.skipped],
        },
    )  # fmt: skip


async def export(request: Request, osusume: Osusume) -> Reply:
    """The asker's list as a file, for them alone."""
    as_mal = request.text("format") == "mal"
    data = await osusume.people.export(
        request.person.key, "mal" if as_mal else "json", titles=title_of(osusume)
    )
    file = (
        File("animelist.xml", "application/xml", data)
        if as_mal
        else File("osusume.json", "application/json", data)
    )
    return Reply(text=request.texts("export-done"), files=(file,), private=True, data=data.decode())


async def clear(request: Request, osusume: Osusume) -> Reply:
    """Asks before all favourites are taken away; the choices do it or leave it.

    Raises:
        UserError: `fav-empty`.
    """
    profile = await osusume.people.profile(request.person.key)
    if not profile.favourites:
        raise UserError("fav-empty")
    yes = Choice(request.texts("button-clear"), "fav.clear", style="danger", emoji="🗑", once=True)
    no = Choice(request.texts("button-keep"), "fav.keep", style="secondary")
    return Reply(
        text=request.texts("fav-clear-sure", count=len(profile.favourites)), choices=(yes, no), private=True
    )


async def _clear_action(context: PressContext, osusume: Osusume) -> Reply:
    person, texts = context.press.person.key, context.press.texts
    count = len((await osusume.people.profile(person)).favourites)
    undo_id = await osusume.people.clear_favourites(person)
    if undo_id is None:
        raise UserError("fav-empty")
    undo = Choice(texts("button-undo"), "fav.undo-clear", {"undo": undo_id}, emoji="↩", once=True)
    return Reply(text=texts("fav-cleared", count=count), choices=(undo,), update=True)


async def _undo_clear_action(context: PressContext, osusume: Osusume) -> Reply:
    count = await osusume.people.undo_clear(context.press.person.key, str(context.arguments.get("undo")))
    return Reply(text=context.press.texts("fav-back", count=count), update=True)


async def _keep_action(context: PressContext, _: Osusume) -> Reply:
    return Reply(text=context.press.texts("fav-kept"), update=True)


async def _add_action(context: PressContext, osusume: Osusume) -> Reply:
    score, note = context.arguments.get("score"), context.arguments.get("note")
    reply = await add_reply(
        osusume, titled(context, osusume), context.press.person.key, context.press.texts,
        float(score) if isinstance(score, str) else None, note if isinstance(note, str) else None,
    )  # fmt: skip
    return replace(reply, update=True)


async def _undo_add_action(context: PressContext, osusume: Osusume) -> Reply:
    anime = titled(context, osusume)
    await osusume.people.remove_favourite(context.press.person.key, anime.mal_id)
    return Reply(text=context.press.texts("fav-removed", title=anime.title), update=True)


async def _remove_action(context: PressContext, osusume: Osusume) -> Reply:
    reply = await _remove_reply(
        osusume, titled(context, osusume), context.press.person.key, context.press.texts
    )
    return replace(reply, update=True)


async def _undo_remove_action(context: PressContext, osusume: Osusume) -> Reply:
    anime = titled(context, osusume)
    score, note = context.arguments.get("score"), context.arguments.get("note")
    await osusume.people.add_favourite(
        context.press.person.key, anime.mal_id,
        score=float(score) if isinstance(score, int | float) else None, note=note if isinstance(note, str) else None,
    )  # fmt: skip
    return Reply(text=context.press.texts("fav-added", title=anime.title), update=True)


async def _list_action(context: PressContext, osusume: Osusume) -> Reply:
    page, sort = context.arguments.get("page"), context.arguments.get("sort")
    reply = await _list_reply(
        osusume,
        context.press.person.key,
        context.press.texts,
        await adult_allowed(osusume, context.press.person.key, context.press.place),
        str(sort),
        page if isinstance(page, int) else 0,
    )
    return replace(reply, update=True)


COMMANDS = (
    Command(
        "fav add",
        add,
        (
            Option("title", "title", required=True),
            Option("score", "number", minimum=1, maximum=10),
            Option("note", maximum=300),
        ),
        rest="title",
    ),
    Command("fav remove", remove, (Option("title", "title", required=True),), rest="title"),
    Command(
        "fav list",
        list_favourites,
        (Option("sort", "choice", choices=SORTS), Option("page", "integer", minimum=1, maximum=1000)),
        rest="sort",
        bare=True,
    ),
    Command(
        "fav import", import_favourites, (Option("file", "file"), Option("text")), rest="text", private=True
    ),
    Command(
        "fav export",
        export,
        (Option("format", "choice", choices=("json", "mal")),),
        rest="format",
        private=True,
    ),
    Command("fav clear", clear, private=True),
)
ACTIONS: dict[str, Action] = {
    "fav.add": _add_action,
    "fav.undo-add": _undo_add_action,
    "fav.remove": _remove_action,
    "fav.undo-remove": _undo_remove_action,
    "fav.list": _list_action,
    "fav.clear": _clear_action,
    "fav.undo-clear": _undo_clear_action,
    "fav.keep": _keep_action,
}
