"""Bringing names of characters, however they are written, to one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core.catalogue import fold_plain

_QUALIFIER = re.compile(r"[ _]*\(((?:[^()]|\([^()]*\))*)\)\s*$")

# One romanisation (Kunrei consonants, long vowels short), so that "Shōko", "Shouko" and "Syoko" are one name. It goes
# further than the one of titles, whose keys the catalogue stores.
_SOUNDS = (
    ("sha", "sya"), ("shu", "syu"), ("sho", "syo"), ("shi", "si"), ("cha", "tya"), ("chu", "tyu"),
    ("cho", "tyo"), ("chi", "ti"), ("tsu", "tu"), ("ja", "zya"), ("ju", "zyu"), ("jo", "zyo"), ("ji", "zi"),
    ("dzu", "zu"), ("fu", "hu"), ("mb", "nb"), ("mp", "np"),
    ("ou", "o"), ("oo", "o"), ("oh ", "o "), ("uu", "u"), ("aa", "a"), ("nn", "n"),
)  # fmt: skip


def fold(text: str) -> str:
    """A name as the catalogue folds those of studios and the like; what escapes brackets in tags is dropped."""
    return fold_plain(text.replace("\\", ""))


def sound(text: str) -> str:
    """Folded text in one romanisation, its words in the order of the alphabet: the same for both orders of a
    name and for every usual way of writing it in Latin letters."""
    return sound_all([text])[0]


def sound_all(texts: Iterable[str]) -> list[str]:
    """As `sound`, many at once: a few passes over all of them."""
    text = " \n".join(map(fold, texts)) + " "
    for before, after in _SOUNDS:
        text = text.replace(before, after)
    return [" ".join(sorted(line.split())) for line in text.split("\n")]


def without_qualifier(tag: str) -> tuple[str, str | None]:
    """The name and the last bracketed qualifier of a tag: "nami_(one_piece)" is ("nami", "one_piece")."""
    found = _QUALIFIER.search(tag)
    if not found or not found.start():
        return tag, None
    return tag[: found.start()], found[1].strip("_ ")


def to_tag(text: str) -> str:
    """Text in the spelling of booru tags: lower case, underscores, no escaped brackets."""
    text = unicodedata.normalize("NFKC", text).replace("\\", "").strip().lower()
    return re.sub(r"[\s_]+", "_", text)


_WORD_START = re.compile(r"(?<![^\W_])(?<!['’])([^\W\d_])|(?<=\d)([a-z])(?![^\W_])")
_ROMAN = re.compile(r"\b(?:Ii|Iii|Iv|Vi|Vii|Viii|Ix|Xi|Xii)\b")


def bare_name(tag: str) -> str:
    """A tag without any bracketed qualifier."""
    while (shorter := without_qualifier(tag))[1] is not None:
        tag = shorter[0]
    return tag


def to_display(tag: str) -> str:
    """A name for people, from a tag: "kinomoto_sakura" is "Kinomoto Sakura", qualifiers left out."""
    name = _WORD_START.sub(lambda m: m[0].upper(), bare_name(tag).replace("_", " ").strip())
    return _ROMAN.sub(lambda m: m[0].upper(), name) or tag
