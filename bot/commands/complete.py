"""What could stand in an option while somebody is typing: answered from memory, best first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands.adult import adult_allowed
from bot.commands.cards import card, title_line
from bot.commands.declare import Command
from bot.reply import Card
from bot.request import Person, Place
from bot.texts import Texts
from core.osusume import Osusume

MOST = 25
"""As many as the narrowest platform shows."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`label` is shown, `value` is what the option gets."""

    label: str
    value: str


async def complete(
    osusume: Osusume,
    command: Command,
    option_name: str,
    text: str,
    person: Person,
    place: Place,
    texts: Texts,
) -> Sequence[Suggestion]:
    option = command.option(option_name)
    if option is None:
        return ()
    if option.kind == "choice":
        return [Suggestion(texts(f"choice-{choice}").split("|")[0], choice) for choice in option.choices]
    if option.kind == "genres":
        return _genres(osusume, text)
    if option.kind not in ("title", "titles"):
        return ()
    before, typed = "", text
    if option.kind == "titles" and ";" in text:
        before, _, typed = text.rpartition(";")
        before += "; "
    adult = await adult_allowed(osusume, person.key, place)
    if not typed.strip():
        profile = await osusume.people.profile(person.key)
        rows = [osusume.catalogue.row_of(entry.mal_id) for entry in profile.favourites[:MOST]]
    else:
        rows = [match.row for match in osusume.search.complete(typed, adult=adult, limit=MOST)]
    suggestions = []
    for row in rows:
        if row is not None:
            anime = osusume.catalogue.anime(row)
            if before:
                suggestions.append(Suggestion(before + anime.title, before + f"#{anime.mal_id}"))
            else:
                suggestions.append(Suggestion(title_line(anime), f"#{anime.mal_id}"))
    return suggestions


async def cards(osusume: Osusume, text: str, texts: Texts, *, limit: int) -> list[Card]:
    """The titles that fit what is typed, as cards for sending anywhere, so without adult ones; the most popular when
    nothing is typed yet."""
    found = await osusume.work(osusume.search.complete, text, limit=limit)
    return [card(osusume.catalogue.anime(match.row), texts) for match in found]


def _genres(osusume: Osusume, text: str) -> Sequence[Suggestion]:
    """Genre and theme names; several may be typed, joined by commas: the last one is completed."""
    pieces = re.split(r"\s*,\s*", text)
    before, typed = ", ".join(pieces[:-1]), pieces[-1].strip().casefold()
    if before:
        before += ", "
    catalogue = osusume.catalogue
    names = sorted({*catalogue.genres.vocab, *catalogue.themes.vocab, *catalogue.demographics.vocab})
    fitting = [name for name in names if typed in name.casefold()]
    fitting.sort(key=lambda name: (not name.casefold().startswith(typed), name))
    return [Suggestion(before + name, before + name) for name in fitting[:MOST]]
