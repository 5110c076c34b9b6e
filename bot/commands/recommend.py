"""/recommend and /compare: what to watch next, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.adult import adult_allowed
from bot.commands.anime import FILTER_OPTIONS, chooser, filters, resolve
from bot.commands.cards import subtitle, title_line
from bot.commands.declare import Command, Option
from bot.commands.picks import picks_reply, question_for, scores
from bot.reply import Choice, Reply
from bot.request import Request
from bot.texts import Texts
from core.catalogue import Anime
from core.errors import UserError
from core.osusume import Osusume
from core.people import Profile
from core.recommend import Friend, Question

NOVELTY = {"familiar": 0.0, "balanced": 0.3, "adventurous": 0.6, "gems": 0.9}
"""What the words mean on the recommender's scale; 0.3 is the default that the published figures use."""

MOST = 10

NAMES = 20
"""Titles that one question may be based on."""


async def _based_on(request: Request, osusume: Osusume, adult: bool) -> tuple[list[Anime], Reply | None]:
    """The titles named in `based_on`, or the question to ask when one of them is a close race."""
    text = request.text("based_on")
    if text is None:
        return [], None
    names = await _split_names(text, osusume, adult)
    found: list[Anime] = []
    for name in names:
        anime, candidates = await resolve(osusume, name, adult)
        if anime is None:
            if len(names) == 1:
                return [], chooser(candidates, request.texts, "which-one", "pick.more")
            anime = candidates[0]
        found.append(anime)
    return found, None


async def _split_names(text: str, osusume: Osusume, adult: bool) -> list[str]:
    """Names joined by `;`, which some titles hold themselves (Steins;Gate): the longest known name is taken first."""
    pieces = [piece.strip() for piece in text.replace("；", ";").split(";") if piece.strip()][:NAMES]
    names: list[str] = []
    while pieces:
        for length in range(len(pieces), 0, -1):
            name = ";".join(pieces[:length])
            if length == 1 or await _exact(osusume, name, adult) is not None:
                break
        names.append(name)
        pieces = pieces[length:]
    return names


async def recommend(request: Request, osusume: Osusume) -> Reply:
    """Picks for the asker, or for several people together; a question where a name fits several titles.

    Raises:
        UserError: `friend-empty`.
    """
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
                scores(theirs),
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
        asker=request.person.name if friends else "",
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
    reply = await picks_reply(osusume, picks, question, request.person.key, request.texts, heading)
    if profile.favourites or titles or mood is not None or friends:
        return reply
    return replace(reply, menu=await _to_tap(osusume, question))


async def _to_tap(osusume: Osusume, question: Question) -> tuple[Choice, ...]:
    """Three well-known titles to make a favourite with one tap."""
    picks = await osusume.work(osusume.recommender.start, replace(question, novelty=0.0), count=3)
    known = [osusume.catalogue.by_mal_id(pick.mal_id) for pick in picks]
    return tuple(
        Choice(
            title_line(anime), "pick.favourite", {"mal_id": anime.mal_id}, emoji="★", detail=subtitle(anime)
        )
        for anime in known
        if anime is not None
    )


def _people(request: Request) -> tuple[str, ...]:
    value = request.options.get("with")
    return (
        tuple(key for key in value if isinstance(key, str) and key != request.person.key)
        if isinstance(value, tuple)
        else ()
    )


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


async def compare(request: Request, osusume: Osusume) -> Reply:
    """What two people share and where they differ.

    Raises:
        UserError: `compare-whom`, `fav-empty`, `friend-empty`.
    """
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
    adult, items = await adult_allowed(osusume, request.person.key, request.place), []
    for key_text, ids in (
        ("compare-shared", found.shared),
        ("compare-mine", found.only_first),
        ("compare-theirs", found.only_second),
    ):
        known = [anime for anime in map(osusume.catalogue.by_mal_id, ids) if anime]
        titles = [anime.title for anime in known if adult or not anime.is_adult][:5]
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
    Command("compare", compare, (Option("with", "people", required=True, maximum=1),), rest="with"),
)
