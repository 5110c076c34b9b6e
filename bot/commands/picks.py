"""Picks as cards with buttons, and what pressing those does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter

from bot.commands.adult import adult_allowed
from bot.commands.anime import details_reply, pick_choices, titled
from bot.commands.cards import as_json, card, title_line
from bot.commands.declare import Action
from bot.reply import Card, Json, Pager, Reply
from bot.request import PressContext
from bot.texts import Texts
from core.catalogue import Anime
from core.errors import UserError
from core.osusume import Osusume
from core.people import Profile
from core.recommend import Pick, Question, Reason


def why(osusume: Osusume, reasons: Sequence[Reason], texts: Texts) -> str:
    """One honest line from what contributed, strongest first."""
    lines: dict[object, str] = {}
    for reason in reasons[:3]:
        # Two reasons that name the same titles would say the same twice.
        about = reason.titles[:2] or reason.kind
        if about not in lines and (line := _why(osusume, reason, texts)):
            lines[about] = line
    return " ".join([*lines.values()][:2])


def _why(osusume: Osusume, reason: Reason, texts: Texts) -> str:
    known = [anime for anime in map(osusume.catalogue.by_mal_id, reason.titles) if anime]
    titles = [*dict.fromkeys(anime.title for anime in known if not anime.is_adult)][:2]
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
        scores=scores(profile),
        seen=profile.seen,
        dropped=profile.dropped,
        dismissed=profile.dismissed,
        novelty=novelty,
        min_members=preferences.min_members,
    )


def scores(profile: Profile) -> dict[int, float]:
    return {entry.mal_id: entry.score for entry in profile.favourites if entry.score is not None}


_questions = TypeAdapter(Question)


def _kept_question(question: Question) -> Json:
    """What was asked, without what is known about people: that is looked up anew whenever it is needed."""
    asked = replace(
        question,
        favourites=(),
        scores={},
        seen=frozenset(),
        dropped=frozenset(),
        dismissed=frozenset(),
        friends=(),
    )
    kept: Json = _questions.dump_python(asked, mode="json", exclude_defaults=True)
    return kept


async def picks_reply(
    osusume: Osusume, picks: Sequence[Pick], question: Question, person: str, texts: Texts, heading: str
) -> Reply:
    """Picks as cards, one in focus, with what is needed to show them again.

    Raises:
        UserError: `recommend-none`.
    """
    if not picks:
        raise UserError("recommend-none")
    data: list[Json] = []
    kept: list[Json] = []
    for pick in picks:
        anime = osusume.catalogue.by_mal_id(pick.mal_id)
        if anime is None:
            continue
        line = _line(osusume, pick, texts)
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
    if not question.friends:
        # For several people a pick stays in its place: the others' lists are not this person's.
        state["question"] = _kept_question(question)
    reply = await _shown(osusume, state, person, texts, question.adult)
    return replace(reply, data=data)


def _line(osusume: Osusume, pick: Pick, texts: Texts) -> str:
    line = why(osusume, pick.reasons, texts)
    if pick.for_whom:
        line = f"{line} {texts('pick-for', names=', '.join(pick.for_whom))}".strip()
    return line


async def _replaced(
    osusume: Osusume, state: dict[str, Json], mal_id: int, person: str, texts: Texts
) -> tuple[dict[str, Json], int]:
    """The kept state with the next best pick in the place of one that is out, and that pick's MAL id; both as they
    were when nothing is left."""
    picks, asked = state.get("picks"), state.get("question")
    if not isinstance(picks, list) or asked is None:
        return state, mal_id
    shown = [pick["mal_id"] for pick in picks if isinstance(pick, dict)]
    kept = _questions.validate_python(asked)
    now = question_for(await osusume.people.profile(person), osusume)
    question = replace(
        kept, favourites=now.favourites, scores=now.scores, seen=now.seen, dropped=now.dropped,
        dismissed=now.dismissed, count=len(shown) + 1,
    )  # fmt: skip
    fresh = await osusume.work(osusume.recommender.recommend, question)
    instead = next((pick for pick in fresh if pick.mal_id not in shown), None)
    if instead is None:
        return state, mal_id
    new: dict[str, Json] = {"mal_id": instead.mal_id, "why": _line(osusume, instead, texts)}
    replaced: list[Json] = [new if isinstance(p, dict) and p["mal_id"] == mal_id else p for p in picks]
    return {**state, "picks": replaced}, instead.mal_id


async def _shown(
    osusume: Osusume,
    state: dict[str, Json],
    person: str,
    texts: Texts,
    adult: bool,
    *,
    page: int = 0,
    focus: int | None = None,
) -> Reply:
    """The picks of a kept state as they may be shown now, one of them (by page or MAL id) in focus."""
    profile = await osusume.people.profile(person)
    cards: list[Card] = []
    labels: list[str] = []
    picks = state.get("picks")
    assert isinstance(picks, list)
    for pick in picks:
        assert isinstance(pick, dict)
        mal_id = pick["mal_id"]
        anime = osusume.catalogue.by_mal_id(mal_id) if isinstance(mal_id, int) else None
        if anime is None or (anime.is_adult and not adult):
            continue
        if focus == mal_id:
            page = len(cards)
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
    press = context.press
    adult = await adult_allowed(osusume, press.person.key, press.place)
    shown = page if isinstance(page, int) else 0
    reply = await _shown(osusume, dict(context.state), press.person.key, press.texts, adult, page=shown)
    return replace(reply, update=True)


async def _after_mark(
    context: PressContext, osusume: Osusume, anime: Anime, note: str, *, out: bool = False
) -> Reply:
    """The same answer with its buttons as they are now; for somebody else's answer a private word.

    `out`: the title is no longer wanted, and in a list of picks another takes its place.
    """
    texts, person = context.press.texts, context.press.person.key
    if not context.by_owner:
        return Reply(text=note, private=True)
    if "picks" in context.state:
        state, focus = dict(context.state), anime.mal_id
        if out:
            state, focus = await _replaced(osusume, state, anime.mal_id, person, texts)
        adult = await adult_allowed(osusume, person, context.press.place)
        reply = await _shown(osusume, state, person, texts, adult, focus=focus)
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
    note = context.press.texts("marked-seen", title=anime.title)
    return await _after_mark(context, osusume, anime, note, out=True)


async def _dismiss_action(context: PressContext, osusume: Osusume) -> Reply:
    anime = titled(context, osusume)
    person, texts = context.press.person.key, context.press.texts
    await osusume.people.mark(person, anime.mal_id, "dismissed")
    return await _after_mark(context, osusume, anime, texts("marked-dismissed", title=anime.title), out=True)


async def _more_action(context: PressContext, osusume: Osusume) -> Reply:
    anime = titled(context, osusume)
    person, texts = context.press.person.key, context.press.texts
    profile = await osusume.people.profile(person)
    adult = await adult_allowed(osusume, person, context.press.place)
    question = replace(question_for(profile, osusume), based_on=(anime.mal_id,), adult=adult)
    picks = await osusume.work(osusume.recommender.recommend, question)
    heading = texts("recommend-based-on", titles=anime.title)
    reply = await picks_reply(osusume, picks, question, person, texts, heading)
    return reply if context.by_owner else replace(reply, private=True)


ACTIONS: dict[str, Action] = {
    "recommend.page": _page_action,
    "pick.favourite": _favourite_action,
    "pick.seen": _seen_action,
    "pick.dismiss": _dismiss_action,
    "pick.more": _more_action,
}
