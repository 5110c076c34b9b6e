"""What an art channel's answer shows: made from what is kept of the pictures, so that corrections can redraw it."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.naming import character_name
from bot.commands.pictures import TAGS_SHOWN
from bot.reply import Choice, Fact, Json, Reply
from bot.texts import Texts
from core.art import ArtStyle, Shown
from core.osusume import Osusume
from core.pictures import Box, Candidate, Face, Findings, Length, Tag, Trait
from core.pictures.captioners import describe
from core.pictures.tags import TagList, TagSettings, present, readable

FACES_KEPT = 8


def kept_findings(findings: Findings) -> Json:
    """Findings as the answer's state holds them: no pixels, no embeddings."""
    faces: list[Json] = []
    for face in findings.faces[:FACES_KEPT]:
        best = face.surely
        traits: list[Json] = [[trait.kind, trait.value, round(trait.score, 3)] for trait in face.traits]
        box: list[Json] = [round(value, 1) for value in (face.box.x, face.box.y, face.box.w, face.box.h)]
        who: list[Json] | None = [best.character, best.series, round(best.score, 3)] if best else None
        faces.append({"box": box, "score": round(face.score, 3), "who": who, "traits": traits})
    tags: list[Json] = [[tag.name, tag.category, round(tag.score, 3)] for tag in findings.tags]
    return {"width": findings.width, "height": findings.height, "faces": faces, "tags": tags}


def _findings(kept: Json, shown: Shown) -> Findings:
    """Findings again, with what people corrected: their word stands above the model's."""
    assert isinstance(kept, dict)
    gone = set(shown.removed)
    faces = []
    for face in _list(kept["faces"]):
        assert isinstance(face, dict)
        who = face["who"]
        candidates: tuple[Candidate, ...] = ()
        if isinstance(who, list) and str(who[0]) not in gone:
            candidates = (Candidate(str(who[0]), str(who[1]) if who[1] else None, float(str(who[2]))),)
        traits = []
        for kind, value, score in (_list(one) for one in _list(face["traits"])):
            if f"{value}_{kind}" not in gone and kind in ("hair", "eyes", "gender"):
                traits.append(Trait(kind, str(value), float(str(score))))  # type: ignore[arg-type]
        box = Box(*(float(str(value)) for value in _list(face["box"])))
        faces.append(
            Face(box, float(str(face["score"])), candidates, unknown=not candidates, traits=tuple(traits))
        )
    tags = [
        Tag(str(name), category, float(str(score)))  # type: ignore[arg-type]
        for name, category, score in (_list(one) for one in _list(kept["tags"]))
        if name not in gone
    ]
    known = {tag.name for tag in tags}
    tags = [replace(tag, score=1.0) if tag.name in shown.added else tag for tag in tags]
    tags += [Tag(name, "general", 1.0) for name in shown.added if name not in known]
    return Findings(int(str(kept["width"])), int(str(kept["height"])), "", tuple(faces), tags=tuple(tags))


def _list(value: Json) -> list[Json]:
    assert isinstance(value, list)
    return value


def art_names(state: dict[str, Json], shown: Shown) -> tuple[str, ...]:
    """The characters that the answer names by their faces."""
    found = [
        face.candidates[0].character
        for kept in _list(state["pictures"])
        for face in _findings(kept, shown).faces
        if face.candidates
    ]
    return tuple(dict.fromkeys(found))


def art_tags(state: dict[str, Json], style: ArtStyle, shown: Shown) -> list[TagList]:
    """The tags to show for each picture of a kept state."""
    settings = TagSettings(blocked=frozenset(style.blocked), threshold=style.threshold, most=style.most)
    lists = []
    for number, kept in enumerate(_list(state["pictures"])):
        # A tag that somebody added is of the message; it is said once, with the first picture.
        words = shown if number == 0 else replace(shown, added=())
        lists.append(present(_findings(kept, words).tags, settings))
    return lists


def art_reply(osusume: Osusume, state: dict[str, Json], style: ArtStyle, shown: Shown, texts: Texts) -> Reply:
    """The answer for a kept state, as the channel wants it and people corrected it."""

    def say(findings: Findings, length: Length) -> str:
        return describe(findings, texts, length, lambda tag: character_name(osusume, tag, texts.language))

    facts: list[Fact] = []
    data: list[Json] = []
    several = len(_list(state["pictures"])) > 1
    lists = art_tags(state, style, shown)
    for number, (kept, tags) in enumerate(zip(_list(state["pictures"]), lists, strict=True), 1):
        words = shown if number == 1 else replace(shown, added=())
        findings = replace(_findings(kept, words), tags=(*tags.shown(), *tags.meta))
        mark = f"{number}. " if several else ""
        alt = say(findings, "alt")
        if style.caption:
            facts.append(Fact(mark + texts("fact-caption"), say(findings, "short")))
        general = tags.general[: min(style.most, TAGS_SHOWN)] if style.tags else ()
        chosen = (*(tags.characters if style.characters else ()), *general)
        if chosen:
            facts.append(Fact(mark + texts("fact-tags"), " · ".join(readable(tag.name) for tag in chosen)))
        if style.alt:
            facts.append(Fact(mark + texts("fact-alt"), alt))
        data.append({"tags": [tag.name for tag in chosen], "alt": alt})
    fix = Choice(texts("button-fix-tags"), "art.fix", emoji="✎", audience="anyone")
    return Reply(facts=tuple(facts), choices=(fix,), state=state, data=data)
