"""Finds where a composed caption and the tags beside it say different things, by what each phrase was found in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.pictures import Findings
from core.pictures.captioners import Phrase
from core.pictures.tags import kinds, vocabulary

_FAMILIES = {"girl": (kinds.GIRLS, "multiple_girls"), "boy": (kinds.BOYS, "multiple_boys")}
_COUNT = re.compile(r"caption-(girl|boy|character|more-characters)(-start|-inside)?")
_PLACES = {"indoors", "classroom", "bedroom", "library"}, {"outdoors", "beach", "forest"}


def contradictions(findings: Findings, phrases: Sequence[Phrase]) -> list[str]:
    """`findings` hold the tags that are shown; `phrases` are the caption made of them."""
    shown = {tag.name for tag in findings.tags}
    heads = 0 if findings.whole else len(findings.faces)
    return [
        *_counts(shown, phrases, heads), *_sources(shown, phrases), *_hair(findings, shown, phrases),
        *_places(shown, phrases),
    ]  # fmt: skip


def _said(phrases: Sequence[Phrase]) -> dict[str, int]:
    """Girls, boys and characters in the first sentence, which says who there is; a name counts as `named`."""
    said = {"girl": 0, "boy": 0, "character": 0, "named": 0}
    for part in phrases[0].inner():
        found = _COUNT.fullmatch(part.key)
        if found is not None:
            kind = "character" if found[1] == "more-characters" else found[1]
            said[kind] += int(str(part.arguments.get("count", 1)))
        elif part.key == "caption-name" and isinstance(part.arguments["name"], str):
            said["named"] += 1
    return said


def _counts(shown: set[str], phrases: Sequence[Phrase], heads: int) -> Iterator[str]:
    said = _said(phrases)
    total = sum(said.values())
    if heads and total != heads:
        yield f"{total} spoken of, {heads} heads"
    if total == 0:
        return
    if "no_humans" in shown or ("solo" in shown and total != 1):
        yield f"{total} spoken of beside {shown & {'solo', 'no_humans'}}"
    open_ = said["character"] + said["named"]
    counted = 0
    everybody = False
    for noun, (numbers, multiple) in _FAMILIES.items():
        least, most = said[noun], said[noun] + open_
        for number, name in enumerate(numbers, start=1):
            if name in shown:
                counted += number
                everybody |= number == total
                if not (least <= number <= most or (number == 6 <= most)):
                    yield f"{least} to {most} {noun}s spoken of beside {name}"
        if multiple in shown and most < 2:
            yield f"at most {most} {noun}s spoken of beside {multiple}"
    if counted > total:
        yield f"{total} spoken of, {counted} counted"
    if heads > 1 and said["character"] and everybody and total < 6:
        yield f"{said['character']} left open though the tags count {total} of one kind"


def _sources(shown: set[str], phrases: Sequence[Phrase]) -> Iterator[str]:
    implied = {name for tag in shown for name in vocabulary().implied(tag)} | shown
    for phrase in phrases:
        for source in phrase.all_sources():
            if source.startswith("tag:") and source.removeprefix("tag:") not in implied:
                yield f"{source} is spoken of and not shown"


def _hair(findings: Findings, shown: set[str], phrases: Sequence[Phrase]) -> Iterator[str]:
    """Each person's colour is the one that was found on that head, and one of the tags where these name any."""
    tagged = shown & set(kinds.HAIR_COLOURS)
    for phrase in phrases:
        for part in phrase.inner():
            if not part.key.startswith("caption-hair-shade-"):
                continue
            colour = part.key.removeprefix("caption-hair-shade-")
            if tagged and f"{colour}_hair" not in tagged:
                yield f"{colour} hair beside {sorted(tagged)}"
            for source in part.sources:
                if source.startswith("face:"):
                    trait = findings.faces[int(source.split(":")[1])].trait("hair")
                    if trait is None or {"gray": "grey"}.get(trait.value, trait.value) != colour:
                        yield f"{colour} hair from {source}, which has {trait}"


def _places(shown: set[str], phrases: Sequence[Phrase]) -> Iterator[str]:
    spoken = {
        part.key.removeprefix("caption-place-")
        for phrase in phrases
        for part in phrase.inner()
        if part.key.startswith("caption-place-")
    }
    inside, outside = _PLACES
    everything = spoken | shown
    if everything & inside and everything & outside:
        yield f"inside and outside: {sorted(everything & (inside | outside))}"
