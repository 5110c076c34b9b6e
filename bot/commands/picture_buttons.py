"""What can be pressed under a picture's answer: the series it leads to, guesses, alt text, a correction."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.commands.adult import adult_allowed
from bot.commands.anime import chooser
from bot.commands.declare import Action
from bot.commands.naming import character_name, series_name, series_of
from bot.commands.picks import picks_reply, question_for
from bot.reply import Choice, Json, Reply
from bot.request import Place, Press, PressContext
from bot.texts import Texts
from core.catalogue import Anime
from core.errors import UserError
from core.osusume import Osusume
from core.pictures import Candidate, Face

if TYPE_CHECKING:
    from bot.commands.pictures import Looked

FACES_KEPT = 20
"""Faces of a picture that its buttons still know; more do not fit a chat's answer anyway."""

GUESSES = 5


def choices(osusume: Osusume, seen: Sequence[Looked], texts: Texts) -> tuple[Choice, ...]:
    """Buttons for an answer about pictures."""
    faces = [face for one in seen for face in one.findings.faces]
    found: list[Choice] = []
    series = series_of(osusume, faces)
    ids: list[Json] = [anime.mal_id for anime in series]
    if len(series) == 1:
        one = {"mal_id": series[0].mal_id}
        found += [
            Choice(
                texts("button-more-like"), "pick.more", one, emoji="≈", style="primary", audience="anyone"
            ),
            Choice(texts("button-details"), "anime.details", one, emoji="ℹ", audience="anyone"),
            Choice(texts("button-favourite"), "pick.favourite", one, emoji="★", audience="anyone"),
        ]
    elif series:
        several = {"mal_ids": ids}
        found += [
            Choice(
                texts("button-more-like-these"),
                "pictures.more",
                several,
                emoji="≈",
                style="primary",
                audience="anyone",
            ),
            Choice(texts("button-details"), "pictures.details", several, emoji="ℹ", audience="anyone"),
            Choice(texts("button-favourite"), "pictures.favourite", several, emoji="★", audience="anyone"),
        ]
    if any(face.candidates for face in faces):
        found.append(Choice(texts("button-guesses"), "pictures.guesses", emoji="🔍", audience="anyone"))
        found.append(Choice(texts("button-wrong"), "pictures.wrong", emoji="✎", audience="anyone"))
    if any("alt" in one.captions for one in seen):
        found.append(Choice(texts("button-alt"), "pictures.alt", emoji="💬", audience="anyone"))
    return tuple(found)


def kept(seen: Sequence[Looked], embedder: str | None) -> dict[str, Json]:
    """What the buttons need: guesses and numbers that `embedder` made, no pixels."""
    pictures: list[Json] = []
    for one in seen:
        faces: list[Json] = [_kept_face(face) for face in one.findings.faces[:FACES_KEPT]]
        pictures.append(
            {
                "faces": faces,
                "alt": one.captions.get("alt", ""),
                "digest": one.findings.digest,
                "embedder": embedder,
            }
        )
    return {"pictures": pictures} if pictures else {}


def _kept_face(face: Face) -> Json:
    guesses: list[Json] = [
        [one.character, one.series, round(one.score, 4), one.gallery] for one in face.candidates[:GUESSES]
    ]
    vector = None
    if face.embedding is not None:
        vector = base64.b64encode(face.embedding.astype("<f2").tobytes()).decode()
    return {"unknown": face.unknown, "guesses": guesses, "vector": vector}


def vector_of(face: Mapping[str, Json]) -> NDArray[np.float32] | None:
    """The kept embedding, float32 [dimensions]."""
    vector = face.get("vector")
    if not isinstance(vector, str):
        return None
    return np.frombuffer(base64.b64decode(vector), "<f2").astype(np.float32)


def _faces(context: PressContext) -> list[tuple[Mapping[str, Json], Mapping[str, Json]]]:
    """(picture, face) of every kept face."""
    pictures = context.state.get("pictures")
    return [
        (picture, face)
        for picture in (pictures if isinstance(pictures, list) else [])
        if isinstance(picture, dict) and isinstance(picture["faces"], list)
        for face in picture["faces"]
        if isinstance(face, dict)
    ]


def _guesses(face: Mapping[str, Json]) -> list[Candidate]:
    guesses = face.get("guesses")
    return [
        Candidate(str(one[0]), str(one[1]) if one[1] else None, float(str(one[2])), str(one[3]))
        for one in (guesses if isinstance(guesses, list) else [])
        if isinstance(one, list)
    ]


async def _guesses_action(context: PressContext, osusume: Osusume) -> Reply:
    texts, items = context.press.texts, []
    await osusume.open_characters()
    for number, (_, face) in enumerate(_faces(context), 1):
        named = [f"{_full_name(osusume, one, texts)} {round(one.score * 100)} %" for one in _guesses(face)]
        items.append(f"{number}. " + (" · ".join(named) or texts("seen-unknown")))
    if not items:
        raise UserError("button-expired")
    return Reply(text=texts("guesses-heading"), items=tuple(items), private=True)


def _full_name(osusume: Osusume, candidate: Candidate, texts: Texts) -> str:
    name, series = (
        character_name(osusume, candidate.character, texts.language),
        series_name(osusume, candidate),
    )
    return f"{name} ({series})" if series else name


async def _alt_action(context: PressContext, _: Osusume) -> Reply:
    pictures = context.state.get("pictures")
    said = [
        str(one["alt"]) for one in (pictures if isinstance(pictures, list) else []) if isinstance(one, dict)
    ]
    if not any(said):
        raise UserError("button-expired")
    return Reply(text="\n\n".join(filter(None, said)), private=True)


def _series(context: PressContext, osusume: Osusume) -> tuple[Anime, ...]:
    ids = context.arguments.get("mal_ids")
    found = [
        osusume.catalogue.by_mal_id(one)
        for one in (ids if isinstance(ids, list) else [])
        if isinstance(one, int)
    ]
    known = tuple(anime for anime in found if anime is not None)
    if not known:
        raise UserError("button-expired")
    return known


async def _more_action(context: PressContext, osusume: Osusume) -> Reply:
    series, press = _series(context, osusume), context.press
    profile = await osusume.people.profile(press.person.key)
    adult = await adult_allowed(osusume, press.person.key, press.place)
    question = replace(
        question_for(profile, osusume), based_on=tuple(anime.mal_id for anime in series), adult=adult
    )
    picks = await osusume.work(osusume.recommender.recommend, question)
    heading = press.texts("recommend-based-on", titles=", ".join(anime.title for anime in series[:3]))
    reply = await picks_reply(osusume, picks, question, press.person.key, press.texts, heading)
    return reply if context.by_owner else replace(reply, private=True)


async def _details_action(context: PressContext, osusume: Osusume) -> Reply:
    reply = chooser(_series(context, osusume), context.press.texts, "which-one", "anime.details")
    return replace(reply, private=not context.by_owner)


async def _favourite_action(context: PressContext, osusume: Osusume) -> Reply:
    reply = chooser(_series(context, osusume), context.press.texts, "which-favourite", "pick.favourite")
    return replace(reply, private=True)


def gallery_here(press: Press) -> str:
    """Whose own gallery a press is about."""
    return gallery_key(press.place, press.person.key)


def gallery_key(place: Place, person: str) -> str:
    """The server's gallery; in private the person's own."""
    return place.server or person


async def _wrong_action(context: PressContext, osusume: Osusume) -> Reply:
    """Which face, when there are several; then who it is."""
    await osusume.open_characters()
    texts, faces = context.press.texts, _faces(context)
    if not faces:
        raise UserError("button-expired")
    chosen = context.arguments.get("face")
    if not isinstance(chosen, int) and len(faces) > 1:
        menu = []
        for number, (_, face) in enumerate(faces):
            guesses = _guesses(face)
            shown = texts("seen-unknown") if face.get("unknown") or not guesses else None
            name = shown or _full_name(osusume, guesses[0], texts)
            menu.append(
                Choice(f"{number + 1}. {name}", "pictures.wrong", {"face": number}, audience="anyone")
            )
        return Reply(text=texts("wrong-which"), menu=tuple(menu), state=context.state, private=True)
    number = chosen if isinstance(chosen, int) else 0
    if number >= len(faces):
        raise UserError("button-expired")
    face = faces[number][1]
    guesses = _guesses(face)
    others = guesses if face.get("unknown") else guesses[1:]
    menu = [
        Choice(
            _full_name(osusume, one, texts), "pictures.correct", {"face": number, "guess": guesses.index(one)},
            audience="anyone",
        )
        for one in others
    ]  # fmt: skip
    text = texts("wrong-who" if menu else "wrong-nobody")
    return Reply(text=text, menu=tuple(menu), state=context.state, private=True)


def _corrected(context: PressContext) -> tuple[Mapping[str, Json], Mapping[str, Json], Candidate]:
    """(picture, face, who it is said to be) of a correction."""
    faces = _faces(context)
    number, guess = context.arguments.get("face"), context.arguments.get("guess")
    if isinstance(number, int) and isinstance(guess, int) and number < len(faces):
        guesses = _guesses(faces[number][1])
        if guess < len(guesses):
            return *faces[number], guesses[guess]
    raise UserError("button-expired")


async def _correct_action(context: PressContext, osusume: Osusume) -> Reply:
    """Asks before anything is kept."""
    texts = context.press.texts
    _, face, candidate = _corrected(context)
    await osusume.open_characters()
    name = _full_name(osusume, candidate, texts)
    if vector_of(face) is None:
        return Reply(text=texts("learn-cannot", name=name), private=True)
    yes = Choice(
        texts("button-learn"),
        "pictures.learn",
        context.arguments,
        style="success",
        audience="anyone",
        once=True,
    )
    no = Choice(texts("button-learn-not"), "pictures.forget-it", audience="anyone")
    key = "learn-ask" if context.press.place.server else "learn-ask-own"
    return Reply(text=texts(key, name=name), choices=(yes, no), state=context.state, private=True)


async def _learn_action(context: PressContext, osusume: Osusume) -> Reply:
    texts, press = context.press.texts, context.press
    picture, face, candidate = _corrected(context)
    await osusume.open_characters()
    vector = vector_of(face)
    if vector is None:
        raise UserError("button-expired")
    guesses = _guesses(face)
    added = await osusume.server_galleries.add(
        gallery_here(press),
        press.person.key,
        candidate.character,
        vector,
        str(picture.get("embedder", "")),
        f"{str(picture.get('digest', ''))[:56]}-{context.arguments.get('face')}",
        series=candidate.series,
        said=guesses[0].character if guesses and not face.get("unknown") else None,
        anyway=True,
    )
    name = _full_name(osusume, candidate, texts)
    if added.face is None:
        return Reply(text=texts("learn-known", name=name), update=True, private=True)
    taught: dict[str, Json] = {"name": added.character, "face": added.face}
    undo = Choice(texts("button-undo"), "pictures.unlearn", taught, emoji="↩", audience="anyone")
    return Reply(text=texts("learn-done", name=name), choices=(undo,), update=True, private=True)


async def _unlearn_action(context: PressContext, osusume: Osusume) -> Reply:
    name, face = context.arguments.get("name"), context.arguments.get("face")
    if not isinstance(name, str) or not isinstance(face, int):
        raise UserError("button-expired")
    await osusume.server_galleries.remove(gallery_here(context.press), context.press.person.key, name, face)
    return Reply(text=context.press.texts("learn-undone"), update=True, private=True)


async def _forget_action(context: PressContext, _: Osusume) -> Reply:
    return Reply(text=context.press.texts("learn-not-done"), update=True, private=True)


ACTIONS: dict[str, Action] = {
    "pictures.more": _more_action,
    "pictures.details": _details_action,
    "pictures.favourite": _favourite_action,
    "pictures.guesses": _guesses_action,
    "pictures.alt": _alt_action,
    "pictures.wrong": _wrong_action,
    "pictures.correct": _correct_action,
    "pictures.learn": _learn_action,
    "pictures.unlearn": _unlearn_action,
    "pictures.forget-it": _forget_action,
}
