"""/identify, /tag, /caption, /describe: what a picture shows. One job a picture; several pictures are one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.commands.adult import adult_allowed, adult_lacking
from bot.commands.declare import Command, Menu, Option
from bot.commands.measured import look_line, main_colours
from bot.commands.moving import Progress, appearance_lines, watched
from bot.commands.naming import anime_of, character_name, face_label, series_name, series_of
from bot.commands.parse import listed
from bot.commands.picture_buttons import choices, gallery_key, kept
from bot.progress import Together
from bot.reply import Fact, File, Json, Reply
from bot.request import Place, Request
from bot.texts import Texts
from core.errors import OsusumeError, UserError
from core.osusume import Osusume
from core.pictures import OFF, Asked, Face, Findings, Length, Part, Pipeline, Seen, likely_series
from core.pictures.drawing import Packed, Room, annotate, pack
from core.pictures.reading import Frames
from core.pictures.tags import TagList, TagSettings, booru, present, prompt, readable, rows
from core.pictures.video import Sightings

MOST_PICTURES = 10
"""Pictures answered at once: the largest album of both platforms."""

ROOM = Room(bytes=8 * 2**20, sides=10_000, ratio=20)
"""What every platform takes: Telegram's rules for photos, below both platforms' bytes."""

SURE_OF_KIND = 0.8
"""Probability from which a character's kind (female, male) is said."""

UNSAFE = ("questionable", "explicit")
TAGS_SHOWN = 24

TAGS_ENOUGH = 3
"""With fewer, what can be measured of a picture without faces is said beside its tags."""


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """One picture's answer before it is put into a reply. It holds no pixels but the drawn file. `colours`: the main
    ones, where little else is known of a still picture."""

    name: str
    findings: Findings
    tags: TagList
    drawn: Packed | None
    captions: dict[Length, str]
    unsafe: bool
    sightings: Sightings | None = None
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a command shows of a picture."""

    asked: Asked
    lengths: tuple[Length, ...] = ()
    draw: bool = False


def looker(
    osusume: Osusume, file: File, wanted: Wanted, texts: Texts, settings: TagSettings, progress: Progress
) -> Callable[[Pipeline], Looked]:
    """The job for one picture, still or moving."""

    def job(pipeline: Pipeline) -> Looked:
        frames = pipeline.frames(file.data) if wanted.draw else None
        if frames is not None:
            return moving(pipeline, frames)
        seen = pipeline.look(file.data, wanted.asked)
        tags = present(seen.findings.tags, settings)
        unsafe = tags.rating is not None and tags.rating.name in UNSAFE and not settings.adult
        if unsafe:
            return Looked(file.name, seen.findings, TagList(), None, {}, unsafe=True)
        shown: dict[Length, str] = {
            length: pipeline.caption(_with_tags(seen, tags), texts, length) for length in wanted.lengths
        }
        drawn = None
        if wanted.draw and seen.findings.faces and not seen.findings.whole:
            labels = [
                face_label(osusume, face, texts.language, number)
                for number, face in enumerate(seen.findings.faces, 1)
            ]
            drawn = pack(annotate(seen.picture.over(), labels), ROOM)
        little = not seen.findings.faces and len(tags.general) < TAGS_ENOUGH
        colours = main_colours(seen.picture) if little else ()
        return Looked(file.name, seen.findings, tags, drawn, shown, unsafe=False, colours=colours)

    def moving(pipeline: Pipeline, frames: Frames) -> Looked:
        findings, sightings, drawn = watched(pipeline, frames, file, wanted.asked, osusume, texts, progress)
        ratings = [present(found.tags, settings).rating for _, found in sightings.looks]
        if not settings.adult and any(rating is not None and rating.name in UNSAFE for rating in ratings):
            return Looked(file.name, findings, TagList(), None, {}, unsafe=True)
        return Looked(file.name, findings, present(findings.tags, settings), drawn, {}, False, sightings)

    return job


def _with_tags(seen: Seen, tags: TagList) -> Seen:
    """Only tags that may be shown may be put into words."""
    rating = (tags.rating,) if tags.rating is not None else ()
    return replace(seen, findings=replace(seen.findings, tags=(*rating, *tags.shown(), *tags.meta)))


async def look(request: Request, osusume: Osusume, wanted: Wanted) -> list[Looked | OsusumeError]:
    """Every picture of a request, or why it could not be read.

    Raises:
        UserError: `picture-missing`; with one picture also whatever is wrong with it.
    """
    files = request.files("pictures")
    if not files:
        raise UserError("picture-missing")
    settings = await tag_settings(request, osusume)
    pictures = await osusume.open_pictures()
    together = Together(request.progress, len(files))

    async def one(number: int, file: File) -> Looked:
        job = looker(osusume, file, wanted, request.texts, settings, partial(together.share, number))
        try:
            return await pictures.run(request.person.key, job)
        finally:
            together.over(number)

    jobs = [one(number, file) for number, file in enumerate(files)]
    results: list[Looked | OsusumeError] = []
    for result in await asyncio.gather(*jobs, return_exceptions=True):
        if isinstance(result, BaseException) and (len(jobs) == 1 or not isinstance(result, OsusumeError)):
            raise result
        assert isinstance(result, Looked | OsusumeError)
        results.append(result)
    return results


async def tag_settings(request: Request, osusume: Osusume) -> TagSettings:
    """What this member may see here: adult tags only where the platform says so and they want it."""
    adult = await adult_allowed(osusume, request.person.key, request.place)
    lists = [(await osusume.people.preferences(request.person.key)).blocked_tags]
    if request.place.server is not None:
        lists.append((await osusume.people.server(request.place.server)).blocked_tags)
    return TagSettings(adult=adult, blocked=frozenset(name for text in lists for name in listed(text)))


async def asked(osusume: Osusume, place: Place, person: str, *parts: Part, whole: bool = False) -> Asked:
    """What is wanted of a picture here: the place's own gallery counts too."""
    taught = await osusume.taught(gallery_key(place, person))
    return Asked(frozenset(parts), whole=whole, taught=taught)


async def _everything(request: Request, osusume: Osusume) -> Asked:
    whole = request.options.get("whole") is True
    return await asked(osusume, request.place, request.person.key, "heads", "names", "tags", whole=whole)


async def identify(request: Request, osusume: Osusume) -> Reply:
    """Who is in the pictures, drawn and in words. Raises as `look`."""
    wanted = Wanted(await _everything(request, osusume), ("alt",), draw=True)
    return await _reply(request, osusume, await look(request, osusume, wanted), _names_part)


async def tag(request: Request, osusume: Osusume) -> Reply:
    """Tags of the pictures, in the style asked for. Raises as `look`."""
    wanted = Wanted(await _everything(request, osusume))
    return await _reply(request, osusume, await look(request, osusume, wanted), _tags_part)


async def caption(request: Request, osusume: Osusume) -> Reply:
    """The pictures in words, in the length asked for. Raises as `look`."""
    length = _length(request)
    wanted = Wanted(await _everything(request, osusume), (length,))
    return await _reply(request, osusume, await look(request, osusume, wanted), _caption_part)


async def describe(request: Request, osusume: Osusume) -> Reply:
    """Names, words and tags of the pictures in one. Raises as `look`."""
    wanted = Wanted(await _everything(request, osusume), ("short", "alt"), draw=True)
    return await _reply(
        request, osusume, await look(request, osusume, wanted), _names_part, _caption_part, _tags_part
    )


def _length(request: Request) -> Length:
    given = request.text("length")
    return "short" if given == "short" else "alt" if given == "alt" else "long"


Made = tuple[tuple[str, ...], tuple[Fact, ...]]
"""Lines and titled paragraphs."""


def _names_part(looked: Looked, request: Request, osusume: Osusume) -> Made:
    texts, findings = request.texts, looked.findings
    if findings.models.get("recogniser") == OFF:
        return (texts("names-off"),), ()
    if not findings.faces:
        return (texts("seen-nobody"),), ()
    if looked.sightings is not None:
        return appearance_lines(osusume, looked.sightings, texts), ()
    lines = [texts("seen-whole")] if findings.whole else []
    for number, face in enumerate(findings.faces, 1):
        lines.append(face_line(osusume, face, number, texts))
    series = likely_series(findings)
    if series is not None and len(findings.faces) > 1:
        known = osusume.characters.series(series[0])
        name = known.title if known is not None else series[0].replace("_", " ")
        return tuple(lines), (Fact(texts("fact-series"), name),)
    return tuple(lines), ()


def face_line(osusume: Osusume, face: Face, number: int, texts: Texts) -> str:
    """One face in one line: name, series, certainty, kind where that is sure."""
    gender = face.trait("gender")
    kind = texts(f"kind-{gender.value}") if gender is not None and gender.score >= SURE_OF_KIND else ""
    if face.unknown or not face.candidates:
        return " · ".join(part for part in (f"{number}. {texts('seen-unknown')}", kind) if part)
    best = face.candidates[0]
    name = character_name(osusume, best.character, texts.language)
    if face.surely is None:
        name = texts("seen-perhaps", name=name)
    series = series_name(osusume, best)
    certain = texts("seen-certain", percent=round(best.score * 100))
    return " · ".join(part for part in (f"{number}. {name}", series, certain, kind) if part)


def _tags_part(looked: Looked, request: Request, osusume: Osusume) -> Made:  # noqa: ARG001
    texts, tags = request.texts, looked.tags
    style = request.text("style") or "chips"
    if style == "prompt":
        return (prompt(tags),), ()
    if style == "booru":
        return (booru(tags),), ()
    facts = []
    for key, found in (
        ("fact-rating", (tags.rating,) if tags.rating is not None else ()),
        ("fact-tags", tags.general[:TAGS_SHOWN]),
        ("fact-characters", tags.characters),
        ("fact-copyright", tags.series),
    ):
        if found:
            shown = " · ".join(f"{readable(tag.name)} {round(tag.score * 100)}" for tag in found)
            facts.append(Fact(texts(key), shown))
    if not (tags.general or tags.characters or tags.series):
        key = "tags-none" if looked.findings.faces else "tags-none-nobody"
        facts.append(Fact(texts("fact-tags"), texts(key)))
    if looked.colours:
        facts.append(Fact(texts("fact-look"), look_line(looked.findings, looked.colours, texts)))
    return (), tuple(facts)


def _caption_part(looked: Looked, request: Request, osusume: Osusume) -> Made:  # noqa: ARG001
    for length, text in looked.captions.items():
        if length != "alt" or len(looked.captions) == 1:
            return (), (Fact(request.texts("fact-alt" if length == "alt" else "fact-caption"), text),)
    return (), ()


async def _reply(
    request: Request,
    osusume: Osusume,
    results: Sequence[Looked | OsusumeError],
    *parts: Callable[[Looked, Request, Osusume], Made],
) -> Reply:
    texts = request.texts
    embedder = await osusume.work(osusume.embedder_name)
    items: list[str] = []
    facts: list[Fact] = []
    pictures: list[File] = []
    data: list[Json] = []
    seen: list[Looked] = []
    for number, result in enumerate(results, 1):
        if len(results) > 1:
            items.append(texts("seen-picture", number=number))
        if isinstance(result, OsusumeError):
            problem = texts(result.key, **result.arguments)
            items.append(problem)
            data.append({"error": problem})
            continue
        if result.unsafe:
            refusal = await _too_explicit(request, osusume)
            items.append(refusal)
            data.append({"error": refusal})
            continue
        seen.append(result)
        for part in parts:
            lines, titled = part(result, request, osusume)
            items.extend(lines)
            if len(results) > 1:
                items.extend(f"{fact.label}: {fact.value}" for fact in titled)
            else:
                facts.extend(titled)
        if result.drawn is not None:
            name = f"osusume-{number}.{result.drawn.extension}"
            alt = result.captions.get("alt")
            pictures.append(File(name, result.drawn.media_type, result.drawn.data, alt))
        data.append(as_json(osusume, result))
    heading = (
        texts("seen-heading", count=sum(len(one.findings.faces) for one in seen))
        if _names_part in parts
        else ""
    )
    return Reply(
        text=heading,
        items=tuple(items),
        facts=tuple(facts),
        pictures=tuple(pictures),
        choices=choices(osusume, seen, texts) if seen and _names_part in parts else (),
        state=kept(seen, embedder),
        data=data[0] if len(data) == 1 else data,
    )


async def _too_explicit(request: Request, osusume: Osusume) -> str:
    """Why such a picture is left alone here, and what would have to be allowed for it, by whom."""
    lacking = await adult_lacking(osusume, request.person.key, request.place)
    if lacking == "server":
        return request.texts("picture-unsafe-server")
    if lacking == "person":
        return request.texts("picture-unsafe-person")
    limits = request.place.platform.age_limits
    return request.texts("picture-unsafe-channel" if limits else "picture-unsafe")


def as_json(osusume: Osusume, looked: Looked) -> dict[str, Json]:
    """The findings of a picture for scripts and the web API."""
    faces: list[Json] = []
    for face in looked.findings.faces:
        candidates: list[Json] = []
        for one in face.candidates:
            anime = anime_of(osusume, one)
            candidates.append(
                {
                    "character": one.character, "name": character_name(osusume, one.character),
                    "series": series_name(osusume, one), "mal_id": anime.mal_id if anime else None,
                    "score": round(one.score, 4),
                }
            )  # fmt: skip
        box = [round(value, 1) for value in (face.box.x, face.box.y, face.box.w, face.box.h)]
        traits: dict[str, Json] = {trait.kind: trait.value for trait in face.traits}
        faces.append(
            {
                "box": list[Json](box), "score": round(face.score, 4), "unknown": face.unknown,
                "candidates": candidates, "traits": traits,
            }
        )  # fmt: skip
    tags: list[Json] = [
        {"tag": row["tag"], "category": row["category"], "score": row["score"]} for row in rows(looked.tags)
    ]
    captions: dict[str, Json] = {str(length): text for length, text in looked.captions.items()}
    series: list[Json] = [one.mal_id for one in series_of(osusume, looked.findings.faces)]
    return {
        "width": looked.findings.width, "height": looked.findings.height, "whole": looked.findings.whole,
        "faces": faces, "tags": tags, "captions": captions, "series": series,
        "models": dict[str, Json](looked.findings.models),
    }  # fmt: skip


_PICTURES = Option("pictures", "pictures", maximum=MOST_PICTURES)
_WHOLE = Option("whole", "flag")

COMMANDS = (
    Command("identify", identify, (_PICTURES, _WHOLE), rest="pictures", menus=(Menu("menu-identify"),)),
    Command(
        "tag",
        tag,
        (_PICTURES, Option("style", "choice", choices=("chips", "prompt", "booru"))),
        rest="pictures",
        menus=(Menu("menu-tag"),),
    ),
    Command(
        "caption",
        caption,
        (_PICTURES, Option("length", "choice", choices=("short", "long", "alt"))),
        rest="pictures",
        menus=(Menu("menu-alt", {"length": "alt"}),),
    ),
    Command("describe", describe, (_PICTURES, _WHOLE), rest="pictures"),
)
