"""/recommend and /compare: what to watch next, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.adult import adult_allowed
from bot.commands.anime import FILTER_OPTIONS, chooser, details_reply, filters, pick_choices, resolve, titled
from bot.commands.cards import as_json, card, title_line
from bot.commands.declare import Action, Command, Option
from bot.reply import Json, Pager, Reply
from bot.request import PressContext, Request
from bot.texts import Texts
from core.catalogue import Anime
from core.errors import UserError
from core.osusume import Osusume
from core.people import Profile
from core.recommend import Friend, Pick, Question, Reason

NOVELTY = {"familiar": 0.0, "balanced": 0.3, "adventurous": 0.6, "gems": 0.9}
"""What the words mean on the recommender's scale; 0.3 is the default that the published figures use."""

MOST = 10


def why(osusume: Osusume, reasons: Sequence[Reason], texts: Texts) -> str:
    """One honest line from what contributed, strongest first."""
    lines = [line for line in (_why(osusume, reason, texts) for reason in reasons[:2]) if line]
    return " ".join(lines[:2])


def _why(osusume: Osusume, reason: Reason, texts: Texts) -> str:
    titles = [anime.title for anime in map(osusume.catalogue.by_mal_id, reason.titles[:2]) if anime]
    named = texts("and-two", first=titles[0], second=titles[1]) if len(titles) > 1 else "".join(titles)
    shared = ", ".join(reason.shared[:4])
    if reason.kind == "taste" and titles:
        return texts("why-taste-shared" if shared else "why-taste", titles=named, shared=shared)
    if reason.kind in ("alike", "content", "hybrid") and titles:
        return texts("why-alike-shared" if shared else "why-alike", titles=named, shared=shared)
    if reason.kind == "mood":
        return texts("why-mood-shared" if shared else "why-mood", shared=shared)
    if reason.kind == "friend" and titles:
        return texts("why-friend", titles=named)
    if reason.kind == "popular":
        return texts("why-popular-shared" if shared else "why-popular", shared=shared)
    return ""


def question_for(profile: Profile, osusume: Osusume) -> Question:
    """The question that a profile asks by itself."""
    preferences = profile.preferences
    novelty = osusume.settings.novelty if preferences.novelty is None else preferences.novelty
    return Question(
        favourites=tuple(entry.mal_id for entry in profile.favourites),
        scores={entry.mal_id: entry.score for entry in profile.entries.values() if entry.score is not None},
        seen=profile.seen,
        dropped=profile.dropped,
        dismissed=profile.dismissed,
        novelty=novelty,
        min_members=preferences.min_members,
    )


async def _based_on(request: Request, osusume: Osusume, adult: bool) -> tuple[list[Anime], Reply | None]:
    """The titles named in `based_on`, or the question to ask when one of them is a close race."""
    text = request.text("based_on")
    if text is None:
        return [], None
    names = [name.strip() for name in text.split(";") if name.strip()]
    found: list[Anime] = []
    for name in names[:20]:
        anime, candidates = await resolve(osusume, name, adult)
        if anime is None:
            if len(names) == 1:
                return [], chooser(candidates, request.texts, "which-one", "pick.more")
            anime = candidates[0]
        found.append(anime)
    return found, None


async def recommend(request: Request, osusume: Osusume) -> Reply:
    adult = await adult_allowed(osusume, request.person.key, request.place)
    titles, asked_back = await _based_on(request, osusume, adult)
    if asked_back is not None:
        return asked_back
    mood = request.text("mood")
    if mood is not None and not titles and (named := await _exact(osusume, mood, adult)):
        titles, mood = [named], None  # "/recommend Mushishi" means the title
    friends = []
    for key in _people(request):
        theirs = await osusume.people.profile(key)
        name = request.people_names.get(key, key.partition(":")[2])
        friends.append(
            Friend(
                name,
                tuple(entry.mal_id for entry in theirs.favourites),
                theirs.seen,
                theirs.dropped,
                theirs.dismissed,
            )
        )
    if friends and not any(friend.favourites for friend in friends):
        raise UserError("friend-empty", name=friends[0].name)
    profile = await osusume.people.profile(request.person.key)
    count, chosen = request.options.get("count"), filters(request)
    question = replace(
        question_for(profile, osusume),
        based_on=tuple(anime.mal_id for anime in titles),
        mood=mood,
        filters=chosen,
        adult=adult,
        friends=tuple(friends),
        next_seasons=bool(request.options.get("next_seasons")),
        count=count if isinstance(count, int) else 5,
    )
    novelty = request.options.get("novelty")
    if isinstance(novelty, str):
        question = replace(question, novelty=NOVELTY[novelty])
    elif isinstance(novelty, int | float):
        question = replace(question, novelty=float(novelty))
    if chosen is not None and chosen.min_members is not None:
        question = replace(question, min_members=chosen.min_members)
    picks = await osusume.work(osusume.recommender.recommend, question)
    heading = _heading(request.texts, profile, titles, mood, [friend.name for friend in friends])
    return await picks_reply(osusume, picks, request.person.key, request.texts, heading)


def _people(request: Request) -> tuple[str, ...]:
    value = request.options.get("with")
    return tuple(key for key in value if key != request.person.key) if isinstance(value, tuple) else ()


async def _exact(osusume: Osusume, text: str, adult: bool) -> Anime | None:
    matches = await osusume.work(osusume.search.search, text, adult=adult, limit=1)
    if matches and matches[0].kind in ("exact", "alias"):
        return osusume.catalogue.anime(matches[0].row)
    return None


def _heading(
    texts: Texts, profile: Profile, titles: Sequence[Anime], mood: str | None, friends: Sequence[str]
) -> str:
    if friends:
        return texts("recommend-with", names=", ".join(friends))
    if titles:
        return texts("recommend-based-on", titles=", ".join(anime.title for anime in titles[:3]))
    if mood is not None:
        return texts("recommend-mood", mood=mood[:80])
    if profile.favourites:
        return texts("recommend-favourites", count=len(profile.favourites))
    return texts("recommend-start")


async def picks_reply(
    osusume: Osusume, picks: Sequence[Pick], person: str, texts: Texts, heading: str
) -> Reply:
    """Picks as cards, one in focus, with what each needs to be shown again."""
    if not picks:
        raise UserError("recommend-none")
    data: list[Json] = []
    kept: list[Json] = []
    for pick in picks:
        anime = osusume.catalogue.by_mal_id(pick.mal_id)
        if anime is None:
            continue
        line = why(osusume, pick.reasons, texts)
        if pick.for_whom:
            line = f"{line} {texts('pick-for', names=', '.join(pick.for_whom))}".strip()
        kept.append({"mal_id": pick.mal_id, "why": line})
        reasons: list[Json] = [
            {
                "kind": reason.kind, "strength": round(reason.strength, 4),
                "titles": list(reason.titles), "shared": list(reason.shared),
            }
            for reason in pick.reasons
        ]  # fmt: skip
        data.append(
            {
                **as_json(anime),
                "score": pick.score,
                "why": line,
                "reasons": reasons,
                "for": list(pick.for_whom),
            }
        )
    state: dict[str, Json] = {"heading": heading, "picks": kept}
    reply = await _shown(osusume, state, person, texts, 0)
    return replace(reply, data=data)


async def _shown(osusume: Osusume, state: dict[str, Json], person: str, texts: Texts, page: int) -> Reply:
    """The picks of a kept state, with their buttons as they should look now."""
    profile = await osusume.people.profile(person)
    cards, labels = [], []
    picks = state.get("picks")
    assert isinstance(picks, list)
    for pick in picks:
        assert isinstance(pick, dict)
        mal_id = pick["mal_id"]
        anime = osusume.catalogue.by_mal_id(mal_id) if isinstance(mal_id, int) else None
        if anime is None:
            continue
        choices = pick_choices(anime, profile, texts)
        cards.append(card(anime, texts, why=str(pick["why"]) or None, choices=choices))
        labels.append(title_line(anime))
    if not cards:
        raise UserError("button-expired")
    page = max(0, min(page, len(cards) - 1))
    pager = Pager(page, len(cards), "recommend.page", {}, tuple(labels)) if len(cards) > 1 else None
    return Reply(text=str(state["heading"]), cards=tuple(cards), pager=pager, state=state)


async def _page_action(context: PressContext, osusume: Osusume) -> Reply:
    page = context.arguments.get("page")
    reply = await _shown(
        osusume,
        dict(context.state),
        context.press.person.key,
        context.press.texts,
        page if isinstance(page, int) else 0,
    )
    return replace(reply, update=True)


async def _after_mark(context: PressContext, osusume: Osusume, anime: Anime, note: str) -> Reply:
    """The same answer with its buttons as they are now; for somebody else's answer a private word."""
    texts, person = context.press.texts, context.press.person.key
    if not context.by_owner:
        return Reply(text=note, private=True)
    if "picks" in context.state:
        picks = context.state["picks"]
        assert isinstance(picks, list)
        ids = [pick["mal_id"] for pick in picks if isinstance(pick, dict)]
        reply = await _shown(osusume, dict(context.state), person, texts, ids.index(anime.mal_id))
        return replace(reply, update=True, note=note)
    if context.state.get("card") == "details":
        return replace(await details_reply(osusume, anime, person, texts), update=True, note=note)
    return Reply(text=note, private=True)


async def _favourite_action(context: PressContext, osusume: Osusume) -> Reply:
    anime = titled(context, osusume)
    added = await osusume.people.add_favourite(context.press.person.key, anime.mal_id)
    note = context.press.texts("fav-added" if added else "fav-already", title=anime.title)
    return await _after_mark(context, osusume, anime, note)


async def _seen_action(context: PressContext, osusume: Osusume) -> Reply:
    anime = titled(context, osusume)
    await osusume.people.mark(context.press.person.key, anime.mal_id, "seen")
    return await _after_mark(context, osusume, anime, context.press.texts("marked-seen", title=anime.title))


async def _dismiss_action(context: PressContext, osusume: Osusume) -> Reply:
    anime = titled(context, osusume)
    person, texts = context.press.person.key, context.press.texts
    await osusume.people.mark(person, anime.mal_id, "dismissed")
    return await _after_mark(context, osusume, anime, texts("marked-dismissed", title=anime.title))


async def _more_action(context: PressContext, osusume: Osusume) -> Reply:
    anime = titled(context, osusume)
    person, texts = context.press.person.key, context.press.texts
    profile = await osusume.people.profile(person)
    adult = await adult_allowed(osusume, person, context.press.place)
    question = replace(question_for(profile, osusume), based_on=(anime.mal_id,), adult=adult)
    picks = await osusume.work(osusume.recommender.recommend, question)
    reply = await picks_reply(osusume, picks, person, texts, texts("recommend-based-on", titles=anime.title))
    return reply if context.by_owner else replace(reply, private=True)


async def compare(request: Request, osusume: Osusume) -> Reply:
    texts, people = request.texts, _people(request)
    if not people:
        raise UserError("compare-whom")
    key = people[0]
    name = request.people_names.get(key, key.partition(":")[2])
    mine, theirs = await osusume.people.profile(request.person.key), await osusume.people.profile(key)
    if not mine.favourites:
        raise UserError("fav-empty")
    if not theirs.favourites:
        raise UserError("friend-empty", name=name)
    found = await osusume.work(
        osusume.recommender.compare,
        tuple(entry.mal_id for entry in mine.favourites),
        tuple(entry.mal_id for entry in theirs.favourites),
    )
    items = []
    for key_text, ids in (
        ("compare-shared", found.shared),
        ("compare-mine", found.only_first),
        ("compare-theirs", found.only_second),
    ):
        titles = [anime.title for anime in map(osusume.catalogue.by_mal_id, ids[:5]) if anime]
        if titles:
            items.append(texts(key_text, name=name, titles=", ".join(titles)))
    for key_text, genres in (
        ("compare-both-like", found.shared_genres),
        ("compare-you-more", found.first_genres),
        ("compare-they-more", found.second_genres),
    ):
        if genres:
            items.append(texts(key_text, name=name, genres=", ".join(genres[:4])))
    return Reply(
        text=texts("compare-heading", name=name, percent=round(100 * found.similarity)),
        items=tuple(items),
        data={"similarity": found.similarity, "shared": list(found.shared)},
    )


RECOMMEND_OPTIONS = (
    Option("based_on", "titles"),
    Option("mood", maximum=300),
    Option("genre", "genres"),
    Option("exclude", "genres"),
    Option("with", "people"),
    Option("novelty", "choice", choices=tuple(NOVELTY), numeric=True),
    Option("count", "integer", minimum=1, maximum=MOST),
    Option("next_seasons", "flag"),
    *(option for option in FILTER_OPTIONS if option.name not in ("genre", "exclude")),
)

COMMANDS = (
    Command("recommend", recommend, RECOMMEND_OPTIONS, rest="mood"),
    Command("compare", compare, (Option("with", "people", required=True),), rest="with"),
)
ACTIONS: dict[str, Action] = {
    "recommend.page": _page_action,
    "pick.favourite": _favourite_action,
    "pick.seen": _seen_action,
    "pick.dismiss": _dismiss_action,
    "pick.more": _more_action,
}
