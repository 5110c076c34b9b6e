"""What a composed caption is made of: phrases that know what they were found in, and how they become a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from core.pictures.seams import Words


@dataclass(frozen=True, slots=True)
class Listed:
    """Phrases said one after another: `and` for nouns, `chain` for what somebody does and where, `people` for
    whole descriptions."""

    items: tuple[Phrase, ...]
    joined: Literal["and", "chain", "people"] = "and"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One message and what fills it. `sources` name the findings it speaks of, such as `tag:blue_hair`, `face:0:hair`,
    `face:1:name`, `faces`; an argument that is a phrase has its own."""

    key: str
    arguments: Mapping[str, str | int | float | Phrase | Listed]
    sources: tuple[str, ...]

    def inner(self) -> Iterator[Phrase]:
        """The phrase itself and every phrase within."""
        yield self
        for value in self.arguments.values():
            for part in (
                (value,) if isinstance(value, Phrase) else value.items if isinstance(value, Listed) else ()
            ):
                yield from part.inner()

    def all_sources(self) -> tuple[str, ...]:
        """Where everything that it says comes from, each once."""
        return tuple(dict.fromkeys(source for phrase in self.inner() for source in phrase.sources))


def rendered(phrase: Phrase, words: Words) -> str:
    """The phrase in somebody's language."""
    filled: dict[str, str | int | float] = {}
    for name, value in phrase.arguments.items():
        if isinstance(value, Phrase):
            filled[name] = rendered(value, words)
        elif isinstance(value, Listed):
            filled[name] = listed(value, words)
        else:
            filled[name] = value
    return words(phrase.key, **filled)


def listed(value: Listed, words: Words) -> str:
    """`a, b and c`, as the language does it. `initial` is for languages whose "and" depends on the next sound."""
    stem = "caption" if value.joined == "and" else f"caption-{value.joined}"
    *before, last = (rendered(item, words) for item in value.items)
    if not before:
        return last
    text = before[0]
    for item in before[1:]:
        text = words(f"{stem}-comma", first=text, second=item)
    return words(f"{stem}-and", first=text, second=last, initial=_initial(last))


def _initial(text: str) -> str:
    start = text[:3].lower()
    if start.startswith(("i", "í")):
        return "i"
    return "hi" if start.startswith(("hi", "hí")) and start != "hie" else "other"


def sentences(phrases: tuple[Phrase, ...], words: Words, most: int | None = None) -> str:
    """All sentences in a row; with `most`, as many as fit in so many characters (the first is cut if it must)."""
    text = ""
    for phrase in phrases:
        sentence = re.sub(r"([.!?…。！？])[.。]$", r"\1", rendered(phrase, words).strip())
        longer = words("caption-join", first=text, second=sentence) if text else sentence
        if most is not None and len(longer) > most:
            return text or longer[: most - 1].rstrip() + "…"
        text = longer
    return text
