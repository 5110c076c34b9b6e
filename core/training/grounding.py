"""Whether a caption claims what the known tags of a picture deny.

A tag that holds denies those that exclude it: who has black hair only has no blonde hair, who is alone is not two. A
tag that is missing denies nothing, unless the tags are said to be complete for it. English captions; claims are found
by words, so what is put in other words is missed, never invented.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

_SHADES = {
    "black": "black", "blonde": "blonde", "blond": "blonde", "yellow": "blonde", "brown": "brown", "brunette": "brown",
    "red": "red", "blue": "blue", "aqua": "blue", "light-blue": "blue", "green": "green", "pink": "pink",
    "purple": "purple", "violet": "purple", "white": "white", "grey": "white", "gray": "white", "silver": "white",
    "orange": "orange",
}  # fmt: skip
"""Shades as words and, merged as people merge them, as colours."""

_EYE_SHADES = {**_SHADES, "yellow": "yellow", "amber": "yellow", "gold": "yellow", "golden": "yellow", "grey": "grey",
               "gray": "grey", "silver": "grey"}  # fmt: skip
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_MIXED = {
    "hair": {"multicolored_hair", "two-tone_hair", "gradient_hair", "streaked_hair"},
    "eyes": {"heterochromia"},
}
_EITHER = (
    ("indoors", "outdoors"), ("day", "night"), ("open_mouth", "closed_mouth"), ("long_hair", "short_hair"),
    ("sitting", "standing", "lying"),
)  # fmt: skip
"""One excludes the others, where there is one person only."""

_GIRL = re.compile(r"\b(?:girls?|women|woman|she|her|female)\b")
_BOY = re.compile(r"\b(?:boys?|men|man|he|his|him|male)\b")
_MANY = re.compile(
    rf"\b({'|'.join(_NUMBERS)}) (?:\w+ ){{0,2}}(girls|boys|people|women|men|characters|persons)\b"
)


def denied(caption: str, tags: Iterable[str], complete: Collection[str] = ()) -> list[str]:
    """The claims of a caption that the tags deny, as tags or short words; empty when none is.

    `complete` names tags that would be given if they held.

    >>> denied("A girl with blue hair.", {"1girl", "black_hair"})
    ['blue hair']
    >>> denied("A girl with blue hair.", {"1girl"})
    []
    """
    text = " ".join(caption.lower().replace(",", " ").split())
    held = frozenset(tags)
    return list(dict.fromkeys([*_colours(text, held), *_people(text, held), *_states(text, held, complete)]))


def _colours(text: str, held: frozenset[str]) -> Iterator[str]:
    for part, having, shades in (("hair", "haired", _SHADES), ("eyes", "eyed", _EYE_SHADES)):
        known = {
            shades[shade]
            for tag in held
            if tag.endswith(f"_{part}")
            and (shade := tag.removesuffix(f"_{part}").removeprefix("light_")) in shades
        }
        if not known or held & _MIXED[part]:
            continue
        words = "|".join(sorted(shades, key=len, reverse=True))
        for claim in re.finditer(rf"\b({words})[- ](?:{part}|{having})\b", text):
            if shades[claim[1]] not in known:
                yield f"{claim[1]} {part}"


def _people(text: str, held: frozenset[str]) -> Iterator[str]:
    girls, boys = (_count(held, kind) for kind in ("girl", "boy"))
    alone = "solo" in held and (girls or 0) + (boys or 0) <= 1
    if "no_humans" in held and (_GIRL.search(text) or _BOY.search(text)):
        yield "people"
    if alone and girls == 1 and not boys and _BOY.search(text):
        yield "boy"
    if alone and boys == 1 and not girls and _GIRL.search(text):
        yield "girl"
    for claim in _MANY.finditer(text):
        said, whom = _NUMBERS[claim[1]], claim[2]
        if whom in ("girls", "women"):
            known = girls
        elif whom in ("boys", "men"):
            known = boys
        else:
            known = (girls or 0) + (boys or 0) or None
        if alone or (known is not None and known != said):
            yield claim[0]


def _count(held: frozenset[str], kind: str) -> int | None:
    """How many the tags count, None where they do not say or say "many"."""
    counts = [int(found[1]) for tag in held if (found := re.fullmatch(rf"([1-5]){kind}s?", tag))]
    return max(counts, default=None)


def _states(text: str, held: frozenset[str], complete: Collection[str]) -> Iterator[str]:
    if "solo" in held:
        for group in _EITHER:
            known = held.intersection(group)
            for name in group if known else ():
                if name not in known and _says(text, name):
                    yield name
    for name in complete:
        if name not in held and _says(text, name):
            yield name


def _says(text: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name.replace('_', ' '))}\b", text) is not None
