"""/anime search, details, random, season: looking things up."""

from __future__ import annotations

import datetime
from dataclasses import replace

from bot.commands.adult import adult_allowed
from bot.commands.cards import as_json, card, mal_address, subtitle, title_line
from bot.commands.declare import Action, Command, Option
from bot.commands.parse import shorten
from bot.reply import Choice, Pager, Reply
from bot.request import PressContext, Request
from bot.texts import Texts
from core.catalogue import Anime, Filters
from core.errors import UserError
from core.osusume import Osusume
from core.people import Profile

SEASONS = ("winter", "spring", "summer", "fall")
LISTED = 10
DRAWS = 100
"""Draws until a random title is one that the person does not know; in vain only where the filters leave little."""
TYPES = ("TV", "Movie", "OVA", "ONA", "Special")

FILTER_OPTIONS = (
    Option("genre", "genres"),
    Option("exclude", "genres"),
    Option("type", "choice", choices=TYPES),
    Option("from_year", "integer", minimum=1917, maximum=2100),
    Option("to_year", "integer", minimum=1917, maximum=2100),
    Option("season", "choice", choices=SEASONS),
    Option("studio"),
    Option("status", "choice", choices=("finished", "airing", "upcoming")),
    Option("min_score", "number", minimum=0, maximum=10),
    Option("max_episodes", "integer", minimum=1, maximum=5000),
    Option("max_minutes", "integer", minimum=1, maximum=1000),
    Option("min_members", "integer", minimum=0, maximum=10_000_000),
)


def names(text: str | None) -> tuple[str, ...]:
    """Genre names joined by commas."""
    return tuple(name.strip() for name in text.replace("、", ",").split(",") if name.strip()) if text else ()


def filters(request: Request) -> Filters | None:
    """The filter options of a request; None when none was given."""
    given = request.options
    if not any(option.name in given for option in FILTER_OPTIONS):
        return None

    def number(name: str) -> float | None:
        value = given.get(name)
        return float(value) if isinstance(value, int | float) else None

    def whole(name: str) -> int | None:
        value = number(name)
        return None if value is None else int(value)

    kind, studio = request.text("type"), request.text("studio")
    return Filters(
        genres=names(request.text("genre")),
        exclude=names(request.text("exclude")),
        types=(kind,) if kind else (),
        studios=(studio,) if studio else (),
        year_from=whole("from_year"),
        year_to=whole("to_year"),
        season=request.text("season"),
        status=request.text("status"),
        min_score=number("min_score"),
        max_episodes=whole("max_episodes"),
        max_minutes=number("max_minutes"),
        min_members=whole("min_members"),
    )


async def resolve(osusume: Osusume, name: str, adult: bool) -> tuple[Anime | None, tuple[Anime, ...]]:
    """The anime a name clearly means, else the ones it may mean (a close race).

    Raises:
        UserError: `title-unknown`, naming the nearest titles.
    """
    found = await osusume.work(osusume.search.resolve, name, adult=adult)
    if found.clear is not None:
        return osusume.catalogue.anime(found.clear), ()
    if found.candidates:
        return None, tuple(osusume.catalogue.anime(row) for row in found.candidates)
    nearest = [osusume.catalogue.anime(row).title for row in found.nearest[:3]]
    raise UserError("title-unknown", name=shorten(name), nearest=", ".join(nearest), known=len(nearest))


def pick_choices(anime: Anime, profile: Profile, texts: Texts, *, details: bool = True) -> tuple[Choice, ...]:
    """The buttons under a card. They act for whoever presses: favourites and marks are personal."""
    entry = profile.entries.get(anime.mal_id)
    favourite = entry is not None and entry.favourite
    seen = entry is not None and entry.status == "seen"
    dismissed = entry is not None and entry.status == "dismissed"
    title = {"mal_id": anime.mal_id}
    choices = [
        Choice(
            texts("button-favourited" if favourite else "button-favourite"), "pick.favourite", title, emoji="★",
            style="success" if favourite else "primary", audience="anyone", disabled=favourite,
        ),
        Choice(texts("button-seen"), "pick.seen", title, emoji="👁", audience="anyone", disabled=seen),
        Choice(texts("button-dismiss"), "pick.dismiss", title, emoji="✖", audience="anyone", disabled=dismissed),
        Choice(texts("button-more-like"), "pick.more", title, emoji="≈", audience="anyone"),
    ]  # fmt: skip
    if details:
        choices.append(Choice(texts("button-details"), "anime.details", title, emoji="ℹ", audience="anyone"))
    return tuple(choices)


async def details_reply(osusume: Osusume, anime: Anime, person: str, texts: Texts) -> Reply:
    """Everything known about one anime, with its franchise in watch order."""
    profile = await osusume.people.profile(person)
    rows = osusume.catalogue.franchise_rows(anime.franchise_id)
    others = [osusume.catalogue.anime(row) for row in rows if row != anime.row]
    others = [other for other in others if not other.is_adult or anime.is_adult]
    entry_row = osusume.catalogue.entry_point(anime.franchise_id)
    lines = []
    if len(rows) > 1 and entry_row != anime.row:
        lines.append(texts("details-start-here", title=osusume.catalogue.anime(entry_row).title))
    if others:
        shown = "; ".join(title_line(other) for other in others[:6])
        lines.append(texts("details-franchise", titles=shown, more=max(0, len(others) - 6)))
    shown_card = card(anime, texts, choices=pick_choices(anime, profile, texts, details=False))
    links: tuple[Choice, ...] = (Choice("MyAnimeList", url=mal_address(anime.mal_id)),)
    if anime.anilist_id:
        links += (Choice("AniList", url=f"https://anilist.co/anime/{anime.anilist_id}"),)
    return Reply(
        cards=(replace(shown_card, footer="\n".join(lines) or None),),
        choices=links,
        data=[as_json(anime)],
        state={"card": "details", "mal_id": anime.mal_id},
    )


def chooser(
    found: tuple[Anime, ...], texts: Texts, question: str, action: str, **arguments: str | int
) -> Reply:
    """A question with one button for each candidate."""
    menu = tuple(
        Choice(title_line(anime), action, {**arguments, "mal_id": anime.mal_id}, detail=subtitle(anime))
        for anime in found[:LISTED]
    )
    return Reply(text=texts(question), menu=menu, data=[as_json(anime) for anime in found])


async def search(request: Request, osusume: Osusume) -> Reply:
    """Titles that fit the words and filters, each a choice that opens its card.

    Raises:
        UserError: `search-empty`, `search-none`.
    """
    adult = await adult_allowed(osusume, request.person.key, request.place)
    chosen, text = filters(request), request.text("title")
    if text is None and chosen is None:
        raise UserError("search-empty")
    matches = await osusume.work(osusume.search.search, text or "", filters=chosen, adult=adult, limit=LISTED)
    if not matches:
        raise UserError("search-none")
    found = tuple(osusume.catalogue.anime(match.row) for match in matches)
    reply = chooser(found, request.texts, "which-one", "anime.details")
    return replace(reply, text=request.texts("search-found", count=len(found)))


async def details(request: Request, osusume: Osusume) -> Reply:
    """One title's card; a question with choices where the name fits several."""
    adult = await adult_allowed(osusume, request.person.key, request.place)
    anime, candidates = await resolve(osusume, request.text("title") or "", adult)
    if anime is None:
        return chooser(candidates, request.texts, "which-one", "anime.details")
    return await details_reply(osusume, anime, request.person.key, request.texts)


async def random(request: Request, osusume: Osusume) -> Reply:
    """The card of a title that fits the filters and is not in the asker's list.

    Raises:
        UserError: `search-none`.
    """
    adult = await adult_allowed(osusume, request.person.key, request.place)
    profile = await osusume.people.profile(request.person.key)
    chosen = filters(request)
    for _ in range(DRAWS):
        row = await osusume.work(osusume.search.random, chosen, adult=adult)
        if row is None:
            break
        anime = osusume.catalogue.anime(row)
        if anime.mal_id not in profile.entries:
            return await details_reply(osusume, anime, request.person.key, request.texts)
    raise UserError("search-none")


def _season_reply(osusume: Osusume, texts: Texts, year: int, season: str, page: int, adult: bool) -> Reply:
    rows = osusume.search.season(year, season, adult=adult)
    if not rows:
        raise UserError("season-none", season=texts(f"season-{season}", year=str(year)))
    pages = (len(rows) + LISTED - 1) // LISTED
    page = min(page, pages - 1)
    shown = [osusume.catalogue.anime(row) for row in rows[page * LISTED : (page + 1) * LISTED]]
    reply = chooser(tuple(shown), texts, "which-one", "anime.details")
    pager = Pager(page, pages, "anime.season", {"year": year, "season": season}) if pages > 1 else None
    text = texts("season-listed", season=texts(f"season-{season}", year=str(year)), count=len(rows))
    return replace(reply, text=text, pager=pager, state={"adult": adult})


async def season(request: Request, osusume: Osusume) -> Reply:
    """Titles of a season, by default of the present one, in pages.

    Raises:
        UserError: `season-none`.
    """
    today = datetime.datetime.now(datetime.UTC).date()
    year, named = request.options.get("year"), request.text("season")
    if not isinstance(year, int):
        year = today.year
    adult = await adult_allowed(osusume, request.person.key, request.place)
    return _season_reply(osusume, request.texts, year, named or SEASONS[(today.month - 1) // 3], 0, adult)


async def _details_action(context: PressContext, osusume: Osusume) -> Reply:
    anime, press = titled(context, osusume), context.press
    if anime.is_adult and not await adult_allowed(osusume, press.person.key, press.place):
        raise UserError("button-expired")
    reply = await details_reply(osusume, anime, context.press.person.key, context.press.texts)
    return reply if context.by_owner else replace(reply, private=True)


def titled(context: PressContext, osusume: Osusume) -> Anime:
    """The anime that a choice is about.

    Raises:
        UserError: `button-expired` when the catalogue no longer holds it.
    """
    mal_id = context.arguments.get("mal_id")
    anime = osusume.catalogue.by_mal_id(mal_id) if isinstance(mal_id, int) else None
    if anime is None:
        raise UserError("button-expired")
    return anime


async def _season_action(context: PressContext, osusume: Osusume) -> Reply:
    year, named, page = (context.arguments.get(key) for key in ("year", "season", "page"))
    if not (isinstance(year, int) and isinstance(named, str) and isinstance(page, int)):
        raise UserError("button-expired")
    adult = await adult_allowed(osusume, context.press.person.key, context.press.place)
    return replace(_season_reply(osusume, context.press.texts, year, named, page, adult), update=True)


COMMANDS = (
    Command("anime search", search, (Option("title"), *FILTER_OPTIONS), rest="title", bare=True),
    Command("anime details", details, (Option("title", "title", required=True),), rest="title"),
    Command("anime random", random, FILTER_OPTIONS[:4], rest="genre"),
    Command(
        "anime season",
        season,
        (Option("season", "choice", choices=SEASONS), Option("year", "integer", minimum=1917, maximum=2100)),
        rest="season",
    ),
)
ACTIONS: dict[str, Action] = {"anime.details": _details_action, "anime.season": _season_action}
